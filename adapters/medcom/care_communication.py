"""CareCommunication 5.0.4 out: a letter as a new message, as the reply to one that came, or forwarding one.

A reply and a forward are made from the bytes that came: payloads, Provenances and whoever they name go on as they are,
and only what the hub adds is its own. The category for a municipal sundhedspleje is `healthcare`.
"""

from base64 import b64encode
from collections.abc import Iterable
from uuid import uuid5

from adapters.fhir.contents import contents
from adapters.fhir.keys import document_key
from adapters.fhir.narrative import legal
from adapters.fhir.parties import PROTECTED, ROLES, human_name, identifier, known_by
from adapters.fhir.systems import CONFIDENTIALITY
from adapters.fhir.systems import ROLES as ROLE_SYSTEM
from adapters.medcom import systems
from adapters.medcom.elements import (
    Attachment,
    CodeableConcept,
    Coding,
    Communication,
    ContactPoint,
    Entity,
    Entry,
    Extension,
    HumanName,
    Identifier,
    MessageHeader,
    Meta,
    Patient,
    Payload,
    Practitioner,
    PractitionerRole,
    Reference,
    Resource,
)
from adapters.medcom.writer import (
    destination,
    entry,
    event,
    fourth,
    known,
    moment,
    organization,
    profile,
    provenance,
    source,
    to,
    told,
    written,
)
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.request.events import RequestAnswered
from hub.domain.ruling import ruling_of
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.identification import ForeignNumber, Identification, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Attachment as Document

# No MedCom standard of its own exists for these.
CARRIED = (DisclosureMade, DisclosureCorrected, ActCorrected, ActsRetracted, RequestAnswered)
HELD = 1024 * 1024  # bytes of documents that a message holds itself; larger ones it names by URL (both are allowed)
SUNDHEDSPLEJE = "kommune/sundhedspleje"
_RESTRICTED = Coding(system=CONFIDENTIALITY, code="R")  # name and address protection, as DK Core labels it
CATEGORY_OF = {SUNDHEDSPLEJE: systems.SUNDHEDSPLEJE}
_TITLES = {
    DisclosureMade: "Videregivelse af oplysninger",
    DisclosureCorrected: "Rettelse af videregivne oplysninger",
    ActCorrected: "Rettelse af tidligere oplysninger",
    ActsRetracted: "Oplysninger, der ikke må bruges",
    RequestAnswered: "Svar på anmodning om oplysninger",
}


def fits(letter: Letter) -> bool:
    """Can this letter go as a CareCommunication: between a hospital and a sundhedspleje, both reachable and named?"""
    sender, recipient = letter.sender, letter.recipient
    return (
        (
            (sender.unit.kind, recipient.unit.code) == ("hospital", SUNDHEDSPLEJE)
            or (sender.unit.code, recipient.unit.kind) == (SUNDHEDSPLEJE, "hospital")
        )
        and isinstance(letter.event, CARRIED)
        and any(map(_is_medcoms, letter.citizen.numbers))
        and _reachable(sender)
        and _reachable(recipient)
        and bool(sender.phone and (letter.person or "").strip() and (letter.role or "").strip())
        and human_name(letter.person or "") is not None
        and all(document.content_type in systems.MEDIA for document in _documents(letter))
    )


class CareCommunications:
    """Letters as CareCommunications. `base` is the public address of the hub's FHIR door."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def new(self, letter: Letter) -> bytes:
        """A new message, in a thread of its own; the same letter gives the same bytes."""
        sender = organization(letter.sender, known(letter.message_id, "sender"))
        recipient = organization(letter.recipient, known(letter.message_id, "recipient"))
        own, woman = self.own(letter, to(sender)), patient(letter)
        payloads = own.payloads()
        said = communication(letter, thread_of(letter), category(letter), title(letter), to(woman), payloads)
        header = self.header(letter, said, to(sender), to(recipient))
        story = own.story(to(header), systems.NEW, own.sources(payloads))
        return self.whole(letter, (header, said, woman, *own.people, sender, recipient, story))

    def header(self, letter: Letter, about: Resource, sender: Reference, recipient: Reference) -> MessageHeader:
        """The header of any CareCommunication that the hub sends."""
        lines = (
            ("Id", str(letter.message_id)),
            ("Meddelelse", systems.CARE_EVENT),
            ("Fra", letter.sender.unit_name),
            ("Til", letter.recipient.unit_name),
        )
        return MessageHeader(
            resource_type="MessageHeader",
            id=str(letter.message_id),
            meta=profile(systems.HEADER_PROFILE[systems.CARE_EVENT]),
            text=told("Korrespondancemeddelelse", lines),
            event_coding=event(systems.CARE_EVENT),
            destination=destination(source(letter.recipient).endpoint or "", recipient),
            sender=sender,
            source=source(letter.sender),
            focus=(to(about),),
            definition=f"{systems.DEFINITION}|5.0",
        )

    def own(self, letter: Letter, sender: Reference) -> "Own":
        """What the hub adds to a message that it sends."""
        return Own(letter, sender, self._base)

    def url(self, resource: Resource) -> str:
        """The absolute URL of a resource of the hub's own."""
        return f"{self._base}/{resource.local}"

    def entry(self, resource: Resource) -> Entry:
        """A resource of the hub's own as an entry."""
        return entry(self._base, resource)

    def whole(self, letter: Letter, ours: Iterable[Resource], theirs: Iterable[Entry] = ()) -> bytes:
        """The message: what the hub wrote, its header first, then what goes on as it came."""
        entries = (*map(self.entry, ours), *theirs)
        key = known(letter.message_id, "bundle")
        return written(self._base, key, systems.MESSAGE_PROFILE[systems.CARE_EVENT], letter.recorded_at, entries)


