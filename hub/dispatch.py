"""Follows the record: opens a delivery for every act that leaves, renders, packs, carries, records what became of it.

A delivery is opened once, whoever opens it: its stream is derived from the act's position and the receiver. The attempt
is committed before the first byte leaves; a crash between sending and recording repeats the same bytes under the same
ids, which the receiver's duplicate rule makes safe (secure mail guide §7). No carrier is called inside a transaction.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID, uuid4

from hub.domain import delivery as domain
from hub.domain.case import Case
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
from hub.domain.ruling import Ruling
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.letters import Letters
from hub.observed import DELIVERIES, log
from hub.ports import Carrier, Clock, Letter, Packer, Parcel, Renderer, Translator
from hub.store import CommandRepeated, Meta, Record, Recorded, Save, Shredded, VersionConflict
from projections.outbox import Dispatch

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))  # guide §7
CLIENT = "tvaerspor-dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The adapters that a letter passes through."""

    renderer: Renderer
    translator: Translator
    packer: Packer
    carrier: Carrier


class Dispatcher:
    """Works on the letters that wait. `case_of` gives a case as it stands, to judge whether a letter may still leave."""

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

    def _step(self, due: Dispatch) -> bool:
        try:
            standing = self._deliveries.of(due.delivery)
            if standing.state is None:
                return self._queue(due)
            if not self._is_time(due, standing.state):
                return False
            return self._attempt(due, standing.state, standing.version)
        except (VersionConflict, CommandRepeated):
            return False  # another worker was first; what it did is seen next time

    def _is_time(self, due: Dispatch, delivery: Delivery) -> bool:
        if delivery.status in ("accepted", "received", "abandoned"):
            return False
        if delivery.status != "rejected":
            return True
        wait = BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
        return self._clock() - due.status_at >= wait

    def _queue(self, due: Dispatch) -> bool:
        queued = DeliveryQueued(
            delivery=due.delivery,
            act=due.act,
            position=due.position,
            carries=due.name,
            sender=due.sender,
            recipient=due.recipient,
            message_id=uuid4(),
            reference=secrets.token_hex(8),
            at=self._clock(),
        )
        self._append(due, 0, queued)
        return True

    def _attempt(self, due: Dispatch, delivery: Delivery, version: int) -> bool:
        held = self._held(due)
        if held is not None:
            if delivery.status != "held":
                self._append(due, version, DeliveryHeld(delivery=due.delivery, why=held, at=self._clock()))
            return delivery.status != "held"
        letter = self._letters.of(self._record.stream(due.delivery)[0])
        if letter is None:
            return self._abandon(due, delivery, version, "erased")
        try:
            parcel = self._packed(letter)
        except Undeliverable:
            return self._abandon(due, delivery, version, "no-safe-channel")
        except Unreadable:
            return self._abandon(due, delivery, version, "cannot-be-written")
        return self._carry(due, delivery, version, parcel)

    def _packed(self, letter: Letter) -> Parcel:
        pdf, fhir = self._hands.renderer.render(letter), self._hands.translator.message(letter)
        return self._hands.packer.pack(letter, pdf, fhir)

    def _carry(self, due: Dispatch, delivery: Delivery, version: int, parcel: Parcel) -> bool:
        attempt = delivery.attempts + 1
        started = DeliveryAttempted(
            delivery=due.delivery,
            attempt=attempt,
            channel=self._hands.carrier.name,
            payload_sha256=sha256(parcel.body).hexdigest(),
            size=len(parcel.body),
            at=self._clock(),
        )
        self._append(due, version, started)
        outcome: DeliveryEvent
        try:
            self._hands.carrier.carry(parcel)
        except Undeliverable as failure:
            final = not isinstance(failure, TryAgainLater)
            why = str(failure) if str(failure).isascii() and len(str(failure)) <= 60 else "carrier-failed"
            outcome = DeliveryRejected(delivery=due.delivery, attempt=attempt, why=why, final=final, at=self._clock())
        else:
            outcome = DeliveryAccepted(delivery=due.delivery, attempt=attempt, at=self._clock())
        self._append(due, version + 1, outcome)
        if isinstance(outcome, DeliveryRejected) and outcome.final:
            self._abandon(due, delivery, version + 2, outcome.why)
        return True

    def _held(self, due: Dispatch) -> str | None:
        """May the letter still leave? Not when a consent it rests on was withdrawn after it was decided."""
        carried = self._record.read(due.partition, due.position - 1, 1)[0]
        ruling = getattr(carried.event, "ruling", None)
        if not isinstance(ruling, Ruling) or not ruling.decision.consents:
            return None
        _, case = self._case_of(due.case)
        gone = any(
            str(consent.consent) in ruling.decision.consents and consent.withdrawn_at is not None
            for consent in case.consents.given.values()
        )
        return "consent-withdrawn" if gone else None

    def received(self, due: Dispatch, proof: str) -> None:
        """Proof that a letter arrived: ends the delivery and tells the case, in one transaction. Twice is once."""
        for _ in range(20):
            standing = self._deliveries.of(due.delivery)
            if standing.state is None or standing.state.status == "received":
                return
            ended = DeliveryReceived(delivery=due.delivery, proof=proof, at=self._clock())
            try:
                self._end(due, standing.state, standing.version, ended)
            except VersionConflict:
                continue
            return

    def _abandon(self, due: Dispatch, delivery: Delivery, version: int, why: str) -> bool:
        log.error("delivery-abandoned", delivery=str(due.delivery), kind=due.name, why=why)
        self._end(due, delivery, version, DeliveryAbandoned(delivery=due.delivery, why=why, at=self._clock()))
        return True

    def _end(
        self, due: Dispatch, delivery: Delivery, version: int, ended: DeliveryReceived | DeliveryAbandoned
    ) -> None:
        case_version, _ = self._case_of(due.case)
        told = domain.outcome(delivery, ended)
        self._record.append(
            [
                self._save(due.delivery, due.case, version, ended),
                self._save(due.case, due.case, case_version, told),
            ]
        )
        DELIVERIES.labels(type(ended).__name__).inc()

    def _append(self, due: Dispatch, version: int, event: DeliveryEvent) -> None:
        self._record.append([self._save(due.delivery, due.case, version, event)])
        DELIVERIES.labels(type(event).__name__).inc()

    def _save(self, stream: UUID, case: UUID, version: int, event: object) -> Save:
        meta = Meta(client=CLIENT, unit="-", received_at=self._clock())
        return Save(stream=stream, case=case, expected_version=version, command=uuid4(), events=(event,), meta=meta)


def _evolve(delivery: Delivery | None, recorded: Recorded) -> Delivery | None:
    if isinstance(recorded.event, Shredded):
        return delivery
    return domain.evolve(delivery, cast(DeliveryEvent, recorded.event))
