"""The signed manifest: which delivery this is, from whom, for whom, until when, and the hash of every attachment.

S/MIME that is signed and then encrypted lets its receiver encrypt our signed content again for a third; naming the
receiver inside what is signed closes that (secure-mail guide §4). It is JSON, the first attachment, and it is read
strictly: an unknown or a missing field is no manifest.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from adapters.secure_mail.attachment import Attached
from hub.errors import Undeliverable

MEDIA_TYPE = "application/json"
LASTS = timedelta(days=30)  # the window in which a repeat is recognised (guide §12)
SKEW = timedelta(minutes=5)  # by which the two machines' clocks may differ
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a delivery."""

    mailbox: str
    cvr: str | None = None
    sor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One attachment, as the manifest names it."""

    name: str
    media_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, attached: Attached) -> "Entry":
        """What a manifest says of this attachment."""
        return cls(
            name=attached.name, media_type=attached.media_type, size=len(attached.content), sha256=attached.sha256
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the sender vouches for beside the attachments themselves. `legal_basis` is readable to the receiver only."""

    delivery_id: UUID
    reference: str
    document_type: str
    sender: Party
    recipient: Party
    created: datetime
    expires: datetime
    attachments: tuple[Entry, ...]
    legal_basis: str | None = None
    in_reply_to: str | None = None

    def as_bytes(self) -> bytes:
        """JSON in UTF-8; the same manifest gives the same bytes."""
        told = asdict(self) | {
            "delivery_id": str(self.delivery_id),
            "created": _zulu(self.created),
            "expires": _zulu(self.expires),
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    def refuse_unless_for(self, mailbox: str, cvr: str | None, now: datetime) -> None:
        """Raise `Undeliverable` with a code when it names another receiver, or a time that is over or not come yet."""
        if self.recipient.mailbox != mailbox or (cvr is not None and self.recipient.cvr != cvr):
            raise Undeliverable("manifest-names-another-recipient")
        if not self.created - SKEW <= now < self.expires <= self.created + LASTS:
            raise Undeliverable("manifest-expired")

    def refuse_unless_holds(self, attached: Iterable[Attached]) -> None:
        """Raise `Undeliverable` unless these are the attachments it names, each with its hash, in its order."""
        if tuple(Entry.of(attachment) for attachment in attached) != self.attachments:
            raise Undeliverable("manifest-differs-from-attachments")


def name_of(reference: str) -> str:
    """What the manifest of this reference is called."""
    return f"manifest-{reference.lower()}.json"


def parse(content: bytes) -> Manifest:
    """The manifest, or `Undeliverable`: what is not one says nothing."""
    try:
        return _manifest(json.loads(content) if len(content) <= LONGEST else None)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Undeliverable("manifest-not-readable") from None


def _manifest(told: Any) -> Manifest:
    if set(told) != {field.name for field in fields(Manifest)}:
        raise KeyError
    return Manifest(
        delivery_id=UUID(told["delivery_id"]),
        reference=_text(told["reference"]),
        document_type=_text(told["document_type"]),
        sender=_party(told["sender"]),
        recipient=_party(told["recipient"]),
        created=_moment(told["created"]),
        expires=_moment(told["expires"]),
        attachments=tuple(_entry(entry) for entry in told["attachments"]),
        legal_basis=_optional(told["legal_basis"]),
        in_reply_to=_optional(told["in_reply_to"]),
    )


def _party(told: Any) -> Party:
    if set(told) != {field.name for field in fields(Party)}:
        raise KeyError
    return Party(mailbox=_text(told["mailbox"]), cvr=_optional(told["cvr"]), sor=_optional(told["sor"]))


def _entry(told: Any) -> Entry:
    if set(told) != {field.name for field in fields(Entry)} or type(told["size"]) is not int:
        raise KeyError
    return Entry(
        name=_text(told["name"]),
        media_type=_text(told["media_type"]),
        size=told["size"],
        sha256=_text(told["sha256"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 320:
        raise TypeError
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(value: Any) -> datetime:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _text(value)):
        raise ValueError
    return datetime.fromisoformat(value)
