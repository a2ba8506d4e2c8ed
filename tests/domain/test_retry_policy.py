"""The clocks of a letter: waits, jitter, giving up, and when a person is told (guide §7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.domain import retry_policy
from hub.domain.delivery import Delivery, DeliveryQueued
from tests.domain.acts import DISCLOSURE, known_as
from tests.people import CLINIC, FAMILIES, MONDAY

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUEUED = DeliveryQueued(
    delivery=known_as("letter"),
    act=DISCLOSURE,
    position=7,
    carries="disclosure-made.v1",
    sender=CLINIC,
    recipient=FAMILIES,
    message_id=known_as("message"),
    reference="0f1e2d3c",
    at=MONDAY,
)
URGENT = replace(QUEUED, carries="concern-reported.v1")
WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR, 8 * HOUR]


def letter(queued: DeliveryQueued = QUEUED, **stands: Any) -> Delivery:
    """As it stands since Monday."""
    return Delivery(queued, MONDAY, **stands)


@pytest.mark.parametrize("attempt", range(1, 10))
def test_every_wait_is_the_tables_within_a_fifth(attempt: int) -> None:
    """SM-21: the retry table."""
    drawn = {retry_policy.wait(uuid4(), attempt) / WAITS[attempt - 1] for _ in range(300)}
    assert 0.8 <= min(drawn) < 0.85
    assert 1.15 < max(drawn) <= 1.2
    delivery = uuid4()
    assert retry_policy.wait(delivery, attempt) == retry_policy.wait(delivery, attempt)


def test_a_letter_is_tried_when_its_wait_is_over() -> None:
    """SM-21: not before, and then at once."""
    assert retry_policy.is_time(letter(), MONDAY)
    rejected = letter(status="rejected", attempts=2)
    due = MONDAY + retry_policy.wait(QUEUED.delivery, 2)
    assert not retry_policy.is_time(rejected, due - timedelta(seconds=1))
    assert retry_policy.is_time(rejected, due)
    for status in ("held", "accepted", "received", "abandoned"):
        assert not retry_policy.is_time(letter(status=status, attempts=1), MONDAY + 100 * HOUR)


def test_an_attempt_without_an_end_is_left_alone_as_long_as_a_carrier_may_take() -> None:
    """SM-22: so that a second worker never sends beside the first."""
    under_way = letter(status="attempted", attempts=1)
    assert not retry_policy.is_time(under_way, MONDAY + retry_policy.UNKNOWN - timedelta(seconds=1))
    assert retry_policy.is_time(under_way, MONDAY + retry_policy.UNKNOWN)


def test_a_day_after_it_was_queued_it_is_given_up() -> None:
    """SM-39: the deadline of every kind of letter."""
    tried = letter(status="rejected", attempts=3)
    assert not retry_policy.is_over(tried, MONDAY + 24 * HOUR - MINUTE)
    assert retry_policy.is_over(tried, MONDAY + 24 * HOUR)
    assert retry_policy.is_over(letter(hindered=True), MONDAY + 24 * HOUR)
    assert not retry_policy.is_over(letter(), MONDAY + 48 * HOUR), "a hub that stood still for two days tries once"


def test_one_that_was_packed_anew_waits_for_a_person_while_nothing_is_fit_to_seal_to() -> None:
    """Guide §0: the end of a certificate is held, not dead."""
    waits = letter(hindered=True, attempts=1, renewed_as=QUEUED.message_id, why="certificate-revoked")
    assert not retry_policy.is_over(waits, MONDAY + 900 * HOUR)
    assert retry_policy.troubles(waits) == ("certificate-revoked",)
    assert retry_policy.is_over(replace(waits, hindered=False), MONDAY + 24 * HOUR)


@pytest.mark.parametrize("status", ["queued", "attempted", "rejected"])
def test_an_underretning_that_has_not_left_in_an_hour_is_a_persons(status: str) -> None:
    """SM-39: an underretning is escalated after one hour; other letters are not."""
    attempts = 0 if status == "queued" else 2
    urgent, other = letter(URGENT, status=status, attempts=attempts), letter(status=status, attempts=attempts)
    assert retry_policy.escalation(urgent, MONDAY + 59 * MINUTE) is None
    assert retry_policy.escalation(urgent, MONDAY + HOUR) == "not-sent"
    assert retry_policy.escalation(replace(urgent, escalated=frozenset({"not-sent"})), MONDAY + 2 * HOUR) is None
    assert retry_policy.escalation(other, MONDAY + 23 * HOUR) is None


@pytest.mark.parametrize(
    ("queued", "late", "missing"), [(QUEUED, 4 * HOUR, 24 * HOUR), (URGENT, 30 * MINUTE, 2 * HOUR)]
)
def test_silence_after_it_was_handed_over_is_told_twice(
    queued: DeliveryQueued, late: timedelta, missing: timedelta
) -> None:
    """SM-39: late, then missing; shorter for the underretning."""
    silent = letter(queued, status="accepted", attempts=1, channel="smtp")
    assert retry_policy.escalation(silent, MONDAY + late - MINUTE) is None
    assert retry_policy.escalation(silent, MONDAY + late) == "receipt-late"
    told = replace(silent, escalated=frozenset({"receipt-late"}))
    assert retry_policy.escalation(told, MONDAY + missing - MINUTE) is None
    assert retry_policy.escalation(told, MONDAY + missing) == "receipt-missing"
    told = replace(silent, escalated=frozenset({"receipt-late", "receipt-missing"}))
    assert retry_policy.escalation(told, MONDAY + 900 * HOUR) is None


def test_where_nobody_reports_silence_is_nothing() -> None:
    """A folder says nothing, and after a relay that passed it on no more will come (guide §7)."""
    for stands in ({"channel": "folder"}, {"channel": "smtp", "relayed": True}):
        silent = letter(URGENT, status="accepted", attempts=1, **stands)
        assert retry_policy.escalation(silent, MONDAY + 900 * HOUR) is None


@pytest.mark.parametrize(
    ("codes", "stands"),
    [
        ((), {}),
        ((), {"status": "rejected", "why": "smtp-timeout"}),
        (("tls-failed",), {"status": "rejected", "why": "tls-failed"}),
        (("revocation-unknown",), {"hindered": True, "why": "revocation-unknown"}),
        (("not-sent",), {"status": "rejected", "why": "smtp-timeout", "told": ["not-sent"]}),
        (("not-sent", "tls-failed"), {"status": "rejected", "why": "tls-failed", "told": ["not-sent"]}),
        (("not-sent",), {"status": "attempted", "told": ["not-sent"]}),
        ((), {"status": "accepted", "told": ["not-sent"]}),
        (("receipt-late",), {"status": "accepted", "told": ["not-sent", "receipt-late"]}),
        (("receipt-late", "receipt-missing"), {"status": "accepted", "told": ["receipt-late", "receipt-missing"]}),
        ((), {"status": "accepted", "relayed": True, "told": ["receipt-late"]}),
        ((), {"status": "received", "proof": "delivered", "told": ["receipt-missing"]}),
        (("receipt-late",), {"status": "accepted", "channel": "smtp", "relayed": True, "told": ["receipt-late"]}),
        (("receipt-late",), {"status": "received", "channel": "smtp", "proof": "delivered", "told": ["receipt-late"]}),
        ((), {"status": "received", "channel": "sf1601", "proof": "delivered", "told": ["receipt-late"]}),
        (("receiver-in-trouble",), {"status": "received", "proof": "delivered", "told": ["receiver-in-trouble"]}),
        (("receiver-in-trouble",), {"status": "accepted", "relayed": True, "told": ["receiver-in-trouble"]}),
        ((), {"status": "received", "proof": "acknowledged", "told": ["receiver-in-trouble"]}),
        (("expired",), {"status": "abandoned", "why": "expired", "told": ["not-sent"]}),
        (("consent-withdrawn",), {"status": "held", "why": "consent-withdrawn"}),
    ],
)
def test_a_letter_is_a_persons_as_long_as_nothing_settles_it(codes: tuple[str, ...], stands: dict[str, Any]) -> None:
    told = frozenset(stands.pop("told", ()))
    assert retry_policy.troubles(letter(escalated=told, **stands)) == codes
