"""Opens a sealed mail: decrypts, verifies, and only then looks at what is inside (secure-mail guide §4, §11 and §12).

The structure is exactly enveloped → signed → mixed: no part more, no part less, nothing nested, no HTML. Until the
signature holds, every refusal is the same one; after that, codes may tell what was wrong, because its sender vouches
for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.secure_mail import certificates
from adapters.secure_mail.attachment import MOST, Attached, refuse_attachment, refuse_content
from adapters.secure_mail.cms import REFUSED, decrypt
from adapters.secure_mail.manifest import MEDIA_TYPE, Manifest, name_of, parse
from adapters.secure_mail.signatures import signer_of
from adapters.secure_mail.trust import Trust
from hub.errors import Undeliverable, Unreadable

LARGEST = 64 * 1024 * 1024  # bytes of a mail that is looked at
MUST_AGREE = ("From", "To", "Message-ID")
ENVELOPES = ("enveloped-data", "authenveloped-data")
_PARSER = BytesParser(EmailMessage, policy=policy.SMTP)


@dataclass(frozen=True, slots=True, repr=False)
class Opener:
    """A key that opens, and the certificate that was encrypted to."""

    certificate: x509.Certificate
    key: RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a verified mail holds. `signed_by` is the CVR number of the organisation that signed; `headers` are the
    signed ones.
    """

    headers: Mapping[str, str]
    signed_by: str
    cover: str
    manifest: Manifest | None
    attached: tuple[Attached, ...]
    content_sha256: str


def open_mail(raw: bytes, openers: Iterable[Opener], trust: Trust, moment: datetime) -> Opened:
    """The mail, if one of the keys opens it and a trusted organisation signed it.

    `Unreadable` with a code for a mail that is refused; `TryAgainLater` while the signer's revocation cannot be known.
    Whether the signer is the party expected, and the manifest for us, is `refuse_unless`.
    """
    outside = _outside(raw)
    content, signature = _layers(_decrypted(_enclosed(outside), openers))
    signer = signer_of(content, signature, trust, moment)
    signed_by = certificates.cvr_of(signer)
    if signed_by is None:
        raise Unreadable("signer-names-no-organisation")
    inside = _parsed(content)
    _agree(outside, inside)
    try:
        cover, manifest, attached = _parts(inside)
    except Undeliverable as complaint:
        raise Unreadable(str(complaint)) from None
    return Opened(
        headers={name: str(value) for name, value in inside.items()},
        signed_by=signed_by,
        cover=cover,
        manifest=manifest,
        attached=attached,
        content_sha256=sha256(content).hexdigest(),
    )


def refuse_unless(opened: Opened, *, signed_by: str, mailbox: str, cvr: str | None, moment: datetime) -> None:
    """`Unreadable` unless this organisation signed it, for this receiver, and its time is not over.

    A signature that is intact and trusted but another organisation's is refused: the validator calls it valid (guide
    §11).
    """
    if opened.signed_by != signed_by:
        raise Unreadable("signed-by-another-organisation")
    if opened.manifest is None:
        raise Unreadable("manifest-missing")
    if opened.manifest.sender.cvr != opened.signed_by or opened.manifest.sender.mailbox != opened.headers.get("From"):
        raise Unreadable("manifest-names-another-sender")
    try:
        opened.manifest.refuse_unless_for(mailbox, cvr, moment)
    except Undeliverable as complaint:
        raise Unreadable(str(complaint)) from None


def _outside(raw: bytes) -> EmailMessage:
    if len(raw) > LARGEST:
        raise Unreadable("mail-too-large")
    return _parsed(raw)


def _parsed(raw: bytes) -> EmailMessage:
    try:
        message = _PARSER.parsebytes(raw)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # the parser's own stumbles over odd headers
        raise Unreadable(REFUSED) from None
    if any(len(message.get_all(name, [])) > 1 for name in ("From", "To", "Subject", "Message-ID", "Content-Type")):
        raise Unreadable(REFUSED)
    return message


