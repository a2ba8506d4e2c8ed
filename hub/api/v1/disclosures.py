"""Disclosures (videregivelse): made or refused, corrected, told to the citizen."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import ActBody, Body, CarriedBody, Items, SomeWords, Words
from hub.api.route import RecordingRoute
from hub.api.schemas.codes import DisclosureAct, FollowKind
from hub.api.v1.acts import PassingBody
from hub.api.v1.perform import items, perform
from hub.domain.case import Case
from hub.domain.disclosure import CorrectDisclosure, Disclose, InformCitizen
from hub.domain.message import Following

router = APIRouter(prefix="/v1/cases/{case}/disclosures", route_class=RecordingRoute, tags=["disclosures"])
MessageText = Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]{1,64}$", description="its MessageHeader.id")]


class FollowsBody(Body):
    """The CareCommunication on the case that this replies to, or forwards: its `items` then name all it holds."""

    message: MessageText
    how: FollowKind


class DisclosureBody(PassingBody):
    """Pass information on, of one's own accord."""

    act: DisclosureAct = DisclosureAct.VIDEREGIVELSE
    follows: FollowsBody | None = Field(None, description="left out: a new message, in a thread of its own")


class CorrectionBody(CarriedBody):
    """What should have been said; both stand."""

    items: Items


class InformedBody(ActBody):
    """The citizen was told what was passed on."""

    how: Words
    reaction: SomeWords = ""


@router.post("", summary="Pass information on")
def disclose_information(context: Context, case: UUID, body: DisclosureBody) -> Response:
    """201 and on its way, or 403 and why; both are recorded."""
    unit = context.unit

    def make(key: UUID, _case: Case) -> Disclose:
        return Disclose(
            disclosure=key,
            at=body.at,
            by=unit,
            passing=body.passing(unit, body.act.value),
            items=items(body.items),
            already_made=body.already_made,
            follows=Following(body.follows.message, body.follows.how.value) if body.follows else None,
        )

    return perform(context, case, body, make, "disclosure", [body.recipient])


@router.post("/{disclosure}/correction", summary="Send the receiver a correction")
def correct_disclosure(context: Context, case: UUID, disclosure: UUID, body: CorrectionBody) -> Response:
    """A new act on the base of the first, judged at its own moment."""

    def make(key: UUID, _case: Case) -> CorrectDisclosure:
        return CorrectDisclosure(
            correction=key,
            disclosure=disclosure,
            at=body.at,
            by=context.unit,
            items=items(body.items),
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "correction")


@router.post("/{act}/citizen-informed", summary="Register that the citizen was told")
def inform_citizen(context: Context, case: UUID, act: UUID, body: InformedBody) -> Response:
    """`act` is any act that passed information on: a disclosure, a concern, an answer, a referral."""

    def make(_key: UUID, _case: Case) -> InformCitizen:
        return InformCitizen(about=act, at=body.at, by=context.unit, how=body.how, reaction=body.reaction)

    return perform(context, case, body, make, "citizen-informed")
