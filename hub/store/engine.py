"""How the record reaches its database: SQLite in a file, or PostgreSQL through psycopg.

SQLite runs in WAL mode with synchronous=FULL, because an acknowledged disclosure must survive a power cut. Python's
own transaction handling is switched off and BEGIN is sent by us (SQLAlchemy, SQLite dialect, "Serializable isolation /
transactional DDL"), so that a writer can take the write lock at once instead of failing half-way.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from hub.errors import Unreadable

PATIENCE = 30  # seconds one writer waits for another before it gives up
_IMMEDIATE = "tvaerspor_immediate"
# A server that is silently gone is noticed within half a minute (libpq; without effect on a local socket).
_ALIVE = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
DISK_FULL = "53100"  # PostgreSQL, appendix A: disk_full
_MAKING = 7404135  # any number of our own
E = TypeVar("E", Engine, Connection)


def connect(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; nothing is opened yet. `Unreadable` for any other URL."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": PATIENCE}, pool_size=pool_size)
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed, pool_size=pool_size, pool_pre_ping=True, connect_args=_ALIVE)


def writing(where: E) -> E:
    """The same engine or connection, whose transactions take SQLite's write lock when they begin."""
    return where.execution_options(**{_IMMEDIATE: True})


@contextmanager
def making(engine: Engine) -> Iterator[Connection]:
    """A transaction for creating tables; only one process at a time has one."""
    with writing(engine).begin() as connection:
        if not is_sqlite(connection):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
        yield connection


def is_sqlite(engine: Engine | Connection) -> bool:
    """Is this the embedded database?"""
    return engine.dialect.name == "sqlite"


def is_full(error: DBAPIError) -> bool:
    """Did the database refuse for want of room on its disk, and so store nothing? (SQLITE_FULL; PostgreSQL 53100)"""
    return (
        getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        or getattr(error.orig, "sqlstate", "") == DISK_FULL
    )


def parse_url(url: str) -> URL:
    """The URL with our driver in it. No part of a wrong URL is repeated in the error: it may hold a password."""
    rule = "expected sqlite:///path or postgresql://user@host/database"
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise Unreadable(rule, field="database url") from None
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    if backend == "postgresql" and parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise Unreadable(rule, field="database url")


def _make_private(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
    """A new file is nobody else's to read, nor are the journals that SQLite makes after its example.

    A file that is there is never opened here: closing it would let go of the locks that SQLite holds on it for the
    whole process (sqlite.org, "How To Corrupt An SQLite Database File", 2.2).
    """
    with suppress(OSError):  # what is wrong with the path, SQLite says better
        os.close(os.open(arguments[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # a destroyed key is overwritten, not only unlinked
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
