"""`tvaerspor deliveries`: which letters a person must look at, of the whole hub, read from the record itself.

What is told holds no word of a case and nothing of her: ids of deliveries, units, channels and codes, as in the log.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.bootstrap.services import Services
from hub.cli.progress import Bar
from hub.domain import retry_policy
from hub.domain.delivery import (
    STATUSES,
    Delivery,
    DeliveryAbandoned,
    DeliveryEscalated,
    DeliveryHeld,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryRejected,
)
from hub.errors import Unreadable
from hub.store.serialisation.events import NAMES
from hub.vocabulary.organisations import Unit

BEGUN_BY = {"queued": DeliveryQueued} | {status: event for event, status in STATUSES.items()}
SIGNS = (DeliveryAbandoned, DeliveryHeld, DeliveryEscalated, DeliveryNoted, DeliveryRejected)  # of every trouble
NEXT = {  # what a person does about a code (docker/README.md); secure-mail guide §7 and §12: it is a person's to decide
    "certificate-changed": "it is sealed anew to what is approved now: see that the directory's entry is right",
    "channel-changed": "it is packed anew for the channel of the directory's entry: see that this is right",
    "citizen-died": "it does not leave, for she has died: the sender sends anew what is still to go",
    "consent-withdrawn": "it does not leave, for she took back her consent: the sender decides what then",
    "lives-elsewhere": "it goes all the same: tell the sender and the receiver that she lives elsewhere (BL § 132)",
    "mailbox-changed": "it is sealed anew for the mailbox of the directory's entry: see that this is right",
    "municipality-changed": "it does not leave, for she has moved: the sender decides whom to write to now",
    "answered-in-words": "read the answer in the receipts mailbox: it proves nothing by itself",
    "not-sent": "the hub goes on trying; telephone the receiver",
    "receipt-late": "ask the receiver",
    "receipt-missing": "ask the receiver",
    "receiver-in-trouble": "ask the receiver",
}
OTHERWISE = {
    "abandoned": "it is not sent again: mend the cause, and have the sender tell by another safe way",
    "held": "it does not leave: the sender decides what then",
    "queued": "mend the cause; the letter then leaves by itself",
    "rejected": "mend the cause; the letter then leaves by itself",
}
NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One letter: how it stands since when, the codes of why, and what a person does next."""

    delivery: UUID
    kind: str
    status: str
    since: datetime
    sender: Unit
    recipient: Unit
    channel: str | None
    attempts: int
    why: tuple[str, ...]
    next_step: str


def listed(services: Services, status: str | None, bar: Bar) -> list[Listed]:
    """The letters of this status; without one, those that a person must look at. What stands longest comes first."""
    scan = services.record.scan(names=[NAMES.of(event).newest for event in _signs(status)])
    bar.of(scan.total)
    streams: set[UUID] = set()
    for recorded in scan:
        streams.add(recorded.stream)
        bar.forward(1)
    found = (services.dispatcher.deliveries.of(stream).state for stream in streams)  # None when its case was erased
    asked = (_listed(state) for state in found if state is not None and _is_asked(state, status))
    return sorted(asked, key=lambda letter: (letter.since, letter.delivery))


def _signs(status: str | None) -> tuple[type, ...]:
    """Events of which every letter that is asked for has one."""
    if status is None:
        return SIGNS
    if status not in BEGUN_BY:
        raise Unreadable(", ".join(BEGUN_BY), field="--status")
    return (BEGUN_BY[status],)


def _is_asked(delivery: Delivery, status: str | None) -> bool:
    return bool(retry_policy.troubles(delivery)) if status is None else delivery.status == status


def _listed(delivery: Delivery) -> Listed:
    queued, troubles = delivery.queued, retry_policy.troubles(delivery)
    steps = (NEXT.get(why) or OTHERWISE.get(delivery.status) or NOTHING for why in troubles)
    return Listed(
        delivery=queued.delivery,
        kind=queued.carries.partition(".")[0],
        status=delivery.status,
        since=delivery.since,
        sender=queued.sender,
        recipient=queued.recipient,
        channel=delivery.channel,
        attempts=delivery.attempts,
        why=troubles or tuple(filter(None, [delivery.why])),
        next_step="; ".join(dict.fromkeys(steps)) or NOTHING,
    )
