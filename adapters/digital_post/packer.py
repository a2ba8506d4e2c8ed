"""Letter and its PDF → one MeMo to one contact point, as secure-mail guide §6 maps it.

The FHIR message travels inside the PDF alone: whether Digital Post takes JSON as a technical document was not confirmed
(guide §6). The packer adds nothing to what the letter says. It refuses rather than sends: what is too large before
anything is built, what breaks a rule of ours or of the operator's schema before anybody carries it.
"""

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType

from adapters.digital_post.memo import File, Message, Recipient, Reply, Sender, write
from adapters.digital_post.rules import broken
from adapters.digital_post.schema import Schemas
from adapters.digital_post.xml import parse
from hub.domain.addressed import documents as documents_of
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.errors import Undeliverable, Unsendable
from hub.ports.carrier import Parcel
from hub.ports.directory import Address, PostBox
from hub.ports.letter import Letter
from hub.vocabulary.identification import bare_number
from hub.vocabulary.period import COPENHAGEN

LIMIT = 11 * 1024 * 1024  # of payload, 10 MiB of documents and their letter; what a route takes was not confirmed
NONE: Mapping[int, bytes] = MappingProxyType({})
PDF = "application/pdf"
PLAIN = "Sikker post"
DOCUMENT_TYPES: dict[type, str] = {  # the closed list of guide §3
    ReferralSent: "henvisning",
    DisclosureMade: "videregivelse",
    DisclosureCorrected: "rettelse",
    ActCorrected: "berigtigelse",
    ActsRetracted: "tilbagetraekning",
    ConcernReported: "underretning",
    ConcernReceiptGiven: "kvittering",
    ConcernFeedbackGiven: "tilbagemelding",
    InformationRequested: "anmodning",
    ClarificationAsked: "afklaring",
    ClarificationGiven: "praecisering",
    RequestAnswered: "svar",
}
NAMED = ("anmodning", "svar", "kvittering")  # a type whose name tells something of the person gets the plain label


class MemoPacker:
    """The Packer port. The same letter gives the same bytes."""

    def __init__(self, schemas: Schemas | None = None, *, limit: int = LIMIT) -> None:
        self._schemas, self._limit = schemas, limit

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:  # noqa: ARG002 – the port's; the PDF holds it
        """`Unsendable` without a contact point or a CVR number, for a document that is no PDF, or above the limit."""
        _box(letter.recipient)
        _cvr(letter.sender, "sender")
        _cvr(letter.recipient, "recipient")
        enclosed = documents_of(letter.event)
        if not all(document.is_pdf for document in enclosed):
            raise Unsendable("document-not-pdf", "PDF documents: Digital Post is sent no other kind", field="items")
        payload = pdf + sum(len(document.content) for document in enclosed)
        if payload > self._limit:
            rule = f"documents that Digital Post can carry: {payload} bytes, TVAERSPOR_MEMO_LIMIT is {self._limit}"
            raise Unsendable("message-too-large", rule, field="items")

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """One MeMo in the edition that the receiver reads. `Undeliverable` names what stops it by a code."""
        self.refuse(letter, len(pdf), len(fhir))
        message = _message(letter, pdf)
        body = write(message)
        self._refuse(body, letter)
        return Parcel(
            delivery=letter.message_id,
            sender=message.sender.cvr,
            recipient=message.recipient.cvr,
            body=body,
            reference=letter.reference,
        )

    def stale(self, parcel: Parcel, sender: Address, recipient: Address) -> str | None:
        """`mailbox-changed` when an end has another CVR number by now, or the receiver no contact point."""
        if recipient.post_box is None:
            return "recipient-has-no-contact-point"
        return None if (parcel.sender, parcel.recipient) == (sender.cvr, recipient.cvr) else "mailbox-changed"

    def _refuse(self, body: bytes, letter: Letter) -> None:
        root = parse(body)
        about = letter.citizen
        if rules := broken(root, (about.name, about.address, *map(bare_number, about.numbers))):
            raise Undeliverable(f"memo-{rules[0].removeprefix('memo-')}")
        if self._schemas is not None and not self._schemas.allows(root):
            raise Undeliverable("memo-schema")


def _message(letter: Letter, pdf: bytes) -> Message:
    kind, box = DOCUMENT_TYPES[type(letter.event)], _box(letter.recipient)
    name = f"{kind}-{letter.reference.lower()}"
    return Message(
        version=box.memo,
        uuid=letter.message_id,
        reference=letter.reference,
        code=f"TV-{kind}",
        label=f"{PLAIN}: {kind} [{letter.reference}]" if kind in NAMED else f"{PLAIN} [{letter.reference}]",
        created=letter.recorded_at,
        sender=Sender(cvr=_cvr(letter.sender, "sender"), label=_named(letter.sender), sor=letter.sender.sor),
        recipient=Recipient(
            cvr=_cvr(letter.recipient, "recipient"), label=_named(letter.recipient), contact_point=box.contact_point
        ),
        main=File(PDF, f"{name}.pdf", pdf),
        reply=kind == "anmodning",
        reply_by=_reply_by(letter),
        citizen=letter.citizen.cpr.digits if box.routes_on_citizen and letter.citizen.cpr else None,
        kle=box.kle,
        answers=_answers(letter),
        additional=tuple(
            File(PDF, f"{name}-{number}.pdf", document.content)
            for number, document in enumerate(documents_of(letter.event), start=1)
        ),
    )


def _box(address: Address) -> PostBox:
    if address.post_box is None:
        rule = "a unit that has a contact point of Digital Post in the directory"
        raise Unsendable("recipient-has-no-contact-point", rule, field="recipient")
    return address.post_box


def _cvr(address: Address, end: str) -> str:
    if address.cvr is None:
        raise Unsendable(f"{end}-has-no-cvr", "a unit that has a CVR number in the directory", field=end)
    return address.cvr


def _named(address: Address) -> str:
    return f"{address.organisation_name}, {address.unit_name}"


def _reply_by(letter: Letter) -> datetime | None:
    """The end of the day that a request names, by the Danish clock."""
    if not isinstance(letter.event, InformationRequested) or letter.event.form.answer_by is None:
        return None
    return datetime.combine(letter.event.form.answer_by, time(23, 59, 59), COPENHAGEN)


def _answers(letter: Letter) -> Reply | None:
    if letter.answers is None:
        return None
    own = letter.sender.post_box
    return Reply(
        message=letter.answers.message_id,
        case=letter.answers.reference,
        contact_point=own.contact_point if own else None,
    )
