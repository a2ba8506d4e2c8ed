"""Notification of concern for a child, born or unborn (underretning).

The duty and its clocks are the statute's (hub.law.barnets_lov); this module remembers who reported what, and what the
municipality has answered: assessment within 24 hours, receipt within 6 hverdage, feedback to a professional. One that
came in from outside the hub (hub.domain.notifier) is answered on paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.domain.backdating import precedes
from hub.domain.consent import Consents
from hub.domain.disclosure import DisclosureRefused, Passing, granted, judge, refusal, require_another
from hub.domain.notifier import (
    ANONYMOUS,
    OUTSIDE,
    PROFESSIONAL,
    Account,
    ConcernReceived,
    Notifier,
    RegisterConcern,
    register,
)
from hub.domain.ruling import Ruling
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.law.catalogue import basis
from hub.law.facts import Flags, Subject
from hub.vocabulary.information import Citizen, Item
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

PROFESSIONALS = ("hospital", "gp", "kommune")  # kinds whose staff notify as professionals (rule R33)
RECEIPT = "kvittering"
RECEIPT_BASES = ("BL-KVIT", "SEL-155b-1")  # barnets lov, and serviceloven before it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConcern:
    """Notify the municipality."""

    concern: UUID
    at: datetime
    by: Unit
    passing: Passing
    account: Account
    items: tuple[Item, ...]
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessConcern:
    """The municipality has assessed whether there is an acute need."""

    concern: UUID
    at: datetime
    by: Unit
    acute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveReceipt:
    """The municipality confirms to the notifier that the underretning arrived."""

    receipt: UUID
    concern: UUID
    at: datetime
    by: Unit
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback:
    """The municipality tells the notifier whether an investigation or a measure was started."""

    feedback: UUID
    concern: UUID
    at: datetime
    by: Unit
    items: tuple[Item, ...]
    special_regard: bool = False
    essential_for_support: bool = False
    already_made: bool = False


ConcernCommand = ReportConcern | RegisterConcern | AssessConcern | GiveReceipt | GiveFeedback


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernReported:
    """An underretning was made."""

    concern: UUID
    at: datetime
    by: Unit
    recipient: Unit
    account: Account
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The concern."""
        return self.concern


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernAssessed:
    """The municipality has assessed the acute need."""

    concern: UUID
    at: datetime
    by: Unit
    acute: bool

    @property
    def known_as(self) -> UUID:
        """The concern."""
        return self.concern


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernReceiptGiven:
    """The municipality has confirmed to the notifier that the underretning arrived."""

    receipt: UUID
    concern: UUID
    at: datetime
    by: Unit
    recipient: Unit
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The receipt."""
        return self.receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernFeedbackGiven:
    """The municipality has told the notifier what was started."""

    feedback: UUID
    concern: UUID
    at: datetime
    by: Unit
    recipient: Unit
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The feedback."""
        return self.feedback


ConcernEvent = ConcernReported | ConcernReceived | ConcernAssessed | ConcernReceiptGiven | ConcernFeedbackGiven


@dataclass(frozen=True, slots=True)
class Concern:
    """One underretning as it stands; `outside` is who made it, when that is no unit of the hub."""

    concern: UUID
    notifier: Unit
    recipient: Unit
    subject: Subject
    reported_at: datetime
    assessed: datetime | None = None
    acute: bool | None = None
    receipt_given: datetime | None = None
    outside: Notifier | None = None

    @property
    def is_professional(self) -> bool:
        """Is its notifier told what was started, too (rule R33)?"""
        return self.notifier.kind in PROFESSIONALS if self.outside is None else self.outside.kind == PROFESSIONAL

    def require_answerable(self) -> None:
        """`Contradiction` for an anonymous notifier: nobody knows whom to answer, and nobody is to find out."""
        if self.outside is not None and self.outside.kind == ANONYMOUS:
            raise Contradiction("an anonymous notifier is answered nothing", code="notifier-anonymous")


@dataclass(frozen=True, slots=True)
class Concerns:
    """Every underretning of a case."""

    by_id: Mapping[UUID, Concern] = field(default_factory=dict)

    def received_by(self, concern: UUID, unit: Unit, at: datetime) -> Concern:
        """The underretning, if this unit received it; what is done about it at `at` cannot lie before it."""
        standing = self.by_id.get(concern)
        if standing is None or standing.recipient != unit:
            raise NotFound("no such underretning to this unit on this case")
        if precedes(at, standing.reported_at):
            raise Contradiction("this would lie before the underretning", code="concern-order", field="at")
        return standing


