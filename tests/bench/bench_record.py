"""How fast the record is, beside what the machine and the raw driver can do in the same run.

Every measure is taken several times, in turn with its floors, and given as a ratio: median, and from the smallest to
the largest. `fdatasync` is a 1 KiB write flushed to the disk; `raw` is sqlite3 or psycopg writing or reading rows of
the same size into a table with the same keys, without encryption, versions or a tree.
"""

import argparse
import itertools
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Uuid, insert

from hub.store import Record, Recorded
from projections.follow import Follower
from projections.tables import shapes
from tests.postgres import TestServer, plain
from tests.store.acts import Noted, opened, save

ROUNDS = 5
EVENTS = 100  # per measure, where each is a commit
BATCH = 100
LONG = 20_000  # events for replay and follow
THREADS = 16
NOTED = Noted("hvad der blev set og hørt " * 10)
COLUMNS = 13


@dataclass(frozen=True)
class Ratio:
    """What was measured, on which floor, and how the rounds came out."""

    engine: str
    measure: str
    floor: str
    median: float
    smallest: float
    largest: float
    per_second: float


class Raw:
    """The raw driver with a table like the log."""

    def __init__(self, connect: Callable[[], Any], sign: str, blob: str) -> None:
        self.connect, self.sign, self.blob = connect, sign, blob
        self.insert = f"INSERT INTO raw VALUES ({', '.join([sign] * COLUMNS)})"
        keys = "PRIMARY KEY (p, s, v), UNIQUE (p, pos), UNIQUE (p, s, c, q)"
        columns = (
            f"p int, pos bigint, s {blob}, v bigint, k {blob}, t text, r bigint, "
            f"c {blob}, q int, i text, n {blob}, b {blob}, l {blob}"
        )
        with closing(connect()) as connection:
            connection.execute(f"CREATE TABLE raw ({columns}, {keys})")
            connection.execute("CREATE INDEX raw_case ON raw (p, k, pos)")
        self.position = itertools.count(1)

    def rows(self, number: int) -> list[tuple[Any, ...]]:
        """Rows of the same size as a sealed `NOTED`."""
        made = []
        for _ in range(number):
            stream, command, now = os.urandom(16), os.urandom(16), time.time_ns()
            clear = (0, next(self.position), stream, 1, stream, "noted.v1", now, command, 0, "case.0123456789abcdef")
            made.append((*clear, os.urandom(12), os.urandom(520), os.urandom(32)))
        return made

    def write_alone(self, number: int) -> int:
        """One row a transaction, on a connection of its own."""
        with closing(self.connect()) as connection:
            return self.write(self.rows(number), 1, connection)

    def write(self, rows: Sequence[tuple[Any, ...]], at_once: int, connection: Any) -> int:
        """So many rows a transaction; how many rows in all."""
        for at in range(0, len(rows), at_once):
            cursor = connection.cursor()
            if at_once > 1:
                cursor.execute("BEGIN")
                cursor.executemany(self.insert, rows[at : at + at_once])
                cursor.execute("COMMIT")
            else:
                cursor.execute(self.insert, rows[at])
        return len(rows)


seen = Table(
    "seen",
    MetaData(),
    Column("partition", Integer, primary_key=True),
    Column("pos", Integer, primary_key=True),
    Column("case_id", Uuid),
)


class Seen:
    """A read model as thin as they come."""

    name = "seen.v1"
    version = 1
    tables = (seen,)

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """One row an event."""
        rows = [{"partition": row.partition, "pos": row.position, "case_id": row.case} for row in batch]
        connection.execute(insert(seen), rows)


def main() -> None:
    """Measure both engines and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tvaerspor-bench-") as folder:
        found = list(measured("sqlite", Path(folder), *sqlite(Path(folder))))
        with closing(TestServer.owned()) as server, server.database() as url:
            found += measured("postgresql", Path(folder), url, postgres(url))
    if asked.json:
        print(json.dumps([asdict(ratio) for ratio in found], indent=2))
    else:
        print(table(found))


def sqlite(folder: Path) -> tuple[str, Raw]:
    """The embedded database, and sqlite3 with the same settings in a file beside it."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(folder / "raw.sqlite", isolation_level=None, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    return f"sqlite:///{folder / 'record.sqlite'}", Raw(connect, "?", "blob")


def postgres(url: str) -> Raw:
    """psycopg on the same server."""
    return Raw(lambda: psycopg.connect(plain(url), autocommit=True), "%s", "bytea")


