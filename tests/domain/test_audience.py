"""Who may be shown what: every event of a case, unit by unit. An event without a row here fails the test."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest

from hub.domain.audience import Addressed, audience, is_author, leaves
from hub.domain.case import CaseEvent, fold
from hub.domain.consent import ConsentDeclined
from hub.domain.course.events import (
    BirthRegistered,
    CareLevelAssigned,
    CaseKeyDestroyed,
    CaseReopened,
    Child,
    ContactPersonAssigned,
    CoordinatorAppointed,
    DueDateSet,
    MunicipalityChanged,
    PartyLeft,
    PregnancyEnded,
)
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import CitizenInformed
from hub.domain.duty import DutyFulfilled
from hub.domain.identity import act_of
from hub.domain.message import CareMessageReceived, HospitalStayNotified
from hub.domain.plan import PlanAgreed, PlanRevised, PlanTask, TaskDone
from hub.domain.referral import (
    FirstContactMade,
    NoShowReported,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
)
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, RequestItemDeclined
from hub.law.hjemmel import DutyCode
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    ANSWER,
    CONCERN,
    CONSENT,
    CORRECTION,
    DISCLOSURE,
    FEEDBACK,
    PLAN,
    RECEIPT,
    REFERRAL,
    REQUEST,
    a_case,
    closed,
    concern_assessed,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    facts,
    feedback_given,
    information_requested,
    joined,
    known_as,
    made,
    receipt_given,
    referral_sent,
    refused,
    request_answered,
    terms,
)
from tests.domain.test_disclosure import CORRECTED
from tests.people import CLINIC, DOCTOR, EVERYBODY, FAMILIES, MIDWIVES, MONDAY, NURSES, TUESDAY

BY: dict[str, Any] = {"at": TUESDAY, "by": NURSES}
THE_REFERRAL = BY | {"referral": REFERRAL}
LETTER: dict[str, Any] = {
    "delivery": known_as("letter"),
    "act": DISCLOSURE,
    "sender": CLINIC,
    "recipient": FAMILIES,
    "at": TUESDAY,
}
TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
EXCHANGE: dict[str, Any] = {"request": REQUEST, "at": TUESDAY, "by": CLINIC, "recipient": FAMILIES}
FROM_OUTSIDE: dict[str, Any] = {"message": "", "at": TUESDAY, "by": CLINIC, "recipient": NURSES}
THE_PLAN = BY | {"plan": PLAN}
FOR_THE_CLINIC = PlanTask(number=1, what="", responsible=CLINIC)
NOBODY: frozenset[Unit] = frozenset()


@dataclass(frozen=True)
class Row:
    """An event, who may be shown it, by which id the act is known, and whether it leaves the house."""

    event: CaseEvent
    units: frozenset[Unit]
    act: UUID | None = None
    leaves: bool = False


def own(event: CaseEvent, act: UUID | None = None) -> Row:
    """Its author's alone."""
    return Row(event, frozenset({event.by}), act)  # type: ignore[union-attr] # rows of events with an author


def between(event: CaseEvent, act: UUID, one: Unit = CLINIC, other: Unit = FAMILIES) -> Row:
    """The sender's and the receiver's; it leaves as a letter."""
    return Row(event, frozenset({one, other}), act, leaves=True)


