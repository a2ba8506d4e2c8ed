"""Building a read model anew from the whole record, while the old one goes on answering.

The events are folded into temporary tables of one connection: SQLAlchemy's schema translation sends the projection's
own statements there. One transaction at the end swaps the rows and sets the positions; a follower that was at work
meanwhile finds its position moved and goes on from the new one.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, select, update
from sqlalchemy.schema import CreateTable

from hub.store import Record, Recorded, Vector, is_sqlite, writing
from hub.store.scan import Scan
from projections.follow import BATCH, ParkedEvent, Projection, apply_batch, park
from projections.tables import parked, prepare, tracking

Progress = Callable[[int], None]


def rebuild(record: Record, projection: Projection, progress: Progress, engine: Engine | None = None) -> Vector:
    """Fold the record as it stands now into the projection's tables; how far they reach afterwards.

    `progress` hears how many events were folded since it was last called; `record.head().total` is how many there are.
    """
    where = engine or record.engine
    prepare(where, projection, record.partitions)
    scan = record.scan()
    with where.connect() as connection:
        # Both engines look a bare name up among the temporary tables first, so the real ones are named in full.
        shadow = "temp" if is_sqlite(connection) else "pg_temp"
        real = "main" if is_sqlite(connection) else connection.dialect.default_schema_name
        twins = [(table, table.to_metadata(MetaData(), schema=shadow)) for table in projection.tables]
        try:
            connection.execution_options(schema_translate_map={None: shadow})
            parks = _fold(connection, projection, [twin for _, twin in twins], scan, progress)
            writing(connection).execution_options(schema_translate_map={None: real})
            _swap(connection, projection.name, twins, scan.upto, parks)
        finally:
            connection.invalidate()  # the temporary tables go with it
    return scan.upto


def _fold(
    connection: Connection, projection: Projection, twins: Sequence[Table], scan: Scan, progress: Progress
) -> list[ParkedEvent]:
    with connection.begin():
        for twin in twins:
            connection.execute(CreateTable(twin))
    parks: list[ParkedEvent] = []
    halted: set[UUID] = set()
    for batch in _batches(scan):
        with connection.begin():
            parks += apply_batch(connection, projection, batch, halted)
        progress(len(batch))
    return parks


def _swap(
    connection: Connection, name: str, twins: Sequence[tuple[Table, Table]], upto: Vector, parks: Sequence[ParkedEvent]
) -> None:
    with connection.begin():
        for partition, position in enumerate(upto.positions):
            here = (tracking.c.name == name, tracking.c.partition == partition)
            connection.execute(update(tracking).where(*here).values(pos=position))
        connection.execute(delete(parked).where(parked.c.name == name))
        park(connection, name, parks)
        for table, twin in twins:
            connection.execute(delete(table))
            connection.execute(insert(table).from_select([column.name for column in table.columns], select(twin)))


def _batches(scan: Scan) -> Iterator[tuple[Recorded, ...]]:
    events = iter(scan)
    while batch := tuple(islice(events, BATCH)):
        yield batch
