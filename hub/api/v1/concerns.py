"""Underretninger: reported, assessed, received, answered."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import ActBody, CarriedBody, Code, Flag, Items, SomeWords, Words
from hub.api.route import RecordingRoute
from hub.api.v1.acts import NotificationBody, PassingBody
from hub.api.v1.perform import items, perform
from hub.domain.case import Case
from hub.domain.concern import Account, AssessConcern, GiveFeedback, GiveReceipt, ReportConcern

router = APIRouter(prefix="/v1/cases/{case}/concerns", route_class=RecordingRoute, tags=["concerns"])


class ConcernBody(PassingBody):
    """An underretning, with what the agreement says it should hold."""

    purpose: Code = "underretning"
    notification: NotificationBody
    occasion: Words
    seen_and_heard: Words
    family_situation: SomeWords = ""
    since: SomeWords = ""
    parents_reaction: SomeWords = ""
    balancing: SomeWords = ""

    def account(self) -> Account:
        """As the domain knows it."""
        return Account(
            occasion=self.occasion,
            seen_and_heard=self.seen_and_heard,
            family_situation=self.family_situation,
            since=self.since,
            parents_reaction=self.parents_reaction,
            balancing=self.balancing,
        )


class AssessmentBody(ActBody):
    """Is there an acute need?"""

    acute: Flag


class FeedbackBody(CarriedBody):
    """Whether an investigation or a measure was started; more is beyond what may be told."""

    items: Items
    special_regard: Flag = False
    essential_for_support: Flag = Field(
        False, description="type and length of support are essential for the support the notifier gives the child"
    )


@router.post("", summary="Make an underretning")
def report_concern(context: Context, case: UUID, body: ConcernBody) -> Response:
    """Never blocked for want of consent; what is then owed stands in the answer."""
    unit = context.unit

    def make(key: UUID, _case: Case) -> ReportConcern:
        return ReportConcern(
            concern=key,
            at=body.at,
            by=unit,
            passing=body.passing(unit, "underretning", body.notification.notification()),
            account=body.account(),
            items=items(body.items),
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "concern", [body.recipient])


@router.post("/{concern}/assessment", summary="Register the assessment of acute need")
def assess_concern(context: Context, case: UUID, concern: UUID, body: AssessmentBody) -> Response:
    """Within 24 hours of receipt."""

    def make(_key: UUID, _case: Case) -> AssessConcern:
        return AssessConcern(concern=concern, at=body.at, by=context.unit, acute=body.acute)

    return perform(context, case, body, make, "assessment")


@router.post("/{concern}/receipt", summary="Confirm receipt to the notifier")
def acknowledge_concern(context: Context, case: UUID, concern: UUID, body: CarriedBody) -> Response:
    """Within six hverdage."""

    def make(key: UUID, _case: Case) -> GiveReceipt:
        return GiveReceipt(receipt=key, concern=concern, at=body.at, by=context.unit, already_made=body.already_made)

    return perform(context, case, body, make, "receipt")


@router.post("/{concern}/feedback", summary="Tell the notifier what was started")
def give_feedback(context: Context, case: UUID, concern: UUID, body: FeedbackBody) -> Response:
    """A professional learns whether an investigation or a measure was started (category sag_aabnet)."""

    def make(key: UUID, _case: Case) -> GiveFeedback:
        return GiveFeedback(
            feedback=key,
            concern=concern,
            at=body.at,
            by=context.unit,
            items=items(body.items),
            special_regard=body.special_regard,
            essential_for_support=body.essential_for_support,
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "feedback")
