"""Requests for information (anmodning om oplysninger): asked, clarified, answered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import (
    MAX_LIST,
    Body,
    CarriedBody,
    Code,
    Codes,
    Day,
    EanNumber,
    Flag,
    ItemBody,
    SomeWords,
    UnitName,
    Words,
)
from hub.api.route import RecordingRoute
from hub.api.v1.acts import Basis, FlagsBody, SubjectBody
from hub.api.v1.perform import items, perform
from hub.domain.case import Case
from hub.domain.request.events import AnswerRequest, AskClarification, AskInformation, Declined, Form, GiveClarification
from hub.law.facts import Flags

router = APIRouter(
    prefix="/v1/cases/{case}/information-requests", route_class=RecordingRoute, tags=["information-requests"]
)
_TERM = r"^P(\d{1,3}Y)?(\d{1,3}M)?(\d{1,3}W)?(\d{1,4}D)?$"


class RequestBody(CarriedBody):
    """The request form of the agreement (bilag 3), field by field."""

    recipient: UnitName
    basis: Basis = Field(examples=["RSL-11c-1-1"])
    consent: Flag = Field(description="ja: the authority holds her consent (§ 11 a); nej: obtained under § 11 c")
    consent_by: Code | None = Field(None, description="who gave that consent; left out: the subject")
    consent_given_at: Day | None = None
    consent_term: Annotated[str, Field(pattern=_TERM)] | None = Field(None, description="ISO 8601 duration, e.g. P6M")
    case_type: Code = Field(examples=["BL-26"])
    case_open: Flag = True
    case_closed_at: Day | None = None
    purpose: Code
    subject: SubjectBody
    investigated: Codes = ()
    reason: Words
    requested: Codes = Field(description="the items asked for")
    agreements_at_birth: SomeWords = ""
    contraception: SomeWords = ""
    ean: EanNumber | None = None
    contact: SomeWords = ""
    answer_by: Day | None = None

    def form(self) -> Form:
        """As the domain knows it."""
        return Form(
            reason=self.reason,
            case_type=self.case_type,
            purpose=self.purpose,
            items=self.requested,
            consent=self.consent,
            basis=self.basis,
            case_open=self.case_open,
            subject=self.subject.subject(),
            investigated=self.investigated,
            consent_by=self.consent_by,
            consent_given_at=self.consent_given_at,
            consent_term=self.consent_term,
            case_closed_at=self.case_closed_at,
            agreements_at_birth=self.agreements_at_birth,
            contraception=self.contraception,
            ean=self.ean,
            contact=self.contact,
            answer_by=self.answer_by,
        )


class ClarificationBody(CarriedBody):
    """The one who was asked puts a question; the requester says what exactly is wanted.

    Items and days may be named of a vague request too; words are judged as an answer to it would be.
    """

    question: SomeWords = ""
    items: Codes = Field((), description="from the one who was asked: which of the items asked for it is about")
    requested: Codes | None = Field(None, description="from the requester: the items asked for, from now on")
    words: SomeWords = ""
    since: Day | None = Field(None, description="the first day that is, or may be, wanted")
    until: Day | None = Field(None, description="the last day that is, or may be, wanted")


class DeclinedBody(Body):
    """An item that is not answered."""

    category: Code
    reason: Words


class AnswerBody(CarriedBody):
    """Journalised information, only what was asked for."""

    items: Annotated[tuple[ItemBody, ...], Field(max_length=MAX_LIST)] = ()
    declined: Annotated[tuple[DeclinedBody, ...], Field(max_length=MAX_LIST)] = ()
    flags: FlagsBody = Field(default_factory=Flags)


@router.post("", summary="Send the request form")
def request_information(context: Context, case: UUID, body: RequestBody) -> Response:
    """What nobody may answer is refused at once; a vague request goes on, to be clarified."""

    def make(key: UUID, _case: Case) -> AskInformation:
        return AskInformation(
            request=key,
            at=body.at,
            by=context.unit,
            recipient=body.recipient,
            form=body.form(),
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "information-request", [body.recipient])


@router.post("/{asked}/clarification", summary="Ask for, or give, a clarification")
def clarify_request(context: Context, case: UUID, asked: UUID, body: ClarificationBody) -> Response:
    """`requested` answers an open question; without it a question is put."""

    def make(key: UUID, _case: Case) -> AskClarification | GiveClarification:
        unit = context.unit
        if body.requested is not None:
            return GiveClarification(
                clarification=key,
                request=asked,
                at=body.at,
                by=unit,
                items=body.requested,
                words=body.words,
                since=body.since,
                until=body.until,
                already_made=body.already_made,
            )
        return AskClarification(
            clarification=key,
            request=asked,
            at=body.at,
            by=unit,
            question=body.question,
            items=body.items,
            since=body.since,
            until=body.until,
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "clarification")


@router.post("/{asked}/answer", summary="Answer a request")
def answer_request(context: Context, case: UUID, asked: UUID, body: AnswerBody) -> Response:
    """What was not asked for is held back; what is no obligation may be declined, with a reason."""

    def make(key: UUID, _case: Case) -> AnswerRequest:
        return AnswerRequest(
            answer=key,
            request=asked,
            at=body.at,
            by=context.unit,
            role=body.role,
            items=items(body.items),
            declined=tuple(Declined(category=item.category, reason=item.reason) for item in body.declined),
            flags=body.flags,
            already_made=body.already_made,
        )

    return perform(context, case, body, make, "answer")
