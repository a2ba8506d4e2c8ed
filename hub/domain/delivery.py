"""One letter to one receiver: queued, attempted, accepted, received – or held, rejected, abandoned.

Each delivery is a stream of its own in the case's partition, so that retries never make a case command stale. The case
learns the outcome by one event, DeliveryCompleted or DeliveryFailed. Accepted is what a carrier says; received is proof
(event-store.md, "Delivery process manager").
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hub.errors import Contradiction
from hub.vocabulary.organisations import Unit, UnitEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQueued:
    """A letter must leave. The ids that others see are drawn once, here, and repeated on every retry.

    The entries are what the directory said of sender and receiver at that moment (ADR 0008); None in older records, and
    of a unit that the directory did not hold.
    """

    delivery: UUID
    act: UUID
    position: int
    carries: str
    sender: Unit
    recipient: Unit
    message_id: UUID
    reference: str
    at: datetime
    sender_entry: UnitEntry | None = None
    recipient_entry: UnitEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHeld:
    """It may not leave now; `why` is a code."""

    delivery: UUID
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempted:
    """Stored before the first byte leaves: the channel, and the SHA-256 of the exact bytes.

    Where those are encrypted, `content_sha256` is the hash of what was signed, which can be made again from the act.
    """

    delivery: UUID
    attempt: int
    channel: str
    payload_sha256: str
    size: int
    at: datetime
    content_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRenewed:
    """What was packed may not leave any more, `why` is a code: from here on it is packed anew, under a new message id.

    Another seal is another delivery to its receiver (secure-mail guide §7); `replaces` is the id that it had.
    """

    delivery: UUID
    message_id: UUID
    replaces: UUID
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAccepted:
    """The carrier took it. That is not delivery."""

    delivery: UUID
    attempt: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRejected:
    """This attempt failed; `why` is a code, `final` means that another attempt would not help."""

    delivery: UUID
    attempt: int
    why: str
    final: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceived:
    """Proof that it arrived; `proof` is its kind: delivered, acknowledged, pulled."""

    delivery: UUID
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAbandoned:
    """No further attempt will be made; `why` is a code."""

    delivery: UUID
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNoted:
    """Something was heard or met that ends nothing: a relay passed it on, it is delayed, it cannot be packed yet.

    `what` is a code (relayed, delayed, noted, refused, hindered), `why` another; `source` is the SHA-256 of the
    receipt.
    """

    delivery: UUID
    what: str
    at: datetime
    why: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEscalated:
    """A person was told: the letter has not left, or nothing was heard of it. `why` is a code."""

    delivery: UUID
    why: str
    at: datetime


DeliveryEvent = (
    DeliveryQueued
    | DeliveryHeld
    | DeliveryAttempted
    | DeliveryRenewed
    | DeliveryAccepted
    | DeliveryRejected
    | DeliveryReceived
    | DeliveryAbandoned
    | DeliveryNoted
    | DeliveryEscalated
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCompleted:
    """On the case: a letter arrived, and what proves it."""

    delivery: UUID
    act: UUID
    sender: Unit
    recipient: Unit
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed:
    """On the case: a letter did not arrive. Nothing is unsaid; proof that comes later adds DeliveryCompleted."""

    delivery: UUID
    act: UUID
    sender: Unit
    recipient: Unit
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDeparted:
    """On the case: a letter left for its receiver, who knows from here on what it carried (hub/decisions/0007).

    `carried` are the versions of the case's stream at which that stands: the act, and the items declined with it.
    `door` is by which way it left: the carrier's name, `pulled`, or the proof of a letter that nobody saw leave.
    `available_at` is since when it lay ready for a receiver who comes for its letters, and could have been read.
    """

    delivery: UUID
    act: UUID
    carried: tuple[int, ...]
    sender: Unit
    recipient: Unit
    door: str
    at: datetime
    available_at: datetime | None = None

    @property
    def told_at(self) -> datetime:
        """From when its receiver may read it, and its clocks run."""
        return self.available_at or self.at


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands, and since when. `status` is the last word of its last event: queued, held, received …

    `why` is the code of what stands in its way, or of what ended it; None once it goes on.
    """

    queued: DeliveryQueued
    since: datetime
    status: str = "queued"
    attempts: int = 0
    payload_sha256: str | None = None
    channel: str | None = None
    proof: str | None = None
    relayed: bool = False
    hindered: bool = False
    heard: frozenset[str] = frozenset()
    escalated: frozenset[str] = frozenset()
    why: str | None = None
    renewed_as: UUID | None = None

    @property
    def message_id(self) -> UUID:
        """The id that its receiver knows it by, as it is packed now."""
        return self.renewed_as or self.queued.message_id


BOUNCED = "bounced"  # how a code begins that says: the receiver's server gave it back

