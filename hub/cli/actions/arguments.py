"""The words of a call, understood; `Unreadable` names the option and what was expected, never what stood there."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from hub.errors import Unreadable
from hub.law.facts import FIRST_YEAR, LAST_YEAR
from hub.vocabulary.period import COPENHAGEN

T = TypeVar("T")
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)  # what the record counts in
CASE = "a case id as the hub gave it out, such as 3f0c1d6e-8a51-8a0b-9c41-6d1f6b0a2e77"
MOMENT = "a moment with its zone, such as 2025-04-07T10:00+02:00, or a day, such as 2025-04-07"


def read(option: str, text: str, parse: Callable[[str], T], rule: str = CASE) -> T:
    """What `parse` makes of the text; `rule` is the complaint when it only says that it cannot."""
    try:
        return parse(text)
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=option, source=complaint.source) from None
    except ValueError:
        raise Unreadable(rule, field=option) from None


def beginning(option: str, text: str | None) -> datetime | None:
    """A moment with its zone as it is; of a Danish day, its first moment."""
    return None if text is None else _period(option, text)[0]


def end(option: str, text: str | None) -> datetime | None:
    """A moment with its zone as it is; of a Danish day, the first moment after it."""
    return None if text is None else _period(option, text)[1]


def last(option: str, text: str | None) -> datetime | None:
    """A moment with its zone as it is; of a Danish day, its last moment."""
    if text is None:
        return None
    first, after = _period(option, text)
    return first if first == after else after - _MOMENT


def _period(option: str, text: str) -> tuple[datetime, datetime]:
    """From a day's midnight to the next one in Denmark; a moment lasts for nothing."""
    found = read(option, text, datetime.fromisoformat, MOMENT)
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise Unreadable(f"a year from {FIRST_YEAR} to {LAST_YEAR}", field=option)
    if found.utcoffset() is not None:
        return found, found
    if "T" in text or " " in text:
        raise Unreadable(MOMENT, field=option)
    first = found.replace(tzinfo=COPENHAGEN)
    return first, first + _DAY  # wall clock: the next midnight, however long the day is


def text_of(file: Path) -> str:
    """The text of a file; `-` is standard input."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("expected a readable UTF-8 file", field=file.name) from None
