"""The acts of a replay: a table where the terminal is wide, else a block for each; JSON lines; a sheet for Excel."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from hub.cli.output import sheet
from hub.compliance.columns import row
from hub.compliance.disclosure_entry import JOINED, ConsentThen, DisclosureEntry
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
            print(json.dumps(plain(row(line)), ensure_ascii=False))
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
            Text(f"{_at(line)}\n{line.act.kind}"),
            Text(_between(line)),
            _outcome(line, "\n").append(f"\n{line.ruling.purpose or ''}".rstrip(), style="default"),
            Text(line.ruling.citation or line.ruling.invoked or _NONE),
            Text("\n".join(_content(line))),
            Text(_consents(line)),
            Text(f"told {_told(line)}\nletter {_letter(line)}" + (f"\ncase {line.act.case}" if with_case else "")),
        )
    return table


def _between(line: DisclosureEntry) -> str:
    """Who told whom; who came onto a case told nobody yet."""
    sender = _unit(line.parties.discloser)
    return sender if line.act.outcome == JOINED else f"{sender}\n→ {_unit(line.parties.recipient)}"


def _unit(unit: Unit) -> str:
    """On two lines, which is where a reader would break it."""
    return f"{unit.code}\n  @{unit.organisation}"


def _blocks(lines: Sequence[DisclosureEntry]) -> Group:
    """One act beneath the other, each value wrapped beside its label."""
    parts: list[RenderableType] = [Text(_counted(lines), style="italic")]
    for number, line in enumerate(lines, 1):
        parts.append(Text(f"\n{number}  {_at(line)}  {line.act.kind}  ", style="bold").append(_outcome(line, " ")))
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
        ("from", str(line.parties.discloser)),
        ("to", "" if line.act.outcome == JOINED else str(line.parties.recipient)),
        (
            "why not",
            reason_in_words(Reason(line.ruling.reason)).en
            if line.act.outcome == "refused" and line.ruling.reason
            else "",
        ),
        ("hjemmel", line.ruling.citation or line.ruling.invoked or _NONE),
        ("purpose", line.ruling.purpose or ""),
        ("what", _what(line)),
        ("held back", ", ".join(line.content.withheld)),
        ("sha256", line.content.sha256 or ""),
        ("consent", _consents(line)),
        ("told her", _told(line)),
        ("letter", _letter(line)),
        ("case", str(line.act.case) if with_case else ""),
    )
    return ((label, value) for label, value in facts if value)


def _counted(lines: Sequence[DisclosureEntry]) -> str:
    cases = _cases(lines)
    acts = f"{len(lines)} act{'s' if len(lines) != 1 else ''}"
    return f"{acts} in {cases} cases" if cases > 1 else f"{acts} in case {lines[0].act.case}"


def _cases(lines: Sequence[DisclosureEntry]) -> int:
    return len({line.act.case for line in lines})


def _at(line: DisclosureEntry) -> str:
    return line.act.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")


def _outcome(line: DisclosureEntry, before_reason: str) -> Text:
    """Text, never markup: nothing of a record is read as an instruction to the terminal."""
    outcome = Text(line.act.outcome, style="red" if line.act.outcome == "refused" else "green")
    return outcome.append(f"{before_reason}{line.ruling.reason}", style="default") if line.ruling.reason else outcome


def _what(line: DisclosureEntry) -> str:
    return ", ".join(line.content.categories) or _NONE


def _content(line: DisclosureEntry) -> Iterator[str]:
    """What was passed on, what was not, and the beginning of the digest that `--json` and `--csv` hold whole."""
    yield _what(line)
    if line.content.withheld:
        yield f"held back: {', '.join(line.content.withheld)}"
    if line.content.sha256:
        yield f"sha256 {line.content.sha256[:_DIGITS]}…"


def _told(line: DisclosureEntry) -> str:
    """When she was told, and how, on one line."""
    if line.told is None:
        return _NONE
    return f"{local_day(line.told.at)}: {' '.join((line.told.how or _NONE).split())}"


def _letter(line: DisclosureEntry) -> str:
    if line.delivery is not None:
        return line.delivery.status
    return "already made" if line.act.already_made else _NONE


def _consents(line: DisclosureEntry) -> str:
    return "\n".join(_stood(consent, line.act.at) for consent in line.consents) or _NONE


def _stood(consent: ConsentThen, at: datetime) -> str:
    """How a consent stood at the act; and if it was taken back since, or before and heard only since, when."""
    given = (
        f"{consent.form}, given {local_day(consent.given_at)}, registered by {consent.registered_by}: {consent.stood}"
    )
    if consent.stood == "withdrawn" and consent.withdrawn_at:
        return f"{given} {local_day(consent.withdrawn_at)}"
    lapses = f", lapses {consent.lapses_on}" if consent.lapses_on else ""
    if consent.withdrawn_at is None:
        return f"{given}{lapses}"
    heard = "since withdrawn" if consent.withdrawn_at >= at else "heard since: withdrawn"
    return f"{given}{lapses}; {heard}, {local_day(consent.withdrawn_at)}"
