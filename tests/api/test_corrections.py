"""Acts that left, put right through the doors: what everybody is shown and told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.doors import Doors, Json, serving
from tests.api.test_told import CONCERN, CONSENT, DISCLOSURE, WHO
from tests.people import CLINIC, DOCTOR, FAMILIES, KAJA

SEVERAL = [{"category": "rusmiddel", "text": "Hash dagligt."}, {"category": "rusmiddel", "text": "Ingen alkohol."}]


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    with serving(tmp_path) as doors:
        yield doors


def disclosed(doors: Doors) -> tuple[str, str]:
    """The case, and a disclosure to the doctor that has left."""
    case = doors.open()
    clinic = doors.at(CLINIC)
    assert clinic.post(f"/v1/cases/{case}/consents", CONSENT).status_code == 201
    sent = clinic.post(f"/v1/cases/{case}/disclosures", DISCLOSURE | {"items": SEVERAL})
    assert sent.status_code == 201, sent.text
    doors.let_leave(DOCTOR)
    return case, sent.json()["id"]


def seen(doors: Doors, unit: Any, case: str) -> Json:
    found: Json = doors.at(unit).get(f"/v1/cases/{case}").json()
    return found


def withdraw(doors: Doors, case: str) -> None:
    (consent,) = seen(doors, CLINIC, case)["consents"]
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents/{consent['id']}/withdrawal", WHO).status_code == 201


def correct(doors: Doors, case: str, act: str, **body: Any) -> Any:
    return doors.at(CLINIC).post(f"/v1/cases/{case}/acts/{act}/correction", WHO | body)


def search(doors: Doors, unit: Any, cpr: str) -> list[str]:
    cases = doors.at(unit).post("/v1/cases/search", {"cpr": cpr}).json()["cases"]
    return [found["case"] for found in cases]


def test_after_a_withdrawal_the_receiver_learns_that_it_was_wrong_and_nothing_else(doors: Doors) -> None:
    """C07."""
    case, act = disclosed(doors)
    withdraw(doors, case)
    right = [{"category": "rusmiddel", "text": "Holdt op i uge 9."}]
    no = correct(doors, case, act, wrong=["item-1"], items=right)
    assert (no.status_code, no.json()["reason"]) == (403, "CONSENT_WITHDRAWN")
    shown = seen(doors, DOCTOR, case)
    (gone,) = shown["retractions"]
    assert (gone["id"], gone["acts"][0]["act"], gone["acts"][0]["wrong"]) == (no.json()["retraction"], act, ["item-1"])
    assert shown["disclosures"][0]["retracted"] == ["item-1"]
    assert shown["corrections"] == []
    assert "uge 9" not in doors.at(DOCTOR).get(f"/v1/cases/{case}/events").text
    assert "uge 9" not in doors.at(DOCTOR).get("/fhir/Bundle").text
    (line,) = [
        line
        for line in doors.at(DOCTOR).get("/v1/compliance/disclosures").json()["disclosures"]
        if line["kind"] == "acts-retracted"
    ]
    assert (line["citation"], line["categories"]) == (
        "GDPR art. 16 og 19",
        ["rusmiddel"],
    )


def test_while_the_base_stands_what_is_right_follows(doors: Doors) -> None:
    case, act = disclosed(doors)
    right = [{"category": "rusmiddel", "text": "Holdt op i uge 9."}]
    yes = correct(doors, case, act, wrong=["item-1"], items=right)
    assert yes.status_code == 201, yes.text
    assert yes.json()["events"] == ["act-corrected.v1", "acts-retracted.v1"]
    shown = seen(doors, DOCTOR, case)
    (corrected,), (gone,) = shown["corrections"], shown["retractions"]
    assert (corrected["id"], corrected["corrects"]) == (yes.json()["id"], act)
    assert corrected["items"][0]["text"] == "Holdt op i uge 9."
    assert gone["id"] == yes.json()["retraction"]


def test_the_old_door_for_disclosures_tells_the_receiver_as_well(doors: Doors) -> None:
    case, act = disclosed(doors)
    withdraw(doors, case)
    no = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures/{act}/correction", WHO | {"items": SEVERAL[:1]})
    assert no.status_code == 403
    (gone,) = seen(doors, DOCTOR, case)["retractions"]
    assert gone["acts"][0]["wrong"] == ["item-1", "item-2"]


def test_what_was_taken_back_whole_is_entered_in_error(doors: Doors) -> None:
    case, act = disclosed(doors)
    assert correct(doors, case, act, fault="not-hers").status_code == 201
    for unit in (CLINIC, DOCTOR):
        doors.at(unit).get("/v1/deliveries")
        told = doors.at(unit).get(f"/fhir/Communication/{act}").json()
        assert told["status"] == "entered-in-error"


def test_a_letter_taken_back_before_it_left_never_leaves_and_tells_nothing(doors: Doors) -> None:
    case = doors.open()
    doors.letters_wait = True
    sent = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN).json()["id"]
    assert correct(doors, case, sent).status_code == 201
    doors.let_leave(FAMILIES)
    assert doors.at(FAMILIES).get(f"/v1/cases/{case}").status_code == 404
    assert search(doors, FAMILIES, KAJA.cpr.digits) == []


def test_a_point_that_the_act_has_not_is_422(doors: Doors) -> None:
    case, act = disclosed(doors)
    for wrong, field in ((["item-3"], "wrong.0"), (["item-1", "Hash!"], "wrong.1")):
        no = correct(doors, case, act, wrong=wrong)
        assert (no.status_code, no.json()["errors"][0]["field"]) == (422, field)
