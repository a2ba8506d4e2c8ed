"""Follows the record: opens a delivery for every act that leaves, renders, packs, carries, records what became of it.

A delivery is opened once, whoever opens it: its stream is derived from the act's position and the receiver. The attempt
is committed before the first byte leaves, and what it rests on is looked at once more after that commit, so that a
withdrawal stored before the attempt stops it. A crash between sending and recording repeats the same bytes under the
same ids, which the receiver's duplicate rule makes safe (secure mail guide §7). No carrier is called inside a
transaction.
"""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID, uuid4

from hub.domain import delivery as domain
from hub.domain.audience import rests_on_withdrawn
from hub.domain.case import Case, CompleteDelivery, decide
from hub.domain.delivery import (
    Delivery,
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryEvent,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
)
from hub.errors import Contradiction, NotFound, TryAgainLater, Undeliverable, Unreadable
from hub.letters import Letters
from hub.observed import DELIVERIES, log
from hub.ports import Carrier, Clock, Letter, Packer, Parcel, Renderer, Translator
from hub.store import CommandRepeated, Meta, Record, Recorded, Save, Shredded, VersionConflict
from projections.outbox import Dispatch

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))  # guide §7
LONGEST = timedelta(hours=24)  # from queued to given up, guide §7
CLIENT = "tvaerspor-dispatch"
TRIES = 20  # version conflicts in a row before the end of a letter waits for its next turn
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The adapters that a letter passes through."""

    renderer: Renderer
    translator: Translator
    packer: Packer
    carrier: Carrier


class Dispatcher:
    """Works on the letters that wait. `case_of` gives a case as it stands: may the letter still leave?"""

    def __init__(
        self,
        record: Record,
        letters: Letters,
        hands: Hands,
        clock: Clock,
        case_of: Callable[[UUID], tuple[int, Case]],
    ) -> None:
        self._record, self._letters, self._hands, self._clock, self._case_of = record, letters, hands, clock, case_of
        self._deliveries = record.standings(None, _evolve)

    def work(self, waiting: list[Dispatch]) -> int:
        """One step for each of these letters; how many moved. A letter that fails does not stop the next."""
        return sum(self._step(each) for each in waiting)

    def received(self, due: Dispatch, proof: str) -> None:
        """Proof that a letter arrived: ends the delivery and tells the case, in one transaction. Twice is once."""
        self._end(due, DeliveryReceived(delivery=due.delivery, proof=proof, at=self._clock()))

    def may_leave(self, delivery: UUID) -> bool:
        """May the receiver who comes for a letter be given it? One that may not, and has not left, is held at once."""
        standing, queued = self._deliveries.of(delivery), self._record.stream(delivery)[0]
        if standing.state is None or standing.state.status == "held":
            return False
        try:
            held = self._hindrance(queued.partition, standing.state.queued.position, queued.case)
        except NotFound:
            return False  # the case was erased meanwhile
        if held is None or standing.state.status in ("accepted", "received"):
            return True  # what has left the house was told lawfully, and stays told (rule R04)
        if standing.state.status in ("queued", "rejected"):
            stays = DeliveryHeld(delivery=delivery, why=held, at=self._clock())
            with suppress(VersionConflict):  # another worker was first, and has looked at the same record
                self._record.append([self._save(delivery, queued.case, standing.version, stays)])
        return False

    def _step(self, due: Dispatch) -> bool:
        try:
            standing = self._deliveries.of(due.delivery)
            if standing.state is None:
                return self._queue(due)
            return self._is_time(standing.state) and self._attempt(due, standing.state, standing.version)
        except (VersionConflict, CommandRepeated):
            return False  # another worker was first; what it did is seen next time
        except (Contradiction, NotFound) as error:  # the case is too busy, or was erased meanwhile
            log.warning("letter-waits", delivery=str(due.delivery), kind=type(error).__name__)
            return False

    def _is_time(self, delivery: Delivery) -> bool:
        """A letter whose attempt has no end may still be on its way, so it waits as a rejected one does."""
        if delivery.status in ("rejected", "attempted"):
            wait = BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
            return self._clock() - delivery.since >= wait
        return delivery.status == "queued"

    def _queue(self, due: Dispatch) -> bool:
        at = self._clock()
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
        )
        held = self._held(due)
        self._append(due, 0, queued, *([DeliveryHeld(delivery=due.delivery, why=held, at=at)] if held else []))
        return True

    def _attempt(self, due: Dispatch, delivery: Delivery, version: int) -> bool:
        if self._clock() - delivery.queued.at >= LONGEST and delivery.attempts:
            return self._abandon(due, "expired")
        held = self._held(due)
        if held is not None:
            self._append(due, version, DeliveryHeld(delivery=due.delivery, why=held, at=self._clock()))
            return True
        try:
            letter = self._letters.of(self._record.stream(due.delivery)[0])
            if letter is None:
                return self._abandon(due, "erased")
            parcel = self._packed(letter)
        except Undeliverable as failure:
            return self._abandon(due, _code(failure, "no-safe-channel"))
        except Unreadable:
            return self._abandon(due, "cannot-be-written")
        return self._carry(due, delivery.attempts + 1, version, parcel)

    def _packed(self, letter: Letter) -> Parcel:
        fhir = self._hands.translator.message(letter)
        return self._hands.packer.pack(letter, self._hands.renderer.render(letter, fhir), fhir)

    def _carry(self, due: Dispatch, attempt: int, version: int, parcel: Parcel) -> bool:
        started = DeliveryAttempted(
            delivery=due.delivery,
            attempt=attempt,
            channel=self._hands.carrier.name,
            payload_sha256=sha256(parcel.body).hexdigest(),
            size=len(parcel.body),
            at=self._clock(),
        )
        self._append(due, version, started)
        held = self._held(due)
        if held is not None:
            at = self._clock()
            stopped = DeliveryRejected(delivery=due.delivery, attempt=attempt, why=held, final=False, at=at)
            self._append(due, version + 1, stopped, DeliveryHeld(delivery=due.delivery, why=held, at=at))
            return True
        try:
            self._hands.carrier.carry(parcel)
        except Undeliverable as failure:
            return self._rejected(due, attempt, version + 1, failure)
        self._append(due, version + 1, DeliveryAccepted(delivery=due.delivery, attempt=attempt, at=self._clock()))
        return True

    def _rejected(self, due: Dispatch, attempt: int, version: int, failure: Undeliverable) -> bool:
        """Rejected for now, or for good: then the delivery ends in the same transaction."""
        why, final = _code(failure, "carrier-failed"), not isinstance(failure, TryAgainLater)
        rejected = DeliveryRejected(delivery=due.delivery, attempt=attempt, why=why, final=final, at=self._clock())
        if final:
            return self._abandon(due, why, rejected)
        self._append(due, version, rejected)
        return True

    def _held(self, due: Dispatch) -> str | None:
        return self._hindrance(due.partition, due.position, due.case)

    def _hindrance(self, partition: int, position: int, key: UUID) -> str | None:
        """May the letter still leave? Not when a consent it rests on was withdrawn after it was decided."""
        carried = self._record.read(partition, position - 1, 1)[0]
        _, case = self._case_of(key)
        return "consent-withdrawn" if rests_on_withdrawn(carried.event, case) else None

    def _abandon(self, due: Dispatch, why: str, *before: DeliveryEvent) -> bool:
        log.error("delivery-abandoned", delivery=str(due.delivery), kind=due.name, why=why)
        return self._end(due, DeliveryAbandoned(delivery=due.delivery, why=why, at=self._clock()), *before)

    def _end(self, due: Dispatch, ended: DeliveryReceived | DeliveryAbandoned, *before: DeliveryEvent) -> bool:
        """The last event of the delivery and what the case learns, together; again while case commands come first."""
        for _ in range(TRIES):
            standing = self._deliveries.of(due.delivery)
            if standing.state is None or _is_over(standing.state, ended):
                return False
            case_version, case = self._case_of(due.case)
            told = decide(case, CompleteDelivery(domain.outcome(standing.state, ended)))
            saves = [self._save(due.delivery, due.case, standing.version, *before, ended)]
            saves += [self._save(due.case, due.case, case_version, *told)] if told else []
            try:
                self._record.append(saves)
            except VersionConflict as conflict:
                if before and conflict.stream == due.delivery:
                    return False  # another worker has taken the letter on
                continue
            DELIVERIES.labels(type(ended).__name__).inc()
            return True
        raise Contradiction("the case is too busy; the letter's end waits", code="case-busy")

    def _append(self, due: Dispatch, version: int, *events: DeliveryEvent) -> None:
        self._record.append([self._save(due.delivery, due.case, version, *events)])
        for event in events:
            DELIVERIES.labels(type(event).__name__).inc()

    def _save(self, stream: UUID, case: UUID, version: int, *events: object) -> Save:
        meta = Meta(client=CLIENT, unit="-", received_at=self._clock())
        return Save(stream=stream, case=case, expected_version=version, command=uuid4(), events=events, meta=meta)


def _is_over(delivery: Delivery, ended: DeliveryReceived | DeliveryAbandoned) -> bool:
    """Nothing follows proof; only proof follows an abandoned delivery."""
    return delivery.status == "received" or (delivery.status == "abandoned" and isinstance(ended, DeliveryAbandoned))


def _code(failure: Undeliverable, otherwise: str) -> str:
    """The code that a hand gave; a text that is none may hold anything and stays out of the record and the log."""
    text = str(failure)
    return text if len(text) <= 60 and _CODE.fullmatch(text) else otherwise


def _evolve(delivery: Delivery | None, recorded: Recorded) -> Delivery | None:
    if isinstance(recorded.event, Shredded):
        return delivery
    return domain.evolve(delivery, cast(DeliveryEvent, recorded.event))
