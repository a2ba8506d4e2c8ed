"""Letter → Content: what each kind of letter shows, and nothing else.

Only what the event holds travels on: an item that was withheld is not in it, and of the ruling a letter shows the
hjemmel and what the receiver now owes – never the facts the law was asked about, never a consent.
"""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import assert_never
from uuid import UUID

from adapters.documents import words
from adapters.documents.content import (
    Asked,
    Basis,
    Content,
    Document,
    Left,
    Owed,
    Party,
    Person,
    Said,
    Told,
    Wrong,
)
from hub.domain.concern import (
    PROFESSIONALS,
    ConcernFeedbackGiven,
    ConcernReceiptGiven,
    ConcernReported,
)
from hub.domain.correction.events import DUTY, ActCorrected, ActsRetracted, CorrectedAct, Fault, Point
from hub.domain.disclosure import THE_WOMAN, DisclosureCorrected, DisclosureMade
from hub.domain.notifier import Account
from hub.domain.referral import ReferralSent
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    Declined,
    Form,
    InformationRequested,
    RequestAnswered,
)
from hub.domain.ruling import Ruling
from hub.domain.sent_acts import DECLINED
from hub.law import catalogue
from hub.law.hjemmel import Decision
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.information import Attachment, Citizen, Item
from hub.vocabulary.period import local_day

UNBORN, BORN = ("gravid", "kommende_barn"), ("barn", "nyfoedt")
DISCHARGE = "SUL-41-2-2"
RECEIVERS_DUTIES = words.named("duty")  # of the duties an underretning brings, those of the municipality that gets it


def content(letter: Letter) -> Content:
    """Everything the letter shows."""
    match letter.event:
        case ReferralSent(ruling=ruling, items=items, reason=reason):
            return replace(_passed_on("henvisning", letter, ruling, items), words=reason)
        case DisclosureMade(ruling=ruling, items=items):
            return _passed_on(_disclosed(ruling), letter, ruling, items)
        case DisclosureCorrected(ruling=ruling, items=items, disclosure=first):
            return _answering(first, _passed_on("rettelse", letter, ruling, items))
        case ActCorrected(ruling=ruling, items=items, corrects=first, words=said):
            right = _passed_on("berigtigelse", letter, ruling, items)
            return replace(right, wrong=(_wrong(first),), words=said)
        case ActsRetracted(acts=acts, fault=fault):
            gone = replace(_bare("tilbagetraekning", letter), wrong=tuple(map(_wrong, acts)), basis=_duty())
            return replace(gone, not_hers=fault is Fault.NOT_HERS)
        case ConcernReported(ruling=ruling, items=items, account=account):
            concern = _passed_on(_concerned(letter), letter, ruling, items)
            return replace(concern, account=_told(account, ruling), owed=_owed(ruling.decision))
        case ConcernReceiptGiven(ruling=ruling, concern=concern):
            return _answering(concern, _passed_on("kvittering", letter, ruling, ()))
        case ConcernFeedbackGiven(ruling=ruling, items=items, concern=concern):
            return _answering(concern, _passed_on("tilbagemelding", letter, ruling, items))
        case InformationRequested(ruling=ruling, form=form):
            basis = _basis(ruling.decision, local_day(letter.event.at))
            return replace(_bare("anmodning", letter), form=_asked(form), basis=basis)
        case ClarificationAsked(request=request, question=said) as event:
            return _clarified(event, said, _answering(request, _bare("afklaring", letter)))
        case ClarificationGiven(request=request, words=said) as event:
            return _clarified(event, said, _answering(request, _bare("praecisering", letter)))
        case RequestAnswered(request=request, ruling=ruling, items=items):
            answer = _answering(request, _passed_on("svar", letter, ruling, items))
            return replace(answer, left=tuple(map(_left, letter.declined)))
        case _:
            assert_never(letter.event)


def _disclosed(ruling: Ruling) -> str:
    """What a disclosure is called: two provisions have a letter of their own."""
    if ruling.facts.act == "flytteunderretning":
        return "flytteunderretning"
    return "udskrivningsbrev" if ruling.decision.basis == DISCHARGE else "videregivelse"


def _concerned(letter: Letter) -> str:
    """Ankestyrelsen is turned to; everybody else is notified."""
    return "henvendelse" if letter.recipient.unit.kind == "ankestyrelsen" else "underretning"


def _bare(kind: str, letter: Letter) -> Content:
    """What every letter has: who writes to whom, when, about whom."""
    made = letter.recorded_at.astimezone(words.COPENHAGEN)
    return Content(
        kind=kind,
        sender=_party(letter.sender),
        recipient=_party(letter.recipient),
        citizen=_person(letter.citizen, letter.died_on),
        dated=words.day(made),
        day=(made.year, made.month, made.day),
        done=words.moment(letter.event.at),
        reference=letter.reference,
        document=str(letter.act),
        person=letter.person or "",
        role=words.known("role", letter.role) or letter.role or "",
        professional=letter.recipient.unit.kind in PROFESSIONALS,
    )


