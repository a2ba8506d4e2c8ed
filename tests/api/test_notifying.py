"""An underretning over HTTP: no number stops it, its clocks are told once, no refusal sends anybody for a consent."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api.doors import NOW, Doors
from tests.people import CLINIC, COPENHAGEN, FAMILIES, KIRSTEN

AT = NOW.replace(hour=9, minute=41, second=37).isoformat()
SUPPORT = {"category": "type_af_indsats", "text": "Familiebehandling."}
STARTED = {"category": "sag_aabnet", "text": "Der er sat en undersøgelse i gang."}


def concern(basis: str | None, role: str = "gravid", **notification: Any) -> dict[str, Any]:
    return {
        "at": AT,
        "person": "Karin Beck",
        "role": "jordemoder",
        "recipient": str(FAMILIES),
        "subject": {"role": role},
        "basis": basis,
        "occasion": "Udeblevet.",
        "seen_and_heard": "Påvirket.",
        "items": [{"category": "rusmiddel", "text": "…"}],
        "notification": {"consent_sought": "no"} | notification,
    }


@pytest.fixture(scope="module")
def case(hub: Doors) -> str:
    hub.set_clock(NOW)
    return hub.open(cpr=KIRSTEN.cpr.digits, name="Kirsten Test")


@pytest.mark.parametrize(
    ("cited", "role", "basis"),
    [
        ("BL-133-1-1", "gravid", "BL-133-1-2"),
        ("BL-135", "kommende_barn", "BL-133-1-2"),
        ("SEL-154", "kommende_barn", "BL-133-1-2"),
        ("BL-133-1-2", "nyfoedt", "BL-133-1-1"),
        ("BL-133-1-4", "barn", "BL-133-1-1"),
        (None, "barn", "BL-133-1-1"),
    ],
)
def test_no_number_stops_it(doors: Doors, case: str, cited: str | None, role: str, basis: str) -> None:
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern(cited, role))
    assert answer.status_code == 201, answer.text
    decision = answer.json()["decision"]
    assert (decision["basis"], "CORRECT_CITATION" in decision["duties"]) == (basis, cited is not None)


def test_the_decision_and_the_obligation_give_the_same_due_moment(doors: Doors, case: str) -> None:
    reported = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern("BL-133-1-2")).json()
    rows = doors.at(FAMILIES).get(f"/v1/cases/{case}/obligations").json()["obligations"]
    owed = {row["duty"]: row["due"] for row in rows if row["act"] == reported["id"] and row["due"]}
    answered = doors.at(CLINIC).get(f"/v1/cases/{case}/obligations").json()["obligations"]
    assert "ASSESS_24H" not in {row["duty"] for row in answered}, "when it was assessed is the receiver's own knowledge"
    decided = reported["decision"]["due"]
    assert set(owed) == set(decided) == {"ASSESS_24H", "ACK_RECEIPT"}
    assert owed["ACK_RECEIPT"] == decided["ACK_RECEIPT"]
    told = datetime.fromisoformat(decided["ASSESS_24H"]).replace(tzinfo=COPENHAGEN)
    assert timedelta(0) <= datetime.fromisoformat(owed["ASSESS_24H"]) - told <= timedelta(hours=1), (
        "from when it was told"
    )


@pytest.mark.parametrize(("abuse", "owed"), [("by_parent", False), ("by_other", True), ("none", True), (None, False)])
def test_only_abuse_by_a_parent_silences_the_parents_hearing(
    doors: Doors, case: str, abuse: str | None, owed: bool
) -> None:
    told = {"abuse_suspected": True} | ({"abuse": abuse} if abuse else {})
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern("BL-133-1-1", "barn", **told))
    assert answer.status_code == 201, answer.text
    assert ("INFORM_SUBJECT_BEFORE" in answer.json()["decision"]["duties"]) == owed


def test_a_refusal_points_to_her_own_duty_and_not_to_a_consent(doors: Doors, case: str) -> None:
    asked = concern("SUL-43-1", "barn", abuse="by_parent")
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", asked)
    assert (answer.status_code, answer.json()["next_step"]) == (403, "CORRECT_CITATION")
    told = answer.json()["explanation"]["da"]
    assert "Afsenderens egen pligt står i barnets lov § 133, stk. 1, nr. 4." in told
    assert "spørg borgeren" not in told


def test_the_type_of_support_goes_back_where_it_is_essential(doors: Doors, case: str) -> None:
    key = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern("BL-133-1-2")).json()["id"]
    path, body = f"/v1/cases/{case}/concerns/{key}/feedback", {"at": AT, "items": [STARTED, SUPPORT]}
    refused = doors.at(FAMILIES).post(path, body)
    assert (refused.status_code, refused.json()["reason"]) == (403, "FEEDBACK_BEYOND_SCOPE")
    assert doors.at(FAMILIES).post(path, body | {"essential_for_support": True}).status_code == 201
