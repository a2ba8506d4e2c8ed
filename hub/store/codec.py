"""Events to JSON bytes and back, by msgspec: frozen dataclasses in, the same dataclasses out.

What an event may hold: aware datetimes, dates, UUIDs, enums, numbers, text, bytes (base64), tuples, frozensets, nested
dataclasses; any of them optional. A union of several dataclasses is not possible. A nested dataclass, `Unit` too, is
written as an object of its fields, which an auditor can read without our code. Other classes are written as `str(x)`
and read by their `parse` class method.

Writing is checked: an event that would not read back to the same bytes, or holds a time without zone, is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec
from eventsourcing.persistence import Transcoder

from hub.errors import EvidenceBroken
from hub.store.model import Meta
from hub.store.names import EventNames, StoredName


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is sealed: an event, and what stands beside it."""

    meta: Meta
    event: object


class EnvelopeJson(Transcoder):
    """The library's transcoder, for envelopes: `decode` gives plain JSON, `open` the typed event of a stored name."""

    def __init__(self, names: EventNames) -> None:
        self._names = names
        self._encoder = msgspec.json.Encoder(enc_hook=_write, order="deterministic")
        self._plain = msgspec.json.Decoder()
        self._newest = {each.newest: _decoder(each.event) for each in names.types}

    def encode(self, obj: Envelope) -> bytes:
        """The JSON bytes of an envelope; `TypeError` when they would not read back to the same."""
        _require_zones(obj)
        data = self._encoder.encode(obj)
        name = self._names.of(type(obj.event)).newest
        try:
            again = self._encoder.encode(self.open(name, data))
        except EvidenceBroken as error:
            raise TypeError(f"{name} would not read back: {error}") from error
        if again != data:
            raise TypeError(f"{name} would not read back as it was written")
        return data

    def decode(self, data: bytes) -> Any:
        """The plain JSON of an envelope, whatever its name and version."""
        return self._plain.decode(data)

    def open(self, name: str, data: bytes) -> Envelope:
        """The event in its newest class, lifted from the stored version; `EvidenceBroken` when it cannot be read."""
        try:
            decoder = self._newest.get(name)
            envelope = decoder.decode(data) if decoder else self._lifted(name, data)
        except msgspec.ValidationError as error:
            raise EvidenceBroken(f"a stored {name} does not have its shape: {_where(error)}") from None
        except msgspec.DecodeError:
            raise EvidenceBroken(f"a stored {name} is no JSON") from None
        return Envelope(envelope.meta, envelope.event)

    def _lifted(self, name: str, data: bytes) -> Any:
        try:
            stored: StoredName = self._names.stored[name]
        except KeyError:
            raise EvidenceBroken(f"the record holds {name}, which this hub does not know") from None
        plain = self._plain.decode(data)
        lifted = {"meta": plain["meta"], "event": stored.lift(plain["event"])}
        shape = self._newest[stored.type.newest].type
        return msgspec.convert(lifted, shape, dec_hook=_read, builtin_types=())


def _decoder(event: type) -> msgspec.json.Decoder[Any]:
    shape = msgspec.defstruct(f"{event.__name__}Envelope", [("meta", Meta), ("event", event)])
    return msgspec.json.Decoder(shape, dec_hook=_read)


def _write(value: Any) -> Any:
    if hasattr(type(value), "parse"):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _read(kind: Any, value: Any) -> Any:
    if hasattr(kind, "parse") and isinstance(value, str):
        return kind.parse(value)
    raise TypeError(f"{kind} has no JSON form")


def _where(error: msgspec.ValidationError) -> str:
    """The path in msgspec's message without the value that stands there."""
    return str(error).rpartition(" - at ")[2]


def _require_zones(value: object) -> None:
    """Refuse a time without zone anywhere in the value: it would be another moment for every reader."""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise TypeError("a stored time needs its zone")
    elif is_dataclass(value):
        for each in fields(value):
            _require_zones(getattr(value, each.name))
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for part in value.values() if isinstance(value, dict) else value:
            _require_zones(part)
