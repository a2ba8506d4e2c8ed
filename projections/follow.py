"""Reads events in order and moves table and position in one transaction, so that no event is lost or counted twice.

A follower belongs to one projection. For every partition it keeps the last position applied in `tracking`, which lies
beside the read model: the conditional UPDATE of it makes two followers of one projection safe, because the second finds
the position moved and applies nothing. Order holds within a partition, and so within a case, not across partitions.

An event that a projection cannot take is parked with the kind of its error (never the text) and rings the alarm; later
events of the same case wait behind it, other cases go on. `retry_parked` tries them again, in their order.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from hub.errors import EvidenceBroken
from hub.store import Damaged, Record, Recorded, Vector, writing
from projections.tables import parked, prepare, shape_of, stands, tracking

BATCH = 1000
SHORTEST, LONGEST = 0.002, 0.05  # seconds between two looks, while busy and when idle

log: structlog.stdlib.BoundLogger = structlog.get_logger("tvaerspor.follow")


class Projection(Protocol):
    """A read model: tables of its own and a way to bring them forward.

    `apply` gets events of one partition in order, uses SQLAlchemy Core on `tables` only (a rebuild redirects them),
    must take `Shredded` events, and neither commits nor rolls back.
    """

    @property
    def name(self) -> str:
        """Under which its position is kept; it never changes."""

    @property
    def version(self) -> int:
        """Raised when the same tables come to mean something else; they are built anew then, as for other columns."""

    @property
    def tables(self) -> Sequence[Table]:
        """What a rebuild empties and fills."""

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """Bring the tables forward by these events."""


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """An event that has not been applied, and why; `error` None waits behind an earlier one of its case."""

    partition: int
    position: int
    case: UUID
    error: str | None


class Follower:
    """Keeps one projection up to date with the record. `engine` says where its tables lie, if not beside the log."""

    def __init__(self, record: Record, projection: Projection, engine: Engine | None = None) -> None:
        self._record, self._projection, self._engine = record, projection, engine or record.engine
        self._shape = shape_of(projection)
        prepare(self._engine, projection, record.partitions)

    def catch_up(self) -> int:
        """Apply everything the record holds by now; how many events that were."""
        return sum(self._catch_up(partition) for partition in range(self._record.partitions))

    def position(self) -> Vector:
        """How far the read model has come."""
        query = select(tracking.c.pos).where(tracking.c.name == self._projection.name).order_by(tracking.c.partition)
        with self._engine.connect() as connection:
            return Vector(tuple(connection.execute(query).scalars()))

    def wait_until(self, vector: Vector, timeout: float) -> bool:
        """Wait until the read model covers the vector (read your writes); False when the time ran out first."""
        deadline = time.monotonic() + timeout
        pause = SHORTEST
        while not self.position().covers(vector):
            if time.monotonic() > deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, LONGEST)
        return True

    def parked(self) -> tuple[ParkedEvent, ...]:
        """What could not be applied, oldest first within a partition."""
        columns = (parked.c.partition, parked.c.pos, parked.c.case_id, parked.c.error)
        query = select(*columns).where(parked.c.name == self._projection.name)
        with self._engine.connect() as connection:
            return tuple(
                ParkedEvent(*row) for row in connection.execute(query.order_by(parked.c.partition, parked.c.pos))
            )

    def retry_parked(self) -> tuple[ParkedEvent, ...]:
        """Try every parked event again, in order; what is parked afterwards."""
        for partition in range(self._record.partitions):
            with writing(self._engine).begin() as connection:
                self._retry(connection, partition)
        return self.parked()

    def _catch_up(self, partition: int) -> int:
        applied = 0
        while batch := self._next(partition):
            applied += self._apply(partition, batch)
        return applied

    def _next(self, partition: int) -> tuple[Recorded, ...]:
        with self._engine.connect() as connection:
            after = self._position(connection, partition)
        return self._record.read(partition, after, BATCH)

    def _apply(self, partition: int, batch: Sequence[Recorded]) -> int:
        """How many events that were; none when another follower has applied them already."""
        with writing(self._engine).begin() as connection:
            # First, so that a slower follower waits here instead of doing the work and losing it.
            if not self._move(connection, partition, batch[0].position - 1, batch[-1].position):
                return 0
            self._park(connection, apply_batch(connection, self._projection, batch, self._halted(connection)))
        return len(batch)

    def _retry(self, connection: Connection, partition: int) -> None:
        # The tracking row is the projection's lock: nobody parks more while these are tried.
        here = (self._mine(tracking), tracking.c.partition == partition)
        connection.execute(update(tracking).where(*here).values(pos=tracking.c.pos))
        waiting = (self._mine(parked), parked.c.partition == partition)
        positions = connection.execute(select(parked.c.pos).where(*waiting).order_by(parked.c.pos)).scalars().all()
        connection.execute(delete(parked).where(*waiting))
        events = [event for position in positions for event in self._record.read(partition, position - 1, 1)]
        self._park(connection, apply_batch(connection, self._projection, events, set()))

    def _move(self, connection: Connection, partition: int, old: int, new: int) -> bool:
        """Move the position if it still stands where it was; the row stays locked until the commit."""
        here = (self._mine(tracking), tracking.c.partition == partition, tracking.c.pos == old, self._stands)
        return connection.execute(update(tracking).where(*here).values(pos=new)).rowcount == 1

    def _position(self, connection: Connection, partition: int) -> int:
        here = (self._mine(tracking), tracking.c.partition == partition, self._stands)
        position: int | None = connection.execute(select(tracking.c.pos).where(*here)).scalar()
        if position is None:
            raise EvidenceBroken(f"the read model {self._projection.name} is another version's now; restart this one")
        return position

    def _halted(self, connection: Connection) -> set[UUID]:
        return set(connection.execute(select(parked.c.case_id).where(self._mine(parked))).scalars())

    def _park(self, connection: Connection, events: Iterable[ParkedEvent]) -> None:
        park(connection, self._projection.name, events)

    @property
    def _stands(self) -> ColumnElement[bool]:
        """Are the tables still of this follower's shape? Another version of the hub may have built them anew."""
        return stands(self._projection.name, self._shape)

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.name == self._projection.name


