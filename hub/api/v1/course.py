"""The course of a case: who takes part, the move, the level of care, and its end for whoever closes it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import (
    ActBody,
    Code,
    CprNumber,
    Day,
    Flag,
    ForeignNumberBody,
    Name,
    ReplacementText,
    UnitName,
    Words,
)
from hub.api.route import RecordingRoute
from hub.api.v1.births import TakenBackBody
from hub.api.v1.home import ElsewhereBody, home
from hub.api.v1.perform import perform
from hub.domain.course import death
from hub.domain.course import events as course
from hub.domain.course.citizen import EndAddressProtection, IdentifyCitizen, ProtectAddress
from hub.errors import Unreadable

router = APIRouter(prefix="/v1/cases/{case}", route_class=RecordingRoute, tags=["cases"])


class PartyBody(ActBody):
    """A party of the case. Naming another unit tells that unit nothing."""

    unit: UnitName


class IdentificationBody(ActBody):
    """What she is known by from here on, besides what she was known by before."""

    cpr: CprNumber | None = None
    replacement_number: ReplacementText | None = None
    foreign_number: ForeignNumberBody | None = None
    birth_date: Day | None = None


class MunicipalityBody(ActBody):
    """A move: the directory's key of the new municipality, or where else she lives now."""

    municipality: Code | None = Field(None, description="the directory's key", examples=["odense"])
    elsewhere: ElsewhereBody | None = None


class DeathBody(ActBody):
    """She has died."""

    died_on: Day


class AddressProtectionBody(ActBody):
    """Name and address protection."""

    protected: Flag = Field(description="true: they are protected, as this unit knows; false: no longer")


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


@router.post("/identification", summary="Link a number of hers with the case")
def add_identification(context: Context, case: UUID, body: IdentificationBody) -> Response:
    """Her CPR number has come, or another. She is found by it from now on, and by what she was known by before.

    Who knows her by what before stays as told: a receiver learns the number with the next letter of this unit.
    """

    def make(_key: UUID, _case: object) -> IdentifyCitizen:
        return IdentifyCitizen(
            at=body.at,
            by=context.unit,
            cpr=body.cpr,
            replacement=body.replacement_number,
            foreign=body.foreign_number.foreign if body.foreign_number else None,
            born=body.birth_date,
        )

    return perform(context, case, body, make, "identification")


@router.post("/municipality", summary="Register a move")
def change_municipality(context: Context, case: UUID, body: MunicipalityBody) -> Response:
    """A consent that names the old municipality does not reach the new one.

    A move is recorded whatever the directory holds: letters to the municipality that she left stop.
    """

    def make(_key: UUID, _case: object) -> course.ChangeMunicipality:
        to = home(context, body.municipality, body.elsewhere)
        if to is None:
            raise Unreadable("the directory's key of a municipality, or elsewhere", field="municipality")
        return course.ChangeMunicipality(to=to, at=body.at, by=context.unit)

    return perform(context, case, body, make, "municipality")


@router.post("/death", summary="Register that she has died")
def register_death(context: Context, case: UUID, body: DeathBody) -> Response:
    """By a hospital, a doctor or a municipality. What was to be said to her is owed no more.

    A letter that speaks of her and has not left waits for its sender; an underretning, a receipt, and what is about a
    child go. Another day puts an earlier one right.
    """

    def make(_key: UUID, _case: object) -> death.RegisterDeath:
        return death.RegisterDeath(died_on=body.died_on, at=body.at, by=context.unit)

    return perform(context, case, body, make, "death")


@router.post("/death/withdrawal", summary="Take back a death registered by mistake")
def withdraw_death(context: Context, case: UUID, body: TakenBackBody) -> Response:
    """She lives. What this unit owes her is owed again; a letter that was stopped is sent anew by its sender."""

    def make(_key: UUID, _case: object) -> death.TakeBackDeath:
        return death.TakeBackDeath(reason=body.reason, at=body.at, by=context.unit)

    return perform(context, case, body, make, "death-withdrawal")


@router.post("/address-protection", summary="State that her name and address are protected, or no longer")
def set_address_protection(context: Context, case: UUID, body: AddressProtectionBody) -> Response:
    """CPR-loven § 28. It goes along with every letter of this unit; a protected address goes to authorities only."""

    def make(_key: UUID, _case: object) -> ProtectAddress | EndAddressProtection:
        stated = ProtectAddress if body.protected else EndAddressProtection
        return stated(at=body.at, by=context.unit)

    return perform(context, case, body, make, "address-protection")


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
