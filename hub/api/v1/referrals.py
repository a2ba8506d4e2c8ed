"""Referrals (henvisning): sent, accepted or declined, first contact, no-show, completed."""

from uuid import UUID

from fastapi import APIRouter, Response

from hub.api.dependencies import Context
from hub.api.fields import ActBody, Flag, SomeWords, Words
from hub.api.route import RecordingRoute
from hub.api.v1.acts import PassingBody
from hub.api.v1.perform import items, perform
from hub.domain.case import Case
from hub.domain.referral import (
    AcceptReferral,
    CompleteReferral,
    DeclineReferral,
    MakeFirstContact,
    ReportNoShow,
    SendReferral,
)

router = APIRouter(prefix="/v1/cases/{case}/referrals", route_class=RecordingRoute, tags=["referrals"])


class ReferralBody(PassingBody):
    """Refer the woman to another unit."""

    reason: Words


class AcceptanceBody(ActBody):
    """Does the unit take the woman on?"""

    accepted: Flag = True
    reason: SomeWords = ""


@router.post("", summary="Refer the woman")
def send_referral(context: Context, case: UUID, body: ReferralBody) -> Response:
    """A referral passes information on, so it is asked of the law like any other act."""
    unit = context.unit

    def make(key: UUID, _case: Case) -> SendReferral:
        return SendReferral(
            referral=key,
            at=body.at,
            by=unit,
            passing=body.passing(unit, "videregivelse"),
            reason=body.reason,
            items=items(body.items),
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "referral", [body.recipient])


@router.post("/{referral}/acceptance", summary="Accept or decline a referral")
def answer_referral(context: Context, case: UUID, referral: UUID, body: AcceptanceBody) -> Response:
    """Only the unit that received it."""

    def make(_key: UUID, _case: Case) -> AcceptReferral | DeclineReferral:
        if body.accepted:
            return AcceptReferral(referral=referral, at=body.at, by=context.unit)
        return DeclineReferral(referral=referral, at=body.at, by=context.unit, reason=body.reason)

    return perform(context, case, body, make, "acceptance")


@router.post("/{referral}/contact", summary="Register the first contact")
def register_first_contact(context: Context, case: UUID, referral: UUID, body: ActBody) -> Response:
    """The unit has met or reached the woman."""

    def make(_key: UUID, _case: Case) -> MakeFirstContact:
        return MakeFirstContact(referral=referral, at=body.at, by=context.unit)

    return perform(context, case, body, make, "contact")


@router.post("/{referral}/no-show", summary="Register that she did not come")
def report_no_show(context: Context, case: UUID, referral: UUID, body: ActBody) -> Response:
    """The woman did not come."""

    def make(_key: UUID, _case: Case) -> ReportNoShow:
        return ReportNoShow(referral=referral, at=body.at, by=context.unit)

    return perform(context, case, body, make, "no-show")


@router.post("/{referral}/completion", summary="End the course that the referral started")
def complete_referral(context: Context, case: UUID, referral: UUID, body: ActBody) -> Response:
    """The course is over."""

    def make(_key: UUID, _case: Case) -> CompleteReferral:
        return CompleteReferral(referral=referral, at=body.at, by=context.unit)

    return perform(context, case, body, make, "completion")
