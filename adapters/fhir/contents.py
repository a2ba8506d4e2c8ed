"""What an act says, part by part, in one form that both the resource and its narrative are made from.

Only what the event was granted stands here. The labels are the Danish names of the agreement's forms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import assert_never

from adapters.fhir import systems
from hub.domain.addressed import Addressed
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import DUTY, ActCorrected, ActsRetracted, CorrectedAct, Fault, Point
from hub.domain.disclosure import THE_WOMAN, DisclosureCorrected, DisclosureMade
from hub.domain.notifier import Account, ConcernReceived
from hub.domain.referral import ReferralSent
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    Declined,
    Form,
    InformationRequested,
    RequestAnswered,
)
from hub.vocabulary.information import Attachment, Item

NOTIFIERS = {"private": "Privatperson", "professional": "Fagperson", "anonymous": "Anonym"}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing an act says: which field or category it is, and its words, its document, or both."""

    system: str
    code: str
    label: str
    value: str | bool | date = ""
    attachment: Attachment | None = None
    number: int = 0  # of the attachment, among those of the act
    journalised: bool | None = None

    @property
    def words(self) -> str:
        """The value for people."""
        if isinstance(self.value, bool):
            return "ja" if self.value else "nej"
        document = f"[{self.attachment.name}]" if self.attachment else ""
        return "\n".join(text for text in (str(self.value), document) if text)


_WHY = {
    Fault.WRONG: f"Oplysningerne var forkerte og må ikke bruges ({DUTY}).",
    Fault.NOT_HERS: f"Oplysningerne handler ikke om hende og må ikke bruges ({DUTY}).",
}


def contents(event: Addressed, declined: tuple[Declined, ...]) -> tuple[Part, ...]:
    """Everything the act says, in the order of its form."""
    match event:
        case ReferralSent(reason=reason, items=items):
            return (*_fields((("reason", "Henvisningsårsag", reason),)), *_about(event), *_items(items))
        case DisclosureMade(purpose=purpose, items=items) | DisclosureCorrected(purpose=purpose, items=items):
            return (*_fields((("purpose", "Formål", purpose),)), *_about(event), *_items(items))
        case ActCorrected(corrects=first, words=words, items=items):
            right = _fields((("words", "Det skal stå i stedet", words),))
            return (*_wrong(first), *_about(event), *right, *_items(items))
        case ActsRetracted(acts=acts, fault=fault):
            return (*_fields((("fault", "Hvorfor", _WHY[fault]),)), *(part for act in acts for part in _wrong(act)))
        case ConcernReported(account=account, items=items):
            return (*_account(account), *_about(event), *_items(items))
        case ConcernFeedbackGiven(items=items):
            return _items(items)
        case ConcernReceiptGiven():
            return _fields((("receipt", "Kvittering", "Underretningen er modtaget."),))
        case InformationRequested(form=form):
            return _form(form)
        case ClarificationAsked(question=question, items=items):
            return _fields((("question", "Spørgsmål", question), *_wanted(items), *_period(event)))
        case ClarificationGiven(words=words, items=items):
            return _fields((("clarification", "Præcisering", words), *_wanted(items), *_period(event)))
        case RequestAnswered(items=items):
            return (*_about(event), *_items(items), *(_left(item) for item in declined))
        case _:
            assert_never(event)


def received(event: ConcernReceived) -> tuple[Part, ...]:
    """What an underretning from outside the hub says, and who made it as far as that was told."""
    notifier = event.notifier
    who = (
        ("notifier_kind", "Underretter", NOTIFIERS[notifier.kind]),
        ("notifier", "Navn", notifier.name),
        ("notifier_profession", "Stilling", notifier.profession),
        ("notifier_contact", "Kan træffes på", notifier.contact),
    )
    role = event.subject.role
    about = () if role in THE_WOMAN else _fields((("subject", "Oplysningerne handler om", role),))
    return (*_fields(who), *about, *_account(event.account), *_items(event.items))


def _items(items: Iterable[Item]) -> tuple[Part, ...]:
    numbers = count(1)
    return tuple(
        Part(
            systems.CATEGORY,
            item.category,
            _spoken(item.category),
            item.text,
            attachment=item.attachment,
            number=next(numbers) if item.attachment else 0,
            journalised=item.journalised,
        )
        for item in items
    )


def _left(declined: Declined) -> Part:
    return Part(systems.DECLINED, declined.category, f"Ikke besvaret: {_spoken(declined.category)}", declined.reason)


def _about(
    event: ReferralSent | DisclosureMade | DisclosureCorrected | ActCorrected | ConcernReported | RequestAnswered,
) -> tuple[Part, ...]:
    """Whose information it is, when it is not the woman's own."""
    role = event.ruling.facts.subject.role
    return () if role in THE_WOMAN else _fields((("subject", "Oplysningerne handler om", role),))


def _wrong(act: CorrectedAct) -> tuple[Part, ...]:
    """The earlier act, and which points of it, by the names and places that it bears as FHIR."""
    which = f"{act.kind}, {act.at.isoformat(sep=' ', timespec='minutes')}, {act.act}"
    return _fields(
        (("corrects", "Forkert", which), *(("point", "Forkert punkt", _named(point)) for point in act.points))
    )


def _named(point: Point) -> str:
    return f"{point.place}: {point.name}" if point.place else point.name


def _account(account: Account) -> tuple[Part, ...]:
    return _fields(
        (
            ("occasion", "Anledning", account.occasion),
            ("seen_and_heard", "Set og hørt", account.seen_and_heard),
            ("family_situation", "Familiens situation", account.family_situation),
            ("since", "Siden hvornår", account.since),
            ("parents_reaction", "Forældrenes reaktion", account.parents_reaction),
            ("balancing", "Afvejning", account.balancing),
        )
    )


def _form(form: Form) -> tuple[Part, ...]:
    return _fields(
        (
            ("reason", "Begrundelse", form.reason),
            ("case_type", "Sagstype", form.case_type),
            ("case_open", "Sagen er åben", form.case_open),
            ("case_closed_at", "Sagen er lukket den", form.case_closed_at),
            ("purpose", "Formål", form.purpose),
            ("subject", "Oplysningerne handler om", form.subject.role),
            *(("investigated", "Sagen vedrører", role) for role in form.investigated),
            *_wanted(form.items),
            ("consent", "Samtykke", form.consent),
            ("consent_by", "Samtykke givet af", form.consent_by),
            ("consent_given_at", "Samtykke givet den", form.consent_given_at),
            ("consent_term", "Samtykkets løbetid", form.consent_term),
            ("basis", "Hjemmel", form.basis),
            ("agreements_at_birth", "Aftaler ved fødslen", form.agreements_at_birth),
            ("contraception", "Prævention", form.contraception),
            ("ean", "EAN-nummer", form.ean.digits if form.ean else None),
            ("contact", "Kontakt", form.contact),
            ("answer_by", "Svar ønskes senest", form.answer_by),
        )
    )


def _wanted(items: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    return (("item", "Ønsket oplysning", item) for item in items)


def _period(event: ClarificationAsked | ClarificationGiven) -> Iterable[tuple[str, str, date | None]]:
    return (("since", "Fra", event.since), ("until", "Til", event.until))


def _fields(fields: Iterable[tuple[str, str, str | bool | date | None]]) -> tuple[Part, ...]:
    """The fields that were filled in; `False` is an answer."""
    return tuple(
        Part(systems.FIELD, code, label, value)
        for code, label, value in fields
        if value is not None and (not isinstance(value, str) or value.strip())
    )


def _spoken(code: str) -> str:
    return code.replace("_", " ").strip().capitalize() or "Uden kategori"
