"""An outcome lost on a broken connection is looked up, never guessed."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.store import CommandRepeated, RecordUnreachable, VersionConflict, writer
from tests.store.acts import Counted, Noted, events, opened, save
from tests.store.proxy import Cut, Wire
from tests.waiting import PATIENCE


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, Wire(postgres_url, Path(folder)) as made:
        yield made


@pytest.mark.parametrize("cut", Cut)
def test_a_commit_whose_answer_is_lost_is_stored_exactly_once(wire: Wire, cut: Cut):
    case = uuid4()
    with opened(wire.url) as record:
        record.append([save(case, 0, Noted("opened"))])
        wire.armed = cut
        stored = record.append([save(case, 1, Counted(1), Counted(2))])
        assert wire.armed is None, "the wire was never cut"
        assert record.stream(case)[1:] == stored
        assert events(stored) == [Counted(1), Counted(2)]
        record.append([save(case, 3, Counted(3))])
        assert [row.position for row in record.case(case)] == [1, 2, 3, 4]
        assert record.verify() == record.head()


@pytest.mark.parametrize("cut", Cut)
def test_every_append_of_a_batch_gets_its_own_outcome(wire: Wire, cut: Cut):
    case = uuid4()
    with opened(wire.url, partitions=1) as record:
        record.append([save(case, 0, Noted("opened"))])
        wire.armed = cut
        sound = [record.submit([save(uuid4(), 0, Counted(number))]) for number in range(20)]
        stale = [record.submit([save(case, 0, Counted(number))]) for number in range(3)]
        assert sorted(future.result(PATIENCE)[0].event.number for future in sound) == list(range(20))
        assert all(isinstance(future.exception(PATIENCE), VersionConflict) for future in stale)
        assert record.head().total == 21
        assert record.verify() == record.head()


def test_a_repeat_by_another_process_is_told_as_a_repeat(wire: Wire, postgres_url: str):
    """The same command, sent again elsewhere while its first answer is lost: one effect, and both learn of it."""
    case, command = uuid4(), uuid4()
    with opened(wire.url) as record, opened(postgres_url) as other, ThreadPoolExecutor(2) as pool:
        record.append([save(case, 0, Noted("opened"))])
        wire.armed = Cut.LATE
        same = save(case, 1, Counted(1), command=command)
        outcomes = [pool.submit(record.append, [same]), pool.submit(other.append, [same])]
        refused = [error for outcome in outcomes if (error := outcome.exception(PATIENCE))]
        assert len(refused) == 1
        assert isinstance(refused[0], CommandRepeated)
        assert len(other.command(case, command)) == 1


def test_a_backend_that_is_terminated_costs_nothing(postgres_url: str):
    case = uuid4()
    with opened(postgres_url) as record:
        record.append([save(case, 0, Noted("opened"))])
        with record.engine.connect() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            assert (
                len(
                    connection.execute(
                        text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
                    ).all()
                )
                >= 1
            )
        record.append([save(case, 1, Counted(1))])
        assert events(record.stream(case)) == [Noted("opened"), Counted(1)]


def test_a_database_that_stays_away_is_told_as_unknown(wire: Wire, monkeypatch: pytest.MonkeyPatch):
    case = uuid4()
    with opened(wire.url) as record:
        record.append([save(case, 0, Noted("opened"))])
        monkeypatch.setattr(writer, "PATIENCE", 0.3)
        wire.take_down()
        wire.armed = Cut.UNHEARD
        with pytest.raises(RecordUnreachable):
            record.append([save(case, 1, Counted(1))])


def test_on_sqlite_an_answer_lost_after_the_commit_is_looked_up_too(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    import sqlite3

    case = uuid4()
    with opened(sqlite_url) as record:
        record.append([save(case, 0, Noted("opened"))])
        commit, lost = record.engine.dialect.do_commit, []

        def commit_and_fail(connection: object) -> None:
            commit(connection)
            if not lost:
                lost.append(True)
                raise sqlite3.OperationalError("disk I/O error")

        monkeypatch.setattr(record.engine.dialect, "do_commit", commit_and_fail)
        stored = record.append([save(case, 1, Counted(1))])
        assert lost
        assert record.stream(case)[1:] == stored
        assert record.verify().total == 2
