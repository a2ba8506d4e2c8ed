"""What mail servers and mail programs report of a mail: delivery status (RFC 3464) and disposition (RFC 8098).

Both are unsigned and easily forged, so they are read strictly: a delivery report comes from the null sender, speaks of
one receiver, carries our reference as its envelope id, and does not contradict itself. What it may change is judged by
the hub.
"""

import re
from collections.abc import Mapping
from email.message import EmailMessage, Message
from uuid import UUID

from adapters.secure_mail.message import REFERENCE
from hub.ports.receipts import DeliveryReceipt

ACTIONS = {
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "relayed",
    "delayed": "delayed",
    "failed": "failed",
}
CLASSES = {"delivered": "2", "relayed": "2", "delayed": "4", "failed": "45"}
_ADDRESS = re.compile(r"rfc822\s*;\s*<?([A-Za-z0-9._+-]+@[A-Za-z0-9.-]+)>?", re.ASCII | re.IGNORECASE)
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[a-z0-9.-]+>", re.ASCII)


def delivery_status(mail: EmailMessage, source: str) -> DeliveryReceipt:
    """What a delivery report claims; `refused` with a code when it is not one to go by."""
    groups = _groups(mail, "message/delivery-status")
    reference = _reference(groups[0].get("Original-Envelope-Id")) if groups else None

    def refused(why: str) -> DeliveryReceipt:
        return DeliveryReceipt(what="refused", source=source, reference=reference, why=why)

    if [str(value).strip() for value in mail.get_all("Return-Path", [])] != ["<>"]:
        return refused("report-not-from-null-sender")
    if reference is None:
        return refused("report-without-reference")
    if len(groups) != 2:
        return refused("report-not-of-one-recipient")
    what = ACTIONS.get(_value(groups[1], "Action").lower())
    status = _STATUS.fullmatch(_value(groups[1], "Status").partition(" ")[0])
    recipient = _ADDRESS.fullmatch(_value(groups[1], "Original-Recipient") or _value(groups[1], "Final-Recipient"))
    if what is None or status is None or recipient is None:
        return refused("report-not-readable")
    if status[1] not in CLASSES[what]:
        return refused("report-contradicts-itself")
    why = f"bounced-{'-'.join(status.groups())}" if what == "failed" else None
    return DeliveryReceipt(what=what, source=source, reference=reference, recipient=recipient[1].lower(), why=why)


def disposition(mail: EmailMessage, source: str) -> DeliveryReceipt:
    """That a program opened or deleted a mail: noted, and never proof that the right person has read it."""
    groups = _groups(mail, "message/disposition-notification")
    quoted = _OURS.fullmatch(_value(groups[0], "Original-Message-ID")) if groups else None
    message = UUID(quoted[1]) if quoted else None
    return DeliveryReceipt(what="noted", source=source, message=message, why="disposition-notification")


def message_quoted(text: str) -> UUID | None:
    """The first of our message ids in a header that quotes some."""
    found = _OURS.search(text)
    return UUID(found[1]) if found else None


def _groups(mail: EmailMessage, media_type: str) -> list[Mapping[str, str]]:
    """The groups of fields of the report; Python reads them as messages without a body."""
    for part in mail.walk():
        if part.get_content_type() == media_type:
            payload = part.get_payload()
            inner = (
                [message for message in payload if isinstance(message, Message)] if isinstance(payload, list) else []
            )
            inner = inner or [_fields(part)]
            return [group for message in inner if (group := {name: str(value) for name, value in message.items()})]
    return []


def _fields(part: Message) -> Message:
    """A disposition notification is fields in a body, as far as Python is concerned."""
    content = part.get_payload(decode=True)
    found = Message()
    for line in (content if isinstance(content, bytes) else b"").decode("ascii", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[A-Za-z-]{1,60}", name):
            found[name] = value.strip()
    return found


def _reference(text: str | None) -> str | None:
    """The envelope id as we gave it; it has no sign that xtext would change (RFC 3461 §4)."""
    return text.strip() if text is not None and REFERENCE.fullmatch(text.strip()) else None


def _value(group: Mapping[str, str], name: str) -> str:
    """A field by its name in any case."""
    return next((value.strip() for key, value in group.items() if key.lower() == name.lower()), "")
