"""Whose word a consent is: a yes carries only the unit that took it or confirmed it, and its id gives no power (C24).

An organisation that has a woman's number can come onto her case and say what she agreed to. That is on record, with
what it says it has to do with her; it moves nobody else.
"""

import pytest

from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors, Json
from tests.api.test_told import CONSENT, DISCLOSURE, WHO
from tests.people import CHARITY, CLINIC, FAMILIES, KAJA, KIRSTEN, NURSES

VOUCHED = CONSENT | {"received_by": str(CLINIC), "recipients": [str(CHARITY)]}  # by the charity, for the clinic
TO_THE_CHARITY = DISCLOSURE | {"recipient": str(CHARITY)}


@pytest.fixture
def case(doors: Doors) -> str:
    """The clinic's case of hers; the charity has joined it by her number."""
    opened = doors.open(CLINIC, cpr=KIRSTEN.cpr.digits)
    assert doors.open(CHARITY, cpr=KIRSTEN.cpr.digits) == opened
    return opened


def consent(doors: Doors, case: str, body: Json = VOUCHED) -> str:
    """The id of a consent that the charity registers."""
    answer = doors.at(CHARITY).post(f"/v1/cases/{case}/consents", body)
    assert answer.status_code == 201, answer.text
    given: str = answer.json()["id"]
    return given


def test_what_a_stranger_says_she_agreed_to_carries_only_whoever_confirms_it(doors: Doors, case: str) -> None:
    clinic, given = doors.at(CLINIC), consent(doors, case)
    disclosures = f"/v1/cases/{case}/disclosures"
    no = clinic.post(disclosures, TO_THE_CHARITY)
    assert (no.status_code, no.json()["reason"]) == (403, "CONSENT_MISSING")
    row = next(row for row in clinic.get(f"/v1/cases/{case}").json()["consents"] if row["id"] == given)
    assert (row["status"], row["registered_by"]) == ("unconfirmed", str(CHARITY))
    (shown,) = [
        entry["resource"]
        for entry in clinic.get("/fhir/Consent?_count=100").json()["entry"]
        if entry["resource"]["id"] == given
    ]
    assert shown["status"] == "proposed"
    assert f"Registreret af:</b> {CHARITY}" in shown["text"]["div"]
    assert clinic.post(f"/v1/cases/{case}/consents/{given}/confirmation", WHO).status_code == 201
    yes = clinic.post(disclosures, TO_THE_CHARITY)
    assert (yes.status_code, yes.json()["decision"]["consents"]) == (201, [given])
    assert clinic.get(f"/fhir/Consent/{given}").json()["status"] == "active"
    lines = clinic.get("/v1/compliance/disclosures", {"case": case, "outcome": "made"}).json()["disclosures"]
    (line,) = [line for line in lines if line["act"] == yes.json()["id"]]
    assert line["consents"][0]["registered_by"] == str(CHARITY)


def test_the_id_of_a_consent_gives_a_stranger_no_power(doors: Doors, case: str) -> None:
    taken = doors.at(CLINIC).post(f"/v1/cases/{case}/consents", CONSENT)
    given = taken.json()["id"]
    for act in ("withdrawal", "confirmation"):
        theirs = doors.at(CHARITY).post(f"/v1/cases/{case}/consents/{given}/{act}", WHO)
        none = doors.at(CHARITY).post(f"/v1/cases/{case}/consents/{case}/{act}", WHO)
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert theirs.content == none.content
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", DISCLOSURE).status_code == 201
    assert doors.open(FAMILIES, cpr=KIRSTEN.cpr.digits) == case  # a receiver that was told on it, not of it
    assert doors.at(FAMILIES).post(f"/v1/cases/{case}/consents/{given}/withdrawal", WHO).status_code == 404
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents/{given}/withdrawal", WHO).status_code == 201


def test_a_confirmation_is_told_to_nobody_else(doors: Doors, case: str) -> None:
    """That the clinic confirms would tell the charity that she is treated there."""
    given = consent(doors, case, VOUCHED | {"categories": ["oekonomi"]})
    before = doors.at(CHARITY).get(f"/v1/cases/{case}").content
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents/{given}/confirmation", WHO).status_code == 201
    assert doors.at(CHARITY).get(f"/v1/cases/{case}").content == before


def test_whoever_comes_in_by_her_number_says_why_and_stands_in_the_register(doors: Doors, case: str) -> None:
    """The same for whoever opened the case: the register must not tell who was there before."""
    for unit in (CLINIC, CHARITY):
        lines = doors.at(unit).get("/v1/compliance/disclosures", {"case": case, "outcome": "joined"}).json()
        assert lines["disclosures"]
        for line in lines["disclosures"]:
            assert (line["kind"], line["discloser"], line["purpose"]) == ("party-joined", str(unit), "raadgivning")
            assert line["client"] == f"system of {unit.unit}"
    assert doors.at(CHARITY).get(f"/v1/cases/{case}").json()["relation"] == "raadgivning"
    unstated = {"at": WHO["at"], "cpr": KAJA.cpr.digits, "name": "Kaja Test Hansen"}
    answer = doors.at(CHARITY).post("/v1/cases", unstated)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "relation")


@pytest.mark.parametrize(
    ("unit", "relation"), [(CHARITY, "behandling"), (FAMILIES, "behandling"), (CLINIC, "myndighedssag")]
)
def test_a_relation_that_a_unit_of_its_kind_cannot_have_is_none(doors: Doors, unit: Unit, relation: str) -> None:
    body = {"at": WHO["at"], "cpr": KAJA.cpr.digits, "name": "Kaja Test Hansen", "relation": relation}
    answer = doors.at(unit).post("/v1/cases", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "relation")
    assert doors.at(NURSES).post("/v1/cases", body | {"relation": "behandling"}).status_code == 201
