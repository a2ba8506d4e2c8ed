"""One letter for every act that leaves the house; who and what is invented, the CPR number a published test number.

Every ruling withholds WITHHELD and was asked about facts that no letter may repeat (SECRET).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from hub.domain.addressed import Addressed
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectedAct, Fault, Point
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.identity import act_of
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
from hub.domain.ruling import Ruling, rule
from hub.law.facts import Facts, Subject
from hub.law.hjemmel import Outcome, Reason
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.identifiers import Cpr, Ean
from hub.vocabulary.information import Attachment, Citizen, Item
from hub.vocabulary.organisations import Unit

BASE = "https://hub.example/fhir"
AT = datetime(2024, 5, 7, 14, 30, tzinfo=timezone(timedelta(hours=2)))
RECORDED = datetime(2024, 5, 7, 12, 31, 5, 123456, tzinfo=UTC)
CASE = UUID("5b1d7a52-4d4f-4f6f-8d0a-2f4f9f3c7f10")
ACT = UUID("6f0f3c1c-58a5-4a54-93a1-10d2a5c6a001")
EARLIER = UUID("6f0f3c1c-58a5-4a54-93a1-10d2a5c6a002")
MESSAGE = UUID("7d0a1f9e-2f0b-4a0b-8a86-0d0f5b1a3c01")
WOMAN = Citizen(Cpr.parse("2512489996"), "Nancy Ann Test Berggren", "Testvej 1, 6200 Aabenraa")
WITHHELD, SECRET = "oekonomi_tilbageholdt", "raadgiver_kaldet_facts"

AMBULATORY = Address(
    unit=Unit.parse("hospital/familieambulatorium@sygehus-soenderjylland"),
    organisation_name="Sygehus Sønderjylland",
    unit_name="Familieambulatoriet",
    sor="441071000016009",
    gln="5790000209354",
    cvr="29190909",
)
FAMILY_UNIT = Address(
    unit=Unit.parse("kommune/familieafdeling@aabenraa"),
    organisation_name="Aabenraa Kommune",
    unit_name="Familieafdelingen",
    cvr="29189854",
    pulls=True,
)
NURSES = replace(FAMILY_UNIT, unit=Unit.parse("kommune/sundhedspleje@aabenraa"), unit_name="Sundhedsplejen")
CHARITY = Address(unit=Unit.parse("ngo/-@moedrehjaelpen"), organisation_name="Mødrehjælpen", unit_name="Mødrehjælpen")

ITEMS = (
    Item("rusmiddel", "Har været uden stof i otte uger.\nMøder til aftalerne."),
    Item("plan_foedsel", "", False, Attachment("fødselsplan.pdf", "application/pdf", b"%PDF-1.7 plan")),
)
ACCOUNT = Account(
    occasion="Udeblevet to gange",
    seen_and_heard="Virkede træt",
    family_situation="Bor alene",
    since="Uge 18",
    parents_reaction="Er enig",
    balancing="Barnets tarv vejer tungest",
)
FORM = Form(
    reason="Børnefaglig undersøgelse",
    case_type="BL-26",
    purpose="undersoegelse_boernefaglig",
    items=("rusmiddel", "fremmoede"),
    consent=False,
    basis="RSL-11c-1-1",
    subject=Subject("gravid", 29),
    investigated=("gravid", "kommende_barn"),
    agreements_at_birth="Ring før udskrivelse",
    contraception="Ønskes drøftet",
    ean=Ean.parse("5790000209354"),
    contact="Familieafdelingens vagttelefon",
    answer_by=date(2024, 5, 21),
)


def ruling(subject: str = "gravid") -> Ruling:
    """A permit whose facts and withheld part are nobody's but the sender's."""
    facts = Facts(
        at=AT,
        act="videregivelse",
        initiative="discloser",
        discloser=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        subject=Subject(subject, 29),
        basis_invoked="SUL-43-1",
        purpose="stoette_graviditet",
        categories=("rusmiddel", WITHHELD),
        discloser_role=SECRET,
    )
    asked = rule(facts)
    permit = replace(
        asked.decision,
        outcome=Outcome.PERMIT_WITH_DUTIES,
        basis="SUL-43-1",
        edition="LBK 247/2024",
        gate="SUL-43-2-1",
        reason=Reason.OK_CONSENT_WRITTEN,
        granted=("rusmiddel",),
        withheld=(WITHHELD,),
        passes=("rusmiddel",),
        citation="sundhedsloven § 43, stk. 1 (LBK 247/2024)",
    )
    return replace(asked, decision=permit)


def letter(event: Addressed, sender: Address = AMBULATORY, recipient: Address = FAMILY_UNIT) -> Letter:
    """The event as a letter."""
    return Letter(
        event=event,
        name=type(event).__name__,
        recorded_at=RECORDED,
        case=CASE,
        act=act_of(event) or ACT,
        citizen=WOMAN,
        sender=sender,
        recipient=recipient,
        person="Mette Holm",
        role="jordemoder",
        message_id=MESSAGE,
        reference="tv-7h2k9",
    )


def referral(items: tuple[Item, ...] = ITEMS, reason: str = "Ønsker samtale om støtte") -> Letter:
    """A referral to the sundhedspleje."""
    return letter(
        ReferralSent(
            referral=ACT, at=AT, by=AMBULATORY.unit, recipient=NURSES.unit, reason=reason, items=items, ruling=ruling()
        ),
        recipient=NURSES,
    )


def disclosure(items: tuple[Item, ...] = ITEMS, subject: str = "gravid") -> Letter:
    """A disclosure on consent."""
    return letter(
        DisclosureMade(
            disclosure=ACT,
            at=AT,
            by=AMBULATORY.unit,
            recipient=FAMILY_UNIT.unit,
            purpose="stoette_graviditet",
            items=items,
            ruling=ruling(subject),
        )
    )


def correction() -> Letter:
    """What was passed on before was wrong."""
    return letter(
        DisclosureCorrected(
            correction=ACT,
            disclosure=EARLIER,
            at=AT,
            by=AMBULATORY.unit,
            recipient=FAMILY_UNIT.unit,
            purpose="stoette_graviditet",
            items=ITEMS[:1],
            ruling=ruling(),
        )
    )


WRONG = CorrectedAct(act=EARLIER, kind="concern-reported", at=AT, points=(Point("rusmiddel", 1),))


def rectification() -> Letter:
    """An act of before said anew."""
    return letter(
        ActCorrected(
            correction=ACT,
            corrects=WRONG,
            at=AT,
            by=AMBULATORY.unit,
            recipient=FAMILY_UNIT.unit,
            words="Udeblevet én gang",
            items=ITEMS[:1],
            ruling=ruling(),
        )
    )


def retraction() -> Letter:
    """A point of one act was wrong, and another act the whole of it."""
    whole = replace(WRONG, act=MESSAGE, points=())
    return letter(
        ActsRetracted(
            retraction=ACT,
            acts=(WRONG, whole),
            fault=Fault.WRONG,
            at=AT,
            by=AMBULATORY.unit,
            recipient=FAMILY_UNIT.unit,
        )
    )


def concern(account: Account = ACCOUNT) -> Letter:
    """An underretning about the unborn child."""
    return letter(
        ConcernReported(
            concern=ACT,
            at=AT,
            by=AMBULATORY.unit,
            recipient=FAMILY_UNIT.unit,
            account=account,
            items=ITEMS,
            ruling=ruling("kommende_barn"),
        )
    )


def receipt() -> Letter:
    """The municipality's receipt to the hospital."""
    event = ConcernReceiptGiven(
        receipt=ACT, concern=EARLIER, at=AT, by=FAMILY_UNIT.unit, recipient=AMBULATORY.unit, ruling=ruling()
    )
    return replace(letter(event, FAMILY_UNIT, AMBULATORY), person=None, role=None)


