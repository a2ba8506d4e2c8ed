"""Referral (henvisning): sent, accepted or declined, first contact, no-show, completed.

A referral passes information on, so it is asked of the law like any other act. When first contact is due is the
agreement's to say (Familieambulatoriet Plus: seven days).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.domain.backdating import precedes
from hub.domain.consent import Consents
from hub.domain.disclosure import DisclosureRefused, Passing, granted, judge, refusal, require_another
from hub.domain.ruling import Ruling
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.vocabulary.information import Citizen, Item
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReferral:
    """Refer the woman to another unit."""

    referral: UUID
    at: datetime
    by: Unit
    passing: Passing
    reason: str
    items: tuple[Item, ...]
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReferral:
    """The unit takes the woman on."""

    referral: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineReferral:
    """The unit does not take the woman on."""

    referral: UUID
    at: datetime
    by: Unit
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFirstContact:
    """The unit has met or reached the woman."""

    referral: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNoShow:
    """The woman did not come."""

    referral: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteReferral:
    """The course that the referral started is over."""

    referral: UUID
    at: datetime
    by: Unit


ReferralCommand = SendReferral | AcceptReferral | DeclineReferral | MakeFirstContact | ReportNoShow | CompleteReferral


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSent:
    """The woman was referred."""

    referral: UUID
    at: datetime
    by: Unit
    recipient: Unit
    reason: str
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralAccepted:
    """The unit took the woman on."""

    referral: UUID
    at: datetime
    by: Unit

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralDeclined:
    """The unit did not take the woman on, and said why."""

    referral: UUID
    at: datetime
    by: Unit
    reason: str

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactMade:
    """The unit met or reached the woman for the first time."""

    referral: UUID
    at: datetime
    by: Unit

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowReported:
    """The woman did not come."""

    referral: UUID
    at: datetime
    by: Unit

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralCompleted:
    """The course that the referral started is over."""

    referral: UUID
    at: datetime
    by: Unit

    @property
    def known_as(self) -> UUID:
        """The referral."""
        return self.referral


ReferralEvent = (
    ReferralSent | ReferralAccepted | ReferralDeclined | FirstContactMade | NoShowReported | ReferralCompleted
)


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral as it stands. `status` is sent, accepted, declined, in-contact or completed."""

    referral: UUID
    sender: Unit
    recipient: Unit
    sent_at: datetime
    status: str = "sent"


@dataclass(frozen=True, slots=True)
class Referrals:
    """Every referral of a case."""

    by_id: Mapping[UUID, Referral] = field(default_factory=dict)

    def received_by(self, referral: UUID, unit: Unit) -> Referral:
        """The referral, if this unit received it."""
        standing = self.by_id.get(referral)
        if standing is None or standing.recipient != unit:
            raise NotFound("no such referral to this unit on this case")
        return standing


_FOLLOWS = {  # what a referral must stand as before the act
    AcceptReferral: ("sent",),
    DeclineReferral: ("sent",),
    MakeFirstContact: ("sent", "accepted"),
    ReportNoShow: ("sent", "accepted", "in-contact"),
    CompleteReferral: ("accepted", "in-contact"),
}


def decide(
    referrals: Referrals, command: ReferralCommand, citizen: Citizen, consents: Consents
) -> tuple[ReferralEvent | DisclosureRefused, ...]:
    """What the command adds to the record."""
    if isinstance(command, SendReferral):
        return (_send(command, citizen, consents),)
    standing = referrals.received_by(command.referral, command.by)
    if standing.status not in _FOLLOWS[type(command)]:
        raise Contradiction(f"the referral is {standing.status} already", code="referral-state")
    if precedes(command.at, standing.sent_at):
        raise Contradiction("this would lie before the referral was sent", code="referral-order", field="at")
    key, at, by = command.referral, command.at, command.by
    match command:
        case AcceptReferral():
            return (ReferralAccepted(referral=key, at=at, by=by),)
        case DeclineReferral(reason=reason):
            return (ReferralDeclined(referral=key, at=at, by=by, reason=reason),)
        case MakeFirstContact():
            return (FirstContactMade(referral=key, at=at, by=by),)
        case ReportNoShow():
            return (NoShowReported(referral=key, at=at, by=by),)
        case CompleteReferral():
            return (ReferralCompleted(referral=key, at=at, by=by),)
        case _:
            assert_never(command)


def handed_on(referrals: Referrals, heir: Heir) -> Referrals:
    """The same, with whoever stands now for those that sent and received them."""
    return Referrals(
        {
            key: replace(standing, sender=heir(standing.sender), recipient=heir(standing.recipient))
            for key, standing in referrals.by_id.items()
        }
    )


def evolve(referrals: Referrals, event: ReferralEvent) -> Referrals:
    """The referrals as they stand after one more event."""
    match event:
        case ReferralSent(referral=key, by=by, recipient=recipient, at=at):
            now = Referral(key, by, recipient, at)
        case ReferralAccepted(referral=key):
            now = _stands(referrals, key, "accepted")
        case ReferralDeclined(referral=key):
            now = _stands(referrals, key, "declined")
        case FirstContactMade(referral=key):
            now = _stands(referrals, key, "in-contact")
        case NoShowReported():
            return referrals
        case ReferralCompleted(referral=key):
            now = _stands(referrals, key, "completed")
        case _:
            assert_never(event)
    return Referrals({**referrals.by_id, now.referral: now})


def _stands(referrals: Referrals, key: UUID, status: str) -> Referral:
    before = referrals.by_id[key]
    return Referral(before.referral, before.sender, before.recipient, before.sent_at, status)


def _send(command: SendReferral, citizen: Citizen, consents: Consents) -> ReferralSent | DisclosureRefused:
    require_another(command.passing.recipient, command.by)
    ruling = judge(command.passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.referral, command.by, command.passing, ruling, already_made=command.already_made)
    return ReferralSent(
        referral=command.referral,
        at=command.at,
        by=command.by,
        recipient=command.passing.recipient,
        reason=command.reason,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made,
    )
