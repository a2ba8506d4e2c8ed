"""The embedded database's file."""

import stat
from pathlib import Path

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
