"""The act a message carries, as the resource that FHIR has for it.

A referral is a ServiceRequest whose information stands in a Communication; the municipality's request form is a Task;
every other act is a Communication. Acts that answer an earlier one name it by identifier, because it stands in another
bundle.
"""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha1
from typing import assert_never
from uuid import UUID, uuid5

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.contents import NOTIFIERS, Part, contents
from adapters.fhir.contents import received as contents_of_received
from adapters.fhir.datatypes import Attachment, CodeableConcept, Coding, Extension, Period, Reference
from adapters.fhir.keys import act_key, clarifies, document_key
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.parties import Parties, by_urn, to
from adapters.fhir.resources import (
    Communication,
    Payload,
    Resource,
    ServiceRequest,
    Task,
    TaskInput,
    TaskRestriction,
)
from hub.domain.addressed import Addressed
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.notifier import ConcernReceived
from hub.domain.referral import ReferralSent
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    Form,
    InformationRequested,
    RequestAnswered,
)
from hub.ports.letter import Letter

_CODE = re.compile(r"\S+(?: \S+)*")  # FHIR R4 §2.24.0.1, `code`


@dataclass(frozen=True, slots=True)
class Act:
    """What an act is called: a code of the system `urn:tvaerspor:act`, and its name on the letter."""

    code: str
    title: str

    @property
    def coding(self) -> Coding:
        """The act as a FHIR code."""
        return Coding(system=systems.ACT, code=self.code, display=self.title)

    @property
    def concept(self) -> CodeableConcept:
        """The act as a code and in words."""
        return CodeableConcept(coding=(self.coding,), text=self.title)


ACTS: dict[type[Addressed], Act] = {
    ReferralSent: Act("referral-sent", "Henvisning"),
    DisclosureMade: Act("disclosure-made", "Videregivelse af oplysninger"),
    DisclosureCorrected: Act("disclosure-corrected", "Rettelse af videregivne oplysninger"),
    ActCorrected: Act("act-corrected", "Rettelse af tidligere oplysninger"),
    ActsRetracted: Act("acts-retracted", "Oplysninger, der ikke må bruges"),
    ConcernReported: Act("concern-reported", "Underretning"),
    ConcernReceiptGiven: Act("concern-receipt-given", "Kvittering for underretning"),
    ConcernFeedbackGiven: Act("concern-feedback-given", "Tilbagemelding på underretning"),
    InformationRequested: Act("information-requested", "Anmodning om oplysninger"),
    ClarificationAsked: Act("clarification-asked", "Spørgsmål til anmodning om oplysninger"),
    ClarificationGiven: Act("clarification-given", "Præcisering af anmodning om oplysninger"),
    RequestAnswered: Act("request-answered", "Svar på anmodning om oplysninger"),
}


def act(event: Addressed) -> Act:
    """What this act is called."""
    return ACTS[type(event)]


def focus(letter: Letter, who: Parties) -> tuple[Resource, ...]:
    """The resource the message is about, and what it leads to besides the parties."""
    match letter.event:
        case ReferralSent():
            return _referral(letter, who)
        case InformationRequested(form=form):
            return (_request(letter, form, who),)
        case _:
            return (_communication(letter, who),)


def _communication(letter: Letter, who: Parties) -> Communication:
    before = _answered(letter.event)
    told = _told(letter, who, _identifier(letter), act(letter.event).title)
    if before is None:
        return told
    if isinstance(letter.event, ConcernReceiptGiven | ConcernFeedbackGiven):
        return replace(told, in_response_to=(_elsewhere(before, "Communication"),))
    return replace(told, based_on=(_elsewhere(before, "Task"),))


def received(case: UUID, event: ConcernReceived, recipient: Reference) -> Communication:
    """An underretning from outside the hub, for the unit that got it."""
    parts = contents_of_received(event)
    name = Act("concern-received", "Modtaget underretning")
    lines = (
        ("Modtaget", event.at.isoformat(sep=" ", timespec="minutes")),
        *((part.label, part.words) for part in parts),
    )
    return Communication(
        id=str(event.concern),
        language=LANGUAGE,
        text=narrative(name.title, lines),
        identifier=(by_urn(event.concern),),
        status="completed",
        category=(name.concept,),
        subject=Reference(reference=f"Patient/{case}"),
        topic=CodeableConcept(text=name.title),
        about=(Reference(reference=f"EpisodeOfCare/{case}"),),
        sent=event.at,
        received=event.at,
        recipient=(recipient,),
        sender=Reference(display=said(event.notifier.name) or NOTIFIERS[event.notifier.kind]),
        payload=tuple(payload for part in parts for payload in _payload(event.concern, part)),
    )


