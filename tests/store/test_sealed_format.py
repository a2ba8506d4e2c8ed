"""A record written by the first version opens for ever: rows as they were stored, under a known master key.

`python -m tests.store.test_sealed_format` made the file; it is never made again.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select

from hub.evidence.canonical import body_hash
from hub.store import Record, Shredded
from hub.store.tables import case_key, event, log_head, taken
from tests.store.acts import META, Counted, KeyDestroyed, Noted, opened, save

FILE = Path(__file__).parent / "sealed" / "record-1.json"
CASE, DELIVERY = UUID(int=0x5EA1ED), UUID(int=0xDE11)
ERASED = UUID(int=0xE2A5ED)
COMMAND = UUID(int=0xC0)
TABLES = (event, case_key, log_head)


def test_the_first_record_opens_for_ever(database_url: str):
    with opened(database_url, partitions=1) as record:
        with record.engine.begin() as connection:
            connection.execute(log_head.delete())
            for table in TABLES:
                connection.execute(insert(table), [lifted(from_json(table, row)) for row in stored()[table.name]])
            # Written when no list of commands was kept yet, and one command could stand on two cases.
            connection.execute(insert(taken), [{"command_id": COMMAND, "stream_id": CASE}])
            connection.execute(insert(taken), [{"command_id": UUID(int=0xC1), "stream_id": ERASED}])
        assert [row.event for row in record.case(CASE)] == [Noted("første"), Counted(1), Noted("anden")]
        assert [row.event for row in record.case(ERASED)] == [Shredded("noted.v1"), KeyDestroyed()]
        assert {row.meta for row in record.case(CASE) if row.seq == 0} == {META}
        assert record.verify().total == 5
        record.append([save(CASE, 2, Counted(2))])


def lifted(row: dict[str, Any]) -> dict[str, Any]:
    """The hash of a body stands in a column of its own since schema 3; the leaf held it from the first."""
    return {**row, "body_digest": body_hash(row["body"])} if "leaf" in row else row


def stored() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text())
    return tables


def from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Bytes are hexadecimal in the file."""
    ways = {bytes: bytes.fromhex, UUID: UUID}
    kinds = {column.name: column.type.python_type for column in table.columns}
    return {
        name: ways.get(kinds[name], lambda value: value)(value) if value is not None else None
        for name, value in row.items()
    }


def to_json(row: dict[str, Any]) -> dict[str, Any]:
    ways = {bytes: bytes.hex, UUID: str}
    return {name: ways.get(type(value), lambda value: value)(value) for name, value in row.items()}


def make(record: Record) -> dict[str, list[dict[str, Any]]]:
    """The file's content."""
    record.append([save(CASE, 0, Noted("første"), Counted(1), command=COMMAND)])
    record.append([save(CASE, 0, Noted("anden"), stream=DELIVERY, command=COMMAND)])
    record.append([save(ERASED, 0, Noted("glemt"), command=COMMAND)])
    record.shred(save(ERASED, 1, KeyDestroyed(), command=UUID(int=0xC1)))
    with record.engine.connect() as connection:
        return {
            table.name: [to_json(dict(row._mapping)) for row in connection.execute(select(table))] for table in TABLES
        }


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/record") as made:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(make(made), indent=2) + "\n")
