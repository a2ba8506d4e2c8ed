"""The acts of one invented case, as commands and as events, each with what is usual unless a test says otherwise.

The familieambulatorium of a hospital, a municipality's familieafdeling and its sundhedspleje meet Kirsten. What the law
was asked is written out here by hand (`facts`), so that it is compared with what the domain asked.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hub.domain.concern import (
    ConcernAssessed,
    ConcernFeedbackGiven,
    ConcernReceiptGiven,
    ConcernReported,
    GiveFeedback,
    GiveReceipt,
    ReportConcern,
)
from hub.domain.consent import ConsentGiven, ConsentWithdrawn, GiveConsent, Terms, WithdrawConsent
from hub.domain.course.events import CaseClosed, CaseOpened, MunicipalityChanged, OpenCase, PartyJoined
from hub.domain.disclosure import Disclose, DisclosureMade, DisclosureRefused, Passing
from hub.domain.notifier import Account
from hub.domain.referral import ReferralSent, SendReferral
from hub.domain.request.events import AnswerRequest, AskInformation, Form, InformationRequested, RequestAnswered
from hub.domain.ruling import Ruling, rule
from hub.law import facts as law
from hub.law.facts import Facts, Flags, Notification, Subject
from hub.vocabulary.identifiers import Ean
from hub.vocabulary.information import Citizen, Item
from hub.vocabulary.organisations import Unit
from tests.people import CLINIC, FAMILIES, KIRSTEN, MONDAY


def known_as(name: str) -> UUID:
    """An id that tells a reader of a failed test what it stands for."""
    return uuid5(UUID(int=0), name)


CASE, CONSENT, DISCLOSURE, REFERRAL = (known_as(name) for name in ("case", "consent", "disclosure", "referral"))
CONCERN, RECEIPT, FEEDBACK = (known_as(name) for name in ("concern", "receipt", "feedback"))
REQUEST, ANSWER, CORRECTION = (known_as(name) for name in ("request", "answer", "correction"))
PLAN = known_as("plan")
CLARIFICATION = known_as("clarification")
RETRACTION = uuid5(CORRECTION, "retraction")

PURPOSE, MIDWIFE = "stoette_i_graviditeten", "jordemoder"
CLEAN = Item("rusmiddel", "Har været uden stof i otte uger.")
PRESENT = Item("fremmoede", "Møder til alle aftaler.")
WATCHED = Item("mor_barn_observation", "Set sammen på stuen.")


def a_case(at: datetime = MONDAY, citizen: Citizen = KIRSTEN) -> CaseOpened:
    """Kirsten's case has been made."""
    return CaseOpened(case=CASE, at=at, citizen=citizen)


def opened(
    at: datetime = MONDAY, by: Unit = CLINIC, citizen: Citizen = KIRSTEN, municipality: str | None = None
) -> tuple[CaseOpened | PartyJoined | MunicipalityChanged, ...]:
    """The clinic has opened Kirsten's case, and stated where she lives if a municipality is named."""
    home = () if municipality is None else (MunicipalityChanged(to=municipality, at=at, by=by),)
    return (a_case(at, citizen), joined(by, at, citizen=citizen), *home)


def open_case(at: datetime = MONDAY, by: Unit = CLINIC, citizen: Citizen = KIRSTEN, **more: Any) -> OpenCase:
    """The clinic opens Kirsten's case."""
    return OpenCase(case=CASE, at=at, by=by, citizen=citizen, **more)


def joined(unit: Unit, at: datetime = MONDAY, by: Unit | None = None, citizen: Citizen | None = None) -> PartyJoined:
    """A unit has joined by itself, or was named by another."""
    return PartyJoined(unit=unit, at=at, by=by or unit, citizen=citizen)


def closed(at: datetime = MONDAY, by: Unit = CLINIC) -> CaseClosed:
    """The case is over."""
    return CaseClosed(reason="fulgt op", at=at, by=by)


def terms(**other: Any) -> Terms:
    """Kirsten lets the clinic tell the familieafdeling about two categories, in writing."""
    usual: dict[str, Any] = {
        "form": "written",
        "given_by": "gravid",
        "received_by": CLINIC,
        "direction": "videregive",
        "disclosers": (CLINIC,),
        "recipients": (FAMILIES,),
        "categories": ("rusmiddel", "fremmoede"),
        "purposes": (PURPOSE,),
        "subjects": ("gravid",),
    }
    return Terms(**(usual | other))


