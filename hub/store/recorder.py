"""The recorder: appends batches under the partition's head row, and reads rows back in every order the hub needs.

A subclass of the eventsourcing library's ApplicationRecorder, in whose words a position is a notification id. It
differs from the recorders shipped with it in what event-store.md asks for: gapless positions assigned under the head's
lock, the Merkle frontier moved in the same transaction, several appends judged one by one and stored by one commit.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent, Subscription
from sqlalchemy import Connection, Engine, Select, and_, func, or_, select

from hub.errors import Contradiction
from hub.store.append_notifier import AppendNotifier
from hub.store.append_request import AppendRequest
from hub.store.append_transaction import AppendTransaction, Outcome
from hub.store.clock import Clock
from hub.store.engine import writing
from hub.store.rows import LoggedEvent, SealedEvent
from hub.store.schema import Installation
from hub.store.subscription import PollingSubscription
from hub.store.tables import event, taken


class CaseRecorder(ApplicationRecorder):
    """Rows in, rows out; knows nothing of what is sealed in them."""

    def __init__(self, engine: Engine, installation: Installation, clock: Clock | None = None) -> None:
        self.engine, self.installation, self.notifier = engine, installation, AppendNotifier()
        self._clock = clock

    def append(
        self, connection: Connection, partition: int, batch: Sequence[AppendRequest], *, again: bool = False
    ) -> list[Outcome]:
        """One transaction: judge each append by itself, store those that stand. Outcomes in the order of the batch.

        No two appends of a batch may hold the same (`AppendRequest.holds`). `again`: after a lost connection, see
        `AppendTransaction`.
        """
        with connection.begin():
            transaction = AppendTransaction(connection, partition, batch, self._clock)
            outcomes = [transaction.settle(pending, again=again) for pending in batch]
            wrote = transaction.write()
        if wrote:
            self.notifier.ring()
        return outcomes

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """The library's way in: sealed events of one case, stored together or not at all; their positions."""
        if not stored_events:
            return None
        events = tuple(_sealed(stored_event) for stored_event in stored_events)
        pending = AppendRequest(case=events[0].case_id, events=events)
        with writing(self.engine).connect() as connection:
            (outcome,) = self.append(connection, self.installation.partition_of(pending.case), [pending])
        if isinstance(outcome, Contradiction):
            raise IntegrityError(outcome.detail) from outcome
        return [row.id for row in outcome]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LoggedEvent]:
        """The rows of one stream by version. Streams are found in every partition: their id need not be the case's."""
        query = select(event).where(self._anywhere, event.c.stream_id == originator_id)
        if gt is not None:
            query = query.where(event.c.version > gt)
        if lte is not None:
            query = query.where(event.c.version <= lte)
        return self._rows(query.order_by(event.c.version.desc() if desc else event.c.version).limit(limit))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[LoggedEvent]:
        """Rows of the first partition by position: the library knows one sequence only. Others are read by `select`."""
        after = -1 if start is None else start - 1 if inclusive_of_start else start
        return self.select(0, after, limit, upto=stop, names=topics)

    def max_notification_id(self) -> int | None:
        """The last position of the first partition, None when it is empty."""
        with self.engine.connect() as connection:
            found: int | None = connection.execute(
                select(func.max(event.c.pos)).where(event.c.partition == 0)
            ).scalar_one()
        return found

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """The library's endless iterator over the first partition."""
        return PollingSubscription(self, self.notifier, gt, topics)

    def select(
        self, partition: int, after: int, limit: int, *, upto: int | None = None, names: Collection[str] = ()
    ) -> Sequence[LoggedEvent]:
        """Rows of a partition by position, after one position and up to another."""
        query = select(event).where(event.c.partition == partition, event.c.pos > after)
        if upto is not None:
            query = query.where(event.c.pos <= upto)
        if names:
            query = query.where(event.c.topic.in_(names))
        return self._rows(query.order_by(event.c.pos).limit(limit))

    def select_case(
        self, case: UUID, upto: int | None = None, names: Collection[str] = (), without: UUID | None = None
    ) -> Sequence[LoggedEvent]:
        """The rows of all streams of a case by position, but for one that is left out."""
        partition = self.installation.partition_of(case)
        query = select(event).where(event.c.partition == partition, event.c.case_id == case)
        if without is not None:
            query = query.where(event.c.stream_id != without)
        if upto is not None:
            query = query.where(event.c.pos <= upto)
        if names:
            query = query.where(event.c.topic.in_(names))
        return self._rows(query.order_by(event.c.pos))

    def select_command(self, stream: UUID, command: UUID) -> Sequence[LoggedEvent]:
        """The rows that a command stored in a stream."""
        query = select(event).where(self._anywhere, event.c.stream_id == stream, event.c.command_id == command)
        return self._rows(query.order_by(event.c.command_seq))

    def stream_of_command(self, command: UUID) -> UUID | None:
        """The stream that a command stored something in, of several the first; None when it stored nothing."""
        query = select(taken.c.stream_id).where(taken.c.command_id == command)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def last_version(self, stream: UUID) -> int:
        """The highest version of a stream; 0 where there is none."""
        query = select(func.max(event.c.version)).where(self._anywhere, event.c.stream_id == stream)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def count(self, upto: Sequence[int], names: Collection[str]) -> int:
        """How many events of these names there are up to a position in each partition."""
        reached = or_(*(and_(event.c.partition == p, event.c.pos <= last) for p, last in enumerate(upto)))
        with self.engine.connect() as connection:
            found: int = connection.execute(
                select(func.count()).select_from(event).where(reached, event.c.topic.in_(names))
            ).scalar_one()
        return found

    @property
    def _anywhere(self) -> Any:
        return event.c.partition.in_(range(self.installation.partitions))

    def _rows(self, query: Select[Any]) -> list[LoggedEvent]:
        with self.engine.connect() as connection:
            return [LoggedEvent.from_row(row) for row in connection.execute(query)]


def _sealed(stored_event: StoredEvent) -> SealedEvent:
    """Only sealed events have the columns a row needs; a bare one is a mistake of whoever built the event store."""
    if not isinstance(stored_event, SealedEvent):
        raise TypeError(f"{stored_event.topic} is not sealed")
    return stored_event
