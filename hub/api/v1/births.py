"""Birth and pregnancy's end, each child by itself, and how either is put right.

A child is named by its number among those that the unit registered, from 1: `children` of the case lists them.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import ActBody, Body, CprNumber, Flag, Moment, Words
from hub.api.route import RecordingRoute
from hub.api.v1.perform import perform
from hub.domain.course import amendments
from hub.domain.course import events as course

router = APIRouter(prefix="/v1/cases/{case}", route_class=RecordingRoute, tags=["cases"])
ChildNumber = Annotated[
    int, Path(ge=1, le=99, description="the child's number among those that this unit registered", examples=[1])
]


class ChildBody(Body):
    """A child; a stillborn one was born after 22 weeks without signs of life."""

    born_at: Moment
    cpr: CprNumber | None = None
    stillborn: Flag = False


class BirthBody(ActBody):
    """The birth: every child, or those that are not registered yet."""

    children: Annotated[tuple[ChildBody, ...], Field(min_length=1, max_length=8)]


class ChildNumberBody(ActBody):
    """The CPR number that a child has got."""

    cpr: CprNumber


class ChildCorrectionBody(ActBody):
    """How it was: the child whole, with what was right already."""

    born_at: Moment
    cpr: CprNumber | None = None
    stillborn: Flag = False
    reason: Words


class TakenBackBody(ActBody):
    """Why it was wrong."""

    reason: Words


@router.post("/birth", summary="Register the birth")
def register_birth(context: Context, case: UUID, body: BirthBody) -> Response:
    """From here on a newborn is a subject of its own. A second twin may be registered later: the children add up."""

    def make(_key: UUID, _case: object) -> course.RegisterBirth:
        children = tuple(course.Child(child.born_at, child.cpr, child.stillborn) for child in body.children)
        return course.RegisterBirth(children=children, at=body.at, by=context.unit)

    return perform(context, case, body, make, "birth")


@router.post("/children/{child}/cpr", summary="Register the CPR number that a child has got")
def register_child_cpr(context: Context, case: UUID, child: ChildNumber, body: ChildNumberBody) -> Response:
    """For a child that was registered before it had one."""

    def make(_key: UUID, _case: object) -> amendments.IdentifyChild:
        return amendments.IdentifyChild(child=child, cpr=body.cpr, at=body.at, by=context.unit)

    return perform(context, case, body, make, "child-cpr")


@router.post("/children/{child}/correction", summary="Put a birth right")
def correct_birth(context: Context, case: UUID, child: ChildNumber, body: ChildCorrectionBody) -> Response:
    """A wrong moment or number, or a living child registered as stillborn. What was said before stays on record."""

    def make(_key: UUID, _case: object) -> amendments.CorrectBirth:
        return amendments.CorrectBirth(
            child=child,
            born_at=body.born_at,
            cpr=body.cpr,
            stillborn=body.stillborn,
            reason=body.reason,
            at=body.at,
            by=context.unit,
        )

    return perform(context, case, body, make, "birth-correction")


@router.post("/children/{child}/withdrawal", summary="Take back a child registered by mistake")
def withdraw_birth(context: Context, case: UUID, child: ChildNumber, body: TakenBackBody) -> Response:
    """There is no such child, or it is another woman's. Its number is not used again."""

    def make(_key: UUID, _case: object) -> amendments.TakeBackBirth:
        return amendments.TakeBackBirth(child=child, reason=body.reason, at=body.at, by=context.unit)

    return perform(context, case, body, make, "birth-withdrawal")


@router.post("/pregnancy-end", summary="Register a pregnancy's end without birth")
def end_pregnancy(context: Context, case: UUID, body: ActBody) -> Response:
    """The pregnancy ended without a live birth, or what was left of it when a child had been born."""
    return perform(
        context, case, body, lambda _key, _case: course.EndPregnancy(at=body.at, by=context.unit), "pregnancy-end"
    )


@router.post("/pregnancy-end/withdrawal", summary="Take back a pregnancy's end registered by mistake")
def withdraw_pregnancy_end(context: Context, case: UUID, body: TakenBackBody) -> Response:
    """She is pregnant after all, or it ended at another moment, which may then be stated anew."""

    def make(_key: UUID, _case: object) -> amendments.TakeBackPregnancyEnd:
        return amendments.TakeBackPregnancyEnd(reason=body.reason, at=body.at, by=context.unit)

    return perform(context, case, body, make, "pregnancy-end-withdrawal")
