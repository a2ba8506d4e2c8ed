"""A unit merges, closes or is renamed (case C05): its successor stands where it stood; old acts keep the old name."""

from dataclasses import replace
from typing import Any

import pytest

from hub.application.visibility import shown
from hub.domain.audience import CaseKnowledge, follow
from hub.domain.case import Case, CaseEvent, decide, fold
from hub.domain.concern import AssessConcern, ConcernAssessed, GiveReceipt
from hub.domain.course.amendments import ChildIdentified, IdentifyChild
from hub.domain.course.births import Births
from hub.domain.course.death import CitizenDied, DeathTakenBack, TakeBackDeath
from hub.domain.course.events import BirthRegistered, CaseReopened, Child, MunicipalityChanged, ReopenCase
from hub.domain.delivery import DeliveryDeparted
from hub.domain.disclosure import InformCitizen
from hub.domain.duty import obligations
from hub.domain.succession import RecordSuccession, UnitSucceeded, heir_of
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    CONCERN,
    closed,
    concern_reported,
    consent_given,
    facts,
    information_requested,
    joined,
    known_as,
    made,
    opened,
    receipt_given,
)
from tests.people import (
    BRITA,
    CLINIC,
    DAUGHTER_CPR,
    FAMILIES,
    FAMILIES_AWAY,
    FRIDAY,
    MIDWIVES,
    MONDAY,
    NURSES,
    SON_CPR,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from tests.recorded import as_recorded, delivered
from tests.spec import given


def succeeded(unit: Unit = FAMILIES, successor: Unit = FAMILIES_AWAY, *carried: int) -> UnitSucceeded:
    return UnitSucceeded(unit=unit, successor=successor, since=WEDNESDAY.date(), carried=carried, at=THURSDAY)


REPORTED = concern_reported(TUESDAY)
TOLD = delivered((*opened(), consent_given(MONDAY), REPORTED))


def stands(*events: CaseEvent) -> Case:
    case = fold(events)
    assert case is not None
    return case


class TestWhereItStood:
    """What a unit was asked, owes and stated is its successor's to answer, to do, to go on with."""

    def test_the_successor_answers_what_its_predecessor_was_asked(self) -> None:
        assess = AssessConcern(concern=CONCERN, at=FRIDAY, by=FAMILIES_AWAY, acute=False)
        given(*TOLD).when(assess).then_not_found()
        assessed = ConcernAssessed(concern=CONCERN, at=FRIDAY, by=FAMILIES_AWAY, acute=False)
        given(*TOLD, succeeded()).when(assess).then(assessed)
        given(*TOLD, succeeded()).when(replace(assess, by=FAMILIES)).then_not_found()

    def test_it_gives_the_receipt_in_its_own_name(self) -> None:
        receipt = GiveReceipt(receipt=known_as("receipt"), concern=CONCERN, at=FRIDAY, by=FAMILIES_AWAY)
        (given_,) = decide(stands(*TOLD, succeeded()), receipt)
        assert getattr(given_, "by", None) == FAMILIES_AWAY
        assert getattr(given_, "recipient", None) == CLINIC

    def test_it_owes_what_was_owed(self) -> None:
        owed = stands(*TOLD, succeeded()).owed.values()
        assert {(duty.owed_by, duty.owed_to) for duty in owed} == {(FAMILIES_AWAY, CLINIC)}
        owed = stands(*TOLD, succeeded(CLINIC, MIDWIVES)).owed.values()
        assert {(duty.owed_by, duty.owed_to) for duty in owed} == {(FAMILIES, MIDWIVES)}
        assert {(duty.owed_by, duty.owed_to) for duty in obligations([REPORTED])} == {(FAMILIES, CLINIC)}

    def test_what_comes_for_the_old_unit_later_is_its_successors(self) -> None:
        case = stands(*opened(), joined(FAMILIES), succeeded(), REPORTED)
        assert case.concerns.by_id[CONCERN].recipient == FAMILIES_AWAY
        assert case.knows(FAMILIES_AWAY)

    def test_a_notifier_that_was_succeeded_gets_the_receipt_as_its_successor(self) -> None:
        receipt = GiveReceipt(receipt=known_as("receipt"), concern=CONCERN, at=FRIDAY, by=FAMILIES)
        (given_,) = decide(stands(*TOLD, succeeded(CLINIC, MIDWIVES)), receipt)
        assert getattr(given_, "recipient", None) == MIDWIVES

    def test_the_old_unit_informs_nobody_any_more_and_the_new_one_may(self) -> None:
        inform = InformCitizen(about=CONCERN, at=FRIDAY, by=MIDWIVES, how="telefon")
        assert decide(stands(*TOLD, succeeded(CLINIC, MIDWIVES)), inform)

    def test_it_is_on_record_once(self) -> None:
        event = succeeded()
        given(*TOLD).when(RecordSuccession(event)).then(event)
        given(*TOLD, event).when(RecordSuccession(event)).then()


class TestWhatItStated:
    """The course as the predecessor stated it is the successor's; its own words come first."""

    def test_homes_children_and_the_woman_herself(self) -> None:
        history = (
            *opened(by=FAMILIES, municipality="aabenraa"),
            BirthRegistered(children=(Child(TUESDAY),), at=TUESDAY, by=FAMILIES),
            CitizenDied(died_on=TUESDAY.date(), at=TUESDAY, by=FAMILIES),
            succeeded(),
        )
        course = stands(*history).course
        assert (course.homes, course.citizen_by(FAMILIES_AWAY)) == ({FAMILIES_AWAY: "aabenraa"}, course.citizen)
        assert course.births_by(FAMILIES_AWAY) == Births((Child(TUESDAY),))
        numbered = ChildIdentified(child=1, cpr=SON_CPR, at=FRIDAY, by=FAMILIES_AWAY)
        given(*history).when(IdentifyChild(child=1, cpr=SON_CPR, at=FRIDAY, by=FAMILIES_AWAY)).then(numbered)
        assert stands(*history, numbered).course.births_by(FAMILIES_AWAY).children[1].cpr == SON_CPR
        back = DeathTakenBack(reason="", at=FRIDAY, by=FAMILIES_AWAY)
        given(*history).when(TakeBackDeath(reason="", at=FRIDAY, by=FAMILIES_AWAY)).then(back)
        assert not stands(*history, back).course.deaths

    def test_the_successors_own_word_comes_first(self) -> None:
        history = (
            *opened(by=FAMILIES, municipality="aabenraa"),
            joined(FAMILIES_AWAY, citizen=BRITA),
            MunicipalityChanged(to="odense", at=TUESDAY, by=FAMILIES_AWAY),
            BirthRegistered(children=(Child(MONDAY),), at=TUESDAY, by=FAMILIES),
            BirthRegistered(children=(Child(TUESDAY, DAUGHTER_CPR),), at=TUESDAY, by=FAMILIES_AWAY),
            succeeded(),
        )
        course = stands(*history).course
        assert (course.homes, course.citizen_by(FAMILIES_AWAY)) == ({FAMILIES_AWAY: "odense"}, BRITA)
        assert course.births_by(FAMILIES_AWAY).children == {1: Child(TUESDAY, DAUGHTER_CPR), 2: Child(MONDAY)}

    @pytest.mark.parametrize(
        ("history", "is_closed"),
        [
            ((closed(by=FAMILIES),), True),
            ((joined(FAMILIES_AWAY), closed(by=FAMILIES_AWAY)), False),
            ((joined(FAMILIES_AWAY), closed(by=FAMILIES)), False),
            ((joined(FAMILIES_AWAY), closed(by=FAMILIES), closed(by=FAMILIES_AWAY)), True),
        ],
    )
    def test_it_is_closed_where_it_was_to_all_whom_it_stands_for(
        self, history: tuple[CaseEvent, ...], *, is_closed: bool
    ) -> None:
        before = (*opened(by=FAMILIES), *history, succeeded())
        assert stands(*before).is_closed_to(FAMILIES_AWAY) is is_closed
        if is_closed:
            again = CaseReopened(reason="", at=FRIDAY, by=FAMILIES_AWAY)
            given(*before).when(ReopenCase(reason="", at=FRIDAY, by=FAMILIES_AWAY)).then(again)
            assert not stands(*before, again).is_closed_to(FAMILIES_AWAY)


def counted(*history: CaseEvent) -> int:
    """How much the successor knows."""
    return shown(as_recorded(history), FAMILIES_AWAY).version


def left(act: Any, sender: Unit, recipient: Unit, *carried: int) -> DeliveryDeparted:
    return DeliveryDeparted(
        delivery=known_as("late letter"),
        act=act,
        carried=carried,
        sender=sender,
        recipient=recipient,
        door="smtp",
        at=FRIDAY,
    )


class TestWhatItSaw:
    """From the succession on the successor knows what its predecessor knew, by every fold the same."""

    @staticmethod
    def carrying(*history: CaseEvent, unit: Unit = FAMILIES, successor: Unit = FAMILIES_AWAY) -> UnitSucceeded:
        rows = as_recorded(history)
        theirs, own = ({seen.recorded.version for seen in shown(rows, known).events} for known in (unit, successor))
        return succeeded(unit, successor, *sorted(theirs - own))

    def test_it_sees_what_was_seen_and_counts_it(self) -> None:
        history = (*TOLD, joined(FAMILIES), receipt_given(WEDNESDAY))
        before = shown(as_recorded(history), FAMILIES)
        event = self.carrying(*history)
        after = shown(as_recorded((*history, event)), FAMILIES_AWAY)
        assert [seen.event for seen in after.events] == [*(seen.event for seen in before.events), event]
        assert [seen.whole for seen in after.events][:-1] == [seen.whole for seen in before.events]
        assert [seen.number for seen in after.events] == list(range(1, after.version + 1))
        assert {seen.names for seen in after.events} == {seen.names for seen in before.events}
        assert shown(as_recorded((*history, event)), NURSES).version == 0

    def test_what_both_knew_is_told_once(self) -> None:
        letter = made(facts(TUESDAY, recipient=FAMILIES_AWAY, discloser=FAMILIES, basis_invoked="BL-132-1"))
        history = (*delivered((*opened(by=FAMILIES), joined(FAMILIES_AWAY), letter)),)
        event = self.carrying(*history)
        after = shown(as_recorded((*history, event)), FAMILIES_AWAY)
        versions = [seen.recorded.version for seen in after.events]
        assert len(versions) == len(set(versions))

    @pytest.mark.parametrize("recipient", [FAMILIES, FAMILIES_AWAY])
    def test_a_letter_that_leaves_later_tells_the_successor(self, recipient: Unit) -> None:
        asked = information_requested(TUESDAY)
        history = (*opened(), joined(FAMILIES), replace(asked, by=CLINIC, recipient=recipient))
        event = self.carrying(*history)
        departed = left(asked.request, CLINIC, recipient, 4)
        after = (*history, event, departed)
        assert (
            shown(as_recorded(after), FAMILIES_AWAY).version
            == shown(as_recorded(after[:-1]), FAMILIES_AWAY).version + 1
        )

    def test_a_letter_between_two_that_have_become_one_tells_it_nothing_new(self) -> None:
        asked = replace(information_requested(TUESDAY), by=FAMILIES, recipient=FAMILIES_AWAY)
        history = (*opened(by=FAMILIES), joined(FAMILIES_AWAY), asked)
        after = (*history, self.carrying(*history), left(asked.request, FAMILIES, FAMILIES_AWAY, 4))
        assert counted(*after) == counted(*after[:-1])

    def test_the_version_is_the_same_by_either_fold(self) -> None:
        history = (*TOLD, joined(FAMILIES), joined(NURSES), receipt_given(WEDNESDAY))
        after = self.carrying(*history)
        late = left(REPORTED.concern, CLINIC, FAMILIES, 4)
        whole = (*history, after, concern_reported(FRIDAY), late)
        known: CaseKnowledge | None = None
        for number, event in enumerate(whole, 1):
            known = follow(known, event)
            for unit in (CLINIC, FAMILIES_AWAY, NURSES):
                assert shown(as_recorded(whole[:number]), unit).version == known.version_for(unit), (number, unit)


def test_the_last_of_several_successors_stands_for_a_unit() -> None:
    after = {FAMILIES: NURSES, NURSES: FAMILIES_AWAY}
    assert [heir_of(after, unit) for unit in (FAMILIES, NURSES, FAMILIES_AWAY, CLINIC)] == [
        *(FAMILIES_AWAY, FAMILIES_AWAY, FAMILIES_AWAY, CLINIC),
    ]
    assert heir_of({FAMILIES: NURSES, NURSES: FAMILIES}, FAMILIES) in (FAMILIES, NURSES)
