"""What came in as a MedCom message stands in the case view and at the FHIR doors, for its sender and its receiver."""

from collections.abc import Iterator

import pytest
from fhir.resources.R4B.communication import Communication

from hub.vocabulary.organisations import Unit
from tests.adapters.medcom.messages import directory, one, parsed
from tests.api.doors import Doors, Json, serving
from tests.api.fhir.conftest import carry
from tests.api.fhir.reading import everything, got, local, references, resources
from tests.api.test_process_message import about, answer, post, stay
from tests.people import CLINIC, KAJA, MIDWIVES, NANCY, NURSES


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose clinic and sundhedspleje have SOR ids."""
    folder = tmp_path_factory.mktemp("received")
    with serving(folder, directory_file=directory(folder / "directory.toml"), dispatch=False) as doors:
        yield doors


@pytest.fixture(scope="module")
def case(hub: Doors) -> str:
    """A case that the clinic opened, with a message and a notification to the sundhedspleje."""
    case = hub.open()
    hub.open(MIDWIVES)
    assert answer(post(hub, MESSAGE)) == "ok"
    assert answer(post(hub, NOTIFICATION)) == "ok"
    carry(hub)
    return case


MESSAGE, NOTIFICATION = about(KAJA), stay(KAJA)
MESSAGE_ID, NOTIFICATION_ID = (one(parsed(message), "MessageHeader")["id"] for message in (MESSAGE, NOTIFICATION))


def view(doors: Doors, case: str, unit: Unit) -> Json:
    """The case as a unit knows it."""
    seen: Json = doors.at(unit).get(f"/v1/cases/{case}").json()
    return seen


@pytest.mark.parametrize("unit", [CLINIC, NURSES])
def test_the_case_view_lists_it(hub: Doors, case: str, unit: Unit) -> None:
    seen = view(hub, case, unit)
    (letter,), (notified,) = seen["messages"], seen["hospital_notifications"]
    assert (letter["message"], letter["from"], letter["to"]) == (MESSAGE_ID, str(CLINIC), str(NURSES))
    assert (letter["activity"], letter["category"], letter["attachments"]) == ("new-message", "healthcare", 2)
    assert (notified["message"], notified["activity"], notified["kind"]) == (NOTIFICATION_ID, "admit-inpatient", "IMP")
    assert (notified["status"], notified["ended"], notified["deceased"]) == ("in-progress", None, False)
    assert seen["citizen"]["cpr"] == KAJA.cpr.digits


@pytest.mark.parametrize("unit", [CLINIC, NURSES])
def test_it_is_a_communication_that_leads_to_the_bytes(hub: Doors, case: str, unit: Unit) -> None:
    rows = view(hub, case, unit)
    door = hub.at(unit)
    for row, bytes_ in ((rows["messages"][0], MESSAGE), (rows["hospital_notifications"][0], NOTIFICATION)):
        found = got(door.get(f"/fhir/Communication/{row['id']}"))
        Communication.model_validate(found)
        url = found["payload"][-1]["contentAttachment"]["url"]
        assert door.get(url.removeprefix(hub.services.settings.server.public_url)).content == bytes_
    searched = resources(got(door.get("/fhir/Communication", {"_sort": "-_lastUpdated", "_count": "2"})), "match")
    assert [resource["id"] for resource in searched] == [
        rows[name][0]["id"] for name in ("hospital_notifications", "messages")
    ]


@pytest.mark.parametrize("unit", [CLINIC, NURSES])
def test_everything_it_refers_to_is_there(hub: Doors, case: str, unit: Unit) -> None:
    found = everything(hub, unit, case)
    ids = {local(resource) for resource in found}
    assert f"Patient/{case}" in ids
    assert {reference for resource in found for reference in references(resource)} <= ids


@pytest.mark.parametrize("unit", [CLINIC, NURSES])
def test_the_compliance_officer_finds_it_as_received(hub: Doors, case: str, unit: Unit) -> None:
    asked = {"outcome": "received", "case": case}
    found = hub.at(unit).get("/v1/compliance/disclosures", asked).json()["disclosures"]
    assert [(line["kind"], line["discloser"], line["recipient"], line["basis"]) for line in found] == [
        ("care-message-received", str(CLINIC), str(NURSES), "SUL-41-2-1"),
        ("hospital-stay-notified", str(CLINIC), str(NURSES), "SUL-41-2-1"),
    ]
    assert found[0]["act"] == view(hub, case, unit)["messages"][0]["id"]
    assert hub.at(MIDWIVES).get("/v1/compliance/disclosures", asked).json()["disclosures"] == []


def test_what_waits_to_be_placed_is_in_no_register_and_at_no_door(hub: Doors, case: str) -> None:
    before = hub.at(NURSES).get("/v1/compliance/disclosures").json()
    assert answer(post(hub, about(NANCY))) == "ok"
    carry(hub)
    assert len(hub.at(NURSES).get("/v1/parked-messages").json()["messages"]) == 1
    assert hub.at(NURSES).get("/v1/compliance/disclosures").json() == before
    letters = resources(got(hub.at(NURSES).get("/fhir/Communication")), "match")
    assert {letter["subject"]["reference"] for letter in letters} == {f"Patient/{case}"}


def test_nobody_else_is_shown_it(hub: Doors, case: str) -> None:
    seen = view(hub, case, MIDWIVES)
    assert (seen["messages"], seen["hospital_notifications"]) == ([], [])
    row = view(hub, case, CLINIC)["messages"][0]
    assert hub.at(MIDWIVES).get(f"/fhir/Communication/{row['id']}").status_code == 404
    assert not [resource for resource in everything(hub, MIDWIVES, case) if resource["resourceType"] == "Communication"]
