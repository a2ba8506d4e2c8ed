"""What comes back from Digital Post, and what it may do to a delivery (secure-mail guide §7, SM-30).

The technical receipt is the HTTP answer: the platform has the message, and nobody has accepted it yet. The business
receipt is the receiver's: without an error code it proves arrival; with one it failed. In July 2022 systems that wrote
blank or `0` for "no error" had everything sent to them again, so we write null, take blank for null with a warning, and
`0` for an error with a warning.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from hub.errors import Unreadable

T = TypeVar("T")
LONGEST = 64 * 1024  # bytes of a receipt that is read at all


class Effect(Enum):
    """What a business receipt does. Only a person or a signed reply acknowledges; a receipt never does."""

    DELIVERED = "delivered"
    FAILED = "failed"
    PENDING = "pending"
    NOTHING = "nothing"


class Standing(Enum):
    """How the message stands that a receipt speaks of."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessReceipt:
    """One business receipt, as it came. `error_code` None, blank and `0` are three different things."""

    transmission: str
    message: UUID
    error_code: str | None
    status: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """What a receipt means, a code that says why, and what an operator should look at."""

    effect: Effect
    why: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statuses:
    """The words of receiptStatus that an operator has confirmed; the public material names none (guide §15)."""

    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()


def judge(receipt: BusinessReceipt, standing: Standing, statuses: Statuses = Statuses()) -> Signal:
    """What this receipt does to the message it speaks of. The same receipt again does nothing."""
    if standing is Standing.UNKNOWN:
        return Signal(Effect.NOTHING, "unknown-message", ("receipt-for-unknown-message",))
    signal = _said(receipt, statuses)
    if standing is Standing.DELIVERED:
        contradicts = ("receipt-contradicts-earlier",) if signal.effect is Effect.FAILED else ()
        return Signal(Effect.NOTHING, "already-delivered", signal.warnings + contradicts)
    if standing is Standing.FAILED:
        if signal.effect is Effect.DELIVERED:  # proof that comes late is proof (event-store.md, delivery)
            return Signal(Effect.DELIVERED, "late-receipt", (*signal.warnings, "receipt-after-failure"))
        return Signal(Effect.NOTHING, "already-failed", signal.warnings)
    return signal


def _said(receipt: BusinessReceipt, statuses: Statuses) -> Signal:
    """What the receipt says, whatever stood before."""
    code = receipt.error_code
    if code is not None and code.strip():
        warnings = ("error-code-zero",) if code.strip() == "0" else ()
        return Signal(Effect.FAILED, "business-receipt-negative", warnings)
    warnings = ("error-code-blank",) if code is not None else ()
    if receipt.status in statuses.negative:
        return Signal(Effect.FAILED, "business-receipt-negative", (*warnings, "status-without-error-code"))
    if receipt.status is not None and receipt.status not in statuses.positive:
        return Signal(Effect.PENDING, "unknown-receipt-status", (*warnings, "unknown-receipt-status"))
    return Signal(Effect.DELIVERED, "business-receipt-positive", warnings)


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
