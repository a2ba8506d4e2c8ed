"""The sealed mail: signed by the sender's organisation, then encrypted for the receiver's, layer by layer as guide §4
has it.

The signed part repeats the outer headers (in the manner of RFC 9788) and begins with a manifest that names the
receiver. `cryptography` makes both CMS layers; its defaults are not relied on: SHA-256 and AES-256-CBC are said out
loud. Every sealing is different, so what was sealed for an attempt is kept by whoever calls, and sent again as it is.
"""

from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from hashlib import sha256
from itertools import chain

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from adapters.secure_mail import mime, size
from adapters.secure_mail.attachment import Attached
from adapters.secure_mail.certificates import fingerprint
from adapters.secure_mail.manifest import LASTS, MEDIA_TYPE, Entry, Manifest, Party, name_of
from adapters.secure_mail.message import (
    LIMIT,
    Outline,
    mailboxes,
    moved,
    outlined,
    parcel,
    refuse_kinds,
    refuse_large,
    sizes,
)
from adapters.secure_mail.recipients import Recipients
from adapters.secure_mail.signer import Signer
from adapters.secure_mail.trust import SIGN, Trust
from hub.domain.ruling import ruling_of
from hub.errors import TryAgainLater, Undeliverable, Unsendable
from hub.ports.carrier import Parcel
from hub.ports.clock import Clock
from hub.ports.directory import Address
from hub.ports.letter import Letter


class SealingPacker:
    """The Packer port. Checks every certificate at the moment of sealing; see `pack` for what stops a letter."""

    def __init__(
        self,
        signers: Iterable[Signer],
        recipients: Recipients,
        trust: Trust,
        clock: Clock,
        *,
        limit: int = LIMIT,
        domains: frozenset[str] | None = None,
    ) -> None:
        self._signers: Mapping[str, Signer] = {signer.cvr: signer for signer in signers if signer.cvr}
        self._recipients, self._trust, self._clock = recipients, trust, clock
        self._limit, self._domains = limit, domains

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:
        """`Unsendable` without a mailbox or a key at either end, or for a mail above the limit.

        Whether a certificate is valid today is asked when the mail is sealed.
        """
        mailboxes(letter)
        self._key(letter.sender)
        self._recipients.refuse(letter.recipient)
        refuse_kinds(letter)
        refuse_large(size.sealed(sizes(letter, pdf, fhir)), self._limit)

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """The sealed mail. `Undeliverable` with a code; `TryAgainLater` when revocation is unknown or our own key is
        not fit.
        """
        self.refuse(letter, len(pdf), len(fhir))
        outline = outlined(letter, pdf, fhir)
        signer, receivers = self._ends(letter.sender, letter.recipient)
        clear = signable(outline)
        digest = sha256(clear).hexdigest()
        proper = signed(clear, signer, outline.boundary("signed"))
        del clear  # every layer is as large as the letter; two at a time are enough
        sealed = encrypted(proper, receivers)
        del proper
        body = mime.joined(chain((mime.headers(_outside(outline)),), mime.base64_lines(sealed)))
        return parcel(outline, body, digest, fingerprints(signer, receivers))

    def stale(self, parcel: Parcel, sender: Address, recipient: Address) -> str | None:
        """A mailbox that changed, or a certificate that it was sealed to or signed with and now would not be.

        Revoked, expired or approved no longer: the code is the one that sealing it now would be refused with, or
        `certificate-changed` when it could be sealed to another.
        """
        try:
            now = fingerprints(*self._ends(sender, recipient))
        except TryAgainLater:
            raise
        except Undeliverable as unfit:
            return str(unfit)
        if not parcel.certificates or not set(parcel.certificates) <= set(now):
            return "certificate-changed"
        return moved(parcel, sender, recipient)

    def _ends(self, sender: Address, recipient: Address) -> tuple[Signer, list[x509.Certificate]]:
        """Who signs, and to which certificates it is sealed, each fit at this moment."""
        return self._signer(sender), self._recipients.certificates(recipient, self._clock())

    def _key(self, sender: Address) -> Signer:
        """The key of the sender's own organisation; nobody signs for another."""
        mailbox = sender.mailbox or ""
        if self._domains is not None and mailbox.partition("@")[2] not in self._domains:
            raise Unsendable("sender-domain-not-ours", "a sender in TVAERSPOR_MAIL_DOMAINS", field="sender")
        signer = self._signers.get(sender.cvr or "")
        if signer is None:
            raise Unsendable("sender-has-no-signing-key", "a sender with a key in TVAERSPOR_MAIL_DIR", field="sender")
        return signer

    def _signer(self, sender: Address) -> Signer:
        """The same, once it is fit to sign with."""
        signer = self._key(sender)
        try:
            self._trust.require(signer.certificate, SIGN, self._clock())
        except TryAgainLater:
            raise
        except Undeliverable as unfit:  # ours to mend; the letter waits for it
            raise TryAgainLater(f"own-{unfit}") from None
        return signer


