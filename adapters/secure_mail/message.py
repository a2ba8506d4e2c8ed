"""Letter and its forms → one RFC 5322 message to one function mailbox.

Subject from a closed list, attachments named by allow-list, PDF before FHIR, no HTML; nothing that a relay can read
tells anything about a person (secure-mail guide §§ 3, 5 and 12). The same letter gives the same content, byte for byte;
`MailPacker` sends it as it is, adapters.secure_mail.sealer signs and encrypts it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from itertools import chain
from types import MappingProxyType
from typing import assert_never

from adapters.secure_mail import mime, size
from adapters.secure_mail.attachment import LETTER, Attached, refuse_attachment
from adapters.secure_mail.lint import Readable, refuse_personal_data
from hub.domain.addressed import Addressed
from hub.domain.addressed import documents as documents_of
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.errors import Undeliverable, Unsendable
from hub.ports.carrier import Parcel
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.information import KINDS, Attachment

PLAIN = "Sikker post"
SUBJECTS = {  # a type whose name tells something about the person is not here and gets the plain one (guide §5)
    "anmodning": "Sikker post: anmodning",
    "svar": "Sikker post: svar",
    "kvittering": "Sikker post: kvittering",
}
LONGEST_SUBJECT = 78
LIMIT = 28 * 1024 * 1024  # of a mail as it leaves: 10 MiB of documents of any kind (guide §8), their letter, the seal
NONE: Mapping[int, bytes] = MappingProxyType({})
FHIR = "application/fhir+json"
REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{6,38})[A-Za-z0-9]")
_MAILBOX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

COVER = """\
Denne mail indeholder et brev fra {unit}, {organisation}.

Brevet ligger som PDF. JSON-filen har samme indhold i et format, som jeres fagsystem kan læse.

Svarer I på brevet, så skriv vores reference: {reference}.
"""


@dataclass(frozen=True, slots=True)
class Outline:
    """A mail before it is written: what everybody may read of it, and what only its receiver may."""

    letter: Letter
    kind: str
    readable: Readable
    attached: tuple[Attached, ...]

    @property
    def cover(self) -> Attached:
        """The text that a person reads first, about nobody."""
        sender = self.letter.sender
        words = COVER.format(
            unit=sender.unit_name, organisation=sender.organisation_name, reference=self.letter.reference
        )
        return Attached("", "text/plain", words.replace("\n", "\r\n").encode())

    def headed(self) -> EmailMessage:
        """From, To, Subject, Date and Message-ID: on the outside, and again inside what is signed."""
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self.readable.sender
        message["To"] = self.readable.recipient
        message["Subject"] = self.readable.subject
        message["Date"] = self.letter.recorded_at
        message["Message-ID"] = self.readable.message_id
        return message

    def boundary(self, layer: str) -> str:
        """The same for the same letter; `=_` cannot stand in base64, so no part can hold it."""
        return f"=_{layer}_{self.letter.message_id.hex}"

    def content(self, *before: Attached) -> Iterator[bytes]:
        """The parts in their order: the cover, what comes before the letter, the letter and the rest."""
        parts = [_text(self.cover), *(_enclosed(attachment) for attachment in (*before, *self.attached))]
        return mime.multipart(self.boundary("mixed"), parts)


class MailPacker:
    """The Packer port, without a seal: for a folder that a gateway collects from, or for development."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:
        """`Unsendable` without a mailbox at either end, or for a mail above the limit."""
        mailboxes(letter)
        refuse_kinds(letter)
        refuse_large(size.in_clear(sizes(letter, pdf, fhir)), self._limit)

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """The message as it leaves, with CRLF line ends. `Undeliverable` names what stops it by a code."""
        self.refuse(letter, len(pdf), len(fhir))
        outline = outlined(letter, pdf, fhir)
        message = outline.headed()
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office answers
        message["MIME-Version"] = "1.0"
        message.add_header("Content-Type", "multipart/mixed", boundary=outline.boundary("mixed"))
        body = mime.joined(chain((mime.headers(message),), outline.content()))
        return parcel(outline, body)

    def stale(self, parcel: Parcel, sender: Address, recipient: Address) -> str | None:
        """`mailbox-changed` when an end takes its mail elsewhere by now."""
        return moved(parcel, sender, recipient)


def moved(parcel: Parcel, sender: Address, recipient: Address) -> str | None:
    """`mailbox-changed` unless the parcel goes from and to where the directory has both ends."""
    return None if (parcel.sender, parcel.recipient) == (sender.mailbox, recipient.mailbox) else "mailbox-changed"


def parcel(
    outline: Outline, body: bytes, content_sha256: str | None = None, certificates: tuple[str, ...] = ()
) -> Parcel:
    """The finished bytes, with what the carrier must know."""
    return Parcel(
        delivery=outline.letter.message_id,
        sender=outline.readable.sender,
        recipient=outline.readable.recipient,
        body=body,
        reference=outline.letter.reference,
        content_sha256=content_sha256,
        certificates=certificates,
    )


