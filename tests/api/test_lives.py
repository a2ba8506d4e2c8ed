"""What happens to people, through the doors: births one after the other, a move anywhere, a death (C09, C11, C14)."""

from typing import Any

import pytest

from tests.api.doors import NOW, Doors
from tests.api.story import ACTS, AT
from tests.people import (
    CHARITY,
    CLINIC,
    DAUGHTER_CPR,
    DAY,
    FAMILIES,
    KAJA,
    KIRSTEN,
    NANCY,
    NURSES,
    SON_CPR,
    YOUNG,
)

DIED_ON = NOW.date().isoformat()
WHY = {"at": AT, "reason": "Registreret på den forkerte."}
BODIES: dict[str, Any] = {act.path.rpartition("/")[2]: act.body for act in reversed(ACTS)}


def test_twins_are_registered_one_after_the_other_and_put_right(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=KIRSTEN.cpr.digits)

    def act(path: str, **body: Any) -> int:
        return clinic.post(f"/v1/cases/{case}/{path}", {"at": AT} | body).status_code

    assert act("pregnancy-end") == 201
    assert act("pregnancy-end") == 409
    assert act("pregnancy-end/withdrawal", reason="Hun er stadig gravid.") == 201
    assert act("birth", children=[{"born_at": AT}]) == 201
    assert act("birth", children=[{"born_at": AT, "stillborn": True}]) == 201
    assert act("children/1/cpr", cpr=DAUGHTER_CPR.digits) == 201
    assert act("children/1/cpr", cpr=SON_CPR.digits) == 409
    assert act("children/1/correction", born_at=AT, cpr=SON_CPR.digits, reason="Læst galt.") == 201
    assert act("children/3/correction", born_at=AT, reason="Læst galt.") == 404
    seen = clinic.get(f"/v1/cases/{case}").json()
    assert [(row["child"], row["cpr"], row["stillborn"]) for row in seen["children"]] == [
        (1, SON_CPR.digits, False),
        (2, None, True),
    ]
    assert act("children/2/withdrawal", reason="En anden kvindes barn.") == 201
    assert [row["child"] for row in clinic.get(f"/v1/cases/{case}").json()["children"]] == [1]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"where": "municipality", "name": "Frederiksberg Kommune"},
        {"where": "abroad", "name": "Sverige"},
        {"where": "abroad"},
        {"where": "unknown"},
    ],
)
def test_a_move_out_of_the_directory_is_recorded_and_the_way_back(doors: Doors, elsewhere: dict[str, str]) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=NANCY.cpr.digits, elsewhere=elsewhere, municipality=None)
    seen = clinic.get(f"/v1/cases/{case}").json()
    assert (seen["municipality"], seen["elsewhere"]) == (None, {"name": None} | elsewhere)
    for there in ({"municipality": "odense"}, {"elsewhere": elsewhere}, {"municipality": "odense"}):
        answer = clinic.post(f"/v1/cases/{case}/municipality", {"at": AT} | there)
        assert answer.status_code == 201, answer.text
    seen = clinic.get(f"/v1/cases/{case}").json()
    assert seen["municipality"] == "odense"
    assert seen.get("elsewhere") is None


def test_what_she_was_to_be_told_falls_away_with_her_death_and_comes_back(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=YOUNG.cpr.digits)
    untold = BODIES["concerns"]["notification"] | {"consent_sought": "no", "parents_informed": False}
    told = clinic.post(f"/v1/cases/{case}/concerns", BODIES["concerns"] | {"notification": untold})
    assert told.status_code == 201, told.text

    def owed(**asked: Any) -> set[str]:
        rows = clinic.get(f"/v1/cases/{case}/obligations", params=asked).json()["obligations"]
        return {row["duty"] for row in rows if row["lapsed_at"] is None}

    before = owed()
    assert "INFORM_SUBJECT_BEFORE" in before
    path = f"/v1/cases/{case}/death"
    assert clinic.post(path, {"at": AT, "died_on": DIED_ON}).status_code == 201
    assert owed() == owed(fulfilled="true") == before - {"INFORM_SUBJECT_BEFORE"}
    assert clinic.get(f"/v1/cases/{case}").json()["died_on"] == DIED_ON
    assert clinic.get(f"/fhir/Patient/{case}").json()["deceasedDateTime"] == DIED_ON
    tasks = clinic.get("/fhir/Task", params={"patient": case}).json()["entry"]
    assert "cancelled" in {row["resource"]["status"] for row in tasks}
    assert "died_on" not in doors.at(FAMILIES).get(f"/v1/cases/{case}").json()
    assert clinic.post(f"{path}/withdrawal", WHY).status_code == 201
    assert owed() == before
    assert "deceasedDateTime" not in clinic.get(f"/fhir/Patient/{case}").json()


def test_a_letter_about_her_under_way_is_held_and_an_underretning_goes(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=KAJA.cpr.digits)
    doors.letters_wait = True
    try:
        consent = clinic.post(f"/v1/cases/{case}/consents", BODIES["consents"])
        assert consent.status_code == 201, consent.text
        told = clinic.post(f"/v1/cases/{case}/disclosures", BODIES["disclosures"]).json()["id"]
        concern = clinic.post(f"/v1/cases/{case}/concerns", BODIES["concerns"]).json()["id"]
        assert clinic.post(f"/v1/cases/{case}/death", {"at": AT, "died_on": DIED_ON}).status_code == 201
        anew = clinic.post(f"/v1/cases/{case}/disclosures", BODIES["disclosures"]).json()["id"]
    finally:
        doors.letters_wait = False
    seen = doors.at(FAMILIES).get(f"/v1/cases/{case}").json()
    assert [row["id"] for row in seen["disclosures"]] == [anew]
    assert [row["id"] for row in seen["concerns"]] == [concern]
    rows = clinic.get("/v1/deliveries", params={"case": case}).json()["deliveries"]
    held = {row["act"]: row["detail"] for row in rows if row["status"] == "held"}
    assert held == {told: "citizen-died"}
    patients = [
        entry["resource"]
        for row in doors.at(FAMILIES).get("/fhir/Bundle").json()["entry"]
        for entry in row["resource"]["entry"]
        if entry["resource"]["resourceType"] == "Patient" and entry["resource"]["id"] == case
    ]
    assert [patient.get("deceasedDateTime") for patient in patients] == [None, DIED_ON]


def test_a_death_is_registered_by_whom_it_reaches_and_on_a_day_that_can_be(doors: Doors) -> None:
    case = doors.open(CHARITY, cpr=NANCY.cpr.digits)
    answer = doors.at(CHARITY).post(f"/v1/cases/{case}/death", {"at": AT, "died_on": DIED_ON})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tvaerspor:problem:not-permitted")
    assert doors.open(NURSES, cpr=NANCY.cpr.digits) == case
    tomorrow = (NOW + DAY).date().isoformat()
    wrong = doors.at(NURSES).post(f"/v1/cases/{case}/death", {"at": AT, "died_on": tomorrow})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "died_on")
