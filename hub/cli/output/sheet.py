"""The acts of a replay as a sheet that a Danish Excel opens by a double click.

Semicolons, because the comma is Denmark's decimal mark; a byte order mark, because without it Excel reads æøå in the
machine's old character set; moments in Danish time without an offset, because only so does Excel take them for moments.
What needs more precision than people do reads `--json`.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime

from hub.compliance.columns import COLUMNS, CONSENTS
from hub.compliance.disclosure_entry import ConsentThen, DisclosureEntry
from hub.law.danish_dates import written_interval
from hub.vocabulary.period import COPENHAGEN

BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
_CONSENTS: dict[str, Callable[[ConsentThen], object]] = {
    "consents": lambda consent: consent.consent,
    "consents_form": lambda consent: consent.form,
    "consents_registered_by": lambda consent: consent.registered_by,
    "consents_given": lambda consent: consent.given_at,
    "consents_lapse": lambda consent: consent.lapses_on,
    "consents_stood": lambda consent: consent.stood,
    "consents_withdrawn": lambda consent: consent.withdrawn_at,
}
_OTHERS = tuple(name for name in COLUMNS if name != CONSENTS)


def write(lines: Sequence[DisclosureEntry]) -> None:
    """To standard output, with a header; several consents share a cell, in the same order in each of their columns."""
    sys.stdout.write(BYTE_ORDER_MARK)
    writer = csv.writer(sys.stdout, delimiter=";")
    writer.writerow((*_OTHERS, *_CONSENTS))
    for line in lines:
        own = (_cell(_own(line, name)) for name in _OTHERS)
        theirs = (_cell(tuple(part(consent) for consent in line.consents)) for part in _CONSENTS.values())
        writer.writerow((*own, *theirs))


def _own(line: DisclosureEntry, name: str) -> object:
    """A field of the line; the edition in words."""
    if name == "edition" and line.ruling.edition:
        return written_interval(line.ruling.edition, "en")
    return COLUMNS[name](line)


def _cell(value: object) -> str:
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(_text(part) or ("–" if len(value) > 1 else "") for part in value)
        case _:
            return str(value)
