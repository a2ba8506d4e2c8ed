"""The case as one unit is shown it: its matters, its events, what is owed."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from hub.api.schemas.act import Answer, DueText, ExplanationAnswer, UnitText
from hub.api.schemas.codes import (
    CaseRelation,
    CaseStatus,
    ConcernStatus,
    ConsentStatus,
    DeliveryOutcome,
    NotifierKind,
    Place,
    PlanStatus,
    ReferralStatus,
    RequestStatus,
)
from hub.domain.correction.events import Fault
from hub.law.hjemmel import DutyCode, Reason

DAY_OR_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}


class FoundCaseAnswer(Answer):
    """A case that this unit may know of, and what tells it apart from another of hers."""

    case: UUID
    version: int
    status: CaseStatus
    due_date: date | None
    known_since: datetime | None = Field(description="the act by which this unit came to know the case")
    known_from: UnitText | None = Field(description="the unit that made that act: this one, when it opened the case")


class CaseSearchAnswer(Answer):
    """None, one or several; the open ones first."""

    cases: list[FoundCaseAnswer]


class ItemAnswer(Answer):
    """One piece of information, as it was passed on."""

    category: str
    text: str
    attachment: str | None = Field(description="the name of the document that came with it")


class RowAnswer(BaseModel):
    """One matter of a case; what follows later is added to it as it happens."""

    id: UUID


class ConsentAnswer(RowAnswer):
    """A consent, or a no, and which unit registered it."""

    status: ConsentStatus
    given_at: datetime | None
    registered_by: UnitText


class RefusalAnswer(RowAnswer):
    """An act of this unit that the law did not permit."""

    at: datetime
    to: UnitText
    act: str
    reason: Reason
    invoked: str | None
    next_step: DutyCode | None
    already_made: bool


class PassedAnswer(RowAnswer):
    """An act that passed information on, as sender and receiver both know it."""

    at: datetime
    sender: UnitText = Field(alias="from")
    to: UnitText
    basis: str | None
    citation: str | None
    items: list[ItemAnswer]
    already_made: bool


class CorrectionAnswer(PassedAnswer):
    """What an act should have said."""

    corrects: UUID
    wrong: list[str] = Field(description="fields by name, items by place; none for the whole act")
    words: str


class RetractedActAnswer(Answer):
    """An act that must not be relied on, or points of it."""

    act: UUID
    kind: str = Field(examples=["concern-reported"])
    at: datetime
    wrong: list[str] = Field(description="fields by name, items by place; none for the whole act")


class RetractionAnswer(RowAnswer):
    """A receiver was told that what it got was wrong; the rows of the acts say so, too (`retracted_at`)."""

    at: datetime
    sender: UnitText = Field(alias="from")
    to: UnitText
    fault: Fault
    acts: list[RetractedActAnswer]


class ReferralAnswer(PassedAnswer):
    """A referral and how it goes."""

    status: ReferralStatus
    reason: str
    first_contact_due: date | None


class NotifierAnswer(BaseModel):
    """Who made an underretning from outside the hub, as far as that was told."""

    kind: NotifierKind


class ConcernAnswer(PassedAnswer):
    """An underretning and what has followed; `notifier` of one that came in from outside the hub."""

    status: ConcernStatus
    due: DueText
    notifier: NotifierAnswer | None = None


class InformationRequestAnswer(RowAnswer):
    """A request for information and its answer."""

    at: datetime
    sender: UnitText = Field(alias="from")
    to: UnitText
    status: RequestStatus
    items: list[str]
    basis: str | None
    answer_by: date | None


class DeliveredAnswer(RowAnswer):
    """What became of a letter of this unit."""

    act: UUID
    to: UnitText
    at: datetime
    how: str
    status: DeliveryOutcome


class TaskAnswer(Answer):
    """One task of a plan, by its number in it."""

    task: int
    what: str
    responsible: UnitText
    due: date | None
    done_at: datetime | None


class PlanAnswer(RowAnswer):
    """A plan of this unit, agreed with the woman; tasks that a revision replaced are left out."""

    at: datetime
    title: str
    agreed_with_citizen_at: datetime
    review_on: date | None
    status: PlanStatus
    tasks: list[TaskAnswer]


class ReceivedAnswer(RowAnswer):
    """A MedCom message that this unit sent or got; whole at `GET /v1/cases/{case}/messages/{message}`."""

    message: str
    at: datetime
    sender: UnitText = Field(alias="from")
    to: UnitText
    activity: str = Field(description="MedCom's code")
    follows: str | None = Field(description="the message that it answers, forwards, corrects or cancels")


class CareMessageAnswer(ReceivedAnswer):
    """A CareCommunication."""

    category: str
    topic: str | None
    thread: str
    payloads: int
    attachments: int


class HospitalNotificationAnswer(ReceivedAnswer):
    """A HospitalNotification, as it was sent; a later one may correct or cancel it."""

    kind: str = Field(description="the class of the stay: IMP, EMER")
    status: str
    began: datetime
    ended: datetime | None
    leave_from: datetime | None
    leave_until: datetime | None
    deceased: bool
    report_wanted: bool


class PartyAnswer(Answer):
    """A unit that takes part."""

    unit: UnitText
    joined_at: datetime


class PersonAnswer(Answer):
    """The woman, as this unit knows her."""

    cpr: str | None
    replacement_number: str | None = Field(description="an X-eCPR")
    foreign_number: str | None = Field(description="issuer and number: SE|19890511-TEST")
    birth_date: date | None = Field(description="as stated, for a woman without a CPR number")
    name: str
    address: str | None
    protected: bool = Field(description="her name and address are protected (CPR-loven § 28)")


class ElsewhereAnswer(Answer):
    """Where she lives outside the directory."""

    where: Place
    name: str | None


class ChildAnswer(Answer):
    """A child that this unit registered."""

    child: int = Field(ge=1, description="its number among those that this unit registered")
    born_at: datetime
    cpr: str | None
    stillborn: bool


class CaseAnswer(BaseModel):
    """The case as this unit knows it. Of the frame only what it stated or was told is there."""

    case: UUID
    version: int
    status: CaseStatus | None = None
    relation: CaseRelation | None = Field(None, description="what this unit stated that it has to do with her")
    citizen: PersonAnswer | None = None
    due_date: date | None = None
    municipality: str | None = None
    elsewhere: ElsewhereAnswer | None = None
    care_level: int | None = Field(None, ge=1, le=4)
    children: list[ChildAnswer] = []
    pregnancy_ended_at: datetime | None = None
    died_on: date | None = None
    parties: list[PartyAnswer]
    consents: list[ConsentAnswer]
    referrals: list[ReferralAnswer]
    information_requests: list[InformationRequestAnswer]
    disclosures: list[PassedAnswer]
    corrections: list[CorrectionAnswer]
    retractions: list[RetractionAnswer]
    refusals: list[RefusalAnswer]
    concerns: list[ConcernAnswer]
    plans: list[PlanAnswer]
    messages: list[CareMessageAnswer]
    hospital_notifications: list[HospitalNotificationAnswer]
    deliveries: list[DeliveredAnswer]


class EventAnswer(Answer):
    """One event: its stored name, and what this unit may see of it."""

    name: str = Field(examples=["disclosure-made.v1"])
    version: int
    recorded_at: datetime
    event: dict[str, Any]


class EventsAnswer(Answer):
    """The events that this unit may see, in the order they were recorded."""

    case: UUID
    version: int
    events: list[EventAnswer]


class ObligationAnswer(Answer):
    """One duty of one act."""

    act: UUID
    duty: DutyCode
    owed_by: UnitText
    owed_to: UnitText
    since: datetime
    due: Annotated[datetime | date, WithJsonSchema(DAY_OR_MOMENT)] | None
    fulfilled_at: datetime | None
    lapsed_at: datetime | None = Field(description="when it fell away: the unit that owed it knows that she has died")
    overdue: bool
    text: ExplanationAnswer


class ObligationsAnswer(Answer):
    """What is owed, overdue first."""

    case: UUID
    version: int
    obligations: list[ObligationAnswer]
