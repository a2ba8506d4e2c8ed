"""The rows that a receiver pulls: one per letter, its message bundle as bytes, ready to be spliced into an answer.

A row holds its bundle sealed by the key of its case, and goes when that key is destroyed. A letter whose delivery is
held, because a consent it rests on was withdrawn before it left, is taken back; one that was pulled before stays.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Uuid,
    delete,
    insert,
    tuple_,
    update,
)

from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import DeliveryDeparted, DeliveryHeld
from hub.ports.letter import Letter
from hub.store import Recorded, Shredded
from hub.store.clock import micros

NAME = "fhir-inbox"
MOST_GAPS = 500  # a page ends early rather than let its cursor remember more
METADATA = MetaData()
inbox = Table(
    "fhir_inbox",
    METADATA,
    Column("unit", String(250), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("bundle_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("stream", Uuid, nullable=False),
    Column("act", Uuid, nullable=False),
    Column("name", String(100), nullable=False),
    Column("bundle", LargeBinary, nullable=False),
    Column("departed", Boolean, nullable=False, default=False),
    PrimaryKeyConstraint("unit", "partition", "position"),
    Index("fhir_inbox_time", "unit", "partition", "recorded_at", "position"),
    Index("fhir_inbox_bundle", "unit", "bundle_id"),
    Index("fhir_inbox_case", "case_id", "stream"),
)

Place = tuple[int, int]  # partition, position
Found = Row[Any]  # a row of `_SHOWN`
Seal = Callable[[UUID, UUID, bytes], bytes | None]  # case, bundle id, bytes; closes or opens, None when erased


class FhirInbox:
    """The projection; see projections.follow.Projection.

    `letter_of` says which letter an event puts into an inbox, None for any other event; `translate` makes its bundle;
    `seal` closes it for its case, under the bundle's id, and gives None when the case is erased.
    """

    name = NAME
    version = 1
    tables = (inbox,)

    def __init__(
        self, letter_of: Callable[[Recorded], Letter | None], translate: Callable[[Letter], bytes], seal: Seal
    ) -> None:
        self._letter_of, self._translate, self._seal = letter_of, translate, seal

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """One row per letter; none of a letter that is held, nor of a case whose key is destroyed."""
        erased = {recorded.case for recorded in batch if isinstance(recorded.event, CaseKeyDestroyed)}
        held = {(recorded.case, recorded.stream) for recorded in batch if isinstance(recorded.event, DeliveryHeld)}
        left = {(row.case, row.event.delivery) for row in batch if isinstance(row.event, DeliveryDeparted)}
        taken, letter = held - left, tuple_(inbox.c.case_id, inbox.c.stream)
        kept = (row for row in batch if row.case not in erased and (row.case, row.stream) not in taken)
        rows = [row for recorded in kept for row in self._rows(recorded)]
        if rows:
            connection.execute(insert(inbox), rows)
        if erased:
            connection.execute(delete(inbox).where(inbox.c.case_id.in_(erased)))
        if left:
            connection.execute(update(inbox).where(letter.in_(left)).values(departed=True))
        if taken:
            connection.execute(delete(inbox).where(letter.in_(taken), inbox.c.departed.is_(False)))

    def _rows(self, recorded: Recorded) -> Iterable[dict[str, object]]:
        letter = None if isinstance(recorded.event, Shredded) else self._letter_of(recorded)
        if letter is None:
            return
        key, bundle = _served(self._translate(letter), recorded.recorded_at)
        sealed = self._seal(recorded.case, key, bundle)
        if sealed is None:
            return
        yield {
            "unit": str(letter.recipient.unit),
            "partition": recorded.partition,
            "position": recorded.position,
            "recorded_at": micros(recorded.recorded_at),
            "bundle_id": key,
            "case_id": recorded.case,
            "stream": recorded.stream,
            "act": letter.act,
            "name": letter.name,
            "bundle": sealed,
        }


def _served(bundle: bytes, at: datetime) -> tuple[UUID, bytes]:
    """The bundle's id, and the bundle with `meta.lastUpdated` as this server says it; all else stays byte for byte."""
    raw = _FIELDS.decode(bundle)
    meta = msgspec.json.decode(raw.pop("meta", _NO_META), type=dict[str, msgspec.Raw])
    meta["lastUpdated"] = msgspec.Raw(msgspec.json.encode(at))
    said = {key: raw.pop(key) for key in ("resourceType", "id")}
    whole = said | {"meta": msgspec.Raw(msgspec.json.encode(meta))} | raw
    return msgspec.json.decode(said["id"], type=UUID), msgspec.json.encode(whole)


_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NO_META = msgspec.Raw(b"{}")
