"""`Record`: the one way into the log for the rest of the hub."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID
from weakref import WeakSet

from eventsourcing.persistence import EventStore, StoredEvent
from sqlalchemy import Engine, Select, select

from hub.errors import EvidenceBroken
from hub.evidence.merkle import Frontier
from hub.store import as_of
from hub.store.append_notifier import AppendNotifier
from hub.store.case_seal import CaseSeal
from hub.store.clock import Clock, micros
from hub.store.damage import DamageLog
from hub.store.encryption import Sealer
from hub.store.engine import connect
from hub.store.erasure import scrub
from hub.store.fold_cache import FoldCache
from hub.store.keys import Keys
from hub.store.mapper import SealingMapper, recorded
from hub.store.model import Damaged, Recorded, Save, Vector
from hub.store.parcels import Parcels
from hub.store.recorder import CaseRecorder
from hub.store.rows import LoggedEvent
from hub.store.scan import Scan
from hub.store.schema import install, is_installed
from hub.store.serialisation.names import EventNames
from hub.store.tables import case_key, citizen_index
from hub.store.vault import Vault
from hub.store.verification import Progress, Verification
from hub.store.writer import Writer

_CASES = 500
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class CitizenCase:
    """One case of a citizen, and whether it is her open one."""

    case: UUID
    open: bool


class Record:
    """An open record. Threads may share it; on PostgreSQL several processes may write, on SQLite one should."""

    def __init__(self, engine: Engine, keys: Keys, names: EventNames, recorder: CaseRecorder) -> None:
        self._engine, self._recorder, self._keys = engine, recorder, keys
        self._vault = vault = Vault(engine, keys)
        self.damage = DamageLog()
        self._mapper = mapper = SealingMapper(names, vault, self.damage)
        self._open_row = mapper.to_domain_event
        self._sealer = Sealer(names, vault, mapper)
        self._events = EventStore[UUID](mapper, recorder)
        self._writers: dict[int, Writer] = {}
        self._caches: WeakSet[FoldCache[Any]] = WeakSet()
        self._lock = Lock()
        self._closed = False

    @classmethod
    def open(
        cls, url: str, keys: Keys, names: EventNames, *, partitions: int | None = None, clock: Clock | None = None
    ) -> Self:
        """The record in this database, made there when the database is empty.

        `partitions` counts only when the record is made (SQLite 1, PostgreSQL 8). `clock` replaces the database's clock
        and is for demonstrations and tests. Raises as `hub.store.schema.install` and `hub.store.engine.connect` say.
        """
        engine = connect(url)
        try:
            installation = install(engine, keys, partitions)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, keys, names, CaseRecorder(engine, installation, clock))

    @staticmethod
    def exists(url: str) -> bool:
        """Does this database hold a record already? `Unreadable` for a URL that `open` would not take."""
        engine = connect(url)
        try:
            return is_installed(engine)
        finally:
            engine.dispose()

    def close(self) -> None:
        """Write what is queued, stop the writers, let the connections go."""
        with self._lock:
            self._closed = True
            writers = list(self._writers.values())
        for writer in writers:
            writer.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, saves: Sequence[Save]) -> tuple[Recorded, ...]:
        """Store all these saves, of one case, in one transaction; when this returns, they are on disk.

        Raises `CommandRepeated`, `VersionConflict`, `CitizenHasCase`, `CaseErased` – nothing was stored – or
        `RecordUnreachable`, when nobody can say. A lost connection is looked up, never guessed.
        """
        return self.submit(saves).result()

    def submit(self, saves: Sequence[Save]) -> "Future[tuple[Recorded, ...]]":
        """The same without waiting; `await asyncio.wrap_future(…)` in an async door."""
        return self._put(saves, shred=False)

    def shred(self, save: Save) -> tuple[Recorded, ...]:
        """Destroy the case's data key and forget its citizen, in one transaction with the events that say so.

        Those events must be under the audit key. Every other event of the case reads as `Shredded` from now on, in
        other processes after at most `hub.store.vault.TTL` seconds.
        """
        rows = self._put([save], shred=True).result()
        self.forget()
        scrub(self._engine)
        return rows

    def forget(self) -> None:
        """Let go of every folded state: what is asked for next is read from its rows."""
        for cache in self._caches:
            cache.forget()

    def stream(self, stream: UUID, after_version: int = 0) -> tuple[Recorded, ...]:
        """The events of one stream after a version."""
        return tuple(map(_recorded, self._events.get(stream, gt=after_version)))

    def fold_cache(self, initial: S, evolve: Callable[[S, Recorded], S], *, cached: int = 1000) -> FoldCache[S]:
        """A cached fold over streams; see `FoldCache`."""
        cache = FoldCache(self._events, initial, evolve, cached=cached)
        self._caches.add(cache)
        return cache

    def command(self, stream: UUID, command: UUID) -> tuple[Recorded, ...]:
        """What a command recorded in a stream; empty when it recorded nothing."""
        return tuple(map(self._open_row, self._recorder.select_command(stream, command)))

    def stream_of(self, command: UUID) -> UUID | None:
        """Where a command recorded something, of several streams the first; None when it recorded nothing."""
        return self._recorder.stream_of_command(command)

    def case(
        self, case: UUID, upto: Vector | None = None, *, names: Collection[str] = (), without: UUID | None = None
    ) -> tuple[Recorded, ...]:
        """The events of all the case's streams by position, as far as `upto`; only of these stored names, if any.

        `without` is a stream that is left out and not read.
        """
        last = upto[self.partition_of(case)] if upto else None
        return tuple(map(self._open_row, self._recorder.select_case(case, last, names, without)))

    def version(self, stream: UUID) -> int:
        """The version of a stream's last event, 0 where there is none; no event is read for it."""
        return self._recorder.last_version(stream)

    def read(self, partition: int, after_position: int, limit: int) -> tuple[Recorded, ...]:
        """The next events of a partition: what a follower asks for. A damaged one is `Damaged`."""
        return tuple(map(self._set_aside, self._recorder.select(partition, after_position, limit)))

    def scan(self, upto: Vector | None = None, names: Collection[str] | None = None) -> Scan:
        """The whole record up to a vector, now if none is given; only events of these stored names, if some are.

        A damaged one is `Damaged`.
        """
        return Scan(upto or self.head(), tuple(names or ()), self._recorder, self._set_aside)

    def cases(self) -> Iterator[UUID]:
        """The ids of all cases, erased ones too, in no order that means anything."""
        query = select(case_key.c.case_id).order_by(case_key.c.case_id).limit(_CASES)
        page = self._column(query)
        while page:
            yield from page
            page = self._column(query.where(case_key.c.case_id > page[-1]))

    def cases_of(self, digest: bytes) -> list[CitizenCase]:
        """The cases of the citizen behind `Keys.citizen_digest`, the open one first."""
        query = select(citizen_index.c.case_id, citizen_index.c.open).where(citizen_index.c.digest == digest)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(citizen_index.c.open.desc(), citizen_index.c.case_id))
            return [CitizenCase(case, is_open) for case, is_open in rows]

    def case_beside(self, digest: bytes) -> UUID | None:
        """The case of whoever comes at this digest or next after it in the blind index; None in an empty record.

        A search that finds nothing looks at it, so that it costs what a find does.
        """
        query = select(citizen_index.c.case_id).order_by(citizen_index.c.digest, citizen_index.c.case_id).limit(1)
        first, beside = self._column(query), self._column(query.where(citizen_index.c.digest >= digest))
        return next(iter(beside + first), None)  # the first of all comes next after the last

    def head(self) -> Vector:
        """How far the record reaches now."""
        with self._engine.connect() as connection:
            return as_of.head(connection)

    def as_of(self, moment: datetime) -> Vector:
        """How far the record reached at that moment: everything with `recorded_at` at or before it.

        Once the moment is past and the appends then under way have ended, the answer never changes.
        """
        with self._engine.connect() as connection:
            return as_of.as_of(connection, micros(moment))

    def parcels(self) -> Parcels:
        """Where letters that are on their way are kept as they were packed."""
        return Parcels(self._engine, self._vault)

    def case_seal(self) -> CaseSeal:
        """Seals what read models keep of a case's words."""
        return CaseSeal(self._vault)

    def verify(self, progress: Progress = lambda _: None) -> Vector:
        """Recompute every leaf and every frontier, and say how far; see `prove`."""
        return Vector(tuple(head.size for head in self.prove(progress)))

    def prove(self, progress: Progress = lambda _: None) -> tuple[Frontier, ...]:
        """The head of each partition that was recomputed, whose roots can be kept; see hub.store.verification."""
        installation = self._recorder.installation
        return Verification(self._engine, installation, self._keys, self._mapper, progress).heads()

    def partition_of(self, case: UUID) -> int:
        """The partition that holds the case, for ever."""
        return self._recorder.installation.partition_of(case)

    @property
    def partitions(self) -> int:
        """How many partitions the record was made with."""
        return self._recorder.installation.partitions

    @property
    def notifier(self) -> AppendNotifier:
        """Rings after every append of this process."""
        return self._recorder.notifier

    @property
    def engine(self) -> Engine:
        """The database itself, for read models that live beside the log in tables of their own."""
        return self._engine

    def _set_aside(self, row: StoredEvent) -> Recorded:
        """The event, or that it is damaged: one row never takes others down."""
        try:
            return self._open_row(row)
        except EvidenceBroken:
            assert isinstance(row, LoggedEvent)
            return recorded(row, Damaged(row.topic), None)

    def _put(self, saves: Sequence[Save], *, shred: bool) -> "Future[tuple[Recorded, ...]]":
        self._require_open()
        waiting = self._sealer.seal(saves, shred=shred)
        partition = self.partition_of(waiting.pending.case)
        with self._lock:
            self._require_open()
            if partition not in self._writers:
                self._writers[partition] = Writer(self._recorder, partition)
            self._writers[partition].put(waiting)
        return waiting.future

    def _require_open(self) -> None:
        if self._closed:
            raise ValueError("the record is closed")

    def _column(self, query: Select[tuple[UUID]]) -> list[UUID]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _recorded(event: object) -> Recorded:
    assert isinstance(event, Recorded)
    return event
