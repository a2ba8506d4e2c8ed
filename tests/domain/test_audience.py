"""Who may be shown what: every event of a case, unit by unit. An event without a row here fails the test."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, get_args
from uuid import UUID

import pytest

from hub.domain.addressed import Addressed, leaves
from hub.domain.audience import audience, follow, is_author, told_by
from hub.domain.case import CaseCommand, CaseEvent, LetDepart, decide, fold
from hub.domain.consent import ConsentConfirmed, ConsentDeclined
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectedAct, Fault
from hub.domain.course.amendments import BirthCorrected, BirthTakenBack, ChildIdentified, PregnancyEndTakenBack
from hub.domain.course.citizen import AddressProtected, AddressProtectionEnded, CitizenIdentified
from hub.domain.course.death import CitizenDied, DeathTakenBack
from hub.domain.course.events import (
    BirthRegistered,
    CareLevelAssigned,
    CaseKeyDestroyed,
    CaseReopened,
    Child,
    ContactPersonAssigned,
    CoordinatorAppointed,
    DueDateSet,
    MovedElsewhere,
    MunicipalityChanged,
    PartyLeft,
    PregnancyEnded,
)
from hub.domain.delivery import DeliveryCompleted, DeliveryDeparted, DeliveryFailed
from hub.domain.disclosure import CitizenInformed, DisclosureMade
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
from hub.domain.registration import registered
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, RequestItemDeclined
from hub.domain.succession import UnitSucceeded
from hub.law.hjemmel import DutyCode
from hub.vocabulary.information import Elsewhere
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
    disclose,
    facts,
    feedback_given,
    information_requested,
    joined,
    known_as,
    made,
    receipt_given,
    referral_sent,
    refused,
    report_concern,
    request_answered,
    terms,
)
from tests.domain.test_disclosure import CORRECTED
from tests.domain.test_notifier import BY_TELEPHONE
from tests.people import (
    CLINIC,
    DAUGHTER_CPR,
    DAY,
    DOCTOR,
    EVERYBODY,
    FAMILIES,
    KIRSTEN,
    MIDWIVES,
    MONDAY,
    NURSES,
    TUESDAY,
)

HOUR = timedelta(hours=1)
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
EXCHANGE_ENDS: dict[str, Any] = {"at": TUESDAY, "by": CLINIC, "recipient": FAMILIES}
EXCHANGE = EXCHANGE_ENDS | {"request": REQUEST}
WRONG = CorrectedAct(act=DISCLOSURE, kind="disclosure-made", at=MONDAY)
FROM_OUTSIDE: dict[str, Any] = {"message": "", "at": TUESDAY, "by": CLINIC, "recipient": NURSES}
THE_PLAN = BY | {"plan": PLAN}
FOR_THE_CLINIC = PlanTask(number=1, what="", responsible=CLINIC)
NOBODY: frozenset[Unit] = frozenset()


@dataclass(frozen=True)
class Row:
    """An event, who knows it at once, by which id the act is known, and whether it leaves the house."""

    event: CaseEvent
    units: frozenset[Unit]
    act: UUID | None = None
    leaves: bool = False


def own(event: CaseEvent, act: UUID | None = None) -> Row:
    """Its author's alone."""
    return Row(event, frozenset({event.by}), act)  # type: ignore[union-attr] # rows of events with an author


