"""One letter of every kind, about an invented woman with a published test number; the words are invented as well."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.domain.act import act_of
from hub.domain.audience import Addressed
from hub.domain.concern import Account, ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request import (
    ClarificationAsked,
    ClarificationGiven,
    Declined,
    Form,
    InformationRequested,
    RequestAnswered,
)
from hub.domain.ruling import Ruling
from hub.law import catalogue
from hub.law.facts import Facts, Subject
from hub.law.hjemmel import Decision, Due, DutyCode, Outcome, Reason
from hub.ports import Address, Letter
from hub.vocabulary.identifiers import Cpr, Ean
from hub.vocabulary.information import Attachment, Citizen, Item
from hub.vocabulary.organisations import Unit

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
AT = datetime(2024, 5, 7, 14, 30, tzinfo=COPENHAGEN)
RECORDED = datetime(2024, 5, 7, 14, 41, tzinfo=COPENHAGEN)
NANCY = Citizen(Cpr.parse("251248-9996"), "Nancy Ann Berggren", "Søndertoften 12, 6200 Aabenraa")
CASE, MESSAGE = UUID("5b1d7a52-4d4f-4f6f-8d0a-2f4f9f3c7f10"), UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d")
EARLIER = UUID("9f6d2c54-7d0f-4a8e-b8f4-52d7f5c1a001")
ACT = UUID("c2f1d9aa-3a1b-4d52-9a6e-77c1d0e4b002")

AMBULATORY = Address(
    unit=Unit.parse("hospital/familieambulatorium@sygehus-soenderjylland"),
    organisation_name="Sygehus Sønderjylland",
    unit_name="Familieambulatoriet",
    mailbox="familieambulatorium@sygehus-soenderjylland.example",
)
FAMILY_UNIT = Address(
    unit=Unit.parse("kommune/familieafdeling@aabenraa"),
    organisation_name="Aabenraa Kommune",
    unit_name="Familieafdelingen",
    mailbox="familieafdeling@aabenraa.example",
)
TREATMENT_CENTRE = Address(
    unit=Unit.parse("kommune/rusmiddelcenter@aabenraa"),
    organisation_name="Aabenraa Kommune",
    unit_name="Rusmiddelcentret",
    mailbox="sikkerpost-a@aabenraa.example",
)

DRUGS = Item(
    "rusmiddel",
    "Hun har fortalt, at hun røg hash dagligt indtil uge 9 og siden har holdt pause. Urinprøven den 2. "
    "maj var negativ.",
)
MIND = Item(
    "psykisk_helbred",
    "Tidligere depression efter den første fødsel. Får støttende samtaler hver 14. dag.\n\nHar selv bedt "
    "om, at sundhedsplejersken kender forløbet.",
)
PLAN = Attachment("fødselsplan.pdf", "application/pdf", b"%PDF-1.7 an invented plan\n" * 3300)


def decision(
    basis: str,
    *,
    duties: tuple[DutyCode, ...] = (),
    due: tuple[Due, ...] = (),
    withheld: tuple[str, ...] = (),
    gate: str | None = None,
) -> Decision:
    """A decision that permits, as the law would give it."""
    return Decision(
        outcome=Outcome.PERMIT_WITH_DUTIES if duties else Outcome.PERMIT,
        basis=basis,
        edition="2024-01-01",
        gate=gate,
        reason=Reason.OK_STATUTORY_DUTY,
        duties=duties,
        due=due,
        granted=(),
        withheld=withheld,
        passes=(),
        next_step=None,
        contested=False,
        contested_why=None,
        rules=(),
        consents=(),
        carried=(),
        invoked=basis,
        tested=basis,
        citation=catalogue.basis(basis).citation(AT.date()),
        successor=(),
        act="videregivelse",
        rule_set="test",
    )


def ruling(answer: Decision, *, sender: Address, recipient: Address, purpose: str, subject: str = "gravid") -> Ruling:
    """The ruling around a decision, with facts that no letter may repeat."""
    facts = Facts(
        at=AT,
        act="videregivelse",
        initiative="discloser",
        discloser=sender.unit,
        recipient=recipient.unit,
        subject=Subject(subject, 29),
        basis_invoked=answer.basis,
        purpose=purpose,
        categories=("rusmiddel", "tidligere_doedsfald_i_familien"),
    )
    return Ruling(facts, answer)


def letter(event: Addressed, name: str, sender: Address, recipient: Address, **more: object) -> Letter:
    """The event on its way; `more` overrides any field."""
    made = Letter(
        event=event,
        name=name,
        recorded_at=RECORDED,
        case=CASE,
        act=act_of(event) or ACT,
        citizen=NANCY,
        sender=sender,
        recipient=recipient,
        person="Mette Holm",
        role="jordemoder",
        message_id=MESSAGE,
        reference="k7t2-9fqd-xm4w",
    )
    return replace(made, **more)  # type: ignore[arg-type]


CONSENT = decision("SUL-43-1", withheld=("vold",))
DUTY = decision(
    "BL-133-1-2",
    duties=(DutyCode.RECORD_BALANCING, DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK),
    due=(
        Due(DutyCode.ASSESS_24H, datetime(2024, 5, 8, 14, 30, tzinfo=COPENHAGEN)),
        Due(DutyCode.ACK_RECEIPT, date(2024, 5, 15)),
    ),
    gate="SUL-43-2-1",
)
RECEIPT = decision("BL-KVIT", duties=(DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK))
REQUEST = decision("RSL-11c-1-1", duties=(DutyCode.JOURNAL_REQUEST, DutyCode.EXPLAIN_DECLINE), gate="SUL-43-2-1")


def referral() -> Letter:
    """A referral from the municipality's treatment centre to the familieambulatorium."""
    rule = ruling(CONSENT, sender=TREATMENT_CENTRE, recipient=AMBULATORY, purpose="stoette_graviditet")
    event = ReferralSent(
        referral=ACT,
        at=AT,
        by=TREATMENT_CENTRE.unit,
        recipient=AMBULATORY.unit,
        reason=(
            "Gravid i uge 30 med tidligere forbrug af hash. Ønsker selv et tæt forløb og vil gerne ses inden for "
            "en uge."
        ),
        items=(DRUGS,),
        ruling=rule,
    )
    return letter(event, "ReferralSent", TREATMENT_CENTRE, AMBULATORY, person="Jonas Riis", role="misbrugsbehandler")


