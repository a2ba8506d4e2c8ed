"""A case as resources: a pure fold, whose versions never change once they stand."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st

from adapters.fhir import systems
from adapters.fhir.case import resources_of
from adapters.fhir.datatypes import Coding
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.keys import duty_key, found_by, marked
from adapters.fhir.parties import organization
from adapters.fhir.records import Consent
from adapters.fhir.resources import EpisodeOfCare, Patient, Task
from hub.domain import referral
from hub.domain.access_log import RecordRead
from hub.domain.addressed import Addressed
from hub.domain.case import CaseEvent
from hub.domain.concern import ConcernReported
from hub.domain.consent import ConsentGiven, ConsentWithdrawn, Terms
from hub.domain.course import amendments, death
from hub.domain.course import events as course
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed, DeliveryQueued
from hub.domain.disclosure import CitizenInformed
from hub.domain.message import HospitalStayNotified
from hub.domain.ruling import rule
from hub.domain.succession import UnitSucceeded
from hub.law.facts import Notification
from hub.law.hjemmel import DutyCode
from hub.ports.directory import Address
from hub.vocabulary.information import Elsewhere
from hub.vocabulary.organisations import Unit
from tests.adapters.fhir.letters import (
    ACT,
    AMBULATORY,
    AT,
    BASE,
    CASE,
    CHARITY,
    EARLIER,
    FAMILY_UNIT,
    LETTERS,
    NURSES,
    RECORDED,
    WOMAN,
    disclosure,
    request,
)
from tests.adapters.fhir.letters import (
    concern as concern_letter,
)
from tests.adapters.fhir.letters import (
    referral as referral_letter,
)
from tests.domain.acts import concern_facts
from tests.people import DAUGHTER_CPR, SON_CPR

BY, TO = AMBULATORY.unit, FAMILY_UNIT.unit
CONSENT, DELIVERY = UUID(int=7, version=4), UUID(int=8, version=4)
TERMS = Terms(
    form="written",
    given_by="gravid",
    received_by=BY,
    direction="videregive",
    disclosers=(BY,),
    recipients=(TO,),
    categories=("rusmiddel",),
    purposes=("behandling",),
    subjects=("gravid",),
    valid_until=date(2024, 9, 1),
)
COURSE: tuple[CaseEvent, ...] = (
    course.PartyJoined(unit=BY, at=AT, by=BY, citizen=WOMAN),
    course.PartyJoined(unit=TO, at=AT, by=BY),
    course.DueDateSet(due_date=date(2024, 10, 1), at=AT, by=BY),
    course.MunicipalityChanged(to="aabenraa", at=AT, by=BY),
    course.CareLevelAssigned(level=3, at=AT, by=BY),
    course.CoordinatorAppointed(person="Mette Holm", at=AT, by=BY),
    course.ContactPersonAssigned(person="Mette Holm", at=AT, by=BY),
    course.ContactPersonAssigned(person="Signe Lund", at=AT, by=BY),
    course.PartyLeft(unit=TO, at=AT, by=BY),
    ConsentGiven(CONSENT, AT, BY, TERMS),
    ConsentWithdrawn(CONSENT, AT, BY),
    course.MunicipalityChanged(to="odense", at=AT, by=BY, left="aabenraa"),
    course.MovedElsewhere(to=Elsewhere("abroad", "Sverige"), at=AT, by=BY, left="odense"),
    course.BirthRegistered(children=(course.Child(AT),), at=AT, by=BY),
    course.BirthRegistered(children=(course.Child(AT, stillborn=True), course.Child(AT)), at=AT, by=BY),
    amendments.ChildIdentified(child=1, cpr=DAUGHTER_CPR, at=AT, by=BY),
    amendments.BirthCorrected(child=1, born_at=AT, cpr=SON_CPR, stillborn=False, reason="", at=AT, by=BY),
    amendments.BirthTakenBack(child=3, reason="", at=AT, by=BY),
    course.PregnancyEnded(at=AT, by=BY),
    amendments.PregnancyEndTakenBack(reason="", at=AT, by=BY),
    death.CitizenDied(died_on=AT.date(), at=AT, by=BY),
    course.CaseClosed(reason="Slut", at=AT, by=BY),
    course.CaseReopened(reason="Mere", at=AT, by=BY),
)


def address(unit: Unit) -> Address:
    """The directory of these tests."""
    return next(known for known in (AMBULATORY, FAMILY_UNIT, NURSES, CHARITY) if known.unit == unit)


def seen(*events: CaseEvent | DeliveryQueued | RecordRead) -> tuple[Seen, ...]:
    """These events, one after the other."""
    return tuple(
        Seen(
            event=event,
            name="tested",
            place=(0, number),
            version=number,
            mark=f"mark-{number}",
            at=RECORDED + timedelta(minutes=number),
            person="Mette Holm",
            role="jordemoder",
        )
        for number, event in enumerate(events, 1)
    )


def dossier(*events: CaseEvent | DeliveryQueued | RecordRead, unit: Unit = BY) -> Dossier:
    """A case in which the unit saw these events."""
    return Dossier(case=CASE, unit=unit, citizen=WOMAN, seen=seen(*events), address=address, base=BASE)


def ledger(*events: CaseEvent | DeliveryQueued | RecordRead, unit: Unit = BY) -> Ledger:
    """What they become."""
    return resources_of(dossier(*events, unit=unit))


def statuses(found: Ledger, local: str) -> list[object]:
    """The statuses that a resource went through."""
    return [getattr(version.resource, "status", None) for version in found.versions[local]]


EVERYTHING = (*COURSE, *(replace(made().event, by=BY, recipient=TO) for made in LETTERS if made is not referral_letter))


@given(st.integers(0, len(EVERYTHING)))
def test_what_stood_once_stands_for_ever(length: int) -> None:
    """A shorter record gives a beginning of each history: nothing that follows changes what was said."""
    whole, part = ledger(*EVERYTHING).versions, ledger(*EVERYTHING[:length]).versions
    for local, versions in part.items():
        assert whole[local][: len(versions)] == versions


def test_the_same_dossier_gives_the_same_bytes() -> None:
    once, again = (
        msgspec.json.encode([element.resource for element in ledger(*EVERYTHING).current()]) for _ in range(2)
    )
    assert once == again


def test_every_version_of_everything_is_valid() -> None:
    for versions in ledger(*EVERYTHING).versions.values():
        for version in versions:
            kind = version.resource.local.partition("/")[0]
            get_fhir_model_class(kind).model_validate_json(msgspec.json.encode(version.resource))


def test_the_case_says_where_she_lives_and_of_each_child_what_stands() -> None:
    episode = ledger(*COURSE).get(f"EpisodeOfCare/{CASE}")
    assert isinstance(episode, EpisodeOfCare)
    born = [extension.value_date_time for extension in episode.extension if extension.url == systems.BORN_AT]
    still = [extension.value_date_time for extension in episode.extension if extension.url == systems.STILLBORN_AT]
    assert (born, still) == ([AT], [AT])
    assert SON_CPR.digits.encode() not in msgspec.json.encode(episode), "the child is a subject of its own"
    assert [extension for extension in episode.extension if extension.url == systems.ENDED_AT] == []
    (home,) = (extension.value_coding for extension in episode.extension if extension.url == systems.LIVES_IN)
    assert home == Coding(system=systems.ELSEWHERE, code="abroad", display="Sverige")
    assert episode.text is not None
    for words in ("Dødfødt", "Rettet, barn 1", "Taget tilbage, barn 3", "Taget tilbage, at graviditeten endte"):
        assert words in episode.text.div


def test_the_patient_says_that_she_has_died_until_it_is_taken_back() -> None:
    died = death.CitizenDied(died_on=AT.date(), at=AT, by=BY)
    back = death.DeathTakenBack(reason="", at=AT, by=BY)
    found = ledger(COURSE[0], died, COURSE[0], back)
    said = [getattr(version.resource, "deceased_date_time", None) for version in found.versions[f"Patient/{CASE}"]]
    assert (said[0], said[1], said[-1]) == (None, AT.date(), None)
    assert AT.date() in said[1:-1]


def test_a_notification_that_she_is_dead_tells_both_its_ends() -> None:
    stay = HospitalStayNotified(
        message="mors",
        at=AT,
        by=BY,
        recipient=TO,
        activity="discharge-inpatient-home",
        kind="IMP",
        status="finished",
        began=AT,
        ended=AT,
        deceased=True,
    )
    revised = replace(stay, message="rettelse", follows="mors", activity="revise-admit-inpatient", deceased=False)
    for unit in (BY, TO):
        (died, lives) = (ledger(*events, unit=unit).get(f"Patient/{CASE}") for events in ((stay,), (stay, revised)))
        assert isinstance(died, Patient)
        assert isinstance(lives, Patient)
        assert (died.deceased_date_time, lives.deceased_date_time) == (AT.date(), None)


def test_what_she_was_to_be_told_is_cancelled_when_she_has_died() -> None:
    untold = Notification(consent_sought="no", parents_informed=False)
    act = concern_letter().event
    assert isinstance(act, ConcernReported)
    act = replace(act, by=BY, recipient=TO, ruling=rule(concern_facts(AT, notification=untold)))
    died = death.CitizenDied(died_on=AT.date(), at=AT, by=BY)
    back = death.DeathTakenBack(reason="", at=AT, by=BY)
    key = duty_key(act.concern, DutyCode.INFORM_SUBJECT_BEFORE)
    assert statuses(ledger(COURSE[0], act, died, back), f"Task/{key}") == ["requested", "cancelled", "requested"]
    assert statuses(ledger(COURSE[0], act, died), f"Task/{duty_key(act.concern, DutyCode.RECORD_BALANCING)}") == [
        "requested"
    ]


def test_a_successor_owes_what_its_predecessor_owed_and_has_its_children() -> None:
    act = concern_letter().event
    assert isinstance(act, ConcernReported)
    asked = concern_facts(AT, discloser=NURSES.unit, recipient=TO)
    act = replace(act, by=NURSES.unit, recipient=TO, ruling=rule(asked))
    born = course.BirthRegistered(children=(course.Child(AT),), at=AT, by=TO)
    taken_over = UnitSucceeded(unit=TO, successor=BY, since=AT.date(), carried=(1, 2), at=AT)
    numbered = amendments.ChildIdentified(child=1, cpr=SON_CPR, at=AT, by=BY)
    found = ledger(COURSE[0], act, born, taken_over, numbered)
    task = found.get(f"Task/{duty_key(act.concern, DutyCode.ACK_RECEIPT)}")
    assert isinstance(task, Task)
    assert task.owner == organization(AMBULATORY)
    episode = found.get(f"EpisodeOfCare/{CASE}")
    assert isinstance(episode, EpisodeOfCare)
    assert [mark.url for mark in episode.extension] == [systems.BORN_AT]


def test_an_event_that_changes_nothing_makes_no_version() -> None:
    again = course.MunicipalityChanged(to="odense", at=AT, by=BY)
    joined = course.PartyJoined(unit=BY, at=AT, by=BY, citizen=WOMAN)
    patient = ledger(joined, joined, again)
    assert len(patient.versions[f"Patient/{CASE}"]) == 1
    assert [version.number for version in patient.versions[f"EpisodeOfCare/{CASE}"]] == ["1", "3"]


def test_a_consent_says_what_it_covers_until_when_and_that_it_was_withdrawn() -> None:
    given_then = ledger(COURSE[0], ConsentGiven(CONSENT, AT, BY, TERMS), ConsentWithdrawn(CONSENT, AT, BY))
    assert statuses(given_then, f"Consent/{CONSENT}") == ["active", "inactive"]
    consent = given_then.versions[f"Consent/{CONSENT}"][0].resource
    assert isinstance(consent, Consent)
    assert consent.provision.type == "permit"
    assert consent.provision.period is not None
    assert consent.provision.period.end == date(2024, 9, 1)
    assert [coding.code for coding in consent.provision.purpose] == ["TREAT", "behandling"]


def test_a_consent_with_exceptions_denies_inside_what_it_permits() -> None:
    terms = replace(TERMS, excludes=("psykisk_helbred",), given_by="partner")
    found = ledger(COURSE[0], ConsentGiven(CONSENT, AT, BY, terms)).get(f"Consent/{CONSENT}")
    assert isinstance(found, Consent)
    (inner,) = found.provision.provision
    assert inner.type == "deny"
    assert found.meta is not None
    assert found.meta.profile[0].endswith("IHE.PCF.consentIntermediate")
    assert found.performer[0].reference is None
    assert found.performer[0].display == "partner"


def test_a_referral_is_declined_with_a_reason() -> None:
    sent = replace(referral_letter().event, by=TO, recipient=NURSES.unit)
    no = referral.ReferralDeclined(referral=ACT, at=AT, by=NURSES.unit, reason="Ikke i målgruppen")
    found = ledger(sent, no, unit=NURSES.unit)
    assert statuses(found, f"ServiceRequest/{ACT}") == ["active", "revoked"]
    assert b"Ikke i m" in msgspec.json.encode(found.get(f"ServiceRequest/{ACT}"))


def test_the_sender_hears_whether_a_letter_arrived() -> None:
    failed = DeliveryFailed(delivery=DELIVERY, act=ACT, sender=BY, recipient=TO, why="bounced", at=AT)
    arrived = DeliveryCompleted(delivery=DELIVERY, act=ACT, sender=BY, recipient=TO, proof="pulled", at=AT)
    found = ledger(disclosure().event, failed, arrived)
    assert statuses(found, f"Communication/{ACT}") == ["completed", "stopped", "completed"]


def test_a_letter_becomes_a_document_once_it_is_queued() -> None:
    queued = DeliveryQueued(
        delivery=DELIVERY,
        act=ACT,
        position=1,
        carries="disclosure-made.v1",
        sender=BY,
        recipient=TO,
        message_id=DELIVERY,
        reference="tv-1",
        at=AT,
    )
    assert ledger(disclosure().event).get(f"DocumentReference/{ACT}") is None
    paper = ledger(disclosure().event, queued).get(f"DocumentReference/{ACT}")
    assert b"Binary/%b" % str(ACT).encode() in msgspec.json.encode(paper)
    hidden = ledger(replace(queued, position=9))
    assert not hidden.versions, "a letter whose act is not shown leaves no trace"


def test_two_clarifications_of_one_request_are_two_communications() -> None:
    question = next(made().event for made in LETTERS if made.__name__ == "question")
    found = ledger(request().event, question, question)
    assert {f"Communication/{EARLIER}.mark-2", f"Communication/{EARLIER}.mark-3"} <= set(found.versions)


def test_that_she_was_told_is_the_tellers_alone_to_say() -> None:
    told = CitizenInformed(about=ACT, at=AT, by=BY, how="i telefonen", reaction="")
    found = ledger(disclosure().event, told).get(f"Communication/{marked(ACT, 'mark-2')}")
    assert b"i telefonen" in msgspec.json.encode(found)


@pytest.mark.parametrize("door", ["GET /v1/cases/{case}", "GET /fhir/Bundle", "POST /v1/cases/search"])
def test_a_look_is_audited(door: str) -> None:
    look = RecordRead(at=AT, by=BY, door=door, purpose="", what=("x", f"Patient/{CASE}"))
    (event,) = ledger(look).current()
    get_fhir_model_class("AuditEvent").model_validate_json(msgspec.json.encode(event.resource))
    assert event.resource.local == f"AuditEvent/{CASE}.mark-1"


def test_every_id_leads_back_to_what_it_was_made_from() -> None:
    assert found_by(str(CASE)) == found_by(marked(CASE, "0f3a")) == CASE
    for code in DutyCode:
        key = duty_key(CASE, code)
        assert found_by(key) == CASE
        assert len(key) <= 64
    for wrong in ("", "x", str(CASE).upper(), f"{CASE}.", f"{CASE}.A", f"{CASE}.{'a' * 28}", f"{CASE} "):
        assert found_by(wrong) is None


def test_only_addressed_acts_have_a_provenance() -> None:
    provenances = [local for local in ledger(*EVERYTHING).versions if local.startswith("Provenance/")]
    acts = [event for event in EVERYTHING if isinstance(event, Addressed)]
    assert 0 < len(provenances) <= len(acts)
