"""The course of a case: opened, joined, moved, born, ended, closed – and what one unit never learns from another."""

from datetime import date
from typing import Any

import pytest

from hub.domain.case import CaseEvent, decide, fold
from hub.domain.course import decider
from hub.domain.course.births import Births
from hub.domain.course.decider import Course
from hub.domain.course.events import (
    AppointCoordinator,
    AssignCareLevel,
    AssignContactPerson,
    BirthRegistered,
    CareLevelAssigned,
    CaseClosed,
    CaseKeyDestroyed,
    CaseReopened,
    ChangeMunicipality,
    Child,
    CloseCase,
    ContactPersonAssigned,
    CoordinatorAppointed,
    DueDateSet,
    EndPregnancy,
    JoinParty,
    LeaveParty,
    MovedElsewhere,
    MunicipalityChanged,
    PartyLeft,
    PregnancyEnded,
    RegisterBirth,
    ReopenCase,
    SetDueDate,
)
from hub.vocabulary.information import Elsewhere
from tests.domain.acts import (
    CASE,
    a_case,
    closed,
    consent_fact,
    consent_given,
    disclose,
    facts,
    joined,
    made,
    open_case,
    opened,
)
from tests.people import (
    ADDICTION,
    BRITA,
    CLINIC,
    DAUGHTER_CPR,
    FAMILIES,
    KIRSTEN,
    MONDAY,
    NURSES,
    SON_CPR,
    TUESDAY,
    WEDNESDAY,
)
from tests.spec import given

JUNE = date(2024, 6, 20)
TWINS = (Child(TUESDAY, DAUGHTER_CPR), Child(TUESDAY, SON_CPR))


def the(**stated: Any) -> dict[str, Any]:
    """What an act of the clinic on Tuesday states."""
    return {"at": TUESDAY, "by": CLINIC} | stated


def course_of(*events: CaseEvent) -> Course:
    """The frame after these events."""
    case = fold(events)
    assert case is not None
    return case.course


class TestOpening:
    """Opening is joining a case that has just been made."""

    def test_a_case_is_opened_as_the_unit_stated_it(self) -> None:
        given().when(open_case(due_date=JUNE, municipality="aabenraa")).then(
            a_case(),
            joined(CLINIC, citizen=KIRSTEN),
            DueDateSet(due_date=JUNE, at=MONDAY, by=CLINIC),
            MunicipalityChanged(to="aabenraa", at=MONDAY, by=CLINIC),
        )

    @pytest.mark.parametrize("stated", [{}, {"due_date": JUNE}, {"municipality": "aabenraa"}])
    def test_whoever_opens_a_case_that_is_there_states_the_same(self, stated: dict[str, Any]) -> None:
        opening = open_case(TUESDAY, by=NURSES, **stated)
        _, *first = decide(None, opening)
        given(*opened(municipality="aabenraa")).when(opening).then(*first)
        given(*opened(municipality="odense"), closed()).when(opening).then(*first)

    def test_what_the_unit_has_stated_already_is_not_stated_again(self) -> None:
        given(*opened(municipality="aabenraa")).when(open_case(TUESDAY, municipality="aabenraa")).then(
            joined(CLINIC, TUESDAY, citizen=KIRSTEN)
        )


