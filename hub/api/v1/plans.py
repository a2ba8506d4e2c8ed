"""Plans: agreed with the woman, revised, task by task done. Their author's alone: nobody is told by a plan."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import MAX_LIST, ActBody, Body, Day, Moment, Name, UnitName, Words
from hub.api.route import RecordingRoute
from hub.api.v1.perform import perform
from hub.domain.case import Case
from hub.domain.plan import AgreePlan, CompleteTask, RevisePlan, Undertaking

router = APIRouter(prefix="/v1/cases/{case}/plans", route_class=RecordingRoute, tags=["plans"])
AgreedMoment = Annotated[Moment, Field(description="when she agreed to it, as it is written here")]
ReviewDay = Annotated[Day | None, Field(description="when the plan is to be looked at again")]
TaskNumber = Annotated[int, Path(ge=1, description="the task's number in its plan")]


class TaskBody(Body):
    """What somebody does. Naming a unit tells that unit nothing."""

    what: Words
    responsible: UnitName
    due: Day | None = Field(None, description="the last day for it")

    def undertaking(self) -> Undertaking:
        """As the domain knows it."""
        return Undertaking(what=self.what, responsible=self.responsible, due=self.due)


class PlanBody(ActBody):
    """What was agreed with her. The tasks get the numbers 1, 2, 3 … in this order."""

    title: Name
    agreed_with_citizen_at: AgreedMoment
    tasks: Annotated[tuple[TaskBody, ...], Field(min_length=1, max_length=MAX_LIST)]
    review_on: ReviewDay = None


class RevisionBody(ActBody):
    """What is left to do, agreed with her anew: it replaces the open tasks, and goes on with the numbers."""

    agreed_with_citizen_at: AgreedMoment
    tasks: Annotated[tuple[TaskBody, ...], Field(max_length=MAX_LIST, description="none: the rest is given up")]
    review_on: ReviewDay = None


@router.post("", summary="Register a plan that was agreed with her")
def agree_plan(context: Context, case: UUID, body: PlanBody) -> Response:
    """For the acting unit alone; what others are to know of it is a disclosure of its own."""

    def make(key: UUID, _case: Case) -> AgreePlan:
        return AgreePlan(
            plan=key,
            at=body.at,
            by=context.unit,
            title=body.title,
            agreed_with_citizen_at=body.agreed_with_citizen_at,
            tasks=tuple(task.undertaking() for task in body.tasks),
            review_on=body.review_on,
        )

    return perform(context, case, body, make, "plan", {task.responsible for task in body.tasks})


@router.post("/{plan}/revision", summary="Revise what is still to be done")
def revise_plan(context: Context, case: UUID, plan: UUID, body: RevisionBody) -> Response:
    """What was done stays done."""

    def make(_key: UUID, _case: Case) -> RevisePlan:
        return RevisePlan(
            plan=plan,
            at=body.at,
            by=context.unit,
            agreed_with_citizen_at=body.agreed_with_citizen_at,
            tasks=tuple(task.undertaking() for task in body.tasks),
            review_on=body.review_on,
        )

    return perform(context, case, body, make, "revision", {task.responsible for task in body.tasks})


@router.post("/{plan}/tasks/{task}/completion", summary="Register that a task was done")
def complete_task(context: Context, case: UUID, plan: UUID, task: TaskNumber, body: ActBody) -> Response:
    """Once; the plan is completed with its last open task."""

    def make(_key: UUID, _case: Case) -> CompleteTask:
        return CompleteTask(plan=plan, task=task, at=body.at, by=context.unit)

    return perform(context, case, body, make, "task-completion")
