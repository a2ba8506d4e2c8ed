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
from hub.domain.case import Case, CompleteDelivery, decide
from hub.domain.delivery import (
    Delivery,
    DeliveryAbandoned,
    DeliveryEscalated,
    DeliveryEvent,
    DeliveryNoted,
    DeliveryReceived,
)
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
