"""`verify`: no column of a table that decides something can be changed, swapped between two rows or emptied unseen."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Row, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.errors import EvidenceBroken
from hub.store import Record
from hub.store.tables import case_key, citizen_index, event, installation, log_head, taken
from tests import people
from tests.postgres import TestServer
from tests.store.acts import KEYS, Counted, KeyDestroyed, Noted, claiming, opened, releasing, save

DECIDING: tuple[Table, ...] = (event, log_head, case_key, citizen_index, taken, installation)
COLUMNS = [(table, column) for table in DECIDING for column in table.columns]
NAMED = [f"{table.name}.{column.name}" for table, column in COLUMNS]
SHE, HER_SISTER = (KEYS.citizen_digest(citizen.cpr.digits) for citizen in (people.NANCY, people.BRITA))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: TestServer
) -> Iterator[Record]:
    """A record with a woman's two cases, her sister's, and one that was erased and emptied; each test restores it."""
    if request.param == "sqlite":
        with opened(f"sqlite:///{tmp_path_factory.mktemp('record')}/record.db") as made:
            yield told(made)
        return
    with postgres_server.database() as url, opened(url, partitions=2) as made:
        yield told(made)


def told(record: Record) -> Record:
    """The story; every column holds two values that differ, but for those of the one installation."""
    first, second, sister, erased = (case_in(record, number) for number in range(4))
    record.append([claiming(save(first, 0, Noted("a"), Counted(1)), SHE)])
    record.append([save(first, 0, Noted("b"), stream=uuid4())])
    record.append([releasing(save(first, 2, Counted(2)))])
    record.append([claiming(save(second, 0, Noted("c")), SHE)])
    record.append([claiming(save(sister, 0, Noted("d")), HER_SISTER)])
    record.append([claiming(save(erased, 0, Noted("e"), Counted(3)), uuid4().bytes * 2)])
    record.shred(save(erased, 2, KeyDestroyed()))
    with record.engine.begin() as connection:
        connection.execute(update(event).where(event.c.case_id == erased, event.c.version == 2).values(body=None))
    assert record.verify() == record.head()
    return record


def case_in(record: Record, number: int) -> UUID:
    return next(case for case in iter(uuid4, None) if record.partition_of(case) == number % record.partitions)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMED)
class TestEveryColumn:
    """Of every table that decides something."""

    def test_changed(self, record: Record, table: Table, column: Column[Any]) -> None:
        for row in rows(record, table):
            value = getattr(row, column.name)
            for other in others(column, value):
                found(record, table, [(row, {column.name: other})])

    def test_swapped_between_two_rows(self, record: Record, table: Table, column: Column[Any]) -> None:
        stored = rows(record, table)
        lasting = [row for row in stored if not may_be_gone(record, column, row)]
        pair = next(
            ((one, two) for one in lasting for two in stored if getattr(one, column.name) != getattr(two, column.name)),
            None,
        )
        if pair is None:
            assert table is installation or len(stored) == 1 or column.name == "partition"
            return
        one, two = pair
        if any(getattr(row, column.name) is None for row in pair):
            found(record, table, [(one, {column.name: getattr(two, column.name)})])
            return
        values = [{column.name: getattr(row, column.name)} for row in (two, one)]
        found(record, table, [(one, values[0]), (two, values[1])])

    def test_emptied(self, record: Record, table: Table, column: Column[Any]) -> None:
        for row in rows(record, table):
            if getattr(row, column.name) is not None and not may_be_gone(record, column, row):
                found(record, table, [(row, {column.name: None})])


@pytest.mark.parametrize("table", DECIDING, ids=lambda table: table.name)
def test_a_row_that_is_gone(record: Record, table: Table) -> None:
    for row in rows(record, table):
        with record.engine.begin() as connection:
            connection.execute(delete(table).where(*key_of(table, row)))
        try:
            with pytest.raises(EvidenceBroken):
                record.verify()
        finally:
            with record.engine.begin() as connection:
                connection.execute(insert(table).values(**row._mapping))
    assert record.verify() == record.head()


@pytest.mark.parametrize("table", [case_key, citizen_index, taken], ids=lambda table: table.name)
def test_a_row_too_many(record: Record, table: Table) -> None:
    key, *_ = (column.name for column in table.primary_key)
    row = next(row for row in rows(record, table) if not getattr(row, "open", False))
    added = {**row._mapping, key: uuid4()}
    with record.engine.begin() as connection:
        connection.execute(insert(table).values(**added))
    try:
        with pytest.raises(EvidenceBroken):
            record.verify()
    finally:
        with record.engine.begin() as connection:
            connection.execute(delete(table).where(table.c[key] == added[key]))


def test_a_body_may_be_gone_after_the_erasure_of_its_case(record: Record) -> None:
    (case,) = erased(record)
    stored = rows(record, event)
    with record.engine.begin() as connection:
        connection.execute(update(event).where(event.c.case_id == case, event.c.version < 3).values(body=None))
    assert record.verify() == record.head()
    restore(record, event, stored)


def test_every_body_gone_at_once_is_told_position_by_position(record: Record) -> None:
    bodies = rows(record, event)
    with record.engine.begin() as connection:
        connection.execute(update(event).values(body=None))
    try:
        with pytest.raises(EvidenceBroken) as broken:
            record.verify()
    finally:
        restore(record, event, bodies)
    assert str(broken.value).count("has lost its body") == len(bodies)
    assert record.verify() == record.head()


def rows(record: Record, table: Table) -> Sequence[Row[Any]]:
    with record.engine.connect() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).all()


def may_be_gone(record: Record, column: Column[Any], row: Row[Any]) -> bool:
    """Is this the body of an event that an erasure after it names? See the test of such bodies above."""
    return column is event.c.body and row.case_id in erased(record) and row.key_id.startswith("case.")


def erased(record: Record) -> set[UUID]:
    return {row.case_id for row in rows(record, case_key) if row.wrapped_dek is None}


def others(column: Column[Any], value: Any) -> list[Any]:
    """Values of the column's kind that are not this one."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case bytes():
            return [value[:-1] + bytes([value[-1] ^ 1]), value[:-1]] if value else [bytes(32)]
        case str():
            return [value[:-1] + "x"]
        case UUID():
            return [uuid4()]
    return [bytes(61) if column.type.python_type is bytes else 1_700_000_000_000_000]


def key_of(table: Table, row: Row[Any]) -> list[Any]:
    return [column == getattr(row, column.name) for column in table.primary_key]


def found(record: Record, table: Table, changes: Sequence[tuple[Row[Any], dict[str, Any]]]) -> None:
    """The database takes these changes at once, and `verify` sees them; or it refuses them."""
    before = rows(record, table)
    try:
        with record.engine.begin() as connection:
            moved = [row for row, _ in changes]
            for row in moved:
                connection.execute(delete(table).where(*key_of(table, row)))
            for row, values in changes:
                connection.execute(insert(table).values(**{**row._mapping, **values}))
    except IntegrityError:
        return
    if rows(record, table) == before:  # two whole rows changed places, or the database gave the number back
        return
    try:
        with pytest.raises(EvidenceBroken):
            record.verify()
    finally:
        restore(record, table, before)


def restore(record: Record, table: Table, before: Sequence[Row[Any]]) -> None:
    with record.engine.begin() as connection:
        connection.execute(delete(table))
        connection.execute(insert(table), [dict(row._mapping) for row in before])