def decide(
    concerns: Concerns, command: ConcernCommand, citizen: Citizen, consents: Consents
) -> tuple[ConcernEvent | DisclosureRefused, ...]:
    """What the command adds to the record."""
    match command:
        case ReportConcern():
            return (_report(command, citizen, consents),)
        case RegisterConcern():
            return (register(command),)
        case AssessConcern(concern=key, at=at, by=by, acute=acute):
            if concerns.received_by(key, by, at).assessed is not None:
                raise Contradiction("this underretning has been assessed", code="concern-already-assessed")
            return (ConcernAssessed(concern=key, at=at, by=by, acute=acute),)
        case GiveReceipt():
            concern = concerns.received_by(command.concern, command.by, command.at)
            return (_receipt(concern, command, citizen, consents),)
        case GiveFeedback():
            concern = concerns.received_by(command.concern, command.by, command.at)
            return (_feedback(concern, command, citizen, consents),)
        case _:
            assert_never(command)


def evolve(concerns: Concerns, event: ConcernEvent) -> Concerns:
    """The underretninger as they stand after one more event."""
    match event:
        case ConcernReported(concern=key, by=by, recipient=recipient, ruling=ruling, at=at):
            now = Concern(key, by, recipient, ruling.facts.subject, at)
        case ConcernReceived(concern=key, by=by, subject=subject, notifier=notifier, at=at):
            now = Concern(key, OUTSIDE, by, subject, at, outside=notifier)
        case ConcernAssessed(concern=key, at=at, acute=acute):
            now = replace(concerns.by_id[key], assessed=at, acute=acute)
        case ConcernReceiptGiven(concern=key, at=at):
            now = replace(concerns.by_id[key], receipt_given=at)
        case ConcernFeedbackGiven():
            return concerns
        case _:
            assert_never(event)
    return Concerns({**concerns.by_id, now.concern: now})


def handed_on(concerns: Concerns, heir: Heir) -> Concerns:
    """The same, with whoever stands now for those that notified and were notified."""
    return Concerns(
        {
            key: replace(standing, notifier=heir(standing.notifier), recipient=heir(standing.recipient))
            for key, standing in concerns.by_id.items()
        }
    )


def _report(command: ReportConcern, citizen: Citizen, consents: Consents) -> ConcernReported | DisclosureRefused:
    require_another(command.passing.recipient, command.by)
    ruling = judge(command.passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.concern, command.by, command.passing, ruling, already_made=command.already_made)
    return ConcernReported(
        concern=command.concern,
        at=command.at,
        by=command.by,
        recipient=command.passing.recipient,
        account=command.account,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made,
    )


def _answer(concern: Concern, at: datetime, sends: tuple[str, ...], regards: Flags) -> Passing:
    """The receipt and the feedback rest on one provision, cited in the edition of the day."""
    return Passing(
        act="kvittering",
        initiative="discloser",
        discloser=concern.recipient,
        recipient=concern.notifier,
        at=at,
        basis=next(candidate for candidate in RECEIPT_BASES if basis(candidate).edition(local_day(at)) is not None),
        purpose="kvittering",
        categories=sends,
        subject=concern.subject,
        flags=replace(regards, notifier_professional=concern.is_professional),
    )


def _receipt(
    concern: Concern, command: GiveReceipt, citizen: Citizen, consents: Consents
) -> ConcernReceiptGiven | DisclosureRefused:
    concern.require_answerable()
    if concern.receipt_given is not None:
        raise Contradiction("the receipt has been given", code="receipt-already-given")
    passing = _answer(concern, command.at, (RECEIPT,), Flags(special_regard=False))
    ruling = judge(passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.receipt, command.by, passing, ruling, already_made=command.already_made)
    return ConcernReceiptGiven(
        receipt=command.receipt,
        concern=concern.concern,
        at=command.at,
        by=command.by,
        recipient=concern.notifier,
        ruling=ruling,
        already_made=command.already_made or concern.outside is not None,  # on paper, which the hub does not carry
    )


def _feedback(
    concern: Concern, command: GiveFeedback, citizen: Citizen, consents: Consents
) -> ConcernFeedbackGiven | DisclosureRefused:
    concern.require_answerable()
    sends = tuple(dict.fromkeys(item.category for item in command.items))
    essential = command.essential_for_support or None
    regards = Flags(special_regard=command.special_regard, essential_for_support=essential)
    passing = _answer(concern, command.at, sends, regards)
    ruling = judge(passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.feedback, command.by, passing, ruling, already_made=command.already_made)
    return ConcernFeedbackGiven(
        feedback=command.feedback,
        concern=concern.concern,
        at=command.at,
        by=command.by,
        recipient=concern.notifier,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made or concern.outside is not None,
    )
