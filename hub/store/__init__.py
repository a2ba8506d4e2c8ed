"""The record: an append-only log of encrypted events with gapless positions and a Merkle head.

The only package that imports the eventsourcing library and the only owner of the log's SQL. `Record` is the way in;
hub/decisions/0002-own-recorder.md says why the recorder is our own, 0003-case-keys.md how events are sealed and erased.

    record = Record.open("sqlite:///…" or "postgresql://…", keys, NAMES, clock=None)
    record.append([Save(…), …]) -> tuple[Recorded, …]      one transaction, all in one case's partition
    record.submit([Save(…), …]) -> Future                  the same for `async def` doors (asyncio.wrap_future)
    record.shred(Save(…)) -> tuple[Recorded, …]            destroys the case's key; its events are under the audit key
    record.stream(stream, after_version=0)                 tuple[Recorded, …]
    record.fold_cache(initial, evolve).of(stream)           CachedFold(state, version): a cached fold of the stream
    record.case(case, upto=None)                           every stream of the case, in order
    record.command(stream, command)                        what a repeated command recorded
    record.read(partition, after_position, limit)          for followers
    record.scan(upto=None, names=None)                     the whole record, streaming; `.total` for progress bars
    record.cases()  record.cases_of(digest)                every case; the cases of one citizen
    record.head()  record.as_of(moment)                    Vector, an opaque token outside (str, Vector.parse)
    record.partitions  record.partition_of(case)  record.notifier  record.engine
    writing(engine)  making(engine)  is_sqlite(engine)     for read models in the same database
    record.parcels()                                        packed letters on their way, under their case's key
    record.verify(progress)                                recompute every leaf and frontier, or EvidenceBroken
"""

from hub.store.engine import is_sqlite, making, writing
from hub.store.errors import CaseErased, CitizenHasCase, CommandRepeated, RecordFull, RecordUnreachable, VersionConflict
from hub.store.fold_cache import CachedFold, FoldCache
from hub.store.keys import Keys
from hub.store.model import CitizenClaim, Damaged, Meta, Recorded, Save, Shredded, Vector
from hub.store.parcels import PackedParcel, Parcels
from hub.store.record import CitizenCase, Record
from hub.store.serialisation.names import EventNames, EventType

__all__ = [
    "CachedFold",
    "CaseErased",
    "CitizenCase",
    "CitizenClaim",
    "CitizenHasCase",
    "CommandRepeated",
    "Damaged",
    "EventNames",
    "EventType",
    "FoldCache",
    "Keys",
    "Meta",
    "PackedParcel",
    "Parcels",
    "Record",
    "RecordFull",
    "RecordUnreachable",
    "Recorded",
    "Save",
    "Shredded",
    "Vector",
    "VersionConflict",
    "is_sqlite",
    "making",
    "writing",
]
