"""A unit that another stands for (case C05): its tokens stop on the day, and its successor goes on at every door."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.directory import toml_file
from tests.api.doors import NOW, Doors, serving
from tests.api.story import ACTS, AT, ITEMS
from tests.people import CLINIC, FAMILIES, FAMILIES_AWAY, KAJA, NANCY, NURSES

DAY = "2025-05-01"
LATER = NOW + timedelta(days=30)
SAMPLE = Path(toml_file.__file__).parent / "sample.toml"
BODIES = {act.path.rpartition("/")[2]: act.body for act in reversed(ACTS)}


@pytest.fixture
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose directory has Aabenraa's familieafdeling succeeded by Odense's, on a day of May."""
    folder = tmp_path_factory.mktemp("hub")
    head, mark, rest = SAMPLE.read_text(encoding="utf-8").partition("[aabenraa.units]\nfamilieafdeling = { ")
    assert mark
    file = folder / "directory.toml"
    successor = f'successor = "{FAMILIES_AWAY}", successor_from = {DAY}, '
    file.write_text(head + mark + successor + rest, encoding="utf-8")
    with serving(folder, directory_file=file) as served:
        yield served


@pytest.fixture
def story(doors: Doors) -> dict[str, str]:
    """Before that day: an underretning to it, a request of its own, a birth it registered; every letter has left."""
    clinic, families, case = doors.at(CLINIC), doors.at(FAMILIES), doors.open()
    ids = {"case": case}
    ids["concern"] = clinic.post(f"/v1/cases/{case}/concerns", BODIES["concerns"]).json()["id"]
    assert families.get(f"/v1/cases/{case}").status_code == 200
    ids["asked"] = families.post(f"/v1/cases/{case}/information-requests", BODIES["information-requests"]).json()["id"]
    hers = {"at": AT, "cpr": KAJA.cpr.digits, "name": "Kaja Hansen", "relation": "myndighedssag"}
    assert families.post("/v1/cases", hers).status_code == 201
    assert families.post(f"/v1/cases/{case}/birth", {"at": AT, "children": [{"born_at": AT}]}).status_code == 201
    assert clinic.get(f"/v1/cases/{case}").json()["information_requests"]
    return ids


def later(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"at": LATER.isoformat()}


def test_until_the_day_the_unit_acts_and_its_successor_knows_nothing(doors: Doors, story: dict[str, str]) -> None:
    assert doors.at(FAMILIES_AWAY).get(f"/v1/cases/{story['case']}").status_code == 404
    assert doors.at(FAMILIES_AWAY).post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json() == {"cases": []}
    units = {unit["unit"]: unit for unit in doors.at(NURSES).get("/v1/units").json()["units"]}
    assert (units[str(FAMILIES)]["successor"], units[str(FAMILIES)]["successor_from"]) == (str(FAMILIES_AWAY), DAY)


def test_from_the_day_on_the_old_token_stops_and_says_who_stands_for_it(doors: Doors, story: dict[str, str]) -> None:
    doors.set_clock(LATER)
    answer = doors.at(FAMILIES).get(f"/v1/cases/{story['case']}")
    assert answer.status_code == 403
    assert str(FAMILIES_AWAY) in answer.json()["detail"]


