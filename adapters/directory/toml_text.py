"""Directory entries → the TOML text that `toml_file` reads: for a demo that adds certificates, never over a reviewed
file.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from hub.ports.directory import Address, PostBox

_UNIT_FIELDS = ("mailbox", "sor", "gln", "phone", "channel")


def written(entries: Iterable[Address]) -> str:
    """The entries as one file; read again, it gives the same entries."""
    ordered = sorted(entries, key=lambda entry: entry.unit.organisation)
    groups = groupby(ordered, key=lambda entry: entry.unit.organisation)
    return "\n".join(line for key, units in groups for line in _organisation(key, list(units))) + "\n"


def _organisation(key: str, units: list[Address]) -> Iterator[str]:
    first = units[0]
    yield f"[{key}]"
    yield f"kind = {_text(first.unit.kind)}"
    yield f"name = {_text(first.organisation_name)}"
    if first.cvr is not None:
        yield f"cvr = {_text(first.cvr)}"
    yield f"\n[{key}.units]"
    yield from (f"{_text(unit.unit.unit)} = {{ {', '.join(_fields(unit))} }}" for unit in units)
    yield ""


def _fields(entry: Address) -> Iterator[str]:
    yield f"name = {_text(entry.unit_name)}"
    for name in _UNIT_FIELDS:
        value = getattr(entry, name)
        if value is not None:
            yield f"{name} = {_text(value)}"
    if entry.post_box:
        yield f"digital_post = {{ {', '.join(_post_fields(entry.post_box))} }}"
    if entry.pulls:
        yield "pulls = true"
    if entry.successor is not None and entry.succeeded_on is not None:
        yield f"successor = {_text(str(entry.successor))}"
        yield f"successor_from = {entry.succeeded_on.isoformat()}"
    if entry.certificates:
        yield f"certificates = [{', '.join(map(_text, entry.certificates))}]"


def _post_fields(box: PostBox) -> Iterator[str]:
    yield f"contact_point = {_text(box.contact_point)}"
    yield f"memo = {_text(box.memo)}"
    if box.routes_on_citizen:
        yield "routes_on_citizen = true"
    if box.kle:
        told = (f"{name} = {_text(getattr(box.kle, name))}" for name in ("key", "version", "label"))
        yield f"kle = {{ {', '.join(told)} }}"


def _text(value: str) -> str:
    """A TOML basic string is a JSON string, as long as nothing in it is escaped as a surrogate pair."""
    return json.dumps(value, ensure_ascii=False)
