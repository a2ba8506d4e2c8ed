"""One act on its way to one receiver, and the forms it takes: for people, and for systems."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from hub.domain.addressed import Addressed
from hub.domain.request.events import Declined
from hub.ports.directory import Address
from hub.vocabulary.information import Citizen


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
    mark: str = ""  # tells apart two acts that are known by one id (hub.domain.identity)
    answers: Answered | None = None
    follows: Followed | None = None
    died_on: date | None = None  # that she has died, as its sender had stated or been told


class Renderer(Protocol):
    """Letter → PDF for people."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A in Danish with the FHIR message of the same letter inside, byte for byte; same in, same bytes."""
        ...

    def at_most(self, letter: Letter, fhir: bytes) -> int:
        """So many bytes at most, known before it is rendered."""
        ...


class Translator(Protocol):
    """Letter → message for systems."""

    def message(self, letter: Letter) -> bytes:
        """A FHIR R4 message bundle as JSON; the same letter gives the same bytes.

        It names the documents that the act brings along, `Binary/<act>.document-<number>`.
        """
        ...