def letter(event: Addressed, act: UUID) -> Row:
    """The sender's, until it leaves as a letter."""
    return Row(event, frozenset({event.by}), act, leaves=True)


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
    own(MovedElsewhere(to=Elsewhere("abroad", "Sverige"), **BY)),
    own(CitizenIdentified(citizen=KIRSTEN, **BY)),
    own(AddressProtected(**BY)),
    own(AddressProtectionEnded(**BY)),
    own(BirthRegistered(children=(Child(TUESDAY),), **BY)),
    own(PregnancyEnded(**BY)),
    own(ChildIdentified(child=1, cpr=DAUGHTER_CPR, **BY)),
    own(BirthCorrected(child=1, born_at=TUESDAY, cpr=None, stillborn=False, reason="", **BY)),
    own(BirthTakenBack(child=1, reason="", **BY)),
    own(PregnancyEndTakenBack(reason="", **BY)),
    own(CitizenDied(died_on=TUESDAY.date(), **BY)),
    own(DeathTakenBack(reason="", **BY)),
    own(closed(by=NURSES)),
    own(CaseReopened(reason="", **BY)),
    Row(CaseKeyDestroyed(at=TUESDAY, reason=""), NOBODY),
    Row(consent_given(MONDAY, by=MIDWIVES), frozenset({MIDWIVES, CLINIC})),
    own(ConsentConfirmed(CONSENT, TUESDAY, CLINIC)),
    Row(ConsentDeclined(CONSENT, MONDAY, MIDWIVES, terms()), frozenset({MIDWIVES, CLINIC})),
    Row(consent_withdrawn(TUESDAY, by=NURSES), frozenset({NURSES, MIDWIVES, CLINIC})),
    letter(referral_sent(TUESDAY, by=DOCTOR), REFERRAL),
    own(ReferralAccepted(**THE_REFERRAL), REFERRAL),
    own(ReferralDeclined(reason="", **THE_REFERRAL), REFERRAL),
    own(FirstContactMade(**THE_REFERRAL), REFERRAL),
    own(NoShowReported(**THE_REFERRAL), REFERRAL),
    own(ReferralCompleted(**THE_REFERRAL), REFERRAL),
    letter(information_requested(TUESDAY), REQUEST),
    letter(ClarificationAsked(question="", **EXCHANGE), REQUEST),
    letter(ClarificationGiven(items=(), **EXCHANGE), REQUEST),
    letter(request_answered(TUESDAY), ANSWER),
    Row(RequestItemDeclined(answer=ANSWER, category="", reason="", **EXCHANGE), frozenset({CLINIC, FAMILIES}), ANSWER),
    letter(TOLD, DISCLOSURE),
    own(refused(facts(TUESDAY)), DISCLOSURE),
    letter(CORRECTED, CORRECTION),
    letter(
        ActCorrected(correction=CORRECTION, corrects=WRONG, words="", items=(), ruling=TOLD.ruling, **EXCHANGE_ENDS),
        CORRECTION,
    ),
    letter(ActsRetracted(retraction=CORRECTION, acts=(WRONG,), fault=Fault.WRONG, **EXCHANGE_ENDS), CORRECTION),
    own(CitizenInformed(about=DISCLOSURE, how="", **BY), DISCLOSURE),
    letter(concern_reported(TUESDAY), CONCERN),
    own(BY_TELEPHONE, CONCERN),
    own(concern_assessed(TUESDAY), CONCERN),
    letter(receipt_given(TUESDAY), RECEIPT),
    letter(feedback_given(TUESDAY), FEEDBACK),
    own(PlanAgreed(title="", agreed_with_citizen_at=MONDAY, tasks=(FOR_THE_CLINIC,), **THE_PLAN), PLAN),
    own(PlanRevised(agreed_with_citizen_at=MONDAY, tasks=(FOR_THE_CLINIC,), **THE_PLAN), PLAN),
    own(TaskDone(task=1, **THE_PLAN), PLAN),
    own(DutyFulfilled(act=CONCERN, duty=DutyCode.RECORD_BALANCING, **BY)),
    Row(CareMessageReceived(thread="", activity="", category="", **FROM_OUTSIDE), frozenset({CLINIC, NURSES})),
    Row(
        HospitalStayNotified(activity="", kind="", status="", began=MONDAY, **FROM_OUTSIDE), frozenset({CLINIC, NURSES})
    ),
    Row(
        UnitSucceeded(unit=FAMILIES, successor=NURSES, since=TUESDAY.date(), carried=(2,), at=TUESDAY),
        frozenset({NURSES}),
    ),
    Row(DeliveryDeparted(carried=(2,), door="pulled", **LETTER), NOBODY),
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
def test_who_knows_it_at_once(row: Row) -> None:
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
def test_what_leaves_the_hub(row: Row) -> None:
    assert leaves(row.event) is (row.event if row.leaves else None)


