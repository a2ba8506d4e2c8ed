"""The woman dies (case C14): who says so, what is owed her no more, and that it may be taken back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.domain.addressed import Addressed
from hub.domain.case import CaseCommand, CaseEvent, decide, fold
from hub.domain.consent import DeclineConsent
from hub.domain.course.death import CitizenDied, DeathTakenBack, RegisterDeath, TakeBackDeath
from hub.domain.disclosure import DisclosureCorrected
from hub.domain.duty import Obligation, looked_at_again
from hub.domain.hindrance import ground_of, hindrance
from hub.domain.message import HospitalStayNotified
from hub.domain.plan import AgreePlan, RevisePlan
from hub.domain.request.events import InformationRequested
from hub.errors import NotPermitted, Unreadable
from hub.law.facts import Notification, Subject
from hub.law.hjemmel import DutyCode
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    CONSENT,
    CORRECTION,
    DISCLOSURE,
    PLAN,
    concern_reported,
    consent_fact,
    consent_given,
    facts,
    feedback_given,
    give_consent,
    information_requested,
    joined,
    made,
    opened,
    receipt_given,
    referral_sent,
    request_answered,
    terms,
    withdraw_consent,
)
from tests.people import (
    CHARITY,
    CLINIC,
    DAY,
    DOCTOR,
    FAMILIES,
    KIRSTEN,
    MONDAY,
    NURSES,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from tests.spec import given

ON = WEDNESDAY.date()
DIED = CitizenDied(died_on=ON, at=WEDNESDAY, by=CLINIC)
LIVES = DeathTakenBack(reason="En anden med samme navn.", at=THURSDAY, by=CLINIC)
NOTIFIED = HospitalStayNotified(
    message="mors",
    at=WEDNESDAY,
    by=CLINIC,
    recipient=FAMILIES,
    activity="discharge-inpatient-home",
    kind="IMP",
    status="finished",
    began=MONDAY,
    ended=WEDNESDAY,
    deceased=True,
)
CONSENTED = (*opened(), consent_given(MONDAY))
TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
UNTOLD = concern_reported(TUESDAY, notification=Notification(consent_sought="no", parents_informed=False))


def dies(by: Unit = CLINIC, died_on: date = ON, at: Any = WEDNESDAY) -> RegisterDeath:
    return RegisterDeath(died_on=died_on, at=at, by=by)


class TestWhoSaysSo:
    """A hospital, a doctor or a municipality; each for itself."""

    @pytest.mark.parametrize("unit", [CLINIC, DOCTOR, FAMILIES, NURSES], ids=lambda unit: unit.code)
    def test_a_unit_that_may_registers_it(self, unit: Unit) -> None:
        given(*opened(), joined(unit)).when(dies(unit)).then(replace(DIED, by=unit))

    def test_nobody_else_does(self) -> None:
        with pytest.raises(NotPermitted):
            decide(fold((*opened(), joined(CHARITY))), dies(CHARITY))

    def test_it_is_said_once_and_another_day_puts_it_right(self) -> None:
        given(*opened(), DIED).when(dies()).then_contradicts("same-death")
        other = CitizenDied(died_on=TUESDAY.date(), at=THURSDAY, by=CLINIC)
        given(*opened(), DIED).when(dies(died_on=TUESDAY.date(), at=THURSDAY)).then(other)

    def test_what_another_unit_said_is_not_learnt(self) -> None:
        given(*opened(), joined(NURSES), DIED).when(dies(NURSES)).then(replace(DIED, by=NURSES))

    def test_it_is_taken_back_by_whoever_said_it(self) -> None:
        back = TakeBackDeath(reason=LIVES.reason, at=THURSDAY, by=CLINIC)
        given(*opened(), DIED).when(back).then(LIVES)
        given(*opened(), DIED, LIVES).when(back).then_contradicts("no-death")
        given(*opened(), joined(NURSES), DIED).when(replace(back, by=NURSES)).then_contradicts("no-death")
        given(*opened(), DIED, LIVES).when(dies()).then(DIED)

    def test_a_notification_of_the_hospital_tells_both_its_ends(self) -> None:
        known = fold((*opened(), NOTIFIED))
        assert known is not None
        assert [known.course.died_on(unit) for unit in (CLINIC, FAMILIES, NURSES)] == [ON, ON, None]
        revised = replace(NOTIFIED, message="rettelse", follows="mors", deceased=False)
        right = fold((*opened(), NOTIFIED, revised))
        assert right is not None
        assert not right.course.deaths
        later = replace(NOTIFIED, message="senere", deceased=False)
        still = fold((*opened(), NOTIFIED, later))
        assert still is not None
        assert still.course.deaths

    @pytest.mark.parametrize("died_on", [THURSDAY.date(), (MONDAY - 367 * DAY).date()])
    def test_a_day_that_cannot_be_is_refused_by_its_field(self, died_on: date) -> None:
        with pytest.raises(Unreadable) as caught:
            decide(fold(opened()), dies(died_on=died_on))
        assert (caught.value.field, caught.value.source) == ("died_on", "GDPR art. 5(1)(d)")

    @pytest.mark.parametrize("died_on", [ON, (MONDAY - 366 * DAY).date()])
    def test_the_day_beside_it_is_taken(self, died_on: date) -> None:
        assert decide(fold(opened()), dies(died_on=died_on))


class TestWhatIsOwedHer:
    """What she was to be told nobody owes any more; what is owed to others, or for a child, stays."""

    @staticmethod
    def owed(*history: CaseEvent) -> dict[DutyCode, Obligation]:
        case = fold((*opened(), *history))
        assert case is not None
        found = looked_at_again(case.owed, case.course.deaths).values()
        return {obligation.duty: obligation for obligation in found}

    def test_to_inform_her_falls_away_and_comes_back(self) -> None:
        inform = DutyCode.INFORM_SUBJECT_BEFORE
        assert self.owed(UNTOLD)[inform].is_open
        assert self.owed(UNTOLD, DIED)[inform].lapsed_at == WEDNESDAY
        assert not self.owed(UNTOLD, DIED)[inform].overdue(WEDNESDAY + 400 * DAY)
        assert self.owed(UNTOLD, DIED, LIVES)[inform].is_open
        assert self.owed(DIED, UNTOLD)[inform].lapsed_at == WEDNESDAY

    def test_what_is_owed_to_others_stays(self) -> None:
        owed = self.owed(UNTOLD, NOTIFIED)
        assert {duty for duty, obligation in owed.items() if not obligation.is_open} == {DutyCode.INFORM_SUBJECT_BEFORE}
        assert owed[DutyCode.ASSESS_24H].is_open

    def test_what_a_partner_is_to_be_told_stays(self) -> None:
        about = concern_reported(
            TUESDAY,
            subject=Subject("partner", 30),
            notification=Notification(consent_sought="no", parents_informed=False),
        )
        assert all(obligation.is_open for obligation in self.owed(about, DIED).values())

    def test_a_unit_that_does_not_know_owes_it_still(self) -> None:
        assert self.owed(UNTOLD, joined(NURSES), replace(DIED, by=NURSES))[DutyCode.INFORM_SUBJECT_BEFORE].is_open


def hindered(act: Addressed, *after: CaseEvent, before: tuple[CaseEvent, ...] = ()) -> str | None:
    case = fold((*CONSENTED, *before, act, *after))
    assert case is not None
    return hindrance(ground_of(act), case, lambda: before)


class TestLettersUnderWay:
    """What speaks of her and has not left waits for its sender; what is owed, or about a child, goes."""

    @pytest.mark.parametrize(
        "act",
        [TOLD, referral_sent(TUESDAY, by=DOCTOR), information_requested(TUESDAY), request_answered(TUESDAY)],
        ids=lambda act: type(act).__name__,
    )
    def test_it_is_held_whoever_says_that_she_died(self, act: Addressed) -> None:
        asked = () if isinstance(act, InformationRequested) else (information_requested(TUESDAY),)
        assert hindered(act, before=asked) is None
        for death in (DIED, replace(DIED, by=NURSES), NOTIFIED):
            assert hindered(act, death, before=asked) == "citizen-died"
        assert hindered(act, DIED, LIVES, before=asked) is None

    @pytest.mark.parametrize(
        "act",
        [
            UNTOLD,
            receipt_given(TUESDAY),
            feedback_given(TUESDAY),
            made(facts(TUESDAY, subject=Subject("nyfoedt", 0), basis_invoked="SUL-41-2-1")),
            made(facts(TUESDAY, subject=Subject("partner", 30))),
            DisclosureCorrected(
                correction=CORRECTION,
                disclosure=DISCLOSURE,
                at=TUESDAY,
                by=CLINIC,
                recipient=FAMILIES,
                purpose=TOLD.purpose,
                items=TOLD.items,
                ruling=TOLD.ruling,
            ),
        ],
        ids=["underretning", "receipt", "feedback", "child", "partner", "correction"],
    )
    def test_it_goes_all_the_same(self, act: Addressed) -> None:
        case = fold((*CONSENTED, TOLD, UNTOLD, DIED))
        assert case is not None
        assert hindrance(ground_of(act), case, lambda: CONSENTED) is None

    def test_what_is_written_after_her_death_is_written_knowing_it(self) -> None:
        assert hindered(TOLD, before=(DIED,)) is None
        assert hindered(TOLD, DIED, before=(DIED, LIVES)) == "citizen-died"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (give_consent(THURSDAY), "at"),
        (DeclineConsent(CONSENT, THURSDAY, CLINIC, terms()), "at"),
        (withdraw_consent(THURSDAY), "at"),
        (
            AgreePlan(plan=PLAN, at=THURSDAY, by=CLINIC, title="", agreed_with_citizen_at=THURSDAY, tasks=()),
            "agreed_with_citizen_at",
        ),
        (
            RevisePlan(plan=PLAN, at=THURSDAY, by=CLINIC, agreed_with_citizen_at=THURSDAY, tasks=()),
            "agreed_with_citizen_at",
        ),
    ],
)
def test_she_says_nothing_after_her_death(command: CaseCommand, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decide(fold((*opened(), DIED)), command)
    assert caught.value.field == field


def test_what_she_said_while_she_lived_is_registered_later() -> None:
    assert decide(fold((*opened(), DIED)), give_consent(WEDNESDAY))
    assert decide(fold((*opened(), joined(NURSES), replace(DIED, by=NURSES))), give_consent(THURSDAY))
    assert KIRSTEN.birth_date < ON
