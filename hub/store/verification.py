"""Recomputing the record: every leaf from its row, every frontier from the leaves, every table beside from the events.

All of it is read at one moment, so that a record which is written to meanwhile is judged as it stood when it began.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select

from hub.errors import EvidenceBroken
from hub.evidence.merkle import Frontier
from hub.store.derived_tables import DerivedTables
from hub.store.engine import is_sqlite
from hub.store.keys import Keys
from hub.store.mapper import SealingMapper
from hub.store.rows import LoggedEvent
from hub.store.schema import Installation, check
from hub.store.tables import event, log_head, taken

PAGE = 1000
MOST_TOLD = 20
Progress = Callable[[int], None]


@dataclass(slots=True)
class Faults:
    """What was found wrong, by its place; the first of them are told in words."""

    told: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, what: str) -> None:
        """One more."""
        if len(self.told) < MOST_TOLD:
            self.told.append(what)
        else:
            self.more += 1

    def raise_any(self) -> None:
        """`EvidenceBroken` that names them, if there are any."""
        if self.told:
            raise EvidenceBroken("; ".join(self.told) + (f"; and {self.more} more" if self.more else ""))


@dataclass(frozen=True, slots=True)
class Head:
    """What `log_head` says of a partition: the tree, and the moment of its last event."""

    tree: Frontier
    updated_at: int


class Verification:
    """One look at everything; `progress` hears how many events were checked since it was last called."""

    def __init__(
        self, engine: Engine, installation: Installation, keys: Keys, mapper: SealingMapper, progress: Progress
    ) -> None:
        self._engine, self._installation, self._keys = engine, installation, keys
        self._mapper, self._progress = mapper, progress
        self._faults = Faults()
        self._tables = DerivedTables(keys, installation.partitions, self._faults.add)

    def heads(self) -> tuple[Frontier, ...]:
        """The head of each partition when all is sound; `EvidenceBroken` names what is not."""
        with _one_moment(self._engine) as connection:
            if check(connection, self._keys) != self._installation:
                raise EvidenceBroken("the number of partitions is not the one the record was opened with")
            heads = self._heads(connection)
            for partition, head in enumerate(heads):
                self._partition(connection, partition, head)
            self._tables.compare(connection)
        self._faults.raise_any()
        return tuple(head.tree for head in heads)

    def _heads(self, connection: Connection) -> tuple[Head, ...]:
        rows = connection.execute(select(log_head).order_by(log_head.c.partition)).all()
        if [row.partition for row in rows] != list(range(self._installation.partitions)):
            raise EvidenceBroken("the heads are not those of the record's partitions")
        return tuple(Head(Frontier.from_bytes(row.next_pos - 1, row.frontier), row.updated_at) for row in rows)

    def _partition(self, connection: Connection, partition: int, head: Head) -> None:
        tree, last, before = Frontier(), 0, None
        while last < head.tree.size:
            here = (event.c.partition == partition, event.c.pos > last, event.c.pos <= head.tree.size)
            query = select(event).where(*here).order_by(event.c.pos).limit(PAGE)
            page = [LoggedEvent.from_row(row) for row in connection.execute(query)]
            if not page:
                self._faults.add(f"partition {partition} ends at {last}, its head says {head.tree.size}")
                return
            for row in page:
                self._row(row, last + 1)
                last = row.id
            self._commands(connection, page, before)
            tree, before = tree.extend(row.leaf for row in page), page[-1]
            self._progress(len(page))
        if tree != head.tree:
            self._faults.add(f"the events of partition {partition} do not give the frontier in its head")
        if head.updated_at != (before.recorded_at if before else 0):
            self._faults.add(f"the head of partition {partition} does not hold the moment of its last event")

    def _row(self, row: LoggedEvent, expected: int) -> None:
        if row.id != expected:
            self._faults.add(f"position {expected} of partition {row.partition} is missing")
        if self._installation.partition_of(row.case_id) != row.partition:
            self._faults.add(f"position {row.id} of partition {row.partition} belongs to another partition")
        try:
            self._tables.saw(row, self._mapper.envelope(row))
        except EvidenceBroken as broken:
            self._tables.could_not_open(row)
            self._faults.add(str(broken))

    def _commands(self, connection: Connection, page: Sequence[LoggedEvent], before: LoggedEvent | None) -> None:
        """Every command that stored something is taken, under the stream of the first event it stored."""
        firsts = list(_firsts(page, before))
        query = select(taken).where(taken.c.command_id.in_([row.command_id for row in firsts]))
        streams = {row.command_id: row.stream_id for row in connection.execute(query)}
        for row in firsts:
            if streams.get(row.command_id) != row.stream:
                self._faults.add(f"the command of position {row.id} of partition {row.partition} is not on its list")


def _firsts(page: Sequence[LoggedEvent], before: LoggedEvent | None) -> Iterator[LoggedEvent]:
    """The first event of each command: what a command stores stands together."""
    for row in page:
        if before is None or row.command_id != before.command_id:
            yield row
        before = row


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the record as it stands at its first statement."""
    options = {} if is_sqlite(engine) else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection
