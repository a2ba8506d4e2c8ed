"""One damaged row takes no others down: it is set aside and told, and everything else is answered."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from rich.progress import Progress
from sqlalchemy import select, update

from hub.cli.actions import record
from hub.cli.progress import Bar
from hub.errors import EvidenceBroken
from hub.store import writing
from hub.store.tables import event
from tests.api.doors import NOW, Doors, Json, example, serving
from tests.people import ADDICTION, FAMILIES, KAJA, NANCY

AT = NOW.isoformat()
CONCERN, LETTER = "concern-reported.v1", "delivery-queued.v1"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[Doors, str, str]]:
    """A served hub, and two cases in which the familieafdeling was told of a concern. Nothing is held in memory."""
    with serving(tmp_path) as doors:
        cases = [doors.open(ADDICTION, citizen.cpr.digits) for citizen in (KAJA, NANCY)]
        for case in cases:
            came = doors.at(ADDICTION).post(f"/v1/cases/{case}/concerns", example("concern") | {"at": AT})
            assert came.status_code == 201, came.text
            doors.workers.turn()
        assert doors.workers.caught_up()
    with serving(tmp_path) as doors:
        yield doors, cases[0], cases[1]


def damage(doors: Doors, case: str, name: str) -> bytes:
    """Flip one bit of a stored body; what it was."""
    here = (event.c.case_id == UUID(case), event.c.topic == name)
    with writing(doors.record.engine).begin() as connection:
        body = bytes(connection.execute(select(event.c.body).where(*here)).scalar_one())
        connection.execute(update(event).where(*here).values(body=body[:-1] + bytes([body[-1] ^ 1])))
    return body


def restore(doors: Doors, case: str, name: str, body: bytes) -> None:
    here = (event.c.case_id == UUID(case), event.c.topic == name)
    with writing(doors.record.engine).begin() as connection:
        connection.execute(update(event).where(*here).values(body=body))


def pulled(doors: Doors, url: str = "/fhir/Bundle") -> tuple[list[str], bool, str]:
    """The bundles that are given, whether it is said that something may be missing, and where to go on."""
    answer = doors.at(FAMILIES).get(url)
    assert answer.status_code == 200, answer.text
    entries: list[Json] = answer.json().get("entry", [])
    given = [entry["resource"]["id"] for entry in entries if entry["search"]["mode"] == "match"]
    noted = [entry["resource"]["issue"][0]["code"] for entry in entries if entry["search"]["mode"] == "outcome"]
    onward: str = answer.json()["link"][-1]["url"]
    return given, noted == ["incomplete"], onward[onward.index("/fhir/") :]


@pytest.mark.parametrize("name", [CONCERN, LETTER])
def test_the_others_letters_are_pulled_and_the_cursor_comes_back_for_it(
    told: tuple[Doors, str, str], name: str
) -> None:
    doors, case, _ = told
    both, is_noted, _ = pulled(doors)
    assert (len(both), is_noted) == (2, False)
    body = damage(doors, case, name)
    doors.services.record.forget()
    given, is_noted, onward = pulled(doors)
    assert (given, is_noted) == (both[1:], True)
    again, is_noted, onward = pulled(doors, onward)
    assert (again, is_noted) == ([], True)
    restore(doors, case, name, body)
    assert pulled(doors, onward)[:2] == (both[:1], False)


def test_the_register_and_the_searches_answer_all_else_and_say_so(told: tuple[Doors, str, str]) -> None:
    doors, case, other = told
    damage(doors, case, CONCERN)
    doors.services.record.forget()
    register = doors.at(FAMILIES).get("/v1/compliance/disclosures").json()
    assert ({line["case"] for line in register["disclosures"]}, register["damaged"]) == ({other}, 1)
    found = doors.at(FAMILIES).get("/fhir/Communication")
    assert found.status_code == 200, found.text
    entries = found.json()["entry"]
    assert {entry["search"]["mode"] for entry in entries} >= {"match", "outcome"}
    assert case not in str(entries)
    search = {"cpr": KAJA.cpr.digits, "purpose": "sagsbehandling"}
    assert doors.at(FAMILIES).post("/v1/cases/search", search).json() == {"cases": []}


def test_the_operator_is_told_and_verify_names_the_place(
    told: tuple[Doors, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    doors, case, _ = told
    door = doors.at(FAMILIES).door
    assert door.get("/health/ready").json()["status"] == "ready"
    body = damage(doors, case, CONCERN)
    doors.services.record.forget()
    doors.at(FAMILIES).get("/v1/compliance/disclosures")
    ready = door.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "damaged")
    assert "tvaerspor_damaged_rows 1.0" in door.get("/metrics").text
    assert "evidence-damaged" in "".join(capsys.readouterr())
    with pytest.raises(EvidenceBroken, match=r"position \d+ of partition 0 does not match its leaf"):
        doors.record.verify()
    restore(doors, case, CONCERN, body)
    assert doors.record.verify().covers(doors.record.head())
    assert door.get("/health/ready").json()["status"] == "ready"


def test_the_damaged_case_itself_is_answered_by_nobodys_guess(told: tuple[Doors, str, str]) -> None:
    doors, case, other = told
    damage(doors, case, CONCERN)
    doors.services.record.forget()
    answer = doors.at(FAMILIES).get(f"/v1/cases/{case}")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:tvaerspor:problem:evidence-broken")
    assert doors.at(FAMILIES).get(f"/v1/cases/{other}").status_code == 200


def test_a_replay_tells_what_it_can_and_that_a_damaged_case_is_left_out(
    told: tuple[Doors, str, str], tmp_path: Path
) -> None:
    """For the operator too: the other case is told whole; asked for by itself the damaged one is no empty answer."""
    doors, case, other = told
    before = replayed(doors)
    assert ({line.act.case for line in before.lines}, before.damaged) == ({UUID(case), UUID(other)}, 0)
    damage(doors, case, CONCERN)
    doors.services.record.forget()
    others = [line for line in before.lines if line.act.case == UUID(other)]
    assert replayed(doors) == record.Replayed(others, 1)
    hers = tmp_path / "hers"
    hers.write_text(KAJA.cpr.digits)
    assert replayed(doors, of=hers) == record.Replayed([], 1)
    with pytest.raises(EvidenceBroken):
        replayed(doors, case)


def replayed(doors: Doors, case: str | None = None, of: Path | None = None) -> record.Replayed:
    """What `tvaerspor replay` lists."""
    asked = record.asked(case, of, None, None, None, None, None, None, legal_time=False)
    bar = Progress(disable=True)
    return record.replay(doors.services, asked, Bar(bar, bar.add_task("folding")))
