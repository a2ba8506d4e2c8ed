"""How long a letter is tried, and when a person must know: the clocks of a delivery (secure-mail guide §7).

Pure functions of the delivery and the time. A wait is spread by ±20 %, the same for everybody who asks: drawn from the
delivery's id, so that letters that failed together do not come back together, and two workers agree.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hub.domain.delivery import Delivery

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
JITTER = 0.2
GIVE_UP = timedelta(hours=24)  # from queued to abandoned
UNKNOWN = timedelta(minutes=10)  # an attempt without an end may still be under way so long; no carrier takes longer
UNPACKED = timedelta(minutes=1)  # between two tries to pack what could not be packed for now
MAIL = "smtp"
REPORTING = (MAIL, "sf1601")  # channels that say what became of a letter; where nobody reports, silence is nothing

WAITING = ("queued", "attempted", "rejected")  # it has not left
IN_CLEAR = "tls-"  # how a code begins that says: the relay offers nothing but to send in clear

URGENT = "concern-reported"  # the underretning: a child may be in danger
NOT_SENT = timedelta(hours=1)  # an urgent letter that has not left
LATE, MISSING = timedelta(hours=4), timedelta(hours=24)  # since it was handed over without a word of it
URGENT_LATE, URGENT_MISSING = timedelta(minutes=30), timedelta(hours=2)


def wait(delivery: UUID, attempts: int) -> timedelta:
    """From the failure of this attempt to the next one."""
    drawn = int.from_bytes(sha256(b"%s/%d" % (delivery.bytes, attempts)).digest()[:4], "big") / 0xFFFFFFFF
    return BACKOFF[min(attempts, len(BACKOFF)) - 1] * (1 + JITTER * (2 * drawn - 1))


def is_time(delivery: Delivery, now: datetime) -> bool:
    """May the letter be tried now?"""
    if delivery.status == "attempted":
        return now - delivery.since >= max(UNKNOWN, wait(delivery.queued.delivery, delivery.attempts))
    if delivery.status == "rejected":
        return now - delivery.since >= wait(delivery.queued.delivery, delivery.attempts)
    return delivery.status == "queued"


def is_over(delivery: Delivery, now: datetime) -> bool:
    """Is it given up? One that was never tried, because it could not be packed, is given up as well.

    One that was packed anew waits for a person while there is nothing to seal it to (guide §0).
    """
    if delivery.renewed_as is not None and delivery.hindered:
        return False
    return now - delivery.queued.at >= GIVE_UP and bool(delivery.attempts or delivery.hindered)


def escalation(delivery: Delivery, now: datetime) -> str | None:
    """The code under which a person must be told now; None when it is not time, or was told already."""
    urgent = delivery.queued.carries.startswith(URGENT)
    if delivery.status in WAITING:
        return _once(delivery, "not-sent") if urgent and now - delivery.queued.at >= NOT_SENT else None
    if delivery.status != "accepted" or delivery.relayed or delivery.channel not in REPORTING:
        return None
    silent = now - delivery.since
    if silent >= (URGENT_MISSING if urgent else MISSING):
        return _once(delivery, "receipt-missing")
    return _once(delivery, "receipt-late") if silent >= (URGENT_LATE if urgent else LATE) else None


def troubles(delivery: Delivery) -> tuple[str, ...]:
    """The codes under which a person must look at the letter as it stands; none for one on its way, or settled."""
    if delivery.status in ("abandoned", "held"):
        return () if delivery.why is None else (delivery.why,)
    told = () if delivery.proof == "acknowledged" else sorted(delivery.escalated - _settled(delivery))
    why = delivery.why or ""
    # Before the first attempt nothing but a letter that cannot be packed has a code.
    stuck = delivery.status == "queued" or why.startswith(IN_CLEAR)
    return (*told, why) if why and stuck else tuple(told)


def _settled(delivery: Delivery) -> set[str]:
    """What was told of the time it took, and holds no longer: it left, or something was heard of it.

    What a mail server reports settles no alarm: it is unsigned, and whoever saw our mail can write it (guide §0).
    """
    settled = set() if delivery.status in WAITING else {"not-sent"}
    is_silent = delivery.status == "accepted" and not delivery.relayed
    is_reported = delivery.channel == MAIL and delivery.status in ("accepted", "received")
    return settled if is_silent or is_reported else settled | {"receipt-late", "receipt-missing"}


def _once(delivery: Delivery, why: str) -> str | None:
    return None if why in delivery.escalated else why
