"""The log's tables, the same on both engines. Times are whole microseconds since 1970-01-01T00:00:00Z, in UTC.

Every key contains the partition or the case, so that a case's rows can live on one server of several. Two keys span the
partitions, because they decide between them: a citizen has one open case, and a command is stored once.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

SCHEMA = 3  # raised with every change below; a record of another schema is refused

metadata = MetaData()

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("partitions", Integer, nullable=False),
    Column("key_check", LargeBinary, nullable=False),
)

log_head = Table(
    "log_head",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next_pos", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("partition", Integer, nullable=False),
    Column("pos", BigInteger, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("topic", String(100), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("command_id", Uuid, nullable=False),
    Column("command_seq", Integer, nullable=False),
    Column("key_id", String(40), nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("body_digest", LargeBinary(32), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("partition", "stream_id", "version"),
    UniqueConstraint("partition", "pos"),
    UniqueConstraint("partition", "stream_id", "command_id", "command_seq"),
    Index("event_of_case", "partition", "case_id", "pos"),
)

# Which commands are stored, and where: what makes a command one over all cases and processes.
taken = Table(
    "command",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    sqlite_with_rowid=False,
)

case_key = Table(
    "case_key",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("key_id", String(40), nullable=False),
    Column("wrapped_dek", LargeBinary, nullable=True),
    Column("key_commitment", LargeBinary(32), nullable=False),
    Column("shredded_at", BigInteger, nullable=True),
)

citizen_index = Table(
    "citizen_index",
    metadata,
    Column("digest", LargeBinary(32), nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("open", Boolean, nullable=False),
    PrimaryKeyConstraint("case_id", "digest"),
    Index("citizen_cases", "digest"),
)
Index(
    "citizen_open_case",
    citizen_index.c.digest,
    unique=True,
    sqlite_where=citizen_index.c.open,
    postgresql_where=citizen_index.c.open,
)
