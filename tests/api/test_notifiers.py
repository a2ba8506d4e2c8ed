"""A neighbour telephones, a midwife outside any unit writes, somebody gives no name: all three are registered (C12)."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.api.doors import NOW, Doors, Json
from tests.api.test_told import CONCERN, DISCLOSURE, WHO
from tests.people import CLINIC, FAMILIES, KAJA, NURSES

CAME = WHO | {
    "notifier": {"kind": "private", "name": "Test Nabosen", "contact": "Testsøjlerne 6, 6200 Aabenraa"},
    "channel": "oral",
    "occasion": "En nabo ringede.",
    "seen_and_heard": "Skænderier om natten.",
    "items": [{"category": "rusmiddel", "text": "Set påvirket på trappen."}],
}
MIDWIFE = {"kind": "professional", "name": "Test Jordemosen", "profession": "privat jordemoder", "contact": "Testvej 1"}


@pytest.fixture
def case(doors: Doors) -> str:
    """Hers, as the familieafdeling has it."""
    return doors.open(FAMILIES, relation="underretning")


def registered(doors: Doors, case: str, **other: object) -> str:
    """The id of an underretning that came in."""
    answer = doors.at(FAMILIES).post(f"/v1/cases/{case}/concerns/received", CAME | other)
    assert answer.status_code == 201, answer.text
    concern: str = answer.json()["id"]
    return concern


def owed(doors: Doors, case: str, concern: str) -> Json:
    """What is owed for it, and by when."""
    rows = doors.at(FAMILIES).get(f"/v1/cases/{case}/obligations").json()["obligations"]
    return {row["duty"]: row["due"] for row in rows if row["act"] == concern}


def test_a_neighbour_telephones_and_gets_a_receipt_on_paper(doors: Doors, case: str) -> None:
    families, concern = doors.at(FAMILIES), registered(doors, case)
    assert owed(doors, case, concern) == {
        "ASSESS_24H": "2025-04-08T10:00:00+02:00",
        "ACK_RECEIPT": "2025-04-14",
        "NOTE_ORAL": None,
    }
    (row,) = [row for row in families.get(f"/v1/cases/{case}").json()["concerns"] if row["id"] == concern]
    assert row["notifier"] == {"kind": "private", "name": "Test Nabosen", "contact": "Testsøjlerne 6, 6200 Aabenraa"}
    paper = f"/v1/cases/{case}/concerns/{concern}/receipt"
    assert families.get(paper).status_code == 404
    before = families.get("/v1/deliveries").json()
    assert families.post(paper, WHO).status_code == 201
    assert families.get("/v1/deliveries").json() == before, "the hub carries nothing to who is no unit"
    printed = families.get(paper)
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    said = " ".join(PdfReader(BytesIO(printed.content)).pages[0].extract_text().split())
    for words in ("Kvittering for underretning", "Test Nabosen", "Testsøjlerne 6", "7. april 2025", "tavshedspligt"):
        assert words in said
    for hers in ("Kaja", "Hansen", KAJA.cpr.digits[:6], "rusmiddel", "påvirket"):
        assert hers not in said
    assert "ACK_RECEIPT" not in owed(doors, case, concern)
    feedback = {"items": [{"category": "sag_aabnet", "text": "Undersøgelse begyndt."}]}
    assert families.post(f"/v1/cases/{case}/concerns/{concern}/feedback", WHO | feedback).status_code == 403


def test_a_professional_outside_any_unit_hears_what_was_started(doors: Doors, case: str) -> None:
    families, concern = doors.at(FAMILIES), registered(doors, case, notifier=MIDWIFE, channel="written")
    assert set(owed(doors, case, concern)) == {"ASSESS_24H", "ACK_RECEIPT", "FEEDBACK"}
    feedback = WHO | {"items": [{"category": "sag_aabnet", "text": "Undersøgelse begyndt."}]}
    path = f"/v1/cases/{case}/concerns/{concern}/feedback"
    assert families.get(path).status_code == 404
    assert families.post(path, feedback).status_code == 201
    said = PdfReader(BytesIO(families.get(path).content)).pages[0].extract_text()
    assert "Undersøgelse begyndt." in said
    assert "Kaja" not in said
    assert "FEEDBACK" not in owed(doors, case, concern)


def test_an_anonymous_notifier_stays_so_and_gets_no_receipt(doors: Doors, case: str) -> None:
    families, concern = doors.at(FAMILIES), registered(doors, case, notifier={"kind": "anonymous"})
    assert set(owed(doors, case, concern)) == {"ASSESS_24H", "NOTE_ORAL"}
    refused = families.post(f"/v1/cases/{case}/concerns/{concern}/receipt", WHO)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tvaerspor:problem:notifier-anonymous")
    named = CAME | {"notifier": {"kind": "anonymous", "name": "Test Nabosen"}}
    answer = families.post(f"/v1/cases/{case}/concerns/received", named)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "notifier.name")


def test_it_is_its_receivers_alone_by_every_door(doors: Doors, case: str) -> None:
    concern = registered(doors, case)
    families = doors.at(FAMILIES)
    assert doors.open(CLINIC) == case
    seen = doors.at(CLINIC).get(f"/v1/cases/{case}").text
    assert concern not in seen
    assert "Nabosen" not in seen
    assert doors.at(CLINIC).get(f"/v1/cases/{case}/concerns/{concern}/receipt").status_code == 404
    (line,) = [
        line
        for line in families.get("/v1/compliance/disclosures", {"case": case}).json()["disclosures"]
        if line["act"] == concern
    ]
    assert (line["kind"], line["outcome"], line["recipient"]) == ("concern-received", "received", str(FAMILIES))
    communication = families.get(f"/fhir/Communication/{concern}").json()
    assert communication["sender"] == {"display": "Test Nabosen"}
    tasks = families.get("/fhir/Task?_count=100").json()["entry"]
    focus = {task["resource"]["focus"]["reference"] for task in tasks}
    assert f"Communication/{concern}" in focus


def test_nothing_is_addressed_to_the_unit_itself(doors: Doors, case: str) -> None:
    """C12: no letter to oneself, and no feedback owed to oneself."""
    for path, body in (("concerns", CONCERN), ("disclosures", DISCLOSURE)):
        answer = doors.at(FAMILIES).post(f"/v1/cases/{case}/{path}", body | {"recipient": str(FAMILIES)})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "recipient")


def test_a_unit_that_receives_no_underretninger_registers_none(doors: Doors, case: str) -> None:
    assert doors.open(NURSES) == case
    answer = doors.at(NURSES).post(f"/v1/cases/{case}/concerns/received", CAME | {"at": NOW.isoformat()})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "acting_unit")
