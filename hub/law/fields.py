"""Reading one mapping from outside, field by field: strict, bounded, and naming what is wrong.

YAML and JSON both end here as plain values. Every complaint is an `Unreadable` with the dotted field, the rule, and
where the rule stands; no foreign exception gets past, however deep, long or odd the input is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from hub.errors import Unreadable
from hub.law.facts import FIRST_YEAR, LAST_YEAR, NOT_STATED
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import COPENHAGEN, exists_locally, local_day

SOURCE = "hub/law/README.md, The facts"
MAX_ITEMS = 1000
MAX_WORD = 120
MAX_TEXT = 4000

_T = TypeVar("_T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"[A-Za-zÆØÅæøå][\w./-]{0,59}")


def complaint(rule: str, field: str = "") -> Unreadable:
    """What is wrong, and where the rule stands."""
    return Unreadable(rule, field=field, source=SOURCE)


def shown(value: object) -> str:
    """A code as it was written, so that a misspelling can be found; anything else is not repeated."""
    return f" '{value}'" if isinstance(value, str) and _CODE.fullmatch(value) else ""


class Fields:
    """One mapping, read once per field. `done()` complains about fields nobody asked for."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise complaint("a mapping of fields", path)
        self._values: Mapping[object, object] = value
        self._path = path
        self._asked: set[object] = set()

    def at(self, name: str) -> str:
        """The dotted path of a field here."""
        return f"{self._path}.{name}" if self._path else name

    def done(self) -> None:
        """Every field has been asked for; an unknown one is an error that names it."""
        unknown = next((key for key in self._values if key not in self._asked), None)
        if unknown is not None:
            name = shown(unknown)
            raise complaint("unknown field", self.at(name.strip(" '")) if name else self._path)

    def raw(self, name: str) -> object:
        """The value as it came; None when absent."""
        self._asked.add(name)
        return self._values.get(name)

    def needed(self, name: str, read: Callable[[object, str], _T]) -> _T:
        """The value of a field that must be there."""
        value = self.raw(name)
        if value is None:
            raise complaint("missing", self.at(name))
        return read(value, self.at(name))

    def optional(self, name: str, read: Callable[[object, str], _T]) -> _T | None:
        """The value, or None when it is absent, null or not stated."""
        value = self.raw(name)
        return None if _is_blank(value) else read(value, self.at(name))

    def many(self, name: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
        """The values of a list without its blanks; absent or not stated is the empty list."""
        value = self.raw(name)
        return () if _is_blank(value) else items(value, self.at(name), read)


def items(value: object, path: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    """Each entry of a list that is stated, its position in the path."""
    if not isinstance(value, list | tuple):
        raise complaint("a list", path)
    if len(value) > MAX_ITEMS:
        raise complaint(f"at most {MAX_ITEMS} entries", path)
    return tuple(read(entry, f"{path}[{index}]") for index, entry in enumerate(value) if not _is_blank(entry))


def text(value: object, path: str) -> str:
    """A piece of text without control characters."""
    return _string(value, path, MAX_TEXT)


def word(value: object, path: str) -> str:
    """A word of an open list: any short text."""
    return _string(value, path, MAX_WORD)


def truth(value: object, path: str) -> bool:
    """true or false, and nothing that looks like it."""
    if not isinstance(value, bool):
        raise complaint("true or false", path)
    return value


def whole_number(value: object, path: str) -> int:
    """A whole number from 0 to 150: an age in years."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 150:
        raise complaint("a whole number from 0 to 150", path)
    return value


def one_of(allowed: frozenset[str], what: str) -> Callable[[object, str], str]:
    """A reader for a closed list; the complaint names the unknown word and the known ones."""

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise complaint(f"unknown {what}{shown(value)}; expected one of {', '.join(sorted(allowed))}", path)
        return value

    return read


def unit(value: object, path: str) -> Unit:
    """`kind/unit@organisation`."""
    try:
        return Unit.parse(word(value, path))
    except Unreadable as error:
        raise complaint(f"{error.rule}{shown(str(value).partition('/')[0])}", error.field or path) from error


def moment(value: object, path: str) -> datetime:
    """A time: local Danish unless it carries a zone. In the hour the clocks repeat, the first is meant."""
    stated = _in_our_years(value if isinstance(value, datetime) else _written_moment(value, path), path)
    if stated.tzinfo is not None:
        return _in_our_years(stated.astimezone(COPENHAGEN), path)
    if not exists_locally(stated):
        raise complaint("a time that Danish clocks show; this one is skipped when they go forward", path)
    return stated.replace(tzinfo=COPENHAGEN)


def utc_moment(value: object, path: str) -> datetime:
    """A time in UTC, with or without its zone written."""
    stated = value if isinstance(value, datetime) else _written_moment(value, path)
    return moment(stated if stated.tzinfo else stated.replace(tzinfo=UTC), path)


def day(value: object, path: str) -> date:
    """A day, `2024-05-15`; the day of a time where one is given."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        value = _written_moment(value, path)
    if isinstance(value, datetime):
        return local_day(moment(value, path))
    return last_day(value, path)


def last_day(value: object, path: str) -> date:
    """A day and nothing finer, as a term is written."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise complaint("a day as YYYY-MM-DD", path)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise complaint("a day of the calendar, YYYY-MM-DD", path) from error


def _is_blank(value: object) -> bool:
    return value is None or value in (NOT_STATED, "")


def _written_moment(value: object, path: str) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise complaint("a time as YYYY-MM-DDTHH:MM, with or without a zone", path)
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise complaint("a time of the calendar and the clock, YYYY-MM-DDTHH:MM", path) from error


def _in_our_years(moment: datetime, path: str) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise complaint(f"a year from {FIRST_YEAR} to {LAST_YEAR}", path)
    return moment


def _string(value: object, path: str, longest: int) -> str:
    if not isinstance(value, str):
        raise complaint("text", path)
    if len(value) > longest:
        raise complaint(f"at most {longest} characters", path)
    if _CONTROL.search(value):
        raise complaint("text without control characters", path)
    return value