def measured(engine: str, folder: Path, url: str, raw: Raw) -> Iterator[Ratio]:
    """Every ratio of one engine; floors and measures take turns."""
    with opened(url) as record, closing(raw.connect()) as connection:
        appending, reading = Appending(record), Reading(record, raw, connection)
        many = f"{THREADS} threads"
        rates = rounds(
            {
                "fdatasync": lambda: flush(folder),
                "raw, 1 thread": lambda: raw.write(raw.rows(EVENTS), 1, connection),
                "append, 1 thread": lambda: appending.one_by_one(appending.cases[0]),
                f"raw, {many}": lambda: in_threads(lambda _: raw.write_alone(EVENTS)),
                f"append, {many}": lambda: in_threads(lambda n: appending.one_by_one(appending.cases[n])),
                "raw, batch": lambda: raw.write(raw.rows(BATCH * 10), BATCH, connection),
                "append, batch": appending.batches,
            }
        )
        reading.fill()
        rates |= rounds(
            {
                "raw, read": reading.raw,
                "replay": reading.replay,
                "raw, fold": reading.raw_fold,
                "follow": reading.follow,
            }
        )
    for measure, floor in (
        ("raw, 1 thread", "fdatasync"),
        ("append, 1 thread", "fdatasync"),
        ("append, 1 thread", "raw, 1 thread"),
        (f"append, {many}", "fdatasync"),
        (f"append, {many}", f"raw, {many}"),
        ("append, batch", "raw, batch"),
        ("replay", "raw, read"),
        ("follow", "raw, fold"),
    ):
        ratios = sorted(mine / theirs for mine, theirs in zip(rates[measure], rates[floor], strict=True))
        yield Ratio(engine, measure, floor, median(ratios), ratios[0], ratios[-1], median(rates[measure]))


def rounds(steps: dict[str, Callable[[], int]]) -> dict[str, list[float]]:
    """Each step says how many it did; how many that were a second, round by round, the steps taking turns."""
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            started = time.perf_counter()
            done = step()
            rates[name].append(done / (time.perf_counter() - started))
    return rates


def flush(folder: Path) -> int:
    """1 KiB writes, each on the disk before the next."""
    with (folder / "flushed").open("ab", buffering=0) as file:
        for _ in range(EVENTS):
            file.write(bytes(1024))
            os.fdatasync(file.fileno())
    return EVENTS


def in_threads(act: Callable[[int], int]) -> int:
    """The same in all threads at once."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(act, range(THREADS)))


class Appending:
    """Appends on cases that exist."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.cases = [uuid4() for _ in range(THREADS)]
        self._versions: dict[UUID, int] = {}
        for case in self.cases:
            self._append(case, 1)

    def one_by_one(self, case: UUID) -> int:
        """One event a commit, each acknowledged before the next."""
        for _ in range(EVENTS):
            self._append(case, 1)
        return EVENTS

    def batches(self) -> int:
        """Many events a commit."""
        for _ in range(10):
            self._append(self.cases[0], BATCH)
        return BATCH * 10

    def _append(self, case: UUID, events: int) -> None:
        version = self._versions.get(case, 0)
        self._record.append([save(case, version, *[NOTED] * events)])
        self._versions[case] = version + events


class Reading:
    """Reads the whole record, and folds it."""

    def __init__(self, record: Record, raw: Raw, connection: Any) -> None:
        self._record, self._raw, self._connection = record, raw, connection

    def fill(self) -> None:
        """Some thousand events in all."""
        while self._record.head().total < LONG:
            self._record.append([save(uuid4(), 0, *[NOTED] * 20)])

    def replay(self) -> int:
        """Every event checked, decrypted and decoded."""
        return sum(1 for _ in self._record.scan())

    def raw(self) -> int:
        """The same rows by the bare driver."""
        dbapi = self._record.engine.raw_connection()
        try:
            cursor = dbapi.cursor()
            cursor.execute("SELECT * FROM event ORDER BY partition, pos")
            return len(cursor.fetchall())
        finally:
            dbapi.close()

    def follow(self) -> int:
        """From nothing to the head."""
        with self._record.engine.begin() as connection:
            shapes.drop(connection, checkfirst=True)  # what is not known to stand is made anew
        return Follower(self._record, Seen()).catch_up()

    def raw_fold(self) -> int:
        """As many thin rows in one transaction."""
        rows = [(0, number, os.urandom(16)) for number in range(self._record.head().total)]
        cursor = self._connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS thin")
        cursor.execute(f"CREATE TABLE thin (p int, pos bigint, k {self._raw.blob}, PRIMARY KEY (p, pos))")
        cursor.execute("BEGIN")
        cursor.executemany(f"INSERT INTO thin VALUES ({', '.join([self._raw.sign] * 3)})", rows)
        cursor.execute("COMMIT")
        return len(rows)


def table(found: Sequence[Ratio]) -> str:
    """The ratios for a reader."""
    lines = [f"{'engine':11} {'measure':20} {'beside':17} {'ratio':>7}  {'from – to':15} {'a second':>9}"]
    lines += [
        f"{row.engine:11} {row.measure:20} {row.floor:17} {row.median:7.2f}  "
        f"{f'{row.smallest:.2f} – {row.largest:.2f}':15} {row.per_second:9.0f}"
        for row in found
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
