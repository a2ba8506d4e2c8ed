"""Plan: what a unit has agreed with the woman, as tasks that somebody does by some day; revised, and done.

A plan is its author's alone (hub.domain.audience). Naming a unit as responsible tells that unit nothing, as naming it
as a party does not: what others are to know of a plan is passed on by a disclosure, on a hjemmel of its own. So nothing
here asks the law. Tasks are known by their number in the plan, 1, 2, 3 …; no number is used twice, whatever is revised.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from hub.domain.backdating import precedes
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """What somebody takes on: what, which unit is responsible, and the last day, if one was agreed."""

    what: str
    responsible: Unit
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreePlan:
    """Register a plan that was agreed with the woman."""

    plan: UUID
    at: datetime
    by: Unit
    title: str
    agreed_with_citizen_at: datetime
    tasks: tuple[Undertaking, ...]
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePlan:
    """Agree anew, with the woman, on what is still to be done; no tasks at all gives the rest of the plan up."""

    plan: UUID
    at: datetime
    by: Unit
    agreed_with_citizen_at: datetime
    tasks: tuple[Undertaking, ...]
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """Register that a task was done."""

    plan: UUID
    task: int
    at: datetime
    by: Unit


PlanCommand = AgreePlan | RevisePlan | CompleteTask


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """One task of a plan, under its number."""

    number: int
    what: str
    responsible: Unit
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed:
    """A plan was agreed with the woman."""

    plan: UUID
    at: datetime
    by: Unit
    title: str
    agreed_with_citizen_at: datetime
    tasks: tuple[PlanTask, ...]
    review_on: date | None = None

    @property
    def known_as(self) -> UUID:
        """The plan."""
        return self.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRevised:
    """What was still to be done was agreed anew: these tasks replace the open ones; what was done stays."""

    plan: UUID
    at: datetime
    by: Unit
    agreed_with_citizen_at: datetime
    tasks: tuple[PlanTask, ...]
    review_on: date | None = None

    @property
    def known_as(self) -> UUID:
        """The plan."""
        return self.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """A task of a plan was done."""

    plan: UUID
    task: int
    at: datetime
    by: Unit

    @property
    def known_as(self) -> UUID:
        """The plan."""
        return self.plan


PlanEvent = PlanAgreed | PlanRevised | TaskDone


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan as it stands. `since` is when it was last agreed or revised, `last` the highest number it has used."""

    plan: UUID
    author: Unit
    title: str
    at: datetime
    since: datetime
    agreed_with_citizen_at: datetime
    review_on: date | None
    open: tuple[PlanTask, ...]
    last: int
    done: Mapping[int, tuple[PlanTask, datetime]] = field(default_factory=dict)
    given_up: bool = False

    @property
    def status(self) -> str:
        """`active` while a task is open, `completed` when all are done, `revoked` when the rest was given up."""
        if self.open:
            return "active"
        return "revoked" if self.given_up else "completed"

    @property
    def tasks(self) -> tuple[tuple[PlanTask, datetime | None], ...]:
        """Every task that was done or is open, by number, and when it was done."""
        standing = {**self.done, **{task.number: (task, None) for task in self.open}}
        return tuple(standing[number] for number in sorted(standing))


@dataclass(frozen=True, slots=True)
class Plans:
    """Every plan of a case."""

    by_id: Mapping[UUID, Plan] = field(default_factory=dict)

    def of(self, plan: UUID, unit: Unit) -> Plan:
        """The plan, if this unit agreed it."""
        standing = self.by_id.get(plan)
        if standing is None or standing.author != unit:
            raise NotFound("no such plan of this unit on this case", field="plan")
        return standing


def decide(plans: Plans, command: PlanCommand) -> tuple[PlanEvent, ...]:
    """What the command adds to the record."""
    match command:
        case AgreePlan():
            return (_agree(command),)
        case RevisePlan():
            return (_revise(plans.of(command.plan, command.by), command),)
        case CompleteTask():
            return (_complete(plans.of(command.plan, command.by), command),)
        case _:
            assert_never(command)