def disclosure() -> Letter:
    """A disclosure of two categories and an attachment; a third, violence, was withheld."""
    rule = ruling(CONSENT, sender=AMBULATORY, recipient=FAMILY_UNIT, purpose="stoette_graviditet")
    plan = Item("plan_foedsel", "Fødselsplanen er aftalt med hende den 6. maj.", journalised=False, attachment=PLAN)
    event = DisclosureMade(
        disclosure=ACT,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        purpose="stoette_graviditet",
        items=(DRUGS, MIND, plan),
        ruling=rule,
    )
    return letter(event, "DisclosureMade", AMBULATORY, FAMILY_UNIT)


def correction() -> Letter:
    """A correction of that disclosure."""
    rule = ruling(CONSENT, sender=AMBULATORY, recipient=FAMILY_UNIT, purpose="stoette_graviditet")
    event = DisclosureCorrected(
        correction=ACT,
        disclosure=EARLIER,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        purpose="stoette_graviditet",
        items=(replace(DRUGS, text="Urinprøven den 2. maj blev ikke taget. Prøven den 6. maj var negativ."),),
        ruling=rule,
    )
    return letter(event, "DisclosureCorrected", AMBULATORY, FAMILY_UNIT)


def concern(*, subject: str = "kommende_barn") -> Letter:
    """An underretning with the whole account."""
    rule = ruling(DUTY, sender=TREATMENT_CENTRE, recipient=FAMILY_UNIT, purpose="underretning", subject=subject)
    account = Account(
        occasion=(
            "Den gravide er udeblevet fra tre aftaler i træk og har fortalt, at hun er begyndt at ryge hash igen."
        ),
        seen_and_heard=(
            "Ved samtalen den 6. maj virkede hun træt og svær at få kontakt med. Hun sagde, at hun ikke har købt "
            "noget til barnet, og at hun ikke ved, hvordan hun skal klare tiden efter fødslen.\n\nHun tog imod "
            "tilbuddet om en ny tid i morgen."
        ),
        family_situation=(
            "Bor alene i en etværelses lejlighed, som er opsagt til 1. juli. Barnets far er ikke i billedet. "
            "Hendes mor bor i samme by og besøger hende hver uge."
        ),
        since="Siden midten af april.",
        parents_reaction=(
            "Hun er orienteret om underretningen. Hun blev ked af det, men sagde, at hun godt forstår bekymringen "
            "og gerne vil have hjælp."
        ),
        balancing=(
            "Hun ønskede ikke, at vi skrev til kommunen. Hensynet til barnet vejer tungest, fordi der kun er ni "
            "uger til termin, og fordi der ikke er en bolig."
        ),
    )
    event = ConcernReported(
        concern=ACT,
        at=AT,
        by=TREATMENT_CENTRE.unit,
        recipient=FAMILY_UNIT.unit,
        account=account,
        items=(DRUGS,),
        ruling=rule,
    )
    return letter(
        event, "ConcernReported", TREATMENT_CENTRE, FAMILY_UNIT, person="Jonas Riis", role="misbrugsbehandler"
    )


