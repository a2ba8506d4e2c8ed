"""`tvaerspor medcom check`: any message file through the rules of the door, without a server; nothing is stored."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from hub.bootstrap import verdict_on
from hub.domain.incoming import Finding, Verdict
from hub.errors import Unreadable
from hub.settings import Settings


def run(files: Iterable[Path], *, as_json: bool) -> int:
    """Print the verdict on each file, a line each; 1 when one is not ok. `Unreadable` names a file that is missing."""
    wrong = False
    for file in files:
        verdict = judged(_bytes(file))
        wrong |= verdict.code != "ok"
        print(_as_json(file, verdict) if as_json else _as_line(file, verdict))
    return 1 if wrong else 0


def judged(message: bytes) -> Verdict:
    """The verdict, as the door would give it to a body of this size."""
    limit = Settings.from_environment().message_limit
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
    return verdict_on(message)


def _as_line(file: Path, verdict: Verdict) -> str:
    """`file: verdict`, then each issue as code, element and rule; what is only a warning says so."""
    told = (
        f"{'(warning) ' if each.severity == 'warning' else ''}{each.code} {each.element} [{each.rule}]: {each.says}"
        for each in verdict.findings
    )
    return " | ".join((f"{file}: {verdict.code}", *told))


def _as_json(file: Path, verdict: Verdict) -> str:
    body = {"file": str(file), "verdict": verdict.code, "issues": [asdict(each) for each in verdict.findings]}
    return json.dumps(body, ensure_ascii=False)


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError:
        raise Unreadable("a file that can be read", field=file.name) from None
