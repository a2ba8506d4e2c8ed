"""What the command line prints: a table for people, JSON lines or CSV for machines, all to standard output."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.api.plain import plain
from hub.redecide import Difference
from hub.replay import ConsentThen, Line
from hub.vocabulary.period import COPENHAGEN, local_day


def write_lines(lines: Sequence[Line], *, as_json: bool, as_csv: bool) -> None:
    """To standard output: a table for people, JSON lines or CSV for machines."""
    if as_json:
        for line in lines:
            print(json.dumps(plain(line), ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow([field.name for field in fields(Line)])
        for line in lines:
            writer.writerow([_cell(value) for value in plain(line).values()])
    elif lines:
        Console().print(_table(lines))
    else:
        print("no act answers this")


def _table(lines: Sequence[Line]) -> Table:
    table = Table(
        title=f"{len(lines)} act{'s' if len(lines) != 1 else ''}", title_justify="left", row_styles=["", "dim"]
    )
    for heading in ("at", "act", "from → to", "outcome", "hjemmel", "what", "consent then", "told her", "letter"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        outcome = Text(line.outcome, style="red" if line.outcome == "refused" else "green")
        cells = (
            line.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M"),
            line.kind,
            f"{line.discloser}\n→ {line.recipient}",
            outcome.append(f"\n{line.reason or ''}", style="default"),
            line.citation or line.invoked or "–",
            ", ".join(line.categories) + (f"\nheld back: {', '.join(line.withheld)}" if line.withheld else ""),
            "\n".join(map(_stood, line.consents)) or "–",
            str(local_day(line.citizen_informed_at)) if line.citizen_informed_at else "–",
            line.delivery or ("already made" if line.already_made else "–"),
        )
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells))  # never read as markup
    return table


def _stood(consent: ConsentThen) -> str:
    """How a consent stood at the act, and that it was taken back since."""
    since = f", withdrawn {local_day(consent.withdrawn_at)}" if consent.withdrawn_at else ""
    lapses = f", lapses {consent.lapses_on}" if consent.lapses_on else ""
    return f"{consent.stood}{lapses}{since}"


def _cell(value: Any) -> str:
    """A CSV cell; what a spreadsheet would take for a formula is quoted."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_differences(found: Sequence[Difference], *, as_json: bool) -> None:
    """To standard output: one line a difference, or that there is none."""
    for each in found:
        if as_json:
            print(json.dumps(plain(each), ensure_ascii=False))
        else:
            print(f"{each.at.isoformat()}  {each.kind}  {each.case}  {each.field}: {each.then} → {each.again}")
    if not found and not as_json:
        print("every decision comes out as it did")
