"""Events to JSON bytes and back, by msgspec: frozen dataclasses in, the same dataclasses out (see structs beside it).

Writing is checked: an event that would not read back to the same bytes is refused before it is stored. What is wrong
with stored bytes is told by its place, never by what stands there.
"""

from dataclasses import dataclass, make_dataclass
from functools import cache
from typing import Any

import msgspec
from eventsourcing.persistence import Transcoder

from hub.errors import EvidenceBroken, Unreadable
from hub.store.model import Meta
from hub.store.serialisation.names import EventNames, Json
from hub.store.serialisation.structs import Convert, wire


@dataclass(frozen=True, slots=True)
class IndexChange:
    """What an append does to the citizen index: take the citizen of this digest for its case, let go of her, or both.

    `aliases` are further digests by which the case is found. It is sealed with the append's first event, so that the
    index can be checked against the events it was made by.
    """

    claim: bytes | None = None
    release: bool = False
    aliases: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class EventAndMeta:
    """What is sealed: an event, and what stands beside it."""

    meta: Meta
    event: object
    index: IndexChange | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON of one event class in its envelope."""

    decoder: "msgspec.json.Decoder[Any]"
    lower: Convert
    lift: Convert

    @classmethod
    @cache
    def of(cls, event: type) -> "Shape":
        """Derived from the class's annotations; `TypeError` when one of them has no JSON form."""
        envelope = make_dataclass("EventAndMeta", _envelope(event), frozen=True, slots=True)
        built = wire(envelope)
        assert built.lower is not None
        assert built.lift is not None
        return cls(msgspec.json.Decoder(built.type), built.lower, built.lift)


def _envelope(event: type) -> list[tuple[str, Any] | tuple[str, Any, Any]]:
    return [("meta", Meta), ("event", event), ("index", IndexChange | None, None)]


class EnvelopeJson(Transcoder):
    """The library's transcoder, for envelopes: `decode` gives plain JSON, `open` the typed event of a stored name."""

    def __init__(self, names: EventNames) -> None:
        self._names = names
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self._plain = msgspec.json.Decoder()
        self._shapes = {type_.newest: Shape.of(type_.event) for type_ in names.types}

    def encode(self, obj: EventAndMeta) -> bytes:
        """The JSON bytes of an envelope; `TypeError` when they would not read back to the same."""
        name = self._names.of(type(obj.event)).newest
        shape = self._shapes[name]
        data = self._encoder.encode(shape.lower(obj))
        try:
            again = self._encoder.encode(shape.lower(self.open(name, data)))
        except EvidenceBroken as error:
            raise TypeError(f"{name} would not read back: {error}") from error
        if again != data:
            raise TypeError(f"{name} would not read back as it was written")
        return data

    def decode(self, data: bytes) -> Any:
        """The plain JSON of an envelope, whatever its name and version."""
        return self._plain.decode(data)

    def open(self, name: str, data: bytes) -> EventAndMeta:
        """The event in its newest class, lifted from the stored version; `EvidenceBroken` when it cannot be read."""
        try:
            shape = self._shapes.get(name)
            opened = shape.lift(shape.decoder.decode(data)) if shape else self._lifted(name, self._plain.decode(data))
        except (msgspec.ValidationError, Unreadable, ValueError) as error:
            raise EvidenceBroken(f"a stored {name} does not have its shape{_where(error)}") from None
        return EventAndMeta(opened.meta, opened.event, opened.index)

    def _lifted(self, name: str, body: Json) -> Any:
        stored = self._names.stored.get(name)
        if stored is None:
            raise EvidenceBroken(f"the record holds {name}, which this hub does not know")
        shape = self._shapes[stored.type.newest]
        return shape.lift(msgspec.convert({**body, "event": stored.lift(body["event"])}, shape.decoder.type))


def _where(error: Exception) -> str:
    """The path in msgspec's message, without the value that stands there."""
    _, at, path = str(error).rpartition(" - at ")
    return at + path if at else ""
