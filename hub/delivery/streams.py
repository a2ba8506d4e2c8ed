"""The delivery streams: how a letter stands, and every way to write to it. Each append states the version it rests on.

A note, an escalation and an end may be written by whoever hears of them, beside the dispatcher: what another worker
wrote first is read again, and the same twice is once.
"""

from collections.abc import Callable
from typing import cast
from uuid import UUID, uuid4

from hub.application.conflict_retry import retried
from hub.domain import delivery as domain
from hub.domain import retry_policy
from hub.domain.case import Case, CaseEvent, CompleteDelivery, LetDepart, decide
from hub.domain.delivery import (
    Delivery,
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryDeparted,
    DeliveryEscalated,
    DeliveryEvent,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryReceived,
)
from hub.domain.request.events import RequestAnswered, RequestItemDeclined
from hub.observability import ALARMS, DELIVERIES, log
from hub.ports.clock import Clock
from hub.store import CachedFold, Meta, Record, Recorded, Save, Shredded, VersionConflict
from projections.outbox import OutboxEntry

CLIENT = "tvaerspor-dispatch"
CaseOf = Callable[[UUID], tuple[int, Case]]


class DeliveryStreams:
    """The delivery streams of one record. `case_of` gives a case as it stands."""

    def __init__(self, record: Record, clock: Clock, case_of: CaseOf) -> None:
        self._record, self._clock, self._case_of = record, clock, case_of
        self._standings = record.fold_cache(None, _evolve)

    def of(self, delivery: UUID) -> CachedFold[Delivery | None]:
        """How it stands, and its version."""
        return self._standings.of(delivery)

    def append(self, delivery: UUID, case: UUID, version: int, *events: DeliveryEvent) -> None:
        """Store the next events of a delivery."""
        self._record.append([self._save(delivery, case, version, *events)])
        for event in events:
            DELIVERIES.labels(type(event).__name__).inc()

    def note(self, due: OutboxEntry, noted: DeliveryNoted) -> bool:
        """Something that ends nothing. Was it new?"""
        return retried(lambda: self._note(due, noted))

    def escalate(self, due: OutboxEntry, heard: str | None = None) -> bool:
        """Tell a person, if it is time and nobody has; or of what was `heard`, a code, unless it was told before."""
        return retried(lambda: self._escalate(due, heard))

    def end(self, due: OutboxEntry, ended: DeliveryReceived | DeliveryAbandoned, *before: DeliveryEvent) -> bool:
        """The last event of the delivery and what the case learns, together; again while case commands come first."""
        return retried(lambda: self._end(due, ended, *before))

    def accept(self, due: OutboxEntry, version: int, attempt: int, door: str) -> None:
        """The carrier took the letter: it has left, and the case learns so; again while case commands come first.

        `VersionConflict` when another worker has taken the delivery on.
        """
        accepted = DeliveryAccepted(delivery=due.delivery, attempt=attempt, at=self._clock())
        conflict = retried(lambda: self._accept(due, version, accepted, door))
        if conflict is not None:
            raise conflict
        DELIVERIES.labels(DeliveryAccepted.__name__).inc()

    def hand_over(self, queued: Recorded, door: str, case_version: int) -> None:
        """The receiver came for the letter: it has left. `VersionConflict` when the case has moved on meanwhile."""
        left = self._departed(queued.partition, cast(DeliveryQueued, queued.event), door)
        self._record.append([self._save(queued.case, queued.case, case_version, left)])

    def _note(self, due: OutboxEntry, noted: DeliveryNoted) -> bool:
        standing = self.of(due.delivery)
        if standing.state is None or domain.key_of(noted) in standing.state.heard:
            return False
        self.append(due.delivery, due.case, standing.version, noted)
        return True

    def _escalate(self, due: OutboxEntry, heard: str | None) -> bool:
        standing = self.of(due.delivery)
        why = None if standing.state is None else heard or retry_policy.escalation(standing.state, self._clock())
        if standing.state is None or why is None or why in standing.state.escalated:
            return False
        told = DeliveryEscalated(delivery=due.delivery, why=why, at=self._clock())
        self.append(due.delivery, due.case, standing.version, told)
        alarm("letter-needs-a-person", due, why)
        return True

    def _end(self, due: OutboxEntry, ended: DeliveryReceived | DeliveryAbandoned, *before: DeliveryEvent) -> bool:
        standing = self.of(due.delivery)
        if standing.state is None or _is_over(standing.state, ended):
            return False
        case_version, case = self._case_of(due.case)
        told = decide(case, CompleteDelivery(domain.outcome(standing.state, ended)))
        if isinstance(ended, DeliveryReceived):  # it left, though nobody saw it leave
            told = (*self._departing(due.partition, standing.state.queued, ended.proof, case), *told)
        saves = [self._save(due.delivery, due.case, standing.version, *before, ended)]
        saves += [self._save(due.case, due.case, case_version, *told)] if told else []
        try:
            self._record.append(saves)
        except VersionConflict as conflict:
            if before and conflict.stream == due.delivery:
                return False  # another worker has taken the letter on
            raise
        DELIVERIES.labels(type(ended).__name__).inc()
        return True

    def _accept(self, due: OutboxEntry, version: int, accepted: DeliveryAccepted, door: str) -> VersionConflict | None:
        standing = self.of(due.delivery)
        assert standing.state is not None
        case_version, case = self._case_of(due.case)
        told = self._departing(due.partition, standing.state.queued, door, case)
        saves = [self._save(due.delivery, due.case, version, accepted)]
        saves += [self._save(due.case, due.case, case_version, *told)] if told else []
        try:
            self._record.append(saves)
        except VersionConflict as conflict:
            if conflict.stream == due.delivery:
                return conflict
            raise
        return None

    def _departing(self, partition: int, queued: DeliveryQueued, door: str, case: Case) -> tuple[CaseEvent, ...]:
        """What the case learns of a letter that leaves: once, by whichever door it leaves first."""
        if queued.delivery in case.departed:
            return ()
        return decide(case, LetDepart(self._departed(partition, queued, door)))

    def _departed(self, partition: int, queued: DeliveryQueued, door: str) -> DeliveryDeparted:
        act = self._record.read(partition, queued.position - 1, 1)[0]
        beside = self._record.command(act.stream, act.command) if isinstance(act.event, RequestAnswered) else ()
        declined = (row.version for row in beside if isinstance(row.event, RequestItemDeclined))
        return domain.departure(queued, (act.version, *declined), door, self._clock())

    def _save(self, stream: UUID, case: UUID, version: int, *events: object) -> Save:
        meta = Meta(client=CLIENT, unit="-", received_at=self._clock())
        return Save(stream=stream, case=case, expected_version=version, command=uuid4(), events=events, meta=meta)


def alarm(event: str, due: OutboxEntry, why: str) -> None:
    """What a person must look at: counted, and told in the log by ids and codes."""
    ALARMS.labels(why).inc()
    log.error(event, delivery=str(due.delivery), kind=due.name, why=why)


def _is_over(delivery: Delivery, ended: DeliveryReceived | DeliveryAbandoned) -> bool:
    """Nothing follows proof, but an answer or a bounce that of mere arrival; only proof follows an abandoned one."""
    if isinstance(ended, DeliveryAbandoned):
        is_proven = delivery.status == "received" and not (delivery.proof == "delivered" and domain.bounces(ended))
        return is_proven or delivery.status == "abandoned"
    return delivery.status == "received" and not (delivery.proof == "delivered" and ended.proof == "acknowledged")


def _evolve(delivery: Delivery | None, recorded: Recorded) -> Delivery | None:
    if isinstance(recorded.event, Shredded):
        return delivery
    return domain.evolve(delivery, cast(DeliveryEvent, recorded.event))
