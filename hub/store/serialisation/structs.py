"""How an event's classes look as JSON: for every dataclass a msgspec Struct, derived from its annotations once.

The Structs are what msgspec reads and writes, strictly: an unknown or missing field, a wrong type, a time without zone
is an error. What an event may hold:

    str, int, float, bool, bytes (base64), UUID, enums, Literal    as msgspec writes them
    datetime (with zone), date, and `datetime | date`              ISO 8601
    a class with `parse`, such as Unit, Cpr, ForeignNumber         its text: `digits` or `written`, or else its `str`
    dataclasses                                                    an object of their fields
    tuple, frozenset, Mapping, Optional of these                   arrays, objects, null

A union of dataclasses, a bare `object` or `Any` is refused when the table of events is built.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache, lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

Convert = Callable[[Any], Any]
_PLAIN = (str, int, float, bool, bytes, UUID, date)
_ZONED = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class Wire:
    """The type msgspec knows for a Python type, and the ways there and back; None where nothing needs to be done."""

    type: Any
    lower: Convert | None = None
    lift: Convert | None = None


@cache
def wire(kind: Any) -> Wire:
    """The JSON side of a type; `TypeError` for one that has none."""
    if kind in _PLAIN or get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return Wire(kind)
    if kind is datetime:
        return Wire(_ZONED)
    if isinstance(kind, NewType):
        return wire(kind.__supertype__)
    if isinstance(kind, type) and hasattr(kind, "parse"):
        return _text(kind, kind.parse)
    if is_dataclass(kind) and isinstance(kind, type):
        return _struct(kind)
    return _composed(kind)


def _text(kind: type, parse: Convert) -> Wire:
    """`str` of a Cpr is masked, so numbers are written on purpose; they do not linger in a cache either."""
    shown = next((name for name in ("digits", "written") if hasattr(kind, name)), None)
    if shown is not None:
        return Wire(str, attrgetter(shown), parse)
    return Wire(str, str, lru_cache(maxsize=4096)(parse))


def _composed(kind: Any) -> Wire:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union(kind, frozenset(parts))
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        return _many(tuple, wire(parts[0]), tuple[wire(parts[0]).type, ...])  # type: ignore[misc]  # built at run time
    if origin is tuple:
        return _fixed(kind, tuple(map(wire, parts)))
    if origin is frozenset:
        return _many(frozenset, wire(parts[0]), frozenset[wire(parts[0]).type])  # type: ignore[misc]  # likewise
    if origin in (Mapping, dict) and parts[0] is str:
        return _mapping(wire(parts[1]))
    raise TypeError(f"{kind} has no JSON form")


def _union(kind: Any, parts: frozenset[Any]) -> Wire:
    """Optional, `datetime | date`, or what msgspec can tell apart by itself."""
    some = parts - {NoneType}
    if some == {datetime, date}:
        inner = Wire(str, lambda value: value.isoformat(), _moment_or_day)
    elif len(some) == 1:
        inner = wire(next(iter(some)))
    elif any(wire(part).lift for part in some):
        raise TypeError(f"{kind} has no JSON form: nothing would tell its members apart")
    else:
        return Wire(kind)
    if NoneType not in parts:
        return inner
    return Wire(inner.type | None, _unless_none(inner.lower), _unless_none(inner.lift))


def _many(container: type, inner: Wire, kind: Any) -> Wire:
    lower, lift = inner.lower, inner.lift
    if lower is None or lift is None:
        return Wire(kind)
    return Wire(kind, lambda values: container(map(lower, values)), lambda values: container(map(lift, values)))


def _fixed(kind: Any, inner: tuple[Wire, ...]) -> Wire:
    """A tuple of so many members, each of its own type."""
    if any(member.lower or member.lift for member in inner):
        raise TypeError(f"{kind} has no JSON form: name its members in a dataclass")
    return Wire(kind)


def _mapping(inner: Wire) -> Wire:
    lower, lift = inner.lower, inner.lift
    kind = dict[str, inner.type]  # type: ignore[name-defined]  # built at run time
    if lower is None or lift is None:
        return Wire(kind, dict)
    return Wire(
        kind,
        lambda values: {key: lower(value) for key, value in values.items()},
        lambda values: {key: lift(value) for key, value in values.items()},
    )


def _struct(kind: type) -> Wire:
    hints = get_type_hints(kind)
    own = fields(kind)
    inner = [wire(hints[entry.name]) for entry in own]
    by_name = any(entry.kw_only for entry in own)
    shape = msgspec.defstruct(
        kind.__name__,
        [_declared(entry, its) for entry, its in zip(own, inner, strict=True)],
        frozen=True,
        kw_only=by_name,
        forbid_unknown_fields=True,
    )
    names = tuple(entry.name for entry in own)
    return Wire(
        shape,
        _rebuild(shape, names, [its.lower for its in inner], by_name=by_name),
        _rebuild(kind, names, [its.lift for its in inner], by_name=by_name),
    )


def _declared(entry: "Field[Any]", inner: Wire) -> tuple[str, Any] | tuple[str, Any, Any]:
    """A field of the Struct with the default of the dataclass, so that an optional field may be added later."""
    lower = inner.lower or (lambda value: value)
    if entry.default is not MISSING:
        default = lower(entry.default)
        return entry.name, inner.type, msgspec.field(default_factory=lambda: default)
    if entry.default_factory is not MISSING:
        factory = entry.default_factory
        return entry.name, inner.type, msgspec.field(default_factory=lambda: lower(factory()))
    return entry.name, inner.type


def _rebuild(target: type, names: tuple[str, ...], ways: list[Convert | None], *, by_name: bool) -> Convert:
    """An object of the target class from one with the same fields."""
    changed = tuple((place, way) for place, way in enumerate(ways) if way is not None)
    taken = _taking(names)

    def rebuild(value: Any) -> Any:
        given = taken(value)
        if changed:
            given = list(given)
            for place, way in changed:
                given[place] = way(given[place])
        return target(**dict(zip(names, given, strict=True))) if by_name else target(*given)

    return rebuild


def _taking(names: tuple[str, ...]) -> Convert:
    """The values of these fields, in one go where there are several."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


def _unless_none(way: Convert | None) -> Convert | None:
    if way is None:
        return None
    return lambda value: None if value is None else way(value)


def _moment_or_day(text: str) -> date:
    if len(text) == len("2024-01-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise msgspec.ValidationError("a time needs its zone")
    return moment
