"""The embedded database's file."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.store.engine import connect, writing


def test_a_new_file_and_its_journal_are_nobody_elses_to_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = connect(f"sqlite:///{tmp_path}/hub.db")
    with writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE noted (id INTEGER)"))
    with engine.connect():
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    engine.dispose()
    assert modes == {"hub.db": 0o600, "hub.db-wal": 0o600, "hub.db-shm": 0o600}


def test_a_file_that_is_there_is_never_closed_under_sqlites_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that closes any handle of a file loses its locks on it, those of its other connections too (POSIX)."""
    engine = connect(f"sqlite:///{tmp_path}/hub.db")
    closed: list[int] = []
    with engine.connect():
        monkeypatch.setattr(os, "close", closed.append)
        with engine.connect():
            pass
    engine.dispose()
    assert closed == []
