"""What the intake needs of MedCom: read a message, judge it, and write its Acknowledgement.

Whoever fulfils this knows profiles and code systems; the intake knows units, cases and what came before. The words stay
in the bytes that came.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hub.domain.message import Finding, IncomingEvent, Verdict
from hub.errors import HubError, Unreadable
from hub.vocabulary.identification import Identification
from hub.vocabulary.organisations import Unit

HEADER = "Bundle.entry[0].resource"  # where a message's header stands (FHIR R4 §2.4.2)


class Reply(StrEnum):
    """What an Acknowledgement says (FHIR R4, value set response-code)."""

    OK = "ok"
    FATAL = "fatal-error"
    TRANSIENT = "transient-error"


class IssueCode(StrEnum):
    """The issue codes of HL7 and MedCom that the intake itself answers with; a reader finds faults of many more."""

    BAD_FORMAT = "MSG_BAD_FORMAT"
    DUPLICATE_ID = "MSG_DUPLICATE_ID"
    DATE_FORMAT = "MSG_DATE_FORMAT"
    UNKNOWN_RECEIVER = "MSG_Receiver_Identifier_UNKNOWN"
    UNABLE = "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE"
    OUT_OF_OPERATION = "MSG_Mailbox_Out_Of_Operation"


@dataclass(frozen=True, slots=True)
class Numbers:
    """By which an organisation is looked up in the directory: a SOR id and a GLN."""

    sor: str
    gln: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What an Acknowledgement says: which message it is about, under the ids it quotes, and how that was answered."""

    acknowledges: tuple[str, ...]
    answer: str


class NotAMessage(Unreadable):
    """The bytes are no message that can be answered; `finding` says why."""

    def __init__(self, element: str, rule: str, says: str, code: str = IssueCode.BAD_FORMAT) -> None:
        super().__init__(says, field=element)
        self.finding = Finding(severity="error", code=str(code), element=element, rule=rule, says=says)


class Unanswerable(HubError):
    """The message names no sender, receiver or Provenance that an Acknowledgement could be made of."""


class ReceivedMessage(Protocol):
    """A message as it was read, not judged yet. The ids are empty where the message has none."""

    @property
    def id(self) -> str:
        """MessageHeader.id, by which it is acknowledged."""

    @property
    def envelope_id(self) -> str:
        """Bundle.id, new for every transmission."""

    @property
    def event(self) -> str:
        """Which message it is: a code of MedCom's message events."""

    @property
    def is_acknowledgement(self) -> bool:
        """An Acknowledgement is never acknowledged."""

    @property
    def digest(self) -> bytes:
        """Of what it says, apart from its envelope."""

    @property
    def body(self) -> bytes:
        """The bytes as they came."""

    @property
    def sender(self) -> Numbers | None:
        """None when the sender cannot be made out."""

    @property
    def receiver(self) -> Numbers | None:
        """None when the receiver cannot be made out."""

    @property
    def numbers(self) -> tuple[Identification, ...]:
        """The numbers by which it names the woman, her CPR number first."""

    def told(self, by: Unit, recipient: Unit) -> IncomingEvent:
        """The message as an event between two units; `Unreadable` for a moment that does not exist."""

    def acknowledged(self) -> Acknowledged:
        """What it says, if it is an Acknowledgement."""


class MessageStandard(Protocol):
    """Speaks MedCom's messages."""

    def read(self, content: bytes) -> ReceivedMessage:
        """The cheap look, before anything is validated; `NotAMessage` when it is none."""

    def judge(self, message: ReceivedMessage) -> Verdict:
        """The full validation; `TryAgainLater` when nobody can validate now."""

    def acknowledgement(self, message: ReceivedMessage, verdict: Verdict, at: datetime) -> bytes:
        """The answer to this message; `at` is when the hub took it. `Unanswerable` when its parties are not named."""
