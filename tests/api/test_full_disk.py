"""C34: a full disk stops writes, not reads. SQLite itself refuses (SQLITE_FULL), as it does when ENOSPC comes back."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection, event

from hub.application.read_log import ReadLog
from hub.domain.access_log import RecordRead
from hub.store import RecordFull
from tests.api.doors import NOW, Doors, serving
from tests.people import CLINIC, FAMILIES, acting_for

AT = NOW.isoformat()
MOST = 400  # acts or look-ups until the pages that are there are full: some dozens


@pytest.fixture
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with serving(tmp_path_factory.mktemp("full"), dispatch=False) as doors:
        yield doors


@contextmanager
def full(doors: Doors) -> Iterator[None]:
    """The database may not grow by a page, on whatever connection."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # the size it has, if that is more

    def lift(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 4294967294")

    engine = doors.record.engine
    event.listen(engine, "begin", limit)
    try:
        yield
    finally:
        event.remove(engine, "begin", limit)
        event.listen(engine, "begin", lift)


def test_reads_go_on_their_look_ups_are_owed_and_the_operator_is_told(
    roomy: Doors, capfd: pytest.CaptureFixture[str]
) -> None:
    case = roomy.open()
    clinic, log = roomy.at(CLINIC), roomy.services.read_log

    def writes() -> httpx.Response:
        return clinic.post(f"/v1/cases/{case}/care-level", {"at": AT, "level": 2})

    def reads() -> httpx.Response:
        return clinic.get(f"/v1/cases/{case}", {"purpose": "night shift"})

    with full(roomy):
        refused = _until(writes, lambda answer: answer.status_code != 201)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:tvaerspor:problem:record-full")
        shown = _until(reads, lambda _: log.owed > 0)
        assert (shown.status_code, shown.json()["case"]) == (200, case)
        on_record = len(log.look_ups(UUID(case)))
        assert reads().status_code == 200
        owed = log.owed
        assert owed > 1
        assert len(log.look_ups(UUID(case))) == on_record
        ready = clinic.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "full")
        assert f"tvaerspor_look_ups_owed {float(owed)}" in clinic.get("/metrics").text
        assert roomy.at(FAMILIES).get(f"/v1/cases/{case}").status_code == 404, "want of room opens no door"
    log.settle()
    assert log.owed == 0
    looks = log.look_ups(UUID(case))[on_record:]
    assert [(look.by, look.door, look.purpose) for look in looks] == [
        (CLINIC, "GET /v1/cases/{case}", "night shift")
    ] * owed
    assert writes().status_code == 201
    assert clinic.get("/health/ready").status_code == 200
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    told = [line for line in lines if line["event"] == "look-up-owed"]
    assert len(told) == owed
    assert {(line["client"], line["unit"]) for line in told} == {("system of familieambulatorium", str(CLINIC))}
    assert case not in json.dumps(told)


def test_what_is_owed_is_bounded_and_what_is_lost_is_told(roomy: Doors, capfd: pytest.CaptureFixture[str]) -> None:
    case = UUID(roomy.open())
    log = ReadLog(roomy.record, roomy.services.clock, most_owed=2)

    def looks() -> int:
        log.record(case, acting_for(CLINIC), "a door", "", ["x" * 400])
        return log.owed

    with full(roomy):
        _until(looks, lambda owed: owed == 2)
        with pytest.raises(RecordFull):
            looks()
        log.close()
    assert '"event": "look-ups-lost"' in capfd.readouterr().err
    assert log.owed == 2
    log.close()
    assert log.owed == 0
    assert all(isinstance(look, RecordRead) for look in log.look_ups(case)[-2:])


T = TypeVar("T")


def _until(act: Callable[[], T], holds: Callable[[T], bool]) -> T:
    for _ in range(MOST):
        done = act()
        if holds(done):
            return done
    raise AssertionError("the pages that were there never filled up")