def _enclosed(outside: EmailMessage) -> bytes:
    kind = outside["Content-Type"]
    sealed = (
        kind is not None
        and outside.get_content_type() in ("application/pkcs7-mime", "application/x-pkcs7-mime")
        and str(kind.params.get("smime-type", "")).lower() in ENVELOPES
    )
    payload = outside.get_payload(decode=True) if sealed and not outside.is_multipart() else None
    if not isinstance(payload, bytes):
        raise Unreadable(REFUSED)
    return payload


def _decrypted(envelope: bytes, openers: Iterable[Opener]) -> bytes:
    for opener in openers:
        try:
            return decrypt(envelope, opener.certificate, opener.key)
        except Unreadable:
            continue
    raise Unreadable(REFUSED)


def _layers(signed: bytes) -> tuple[bytes, bytes]:
    """The exact bytes that were signed, and the signature: the two parts of a multipart/signed, and no more."""
    about, empty_line, body = signed.partition(b"\r\n\r\n")
    kind = _parsed(about + empty_line)
    boundary = kind.get_boundary()
    if kind.get_content_type() != "multipart/signed" or not boundary:
        raise Unreadable(REFUSED)
    preamble, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii", "replace"))
    if len(parts) != 3 or not parts[0].startswith(b"\r\n") or not parts[1].startswith(b"\r\n"):
        raise Unreadable(REFUSED)
    if not parts[2].startswith(b"--") or parts[2][2:].strip() or preamble.strip():
        raise Unreadable(REFUSED)
    proof = _parsed(parts[1][2:])
    signature = proof.get_payload(decode=True)
    if proof.get_content_type() not in ("application/pkcs7-signature", "application/x-pkcs7-signature"):
        raise Unreadable(REFUSED)
    if not isinstance(signature, bytes):
        raise Unreadable(REFUSED)
    return parts[0][2:], signature


def _agree(outside: EmailMessage, inside: EmailMessage) -> None:
    """S/MIME does not sign the outer headers; the signed copies inside say which of them are true.

    A gateway may sign none at all. Then nothing on the outside is known to be true, and a letter is refused for it
    (`refuse_unless`); an answer is judged by who signed it and by what it says inside.
    """
    signed = [name for name in MUST_AGREE if inside[name] is not None]
    if signed and any(str(outside[name]) != str(inside[name]) for name in MUST_AGREE):
        raise Unreadable("headers-differ-from-signed-ones")


def _parts(inside: EmailMessage) -> tuple[str, Manifest | None, tuple[Attached, ...]]:
    """Cover, manifest, attachments: exactly a multipart/mixed of leaves."""
    parts = list(inside.iter_parts()) if inside.get_content_type() == "multipart/mixed" else []
    if not parts or inside.defects or any(part.is_multipart() or part.defects for part in parts):
        raise Unreadable("structure-not-allowed")
    if (inside.preamble or "").strip() or (inside.epilogue or "").strip() or len(parts) > MOST + 2:
        raise Unreadable("structure-not-allowed")
    cover, *rest = parts
    if cover.get_content_type() != "text/plain" or cover.get_content_disposition() == "attachment":
        raise Unreadable("structure-not-allowed")
    attached = [_attached(part) for part in rest]
    return _text(cover), *_told(attached)


def _told(attached: list[Attached]) -> tuple[Manifest | None, tuple[Attached, ...]]:
    manifest = None
    if attached and attached[0].media_type == MEDIA_TYPE:
        manifest = parse(attached[0].content)
        if attached[0].name != name_of(manifest.reference):
            raise Unreadable("manifest-not-readable")
        attached = attached[1:]
        manifest.refuse_unless_holds(attached)
    for attachment in attached:
        refuse_attachment(attachment)
        refuse_content(attachment)
    return manifest, tuple(attached)


def _attached(part: MIMEPart) -> Attached:
    content = part.get_payload(decode=True)
    if part.get_content_disposition() != "attachment" or not isinstance(content, bytes):
        raise Unreadable("structure-not-allowed")
    return Attached(part.get_filename() or "", part.get_content_type(), content)


def _text(cover: MIMEPart) -> str:
    try:
        return str(cover.get_content())
    except (LookupError, ValueError):
        raise Unreadable("structure-not-allowed") from None
