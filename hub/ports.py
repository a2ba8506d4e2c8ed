"""What the hub needs from the world. Adapters fulfil these; the hub imports none of them.

Bytes travel through here and nothing else: the PDF inside a mail and the FHIR inside an inbox are handed over by whoever
calls, so that no adapter knows another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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

    `certificates` are the fingerprints (SHA-256, hexadecimal) of the certificates approved for sealing to it; `channel` is
    how it wants its letters, None for whatever it can take.
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
    version: int = 0  # where the act stands in its case: tells apart two acts that are known by one id
    answers: Answered | None = None


class Renderer(Protocol):
    """Letter → PDF for people."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A in Danish with the FHIR message of the same letter inside, byte for byte; same in, same bytes."""
        ...


class Translator(Protocol):
    """Letter → message for systems."""

    def message(self, letter: Letter) -> bytes:
        """A FHIR R4 message bundle as JSON; the same letter gives the same bytes."""
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

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """One parcel to one mailbox; `Undeliverable` if the receiver has none."""
        ...


class Carrier(Protocol):
    """Takes parcels out of the house."""

    name: str

    def carry(self, parcel: Parcel) -> None:
        """Return once the carrier has taken it; `TryAgainLater` or `Undeliverable` (with a code) if it has not."""
        ...


class Clock(Protocol):
    """What time it is. Production takes the machine's; the demo and the tests set theirs."""

    def __call__(self) -> datetime:
        """Now, with zone."""
        ...