def mailboxes(letter: Letter) -> tuple[str, str]:
    """From where and to where; `Unsendable` when an end has no mailbox that may be written to."""
    return _mailbox(letter.sender, "sender"), _mailbox(letter.recipient, "recipient")


def sizes(letter: Letter, pdf: int, fhir: int) -> tuple[int, ...]:
    """The sizes of everything that will be attached, for forms of these sizes."""
    return (pdf, fhir, *(len(document.content) for document in documents_of(letter.event)))


def refuse_kinds(letter: Letter) -> None:
    """`Unsendable` for a document of a kind that is sent to nobody, or that is not what it says."""
    if any(document.kind is None for document in documents_of(letter.event)):
        known = ", ".join(f"{kind.media_type} (.{kind.ending})" for kind in KINDS)
        rule = f"documents that are what they say, of these kinds: {known}"
        raise Unsendable("document-kind-not-allowed", rule, field="items")


def refuse_large(expected: int, limit: int) -> None:
    """`Unsendable` for a mail of this size, which would never leave."""
    if expected > limit:
        rule = f"documents that a mail can carry: it would be {expected} bytes, TVAERSPOR_MAIL_LIMIT is {limit}"
        raise Unsendable("mail-too-large", rule, field="items")


def outlined(letter: Letter, pdf: bytes, fhir: bytes) -> Outline:
    """The mail to be written, once nothing in it is out of place, or readable that should not be."""
    sender, recipient = mailboxes(letter)
    if not REFERENCE.fullmatch(letter.reference):
        raise Undeliverable("reference-not-opaque")
    kind = document_type(letter.event)
    attached = _attached(kind, letter, pdf, fhir)
    readable = Readable(
        subject=f"{SUBJECTS.get(kind, PLAIN)} [{letter.reference}]",
        sender=sender,
        recipient=recipient,
        message_id=f"<{letter.message_id}@{sender.partition('@')[2]}>",
        names=tuple(entry.name for entry in attached),
    )
    if len(readable.subject) > LONGEST_SUBJECT:
        raise Undeliverable("subject-too-long")
    for attachment in attached:
        refuse_attachment(attachment)
    refuse_personal_data(readable, reference=letter.reference, about=letter.citizen)
    return Outline(letter, kind, readable, attached)


def document_type(event: Addressed) -> str:
    """The closed list of what a document can be (guide §3)."""
    match event:
        case ReferralSent():
            return "henvisning"
        case DisclosureMade():
            return "videregivelse"
        case DisclosureCorrected():
            return "rettelse"
        case ActCorrected():
            return "berigtigelse"
        case ActsRetracted():
            return "tilbagetraekning"
        case ConcernReported():
            return "underretning"
        case ConcernReceiptGiven():
            return "kvittering"
        case ConcernFeedbackGiven():
            return "tilbagemelding"
        case InformationRequested():
            return "anmodning"
        case ClarificationAsked():
            return "afklaring"
        case ClarificationGiven():
            return "praecisering"
        case RequestAnswered():
            return "svar"
        case _:
            assert_never(event)


def _attached(kind: str, letter: Letter, pdf: bytes, fhir: bytes) -> tuple[Attached, ...]:
    """The letter, the documents that the act brings along, and the FHIR message, which names them by these numbers."""
    name = f"{kind}-{letter.reference.lower()}"
    enclosed = tuple(_document(name, *numbered) for numbered in enumerate(documents_of(letter.event), start=1))
    pdfs = [document for document in enclosed if document.media_type == LETTER]
    others = [document for document in enclosed if document.media_type != LETTER]
    return (Attached(f"{name}.pdf", LETTER, pdf), *pdfs, Attached(f"{name}.json", FHIR, fhir), *others)


def _document(name: str, number: int, document: Attachment) -> Attached:
    """As it is, under a name that tells nothing; `refuse_kinds` comes before."""
    kind = document.kind
    if kind is None:
        raise Undeliverable("document-kind-not-allowed")
    return Attached(f"{name}-{number}.{kind.ending}", kind.media_type, document.content)


def _mailbox(address: Address, end: str) -> str:
    """The directory's mailbox, exactly as it stands there: one address, ASCII, nothing that could be a second one."""
    if address.mailbox is None:
        raise Unsendable(f"{end}-has-no-mailbox", "a unit that has a mailbox in the directory", field=end)
    if not _MAILBOX.fullmatch(address.mailbox):
        raise Unsendable(f"{end}-mailbox-not-an-address", "a unit with one plain mail address", field=end)
    return address.mailbox


def _text(cover: Attached) -> Iterator[bytes]:
    return mime.part(mime.described(cover.media_type, charset="utf-8"), cover.content)


def _enclosed(attached: Attached) -> Iterator[bytes]:
    about = mime.described(attached.media_type)
    about.add_header("Content-Disposition", "attachment", filename=attached.name)
    return mime.part(about, attached.content)