def give_consent(at: datetime, consent: UUID = CONSENT, by: Unit = CLINIC, **other: Any) -> GiveConsent:
    """She consents."""
    return GiveConsent(consent, at, by, terms(**other))


def consent_given(at: datetime, consent: UUID = CONSENT, by: Unit = CLINIC, **other: Any) -> ConsentGiven:
    """She consented."""
    return ConsentGiven(consent, at, by, terms(**other))


def withdraw_consent(at: datetime, consent: UUID = CONSENT, by: Unit = CLINIC) -> WithdrawConsent:
    """She takes it back."""
    return WithdrawConsent(consent, at, by)


def consent_withdrawn(at: datetime, consent: UUID = CONSENT, by: Unit = CLINIC) -> ConsentWithdrawn:
    """She took it back."""
    return ConsentWithdrawn(consent, at, by)


def consent_fact(given_at: datetime, consent: UUID = CONSENT, **other: Any) -> law.ConsentFact:
    """The usual consent as the law is told of it, for an act of the clinic."""
    usual: dict[str, Any] = {
        "form": "written",
        "given_by": "gravid",
        "given_to": "discloser",
        "direction": "videregive",
        "disclosers": (CLINIC,),
        "recipients": (FAMILIES,),
        "categories": ("rusmiddel", "fremmoede"),
        "purposes": (PURPOSE,),
        "subjects": ("gravid",),
        "journalised": True,
    }
    return law.ConsentFact(id=str(consent), given_at=given_at, **(usual | other))


def facts(at: datetime, *consents: law.ConsentFact, **other: Any) -> Facts:
    """What the law is asked when the clinic would tell the familieafdeling on her consent."""
    usual: dict[str, Any] = {
        "act": "videregivelse",
        "initiative": "discloser",
        "discloser": CLINIC,
        "discloser_role": MIDWIFE,
        "recipient": FAMILIES,
        "subject": Subject("gravid"),
        "basis_invoked": "SUL-43-1",
        "purpose": PURPOSE,
        "categories": ("rusmiddel",),
        "flags": Flags(birth_date=KIRSTEN.birth_date),
    }
    return Facts(at=at, **({"consents": consents} | usual | other))


def passing(at: datetime, items: tuple[Item, ...] = (CLEAN,), **other: Any) -> Passing:
    """The clinic would tell the familieafdeling, on her consent."""
    usual: dict[str, Any] = {
        "act": "videregivelse",
        "initiative": "discloser",
        "discloser": CLINIC,
        "discloser_role": MIDWIFE,
        "recipient": FAMILIES,
        "basis": "SUL-43-1",
        "purpose": PURPOSE,
        "categories": tuple(dict.fromkeys(item.category for item in items)),
        "subject": Subject("gravid"),
    }
    return Passing(at=at, **(usual | other))


def disclose(
    at: datetime,
    *,
    items: tuple[Item, ...] = (CLEAN,),
    disclosure: UUID = DISCLOSURE,
    already_made: bool = False,
    **other: Any,
) -> Disclose:
    """The clinic tells the familieafdeling."""
    passed = passing(at, items, **other)
    return Disclose(
        disclosure=disclosure, at=at, by=passed.discloser, passing=passed, items=items, already_made=already_made
    )


def made(asked: Facts, *items: Item, disclosure: UUID = DISCLOSURE, already_made: bool = False) -> DisclosureMade:
    """It was passed on, after the law had been asked this."""
    return DisclosureMade(
        disclosure=disclosure,
        at=asked.at,
        by=asked.discloser,
        recipient=asked.recipient,
        purpose=asked.purpose,
        items=items or (CLEAN,),
        ruling=rule(asked),
        already_made=already_made,
    )


def refused(
    asked: Facts,
    disclosure: UUID = DISCLOSURE,
    *,
    by: Unit | None = None,
    recipient: Unit | None = None,
    already_made: bool = False,
) -> DisclosureRefused:
    """It was refused, after the law had been asked this."""
    return DisclosureRefused(
        disclosure=disclosure,
        at=asked.at,
        by=by or asked.discloser,
        recipient=recipient or asked.recipient,
        purpose=asked.purpose,
        ruling=rule(asked),
        already_made=already_made,
    )