STATUSES: dict[type, str] = {
    DeliveryHeld: "held",
    DeliveryAttempted: "attempted",
    DeliveryAccepted: "accepted",
    DeliveryRejected: "rejected",
    DeliveryReceived: "received",
    DeliveryAbandoned: "abandoned",
}


def evolve(delivery: Delivery | None, event: DeliveryEvent) -> Delivery:
    """The delivery after one more event; `Contradiction` when the event cannot follow what stands."""
    if isinstance(event, DeliveryQueued):
        if delivery is not None:
            raise Contradiction("this delivery is queued already", code="delivery-state")
        return Delivery(event, event.at)
    if delivery is None:
        raise Contradiction("a delivery begins with DeliveryQueued", code="no-beginning")
    _follows(delivery, event)
    match event:
        case DeliveryNoted():
            return _noted(delivery, event)
        case DeliveryRenewed(message_id=message, at=at):
            return replace(
                delivery, status="queued", since=at, payload_sha256=None, hindered=False, why=None, renewed_as=message
            )
        case DeliveryEscalated(why=why):
            return replace(delivery, escalated=delivery.escalated | {why})
        case DeliveryAttempted(attempt=attempt, payload_sha256=digest, channel=channel):
            delivery = replace(delivery, attempts=attempt, payload_sha256=digest, channel=channel)
        case DeliveryReceived(proof=proof):
            delivery = replace(delivery, proof=proof)
    return replace(delivery, status=STATUSES[type(event)], since=event.at, why=getattr(event, "why", None))


def _noted(delivery: Delivery, event: DeliveryNoted) -> Delivery:
    return replace(
        delivery,
        relayed=delivery.relayed or event.what == "relayed",
        hindered=delivery.hindered or event.what == "hindered",
        heard=delivery.heard | {key_of(event)},
        why=event.why if event.what == "hindered" else delivery.why,
    )


def key_of(noted: DeliveryNoted) -> str:
    """Two notes with the same key are one: by the receipt they come from, else by what they say."""
    return noted.source or f"{noted.what} {noted.why}"


def _follows(delivery: Delivery, event: DeliveryEvent) -> None:
    if isinstance(event, DeliveryNoted | DeliveryEscalated):
        return  # what is heard late is heard all the same
    if delivery.status == "received" and delivery.proof == "delivered" and (_acknowledges(event) or bounces(event)):
        return  # a report that it arrived is less than that somebody answers for it, or that it came back
    if delivery.status == "received":
        raise Contradiction("nothing follows proof of receipt", code="delivery-state")
    if delivery.status == "abandoned" and not isinstance(event, DeliveryReceived):
        raise Contradiction("only proof of receipt follows an abandoned delivery", code="delivery-state")
    if isinstance(event, DeliveryRenewed) and delivery.status not in ("queued", "attempted", "rejected"):
        raise Contradiction("only a letter that has not left is packed anew", code="delivery-state")
    if isinstance(event, DeliveryAttempted) and event.attempt != delivery.attempts + 1:
        raise Contradiction("attempts are counted one by one", code="delivery-state")
    if isinstance(event, DeliveryAccepted | DeliveryRejected) and (
        delivery.status != "attempted" or event.attempt != delivery.attempts
    ):
        raise Contradiction("an outcome follows the attempt it belongs to", code="delivery-state")


def _acknowledges(event: DeliveryEvent) -> bool:
    return isinstance(event, DeliveryReceived) and event.proof == "acknowledged"


def bounces(event: DeliveryEvent | DeliveryCompleted | DeliveryFailed) -> bool:
    """Did the letter come back? That may follow a report that it was delivered, for anybody can write such a report."""
    return isinstance(event, DeliveryAbandoned | DeliveryFailed) and event.why.startswith(BOUNCED)


PULLED = "pulled"


def departure(queued: DeliveryQueued, carried: tuple[int, ...], door: str, at: datetime) -> DeliveryDeparted:
    """What the case is told when the letter leaves. One that its receiver came for lay ready since it was queued."""
    return DeliveryDeparted(
        delivery=queued.delivery,
        act=queued.act,
        carried=carried,
        sender=queued.sender,
        recipient=queued.recipient,
        door=door,
        at=at,
        available_at=queued.at if door == PULLED else None,
    )


def outcome(delivery: Delivery, event: DeliveryReceived | DeliveryAbandoned) -> DeliveryCompleted | DeliveryFailed:
    """What the case is told when a delivery ends."""
    queued = delivery.queued
    if isinstance(event, DeliveryReceived):
        return DeliveryCompleted(
            delivery=queued.delivery,
            act=queued.act,
            sender=queued.sender,
            recipient=queued.recipient,
            proof=event.proof,
            at=event.at,
        )
    return DeliveryFailed(
        delivery=queued.delivery,
        act=queued.act,
        sender=queued.sender,
        recipient=queued.recipient,
        why=event.why,
        at=event.at,
    )