def fingerprints(signer: Signer, receivers: Iterable[x509.Certificate]) -> tuple[str, ...]:
    """The certificates that a mail rests on."""
    return tuple(fingerprint(certificate) for certificate in (signer.certificate, *receivers))


def manifest(outline: Outline) -> Manifest:
    """What the sender vouches for; made from the letter alone, so that it is the same every time."""
    letter = outline.letter
    ruling = ruling_of(letter.event)
    return Manifest(
        delivery_id=letter.message_id,
        reference=letter.reference,
        document_type=outline.kind,
        sender=Party(mailbox=outline.readable.sender, cvr=letter.sender.cvr, sor=letter.sender.sor),
        recipient=Party(mailbox=outline.readable.recipient, cvr=letter.recipient.cvr, sor=letter.recipient.sor),
        created=letter.recorded_at,
        expires=letter.recorded_at + LASTS,
        attachments=tuple(Entry.of(attachment) for attachment in outline.attached),
        legal_basis=ruling.decision.basis if ruling else None,
    )


def signable(outline: Outline) -> bytes:
    """The bytes that are signed: protected headers, cover, manifest, attachments."""
    inside = outline.headed()
    inside.add_header("Content-Type", "multipart/mixed", boundary=outline.boundary("mixed"), hp="cipher")
    told = Attached(name_of(outline.letter.reference), MEDIA_TYPE, manifest(outline).as_bytes())
    return mime.joined(chain((mime.headers(inside),), outline.content(told)))


def signed(clear: bytes, signer: Signer, boundary: str) -> bytes:
    """multipart/signed (RFC 1847, RFC 8551 §3.5.3): the clear bytes untouched, and a detached signature over them."""
    about = mime.described(
        "multipart/signed", protocol="application/pkcs7-signature", micalg="sha-256", boundary=boundary
    )
    signature = mime.described("application/pkcs7-signature", name="smime.p7s")
    signature.add_header("Content-Disposition", "attachment", filename="smime.p7s")
    parts = ((clear,), mime.part(signature, signer.sign(clear)))
    return mime.joined(chain((mime.headers(about),), mime.multipart(boundary, parts)))


def encrypted(content: bytes, receivers: Iterable[x509.Certificate]) -> bytes:
    """CMS EnvelopedData for these certificates, as DER: AES-256-CBC, which is not the library's default."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).set_content_encryption_algorithm(AES256)
    for receiver in receivers:
        builder = builder.add_recipient(receiver)
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _outside(outline: Outline) -> EmailMessage:
    """What every relay reads."""
    message = outline.headed()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office answers
    message["MIME-Version"] = "1.0"
    message.add_header("Content-Type", "application/pkcs7-mime", **{"smime-type": "enveloped-data"}, name="smime.p7m")
    message.add_header("Content-Disposition", "attachment", filename="smime.p7m")
    message["Content-Transfer-Encoding"] = "base64"
    return message