ACCOUNT = Account(occasion="Udeblevet to gange.", seen_and_heard="Virkede påvirket.", parents_reaction="Er uenig.")
NOTIFICATION = Notification(consent_sought="refused", balancing_recorded=True, parents_informed=True)
UNBORN: dict[str, Any] = {
    "act": "underretning",
    "purpose": "underretning",
    "subject": Subject("kommende_barn"),
    "notification": NOTIFICATION,
}


def report_concern(at: datetime, *, already_made: bool = False, **other: Any) -> ReportConcern:
    """The clinic notifies the familieafdeling about the unborn child."""
    passed = passing(at, **({"basis": "BL-133-1-2"} | UNBORN | other))
    return ReportConcern(
        concern=CONCERN,
        at=at,
        by=passed.discloser,
        passing=passed,
        account=ACCOUNT,
        items=(CLEAN,),
        already_made=already_made,
    )


def concern_facts(at: datetime, *consents: law.ConsentFact, **other: Any) -> Facts:
    """What the law is asked about that underretning."""
    return facts(at, *consents, **({"basis_invoked": "BL-133-1-2", "flags": Flags()} | UNBORN | other))


def concern_reported(at: datetime, *, already_made: bool = False, **other: Any) -> ConcernReported:
    """The clinic notified the familieafdeling."""
    asked = concern_facts(at, **other)
    return ConcernReported(
        concern=CONCERN,
        at=at,
        by=asked.discloser,
        recipient=asked.recipient,
        account=ACCOUNT,
        items=(CLEAN,),
        ruling=rule(asked),
        already_made=already_made,
    )


def concern_assessed(at: datetime, *, acute: bool = False) -> ConcernAssessed:
    """The familieafdeling has assessed it."""
    return ConcernAssessed(concern=CONCERN, at=at, by=FAMILIES, acute=acute)


def answer_facts(at: datetime, category: str, **other: Any) -> Facts:
    """What the law is asked when the familieafdeling answers the clinic's underretning."""
    usual: dict[str, Any] = {
        "act": "kvittering",
        "discloser": FAMILIES,
        "discloser_role": None,
        "recipient": CLINIC,
        "subject": Subject("kommende_barn"),
        "basis_invoked": "BL-KVIT",
        "purpose": "kvittering",
        "categories": (category,),
        "flags": Flags(notifier_professional=True, special_regard=False),
    }
    return facts(at, **(usual | other))


def give_receipt(at: datetime, by: Unit = FAMILIES) -> GiveReceipt:
    """The familieafdeling confirms."""
    return GiveReceipt(receipt=RECEIPT, concern=CONCERN, at=at, by=by)


def receipt_given(at: datetime) -> ConcernReceiptGiven:
    """The familieafdeling has confirmed."""
    return ConcernReceiptGiven(
        receipt=RECEIPT,
        concern=CONCERN,
        at=at,
        by=FAMILIES,
        recipient=CLINIC,
        ruling=rule(answer_facts(at, "kvittering")),
    )


STARTED = Item("sag_aabnet", "Der er åbnet en sag.")


def give_feedback(at: datetime, *items: Item, **regards: bool) -> GiveFeedback:
    """The familieafdeling tells what was started."""
    return GiveFeedback(
        feedback=FEEDBACK,
        concern=CONCERN,
        at=at,
        by=FAMILIES,
        items=items or (STARTED,),
        **regards,
    )


def feedback_given(at: datetime) -> ConcernFeedbackGiven:
    """The familieafdeling has told what was started."""
    return ConcernFeedbackGiven(
        feedback=FEEDBACK,
        concern=CONCERN,
        at=at,
        by=FAMILIES,
        recipient=CLINIC,
        items=(STARTED,),
        ruling=rule(answer_facts(at, "sag_aabnet")),
    )


def form(**other: Any) -> Form:
    """The familieafdeling runs a screening of expectant parents and asks without consent (§ 11 c)."""
    usual: dict[str, Any] = {
        "reason": "Undersøgelse af kommende forældre.",
        "case_type": "BL-26",
        "purpose": "boernefaglig_undersoegelse",
        "items": ("rusmiddel", "fremmoede", "mor_barn_observation"),
        "consent": False,
        "basis": "RSL-11c-1-1",
        "subject": Subject("gravid"),
        "agreements_at_birth": "Ring før udskrivelse.",
        "contraception": "Ønskes drøftet.",
        "ean": Ean.parse("9521000000018"),
        "contact": "Vagttelefonen",
    }
    return Form(**(usual | other))


