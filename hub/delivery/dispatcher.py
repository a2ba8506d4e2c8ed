"""Follows the record: opens a delivery for every act that leaves, packs, carries, records what became of it.

A delivery is opened once, whoever opens it: its stream is derived from the act and the receiver. The attempt
is committed before the first byte leaves, and what it rests on is looked at once more after that commit, so that a
withdrawal stored before the attempt stops it (hub.delivery.hold). Every attempt sends the bytes that were packed for
the first (hub.delivery.packed_letters). No carrier is called inside a transaction.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from hub.application.conflict_retry import retried
from hub.delivery.channels import Channels
from hub.delivery.hold import Hold
from hub.delivery.packed_letters import PackedLetters, Stale
from hub.delivery.streams import CaseOf, DeliveryStreams, alarm
from hub.documents.letters import Letters
from hub.domain import retry_policy
from hub.domain.delivery import (
    PULLED,
    Delivery,
    DeliveryAbandoned,
    DeliveryAttempted,
    DeliveryEscalated,
    DeliveryEvent,
    DeliveryHeld,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
    DeliveryRenewed,
)
from hub.domain.hindrance import FIRST_NOT_LEFT
from hub.errors import Contradiction, EvidenceBroken, NotFound, TryAgainLater, Undeliverable, Unreadable
from hub.observability import log
from hub.ports.carrier import Carrier
from hub.ports.clock import Clock
from hub.store import CommandRepeated, PackedParcel, Record, Recorded, VersionConflict
from hub.vocabulary.period import local_day
from projections.outbox import OutboxEntry

OVER = ("accepted", "received", "abandoned", "held")  # nothing more leaves; what was packed is let go
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Dispatcher:
    """Works on the letters that wait. `case_of` gives a case as it stands: may the letter still leave?"""

    def __init__(
        self,
        record: Record,
        letters: Letters,
        channels: Channels,
        clock: Clock,
        case_of: CaseOf,
    ) -> None:
        self._record, self._letters, self._clock, self._case_of = record, letters, clock, case_of
        self.deliveries = DeliveryStreams(record, clock, case_of)
        self._hold = Hold(record, case_of)
        self._packed = PackedLetters(record, letters, channels, clock)
        self._met: dict[UUID, datetime] = {}  # when a letter that cannot be packed for now was last tried
        self._tidied = False

    def work(self, waiting: list[OutboxEntry]) -> int:
        """One step for each of these letters; how many moved. A letter that fails does not stop the next."""
        self._tidy()
        return sum(self._step(due) for due in waiting)

    def escalate(self, silent: list[OutboxEntry]) -> int:
        """Tell a person about letters of which nothing was heard; how many were told of now."""
        return sum(self.deliveries.escalate(due) for due in silent)

    def bounced(self, due: OutboxEntry, why: str) -> None:
        """The receiver's server gave it back: the delivery ends, and a person must find another way."""
        self._abandon(due, why)

    def troubled(self, due: OutboxEntry, why: str) -> None:
        """The receiver's system could not take it now: a person is told, once, and the delivery stays as it is.

        After a yes it counts for nothing: no message is answered first positively and then negatively (medcom.md §5).
        """
        standing = self.deliveries.of(due.delivery).state
        if standing is not None and standing.proof != "acknowledged" and standing.status != "abandoned":
            self.deliveries.escalate(due, why)

    def received(self, due: OutboxEntry, proof: str) -> None:
        """Proof that a letter arrived: ends the delivery and tells the case, in one transaction. Twice is once."""
        self._end(due, DeliveryReceived(delivery=due.delivery, proof=proof, at=self._clock()))

    def hand_over(self, delivery: UUID) -> bool:
        """May the receiver who comes for a letter be given it? Then it has left, and its receiver knows of it.

        One that may not, and has not left, is held at once.
        """
        try:
            return retried(lambda: self._hand_over(self._record.stream(delivery)))
        except NotFound:
            return False  # the case was erased meanwhile

    def may_be_given(self, delivery: UUID) -> bool:
        """Would `hand_over` give this letter? Nothing is done with it; what the record cannot prove is not given."""
        try:
            queued = next(iter(self._record.stream(delivery)), None)
            if queued is None:
                return False
            standing, (_, case) = self.deliveries.of(delivery), self._case_of(queued.case)
            if standing.state is None or standing.state.status == "held":
                return delivery in case.departed
            return delivery in case.departed or self._hindrance(queued, standing.state) is None
        except (NotFound, EvidenceBroken):
            return False

    def _hindrance(self, queued: Recorded, delivery: Delivery) -> str | None:
        return self._hold.hindrance(queued.partition, delivery.queued.position, queued.case)

    def _hand_over(self, rows: Sequence[Recorded]) -> bool:
        if not rows:
            return False  # it waits for the letter that it corrects
        queued = rows[0]
        standing, (case_version, case) = self.deliveries.of(queued.stream), self._case_of(queued.case)
        if standing.state is None:
            return False
        if queued.stream in case.departed:
            return True  # what has left the house was told lawfully, and stays told (rule R04)
        if standing.state.status == "held":
            return False
        held = self._hindrance(queued, standing.state)
        if held is None:
            self.deliveries.hand_over(queued, PULLED, case_version)
            return True
        if standing.state.status in ("queued", "rejected"):
            stays = DeliveryHeld(delivery=queued.stream, why=held, at=self._clock())
            self.deliveries.append(queued.stream, queued.case, standing.version, stays)
        return False

    def _step(self, due: OutboxEntry) -> bool:
        try:
            standing = self.deliveries.of(due.delivery)
            if standing.state is None:
                return self._queue(due)
            if self.deliveries.escalate(due) or self._told_of_residence(due):
                return True
            return self._is_time(standing.state) and self._attempt(due, standing.state, standing.version)
        except (VersionConflict, CommandRepeated):
            return False  # another worker was first; what it did is seen next time
        except (Contradiction, NotFound) as error:  # the case is too busy, or was erased meanwhile
            log.warning("letter-waits", delivery=str(due.delivery), kind=type(error).__name__)
            return False

    def _told_of_residence(self, due: OutboxEntry) -> bool:
        """An underretning is never held for a move: a person is told that she lives elsewhere, once, and it goes."""
        return self._hold.lives_elsewhere(due) and self.deliveries.escalate(due, "lives-elsewhere")

    def _is_time(self, delivery: Delivery) -> bool:
        now = self._clock()
        met = self._met.get(delivery.queued.delivery)
        return retry_policy.is_time(delivery, now) and (met is None or now - met >= retry_policy.UNPACKED)

    def _queue(self, due: OutboxEntry) -> bool:
        at, held = self._clock(), self._held(due)
        if held == FIRST_NOT_LEFT:
            return False
        sender, recipient = self._letters.entries(due.sender, due.recipient, local_day(at))
        queued = DeliveryQueued(
            delivery=due.delivery,
            act=due.act,
            position=due.position,
            carries=due.name,
            sender=due.sender,
            recipient=due.recipient,
            message_id=uuid4(),
            reference=secrets.token_hex(8),
            at=at,
            sender_entry=sender,
            recipient_entry=recipient,
        )
        self._append(due, 0, queued, *([DeliveryHeld(delivery=due.delivery, why=held, at=at)] if held else []))
        return True

    def _attempt(self, due: OutboxEntry, delivery: Delivery, version: int) -> bool:
        if retry_policy.is_over(delivery, self._clock()):
            return self._abandon(due, "expired")
        held = self._held(due)
        if held is not None:
            self._append(due, version, DeliveryHeld(delivery=due.delivery, why=held, at=self._clock()))
            self._packed.drop(due.delivery)
            return True
        try:
            kept = self._packed.of(due, delivery)
            if kept is None:
                return self._abandon(due, "erased")
            if isinstance(kept, Stale):
                return self._renew(due, delivery, version, kept.why)
            carrier = self._packed.carrier_of(kept)
        except TryAgainLater as failure:
            return self._hindered(due, _code(failure, "cannot-be-packed"))
        except Undeliverable as failure:
            why = _code(failure, "no-safe-channel")
            return self._hindered(due, why) if delivery.renewed_as else self._abandon(due, why)
        except EvidenceBroken:
            return self._abandon(due, "packed-bytes-broken")
        except Unreadable:
            return self._abandon(due, "cannot-be-written")
        self._met.pop(due.delivery, None)
        return self._carry(due, delivery.attempts + 1, version, kept, carrier)

    def _renew(self, due: OutboxEntry, delivery: Delivery, version: int, why: str) -> bool:
        """What was packed may not leave any more: it is let go, a person is told, and the letter packed anew."""
        at, new = self._clock(), uuid4()
        renewed = DeliveryRenewed(delivery=due.delivery, message_id=new, replaces=delivery.message_id, why=why, at=at)
        told = () if why in delivery.escalated else (DeliveryEscalated(delivery=due.delivery, why=why, at=at),)
        self._append(due, version, renewed, *told)
        self._packed.drop(due.delivery)
        alarm("letter-renewed", due, why)
        return True

    def _hindered(self, due: OutboxEntry, why: str) -> bool:
        """It cannot be packed for now, and waits: noted once, looked at again and again.

        So does a letter that was packed once and may not be sealed so again: a person finds what it may be sealed to
        (guide §0).
        """
        self._met[due.delivery] = self._clock()
        noted = DeliveryNoted(delivery=due.delivery, what="hindered", why=why, at=self._clock())
        new = self.deliveries.note(due, noted)
        if new:
            alarm("letter-hindered", due, why)
        return new

    def _carry(self, due: OutboxEntry, attempt: int, version: int, kept: PackedParcel, carrier: Carrier) -> bool:
        parcel = kept.parcel
        started = DeliveryAttempted(
            delivery=due.delivery,
            attempt=attempt,
            channel=carrier.name,
            payload_sha256=sha256(parcel.body).hexdigest(),
            size=len(parcel.body),
            at=self._clock(),
            content_sha256=parcel.content_sha256,
        )
        self._append(due, version, started)
        held = self._held(due)
        if held is not None:
            at = self._clock()
            stopped = DeliveryRejected(delivery=due.delivery, attempt=attempt, why=held, final=False, at=at)
            self._append(due, version + 1, stopped, DeliveryHeld(delivery=due.delivery, why=held, at=at))
            self._packed.drop(due.delivery)
            return True
        try:
            carrier.carry(parcel)
        except Undeliverable as failure:
            return self._rejected(due, attempt, version + 1, failure)
        self.deliveries.accept(due, version + 1, attempt, carrier.name)
        self._packed.drop(due.delivery)
        return True

    def _rejected(self, due: OutboxEntry, attempt: int, version: int, failure: Undeliverable) -> bool:
        """Rejected for now, or for good: then the delivery ends in the same transaction."""
        why, final = _code(failure, "carrier-failed"), not isinstance(failure, TryAgainLater)
        rejected = DeliveryRejected(delivery=due.delivery, attempt=attempt, why=why, final=final, at=self._clock())
        if final:
            return self._abandon(due, why, rejected)
        if why.startswith(retry_policy.IN_CLEAR):
            alarm("letter-not-sent-in-clear", due, why)
        self._append(due, version, rejected)
        return True

    def _held(self, due: OutboxEntry) -> str | None:
        return self._hold.hindrance(due.partition, due.position, due.case)

    def _abandon(self, due: OutboxEntry, why: str, *before: DeliveryEvent) -> bool:
        done = self._end(due, DeliveryAbandoned(delivery=due.delivery, why=why, at=self._clock()), *before)
        if done:
            alarm("delivery-abandoned", due, why)
        return done

    def _end(self, due: OutboxEntry, ended: DeliveryReceived | DeliveryAbandoned, *before: DeliveryEvent) -> bool:
        done = self.deliveries.end(due, ended, *before)
        if done:
            self._packed.drop(due.delivery)
        return done

    def _tidy(self) -> None:
        """Once: let go of what a crash left behind of letters that are over."""
        if self._tidied:
            return
        self._packed.tidy(self._is_over)
        self._tidied = True

    def _is_over(self, delivery: UUID) -> bool:
        state = self.deliveries.of(delivery).state
        return state is None or state.status in OVER

    def _append(self, due: OutboxEntry, version: int, *events: DeliveryEvent) -> None:
        self.deliveries.append(due.delivery, due.case, version, *events)


def _code(failure: Undeliverable, otherwise: str) -> str:
    """The code that a channel gave; a text that is none may hold anything and stays out of the record and the log."""
    text = str(failure)
    return text if len(text) <= 60 and _CODE.fullmatch(text) else otherwise