def _passed_on(kind: str, letter: Letter, ruling: Ruling, items: tuple[Item, ...]) -> Content:
    """A letter that carries information, or confirms that it came, with its hjemmel."""
    about = ruling.facts.subject.role
    return replace(
        _bare(kind, letter),
        subject="" if about in THE_WOMAN else words.label("subject", about),
        purpose=words.label("purpose", ruling.facts.purpose),
        basis=_basis(ruling.decision, local_day(letter.event.at)),
        items=tuple(map(_said, items)),
    )


def _wrong(act: CorrectedAct) -> Wrong:
    """`Underretning af 7. maj 2024`, and the points by the headings they stood under."""
    letter = f"{words.label('letter', act.kind)} af {words.day(act.at)}"
    return Wrong(letter, str(act.act), tuple(_point(act.kind, point) for point in act.points))


def _point(kind: str, point: Point) -> str:
    """A field by its heading; an item by its category, and by its place, since a category may stand there twice."""
    if not point.place or point.name == DECLINED:
        heading = words.known("point", f"{kind}.{point.name}") or words.label("point", point.name)
    else:
        heading = words.label("category", point.name)
    return f"Punkt {point.place}: {heading}" if point.place else heading


def _answering(first: UUID, letter: Content) -> Content:
    return replace(letter, answers=str(first))


def _party(address: Address) -> Party:
    return Party(address.organisation_name, address.unit_name)


def _person(citizen: Citizen, died_on: date | None) -> Person:
    died = words.day(died_on) if died_on else ""
    return Person(citizen.name, *words.known_by(citizen), citizen.address, citizen.protected, died)


def _basis(decision: Decision, on: date) -> Basis | None:
    """The hjemmel, for an act that has one: a vague request is sent on before anything carries its answer."""
    if decision.basis is None:
        return None
    gate = catalogue.find(decision.gate)
    return Basis(
        words=words.known("basis", decision.basis),
        citation=decision.citation or decision.basis,
        gate=gate.citation(on) if gate else "",
    )


def _duty() -> Basis:
    """What corrects rests on the duty to correct."""
    return Basis(words=words.known("rectifying", "why"), citation=DUTY, gate="")


def _said(item: Item) -> Said:
    document = _document(item.attachment) if item.attachment else None
    return Said(words.label("category", item.category), item.text, item.journalised, document)


def _document(attachment: Attachment) -> Document:
    """Named by type, size and digest; its bytes travel beside the letter."""
    kind, size = attachment.content_type, words.size(len(attachment.content))
    return Document(attachment.name, kind, size, sha256(attachment.content).hexdigest())


def _left(item: Declined) -> Left:
    return Left(words.label("category", item.category), item.reason)


def _owed(decision: Decision) -> tuple[Owed, ...]:
    """What the municipality must do now; a duty without a latest moment says its rule instead."""
    moments = {due.duty: due.latest for due in decision.due}
    return tuple(
        Owed(
            words.label("duty", duty),
            words.latest(moments[duty]) if duty in moments else words.known("term", duty),
            duty in moments,
        )
        for duty in decision.duties
        if duty in RECEIVERS_DUTIES
    )


def _told(account: Account, ruling: Ruling) -> Told:
    role = ruling.facts.subject.role
    return Told(
        occasion=account.occasion,
        seen_and_heard=account.seen_and_heard,
        family_situation=account.family_situation,
        since=account.since,
        parents_reaction=account.parents_reaction,
        balancing=account.balancing,
        about="kommende barn" if role in UNBORN else "barn" if role in BORN else "",
    )


def _asked(form: Form) -> Asked:
    return Asked(
        case_type=words.label("case_type", form.case_type),
        case_open=form.case_open,
        case_closed_at=words.day(form.case_closed_at) if form.case_closed_at else "",
        purpose=words.label("purpose", form.purpose),
        subject=words.label("subject", form.subject.role),
        investigated=words.listed(tuple(words.label("subject", role) for role in form.investigated)),
        reason=form.reason,
        items=_categories(form.items),
        consent=form.consent,
        consent_by=words.label("giver", form.consent_by) if form.consent_by else "",
        consent_given_at=words.day(form.consent_given_at) if form.consent_given_at else "",
        consent_term=words.term(form.consent_term) if form.consent_term else "",
        provision=form.basis or "",
        agreements_at_birth=form.agreements_at_birth,
        contraception=form.contraception,
        answer_by=words.weekday(form.answer_by) if form.answer_by else "",
        contact=form.contact,
        ean=form.ean.digits if form.ean else "",
    )


def _clarified(event: ClarificationAsked | ClarificationGiven, said: str, letter: Content) -> Content:
    """Which items and which days, and what else was said."""
    bounds = (("fra", event.since), ("til", event.until))
    period = " ".join(f"{word} {words.day(day)}" for word, day in bounds if day is not None)
    return replace(letter, asked=_categories(event.items), period=period, words=said)


def _categories(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words.label("category", code) for code in codes)
