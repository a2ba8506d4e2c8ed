"""Creating the log's tables, and refusing a database that holds something else."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, inspect, select, text

from hub.errors import EvidenceBroken, Unreadable
from hub.store.engine import is_sqlite, making
from hub.store.keys import Keys
from hub.store.tables import SCHEMA, installation, log_head, metadata

PARTITIONS = 8  # on PostgreSQL; SQLite has one writer and one partition


@dataclass(frozen=True, slots=True)
class Installation:
    """What was fixed when the record was made: a case never leaves its partition."""

    partitions: int

    def partition_of(self, case: UUID) -> int:
        """The case's partition: the first 64 bits of SHA-256 over its id, modulo the number of partitions."""
        return int.from_bytes(sha256(b"tvaerspor/partition/1\x00" + case.bytes).digest()[:8], "big") % self.partitions


def install(engine: Engine, keys: Keys, partitions: int | None) -> Installation:
    """The installation in this database, made now if there is none.

    Raises `EvidenceBroken` for an unknown schema or another master key, `Unreadable` for a number of partitions that
    is no power of two or not the one the record was made with.
    """
    with making(engine) as connection:
        if not inspect(connection).has_table(installation.name):
            _create(connection, keys, partitions or (1 if is_sqlite(connection) else PARTITIONS))
        found = check(connection, keys)
    if partitions not in (None, found.partitions):
        raise Unreadable(f"the record was made with {found.partitions} partitions", field="partitions")
    return found


def is_installed(engine: Engine) -> bool:
    """Does this database hold a record already? Nothing is made by asking, not even a file."""
    if is_sqlite(engine) and not Path(engine.url.database or "").exists():
        return False
    return inspect(engine).has_table(installation.name)


def _create(connection: Connection, keys: Keys, partitions: int) -> None:
    if partitions < 1 or partitions & (partitions - 1):
        raise Unreadable("the number of partitions is a power of two", field="partitions")
    if taken := set(metadata.tables) & set(inspect(connection).get_table_names()):
        raise EvidenceBroken(f"the database holds tables of something else: {', '.join(sorted(taken))}")
    metadata.create_all(connection, checkfirst=False)
    if not is_sqlite(connection):  # the heads are rewritten at every append: leave room to do it in place
        connection.execute(text("ALTER TABLE log_head SET (fillfactor = 10)"))
    row = {"id": 1, "schema": SCHEMA, "partitions": partitions, "key_check": keys.check}
    connection.execute(installation.insert(), row)
    heads = [{"partition": p, "next_pos": 1, "frontier": b"", "updated_at": 0} for p in range(partitions)]
    connection.execute(log_head.insert(), heads)


def check(connection: Connection, keys: Keys) -> Installation:
    """The installation as this database holds it; `EvidenceBroken` for another schema or another master key."""
    row = connection.execute(select(installation)).one_or_none()
    if row is None or row.id != 1 or row.schema != SCHEMA:
        raise EvidenceBroken(f"the record has schema {row.schema if row else 'none'}; this hub knows {SCHEMA}")
    if row.key_check != keys.check:
        raise EvidenceBroken("the master key is not the one this record was sealed with")
    return Installation(row.partitions)
