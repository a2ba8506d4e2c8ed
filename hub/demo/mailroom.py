"""What the hub carried out of the house: mails and MeMo messages as they left, and their letters, under names a person
can read.
"""

import shutil
import xml.etree.ElementTree as ET
from base64 import b64decode
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

MEMO = {"memo": "https://DigitalPost.dk/MeMo-1"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter that left: its name in the results, its subject and receiver, and the letter for people.

    A mail has the FHIR message beside it. A MeMo has it inside the PDF, and `message` is the id its receipt will name.
    """

    name: str
    subject: str
    recipient: str
    pdf: bytes
    fhir: str = ""
    message: str = ""


@dataclass(slots=True)
class Mailroom:
    """Looks into the hub's outbox folder, opens what is new with its receiver's key, and lays it into the results.

    What the receivers' mail servers report goes into the Maildir `receipts`, what Digital Post reports into
    `post_receipts`.
    """

    outbox: Path
    keys: Path
    receipts: Path
    post_receipts: Path
    out: Path
    mails: list[Mail] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def collect(self, recipient: str) -> Mail:
        """The one letter that has come since the last look."""
        fresh = sorted(self._left() - self._seen)
        must(len(fresh) == 1, f"one new letter in the outbox expected, {len(fresh)} found")
        self._seen.update(fresh)
        read = self._posted if fresh[0].suffix == ".xml" else self._opened
        mail = read(fresh[0].read_bytes(), recipient)
        self.mails.append(mail)
        return mail

    def is_empty(self) -> bool:
        """Has nothing left the house since the last look?"""
        return self._left() == self._seen

    def _left(self) -> set[Path]:
        return {*self.outbox.glob("*.eml"), *self.outbox.glob("*.xml")}

    def _posted(self, raw: bytes, recipient: str) -> Mail:
        """A MeMo: the receiver's system reads it as it is, so there is no key to it."""
        memo = ET.fromstring(raw)  # noqa: S314 - the hub itself wrote it, a moment ago, in this demo's own folder

        def said(path: str) -> str:
            found = memo.findtext(path, namespaces=MEMO)
            must(found is not None, f"a MeMo has {path}")
            return str(found)

        kind = said(".//memo:MainDocument/memo:File/memo:filename").partition("-")[0]
        name = f"{len(self.mails) + 1:02}-{kind}-{short(recipient)}"
        pdf = b64decode(said(".//memo:MainDocument/memo:File/memo:content"))
        must(pdf.startswith(b"%PDF-"), f"{name}: the letter is a PDF")
        (self.out / "memo" / f"{name}.xml").write_bytes(raw)
        (self.out / "letters" / f"{name}.pdf").write_bytes(pdf)
        return Mail(
            name,
            said(".//memo:MessageHeader/memo:label"),
            said(".//memo:Recipient/memo:recipientID"),
            pdf,
            message=said(".//memo:messageUUID"),
        )

    def _opened(self, raw: bytes, recipient: str) -> Mail:
        message = _parsed(raw)
        signed = next(_parsed(self._decrypted(message, recipient)).iter_parts())
        attached = list(cast(EmailMessage, signed).iter_attachments())
        pdf = next(part for part in attached if part.get_content_type() == "application/pdf")
        fhir = next(part for part in attached if part.get_content_type() == "application/fhir+json")
        kind = str(pdf.get_filename()).partition("-")[0]
        name = f"{len(self.mails) + 1:02}-{kind}-{short(recipient)}"
        mail = Mail(name, str(message["Subject"]), str(message["To"]), _bytes(pdf), fhir=_bytes(fhir).decode())
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