class Own:
    """What the hub adds to a message: its author, its payloads and the Provenance that tells of them."""

    def __init__(self, letter: Letter, sender: Reference, base: str) -> None:
        self.letter, self.sender, self.base = letter, sender, base
        self.people = _author(letter, sender)

    def payloads(self) -> tuple[Payload, ...]:
        """The words as one text, then each document."""
        parts = tuple(contents(self.letter.event, self.letter.declined))
        lines = [f"{part.label}: {part.value}" for part in parts if str(part.value).strip()]
        lines += _basis(self.letter)
        text = Payload(extension=self._marks("text"), content_string=_lines("\n".join(lines)))
        enclosed = _documents(self.letter)
        held = sum(len(document.content) for document in enclosed) <= HELD
        documents = [
            Payload(
                extension=self._marks(f"document-{number}"),
                content_attachment=_attached(self.letter, document, None if held else self._url(number + 1)),
            )
            for number, document in enumerate(enclosed)
        ]
        return (text, *documents)

    def _url(self, number: int) -> str:
        """Where a document lies that is named instead of held."""
        return f"{self.base}/Binary/{document_key(self.letter.act, number)}"

    def story(self, header: Reference, activity: str, entities: tuple[Entity, ...]) -> Resource:
        """The Provenance of this message."""
        letter = self.letter
        return provenance(
            known(letter.message_id, "provenance"),
            systems.PROVENANCE_PROFILE[systems.CARE_EVENT],
            header,
            activity,
            self.sender,
            letter.event.at,
            letter.recorded_at,
            entities,
        )

    @staticmethod
    def sources(payloads: tuple[Payload, ...]) -> tuple[Entity, ...]:
        """That this message added these payloads."""
        values = (extension.value_identifier for payload in payloads for extension in payload.extension)
        identifiers = (Identifier(value=value.value) for value in values if value is not None)
        return tuple(Entity(role="source", what=Reference(identifier=identifier)) for identifier in identifiers)

    def _marks(self, what: str) -> tuple[Extension, ...]:
        """Date, identifier, author and contact of one payload."""
        letter = self.letter
        return (
            Extension(url=systems.DATE, value_date_time=moment(letter.event.at)),
            Extension(
                url=systems.IDENTIFIER,
                value_identifier=Identifier(value=fourth(letter.message_id, what), assigner=self.sender),
            ),
            Extension(url=systems.AUTHOR, value_reference=to(self.people[0])),
            Extension(url=systems.CONTACT, value_contact_point=ContactPoint(system="phone", value=letter.sender.phone)),
        )


def category(letter: Letter) -> str:
    """By the municipal unit that the letter goes to or comes from."""
    codes = (letter.recipient.unit.code, letter.sender.unit.code)
    return next((CATEGORY_OF[code] for code in codes if code in CATEGORY_OF), "other")


def thread_of(letter: Letter) -> Identifier:
    """The thread that this letter begins."""
    return Identifier(value=fourth(letter.message_id, "thread"))


def title(letter: Letter) -> str:
    """What the act is called."""
    return _TITLES[type(letter.event)]


