"""Messages that came in, as Communications: their frame, never their words."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from fhir.resources.R4B.communication import Communication as Model

from adapters.fhir import systems
from adapters.fhir.resources import Communication
from adapters.medcom.systems import ACTIVITIES, ACTIVITY_CODES, CATEGORIES, HOSPITAL_EVENT
from hub.domain.message import CareMessageReceived, HospitalStayNotified, IncomingEvent, kept_in
from hub.vocabulary.organisations import Unit
from tests.adapters.fhir.letters import AT, BASE, CASE
from tests.adapters.fhir.test_case import BY, TO, ledger

MESSAGE, LATER = "5a663fe8-c361-411d-876d-4f6b06749e59", "b9b4818e-02de-4cc4-b418-d20cbc7b5404"
CARE = CareMessageReceived(
    message=MESSAGE,
    at=AT,
    by=TO,
    recipient=BY,
    thread="urn:uuid:5fdc8520-7a2f-497c-97ed-fcca13f12f8b",
    activity="new-message",
    category="healthcare",
    topic="Aftale <i> morgen",
    attachments=1,
)
REPLY = replace(CARE, message=LATER, by=BY, recipient=TO, activity="reply-message", follows=MESSAGE)
STAY = HospitalStayNotified(
    message=MESSAGE,
    at=AT,
    by=BY,
    recipient=TO,
    activity="admit-inpatient",
    kind="IMP",
    status="in-progress",
    began=AT - timedelta(hours=1),
)


def communication(*events: IncomingEvent, unit: Unit = BY) -> Communication:
    """The last of these messages, held against the model."""
    found = ledger(*events, unit=unit).get(f"Communication/{kept_in(CASE, events[-1].message)}")
    assert isinstance(found, Communication)
    Model.model_validate_json(msgspec.json.encode(found))
    return found


def test_the_code_systems_are_medcoms() -> None:
    assert (systems.MEDCOM_ACTIVITY, systems.MEDCOM_CATEGORY) == (ACTIVITIES, CATEGORIES)


@pytest.mark.parametrize("unit", [BY, TO])
def test_sender_and_receiver_read_the_same_and_know_whom_it_is_about(unit: Unit) -> None:
    assert communication(CARE, unit=unit) == communication(CARE)
    assert ledger(CARE, unit=unit).get(f"Patient/{CASE}") is not None


def test_the_words_are_where_they_came() -> None:
    (whole,) = communication(CARE).payload
    assert whole.content_attachment is not None
    assert whole.content_attachment.url == f"{BASE.removesuffix('/fhir')}/v1/cases/{CASE}/messages/{MESSAGE}"
    assert whole.content_attachment.data is None
    text = communication(CARE).text
    assert text is not None
    assert "Aftale &lt;i&gt; morgen" in text.div


def test_a_reply_answers_and_a_forward_builds_on() -> None:
    before = f"Communication/{kept_in(CASE, MESSAGE)}"
    assert [reference.reference for reference in communication(CARE, REPLY).in_response_to] == [before]
    onward = communication(CARE, replace(REPLY, activity="forward-message"))
    assert ([reference.reference for reference in onward.based_on], onward.in_response_to) == ([before], ())


def test_what_it_follows_on_is_named_when_it_stands_elsewhere() -> None:
    (before,) = communication(REPLY).in_response_to
    assert before.reference is None
    assert before.identifier is not None
    assert (before.identifier.system, before.identifier.value) == (systems.MESSAGE, MESSAGE)


@pytest.mark.parametrize(
    ("activity", "says"),
    [
        ("admit-inpatient", "Indlagt"),
        ("revise-admit-inpatient", "Rettelse: Indlagt"),
        ("cancel-discharge-inpatient-home", "Annullering: Udskrevet"),
    ],
)
def test_a_notification_says_what_happened(activity: str, says: str) -> None:
    found = communication(replace(STAY, activity=activity, deceased=True, report_wanted=True))
    spoken = found.payload[0].content_string
    assert spoken is not None
    assert spoken.splitlines()[0] == says
    assert spoken.splitlines()[-2:] == ["Borgeren er død.", "Indlæggelsesrapport ønskes."]


@pytest.mark.parametrize("activity", sorted(ACTIVITY_CODES[HOSPITAL_EVENT]))
def test_every_activity_has_its_words(activity: str) -> None:
    found = communication(replace(STAY, activity=activity))
    assert found.topic is not None
    assert found.topic.text != "Advis om sygehusophold"


def test_a_correction_goes_on_from_what_it_corrects() -> None:
    later = replace(STAY, message=LATER, activity="revise-admit-inpatient", follows=MESSAGE, ended=AT)
    (before,) = communication(STAY, later).based_on
    assert before.reference == f"Communication/{kept_in(CASE, MESSAGE)}"
