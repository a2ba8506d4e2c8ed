"""Registers, letters, the directory, the law's provisions, health."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.api.schemas.act import Answer, EditionText, UnitText
from hub.api.schemas.codes import (
    ConsentStood,
    DeliveryStatus,
    LiveStatus,
    MessageActivity,
    ParkedWhy,
    ReadyStatus,
    RegisterOutcome,
    StatementForm,
)
from hub.law.hjemmel import DutyCode, Reason
from hub.law.report import BasisReport


class ConsentThenAnswer(Answer):
    """A consent that an act relied on, as it stood then, and who registered it; `withdrawn_at` as known now."""

    consent: str
    form: StatementForm
    registered_by: UnitText
    given_at: datetime
    lapses_on: date | None
    stood: ConsentStood
    withdrawn_at: datetime | None


class DisclosureEntryAnswer(Answer):
    """One act of the register. The fields that may be missing are the discloser's own."""

    case: UUID
    act: UUID
    kind: str
    outcome: RegisterOutcome
    at: datetime
    recorded_at: datetime
    discloser: UnitText
    recipient: UnitText
    client: str | None = None
    person: str | None
    role: str | None
    purpose: str | None
    invoked: str | None = None
    basis: str | None
    citation: str | None
    edition: EditionText
    gate: str | None
    reason: Reason | None = None
    duties: list[DutyCode]
    categories: list[str]
    withheld: list[str] | None = None
    content_commitment: str | None
    consents: list[ConsentThenAnswer] | None = None
    rule_set: str | None
    contested: bool
    already_made: bool
    citizen_informed_at: datetime | None = None
    citizen_informed_how: str | None = None
    delivery: str | None
    delivery_at: datetime | None


class DisclosureRegisterAnswer(Answer):
    """Who told whom what; `next` goes into `after`.

    `damaged` is how many of the cases on this page are missing, because the record no longer proves what stands there.
    """

    disclosures: list[DisclosureEntryAnswer]
    as_of: datetime | None
    next: UUID | None
    damaged: int


class DeliveryAnswer(Answer):
    """One letter and how it stands."""

    delivery: UUID
    case: UUID
    act: UUID
    name: str
    sender: UnitText
    recipient: UnitText
    recorded_at: datetime
    status: DeliveryStatus
    detail: str | None
    attempts: int
    status_at: datetime


class DeliveriesAnswer(Answer):
    """Newest first."""

    deliveries: list[DeliveryAnswer]


class ParkedMessageAnswer(Answer):
    """A message that waits for a person to place it on a case, by its `id`."""

    id: UUID
    sender: UnitText
    message: str
    kind: MessageActivity
    why: ParkedWhy
    came_at: datetime


class ParkedMessagesAnswer(Answer):
    """Oldest first."""

    messages: list[ParkedMessageAnswer]


class UnitAnswer(Answer):
    """A unit of the directory; its successor stands for it from the day named."""

    unit: UnitText
    organisation: str
    name: str
    successor: UnitText | None
    successor_from: date | None


class UnitsAnswer(Answer):
    """Whom a body may name."""

    units: list[UnitAnswer]


@dataclass(frozen=True)
class BasisAnswer(BasisReport):
    """One provision, with the version of the rule set."""

    rule_set: str


class BasesAnswer(Answer):
    """Every provision the hub applies."""

    rule_set: str
    bases: list[BasisReport]


class LiveAnswer(Answer):
    """The process answers."""

    status: LiveStatus


class ReadyAnswer(Answer):
    """How many events a read model could not take; never how many there are (hub/decisions/0006)."""

    status: ReadyStatus
    parked: int | None = None
