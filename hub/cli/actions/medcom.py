"""`tvaerspor medcom check`: any message file through the rules of the door, without a server; nothing is stored."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from hub.bootstrap.build import check
from hub.domain.message import Finding, Verdict
from hub.errors import Unreadable
from hub.settings import Settings


def run(files: Iterable[Path], *, as_json: bool) -> int:
    """Print the verdict on each file, a line each; 1 when one is not ok. `Unreadable` names those that have none.

    A file that cannot be read keeps no other from being judged.
    """
    wrong, unread = False, list[str]()
    for file in files:
        try:
            verdict = judged(_bytes(file))
        except OSError:
            unread.append(file.name)
            continue
        wrong |= verdict.code != "ok"
        print(_as_json(file, verdict) if as_json else _as_line(file, verdict))
    if unread:
        raise Unreadable("a file that can be read", field=", ".join(unread))
    return 1 if wrong else 0


def judged(message: bytes) -> Verdict:
    """The verdict, as the door would give it to a body of this size."""
    limit = _limit()
    if len(message) > limit:
        return Verdict(
            "fatal-error",
            (
                Finding(
                    severity="error",
                    code="MSG_BAD_FORMAT",
                    element="Bundle",
                    rule="msg-size",
                    says=f"at most {limit} bytes",
                ),
            ),
        )
    return check(message)


def _as_line(file: Path, verdict: Verdict) -> str:
    """`file: verdict`, then each issue as code, element and rule; what is only a warning says so."""
    told = (
        f"{'(warning) ' if finding.severity == 'warning' else ''}"
        f"{finding.code} {finding.element} [{finding.rule}]: {finding.says}"
        for finding in verdict.findings
    )
    return " | ".join((f"{file}: {verdict.code}", *told))


def _as_json(file: Path, verdict: Verdict) -> str:
    body = {"file": str(file), "verdict": verdict.code, "issues": [asdict(finding) for finding in verdict.findings]}
    return json.dumps(body, ensure_ascii=False)


def _bytes(file: Path) -> bytes:
    """What the file holds, and no more of it than shows that it is too long."""
    if str(file) == "-":
        return sys.stdin.buffer.read(_limit() + 1)
    with file.open("rb") as content:
        return content.read(_limit() + 1)


def _limit() -> int:
    return Settings.from_environment().server.message_limit
