"""The course of a case: who takes part, the move, the birth, the level of care, and its end for whoever closes it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import ActBody, Body, Code, CprNumber, Day, Moment, Name, UnitName, Words
from hub.api.route import RecordingRoute
from hub.api.v1.perform import municipality_entered, perform
from hub.domain.course import events as course

router = APIRouter(prefix="/v1/cases/{case}", route_class=RecordingRoute, tags=["cases"])


class PartyBody(ActBody):
    """A party of the case. Naming another unit tells that unit nothing."""

    unit: UnitName


class ChildBody(Body):
    """A newborn."""

    born_at: Moment
    cpr: CprNumber | None = None


class BirthBody(ActBody):
    """The birth."""

    children: Annotated[tuple[ChildBody, ...], Field(min_length=1, max_length=8)]


class MunicipalityBody(ActBody):
    """A move: the directory's key of the new municipality."""

    municipality: Code


class DueDateBody(ActBody):
    """When the child is expected."""

    due_date: Day


class CareLevelBody(ActBody):
    """The level of care."""

    level: Annotated[int, Field(ge=1, le=4, strict=True)]


class PersonBody(ActBody):
    """A person at this unit."""

    name: Name


class ReasonBody(ActBody):
    """Why."""

    reason: Words


@router.post("/parties", summary="Name a party")
def add_party(context: Context, case: UUID, body: PartyBody) -> Response:
    """A unit that names itself joins; a unit named by another learns nothing by it."""

    def make(_key: UUID, _case: object) -> course.JoinParty:
        return course.JoinParty(unit=body.unit, at=body.at, by=context.unit)

    return perform(context, case, body, make, "party", [body.unit])


@router.post("/birth", summary="Register the birth")
def register_birth(context: Context, case: UUID, body: BirthBody) -> Response:
    """From here on a newborn is a subject of its own."""

    def make(_key: UUID, _case: object) -> course.RegisterBirth:
        children = tuple(course.Child(child.born_at, child.cpr) for child in body.children)
        return course.RegisterBirth(children=children, at=body.at, by=context.unit)

    return perform(context, case, body, make, "birth")


@router.post("/pregnancy-end", summary="Register a pregnancy's end without birth")
def end_pregnancy(context: Context, case: UUID, body: ActBody) -> Response:
    """The pregnancy ended without a live birth."""
    return perform(
        context, case, body, lambda _key, _case: course.EndPregnancy(at=body.at, by=context.unit), "pregnancy-end"
    )


@router.post("/municipality", summary="Register a move")
def change_municipality(context: Context, case: UUID, body: MunicipalityBody) -> Response:
    """A consent that names the old municipality does not reach the new one."""

    def make(_key: UUID, _case: object) -> course.ChangeMunicipality:
        municipality_entered(context, body.municipality)
        return course.ChangeMunicipality(to=body.municipality, at=body.at, by=context.unit)

    return perform(context, case, body, make, "municipality")


@router.post("/due-date", summary="Set the due date")
def set_due_date(context: Context, case: UUID, body: DueDateBody) -> Response:
    """When the child is expected."""

    def make(_key: UUID, _case: object) -> course.SetDueDate:
        return course.SetDueDate(due_date=body.due_date, at=body.at, by=context.unit)

    return perform(context, case, body, make, "due-date")


@router.post("/care-level", summary="Assign the level of care")
def assign_care_level(context: Context, case: UUID, body: CareLevelBody) -> Response:
    """Niveau 1 to 4."""

    def make(_key: UUID, _case: object) -> course.AssignCareLevel:
        return course.AssignCareLevel(level=body.level, at=body.at, by=context.unit)

    return perform(context, case, body, make, "care-level")


@router.post("/coordinator", summary="Appoint the coordinator")
def appoint_coordinator(context: Context, case: UUID, body: PersonBody) -> Response:
    """Who holds the threads."""

    def make(_key: UUID, _case: object) -> course.AppointCoordinator:
        return course.AppointCoordinator(person=body.name, at=body.at, by=context.unit)

    return perform(context, case, body, make, "coordinator")


@router.post("/contact-person", summary="Assign the contact person")
def assign_contact_person(context: Context, case: UUID, body: PersonBody) -> Response:
    """Whom the woman calls at this unit."""

    def make(_key: UUID, _case: object) -> course.AssignContactPerson:
        return course.AssignContactPerson(person=body.name, at=body.at, by=context.unit)

    return perform(context, case, body, make, "contact-person")


@router.post("/closure", summary="Close the case for this unit")
def close_case(context: Context, case: UUID, body: ReasonBody) -> Response:
    """The child is followed up, or the case ends for another reason: for this unit, and for no other.

    Once it has also said that the pregnancy is over, the next opening by anybody new begins another case.
    """

    def make(_key: UUID, _case: object) -> course.CloseCase:
        return course.CloseCase(reason=body.reason, at=body.at, by=context.unit)

    return perform(context, case, body, make, "closure")


@router.post("/reopening", summary="Reopen the case for this unit")
def reopen_case(context: Context, case: UUID, body: ReasonBody) -> Response:
    """For this unit, the case goes on after all."""

    def make(_key: UUID, _case: object) -> course.ReopenCase:
        return course.ReopenCase(reason=body.reason, at=body.at, by=context.unit)

    return perform(context, case, body, make, "reopening")
