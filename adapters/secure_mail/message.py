"""Letter and its forms → one RFC 5322 message to one function mailbox.

Subject from a closed list, attachments named by allow-list, PDF before FHIR, no HTML; nothing that a relay can read
tells anything about a person (secure-mail guide §§ 3, 5 and 12). The same letter gives the same bytes, so that a retry
repeats itself exactly. Signing and encrypting wrap around these bytes; they are not here yet (README).
"""

import re
from email import policy
from email.message import EmailMessage
from typing import assert_never

from adapters.secure_mail.lint import Readable, refuse_personal_data
from hub.domain.audience import Addressed
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.errors import Undeliverable
from hub.ports import Address, Letter, Parcel

PLAIN = "Sikker post"
SUBJECTS = {  # a type whose name tells something about the person is not here and gets the plain one (guide §5)
    "anmodning": "Sikker post: anmodning",
    "svar": "Sikker post: svar",
    "kvittering": "Sikker post: kvittering",
}
LONGEST_SUBJECT, LONGEST_NAME = 78, 80
UNFOLDED = policy.SMTP.clone(max_line_length=998)  # RFC 5322 §2.1.1 allows it, and gateways lose folded Message-IDs
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{6,38})[A-Za-z0-9]")
_MAILBOX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_NAME = re.compile(r"[a-z0-9-]+\.(?:pdf|json)")

COVER = """\
Denne mail indeholder et brev fra {unit}, {organisation}.

Brevet ligger som PDF. Den anden fil har samme indhold i et format, som jeres fagsystem kan læse.

Svarer I på brevet, så skriv vores reference: {reference}.
"""


class MailPacker:
    """The Packer port."""

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """The message as it leaves, with CRLF line ends. `Undeliverable` names what stops it by a code."""
        sender, recipient = _mailbox(letter.sender, "sender"), _mailbox(letter.recipient, "recipient")
        if not _REFERENCE.fullmatch(letter.reference):
            raise Undeliverable("reference-not-opaque")
        kind = document_type(letter.event)
        readable = Readable(
            subject=f"{SUBJECTS.get(kind, PLAIN)} [{letter.reference}]",
            sender=sender,
            recipient=recipient,
            message_id=f"<{letter.message_id}@{sender.partition('@')[2]}>",
            names=tuple(f"{kind}-{letter.reference.lower()}.{ending}" for ending in ("pdf", "json")),
        )
        _keep_to_the_lists(readable)
        refuse_personal_data(readable, reference=letter.reference, about=letter.citizen)
        message = _message(letter, readable, pdf, fhir)
        return Parcel(
            delivery=letter.message_id, sender=sender, recipient=recipient, body=message.as_bytes(policy=UNFOLDED)
        )


def document_type(event: Addressed) -> str:
    """The closed list of what a document can be (guide §3)."""
    match event:
        case ReferralSent():
            return "henvisning"
        case DisclosureMade():
            return "videregivelse"
        case DisclosureCorrected():
            return "rettelse"
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


def _mailbox(address: Address, end: str) -> str:
    """The directory's mailbox, exactly as it stands there: one address, ASCII, nothing that could be a second one."""
    if address.mailbox is None:
        raise Undeliverable(f"{end}-has-no-mailbox")
    if not _MAILBOX.fullmatch(address.mailbox):
        raise Undeliverable(f"{end}-mailbox-not-an-address")
    return address.mailbox


def _keep_to_the_lists(readable: Readable) -> None:
    if len(readable.subject) > LONGEST_SUBJECT:
        raise Undeliverable("subject-too-long")
    if not all(len(name) <= LONGEST_NAME and _NAME.fullmatch(name) for name in readable.names):
        raise Undeliverable("attachment-name-not-allowed")


def _message(letter: Letter, readable: Readable, pdf: bytes, fhir: bytes) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = readable.sender
    message["To"] = readable.recipient
    message["Subject"] = readable.subject
    message["Date"] = letter.recorded_at
    message["Message-ID"] = readable.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office answers
    message.set_content(
        COVER.format(
            unit=letter.sender.unit_name, organisation=letter.sender.organisation_name, reference=letter.reference
        ),
        cte="base64",
    )
    pdf_name, fhir_name = readable.names
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=pdf_name)
    message.add_attachment(fhir, maintype="application", subtype="fhir+json", filename=fhir_name)
    message.set_boundary(f"=_{letter.message_id.hex}")  # "=_" cannot stand in base64, so no part can hold the boundary
    return message
