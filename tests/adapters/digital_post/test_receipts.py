"""What a business receipt does to a delivery: the table of SM-30, row by row."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.digital_post.receipts import BusinessReceipt, PostReceipts, Statuses, read, signal_of, write
from hub.errors import Unreadable
from hub.ports.receipts import Receipts

RECEIPT = BusinessReceipt(
    transmission="t-1",
    message=UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d"),
    error_code=None,
    status=None,
    at=datetime(2024, 5, 7, 12, 45, tzinfo=UTC),
)
KNOWN = Statuses(positive=frozenset({"COMPLETED"}), negative=frozenset({"INVALID"}))

# error code, status → what it claims, and what an operator should look at
TABLE = [
    (None, None, "delivered", None),
    (None, "COMPLETED", "delivered", None),
    ("", "COMPLETED", "delivered", "error-code-blank"),
    ("  ", None, "delivered", "error-code-blank"),
    ("0", "COMPLETED", "failed", "error-code-zero"),
    ("4711", "COMPLETED", "failed", "business-receipt-negative"),
    ("4711", "NEVER-HEARD-OF", "failed", "business-receipt-negative"),
    (None, "INVALID", "failed", "status-without-error-code"),
    (None, "NEVER-HEARD-OF", "noted", "unknown-receipt-status"),
    ("", "NEVER-HEARD-OF", "noted", "unknown-receipt-status"),
]


@pytest.mark.parametrize(("code", "status", "what", "why"), TABLE)
def test_what_a_receipt_claims(code: str | None, status: str | None, what: str, why: str | None) -> None:
    """SM-30; what is unknown, late or repeated: tests/bootstrap/test_digital_post.py."""
    signal = signal_of(replace(RECEIPT, error_code=code, status=status), "s", KNOWN)
    assert (signal.what, signal.why, signal.message, signal.channel) == (what, why, RECEIPT.message, "digital-post")


def test_without_confirmed_words_every_status_leaves_the_message_pending() -> None:
    """SM-30: the words are a setting; the safe default closes nothing on a word nobody has confirmed."""
    assert signal_of(replace(RECEIPT, status="COMPLETED"), "s").what == "noted"
    assert signal_of(RECEIPT, "s").what == "delivered"


def test_a_folder_tells_of_each_receipt_until_it_is_done_with(tmp_path: Path) -> None:
    receipts: Receipts = PostReceipts(tmp_path, KNOWN)
    assert list(receipts.heard()) == []
    (tmp_path / "b.json").write_bytes(b"{}")
    (tmp_path / "a.json").write_bytes(write(RECEIPT))
    (tmp_path / "c.part").write_bytes(b"half")
    first, second = receipts.heard()
    assert (first.what, first.message) == ("delivered", RECEIPT.message)
    assert (second.what, second.why, second.message) == ("refused", "receipt-not-readable", None)
    assert list(receipts.heard()) == [first, second]
    receipts.done(first)
    receipts.done(first)
    assert list(receipts.heard()) == [second]
    assert (tmp_path / "done" / "a.json").read_bytes() == write(RECEIPT)


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
