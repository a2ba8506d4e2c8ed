"""A mail that came back → what it claims about a letter of ours.

Delivery reports, disposition notifications and signed answers; anything else is refused with a code and left for a
person who reads that mailbox. The answer of a municipality is sealed to us and signed by its organisation, and its
manifest names the letter that it answers. One that only quotes our reference in words, or that a machine has sent, is
noted for a person and proves nothing (secure-mail guide §0).
"""

import re
from collections.abc import Iterable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from uuid import UUID

from adapters.secure_mail import reports
from adapters.secure_mail.mailbox import Mailbox
from adapters.secure_mail.manifest import Manifest
from adapters.secure_mail.message import REFERENCE
from adapters.secure_mail.opener import ENVELOPES, LARGEST, Opened, Opener, open_mail
from adapters.secure_mail.trust import Trust
from hub.errors import TryAgainLater, Unreadable
from hub.observability import log
from hub.ports.clock import Clock
from hub.ports.receipts import DeliveryReceipt, SignedAnswer

AUTOMATIC = "Auto-Submitted"
_DELIVERY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_IN_BRACKETS = re.compile(r"\[([A-Za-z0-9-]{8,40})\]")
_IN_WORDS = re.compile(r"(?<![A-Za-z0-9-])(?:reference|ref\.)\W{0,3}([A-Za-z0-9-]{8,40})", re.IGNORECASE)
_PARSER = BytesParser(EmailMessage, policy=policy.SMTP)


class MailReceipts:
    """The Receipts port over a mailbox."""

    def __init__(self, mailbox: Mailbox, openers: Iterable[Opener], trust: Trust | None, clock: Clock) -> None:
        self._mailbox, self._openers, self._trust, self._clock = mailbox, tuple(openers), trust, clock
        self._keys: dict[str, str] = {}

    def heard(self) -> Iterable[DeliveryReceipt]:
        """Every mail that is not done with. One whose signer's revocation is unknown is left for later."""
        for key, raw in self._mailbox.waiting():
            try:
                signal = self._signal(raw)
            except TryAgainLater as later:
                log.warning("receipt-waits", why=str(later))
                continue
            self._keys[signal.source] = key
            yield signal

    def done(self, signal: DeliveryReceipt) -> None:
        """The mail is marked; nobody deletes it."""
        key = self._keys.pop(signal.source, None)
        if key is not None:
            self._mailbox.done(key)

    def _signal(self, raw: bytes) -> DeliveryReceipt:
        source = sha256(raw).hexdigest()
        if len(raw) > LARGEST:
            return DeliveryReceipt(what="refused", source=source, why="mail-too-large")
        try:
            return self._read(raw, source)
        except Unreadable as refused:
            return DeliveryReceipt(what="refused", source=source, why=refused.rule)

    def _read(self, raw: bytes, source: str) -> DeliveryReceipt:
        try:
            mail = _PARSER.parsebytes(raw)
            kind, about = mail.get_content_type(), dict(mail["Content-Type"].params) if mail["Content-Type"] else {}
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # the parser's own stumbles
            raise Unreadable("mail-not-readable") from None
        if kind == "multipart/report" and about.get("report-type") == "delivery-status":
            return reports.delivery_status(mail, source)
        if kind == "multipart/report" and about.get("report-type") == "disposition-notification":
            return reports.disposition(mail, source)
        if str(about.get("smime-type", "")).lower() in ENVELOPES:
            return self._answer(raw, source, automatic=_is_automatic(mail[AUTOMATIC]))
        raise Unreadable("mail-neither-report-nor-sealed")

    def _answer(self, raw: bytes, source: str, *, automatic: bool) -> DeliveryReceipt:
        if self._trust is None:
            raise Unreadable("nobody-to-trust")
        now = self._clock()
        opened = open_mail(raw, self._openers, self._trust, now)
        manifest = opened.manifest
        if manifest is not None and now >= manifest.expires:
            raise Unreadable("manifest-expired")
        reference, message = quoted(opened)
        why = "sent-by-a-machine" if automatic or _is_automatic(opened.headers.get(AUTOMATIC)) else None
        if why is None and (manifest is None or manifest.in_reply_to is None):
            why = "answered-in-words"
        return DeliveryReceipt(
            what="noted" if why else "acknowledged",
            source=source,
            reference=reference,
            message=message,
            signed_by=opened.signed_by,
            answer=None if manifest is None else _says(manifest),
            why=why,
        )


def _says(manifest: Manifest) -> SignedAnswer:
    sender, recipient = manifest.sender.mailbox, manifest.recipient.mailbox
    return SignedAnswer(delivery=manifest.delivery_id, sender=sender, recipient=recipient)


def quoted(opened: Opened) -> tuple[str | None, UUID | None]:
    """Our reference, or the id of our letter, in what was signed; neither when there is none, or more than one."""
    if opened.manifest is not None and opened.manifest.in_reply_to:
        return _named(opened.manifest.in_reply_to)
    reference = _quoted_reference(opened)
    return reference, None if reference else reports.message_quoted(opened.headers.get("In-Reply-To", ""))


def _named(told: str) -> tuple[str | None, UUID | None]:
    """What a manifest answers: a delivery id, or the reference that goes with it."""
    if _DELIVERY.fullmatch(told):
        return None, UUID(told)
    return (told, None) if REFERENCE.fullmatch(told) else (None, None)


def _is_automatic(field: object) -> bool:
    """Did a machine send it (RFC 3834 §5)? What says nothing of it was sent by a person."""
    return field is not None and str(field).partition(";")[0].strip().lower() != "no"


def _quoted_reference(opened: Opened) -> str | None:
    subject = _IN_BRACKETS.findall(opened.headers.get("Subject", ""))
    found = set(subject) or {reference.rstrip("-") for reference in _IN_WORDS.findall(opened.cover)}
    return found.pop() if len(found) == 1 else None