def receipt() -> Letter:
    """The municipality's receipt."""
    rule = ruling(
        RECEIPT, sender=FAMILY_UNIT, recipient=TREATMENT_CENTRE, purpose="kvittering", subject="kommende_barn"
    )
    event = ConcernReceiptGiven(
        receipt=ACT, concern=EARLIER, at=AT, by=FAMILY_UNIT.unit, recipient=TREATMENT_CENTRE.unit, ruling=rule
    )
    return letter(
        event, "ConcernReceiptGiven", FAMILY_UNIT, TREATMENT_CENTRE, person="Karen Lund", role="socialraadgiver"
    )


def feedback() -> Letter:
    """The municipality's feedback."""
    rule = ruling(
        RECEIPT, sender=FAMILY_UNIT, recipient=TREATMENT_CENTRE, purpose="kvittering", subject="kommende_barn"
    )
    event = ConcernFeedbackGiven(
        feedback=ACT,
        concern=EARLIER,
        at=AT,
        by=FAMILY_UNIT.unit,
        recipient=TREATMENT_CENTRE.unit,
        items=(Item("sag_aabnet", "Vi har sat en børnefaglig undersøgelse i gang."),),
        ruling=rule,
    )
    return letter(
        event, "ConcernFeedbackGiven", FAMILY_UNIT, TREATMENT_CENTRE, person="Karen Lund", role="socialraadgiver"
    )


FORM = Form(
    reason=(
        "Kommunen er i gang med en børnefaglig undersøgelse af det kommende barns forhold og skal kende "
        "forløbet under graviditeten for at kunne planlægge støtte fra fødslen."
    ),
    case_type="BL-26",
    purpose="undersoegelse_boernefaglig",
    items=("rusmiddel", "obstetrik", "barselsobservation", "mor_barn_observation"),
    consent=False,
    basis="RSL-11c-1-1",
    subject=Subject("gravid", 29),
    investigated=("kommende_barn", "gravid"),
    agreements_at_birth=(
        "Familieafdelingen kontaktes, når fødslen går i gang. Mor og barn bliver på barselsafsnittet, til vi "
        "har været der."
    ),
    contraception="Hun ønsker vejledning om prævention efter fødslen.",
    ean=Ean.parse("9521000009998"),
    contact="Familieafdelingens vagttelefon, hverdage kl. 9–15",
    answer_by=date(2024, 5, 21),
)


def request(form: Form = FORM) -> Letter:
    """The filled-in request form."""
    rule = ruling(REQUEST, sender=FAMILY_UNIT, recipient=AMBULATORY, purpose=form.purpose)
    event = InformationRequested(
        request=ACT, at=AT, by=FAMILY_UNIT.unit, recipient=AMBULATORY.unit, form=form, ruling=rule
    )
    return letter(event, "InformationRequested", FAMILY_UNIT, AMBULATORY, person="Karen Lund", role="socialraadgiver")


def clarification_asked() -> Letter:
    """The hospital asks what exactly is needed."""
    event = ClarificationAsked(
        request=EARLIER,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        question="Hvilken periode drejer det sig om, og har I brug for oplysninger om tidligere graviditeter?",
    )
    return letter(event, "ClarificationAsked", AMBULATORY, FAMILY_UNIT)


def clarification_given() -> Letter:
    """The municipality says what exactly is needed."""
    event = ClarificationGiven(
        request=EARLIER,
        at=AT,
        by=FAMILY_UNIT.unit,
        recipient=AMBULATORY.unit,
        items=("rusmiddel", "obstetrik"),
        words="Kun den nuværende graviditet.",
    )
    return letter(event, "ClarificationGiven", FAMILY_UNIT, AMBULATORY, person="Karen Lund", role="socialraadgiver")


def answer() -> Letter:
    """The hospital's answer, with one item declined."""
    rule = ruling(REQUEST, sender=AMBULATORY, recipient=FAMILY_UNIT, purpose="undersoegelse_boernefaglig")
    event = RequestAnswered(
        answer=ACT,
        request=EARLIER,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        items=(
            DRUGS,
            Item("obstetrik", "Termin den 12. juli 2024. Scanningen i uge 20 viste et foster i normal vækst."),
        ),
        ruling=rule,
    )
    declined = Declined(
        category="mor_barn_observation",
        reason="Vi observerer ikke samspillet på afdelingen. I er velkomne til selv at sende en observatør.",
    )
    return letter(event, "RequestAnswered", AMBULATORY, FAMILY_UNIT, declined=(declined,))


EVERY = {
    "henvisning": referral,
    "videregivelse": disclosure,
    "rettelse": correction,
    "underretning": concern,
    "kvittering": receipt,
    "tilbagemelding": feedback,
    "anmodning": request,
    "afklaring": clarification_asked,
    "praecisering": clarification_given,
    "svar": answer,
}
