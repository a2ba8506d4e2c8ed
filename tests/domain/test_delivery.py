"""One letter to one receiver, and what the case learns of it."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.case import CompleteDelivery, fold
from hub.domain.delivery import (
    Delivery,
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryCompleted,
    DeliveryEscalated,
    DeliveryEvent,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
    evolve,
    outcome,
)
from hub.errors import Contradiction
from tests.domain.acts import DISCLOSURE, a_case, closed, known_as
from tests.people import CLINIC, FAMILIES, MONDAY, TUESDAY
from tests.spec import given

LETTER = known_as("letter")
THE: dict[str, Any] = {"delivery": LETTER, "at": MONDAY}
QUEUED = DeliveryQueued(
    act=DISCLOSURE,
    position=7,
    carries="disclosure-made.v1",
    sender=CLINIC,
    recipient=FAMILIES,
    message_id=known_as("message"),
    reference="0f1e2d3c",
    **THE,
)
HELD = DeliveryHeld(why="consent-withdrawn", **THE)
FIRST, SECOND = (
    DeliveryAttempted(attempt=number, channel="folder", payload_sha256=digest, size=9, **THE)
    for number, digest in ((1, "aa"), (2, "bb"))
)
ACCEPTED, REJECTED = DeliveryAccepted(attempt=1, **THE), DeliveryRejected(attempt=1, why="busy", final=False, **THE)
RECEIVED, ABANDONED = DeliveryReceived(proof="pulled", **THE), DeliveryAbandoned(why="no-safe-channel", **THE)


def fold_delivery(*events: DeliveryEvent) -> Delivery:
    """The delivery that these events make."""
    state: Delivery | None = None
    for event in events:
        state = evolve(state, event)
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("events", "status", "attempts", "digest"),
    [
        ((), "queued", 0, None),
        ((HELD,), "held", 0, None),
        ((FIRST,), "attempted", 1, "aa"),
        ((FIRST, ACCEPTED), "accepted", 1, "aa"),
        ((FIRST, REJECTED), "rejected", 1, "aa"),
        ((FIRST, REJECTED, SECOND), "attempted", 2, "bb"),
        ((FIRST, SECOND), "attempted", 2, "bb"),
        ((FIRST, ACCEPTED, RECEIVED), "received", 1, "aa"),
        ((ABANDONED,), "abandoned", 0, None),
        ((ABANDONED, RECEIVED), "received", 0, None),
    ],
)
def test_a_delivery_stands_as_the_last_event_left_it(
    events: tuple[DeliveryEvent, ...], status: str, attempts: int, digest: str | None
) -> None:
    stands = fold_delivery(QUEUED, *events)
    proof = "pulled" if status == "received" else None
    why = {"held": "consent-withdrawn", "rejected": "busy", "abandoned": "no-safe-channel"}.get(status)
    expected = Delivery(QUEUED, MONDAY, status, attempts, digest, "folder" if attempts else None, proof, why=why)
    assert stands == expected


NOTED = DeliveryNoted(what="relayed", source="ab", **THE)
HINDERED = DeliveryNoted(what="hindered", why="revocation-unknown", **THE)
LATE = DeliveryEscalated(why="receipt-late", **THE)


@pytest.mark.parametrize("events", [(), (FIRST,), (FIRST, ACCEPTED), (RECEIVED,), (ABANDONED,), (HELD,)])
@pytest.mark.parametrize("note", [NOTED, HINDERED, LATE])
def test_a_note_may_come_at_any_time_and_changes_no_status(
    events: tuple[DeliveryEvent, ...], note: DeliveryEvent
) -> None:
    before, after = fold_delivery(QUEUED, *events), fold_delivery(QUEUED, *events, note)
    assert (after.status, after.since, after.attempts) == (before.status, before.since, before.attempts)


def test_notes_are_remembered() -> None:
    after = fold_delivery(QUEUED, NOTED, HINDERED, LATE)
    assert (after.relayed, after.hindered) == (True, True)
    assert after.heard == {"ab", "hindered revocation-unknown"}
    assert after.escalated == {"receipt-late"}
    assert after.why == "revocation-unknown"
    assert fold_delivery(QUEUED, HINDERED, FIRST).why is None


def test_an_answer_may_follow_mere_arrival_and_nothing_else_may() -> None:
    arrived = DeliveryReceived(delivery=LETTER, proof="delivered", at=MONDAY)
    answered = DeliveryReceived(delivery=LETTER, proof="acknowledged", at=TUESDAY)
    assert fold_delivery(QUEUED, arrived, answered).proof == "acknowledged"
    for first, second in ((arrived, arrived), (answered, answered), (answered, arrived), (RECEIVED, answered)):
        with pytest.raises(Contradiction):
            fold_delivery(QUEUED, first, second)


@pytest.mark.parametrize(
    ("events", "next_event"),
    [
        ((), QUEUED),
        ((), SECOND),
        ((), ACCEPTED),
        ((), REJECTED),
        ((FIRST,), FIRST),
        ((FIRST, SECOND), ACCEPTED),
        ((FIRST, SECOND), REJECTED),
        ((FIRST, REJECTED), ACCEPTED),
        ((RECEIVED,), RECEIVED),
        ((RECEIVED,), ABANDONED),
        ((RECEIVED,), FIRST),
        ((ABANDONED,), FIRST),
        ((ABANDONED,), HELD),
        ((ABANDONED,), ABANDONED),
    ],
)
def test_what_cannot_follow(events: tuple[DeliveryEvent, ...], next_event: DeliveryEvent) -> None:
    with pytest.raises(Contradiction) as caught:
        evolve(fold_delivery(QUEUED, *events), next_event)
    assert caught.value.code == "delivery-state"


def test_a_delivery_begins_when_it_is_queued() -> None:
    with pytest.raises(Contradiction) as caught:
        evolve(None, FIRST)
    assert caught.value.code == "no-beginning"


PARTIES: dict[str, Any] = {"act": DISCLOSURE, "sender": CLINIC, "recipient": FAMILIES} | THE
COMPLETED, FAILED = DeliveryCompleted(proof="pulled", **PARTIES), DeliveryFailed(why="no-safe-channel", **PARTIES)


def test_the_case_learns_what_proves_it() -> None:
    assert outcome(fold_delivery(QUEUED), RECEIVED) == COMPLETED


def test_the_case_learns_why_it_failed() -> None:
    assert outcome(fold_delivery(QUEUED), ABANDONED) == FAILED


class TestOnTheCase:
    """Nothing follows DeliveryCompleted; proof may follow a failure; a closed case learns it as well."""

    def complete(self, event: DeliveryCompleted | DeliveryFailed) -> CompleteDelivery:
        return CompleteDelivery(event)

    @pytest.mark.parametrize("event", [COMPLETED, FAILED])
    def test_it_is_registered(self, event: Any) -> None:
        given(a_case()).when(self.complete(event)).then(event)
        given(a_case(), closed()).when(self.complete(event)).then(event)

    def test_proof_may_come_after_a_failure(self) -> None:
        given(a_case(), FAILED).when(self.complete(COMPLETED)).then(COMPLETED)

    def test_a_bounce_follows_what_was_reported_and_an_answer_follows_the_bounce(self) -> None:
        bounced = replace(FAILED, why="bounced-5-1-1")
        given(a_case(), COMPLETED).when(self.complete(bounced)).then(bounced)
        given(a_case(), COMPLETED, bounced).when(self.complete(COMPLETED)).then(COMPLETED)

    @pytest.mark.parametrize("event", [COMPLETED, FAILED])
    def test_nothing_follows_proof(self, event: Any) -> None:
        given(a_case(), COMPLETED).when(self.complete(event)).then()

    def test_a_failure_settles_nothing(self) -> None:
        case = fold((a_case(), FAILED))
        assert case is not None
        assert LETTER not in case.settled


def test_moments_are_the_deliverys_own() -> None:
    later = DeliveryReceived(delivery=LETTER, proof="delivered", at=TUESDAY)
    assert outcome(fold_delivery(QUEUED), later).at == TUESDAY