def _answered(event: Addressed) -> UUID | None:
    """The act that this one answers or clarifies; what corrects another is linked to it by its Provenance."""
    match event:
        case ConcernReceiptGiven(concern=key) | ConcernFeedbackGiven(concern=key):
            return key
        case RequestAnswered(request=key) | ClarificationAsked(request=key) | ClarificationGiven(request=key):
            return key
        case DisclosureMade() | DisclosureCorrected() | ReferralSent() | ConcernReported() | InformationRequested():
            return None
        case ActCorrected() | ActsRetracted():
            return None
        case _:
            assert_never(event)


def _elsewhere(key: UUID, kind: str) -> Reference:
    """An act that stands in another bundle."""
    return Reference(type=kind, identifier=by_urn(key))


def _identifier(letter: Letter) -> UUID:
    """The act's own id; a clarification is known by what it clarifies, so its resource needs another."""
    return uuid5(letter.act, act_key(letter)) if clarifies(letter) else letter.act


def _referral(letter: Letter, who: Parties) -> tuple[Resource, ...]:
    name = act(letter.event)
    information = _told(letter, who, uuid5(letter.act, "information"), "Oplysninger til henvisning")
    referral = ServiceRequest(
        id=str(letter.act),
        language=LANGUAGE,
        text=narrative(name.title, _lines(letter, ())),
        identifier=(by_urn(letter.act),),
        status="active",
        intent="order",
        code=name.concept,
        subject=who.patient,
        authored_on=letter.event.at,
        requester=who.source,
        performer=(who.recipient,),
        supporting_info=(who.case, to(information)),
    )
    return referral, information


def _told(letter: Letter, who: Parties, identifier: UUID, title: str) -> Communication:
    """Everything the act says, as one Communication."""
    parts = contents(letter.event, letter.declined)
    return Communication(
        id=act_key(letter),
        language=LANGUAGE,
        text=narrative(title, _lines(letter, parts)),
        identifier=(by_urn(identifier),),
        status="completed",
        category=(act(letter.event).concept,),
        subject=who.patient,
        topic=CodeableConcept(text=title),
        about=(who.case,),
        sent=letter.event.at,
        recipient=(who.recipient,),
        sender=who.source,
        payload=tuple(payload for part in parts for payload in _payload(letter.act, part)),
    )


def _request(letter: Letter, form: Form, who: Parties) -> Task:
    name, parts = act(letter.event), contents(letter.event, ())
    return Task(
        id=str(letter.act),
        language=LANGUAGE,
        text=narrative(name.title, _lines(letter, parts)),
        identifier=(by_urn(letter.act),),
        status="requested",
        intent="order",
        code=name.concept,
        focus=who.case,
        for_=who.patient,
        authored_on=letter.event.at,
        requester=who.source,
        owner=who.recipient,
        restriction=TaskRestriction(period=Period(end=form.answer_by)) if form.answer_by else None,
        input=tuple(_input(part) for part in parts),
    )


def _input(part: Part) -> TaskInput:
    kind = CodeableConcept(coding=(Coding(system=part.system, code=part.code),), text=part.label)
    match part.value:
        case bool() as yes:
            return TaskInput(type=kind, value_boolean=yes)
        case date() as day:
            return TaskInput(type=kind, value_date=day)
        case str() as text:
            return TaskInput(type=kind, value_string=legal(text))


def _payload(act: UUID, part: Part) -> tuple[Payload, ...]:
    """Words and document of one part, each a payload; a part that holds neither says its name."""
    marks = _marks(part)
    words = said(str(part.value))
    document = _document(act, part)
    spoken = Payload(extension=marks, content_string=words or legal(part.label))
    enclosed = Payload(extension=marks, content_attachment=document)
    return (*([spoken] if words or not document else []), *([enclosed] if document else []))


def _marks(part: Part) -> tuple[Extension, ...]:
    """Which part of the act this is, and whether it stands in the sender's journal."""
    code = legal(part.code)
    coding = Coding(system=part.system, code=code) if _CODE.fullmatch(code) else Coding(display=legal(part.label))
    mark = Extension(url=systems.PART, value_coding=coding)
    if part.journalised is None:
        return (mark,)
    return mark, Extension(url=systems.JOURNALISED, value_boolean=part.journalised)


def _document(act: UUID, part: Part) -> Attachment | None:
    """Named, never held: the bytes travel beside the message, and lie at the door for whoever pulls (`papers`)."""
    enclosed = part.attachment
    if enclosed is None:
        return None
    return Attachment(
        content_type=said(enclosed.content_type),
        url=f"Binary/{document_key(act, part.number)}",
        size=len(enclosed.content),
        hash=sha1(enclosed.content, usedforsecurity=False).digest(),
        title=said(enclosed.name),
    )


def _lines(letter: Letter, parts: tuple[Part, ...]) -> tuple[tuple[str, str], ...]:
    head = (
        ("Fra", f"{letter.sender.unit_name}, {letter.sender.organisation_name}"),
        ("Til", f"{letter.recipient.unit_name}, {letter.recipient.organisation_name}"),
        ("Tidspunkt", letter.event.at.isoformat(sep=" ", timespec="minutes")),
    )
    return (*head, *((part.label, part.words) for part in parts))
