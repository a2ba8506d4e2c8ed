"""What the hub carried out of the house: mails as they left, and their letters, under names a person can read."""

import shutil
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7

from hub.demo.failure import must


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that left: its name in the results, its subject and receiver, and the two forms of the letter."""

    name: str
    subject: str
    recipient: str
    pdf: bytes
    fhir: str


@dataclass(slots=True)
class Mailroom:
    """Looks into the hub's outbox folder, opens what is new with its receiver's key, and lays it into the results.

    What the receivers' mail servers report goes into the Maildir `receipts`.
    """

    outbox: Path
    keys: Path
    receipts: Path
    out: Path
    mails: list[Mail] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def collect(self, recipient: str) -> Mail:
        """The one mail that has come since the last look."""
        fresh = [file for file in sorted(self.outbox.glob("*.eml")) if file not in self._seen]
        must(len(fresh) == 1, f"one new mail in the outbox expected, {len(fresh)} found")
        self._seen.update(fresh)
        mail = self._opened(fresh[0].read_bytes(), recipient)
        self.mails.append(mail)
        return mail

    def is_empty(self) -> bool:
        """Has nothing left the house since the last look?"""
        return set(self.outbox.glob("*.eml")) == self._seen

    def _opened(self, raw: bytes, recipient: str) -> Mail:
        message = _parsed(raw)
        signed = next(_parsed(self._decrypted(message, recipient)).iter_parts())
        attached = list(cast(EmailMessage, signed).iter_attachments())
        pdf = next(part for part in attached if part.get_content_type() == "application/pdf")
        fhir = next(part for part in attached if part.get_content_type() == "application/fhir+json")
        kind = str(pdf.get_filename()).partition("-")[0]
        name = f"{len(self.mails) + 1:02}-{kind}-{short(recipient)}"
        mail = Mail(name, str(message["Subject"]), str(message["To"]), _bytes(pdf), _bytes(fhir).decode())
        must(mail.pdf.startswith(b"%PDF-"), f"{name}: the letter is a PDF")
        (self.out / "mail" / f"{name}.eml").write_bytes(raw)
        (self.out / "letters" / f"{name}.pdf").write_bytes(mail.pdf)
        return mail

    def _decrypted(self, message: EmailMessage, recipient: str) -> bytes:
        """By the receiver's own key, which is laid into the results beside it."""
        unit, _, organisation = recipient.partition("/")[2].partition("@")
        for ending in ("crt", "key"):
            shutil.copyfile(
                self.keys / f"{unit}-{organisation}.{ending}", self.out / "keys" / f"{short(recipient)}.{ending}"
            )
        certificate = x509.load_pem_x509_certificate((self.out / "keys" / f"{short(recipient)}.crt").read_bytes())
        key = load_pem_private_key((self.out / "keys" / f"{short(recipient)}.key").read_bytes(), None)
        return pkcs7.pkcs7_decrypt_der(_bytes(message), certificate, cast(RSAPrivateKey, key), [])


def short(unit: str) -> str:
    """A name for files: `familieafdeling-aabenraa`; the story has one hospital, so its units go by their own name."""
    kind, _, name = unit.partition("/")
    return name.partition("@")[0] if kind == "hospital" else name.replace("@", "-")


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.SMTP).parsebytes(raw)


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