def handed_on(plans: Plans, heir: Heir) -> Plans:
    """The same, with whoever stands now for their authors."""
    return Plans({key: replace(standing, author=heir(standing.author)) for key, standing in plans.by_id.items()})


def evolve(plans: Plans, event: PlanEvent) -> Plans:
    """The plans as they stand after one more event; what follows on a plan that is not shown changes nothing."""
    before = plans.by_id.get(event.plan)
    match event:
        case PlanAgreed():
            return Plans({**plans.by_id, event.plan: _agreed(event)})
        case PlanRevised():
            return plans if before is None else Plans({**plans.by_id, event.plan: _revised(before, event)})
        case TaskDone():
            return plans if before is None else Plans({**plans.by_id, event.plan: _done(before, event)})
        case _:
            assert_never(event)


def _agree(command: AgreePlan) -> PlanAgreed:
    _agreed_by_then(command)
    return PlanAgreed(
        plan=command.plan,
        at=command.at,
        by=command.by,
        title=command.title,
        agreed_with_citizen_at=command.agreed_with_citizen_at,
        tasks=_numbered(command.tasks, after=0),
        review_on=command.review_on,
    )


def _revise(plan: Plan, command: RevisePlan) -> PlanRevised:
    _agreed_by_then(command)
    _in_order(plan, command.at)
    if not command.tasks and not plan.open:
        raise Contradiction("no task of this plan is open", code="plan-over", field="tasks")
    return PlanRevised(
        plan=plan.plan,
        at=command.at,
        by=command.by,
        agreed_with_citizen_at=command.agreed_with_citizen_at,
        tasks=_numbered(command.tasks, after=plan.last),
        review_on=command.review_on,
    )


def _complete(plan: Plan, command: CompleteTask) -> TaskDone:
    if command.task in plan.done:
        raise Contradiction("this task has been done", code="task-already-done", field="task")
    if command.task not in {task.number for task in plan.open}:
        raise NotFound("no such task of this plan; a revision may have replaced it", field="task")
    _in_order(plan, command.at)
    return TaskDone(plan=plan.plan, task=command.task, at=command.at, by=command.by)


def _agreed_by_then(command: AgreePlan | RevisePlan) -> None:
    if precedes(command.at, command.agreed_with_citizen_at):
        raise Contradiction(
            "what is recorded has been agreed with her", code="not-agreed-yet", field="agreed_with_citizen_at"
        )


def _in_order(plan: Plan, at: datetime) -> None:
    if precedes(at, plan.since):
        raise Contradiction("this would lie before the plan was agreed", code="plan-order", field="at")


def _numbered(tasks: Iterable[Undertaking], *, after: int) -> tuple[PlanTask, ...]:
    return tuple(
        PlanTask(number=number, what=task.what, responsible=task.responsible, due=task.due)
        for number, task in enumerate(tasks, after + 1)
    )


def _agreed(event: PlanAgreed) -> Plan:
    return Plan(
        plan=event.plan,
        author=event.by,
        title=event.title,
        at=event.at,
        since=event.at,
        agreed_with_citizen_at=event.agreed_with_citizen_at,
        review_on=event.review_on,
        open=event.tasks,
        last=len(event.tasks),
    )


def _revised(plan: Plan, event: PlanRevised) -> Plan:
    return replace(
        plan,
        since=event.at,
        agreed_with_citizen_at=event.agreed_with_citizen_at,
        review_on=event.review_on,
        open=event.tasks,
        last=plan.last + len(event.tasks),
        given_up=not event.tasks,
    )


def _done(plan: Plan, event: TaskDone) -> Plan:
    found = {task.number: (task, event.at) for task in plan.open if task.number == event.task}
    still_open = tuple(task for task in plan.open if task.number != event.task)
    return replace(plan, open=still_open, done={**plan.done, **found})
