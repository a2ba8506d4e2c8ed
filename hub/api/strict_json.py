"""Strict JSON (RFC 8259): UTF-8 without a byte order mark, no name twice, no NaN, no lone surrogates, a bounded depth.

What is wrong is told by rule and place, never by what stood there. A field's name is repeated if it looks like one.
"""

import json
import math
import re
from typing import Any

from hub.errors import Unreadable

MAX_DEPTH = 24
_BOM = b"\xef\xbb\xbf"
_FIELD = re.compile(r"(?!.*\d{4})[A-Za-z_$][A-Za-z0-9_$.:-]{0,39}")  # four digits in a row may be part of a CPR number
_LONE = re.compile(r"[\ud800-\udfff]")


class NotJson(Unreadable):
    """The body is not strict JSON."""


def strict_json(body: bytes) -> Any:
    """The JSON value, or `NotJson`."""
    if body.startswith(_BOM):
        raise _not_json("UTF-8 without a byte order mark", "RFC 8259 §8.1")
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
        )
    except json.JSONDecodeError as problem:
        raise _not_json(f"JSON expected; it breaks off at character {problem.pos}", "RFC 8259") from None
    except UnicodeDecodeError as problem:
        raise _not_json(f"UTF-8 expected; byte {problem.start} is none", "RFC 8259 §8.1") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # an integer of thousands of digits
        raise _not_json("a number in it is too long to be read", "RFC 8259 §6") from None
    return _bounded(value)


def shown_name(name: str) -> str:
    """The name of a field as a complaint may repeat it; one that could be a person's number or name is not."""
    return name if _FIELD.fullmatch(name) else "(a name that is no field)"


def _bounded(value: Any) -> Any:
    """The value, if it is no deeper than MAX_DEPTH and holds only text that can be written down again."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for node in level for part in _parts(node)]
        if not level:
            return value
    raise _too_deep()


def _parts(value: Any) -> list[Any]:
    """What stands inside, one level down."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, str) and not value.isascii() and _LONE.search(value):
        raise _not_json("text without lone surrogates", "RFC 8259 §8.2")
    return value if isinstance(value, list) else []


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotJson("stands twice in one object", field=shown_name(name), source="RFC 8259 §4")
        found[name] = value
    return found


def _constant(name: str) -> Any:
    raise _not_json(f"{name} is no JSON number", "RFC 8259 §6")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _not_json("a number in it is too large", "RFC 8259 §6")
    return number


def _too_deep() -> NotJson:
    return NotJson(f"at most {MAX_DEPTH} levels", field="body")


def _not_json(rule: str, source: str) -> NotJson:
    return NotJson(rule, field="body", source=source)
