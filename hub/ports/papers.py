"""Paper that is not a letter of one act: for her to sign, to remind, to account."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from hub.ports.directory import Address
from hub.vocabulary.information import Citizen, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentForm:
    """A consent to print and to sign: form 4.0 to obtain, 4.1 for a network meeting, 4.2 to pass on.

    `owner` is the unit that hands it out and is given the consent. No box is ticked beforehand: that is hers to do.
    What is left out becomes a line to write on.
    """

    number: str
    owner: Address
    on: date
    citizen: Citizen | None = None
    others: tuple[Address, ...] = ()
    categories: tuple[str, ...] = ()
    purpose: str | None = None
    meeting_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A letter that an answer is missing: to what (the act's stored name), what is owed, and when it was due."""

    sender: Address
    recipient: Address
    citizen: Citizen
    on: date
    act: UUID
    name: str
    sent_on: date
    owed: str
    due: datetime | date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierReply:
    """A receipt or feedback on paper, to a notifier who is no unit. Codes are the law catalogue's.

    It says nothing of the woman, not even her name: the notifier knows whom the underretning was about, and whoever
    else opens the letter does not.
    """

    sender: Address
    to: str
    contact: str
    on: date
    act: UUID
    received_on: date
    professional: bool
    basis: str | None
    citation: str | None
    items: tuple[Item, ...] = ()
    is_receipt: bool = True
    person: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One act by which somebody was told of her, or asked. Codes are the law catalogue's; the printer has the words.

    `arrived` is what became of the letter: arrived, underway, held, failed, or told for an act that was made elsewhere.
    """

    at: datetime
    name: str
    sender: Address
    recipient: Address
    categories: tuple[str, ...] = ()
    purpose: str | None = None
    basis: str | None = None
    citation: str | None = None
    consents: tuple[datetime, ...] = ()
    informed_at: datetime | None = None
    informed_how: str = ""
    arrived: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A consent of hers as it stands, as `registered_by` has it. On `lapses_on` it carries nothing more."""

    given_at: datetime
    registered_by: Address
    direction: str
    disclosers: tuple[Address, ...]
    recipients: tuple[Address, ...]
    categories: tuple[str, ...]
    lapses_on: date | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingAccount:
    """What was told about her, to whom and why, in the order it happened. What was refused is counted, never listed."""

    citizen: Citizen
    on: date
    shared: tuple[Shared, ...]
    agreed: tuple[Agreed, ...] = ()
    refused: int = 0


class Printer(Protocol):
    """Paper that is not a letter of one act: for her to sign, to remind, to account."""

    def consent_form(self, form: ConsentForm) -> bytes:
        """A PDF/A in Danish; the same form gives the same bytes."""
        ...

    def reminder(self, reminder: Reminder) -> bytes:
        """A PDF/A in Danish; the same reminder gives the same bytes."""
        ...

    def reply(self, reply: NotifierReply) -> bytes:
        """A PDF/A in Danish; the same reply gives the same bytes."""
        ...

    def account(self, account: SharingAccount) -> bytes:
        """A PDF/A in plain Danish; the same account gives the same bytes."""
        ...