def feedback() -> Letter:
    """What came of the underretning."""
    event = ConcernFeedbackGiven(
        feedback=ACT,
        concern=EARLIER,
        at=AT,
        by=FAMILY_UNIT.unit,
        recipient=AMBULATORY.unit,
        items=(Item("sag_aabnet", "En undersøgelse er sat i gang"),),
        ruling=ruling(),
    )
    return replace(letter(event, FAMILY_UNIT, AMBULATORY), role="familierådgiver")


def request(form: Form = FORM) -> Letter:
    """The request form."""
    event = InformationRequested(
        request=ACT, at=AT, by=FAMILY_UNIT.unit, recipient=AMBULATORY.unit, form=form, ruling=ruling()
    )
    return letter(event, FAMILY_UNIT, AMBULATORY)


def question() -> Letter:
    """The hospital asks what exactly is wanted."""
    return letter(
        ClarificationAsked(
            request=EARLIER, at=AT, by=AMBULATORY.unit, recipient=FAMILY_UNIT.unit, question="Hvilken periode?"
        )
    )


def clarification() -> Letter:
    """The municipality says it; the person who writes is not named."""
    event = ClarificationGiven(
        request=EARLIER,
        at=AT,
        by=FAMILY_UNIT.unit,
        recipient=AMBULATORY.unit,
        items=("rusmiddel",),
        words="Fra uge 12",
    )
    return replace(letter(event, FAMILY_UNIT, AMBULATORY), person=None)


def answer() -> Letter:
    """The answer, with one item declined."""
    event = RequestAnswered(
        answer=ACT,
        request=EARLIER,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        items=ITEMS[:1],
        ruling=ruling(),
    )
    declined = Declined(category="mor_barn_observation", reason="Er ikke observeret hos os")
    return replace(letter(event), declined=(declined,))


def to_charity() -> Letter:
    """To a receiver without any public number, and without units."""
    event = DisclosureMade(
        disclosure=ACT,
        at=AT,
        by=AMBULATORY.unit,
        recipient=CHARITY.unit,
        purpose="raadgivning_ngo",
        items=ITEMS[:1],
        ruling=ruling("partner"),
    )
    return letter(event, recipient=CHARITY)


LETTERS: tuple[Callable[[], Letter], ...] = (
    referral,
    disclosure,
    correction,
    rectification,
    retraction,
    concern,
    receipt,
    feedback,
    request,
    question,
    clarification,
    answer,
    to_charity,
)