# What only takes back always goes as a letter, whoever was called before.
MAYBE_MADE = [row for row in TABLE if row.leaves and "already_made" in {field.name for field in fields(row.event)}]


@pytest.mark.parametrize("row", MAYBE_MADE, ids=lambda row: type(row.event).__name__)
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


class TestWhatALetterTells:
    """Its receiver knows nothing before it has left, and everything that went in it from then on."""

    LEFT = DeliveryDeparted(carried=(3, 4), door="smtp", **LETTER)

    def test_the_case_and_its_version(self) -> None:
        before = reduce(follow, (a_case(), consent_given(MONDAY), TOLD, TOLD), None)
        assert before is not None
        assert not before.case.knows(FAMILIES)
        assert before.version_for(FAMILIES) == 0
        after = follow(before, self.LEFT)
        assert after.case.knows(FAMILIES)
        assert after.version_for(FAMILIES) == 2
        assert after.version_for(CLINIC) == before.version_for(CLINIC)

    @pytest.mark.parametrize("why", [DeliveryFailed(why="expired", **LETTER), refused(facts(TUESDAY))])
    def test_not_by_what_became_of_it_otherwise(self, why: CaseEvent) -> None:
        case = fold((a_case(), TOLD, why))
        assert case is not None
        assert not case.knows(FAMILIES)

    def test_it_leaves_once(self) -> None:
        case = fold((a_case(), TOLD, self.LEFT))
        assert case is not None
        assert decide(case, LetDepart(self.LEFT)) == ()

    def test_a_letter_to_oneself_tells_nothing_new(self) -> None:
        assert told_by(replace(self.LEFT, recipient=CLINIC)) == ()

    def test_declined_items_are_told_with_the_answer_or_alone_when_there_is_none(self) -> None:
        declined = RequestItemDeclined(answer=ANSWER, category="", reason="", **EXCHANGE)
        asked = (a_case(), information_requested(TUESDAY))
        for history, units in ((asked, {CLINIC, FAMILIES}), ((*asked, request_answered(TUESDAY)), {CLINIC})):
            case = fold((*history, declined))
            assert case is not None
            assert audience(declined, case) == units


class TestAnActAlreadyMade:
    """It is sent to nobody, and known to its receiver only where the law permits it as of its registration (C22)."""

    LONG_AGO = MONDAY - timedelta(days=450)

    def registered(self, *history: CaseEvent, command: CaseCommand, came: datetime) -> CaseEvent:
        """What the command adds, when it comes at this moment."""
        case = fold((a_case(), *history))
        assert case is not None
        (event,) = registered(case, decide(case, command), came)
        return event

    @pytest.mark.parametrize(
        ("given_at", "came", "told"),
        [(MONDAY, TUESDAY, True), (LONG_AGO, LONG_AGO + DAY, True), (LONG_AGO, MONDAY, False)],
        ids=["the consent stands", "it stood that day too", "it has lapsed since"],
    )
    def test_on_a_consent(self, given_at: datetime, came: datetime, told: bool) -> None:
        event = self.registered(
            consent_given(given_at), command=disclose(given_at + HOUR, already_made=True), came=came
        )
        case = fold((a_case(), consent_given(given_at), event))
        assert case is not None
        assert isinstance(event, DisclosureMade), "it was lawful when it was made"
        assert (FAMILIES in audience(event, case)) is case.knows(FAMILIES) is told

    def test_an_underretning_is_known_whenever_it_was_made(self) -> None:
        event = self.registered(command=report_concern(self.LONG_AGO, already_made=True), came=MONDAY)
        case = fold((a_case(), event))
        assert case is not None
        assert case.knows(FAMILIES)

    @pytest.mark.parametrize("row", MAYBE_MADE, ids=lambda row: type(row.event).__name__)
    def test_one_that_the_law_was_not_asked_about_again_is_its_authors_alone(self, row: Row) -> None:
        assert isinstance(row.event, Addressed)
        event = replace(row.event, already_made=True)
        case = fold((a_case(), consent_given(MONDAY, by=MIDWIVES)))
        assert case is not None
        assert audience(event, case) == {event.by}
