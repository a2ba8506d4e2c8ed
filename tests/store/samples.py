"""One stored sample of every event version ever written: `python -m tests.store.samples` adds those that are missing.

A sample is the JSON of an envelope as it was stored under its name; it is made once and never again, for the record may
hold the same bytes. Only before an event's first release may its sample be thrown away and made anew.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from hub.store.serialisation.codec import EnvelopeJson, EventAndMeta
from hub.store.serialisation.events import NAMES
from hub.vocabulary.identification import ForeignNumber, ReplacementNumber
from hub.vocabulary.identifiers import Cpr, Ean
from hub.vocabulary.organisations import Unit
from tests import people
from tests.store.acts import META

FOLDER = Path(__file__).parent / "samples"
SIMPLE: dict[Any, Any] = {
    str: "hvad der blev sagt",
    int: 7,
    float: 0.5,
    bool: True,
    bytes: b"\x00sealed\xff",
    UUID: UUID("6f1d2c3b-4a59-4687-8796-a5b4c3d2e1f0"),
    date: date(2024, 2, 29),
    datetime: datetime(2024, 3, 4, 8, 30, tzinfo=UTC),
    Unit: people.FAMILIES,
    Cpr: people.NANCY.cpr,
    ReplacementNumber: people.AMIRA.replacement,
    ForeignNumber: people.ELSA.foreign,
    Ean: Ean.parse("5790000000005"),
}


def path(name: str) -> Path:
    """Where the sample of a stored name lies."""
    return FOLDER / f"{name}.json"


def example(kind: Any) -> Any:
    """A value of this type with every field filled, so that a sample shows them all."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        return (example(parts[0]),) if parts[1:] == (...,) else tuple(map(example, parts))
    if origin is frozenset:
        return frozenset({example(parts[0])})
    if origin in (Mapping, dict):
        return {"kode": example(parts[1])}
    if parts:
        return example(next(part for part in parts if part is not type(None)))
    hints = get_type_hints(kind)
    return kind(**{field.name: example(hints[field.name]) for field in fields(kind) if field.init})


def made(event: type) -> bytes:
    """The bytes that an event of this class is stored as."""
    return EnvelopeJson(NAMES).encode(EventAndMeta(META, example(event)))


def main() -> None:
    """Write what is missing, indented for readers."""
    FOLDER.mkdir(exist_ok=True)
    for type_ in NAMES.types:
        if not path(type_.newest).exists():
            text = json.dumps(json.loads(made(type_.event)), indent=2, ensure_ascii=False)
            path(type_.newest).write_text(text + "\n", encoding="utf-8")
            print(f"made {type_.newest}")


if __name__ == "__main__":
    main()