def test_the_successor_sees_what_was_seen(doors: Doors, story: dict[str, str]) -> None:
    case = story["case"]
    before = doors.at(FAMILIES).get(f"/v1/cases/{case}").json()
    pulled = doors.at(FAMILIES).get("/fhir/Bundle").json()["entry"]
    doors.set_clock(LATER)
    heir = doors.at(FAMILIES_AWAY)
    found = heir.post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json()["cases"]
    assert [row["case"] for row in found] == [case]
    after = heir.get(f"/v1/cases/{case}").json()
    unlike = {"version"}
    assert {name: after[name] for name in after.keys() - unlike} == {
        name: before[name] for name in before.keys() - unlike
    }
    events = heir.get(f"/v1/cases/{case}/events").json()["events"]
    assert [row["version"] for row in events] == list(range(1, after["version"] + 1))
    assert events[-1]["name"] == "unit-succeeded.v1"
    assert events[0]["event"]["recipient"] == str(FAMILIES), "old acts keep the old name"
    assert [row["resource"]["id"] for row in heir.get("/fhir/Bundle").json()["entry"]] == [
        row["resource"]["id"] for row in pulled
    ]
    assert heir.get(f"/fhir/EpisodeOfCare/{case}").status_code == 200
    assert heir.get("/fhir/Task").json()["entry"]
    lines = heir.get("/v1/compliance/disclosures").json()["disclosures"]
    register = [line for line in lines if line["outcome"] != "joined"]  # its predecessor came in by her number
    assert {row["act"] for row in register} == {story["concern"], story["asked"]}
    letters = heir.get("/v1/deliveries").json()["deliveries"]
    assert {row["act"] for row in letters} == {story["concern"], story["asked"]}
    assert doors.at(NURSES).get(f"/v1/cases/{case}").status_code == 404


def test_the_successor_owes_and_answers(doors: Doors, story: dict[str, str]) -> None:
    case, concern = story["case"], story["concern"]
    doors.set_clock(LATER)
    heir, clinic = doors.at(FAMILIES_AWAY), doors.at(CLINIC)
    owed = heir.get(f"/v1/cases/{case}/obligations").json()["obligations"]
    assert {(row["duty"], row["owed_by"]) for row in owed if row["owed_by"] != str(CLINIC)} >= {
        ("ASSESS_24H", str(FAMILIES_AWAY)),
        ("ACK_RECEIPT", str(FAMILIES_AWAY)),
    }
    path = f"/v1/cases/{case}/concerns/{concern}"
    assert heir.post(f"{path}/assessment", {"at": LATER.isoformat(), "acute": False}).status_code == 201
    receipt = heir.post(f"{path}/receipt", {"at": LATER.isoformat()})
    assert receipt.status_code == 201, receipt.text
    numbered = heir.post(f"/v1/cases/{case}/children/1/cpr", {"at": LATER.isoformat(), "cpr": "1310169996"})
    assert numbered.status_code == 201, numbered.text
    assert heir.get(f"/v1/cases/{case}").json()["children"][0]["cpr"] == "1310169996"
    seen = clinic.get(f"/v1/cases/{case}").json()
    assert [row["status"] for row in seen["concerns"]] == ["received"]
    answer = clinic.post(
        f"/v1/cases/{case}/information-requests/{story['asked']}/answer", {"at": LATER.isoformat(), "items": ITEMS}
    )
    assert answer.status_code == 201, answer.text
    assert heir.get(f"/v1/cases/{case}").json()["information_requests"][0]["status"] == "answered"


def test_an_underretning_to_the_old_unit_reaches_its_successor(doors: Doors) -> None:
    case = doors.open(cpr=NANCY.cpr.digits)
    doors.set_clock(LATER)
    told = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", later(BODIES["concerns"]))
    assert told.status_code == 201, told.text
    heir = doors.at(FAMILIES_AWAY)
    assert len(heir.get("/fhir/Bundle").json()["entry"]) == 1
    assert heir.get(f"/v1/cases/{case}").json()["concerns"][0]["id"] == told.json()["id"]
    receipt = heir.post(f"/v1/cases/{case}/concerns/{told.json()['id']}/receipt", {"at": LATER.isoformat()})
    assert receipt.status_code == 201, receipt.text
    assert [recorded.name for recorded in doors.record.stream(UUID(case))].count("unit-succeeded.v1") == 1


def test_a_cursor_of_before_is_not_gone_on_with(doors: Doors, story: dict[str, str]) -> None:
    """Else the letters of the unit that it took over from, which lie before, would be missed."""
    heir = doors.at(FAMILIES_AWAY)
    onward = heir.get("/fhir/Bundle").json()["link"][-1]["url"]
    path = onward[onward.index("/fhir") :]
    assert heir.get(path).status_code == 200
    doors.set_clock(LATER)
    assert heir.get(path).status_code in (400, 422)
    assert heir.get("/fhir/Bundle").json()["entry"]