def apply_batch(
    connection: Connection, projection: Projection, batch: Sequence[Recorded], halted: set[UUID]
) -> list[ParkedEvent]:
    """Apply what can be applied and return what must be parked; `halted` cases are held back and may grow."""
    ready = [event for event in batch if event.case not in halted]
    waiting = [_parked(event, None) for event in batch if event.case in halted]
    if not ready or _applied(connection, projection, ready) is None:
        return waiting
    return waiting + _one_by_one(connection, projection, ready, halted)


def park(connection: Connection, name: str, events: Iterable[ParkedEvent]) -> None:
    """Remember events that were not applied."""
    for event in events:
        row = {
            "name": name,
            "partition": event.partition,
            "pos": event.position,
            "case_id": event.case,
            "error": event.error,
        }
        connection.execute(insert(parked), row)


def _one_by_one(
    connection: Connection, projection: Projection, batch: Sequence[Recorded], halted: set[UUID]
) -> list[ParkedEvent]:
    parks: list[ParkedEvent] = []
    for event in batch:
        if event.case in halted:
            parks.append(_parked(event, None))
        elif error := _applied(connection, projection, [event]):
            halted.add(event.case)
            parks.append(_parked(event, error))
            log.error(
                "projection-parked", projection=projection.name, at=(event.partition, event.position), error=error
            )
    return parks


def _applied(connection: Connection, projection: Projection, batch: Sequence[Recorded]) -> str | None:
    """Apply the whole batch, or nothing and say which kind of error there was; a database gone away is none.

    A damaged event is no read model's to take: it is parked, and what comes behind it in its case waits.
    """
    if any(isinstance(event.event, Damaged) for event in batch):
        return EvidenceBroken.__name__
    try:
        with connection.begin_nested():
            projection.apply(connection, batch)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 – whatever a read model trips over, the others must go on
        return type(error).__name__
    return None


def _parked(event: Recorded, error: str | None) -> ParkedEvent:
    return ParkedEvent(event.partition, event.position, event.case, error)