def test_nothing_happens_on_a_case_there_is_not() -> None:
    given().when(CloseCase(reason="", **the())).then_not_found()


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (AssignCareLevel(level=3, **the()), CareLevelAssigned(level=3, **the())),
        (SetDueDate(due_date=JUNE, **the()), DueDateSet(due_date=JUNE, **the())),
        (AppointCoordinator(person="Test Testesen", **the()), CoordinatorAppointed(person="Test Testesen", **the())),
        (AssignContactPerson(person="Test Testesen", **the()), ContactPersonAssigned(person="Test Testesen", **the())),
        (RegisterBirth(children=TWINS, **the()), BirthRegistered(children=TWINS, **the())),
        (EndPregnancy(**the()), PregnancyEnded(**the())),
        (CloseCase(reason="fulgt op", **the()), CaseClosed(reason="fulgt op", **the())),
        (ChangeMunicipality(to="odense", **the()), MunicipalityChanged(to="odense", **the())),
        (JoinParty(unit=NURSES, **the()), joined(NURSES, TUESDAY, by=CLINIC)),
        (JoinParty(unit=NURSES, at=TUESDAY, by=NURSES), joined(NURSES, TUESDAY)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_stated_is_kept(command: Any, event: CaseEvent) -> None:
    given(a_case()).when(command).then(event)


def test_the_course_stands_as_last_stated() -> None:
    stands = course_of(
        *opened(municipality="aabenraa"),
        joined(NURSES, by=CLINIC),
        CareLevelAssigned(level=2, **the()),
        CareLevelAssigned(level=4, **the()),
        DueDateSet(due_date=date(2024, 6, 25), **the()),
        CoordinatorAppointed(person="En Koordinator", **the()),
        ContactPersonAssigned(person="Første", **the()),
        ContactPersonAssigned(person="Anden", **the()),
        ContactPersonAssigned(person="Deres", at=TUESDAY, by=NURSES),
        MunicipalityChanged(to="odense", left="aabenraa", **the()),
        BirthRegistered(children=TWINS, **the()),
    )
    assert stands == Course(
        case=CASE,
        citizen=KIRSTEN,
        joined=frozenset({CLINIC}),
        entered={CLINIC: MONDAY},
        named=frozenset({(CLINIC, CLINIC), (CLINIC, NURSES)}),
        stated={CLINIC: KIRSTEN},
        known_as={CLINIC: frozenset({KIRSTEN.cpr})},
        identified=frozenset({KIRSTEN.cpr}),
        homes={CLINIC: "odense"},
        due_date=date(2024, 6, 25),
        home="odense",
        care_level=4,
        coordinator="En Koordinator",
        contacts=((CLINIC, "Anden"), (NURSES, "Deres")),
        births={CLINIC: Births(TWINS)},
    )


def test_a_case_that_ended_knows_it() -> None:
    assert course_of(a_case(), PregnancyEnded(**the())).births_by(CLINIC).are_over


def test_the_destruction_of_its_key_leaves_the_course() -> None:
    assert course_of(a_case(), CaseKeyDestroyed(at=TUESDAY, reason="opbevaringsfristen er udløbet")) == course_of(
        a_case()
    )


def test_an_opening_event_inside_the_course_begins_it_anew() -> None:
    assert decider.evolve(course_of(*opened(), closed()), a_case(citizen=BRITA)) == Course(case=CASE, citizen=BRITA)


def test_what_one_unit_said_of_the_birth_stops_no_other_and_tells_it_nothing() -> None:
    born = BirthRegistered(children=(Child(TUESDAY),), at=TUESDAY, by=CLINIC)
    again = RegisterBirth(children=(Child(TUESDAY),), at=WEDNESDAY, by=NURSES)
    theirs = BirthRegistered(children=(Child(TUESDAY),), at=WEDNESDAY, by=NURSES)
    given(a_case(), joined(NURSES), born).when(again).then(theirs)


class TestParties:
    """Joining opens nothing, and naming a party tells nobody anything."""

    def test_a_unit_names_a_party_once(self) -> None:
        given(a_case(), joined(NURSES, by=CLINIC)).when(JoinParty(unit=NURSES, at=TUESDAY, by=CLINIC)).then_contradicts(
            "already-a-party"
        )

    def test_a_unit_joins_once(self) -> None:
        given(*opened()).when(JoinParty(unit=CLINIC, **the())).then_contradicts("already-a-party")

    def test_a_unit_named_by_another_may_still_join(self) -> None:
        given(a_case(), joined(NURSES, by=CLINIC)).when(JoinParty(unit=NURSES, at=TUESDAY, by=NURSES)).then(
            joined(NURSES, TUESDAY)
        )

    def test_whom_others_named_cannot_be_learnt_by_naming(self) -> None:
        """The answer must not tell the familieafdeling that she is in treatment for addiction."""
        naming = JoinParty(unit=ADDICTION, at=TUESDAY, by=FAMILIES)
        named = joined(ADDICTION, TUESDAY, by=FAMILIES)
        given(a_case(), joined(FAMILIES)).when(naming).then(named)
        given(a_case(), joined(FAMILIES), joined(ADDICTION)).when(naming).then(named)
        given(a_case(), joined(FAMILIES), joined(ADDICTION, by=CLINIC)).when(naming).then(named)

    def test_whom_others_named_cannot_be_learnt_by_removing(self) -> None:
        leaving = LeaveParty(unit=ADDICTION, at=TUESDAY, by=FAMILIES)
        for others in ((), (joined(ADDICTION),)):
            given(a_case(), joined(FAMILIES), *others).when(leaving).then_contradicts("not-a-party")

    def test_a_unit_may_state_the_woman_anew(self) -> None:
        again = JoinParty(unit=CLINIC, citizen=BRITA, **the())
        given(a_case()).when(again).then(joined(CLINIC, TUESDAY, citizen=BRITA))

    def test_a_party_steps_out_and_may_come_back(self) -> None:
        left = PartyLeft(unit=NURSES, at=TUESDAY, by=NURSES)
        given(a_case(), joined(NURSES)).when(LeaveParty(unit=NURSES, at=TUESDAY, by=NURSES)).then(left)
        given(a_case(), joined(NURSES), left).when(JoinParty(unit=NURSES, at=WEDNESDAY, by=NURSES)).then(
            joined(NURSES, WEDNESDAY)
        )

    def test_a_unit_that_stepped_out_keeps_what_it_stated(self) -> None:
        case = fold((a_case(), joined(NURSES), PartyLeft(unit=NURSES, at=TUESDAY, by=NURSES)))
        assert case is not None
        assert case.knows(NURSES)

    def test_who_knows_of_a_case(self) -> None:
        told = made(facts(TUESDAY, consent_fact(MONDAY)))
        case = fold((*opened(), consent_given(MONDAY), joined(NURSES), joined(ADDICTION, by=CLINIC), told))
        assert case is not None
        assert [unit for unit in (CLINIC, NURSES, FAMILIES, ADDICTION) if case.knows(unit)] == [CLINIC, NURSES]


class TestHomes:
    """Where she lives is each unit's own knowledge."""

    def test_a_unit_says_it_once(self) -> None:
        given(*opened(municipality="aabenraa")).when(ChangeMunicipality(to="aabenraa", **the())).then_contradicts(
            "same-municipality"
        )

    def test_a_move_names_the_home_that_the_unit_itself_had_stated(self) -> None:
        given(*opened(municipality="aabenraa")).when(ChangeMunicipality(to="odense", **the())).then(
            MunicipalityChanged(to="odense", left="aabenraa", **the())
        )

    @pytest.mark.parametrize("home", [None, "aabenraa", "odense"])
    def test_what_others_stated_is_not_learnt(self, home: str | None) -> None:
        given(*opened(municipality=home), joined(NURSES)).when(
            ChangeMunicipality(to="odense", at=TUESDAY, by=NURSES)
        ).then(MunicipalityChanged(to="odense", at=TUESDAY, by=NURSES))


ABROAD, UNKNOWN = Elsewhere("abroad", "Sverige"), Elsewhere("unknown")
OUTSIDE = Elsewhere("municipality", "Frederiksberg Kommune")


class TestMovedAnywhere:
    """A move is recorded whatever the directory holds (case C11)."""

    @pytest.mark.parametrize("to", [ABROAD, UNKNOWN, OUTSIDE], ids=lambda to: to.where)
    def test_she_moved_to_where_no_unit_of_the_directory_is_hers(self, to: Elsewhere) -> None:
        moved = MovedElsewhere(to=to, left="aabenraa", **the())
        given(*opened(municipality="aabenraa")).when(ChangeMunicipality(to=to, **the())).then(moved)
        assert course_of(*opened(municipality="aabenraa"), moved).home == to

    def test_she_comes_back(self) -> None:
        gone = MovedElsewhere(to=ABROAD, left="aabenraa", **the())
        given(*opened(municipality="aabenraa"), gone).when(ChangeMunicipality(to="aabenraa", **the())).then(
            MunicipalityChanged(to="aabenraa", **the())
        )

    def test_a_case_is_opened_for_a_woman_from_elsewhere(self) -> None:
        given(a_case()).when(open_case(TUESDAY, elsewhere=UNKNOWN)).then(
            joined(CLINIC, TUESDAY, citizen=KIRSTEN), MovedElsewhere(to=UNKNOWN, **the())
        )
        again = (*opened(), MovedElsewhere(to=UNKNOWN, **the()))
        given(*again).when(open_case(TUESDAY, elsewhere=UNKNOWN)).then(joined(CLINIC, TUESDAY, citizen=KIRSTEN))

    def test_a_unit_says_it_once_and_learns_nothing_of_what_others_said(self) -> None:
        gone = MovedElsewhere(to=ABROAD, **the())
        given(*opened(), gone).when(ChangeMunicipality(to=ABROAD, **the())).then_contradicts("same-municipality")
        theirs = MovedElsewhere(to=ABROAD, at=TUESDAY, by=NURSES)
        given(*opened(), joined(NURSES), gone).when(ChangeMunicipality(to=ABROAD, at=TUESDAY, by=NURSES)).then(theirs)


class TestTheWoman:
    """Her name and address as each unit stated them."""

    def test_each_unit_has_its_own_words(self) -> None:
        stands = course_of(*opened(), joined(NURSES, citizen=BRITA))
        assert stands.citizen_by(CLINIC) == KIRSTEN
        assert stands.citizen_by(NURSES) == BRITA

    def test_a_unit_without_words_of_its_own_is_not_given_her_address(self) -> None:
        named = course_of(a_case(), joined(NURSES)).citizen_by(NURSES)
        assert (named.cpr, named.name, named.address) == (KIRSTEN.cpr, KIRSTEN.name, "")


class TestClosed:
    """A unit closes a case for itself, and no answer tells it whether the case goes on for others."""

    @pytest.mark.parametrize(
        "command",
        [disclose(TUESDAY), CloseCase(reason="igen", **the()), JoinParty(unit=NURSES, **the())],
        ids=lambda value: type(value).__name__,
    )
    def test_whoever_closed_it_does_nothing_on_it(self, command: Any) -> None:
        given(*opened(), closed()).when(command).then_contradicts("case-closed")

    def test_it_goes_on_for_everybody_else(self) -> None:
        level = AssignCareLevel(level=2, at=TUESDAY, by=NURSES)
        given(*opened(), joined(NURSES), closed()).when(level).then(CareLevelAssigned(level=2, at=TUESDAY, by=NURSES))

    @pytest.mark.parametrize("others", [(), (joined(CLINIC),), (joined(CLINIC), closed())])
    def test_any_unit_may_close_it_whoever_else_takes_part(self, others: tuple[CaseEvent, ...]) -> None:
        close = CloseCase(reason="fulgt op", at=WEDNESDAY, by=NURSES)
        given(a_case(), *others, joined(NURSES)).when(close).then(closed(WEDNESDAY, NURSES))

    def test_it_is_reopened_by_whoever_closed_it(self) -> None:
        reopened = CaseReopened(reason="der er mere", **the())
        given(*opened(), closed()).when(ReopenCase(reason="der er mere", **the())).then(reopened)
        assert course_of(*opened(), closed(), reopened) == course_of(*opened())

    @pytest.mark.parametrize("others", [(), (joined(NURSES), closed(by=NURSES))])
    def test_what_a_unit_has_not_closed_it_does_not_reopen(self, others: tuple[CaseEvent, ...]) -> None:
        given(*opened(), *others).when(ReopenCase(reason="", **the())).then_contradicts("case-already-open")

    def test_to_open_it_again_is_to_take_it_up_again(self) -> None:
        course = course_of(*opened(), closed(), joined(CLINIC, TUESDAY, citizen=KIRSTEN))
        assert course.goes_on_for(CLINIC)
        assert course.closed_by == frozenset()

    @pytest.mark.parametrize("ending", [BirthRegistered(children=TWINS, **the()), PregnancyEnded(**the())])
    def test_it_is_over_for_whoever_closed_it_after_the_pregnancy(self, ending: CaseEvent) -> None:
        both = (*opened(), joined(NURSES))
        for history in ((), (ending,), (closed(),), (closed(by=NURSES), ending)):
            assert course_of(*both, *history).goes_on_for(CLINIC), history
        over = course_of(*both, ending, closed())
        assert [unit for unit in (CLINIC, NURSES, FAMILIES) if over.goes_on_for(unit)] == [NURSES]

    def test_a_message_is_taken_in_as_long_as_one_of_the_two_goes_on(self) -> None:
        def shut(*history: CaseEvent) -> bool:
            case = fold((*opened(), joined(NURSES), *history))
            assert case is not None
            return case.is_closed_to(CLINIC, NURSES)

        assert [shut(), shut(closed()), shut(closed(), closed(by=NURSES))] == [False, False, True]
