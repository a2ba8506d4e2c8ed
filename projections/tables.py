"""What lies beside every read model: how far it has come, what it could not take, and what its tables look like.

In all tables of this folder a moment is a BigInteger of whole microseconds since 1970-01-01T00:00:00Z (hub.store.clock)
and an id is a Uuid: one clock and one id to compare by.

A hub that brings other tables, or means something else by them (`Projection.version`), finds that out here: the old
rows go, and the read model is folded again from the start of the record. Doors that need it answer "behind" meanwhile.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Uuid,
    delete,
    exists,
    insert,
    select,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from hub.store import making

metadata = MetaData()

tracking = Table(
    "tracking",
    metadata,
    Column("name", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("pos", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "partition"),
)

parked = Table(
    "parked",
    metadata,
    Column("name", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("pos", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("error", String(100), nullable=True),  # the class of the error; null: waits behind another event of its case
    PrimaryKeyConstraint("name", "partition", "pos"),
)

shapes = Table(
    "read_model",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("shape", String(64), nullable=False),
)


class Shaped(Protocol):
    """As much of a read model as its tables need."""

    @property
    def name(self) -> str:
        """Under which its position is kept."""

    @property
    def version(self) -> int:
        """What its tables mean."""

    @property
    def tables(self) -> Sequence[Table]:
        """Its tables."""


def shape_of(projection: Shaped) -> str:
    """A digest of the tables' columns, keys and indexes, and of what they mean."""
    written = [f"version {projection.version}"]
    for table in projection.tables:
        indexes = sorted(str(CreateIndex(index)) for index in table.indexes)
        written += [str(CreateTable(table)), *indexes]
    return sha256("\n".join(written).encode()).hexdigest()


def stands(name: str, shape: str) -> ColumnElement[bool]:
    """Has the read model this shape?"""
    return exists().where(shapes.c.name == name, shapes.c.shape == shape)


def prepare(engine: Engine, projection: Shaped, partitions: int) -> None:
    """Make the tables that are missing, anew those of another shape, and start from the beginning where need be."""
    with making(engine) as connection:
        metadata.create_all(connection)
        if not connection.execute(select(stands(projection.name, shape_of(projection)))).scalar():
            _anew(connection, projection)
        tracked = select(tracking.c.partition).where(tracking.c.name == projection.name)
        known = set(connection.execute(tracked).scalars())
        for partition in set(range(partitions)) - known:
            connection.execute(insert(tracking).values(name=projection.name, partition=partition, pos=0))


def _anew(connection: Connection, projection: Shaped) -> None:
    for table in projection.tables:
        table.drop(connection, checkfirst=True)
        table.create(connection)
    for kept in (tracking, parked, shapes):
        connection.execute(delete(kept).where(kept.c.name == projection.name))
    connection.execute(insert(shapes).values(name=projection.name, shape=shape_of(projection)))
