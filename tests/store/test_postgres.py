"""The test databases themselves: fresh, empty, real, and gone afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.postgres import NAMED, NoPostgres, TestServer, plain, wait

STARTS_A_SERVER = """
import sys
from tests.postgres import TestServer
server = TestServer.owned()
print(server.folder, server.url().query["host"], flush=True)
sys.stdin.read()
"""


def test_a_database_is_empty_and_works(database_url: str) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO only_here VALUES (1)"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM only_here")).scalars().all() == [1]
    engine.dispose()


def test_postgres_keeps_what_it_acknowledges(postgres_url: str) -> None:
    with psycopg.connect(plain(postgres_url)) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    assert settings == [("on",), ("on",)]


def test_each_database_is_another_and_is_dropped(postgres_server: TestServer) -> None:
    with postgres_server.database() as one, postgres_server.database() as other:
        assert one != other
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain(one))


@pytest.mark.skipif(NAMED in os.environ, reason="the server is not ours to stop")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_goes_when_the_run_does(how: signal.Signals) -> None:
    run = subprocess.Popen([sys.executable, "-c", STARTS_A_SERVER], stdin=-1, stdout=-1, stderr=-1, text=True)
    assert run.stdout is not None
    folder, socket = (Path(word) for word in run.stdout.readline().split())
    assert list(socket.iterdir())
    run.send_signal(how)
    run.communicate()
    wait(lambda: not folder.exists(), "the server outlived its run")


def test_a_server_that_cannot_start_fails_the_test_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAMED, raising=False)
    server = TestServer.owned()
    (server.folder / "data").write_text("a file where the data folder should be")
    with pytest.raises(NoPostgres, match="PostgreSQL did not start"), server.database():
        pass
    server.close()
    assert not server.folder.exists()


def test_a_named_server_that_is_not_there_fails_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAMED, f"postgresql:///postgres?host={tmp_path}")
    with pytest.raises(NoPostgres, match="does not answer"), TestServer(tmp_path).database():
        pass
