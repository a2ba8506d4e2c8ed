"""Births one after the other, and what is put right (case C09): each its own act, and never a no for a true thing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.domain.case import CaseCommand, CaseEvent, decide, fold
from hub.domain.course.amendments import (
    BirthCorrected,
    BirthTakenBack,
    ChildIdentified,
    CorrectBirth,
    IdentifyChild,
    PregnancyEndTakenBack,
    TakeBackBirth,
    TakeBackPregnancyEnd,
)
from hub.domain.course.births import Births
from hub.domain.course.events import BirthRegistered, Child, EndPregnancy, PregnancyEnded, RegisterBirth
from hub.errors import Unreadable
from hub.vocabulary.organisations import Unit
from tests.domain.acts import closed, joined, opened
from tests.people import CLINIC, DAUGHTER_CPR, DAY, KIRSTEN, MONDAY, NURSES, SON_CPR, TUESDAY, WEDNESDAY
from tests.spec import given

FIRST, SECOND = Child(TUESDAY), Child(TUESDAY + timedelta(minutes=20), SON_CPR)
WHY: dict[str, Any] = {"reason": "Skrevet forkert.", "at": WEDNESDAY, "by": CLINIC}
BORN = BirthRegistered(children=(FIRST,), at=TUESDAY, by=CLINIC)
TWINS = BirthRegistered(children=(FIRST, SECOND), at=TUESDAY + timedelta(hours=1), by=CLINIC)
ENDED = PregnancyEnded(at=TUESDAY, by=CLINIC)
NUMBERED = ChildIdentified(child=1, cpr=DAUGHTER_CPR, at=WEDNESDAY, by=CLINIC)
RIGHT = BirthCorrected(child=1, born_at=MONDAY, cpr=None, stillborn=False, **WHY)
GONE = BirthTakenBack(child=1, **WHY)
UNDONE = PregnancyEndTakenBack(**WHY)


def born(*children: Child, at: Any = WEDNESDAY, by: Unit = CLINIC) -> RegisterBirth:
    """These children were born."""
    return RegisterBirth(children=children, at=at, by=by)


def stands(*history: CaseEvent, by: Unit = CLINIC) -> Births:
    """What this unit has stated."""
    case = fold((*opened(), *history))
    assert case is not None
    return case.course.births_by(by)


class TestOneAfterTheOther:
    """What is true may be said when it is known."""

    @pytest.mark.parametrize("child", [SECOND, Child(TUESDAY), Child(WEDNESDAY), Child(TUESDAY, stillborn=True)])
    def test_a_second_twin_is_registered_later(self, child: Child) -> None:
        again = BirthRegistered(children=(child,), at=WEDNESDAY, by=CLINIC)
        given(*opened(), BORN).when(born(child)).then(again)
        assert stands(BORN, again).children == {1: FIRST, 2: child}

    def test_a_child_gets_its_number_later(self) -> None:
        given(*opened(), TWINS).when(IdentifyChild(child=1, cpr=DAUGHTER_CPR, at=WEDNESDAY, by=CLINIC)).then(NUMBERED)
        assert stands(TWINS, NUMBERED).children == {1: replace(FIRST, cpr=DAUGHTER_CPR), 2: SECOND}

    def test_an_end_is_taken_back_and_stated_anew(self) -> None:
        given(*opened(), ENDED).when(TakeBackPregnancyEnd(**WHY)).then(UNDONE)
        assert stands(ENDED, UNDONE) == Births()
        anew = PregnancyEnded(at=WEDNESDAY, by=CLINIC)
        given(*opened(), ENDED, UNDONE).when(EndPregnancy(at=WEDNESDAY, by=CLINIC)).then(anew)

    def test_one_child_lives_and_another_does_not_in_either_order(self) -> None:
        still = Child(TUESDAY, stillborn=True)
        both = BirthRegistered(children=(FIRST, still), at=WEDNESDAY, by=CLINIC)
        given(*opened()).when(born(FIRST, still)).then(both)
        later = PregnancyEnded(at=WEDNESDAY, by=CLINIC)
        given(*opened(), BORN).when(EndPregnancy(at=WEDNESDAY, by=CLINIC)).then(later)
        alive = BirthRegistered(children=(FIRST,), at=WEDNESDAY, by=CLINIC)
        given(*opened(), ENDED).when(born(FIRST)).then(alive)
        assert stands(ENDED, alive) == Births((FIRST,), TUESDAY)


class TestPutRight:
    """What was registered by mistake is corrected or taken back, by whoever registered it."""

    def test_a_birth_is_corrected_whole(self) -> None:
        wrong = CorrectBirth(child=1, born_at=MONDAY, cpr=None, stillborn=False, **WHY)
        given(*opened(), BORN).when(wrong).then(RIGHT)
        assert stands(BORN, RIGHT).children == {1: Child(MONDAY)}

    def test_a_living_child_was_registered_as_stillborn(self) -> None:
        dead = BirthRegistered(children=(Child(TUESDAY, stillborn=True),), at=TUESDAY, by=CLINIC)
        alive = CorrectBirth(child=1, born_at=TUESDAY, cpr=None, stillborn=False, **WHY)
        said = BirthCorrected(child=1, born_at=TUESDAY, cpr=None, stillborn=False, **WHY)
        given(*opened(), dead).when(alive).then(said)
        assert stands(dead, said).children == {1: FIRST}

    def test_a_wrong_number_is_corrected(self) -> None:
        right = CorrectBirth(child=1, born_at=TUESDAY, cpr=SON_CPR, stillborn=False, **WHY)
        said = BirthCorrected(child=1, born_at=TUESDAY, cpr=SON_CPR, stillborn=False, **WHY)
        given(*opened(), BORN, NUMBERED).when(right).then(said)

    def test_a_child_is_taken_back_and_its_number_is_not_used_again(self) -> None:
        given(*opened(), BORN).when(TakeBackBirth(child=1, **WHY)).then(GONE)
        assert not stands(BORN, GONE).are_over
        other = BirthRegistered(children=(SECOND,), at=WEDNESDAY, by=CLINIC)
        assert stands(BORN, GONE, other).children == {2: SECOND}

    def test_a_case_that_was_over_by_mistake_goes_on(self) -> None:
        for mistake, undone in ((BORN, GONE), (ENDED, UNDONE)):
            case = fold((*opened(), mistake, undone, closed()))
            assert case is not None
            assert case.course.goes_on_for(CLINIC)

    def test_nobody_puts_right_what_another_unit_said(self) -> None:
        theirs = (*opened(), joined(NURSES), TWINS, ENDED)
        for command in (
            IdentifyChild(child=1, cpr=DAUGHTER_CPR, at=WEDNESDAY, by=NURSES),
            TakeBackBirth(child=1, reason="", at=WEDNESDAY, by=NURSES),
            CorrectBirth(child=1, born_at=MONDAY, cpr=None, stillborn=False, reason="", at=WEDNESDAY, by=NURSES),
        ):
            given(*theirs).when(command).then_not_found()
        undo = TakeBackPregnancyEnd(reason="", at=WEDNESDAY, by=NURSES)
        given(*theirs).when(undo).then_contradicts("no-pregnancy-end")

    @pytest.mark.parametrize("number", [0, 2, -1, 99])
    def test_a_child_there_is_not_is_not_found(self, number: int) -> None:
        given(*opened(), BORN).when(TakeBackBirth(child=number, **WHY)).then_not_found()
        given(*opened(), BORN, GONE).when(TakeBackBirth(child=1, **WHY)).then_not_found()

    @pytest.mark.parametrize(
        ("history", "command", "code"),
        [
            ((ENDED,), EndPregnancy(at=WEDNESDAY, by=CLINIC), "pregnancy-over"),
            ((), TakeBackPregnancyEnd(**WHY), "no-pregnancy-end"),
            ((ENDED, UNDONE), TakeBackPregnancyEnd(**WHY), "no-pregnancy-end"),
            ((BORN, NUMBERED), IdentifyChild(child=1, cpr=DAUGHTER_CPR, at=WEDNESDAY, by=CLINIC), "same-number"),
            ((BORN, NUMBERED), IdentifyChild(child=1, cpr=SON_CPR, at=WEDNESDAY, by=CLINIC), "has-number"),
            (
                (BORN,),
                CorrectBirth(child=1, born_at=TUESDAY, cpr=None, stillborn=False, **WHY),
                "nothing-corrected",
            ),
        ],
    )
    def test_what_was_said_already_is_not_said_again(
        self, history: tuple[CaseEvent, ...], command: CaseCommand, code: str
    ) -> None:
        given(*opened(), *history).when(command).then_contradicts(code)


@pytest.mark.parametrize(
    ("history", "command", "field"),
    [
        ((BORN, NUMBERED), born(Child(TUESDAY, DAUGHTER_CPR)), "children.0.cpr"),
        ((BORN,), born(Child(TUESDAY + 281 * DAY), at=TUESDAY + 282 * DAY), "children.0.born_at"),
        ((), born(FIRST, Child(TUESDAY + 281 * DAY), at=TUESDAY + 282 * DAY), "children.1.born_at"),
        ((ENDED,), born(Child(TUESDAY + 281 * DAY), at=TUESDAY + 282 * DAY), "children.0.born_at"),
        ((BORN,), EndPregnancy(at=TUESDAY + 281 * DAY, by=CLINIC), "at"),
        ((TWINS,), IdentifyChild(child=1, cpr=SON_CPR, at=WEDNESDAY, by=CLINIC), "cpr"),
        ((TWINS,), IdentifyChild(child=1, cpr=KIRSTEN.cpr, at=WEDNESDAY, by=CLINIC), "cpr"),
        ((BORN,), IdentifyChild(child=1, cpr=DAUGHTER_CPR, at=MONDAY, by=CLINIC), "at"),
        ((BORN,), CorrectBirth(child=1, born_at=WEDNESDAY + DAY, cpr=None, stillborn=False, **WHY), "born_at"),
        ((BORN,), CorrectBirth(child=1, born_at=TUESDAY, cpr=KIRSTEN.cpr, stillborn=False, **WHY), "cpr"),
        ((TWINS,), CorrectBirth(child=1, born_at=TUESDAY, cpr=SON_CPR, stillborn=False, **WHY), "cpr"),
        ((TWINS,), CorrectBirth(child=1, born_at=TUESDAY - 281 * DAY, cpr=None, stillborn=False, **WHY), "born_at"),
    ],
)
def test_what_no_pregnancy_has_is_refused_by_its_field(
    history: tuple[CaseEvent, ...], command: CaseCommand, field: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        decide(fold((*opened(), *history)), command)
    assert (caught.value.field, caught.value.source) == (field, "GDPR art. 5(1)(d)")


def test_the_day_beside_it_is_taken() -> None:
    late = born(Child(TUESDAY + 280 * DAY), at=TUESDAY + 282 * DAY)
    assert decide(fold((*opened(), BORN)), late)
    alone = CorrectBirth(child=1, born_at=TUESDAY - 281 * DAY, cpr=None, stillborn=False, **WHY)
    assert decide(fold((*opened(), BORN)), alone), "a single child is held against no other"
