"""Plan: agreed with the woman, revised, task by task done; known to nobody but its author."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from hub.domain.case import decide, fold
from hub.domain.plan import (
    AgreePlan,
    CompleteTask,
    Plan,
    PlanAgreed,
    PlanCommand,
    PlanEvent,
    PlanRevised,
    Plans,
    PlanTask,
    RevisePlan,
    TaskDone,
    Undertaking,
    evolve,
)
from hub.domain.plan import decide as decide_plan
from hub.errors import Contradiction, NotFound
from hub.vocabulary.organisations import Unit
from tests.domain.acts import PLAN, a_case, closed, joined
from tests.people import CLINIC, FAMILIES, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

VISIT = Undertaking(what="Besøg hver anden uge", responsible=NURSES, due=date(2024, 6, 1))
TALK = Undertaking(what="Samtale om alkohol", responsible=CLINIC)
THE: dict[str, Any] = {"plan": PLAN, "by": CLINIC}
AGREED = PlanAgreed(
    at=TUESDAY,
    title="Støtte frem til fødslen",
    agreed_with_citizen_at=MONDAY,
    tasks=(
        PlanTask(number=1, what="Besøg hver anden uge", responsible=NURSES, due=date(2024, 6, 1)),
        PlanTask(number=2, what="Samtale om alkohol", responsible=CLINIC),
    ),
    review_on=date(2024, 5, 1),
    **THE,
)
HISTORY = (a_case(), AGREED)


def agree(at: datetime = TUESDAY, **other: Any) -> AgreePlan:
    """The clinic and she agree on two things."""
    usual: dict[str, Any] = THE | {
        "title": AGREED.title,
        "agreed_with_citizen_at": MONDAY,
        "tasks": (VISIT, TALK),
        "review_on": AGREED.review_on,
    }
    return AgreePlan(at=at, **(usual | other))


def revise(at: datetime, *tasks: Undertaking, by: Unit = CLINIC, agreed: datetime = TUESDAY) -> RevisePlan:
    """They agree anew on what is left."""
    return RevisePlan(plan=PLAN, at=at, by=by, agreed_with_citizen_at=agreed, tasks=tasks)


def revised(at: datetime, *tasks: PlanTask) -> PlanRevised:
    """They have agreed anew."""
    return PlanRevised(at=at, agreed_with_citizen_at=TUESDAY, tasks=tasks, **THE)


def done(task: int, at: datetime = WEDNESDAY) -> TaskDone:
    """One task is done."""
    return TaskDone(task=task, at=at, **THE)


def complete(task: int, at: datetime = WEDNESDAY, **other: Any) -> CompleteTask:
    """One task is done, somebody says."""
    return CompleteTask(task=task, at=at, **(THE | other))


def standing(*events: PlanEvent) -> Plan:
    """The plan after these events."""
    plans = Plans()
    for event in events:
        plans = evolve(plans, event)
    return plans.by_id[PLAN]


def test_tasks_are_numbered_as_they_were_agreed() -> None:
    given(a_case()).when(agree()).then(AGREED)


def test_a_unit_that_is_responsible_is_told_nothing() -> None:
    case = fold(HISTORY)
    assert case is not None
    assert not case.knows(NURSES)


def test_a_revision_goes_on_with_the_numbers() -> None:
    third = PlanTask(number=3, what=VISIT.what, responsible=NURSES, due=VISIT.due)
    given(*HISTORY, done(2)).when(revise(THURSDAY, VISIT)).then(revised(THURSDAY, third))
    assert [task.number for task, _ in standing(AGREED, done(2), revised(THURSDAY, third)).tasks] == [2, 3]


@pytest.mark.parametrize(
    ("after", "status"),
    [
        ((), "active"),
        ((done(1),), "active"),
        ((done(1), done(2)), "completed"),
        ((done(1), revised(THURSDAY)), "revoked"),
        ((revised(WEDNESDAY, PlanTask(number=3, what="", responsible=CLINIC)), done(3)), "completed"),
        ((revised(WEDNESDAY), revised(THURSDAY, PlanTask(number=3, what="", responsible=CLINIC))), "active"),
    ],
)
def test_how_it_stands(after: tuple[PlanEvent, ...], status: str) -> None:
    assert standing(AGREED, *after).status == status


class TestWhatCannotFollow:
    def test_a_plan_she_has_not_agreed_to_yet(self) -> None:
        given(a_case()).when(agree(agreed_with_citizen_at=WEDNESDAY)).then_contradicts("not-agreed-yet")
        given(*HISTORY).when(revise(WEDNESDAY, VISIT, agreed=THURSDAY)).then_contradicts("not-agreed-yet")

    @pytest.mark.parametrize("unit", [NURSES, FAMILIES])
    def test_on_the_plan_of_another(self, unit: Unit) -> None:
        history = (*HISTORY, joined(unit))
        given(*history).when(revise(WEDNESDAY, VISIT, by=unit)).then_not_found()
        given(*history).when(complete(1, by=unit)).then_not_found()

    def test_on_no_plan_or_no_task_and_which_is_said(self) -> None:
        for history, number, field in (((a_case(),), 1, "plan"), (HISTORY, 3, "task")):
            with pytest.raises(NotFound) as caught:
                decide(fold(history), complete(number))
            assert caught.value.field == field

    def test_doing_a_task_twice(self) -> None:
        given(*HISTORY, done(1)).when(complete(1, THURSDAY)).then_contradicts("task-already-done")

    def test_doing_a_task_that_a_revision_replaced(self) -> None:
        given(*HISTORY, revised(WEDNESDAY, PlanTask(number=3, what="", responsible=CLINIC))).when(
            complete(1, THURSDAY)
        ).then_not_found()

    def test_before_it_was_agreed(self) -> None:
        given(*HISTORY).when(complete(1, MONDAY)).then_contradicts("plan-order")
        given(*HISTORY).when(revise(MONDAY, VISIT, agreed=MONDAY)).then_contradicts("plan-order")

    def test_giving_up_what_is_over(self) -> None:
        given(*HISTORY, done(1), done(2)).when(revise(THURSDAY)).then_contradicts("plan-over")

    def test_on_a_closed_case(self) -> None:
        given(*HISTORY, closed()).when(complete(1)).then_contradicts("case-closed")


numbers = st.integers(1, 8)
lists = st.lists(st.sampled_from((VISIT, TALK)), max_size=3).map(tuple)
steps = st.one_of(numbers.map(complete), lists.map(lambda tasks: revise(WEDNESDAY, *tasks)))


def lived(commands: Iterable[PlanCommand]) -> list[PlanEvent]:
    """What becomes of a plan when all this is asked of it."""
    plans, events = Plans(), list[PlanEvent]()
    for command in (agree(), *commands):
        try:
            added = decide_plan(plans, command)
        except (Contradiction, NotFound):
            continue
        for event in added:
            plans = evolve(plans, event)
        events += added
    return events


@any_of(st.lists(steps, max_size=12))
def test_what_was_done_stays_done_and_is_done_once(commands: list[PlanCommand]) -> None:
    events = lived(commands)
    told = [event.task for event in events if isinstance(event, TaskDone)]
    assert len(told) == len(set(told))
    assert sorted(standing(*events).done) == sorted(told)


@any_of(st.lists(steps, max_size=12))
def test_no_number_is_used_twice(commands: list[PlanCommand]) -> None:
    agreed = [task.number for event in lived(commands) if not isinstance(event, TaskDone) for task in event.tasks]
    assert agreed == list(range(1, len(agreed) + 1))


@any_of(st.lists(steps, max_size=12))
def test_what_follows_on_a_plan_that_is_not_shown_changes_nothing(commands: list[PlanCommand]) -> None:
    plans = Plans()
    for event in lived(commands)[1:]:
        plans = evolve(plans, event)
    assert plans == Plans()
