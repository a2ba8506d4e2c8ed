"""Base FHIR: the one full validation, by the models of fhir.resources.

The models are R4B's (4.3.0). The resources that MedCom's messages hold have the same elements in R4 (4.0.1), so nothing
is refused or let through that R4 would not; the package's default models are R5's and are never used.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pydantic
from fhir.resources.R4B.bundle import Bundle

from adapters.medcom import systems
from adapters.medcom.envelope import MAX_DEPTH, Envelope
from hub.domain.message import Finding
from hub.errors import HubError

MOST = 20  # complaints that are told; who sends more has one mistake made many times
_NAME = re.compile(r"_?[a-z][A-Za-z0-9]{0,39}")
_SAYS = {
    "missing": "required",
    "extra_forbidden": "no element of FHIR R4",
    "string_type": "a string",
    "list_type": "a list",
    "bool_type": "true or false",
    "string_pattern_mismatch": "the form that FHIR gives this type",
    "string_too_short": "a value that is not empty",
}
_TYPES = frozenset({"string_type", "list_type", "bool_type", "int_type", "dict_type", "model_type"})


class _Twice(HubError):
    """A name stands twice in one object."""


def findings(envelope: Envelope) -> tuple[Finding, ...]:
    """What base FHIR has to complain of, by element; empty for a message that is sound."""
    try:
        tree = json.loads(envelope.body, object_pairs_hook=_object, parse_constant=_constant)
    except (_Twice, ValueError, RecursionError) as error:
        says = "no name twice in one object" if isinstance(error, _Twice) else "strict JSON (RFC 8259)"
        return (Finding(severity="error", code=systems.BAD_FORMAT, element="Bundle", rule="msg-json", says=says),)
    if _deeper(tree, MAX_DEPTH):
        says = f"at most {MAX_DEPTH} levels"
        return (Finding(severity="error", code=systems.BAD_FORMAT, element="Bundle", rule="msg-depth", says=says),)
    try:
        Bundle.model_validate(tree)
    except pydantic.ValidationError as error:
        return tuple(_told(error.errors(include_url=False, include_input=False)))
    except Exception:  # noqa: BLE001 - whatever else a model trips over, as a resourceType of its own, is no FHIR either
        return (Finding(severity="error", code=systems.BAD_FORMAT, element="Bundle", rule="r4", says="FHIR R4"),)
    return ()


def _told(errors: Sequence[Any]) -> Iterator[Finding]:
    for error in errors[:MOST]:
        kind = error["type"]
        code = systems.WRONG_TYPE if kind in _TYPES else systems.BAD_FORMAT
        says = _SAYS.get(kind, "what FHIR R4 says of this element")
        yield Finding(severity="error", code=code, element=_path(error["loc"]), rule="r4", says=says)


def _path(loc: tuple[int | str, ...]) -> str:
    """FHIRPath of an element; a name that is no element's is not repeated."""
    path = "Bundle"
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part if _NAME.fullmatch(part) else '(unknown)'}"
    return path


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _constant(_: str) -> Any:
    raise ValueError


def _deeper(tree: Any, levels: int) -> bool:
    level = [tree]
    for _ in range(levels):
        level = [
            part
            for node in level
            for part in (node.values() if isinstance(node, dict) else node)
            if isinstance(part, dict | list)
        ]
        if not level:
            return False
    return True
