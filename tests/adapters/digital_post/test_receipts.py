"""What a business receipt does to a delivery: the table of SM-30, row by row."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.digital_post.receipts import BusinessReceipt, Effect, Standing, Statuses, judge, read, write
from hub.errors import Unreadable

RECEIPT = BusinessReceipt(
    transmission="t-1",
    message=UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d"),
    error_code=None,
    status=None,
    at=datetime(2024, 5, 7, 12, 45, tzinfo=UTC),
)
KNOWN = Statuses(positive=frozenset({"COMPLETED"}), negative=frozenset({"INVALID"}))
WAITING, DELIVERED, FAILED, UNKNOWN = Standing.WAITING, Standing.DELIVERED, Standing.FAILED, Standing.UNKNOWN

# error code, status, how the message stands → effect, why, warnings
TABLE = [
    (None, None, WAITING, Effect.DELIVERED, "business-receipt-positive", ()),
    (None, "COMPLETED", WAITING, Effect.DELIVERED, "business-receipt-positive", ()),
    ("", "COMPLETED", WAITING, Effect.DELIVERED, "business-receipt-positive", ("error-code-blank",)),
    ("  ", None, WAITING, Effect.DELIVERED, "business-receipt-positive", ("error-code-blank",)),
    ("0", "COMPLETED", WAITING, Effect.FAILED, "business-receipt-negative", ("error-code-zero",)),
    ("4711", "COMPLETED", WAITING, Effect.FAILED, "business-receipt-negative", ()),
    ("4711", "NEVER-HEARD-OF", WAITING, Effect.FAILED, "business-receipt-negative", ()),
    (None, "INVALID", WAITING, Effect.FAILED, "business-receipt-negative", ("status-without-error-code",)),
    (None, "NEVER-HEARD-OF", WAITING, Effect.PENDING, "unknown-receipt-status", ("unknown-receipt-status",)),
    (None, None, UNKNOWN, Effect.NOTHING, "unknown-message", ("receipt-for-unknown-message",)),
    ("4711", None, UNKNOWN, Effect.NOTHING, "unknown-message", ("receipt-for-unknown-message",)),
    (None, None, DELIVERED, Effect.NOTHING, "already-delivered", ()),
    ("4711", None, DELIVERED, Effect.NOTHING, "already-delivered", ("receipt-contradicts-earlier",)),
    ("4711", None, FAILED, Effect.NOTHING, "already-failed", ()),
    (None, None, FAILED, Effect.DELIVERED, "late-receipt", ("receipt-after-failure",)),
    (None, "NEVER-HEARD-OF", FAILED, Effect.NOTHING, "already-failed", ("unknown-receipt-status",)),
]


@pytest.mark.parametrize(("code", "status", "standing", "effect", "why", "warnings"), TABLE)
def test_what_a_receipt_does(
    code: str | None, status: str | None, standing: Standing, effect: Effect, why: str, warnings: tuple[str, ...]
) -> None:
    """SM-30."""
    signal = judge(replace(RECEIPT, error_code=code, status=status), standing, KNOWN)
    assert (signal.effect, signal.why, signal.warnings) == (effect, why, warnings)


def test_without_confirmed_words_every_status_leaves_the_message_pending() -> None:
    """SM-30: the words are a setting; the safe default closes nothing on a word nobody has confirmed."""
    assert judge(replace(RECEIPT, status="COMPLETED"), WAITING).effect is Effect.PENDING
    assert judge(RECEIPT, WAITING).effect is Effect.DELIVERED


def test_a_receipt_never_acknowledges() -> None:
    """Only a signed reply or a person closes what the letter was about (guide §7)."""
    assert {effect.value for effect in Effect} == {"delivered", "failed", "pending", "nothing"}


@pytest.mark.parametrize("code", [None, "", "  "])
def test_no_error_is_written_as_null(code: str | None) -> None:
    """SM-30."""
    told = json.loads(write(replace(RECEIPT, error_code=code)))
    assert told["errorCode"] is None
    assert set(told) == {"transmissionId", "messageUUID", "errorCode", "errorMessage", "timestamp", "receiptStatus"}
    assert told["timestamp"] == "2024-05-07T12:45:00Z"


def test_what_is_written_is_read_again() -> None:
    for receipt in (RECEIPT, replace(RECEIPT, error_code="4711", status="INVALID")):
        assert read(write(receipt)) == receipt


def test_an_error_code_as_a_number_is_the_same_code() -> None:
    told = json.loads(write(RECEIPT))
    assert read(json.dumps(told | {"errorCode": 0}).encode()).error_code == "0"


def test_the_free_text_of_a_receipt_is_not_taken_in() -> None:
    """SM-40: errorMessage may name a person."""
    told = json.loads(write(RECEIPT)) | {"errorMessage": "Kirsten Test Berggren er ukendt"}
    assert "Kirsten" not in repr(read(json.dumps(told).encode()))


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [
        ({"messageUUID": "k7t2"}, "messageUUID"),
        ({"messageUUID": None}, "messageUUID"),
        ({"transmissionId": ""}, "transmissionId"),
        ({"errorCode": []}, "errorCode"),
        ({"errorCode": True}, "errorCode"),
        ({"receiptStatus": {}}, "receiptStatus"),
        ({"timestamp": "2024-05-07T12:45:00"}, "timestamp"),
        ({"timestamp": "i dag"}, "timestamp"),
    ],
)
def test_a_receipt_that_is_none_names_its_field(spoilt: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable) as complaint:
        read(json.dumps(json.loads(write(RECEIPT)) | spoilt).encode())
    assert complaint.value.field == field


@given(st.binary(max_size=200) | st.just(b"[" * 70_000) | st.just(b'{"a": ' * 5_000))
def test_noise_is_unreadable_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(Unreadable):
        read(noise)
