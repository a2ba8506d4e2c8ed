"""What the hub needs from the world. Adapters fulfil these; the hub imports none of them.

Bytes travel through here and nothing else: the PDF inside a mail and the FHIR inside an inbox are handed over by
whoever calls, so that no adapter knows another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from hub.domain.audience import Addressed
from hub.domain.request import Declined
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kle:
    """What a municipality files post under: number in KL's plan of subjects, edition of the plan, name."""

    key: str
    version: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBox:
    """A unit's place in Digital Post: its contact point, which edition of MeMo it reads, and what it routes on."""

    contact_point: str
    memo: str = "1.2"
    routes_on_citizen: bool = False
    kle: Kle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A unit as the directory knows it. Names are for people; `mailbox` is where its letters go, None if it has none.

    `certificates` are the fingerprints (SHA-256, hexadecimal) of the certificates approved for sealing to it; `channel`
    is how it wants its letters, None for whatever it can take.
    """

    unit: Unit
    organisation_name: str
    unit_name: str
    mailbox: str | None = None
    cvr: str | None = None
    sor: str | None = None
    gln: str | None = None
    phone: str | None = None
    pulls: bool = False
    certificates: tuple[str, ...] = ()
    channel: str | None = None
    post_box: PostBox | None = None


class Directory(Protocol):
    """The organisations and units that the hub knows."""

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry, or None for a unit nobody has entered."""
        ...

    def all(self) -> Iterable[Address]:
        """Every entry, ordered by unit."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """The letter that this one answers, by the ids it bore outside the house."""

    message_id: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A CareCommunication as it came, and how a letter goes on from it: `reply` or `forward`."""

    how: str
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One act on its way to one receiver: what every form of the letter (PDF, FHIR) is made from.

    `event` holds only what was granted. A letter never shows what was withheld, nor the facts the law was asked about.
    """

    event: Addressed
    name: str
    recorded_at: datetime
    case: UUID
    act: UUID
    citizen: Citizen
    sender: Address
    recipient: Address
    person: str | None
    role: str | None
    message_id: UUID
    reference: str
    declined: tuple[Declined, ...] = ()
    mark: str = ""  # tells apart two acts that are known by one id (hub.domain.act)
    answers: Answered | None = None
    follows: Followed | None = None


class Renderer(Protocol):
    """Letter → PDF for people."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A in Danish with the FHIR message of the same letter inside, byte for byte; same in, same bytes."""
        ...

    def at_most(self, letter: Letter, fhir: bytes) -> int:
        """So many bytes at most, known before it is rendered."""
        ...


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
    """A consent of hers as it stands. `lapses_on` is the first day on which it carries nothing more."""

    given_at: datetime
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

    def account(self, account: SharingAccount) -> bytes:
        """A PDF/A in plain Danish; the same account gives the same bytes."""
        ...


class Translator(Protocol):
    """Letter → message for systems."""

    def message(self, letter: Letter) -> bytes:
        """A FHIR R4 message bundle as JSON; the same letter gives the same bytes.

        It names the documents that the act brings along, `Binary/<act>.document-<number>`.
        """
        ...

    def document(self, letter: Letter, number: int) -> bytes:
        """One of those documents as a FHIR Binary, for a channel that cannot take it as it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Sealed bytes with what the carrier must know. Nothing here tells anything about a person.

    `content_sha256` is the hash of the clear content that was signed: unlike the sealed bytes it can be made again.
    """

    delivery: UUID
    sender: str
    recipient: str
    body: bytes
    reference: str = ""
    content_sha256: str | None = None


class Packer(Protocol):
    """Letter and its forms → the parcel that leaves."""

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:
        """Raise `Unsendable` when the receiver cannot be reached this way, or forms of these sizes are too large.

        Nothing is made to find out, so it is asked before an act is recorded, and again before it is rendered.
        """
        ...

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes, documents: Mapping[int, bytes] = ...) -> Parcel:
        """One parcel to one mailbox; `Undeliverable` if the receiver has none.

        `documents` are the letter's documents that are no PDF, by number, each as `Translator.document` writes it.
        """
        ...


class Carrier(Protocol):
    """Takes parcels out of the house."""

    name: str

    def carry(self, parcel: Parcel) -> None:
        """Return once the carrier has taken it; `TryAgainLater` or `Undeliverable` (with a code) if it has not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that came back about a letter. It is a claim: what it may change is judged by the letter it quotes.

    `what`: delivered, relayed, delayed, failed, noted, acknowledged, refused. `source` is the SHA-256 of what came in;
    `recipient` the mailbox a delivery report speaks of, `signed_by` the CVR number of whoever signed an answer;
    `channel` is how it came, and a report about a letter comes the way the letter went.
    """

    what: str
    source: str
    reference: str | None = None
    message: UUID | None = None
    recipient: str | None = None
    signed_by: str | None = None
    why: str | None = None
    channel: str = "secure-mail"


class Receipts(Protocol):
    """Where word of letters comes back."""

    def heard(self) -> Iterable[Signal]:
        """What came in and is not done with; the same again until it is."""
        ...

    def done(self, signal: Signal) -> None:
        """It was recorded, or is nothing to record: do not tell of it again."""
        ...


class Clock(Protocol):
    """What time it is. Production takes the machine's; the demo and the tests set theirs."""

    def __call__(self) -> datetime:
        """Now, with zone."""
        ...
