"""What comes back from Digital Post, and what it may do to a delivery (secure-mail guide §7, SM-30).

The technical receipt is the HTTP answer: the platform has the message, and nobody has accepted it yet. The business
receipt is the receiver's: without an error code it proves arrival; with one it failed. In July 2022 systems that wrote
blank or `0` for "no error" had everything sent to them again, so we write null, take blank for null with a warning, and
`0` for an error with a warning.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from hub.errors import Unreadable
from hub.ports.receipts import DeliveryReceipt

T = TypeVar("T")
CHANNEL = "digital-post"
LONGEST = 64 * 1024  # bytes of a receipt that is read at all
MOST = 200  # receipts in one look
DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessReceipt:
    """One business receipt, as it came. `error_code` None, blank and `0` are three different things."""

    transmission: str
    message: UUID
    error_code: str | None
    status: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Statuses:
    """The words of receiptStatus that an operator has confirmed; the public material names none (guide §15)."""

    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()


NONE_CONFIRMED = Statuses()


class PostReceipts:
    """The Receipts port over a folder in which whoever speaks to Digital Post lays each receipt as one `.json` file.

    What is done with moves to `done` beneath it; nothing is deleted.
    """

    def __init__(self, folder: Path, statuses: Statuses = NONE_CONFIRMED) -> None:
        self._folder, self._statuses = folder, statuses
        self._files: dict[str, Path] = {}

    def heard(self) -> Iterator[DeliveryReceipt]:
        """Every receipt that is not done with, oldest name first."""
        for file in sorted(self._folder.glob("*.json"))[:MOST]:
            try:
                raw = file.read_bytes()
            except FileNotFoundError:  # another worker was first
                continue
            signal = self._signal(raw)
            self._files[signal.source] = file
            yield signal

    def done(self, signal: DeliveryReceipt) -> None:
        """Out of the way."""
        file = self._files.pop(signal.source, None)
        if file is not None:
            (self._folder / DONE).mkdir(mode=0o700, exist_ok=True)
            with suppress(FileNotFoundError):
                file.rename(self._folder / DONE / file.name)

    def _signal(self, raw: bytes) -> DeliveryReceipt:
        source = sha256(raw).hexdigest()
        try:
            return signal_of(read(raw), source, self._statuses)
        except Unreadable:
            return DeliveryReceipt(what="refused", source=source, why="receipt-not-readable", channel=CHANNEL)


def signal_of(receipt: BusinessReceipt, source: str, statuses: Statuses = NONE_CONFIRMED) -> DeliveryReceipt:
    """What the receipt claims of the message it names; `why` says what an operator should look at.

    `delivered` and `failed` close a delivery, `noted` does not. A receipt never acknowledges: a signed reply does.
    """
    what, why = _said(receipt, statuses)
    return DeliveryReceipt(what=what, source=source, message=receipt.message, why=why, channel=CHANNEL)


def _said(receipt: BusinessReceipt, statuses: Statuses) -> tuple[str, str | None]:
    code = receipt.error_code
    if code is not None and code.strip():
        return "failed", "error-code-zero" if code.strip() == "0" else "business-receipt-negative"
    if receipt.status in statuses.negative:
        return "failed", "status-without-error-code"
    if receipt.status is not None and receipt.status not in statuses.positive:
        return "noted", "unknown-receipt-status"
    return "delivered", "error-code-blank" if code is not None else None


def read(document: bytes) -> BusinessReceipt:
    """A business receipt from its JSON; `Unreadable` names the field and never what stood in it.

    errorMessage is free text that may name a person, so it is not taken in at all.
    """
    try:
        told = json.loads(document) if len(document) <= LONGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Unreadable("a business receipt as one JSON object", source="NgDP business receipt")
    return BusinessReceipt(
        transmission=_field(told, "transmissionId", _text),
        message=_field(told, "messageUUID", _uuid),
        error_code=_field(told, "errorCode", _code),
        status=_field(told, "receiptStatus", _code),
        at=_field(told, "timestamp", _moment),
    )


def write(receipt: BusinessReceipt) -> bytes:
    """The receipt that we give as a receiver; no error is null, never blank and never `0`."""
    told = {
        "transmissionId": receipt.transmission,
        "messageUUID": str(receipt.message),
        "errorCode": (receipt.error_code or "").strip() or None,
        "errorMessage": None,
        "timestamp": receipt.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "receiptStatus": receipt.status,
    }
    return json.dumps(told).encode()


def _field(told: dict[str, Any], name: str, read: Callable[[Any], T]) -> T:
    try:
        return read(told.get(name))
    except (TypeError, ValueError):
        raise Unreadable("as a business receipt has it", field=name, source="NgDP business receipt") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise TypeError
    return value


def _uuid(value: Any) -> UUID:
    return UUID(_text(value))


def _code(value: Any) -> str | None:
    """A code, possibly blank; some systems write the number."""
    if value is None:
        return None
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or len(value) > 256:
        raise TypeError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.utcoffset() is None:
        raise ValueError
    return moment