TABLE = (
    Row(a_case(), NOBODY),
    own(joined(NURSES)),
    own(joined(FAMILIES, by=NURSES)),
    own(PartyLeft(unit=NURSES, **BY)),
    own(CareLevelAssigned(level=3, **BY)),
    own(DueDateSet(due_date=date(2024, 6, 20), **BY)),
    own(CoordinatorAppointed(person="Test", **BY)),
    own(ContactPersonAssigned(person="Test", **BY)),
    own(MunicipalityChanged(to="odense", **BY)),
    own(BirthRegistered(children=(Child(TUESDAY),), **BY)),
    own(PregnancyEnded(**BY)),
    own(closed(by=NURSES)),
    own(CaseReopened(reason="", **BY)),
    Row(CaseKeyDestroyed(at=TUESDAY, reason=""), NOBODY),
    Row(consent_given(MONDAY, by=MIDWIVES), frozenset({MIDWIVES, CLINIC})),
    Row(ConsentDeclined(CONSENT, MONDAY, MIDWIVES, terms()), frozenset({MIDWIVES, CLINIC})),
    Row(consent_withdrawn(TUESDAY, by=NURSES), frozenset({NURSES, MIDWIVES, CLINIC})),
    between(referral_sent(TUESDAY, by=DOCTOR), REFERRAL, DOCTOR, CLINIC),
    own(ReferralAccepted(**THE_REFERRAL), REFERRAL),
    own(ReferralDeclined(reason="", **THE_REFERRAL), REFERRAL),
    own(FirstContactMade(**THE_REFERRAL), REFERRAL),
    own(NoShowReported(**THE_REFERRAL), REFERRAL),
    own(ReferralCompleted(**THE_REFERRAL), REFERRAL),
    between(information_requested(TUESDAY), REQUEST),
    between(ClarificationAsked(question="", **EXCHANGE), REQUEST),
    between(ClarificationGiven(items=(), **EXCHANGE), REQUEST),
    between(request_answered(TUESDAY), ANSWER),
    Row(RequestItemDeclined(answer=ANSWER, category="", reason="", **EXCHANGE), frozenset({CLINIC, FAMILIES}), ANSWER),
    between(TOLD, DISCLOSURE),
    own(refused(facts(TUESDAY)), DISCLOSURE),
    between(CORRECTED, CORRECTION),
    own(CitizenInformed(about=DISCLOSURE, how="", **BY), DISCLOSURE),
    between(concern_reported(TUESDAY), CONCERN),
    own(concern_assessed(TUESDAY), CONCERN),
    between(receipt_given(TUESDAY), RECEIPT),
    between(feedback_given(TUESDAY), FEEDBACK),
    own(PlanAgreed(title="", agreed_with_citizen_at=MONDAY, tasks=(FOR_THE_CLINIC,), **THE_PLAN), PLAN),
    own(PlanRevised(agreed_with_citizen_at=MONDAY, tasks=(FOR_THE_CLINIC,), **THE_PLAN), PLAN),
    own(TaskDone(task=1, **THE_PLAN), PLAN),
    own(DutyFulfilled(act=CONCERN, duty=DutyCode.RECORD_BALANCING, **BY)),
    Row(CareMessageReceived(thread="", activity="", category="", **FROM_OUTSIDE), frozenset({CLINIC, NURSES})),
    Row(
        HospitalStayNotified(activity="", kind="", status="", began=MONDAY, **FROM_OUTSIDE), frozenset({CLINIC, NURSES})
    ),
    Row(DeliveryCompleted(proof="pulled", **LETTER), frozenset({CLINIC})),
    Row(DeliveryFailed(why="expired", **LETTER), frozenset({CLINIC})),
)
NAMES = [type(row.event).__name__ for row in TABLE]


def members(union: Any) -> set[type]:
    """The classes of a union of unions."""
    parts = get_args(union)
    return {union} if not parts else {member for part in parts for member in members(part)}


def test_every_event_of_a_case_has_its_row() -> None:
    assert {type(row.event) for row in TABLE} == members(CaseEvent)


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_who_may_be_shown_it(row: Row) -> None:
    case = fold((a_case(), consent_given(MONDAY, by=MIDWIVES)))
    assert case is not None
    assert audience(row.event, case) == row.units


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_only_its_author_is_shown_what_the_law_was_asked(row: Row) -> None:
    authors = [unit for unit in EVERYBODY if is_author(row.event, unit)]
    assert authors == [unit for unit in EVERYBODY if unit == getattr(row.event, "by", None)]


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_by_which_id_it_is_known(row: Row) -> None:
    assert act_of(row.event) == row.act


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_what_leaves_the_house(row: Row) -> None:
    assert leaves(row.event) is (row.event if row.leaves else None)


@pytest.mark.parametrize("row", [row for row in TABLE if row.leaves], ids=lambda row: type(row.event).__name__)
def test_what_has_left_already_does_not_leave_again(row: Row) -> None:
    assert isinstance(row.event, Addressed)
    assert leaves(replace(row.event, already_made=True)) is None


def test_whatever_names_a_receiver_and_can_be_already_made_is_a_letter_or_a_no() -> None:
    """An act that is marked so would else be forgotten by the outbox without anybody seeing it."""
    named = {event for event in members(CaseEvent) if {"recipient", "already_made"} <= {f.name for f in fields(event)}}
    assert {event.__name__ for event in named - members(Addressed)} == {"DisclosureRefused"}


def test_an_event_that_is_not_of_a_case_is_no_act() -> None:
    assert act_of(object()) is None
    assert leaves(object()) is None
