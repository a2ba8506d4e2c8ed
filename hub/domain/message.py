"""What others send in: MedCom messages, recorded as their sender's acts and shown to the unit they were sent to.

A message that the hub passes from one unit to another is a disclosure, judged on the base that can be presumed of its
parties or that its sender states (hub.domain.presumption, hub/decisions/0009). The bytes that came are kept in a stream
of their own, sealed under the key of the case and never written anew. A message that belongs to no case that its
parties know is parked in a stream of its own until a person places it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from hub.domain.ruling import Ruling
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.vocabulary.identification import ForeignNumber, Identification, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit

NO_CPR_NUMBER = "no-cpr-number"  # why one is parked that names her by no number its sender is on her case by
NO_BASE = "no-base"  # why a message is parked that the law does not let the hub pass on as it came
_NAMESPACE = UUID("b1f4a1f0-2f0b-5d0e-8f66-0d3a6f1c9a42")  # of our own (RFC 9562 §5.5); never changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to tell about a message that came in: the element's path, the rule's id and what it asks for.

    `code` is an issue code of MedCom or HL7. Nothing here repeats what stood in the message.
    """

    severity: str
    code: str
    element: str
    rule: str
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is answered with (`ok`, `fatal-error`, `transient-error`), and why; warnings change no answer."""

    code: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CareMessageReceived:
    """A CareCommunication: new, reply or forward. `at` is when it was sent, `thread` what its replies share.

    `ruling` is what the law said of passing it on; None on what was stored before the hub asked (ADR 0009). `protected`
    says that it labels her as somebody whose name and address are protected (CPR-loven § 28).
    """

    message: str
    at: datetime
    by: Unit
    recipient: Unit
    thread: str
    activity: str
    category: str
    topic: str | None = None
    follows: str | None = None
    episodes: tuple[str, ...] = ()
    payloads: int = 0
    attachments: int = 0
    sha256: str = ""
    ruling: Ruling | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalStayNotified:
    """A HospitalNotification: admission, leave, discharge, death, or the correction or cancelling of one.

    `activity` is MedCom's code, `kind` the class of the stay (IMP or EMER), `status` how the stay stands. `ruling` as
    on a CareCommunication.
    """

    message: str
    at: datetime
    by: Unit
    recipient: Unit
    activity: str
    kind: str
    status: str
    began: datetime
    ended: datetime | None = None
    leave_from: datetime | None = None
    leave_until: datetime | None = None
    deceased: bool = False
    report_wanted: bool = False
    follows: str | None = None
    episodes: tuple[str, ...] = ()
    sha256: str = ""
    protected: bool = False
    ruling: Ruling | None = None


IncomingEvent = CareMessageReceived | HospitalStayNotified


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKept:
    """The bytes of a message exactly as they came; stands in a stream of its own, never in that of the case."""

    message: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeSeen:
    """A Bundle.id came, with this message in it; no other message may come in it again.

    Neither id stands here: the stream is a keyed digest of the sender and the Bundle.id, `message` one of the sender
    and the MessageHeader.id.
    """

    message: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageParked:
    """A message waits for a person to place it; `why` is a code. What it says stands beside it in the same stream.

    One that waits for a base (`NO_BASE`) waits for its sender, and is not its receiver's to know of; `ruling` says why.
    `sender_told` says that its sender was told that it waits; what was parked before that was done was answered `ok`.
    """

    message: str
    at: datetime
    by: Unit
    recipient: Unit
    kind: str
    why: str
    cpr: Cpr | None = None
    ruling: Ruling | None = None
    replacement: ReplacementNumber | None = None
    foreign: ForeignNumber | None = None
    sender_told: bool = False

    @property
    def numbers(self) -> tuple[Identification, ...]:
        """The numbers by which it names the woman."""
        return tuple(number for number in (self.cpr, self.replacement, self.foreign) if number is not None)

    @property
    def waits_for(self) -> Unit:
        """Whose person places it."""
        return self.by if self.why == NO_BASE else self.recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePlaced:
    """A parked message was put on a case; its own key is destroyed with this, for the case's holds the bytes now."""

    at: datetime
    by: Unit
    case: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused:
    """A message came and was not taken: that it came, how large it was, and which rules it broke. None of its words.

    A body that was refused unread has no digest, and the size that was announced for it, if one was.
    """

    message: str | None
    at: datetime
    by: Unit
    size: int | None
    sha256: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementReceived:
    """Another system's answer to one of the hub's messages; `delivery` is what it is about, if the hub knows it."""

    message: str
    at: datetime
    by: Unit
    acknowledges: str
    answer: str
    delivery: UUID | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """That an act goes on from a CareCommunication on its case: as a `reply` to its sender, or as a `forward` of it."""

    message: str
    how: str


@dataclass(frozen=True, slots=True)
class ReceiveMessage:
    """Put a message on the case; one that stands there already adds nothing."""

    event: IncomingEvent


@dataclass(frozen=True, slots=True)
class Incoming:
    """Which messages a case has taken in, the episodes they named, and who wrote each CareCommunication to whom."""

    messages: frozenset[str] = frozenset()
    episodes: frozenset[str] = frozenset()
    letters: Mapping[str, tuple[Unit, Unit]] = field(default_factory=dict)


def decide(incoming: Incoming, command: ReceiveMessage, *, closed: bool) -> tuple[IncomingEvent, ...]:
    """The message as an event of the case; `Contradiction` when the case is closed."""
    if command.event.message in incoming.messages:
        return ()
    if closed:
        raise Contradiction("the case is closed; reopen it first", code="case-closed")
    return (command.event,)


def evolve(incoming: Incoming, event: IncomingEvent) -> Incoming:
    """What the case has taken in, after one more message."""
    letters = incoming.letters
    if isinstance(event, CareMessageReceived):
        letters = {**letters, event.message: (event.by, event.recipient)}
    return replace(
        incoming,
        messages=incoming.messages | {event.message},
        episodes=incoming.episodes.union(event.episodes),
        letters=letters,
    )


def handed_on(incoming: Incoming, heir: Heir) -> Incoming:
    """The same, with whoever stands now for those that wrote and were written to."""
    letters = {message: (heir(by), heir(to)) for message, (by, to) in incoming.letters.items()}
    return replace(incoming, letters=letters)


def require_followed(incoming: Incoming, following: Following, by: Unit, recipient: Unit) -> None:
    """May this unit go on from that message so? `NotFound` for a message that is not its own to go on from."""
    parties = incoming.letters.get(following.message, ())
    if by not in parties:
        raise NotFound("no such message of this unit on this case")
    if following.how == "reply" and parties != (recipient, by):
        raise Contradiction("a reply goes to whoever sent the message", code="not-its-sender", field="recipient")


def kept_in(case: UUID, message: str) -> UUID:
    """The stream that holds the bytes of a message on a case."""
    return uuid5(uuid5(_NAMESPACE, str(case)), message)
