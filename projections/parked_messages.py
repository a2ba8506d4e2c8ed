"""Which messages wait for which unit to place them: who sent them and why they wait, never what they say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
)

from hub.domain.message import MessageParked, MessagePlaced
from hub.store import Recorded
from hub.store.clock import micros, moment
from hub.vocabulary.organisations import Unit

METADATA = MetaData()
waiting = Table(
    "parked_messages",
    METADATA,
    Column("stream", Uuid, primary_key=True),
    Column("unit", String(250), nullable=False),
    Column("sender", String(250), nullable=False),
    Column("message", String(64), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("why", String(40), nullable=False),
    Column("came_at", BigInteger, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("parked_messages_unit", "unit", "came_at"),
)


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """One message that waits; `id` is what a person places it by."""

    id: UUID
    sender: Unit
    message: str
    kind: str
    why: str
    came_at: datetime


class ParkedMessages:
    """The projection; see projections.follow.Projection."""

    name = "parked-messages"
    version = 2  # one that waits for a base is its sender's
    tables = (waiting,)

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """A row for each message that is parked, until it is placed."""
        for recorded in batch:
            if isinstance(recorded.event, MessageParked):
                connection.execute(insert(waiting).values(**_row(recorded, recorded.event)))
            elif isinstance(recorded.event, MessagePlaced):
                connection.execute(delete(waiting).where(waiting.c.stream == recorded.stream))


def _row(recorded: Recorded, event: MessageParked) -> dict[str, object]:
    return {
        "stream": recorded.stream,
        "unit": str(event.waits_for),
        "sender": str(event.by),
        "message": event.message,
        "kind": event.kind,
        "why": event.why,
        "came_at": micros(recorded.recorded_at),
        "partition": recorded.partition,
        "position": recorded.position,
    }


def waiting_for(
    connection: Connection, unit: Unit, limit: int = 200, formerly: Collection[Unit] = ()
) -> list[ParkedMessage]:
    """The messages that wait for this unit, or for one that it took over from, oldest first."""
    names = sorted(map(str, {unit, *formerly}))
    order = (waiting.c.came_at, waiting.c.partition, waiting.c.position)
    rows = select(waiting).where(waiting.c.unit.in_(names)).order_by(*order)
    return [
        ParkedMessage(
            id=row.stream,
            sender=Unit.parse(row.sender),
            message=row.message,
            kind=row.kind,
            why=row.why,
            came_at=moment(row.came_at),
        )
        for row in connection.execute(rows.limit(limit))
    ]
