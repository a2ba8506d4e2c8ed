"""Letter, its PDF and its FHIR message → one MeMo to one contact point, as secure-mail guide §6 maps it.

The packer adds nothing to what the letter says. It refuses rather than sends: what is too large before anything is
built, what breaks a rule of ours or of the operator's schema before anybody carries it.
"""

from collections.abc import Iterator
from datetime import datetime, time

from adapters.digital_post.memo import File, Message, Recipient, Reply, Sender, write
from adapters.digital_post.rules import broken
from adapters.digital_post.schema import Schemas
from adapters.digital_post.xml import parse
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.errors import Undeliverable
from hub.ports import Address, Letter, Parcel, PostBox
from hub.vocabulary.information import Item
from hub.vocabulary.period import COPENHAGEN

LIMIT = 10 * 1024 * 1024  # of payload; what a route takes was not confirmed (guide §6, §15)
PDF, FHIR = "application/pdf", "application/fhir+json"
PLAIN = "Sikker post"
DOCUMENT_TYPES: dict[type, str] = {  # the closed list of guide §3
    ReferralSent: "henvisning",
    DisclosureMade: "videregivelse",
    DisclosureCorrected: "rettelse",
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
    """The Packer port. The same letter gives the same bytes.

    `with_fhir` adds the FHIR message as a technical document; whether Digital Post takes JSON was not confirmed, so it
    is off until an operator knows (guide §6). The PDF carries the same bytes inside.
    """

    def __init__(self, schemas: Schemas | None = None, *, with_fhir: bool = False, limit: int = LIMIT) -> None:
        self._schemas, self._with_fhir, self._limit = schemas, with_fhir, limit

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """One MeMo in the edition that the receiver reads. `Undeliverable` names what stops it by a code."""
        additional = tuple(_documents(letter))
        if sum(map(len, (pdf, fhir if self._with_fhir else b"", *additional))) > self._limit:
            raise Undeliverable("message-too-large")
        message = self._message(letter, pdf, additional, fhir)
        body = write(message)
        self._refuse(body, letter)
        return Parcel(
            delivery=letter.message_id,
            sender=message.sender.cvr,
            recipient=message.recipient.cvr,
            body=body,
            reference=letter.reference,
        )

    def _message(self, letter: Letter, pdf: bytes, additional: tuple[bytes, ...], fhir: bytes) -> Message:
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
            citizen=letter.citizen.cpr.digits if box.routes_on_citizen else None,
            kle=box.kle,
            answers=_answers(letter),
            additional=tuple(File(PDF, f"{name}-{n}.pdf", each) for n, each in enumerate(additional, start=1)),
            technical=(File(FHIR, f"{name}.json", fhir),) if self._with_fhir else (),
        )

    def _refuse(self, body: bytes, letter: Letter) -> None:
        root = parse(body)
        about = letter.citizen
        if rules := broken(root, (about.name, about.address, about.cpr.digits)):
            raise Undeliverable(f"memo-{rules[0].removeprefix('memo-')}")
        if self._schemas is not None and not self._schemas.allows(root):
            raise Undeliverable("memo-schema")


def _box(address: Address) -> PostBox:
    if address.post_box is None:
        raise Undeliverable("recipient-has-no-contact-point")
    return address.post_box


def _cvr(address: Address, end: str) -> str:
    if address.cvr is None:
        raise Undeliverable(f"{end}-has-no-cvr")
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


def _documents(letter: Letter) -> Iterator[bytes]:
    """What a person can open; any other kind of document lies in the FHIR message alone (guide §3 lists the kinds)."""
    for item in getattr(letter.event, "items", ()):
        document = item.attachment if isinstance(item, Item) else None
        if document and document.content_type == PDF and document.content.startswith(b"%PDF-"):
            yield document.content
