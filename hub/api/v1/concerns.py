"""Underretninger: reported, assessed, received, answered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import (
    MAX_LIST,
    ActBody,
    Body,
    CarriedBody,
    Code,
    Flag,
    ItemBody,
    Items,
    SomeLine,
    SomeWords,
    Words,
)
from hub.api.route import GuardedRoute, PdfBytes, RecordingRoute
from hub.api.schemas.codes import NoticeChannel, NotifierKind, SubjectRole
from hub.api.v1.acts import NotificationBody, PassingBody, SubjectBody
from hub.api.v1.perform import items, perform
from hub.application.visibility import shown
from hub.documents.papers import notifier_reply
from hub.domain.case import Case
from hub.domain.concern import AssessConcern, GiveFeedback, GiveReceipt, ReportConcern
from hub.domain.notifier import Account, Notifier, RegisterConcern
from hub.vocabulary.organisations import Unit

PREFIX, TAG = "/v1/cases/{case}/concerns", "concerns"
router = APIRouter(prefix=PREFIX, route_class=RecordingRoute, tags=[TAG])
papers = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=[TAG])
PRINTED = {"Cache-Control": "no-store", "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}


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


class NotifierBody(Body):
    """Who made it. Nothing is demanded; of an anonymous notifier nothing else may stand here."""

    kind: NotifierKind
    name: SomeLine = ""
    profession: SomeLine = ""
    contact: SomeLine = Field("", description="where a receipt on paper reaches the notifier")

    def notifier(self) -> Notifier:
        """As the domain knows it."""
        return Notifier(kind=self.kind.value, name=self.name, profession=self.profession, contact=self.contact)


class ReceivedConcernBody(ActBody):
    """An underretning that came in from outside the hub; `at` is when it reached the unit, where its clocks begin."""

    notifier: NotifierBody
    channel: NoticeChannel
    subject: SubjectBody = SubjectBody(role=SubjectRole.GRAVID)
    occasion: Words
    seen_and_heard: Words
    family_situation: SomeWords = ""
    since: SomeWords = ""
    parents_reaction: SomeWords = ""
    items: Annotated[tuple[ItemBody, ...], Field(max_length=MAX_LIST)] = ()

    def command(self, key: UUID, unit: Unit) -> RegisterConcern:
        """As the domain knows it."""
        return RegisterConcern(
            concern=key,
            at=self.at,
            by=unit,
            notifier=self.notifier.notifier(),
            channel=self.channel.value,
            subject=self.subject.subject(),
            account=Account(
                occasion=self.occasion,
                seen_and_heard=self.seen_and_heard,
                family_situation=self.family_situation,
                since=self.since,
                parents_reaction=self.parents_reaction,
            ),
            items=items(self.items),
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


@router.post("/received", summary="Register an underretning from outside the hub")
def register_received_concern(context: Context, case: UUID, body: ReceivedConcernBody) -> Response:
    """By telephone, on paper, from anybody: named or anonymous, private or professional. For the familieafdeling."""
    unit = context.unit
    return perform(context, case, body, lambda key, _case: body.command(key, unit), "concern")


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


@papers.get(
    "/{concern}/receipt", response_class=PdfBytes, summary="The receipt on paper, for a notifier who is no unit"
)
def read_receipt(context: Context, case: UUID, concern: UUID) -> Response:
    """For the unit that gave it; nothing in it tells whom the underretning is about. The look is recorded."""
    return _printed(context, case, concern, receipt=True)


@papers.get("/{concern}/feedback", response_class=PdfBytes, summary="The latest feedback on paper, for the same")
def read_feedback(context: Context, case: UUID, concern: UUID) -> Response:
    """As the receipt."""
    return _printed(context, case, concern, receipt=False)


def _printed(context: Context, case: UUID, concern: UUID, *, receipt: bool) -> Response:
    context.handler.cases.known_to(case, context.actor)
    seen = shown(context.handler.cases.history(case), context.unit)
    paper = notifier_reply(
        [event.recorded for event in seen.events], concern, context.services.directory, receipt=receipt
    )
    context.reads.record(case, context.actor, "GET /v1/cases/{case}/concerns", "print", [str(paper.act)])
    return PdfBytes(context.services.printer.reply(paper), headers=PRINTED)


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
