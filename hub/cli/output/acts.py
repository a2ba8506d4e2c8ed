"""The acts of a replay: a table where the terminal is wide, else a block for each; JSON lines; a sheet for Excel."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from hub.cli.output import sheet
from hub.compliance.disclosure_entry import ConsentThen, DisclosureEntry
from hub.law.explain import reason_in_words
from hub.law.hjemmel import Reason
from hub.vocabulary.jsonable import plain
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import COPENHAGEN, local_day

WIDE = 180  # columns; in fewer, the table breaks its words
_LABEL = 9
_DIGITS = 16  # of a digest in the table
_NONE = "–"


def write_lines(lines: Sequence[DisclosureEntry], *, as_json: bool, as_csv: bool) -> None:
    """To standard output, in the order given."""
    if as_json:
        for line in lines:
            print(json.dumps(plain(line), ensure_ascii=False))
    elif as_csv:
        sheet.write(lines)
    elif lines:
        console = Console()
        console.print(_table(lines) if console.width >= WIDE else _blocks(lines))
    else:
        print("no act answers this")


def _table(lines: Sequence[DisclosureEntry]) -> Table:
    table = Table(title=_counted(lines), title_justify="left", row_styles=["", "dim"])
    for heading in ("act", "from → to", "outcome, and purpose"):
        table.add_column(heading, no_wrap=True)
    for heading in ("hjemmel", "what, and its digest", "consent then", "told her, and the letter"):
        table.add_column(heading, overflow="fold")
    with_case = _cases(lines) > 1
    for line in lines:
        table.add_row(
            Text(f"{_at(line)}\n{line.kind}"),
            Text(f"{_unit(line.discloser)}\n→ {_unit(line.recipient)}"),
            _outcome(line, "\n").append(f"\n{line.purpose or ''}".rstrip(), style="default"),
            Text(line.citation or line.invoked or _NONE),
            Text("\n".join(_content(line))),
            Text(_consents(line)),
            Text(f"told {_told(line)}\nletter {_letter(line)}" + (f"\ncase {line.case}" if with_case else "")),
        )
    return table


def _unit(unit: Unit) -> str:
    """On two lines, which is where a reader would break it."""
    return f"{unit.code}\n  @{unit.organisation}"


def _blocks(lines: Sequence[DisclosureEntry]) -> Group:
    """One act beneath the other, each value wrapped beside its label."""
    parts: list[RenderableType] = [Text(_counted(lines), style="italic")]
    for number, line in enumerate(lines, 1):
        parts.append(Text(f"\n{number}  {_at(line)}  {line.kind}  ", style="bold").append(_outcome(line, " ")))
        grid = Table.grid(padding=(0, 1), pad_edge=True)
        grid.add_column(width=_LABEL)
        grid.add_column(overflow="fold")
        for label, value in _facts(line, with_case=_cases(lines) > 1):
            grid.add_row(Text(label, style="dim"), Text(value))
        parts.append(grid)
    return Group(*parts)


def _facts(line: DisclosureEntry, *, with_case: bool) -> Iterator[tuple[str, str]]:
    """What is said of an act in its block, each with its label; what there is nothing to say of is left out."""
    facts = (
        ("from", str(line.discloser)),
        ("to", str(line.recipient)),
        ("why not", reason_in_words(Reason(line.reason)).en if line.outcome == "refused" and line.reason else ""),
        ("hjemmel", line.citation or line.invoked or _NONE),
        ("purpose", line.purpose or ""),
        ("what", _what(line)),
        ("held back", ", ".join(line.withheld)),
        ("sha256", line.content_sha256 or ""),
        ("consent", _consents(line)),
        ("told her", _told(line)),
        ("letter", _letter(line)),
        ("case", str(line.case) if with_case else ""),
    )
    return ((label, value) for label, value in facts if value)


def _counted(lines: Sequence[DisclosureEntry]) -> str:
    cases = _cases(lines)
    acts = f"{len(lines)} act{'s' if len(lines) != 1 else ''}"
    return f"{acts} in {cases} cases" if cases > 1 else f"{acts} in case {lines[0].case}"


def _cases(lines: Sequence[DisclosureEntry]) -> int:
    return len({line.case for line in lines})


def _at(line: DisclosureEntry) -> str:
    return line.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")


def _outcome(line: DisclosureEntry, before_reason: str) -> Text:
    """Text, never markup: nothing of a record is read as an instruction to the terminal."""
    outcome = Text(line.outcome, style="red" if line.outcome == "refused" else "green")
    return outcome.append(f"{before_reason}{line.reason}", style="default") if line.reason else outcome


def _what(line: DisclosureEntry) -> str:
    return ", ".join(line.categories) or _NONE


def _content(line: DisclosureEntry) -> Iterator[str]:
    """What was passed on, what was not, and the beginning of the digest that `--json` and `--csv` hold whole."""
    yield _what(line)
    if line.withheld:
        yield f"held back: {', '.join(line.withheld)}"
    if line.content_sha256:
        yield f"sha256 {line.content_sha256[:_DIGITS]}…"


def _told(line: DisclosureEntry) -> str:
    """When she was told, and how, on one line."""
    if line.citizen_informed_at is None:
        return _NONE
    return f"{local_day(line.citizen_informed_at)}: {' '.join((line.citizen_informed_how or _NONE).split())}"


def _letter(line: DisclosureEntry) -> str:
    return line.delivery or ("already made" if line.already_made else _NONE)


def _consents(line: DisclosureEntry) -> str:
    return "\n".join(_stood(consent, line.at) for consent in line.consents) or _NONE


def _stood(consent: ConsentThen, at: datetime) -> str:
    """How a consent stood at the act; and if it was taken back since, or before and heard only since, when."""
    given = f"{consent.form}, given {local_day(consent.given_at)}: {consent.stood}"
    if consent.stood == "withdrawn" and consent.withdrawn_at:
        return f"{given} {local_day(consent.withdrawn_at)}"
    lapses = f", lapses {consent.lapses_on}" if consent.lapses_on else ""
    if consent.withdrawn_at is None:
        return f"{given}{lapses}"
    heard = "since withdrawn" if consent.withdrawn_at >= at else "heard since: withdrawn"
    return f"{given}{lapses}; {heard}, {local_day(consent.withdrawn_at)}"
