"""C13, through the doors: the mark is stated, stands in views and in FHIR, and goes along; the address goes to few."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.delivery import DeliveryQueued
from hub.ports.letter import Letter
from hub.vocabulary.organisations import Unit
from tests.adapters.documents.reading import opened
from tests.adapters.medcom.messages import directory
from tests.api.doors import NOW, Doors, Json, new_key, serving
from tests.api.story import AT
from tests.api.test_process_message import about, answer, post
from tests.api.test_told import DISCLOSURE, WHO
from tests.people import CHARITY, CLINIC, FAMILIES, KAJA, NURSES

LABEL = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "code": "R",
    "display": "restricted",
}
CONSENT: Json = WHO | {
    "form": "written",
    "given_by": "gravid",
    "disclosers": [str(CLINIC)],
    "recipients": [str(FAMILIES), str(CHARITY)],
    "categories": ["rusmiddel"],
    "purposes": ["stoette_graviditet"],
    "subjects": ["gravid"],
    "journalised": True,
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Doors]:
    """A hub of its own."""
    with serving(tmp_path, dispatch=False) as doors:
        yield doors


def told(doors: Doors, case: str, recipient: Unit) -> UUID:
    """The clinic discloses to this unit, which comes for the letter; the act."""
    clinic = doors.at(CLINIC)
    assert clinic.post(f"/v1/cases/{case}/consents", CONSENT).status_code == 201
    sent = clinic.post(f"/v1/cases/{case}/disclosures", DISCLOSURE | {"recipient": str(recipient)})
    assert sent.status_code == 201, sent.text
    doors.let_leave(recipient)
    return UUID(sent.json()["id"])


def letter(doors: Doors, act: UUID) -> Letter:
    """The letter of this act as it leaves."""
    queued = next(row for row in doors.record.scan() if isinstance(row.event, DeliveryQueued) and row.event.act == act)
    made = doors.services.letters.leaving(queued, NOW.date())
    assert made is not None
    return made


def citizen(doors: Doors, unit: Unit, case: str) -> Json:
    """The woman as the view of this unit has her."""
    seen: Json = doors.at(unit).get(f"/v1/cases/{case}").json()["citizen"]
    return seen


def labels(doors: Doors, unit: Unit, case: str) -> list[Json]:
    """The security labels of the Patient as this unit reads her."""
    found: list[Json] = doors.at(unit).get(f"/fhir/Patient/{case}").json()["meta"].get("security", [])
    return found


def test_the_mark_goes_along_and_the_address_to_authorities_only(hub: Doors) -> None:
    case = hub.open(address=KAJA.address, address_protected=True)
    assert citizen(hub, CLINIC, case)["protected"] is True
    acts = {unit: told(hub, case, unit) for unit in (FAMILIES, CHARITY)}
    for unit in acts:
        assert citizen(hub, unit, case)["protected"] is True  # the letter leaves as the unit comes for it
        assert labels(hub, unit, case) == [LABEL]
    assert [letter(hub, acts[unit]).citizen.address for unit in acts] == [KAJA.address, ""]
    papers = {unit: opened(_pdf(hub, acts[unit])) for unit in acts}
    assert all("Navne- og adressebeskyttelse" in paper for paper in papers.values())
    assert "Testsøjlerne" in papers[FAMILIES]
    assert "Testsøjlerne" not in papers[CHARITY]
    message = hub.services.channels.translator.message(letter(hub, acts[CHARITY])).decode()
    assert '"code":"R"' in message
    assert "Testsøjlerne" not in message


def test_it_is_stated_later_and_ended_again(hub: Doors) -> None:
    case, clinic = hub.open(address=KAJA.address), hub.at(CLINIC)
    assert (citizen(hub, CLINIC, case)["protected"], labels(hub, CLINIC, case)) == (False, [])
    path = f"/v1/cases/{case}/address-protection"
    assert clinic.post(path, WHO | {"protected": True}).status_code == 201
    assert (citizen(hub, CLINIC, case)["protected"], labels(hub, CLINIC, case)) == (True, [LABEL])
    again = clinic.post(path, WHO | {"protected": True})
    assert (again.status_code, again.json()["type"]) == (409, "urn:tvaerspor:problem:already-protected")
    assert clinic.post(path, WHO | {"protected": False}).status_code == 201
    assert (citizen(hub, CLINIC, case)["protected"], labels(hub, CLINIC, case)) == (False, [])
    assert clinic.post(path, {"at": AT}).json()["errors"][0]["field"] == "protected"


def test_a_letter_that_waits_learns_of_it(hub: Doors) -> None:
    """Stated after the act and before the letter leaves, or is read again: the address goes no more."""
    case = hub.open(address=KAJA.address)
    act = told(hub, case, CHARITY)
    assert letter(hub, act).citizen.address == KAJA.address
    answer = hub.at(CLINIC).post(f"/v1/cases/{case}/address-protection", WHO | {"protected": True}, key=new_key())
    assert answer.status_code == 201
    assert letter(hub, act).citizen.address == ""
    documents = hub.at(CHARITY).get("/fhir/DocumentReference").json()["entry"]
    key = next(
        entry["resource"]["id"] for entry in documents if entry["resource"]["resourceType"] != "OperationOutcome"
    )
    assert "Testsøjlerne" not in opened(hub.at(CHARITY).get(f"/fhir/Binary/{key}").content)


def _pdf(doors: Doors, act: UUID) -> bytes:
    made, channels = letter(doors, act), doors.services.channels
    return channels.renderer.render(made, channels.translator.message(made))


def test_a_medcom_message_that_is_labelled_marks_her_for_both(tmp_path: Path) -> None:
    with serving(tmp_path, directory_file=directory(tmp_path / "directory.toml"), dispatch=False) as doors:
        case = doors.open(address=KAJA.address)
        assert citizen(doors, CLINIC, case)["protected"] is False
        assert answer(post(doors, about(replace(KAJA, protected=True)))) == "ok"
        assert citizen(doors, NURSES, case)["protected"] is True
        assert labels(doors, NURSES, case) == [LABEL]
        assert letter(doors, told(doors, case, CHARITY)).citizen.address == ""