def ask_information(at: datetime, *, by: Unit = FAMILIES, recipient: Unit = CLINIC, **other: Any) -> AskInformation:
    """The familieafdeling sends the clinic the request form."""
    return AskInformation(request=REQUEST, at=at, by=by, recipient=recipient, form=form(**other))


def request_facts(at: datetime, asked_for: Form | None = None, **other: Any) -> Facts:
    """What the law is asked about an answer to that form."""
    stated = asked_for or form()
    specific = bool(stated.items) and "alt_relevant" not in stated.items
    usual: dict[str, Any] = {
        "act": "anmodning_besvarelse",
        "initiative": "recipient",
        "discloser_role": None,
        "basis_invoked": stated.basis,
        "purpose": stated.purpose,
        "categories": stated.items,
        "request": law.Request(
            case_type=stated.case_type,
            case_open=stated.case_open,
            asserted_consent=stated.consent,
            specific=other.pop("specific", specific),
            items=stated.items,
        ),
    }
    return facts(at, **(usual | other))


def information_requested(at: datetime, **other: Any) -> InformationRequested:
    """The familieafdeling has sent the clinic the request form."""
    stated = form(**other)
    return InformationRequested(
        request=REQUEST, at=at, by=FAMILIES, recipient=CLINIC, form=stated, ruling=rule(request_facts(at, stated))
    )


def answer_request(at: datetime, *items: Item, by: Unit = CLINIC, **other: Any) -> AnswerRequest:
    """The clinic answers."""
    return AnswerRequest(
        answer=ANSWER, request=REQUEST, at=at, by=by, role=MIDWIFE, items=items or (CLEAN, PRESENT), **other
    )


def request_answered(at: datetime, *items: Item, **other: Any) -> RequestAnswered:
    """The clinic has answered."""
    sent = items or (CLEAN, PRESENT)
    usual: dict[str, Any] = {
        "discloser_role": MIDWIFE,
        "categories": tuple(item.category for item in sent),
        "flags": Flags(birth_date=KIRSTEN.birth_date, journalised=True),
    }
    return RequestAnswered(
        answer=ANSWER,
        request=REQUEST,
        at=at,
        by=CLINIC,
        recipient=FAMILIES,
        items=sent,
        ruling=rule(request_facts(at, **(usual | other))),
    )


TREATMENT: dict[str, Any] = {"purpose": "behandling", "flags": Flags(current_course=True)}


def send_referral(at: datetime, *, by: Unit, recipient: Unit = CLINIC, **other: Any) -> SendReferral:
    """A doctor or a midwife refers her to the clinic, for the treatment under way."""
    usual: dict[str, Any] = {"discloser": by, "recipient": recipient, "basis": "SUL-41-2-1"}
    return SendReferral(
        referral=REFERRAL,
        at=at,
        by=by,
        passing=passing(at, **(usual | TREATMENT | other)),
        reason="Rusmidler i graviditeten.",
        items=(CLEAN,),
    )


def referral_facts(at: datetime, *, by: Unit, recipient: Unit = CLINIC, **other: Any) -> Facts:
    """What the law is asked about that referral."""
    usual: dict[str, Any] = {"discloser": by, "recipient": recipient, "basis_invoked": "SUL-41-2-1"}
    asked = facts(at, **(usual | TREATMENT | other))
    return replace(asked, flags=replace(asked.flags, birth_date=KIRSTEN.birth_date))


def referral_sent(at: datetime, *, by: Unit, recipient: Unit = CLINIC) -> ReferralSent:
    """She was referred to the clinic."""
    return ReferralSent(
        referral=REFERRAL,
        at=at,
        by=by,
        recipient=recipient,
        reason="Rusmidler i graviditeten.",
        items=(CLEAN,),
        ruling=rule(referral_facts(at, by=by, recipient=recipient)),
    )


def ruling_of(event: object) -> Ruling:
    """The ruling that an act rests on."""
    ruling = getattr(event, "ruling", None)
    assert isinstance(ruling, Ruling)
    return ruling
