"""C33: whoever looks for a woman by her number is on record, found or not; the work is the same, and has an end."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import httpx
import pytest
from sqlalchemy import event

from hub.settings import ServerSettings
from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors, serving
from tests.people import CLINIC, FAMILIES, KAJA, NANCY, NURSES

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DOORS = ("POST /v1/cases/search", "POST /fhir/Patient/_search")
HERS, NOBODYS = KAJA.cpr.digits, NANCY.cpr.digits


def search(doors: Doors, unit: Unit, cpr: str, door: str = DOORS[0], client: str | None = None) -> httpx.Response:
    """One search through this door."""
    caller = doors.at(unit, client)
    path = door.removeprefix("POST ")
    if path.startswith("/v1"):
        return caller.post(path, {"cpr": cpr, "purpose": "consultation"})
    return caller.door.post(path, content=f"identifier={cpr}", headers=FORM)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub with one case, of which the clinic knows and nobody else."""
    with serving(tmp_path_factory.mktemp("searches"), dispatch=False) as doors:
        doors.open(CLINIC, HERS)
        yield doors


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("unit", "cpr", "found"),
    [(CLINIC, HERS, 1), (FAMILIES, HERS, 0), (FAMILIES, NOBODYS, 0)],
    ids=["its own", "not for it", "none"],
)
def test_every_search_is_on_record(asked: Doors, door: str, unit: Unit, cpr: str, found: int) -> None:
    searches = asked.services.citizen_search
    before = len(searches.searches(unit))
    assert search(asked, unit, cpr, door, "practice").status_code == 200
    (looked,) = searches.searches(unit)[before:]
    assert (looked.by, looked.door, len(looked.cases)) == (unit, door, found)
    assert looked.citizen == asked.services.keys.citizen_digest(cpr).hex()
    recorded = [row for row in asked.record.scan() if row.name == "citizen-searched.v1"][-1]
    assert (recorded.meta.client, recorded.meta.unit) == ("practice", str(unit))


@pytest.mark.parametrize("door", DOORS)
def test_none_and_not_for_you_are_the_same_answer_and_the_same_work(asked: Doors, door: str) -> None:
    for _ in range(2):  # what is folded once is at hand
        search(asked, NURSES, HERS, door)
        search(asked, NURSES, NOBODYS, door)
    hidden, hidden_work = _watched(asked, HERS, door)
    missing, missing_work = _watched(asked, NOBODYS, door)
    assert hidden == missing
    assert hidden_work == missing_work
    assert len(hidden_work) > 4


def _watched(doors: Doors, cpr: str, door: str) -> tuple[object, list[str]]:
    """The entries of the answer, and every statement that its own thread asked of the database, in order."""
    said: list[str] = []

    def hear(_c: object, _k: object, statement: str, *_: object) -> None:
        if current_thread().name.startswith("AnyIO"):
            said.append(statement)

    event.listen(doors.record.engine, "before_cursor_execute", hear)
    try:
        answer = search(doors, NURSES, cpr, door).json()
    finally:
        event.remove(doors.record.engine, "before_cursor_execute", hear)
    return answer.get("cases", answer.get("entry")), said


def test_a_client_that_asks_without_end_is_stopped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    few = ServerSettings(searches_an_hour=5)
    with serving(tmp_path, server=few, dispatch=False) as doors:
        answers = [search(doors, FAMILIES, NOBODYS, DOORS[n % 2], "practice") for n in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert all(0 < int(answer.headers["retry-after"]) <= 720 for answer in answers[5:])
        assert len(doors.services.citizen_search.searches(FAMILIES)) == 5
        assert search(doors, FAMILIES, NOBODYS, client="another").status_code == 200
        assert search(doors, NURSES, NOBODYS, client="practice").status_code == 200
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    told = [(line["client"], line["unit"]) for line in lines if line["event"] == "too-many"]
    assert told == [("practice", str(FAMILIES))] * 2