def patient(letter: Letter) -> Patient:
    """The woman: her number and name, and no more; labelled, as DK Core does it, when these are protected."""
    name, died = human_name(letter.citizen.name), letter.died_on
    family, given = (name.family, name.given) if name else ("-", ())
    protected = (PROTECTED,) if letter.citizen.protected else ()
    lines = (("Navn", letter.citizen.name), *known_by(letter.citizen), *protected)
    return Patient(
        resource_type="Patient",
        id=str(uuid5(letter.case, "patient")),
        meta=Meta(profile=(systems.PATIENT,), security=(_RESTRICTED,) if letter.citizen.protected else ()),
        text=told("Borger", (*lines, ("Død", died.isoformat() if died else None))),
        identifier=_numbers(letter),
        name=(HumanName(use="official", family=family, given=given),),
        deceased_boolean=True if died else None,
    )


def _numbers(letter: Letter) -> tuple[Identifier, ...]:
    """Her CPR number, or else a replacement for one: another number is none of MedCom's."""
    number = next(filter(_is_medcoms, letter.citizen.numbers))
    stated, use = identifier(number), None if isinstance(number, Cpr) else "temp"
    return (Identifier(use=use, system=stated.system, value=stated.value),)


def _is_medcoms(number: Identification) -> bool:
    return isinstance(number, Cpr | ReplacementNumber) or (isinstance(number, ForeignNumber) and number.is_regional)


def communication(
    letter: Letter,
    thread: Identifier,
    code: str,
    topic: str | None,
    woman: Reference,
    payloads: tuple[Payload, ...],
    encounter: Reference | None = None,
    recipient: tuple[Reference, ...] = (),
) -> Communication:
    """The Communication with the payloads that the hub adds."""
    lines = [
        *(("Id", thread.value), ("Kategori", code), ("Emne", topic)),
        *map(_shown, payloads),
        *(("Forfatter", f"{letter.person}, {letter.role}"), ("Telefon", letter.sender.phone)),
    ]
    return Communication(
        resource_type="Communication",
        id=known(letter.message_id, "communication"),
        meta=profile(systems.COMMUNICATION),
        text=told(topic or "Korrespondance", lines),
        identifier=(thread,),
        status="unknown",
        category=(CodeableConcept(coding=(Coding(system=systems.CATEGORIES, code=code),)),),
        subject=woman,
        topic=CodeableConcept(text=topic) if topic else None,
        encounter=encounter,
        recipient=recipient,
        payload=payloads,
    )


def _shown(payload: Payload) -> tuple[str, str | None]:
    document = payload.content_attachment
    return ("Tekst", payload.content_string) if document is None else ("Dokument", document.title)


def _author(letter: Letter, sender: Reference) -> tuple[PractitionerRole, Practitioner]:
    name = human_name(letter.person or "")
    assert name is not None, "`fits` lets no letter through whose author has no name"
    role = legal(letter.role or "")
    lines = (("Navn", name.text), ("Rolle", role))
    person = Practitioner(
        resource_type="Practitioner",
        id=known(letter.message_id, "practitioner"),
        meta=profile(systems.PRACTITIONER),
        text=told("Forfatter", lines),
        name=(HumanName(family=name.family, given=name.given),),
    )
    coded = CodeableConcept(coding=(Coding(system=ROLE_SYSTEM, code=role),))
    acting = PractitionerRole(
        resource_type="PractitionerRole",
        id=known(letter.message_id, "role"),
        meta=profile(systems.PRACTITIONER_ROLE),
        text=told("Forfatter", lines),
        practitioner=to(person),
        organization=sender,
        code=(coded if role in ROLES else CodeableConcept(text=role),),
    )
    return acting, person


def _basis(letter: Letter) -> list[str]:
    """The hjemmel, which MedCom has no element for."""
    ruling = ruling_of(letter.event)
    words = (ruling.decision.citation or ruling.decision.basis) if ruling is not None else None
    return [f"Hjemmel: {words}"] if words else []


def _documents(letter: Letter) -> tuple[Document, ...]:
    parts = contents(letter.event, letter.declined)
    return tuple(part.attachment for part in parts if part.attachment is not None)


def _attached(letter: Letter, document: Document, url: str | None) -> Attachment:
    return Attachment(
        content_type=document.content_type,
        data=b64encode(document.content).decode("ascii") if url is None else None,
        url=url,
        title=legal(document.name),
        creation=moment(letter.event.at),
    )


def _lines(text: str) -> str:
    """A line ends with a line feed alone."""
    return legal(text.replace("\r\n", "\n").replace("\r", "\n"))


def _reachable(address: Address) -> bool:
    return bool(address.sor and address.gln and len(address.sor) >= 11)
