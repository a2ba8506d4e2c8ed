"""MedCom as the intake asks for it: reads a message, judges it, writes its Acknowledgement (hub.ports.intake)."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from adapters.medcom import intake, systems
from adapters.medcom.acknowledgement import acknowledgement
from adapters.medcom.envelope import Envelope, content_digest, opened
from adapters.medcom.message import Message
from adapters.medcom.worker import Validator
from hub.domain.message import IncomingEvent, Verdict
from hub.errors import Unreadable
from hub.ports.intake import Acknowledged, Numbers, ReceivedMessage
from hub.vocabulary.identification import Identification
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class MedComMessage:
    """The ReceivedMessage port. `message` is None when a resource has not the shape of its kind."""

    envelope: Envelope
    message: Message | None = field(repr=False)
    digest: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """MessageHeader.id."""
        return self.envelope.header.id or ""

    @property
    def envelope_id(self) -> str:
        """Bundle.id."""
        return self.envelope.bundle.id or ""

    @property
    def event(self) -> str:
        """A code of `systems.EVENTS`."""
        return self.envelope.event

    @property
    def is_acknowledgement(self) -> bool:
        """By its event code."""
        return self.envelope.event == systems.ACK_EVENT

    @property
    def body(self) -> bytes:
        """The bytes, without a byte order mark."""
        return self.envelope.body

    @property
    def sender(self) -> Numbers | None:
        """The SOR id and GLN of the sender."""
        return intake.numbers(self.message.sender) if self.message else None

    @property
    def receiver(self) -> Numbers | None:
        """The SOR id and GLN of the receiver."""
        return intake.numbers(self.message.receiver) if self.message else None

    @property
    def numbers(self) -> tuple[Identification, ...]:
        """The woman's numbers."""
        return intake.woman_of(self.message) if self.message else ()

    def told(self, by: Unit, recipient: Unit) -> IncomingEvent:
        """The message as an event."""
        return intake.told(self._legible(), by, recipient)

    def acknowledged(self) -> Acknowledged:
        """What it answers."""
        return intake.receipt(self._legible())

    def _legible(self) -> Message:
        if self.message is None:
            raise Unreadable("elements of the types that FHIR R4 gives them", field="Bundle.entry")
        return self.message


class MedComStandard:
    """The MessageStandard port. `base` is the address of the hub's own FHIR door."""

    def __init__(self, validator: Validator, base: str) -> None:
        self._validator, self._base = validator, base

    def read(self, content: bytes) -> MedComMessage:
        """One cheap look, and the digest of what is said; the resources are not validated."""
        envelope = opened(content)
        digest = content_digest(envelope)
        try:
            return MedComMessage(envelope, Message(envelope), digest)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return MedComMessage(envelope, None, digest)

    def judge(self, message: ReceivedMessage) -> Verdict:
        """The full validation, in a process of its own."""
        return self._validator.verdict(message.body)

    def acknowledgement(self, message: ReceivedMessage, verdict: Verdict, at: datetime) -> bytes:
        """Acknowledgement 2.0.3: the same message gets the same bytes."""
        envelope = message.envelope if isinstance(message, MedComMessage) else opened(message.body)
        return acknowledgement(envelope, verdict, at, self._base)
