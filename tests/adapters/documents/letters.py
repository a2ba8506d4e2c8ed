"""One letter of every kind, as the domain and the law would make it. Whom it is about and what it says is invented."""

from dataclasses import replace
from datetime import date, datetime
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
from hub.law.facts import ConsentFact, Facts, Flags, Notification, Subject
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.identifiers import Ean
from hub.vocabulary.information import Attachment, Item
from hub.vocabulary.organisations import Unit
from tests.people import COPENHAGEN, KIRSTEN

AT = datetime(2024, 5, 7, 14, 30, tzinfo=COPENHAGEN)
RECORDED = datetime(2024, 5, 7, 14, 41, tzinfo=COPENHAGEN)
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

NURSES = Address(
    unit=Unit.parse("kommune/sundhedspleje@aabenraa"),
    organisation_name="Aabenraa Kommune",
    unit_name="Sundhedsplejen",
    mailbox="sundhedspleje@aabenraa.example",
)
ODENSE = Address(
    unit=Unit.parse("kommune/familieafdeling@odense"),
    organisation_name="Odense Kommune",
    unit_name="Familieafdelingen",
    mailbox="familieafdeling@odense.example",
)
DOCTOR = Address(
    unit=Unit.parse("gp/-@laegerne-havnen"),
    organisation_name="Lægerne på Havnen",
    unit_name="Praksis",
    mailbox="sikkerpost@laegerne-havnen.example",
)
APPEALS = Address(
    unit=Unit.parse("ankestyrelsen/-@ankestyrelsen"),
    organisation_name="Ankestyrelsen",
    unit_name="Børn og familie",
    mailbox="sikkerpost@ankestyrelsen.example",
)
FHIR = b'{"resourceType":"Bundle","type":"message","note":"bl\xc3\xa5b\xc3\xa6r"}\n'  # as a translator hands it over
ASKED_ONLY = "raadgiver_kaldet_facts"

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


def disclosing(sender: Address, recipient: Address, *, subject: str = "gravid") -> Ruling:
    """Asked for four categories on a written consent that leaves one out: violence is withheld."""
    asked = ("rusmiddel", "psykisk_helbred", "plan_foedsel", "vold")
    consent = ConsentFact(
        id="C1",
        given_at=datetime(2024, 4, 2, 10, 0, tzinfo=COPENHAGEN),
        form="written",
        given_by=subject,
        given_to="discloser",
        direction="videregive",
        disclosers=(sender.unit,),
        recipients=(recipient.unit,),
        categories=asked[:3],
        purposes=("stoette_graviditet",),
        subjects=(subject,),
        journalised=True,
    )
    return rule(
        _facts("videregivelse", sender, recipient, "SUL-43-1", "stoette_graviditet", asked, (consent,), subject)
    )


def notifying(
    sender: Address, recipient: Address, *, basis: str = "BL-133-1-2", subject: str = "gravid", on: date | None = None
) -> Ruling:
    """She said no to the consent; the balancing stands on record, and the municipality's clocks start."""
    notice = Notification(
        consent_sought="refused", abuse_suspected=False, balancing_recorded=True, parents_informed=True
    )
    facts = _facts("underretning", sender, recipient, basis, "underretning", ("rusmiddel",), (), subject)
    return rule(replace(facts, at=datetime.combine(on, AT.timetz()) if on else AT, notification=notice))


def confirming(sender: Address, recipient: Address, sends: str, *, professional: bool = True) -> Ruling:
    """Receipt and feedback of the municipality."""
    facts = _facts("kvittering", sender, recipient, "BL-KVIT", "kvittering", (sends,))
    return rule(replace(facts, flags=Flags(notifier_professional=professional)))


def answering(form: Form, sender: Address, recipient: Address, *, sends: tuple[str, ...] = ()) -> Ruling:
    """What an answer rests on; what was not asked for is withheld, mother-child observation declined."""
    facts = _facts("anmodning_besvarelse", sender, recipient, form.basis, form.purpose, sends or form.items)
    flags = Flags(hospital_declines=("mor_barn_observation",) if sends else (), journalised=True)
    return rule(replace(facts, initiative="recipient", request=form.as_law(clear=True), flags=flags))


def _facts(
    act: str,
    sender: Address,
    recipient: Address,
    basis: str | None,
    purpose: str,
    asked: tuple[str, ...],
    consents: tuple[ConsentFact, ...] = (),
    subject: str = "gravid",
) -> Facts:
    """One act, with a role that no letter may repeat."""
    return Facts(
        at=AT,
        act=act,
        initiative="discloser",
        discloser=sender.unit,
        discloser_role=ASKED_ONLY,
        recipient=recipient.unit,
        subject=Subject(subject),
        basis_invoked=basis,
        purpose=purpose,
        categories=asked,
        consents=consents,
    )


def letter(
    event: Addressed,
    name: str,
    sender: Address,
    recipient: Address,
    *,
    person: str = "Mette Holm",
    role: str = "jordemoder",
    declined: tuple[Declined, ...] = (),
) -> Letter:
    """The event on its way."""
    return Letter(
        event=event,
        name=name,
        recorded_at=RECORDED,
        case=CASE,
        act=act_of(event) or ACT,
        citizen=KIRSTEN,
        sender=sender,
        recipient=recipient,
        person=person,
        role=role,
        message_id=MESSAGE,
        reference="k7t2-9fqd-xm4w",
        declined=declined,
    )


def referral() -> Letter:
    """A referral from the municipality's sundhedspleje to the familieambulatorium."""
    ruling = disclosing(NURSES, AMBULATORY)
    event = ReferralSent(
        referral=ACT,
        at=AT,
        by=NURSES.unit,
        recipient=AMBULATORY.unit,
        reason=(
            "Gravid i uge 30 med tidligere forbrug af hash. Ønsker selv et tæt forløb og vil gerne ses inden for "
            "en uge."
        ),
        items=(DRUGS,),
        ruling=ruling,
    )
    return letter(event, "ReferralSent", NURSES, AMBULATORY, person="Lise Bro", role="sundhedsplejerske")


def disclosure() -> Letter:
    """A disclosure of two categories and an attachment; a third, violence, was withheld."""
    ruling = disclosing(AMBULATORY, FAMILY_UNIT)
    plan = Item("plan_foedsel", "Fødselsplanen er aftalt med hende den 6. maj.", journalised=False, attachment=PLAN)
    event = DisclosureMade(
        disclosure=ACT,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        purpose="stoette_graviditet",
        items=(DRUGS, MIND, plan),
        ruling=ruling,
    )
    return letter(event, "DisclosureMade", AMBULATORY, FAMILY_UNIT)


def move_notice() -> Letter:
    """The municipality that she has left tells the new one."""
    facts = _facts("flytteunderretning", FAMILY_UNIT, ODENSE, "BL-132-1", "stoette_barn", ("social_situation",))
    ruling = rule(replace(facts, flags=Flags(moved_at=date(2024, 5, 1), special_support_need=True)))
    said = Item("social_situation", "Vi har sat en børnefaglig undersøgelse i gang, som endnu ikke er afsluttet.")
    return _disclosed(FAMILY_UNIT, ODENSE, ruling, said, person="Karen Lund", role="socialraadgiver")


def discharge_letter() -> Letter:
    """The hospital's doctor to the woman's own."""
    facts = _facts("videregivelse", AMBULATORY, DOCTOR, "SUL-41-2-2", "behandling", ("obstetrik",))
    flags = Flags(discharge_letter=True, own_gp=True)
    ruling = rule(replace(facts, discloser_role="laege", flags=flags))
    said = Item(
        "obstetrik", "Indlagt fra den 4. til den 7. maj med svangerskabsforgiftning. Blodtrykket er nu normalt."
    )
    return _disclosed(AMBULATORY, DOCTOR, ruling, said, person="Anne Dam", role="laege")


def _disclosed(sender: Address, recipient: Address, ruling: Ruling, said: Item, *, person: str, role: str) -> Letter:
    """A disclosure of one item, which the law has permitted."""
    assert ruling.decision.basis, ruling.decision.reason
    event = DisclosureMade(
        disclosure=ACT,
        at=AT,
        by=sender.unit,
        recipient=recipient.unit,
        purpose=ruling.facts.purpose,
        items=(said,),
        ruling=ruling,
    )
    return letter(event, "DisclosureMade", sender, recipient, person=person, role=role)


def correction() -> Letter:
    """A correction of that disclosure."""
    ruling = disclosing(AMBULATORY, FAMILY_UNIT)
    event = DisclosureCorrected(
        correction=ACT,
        disclosure=EARLIER,
        at=AT,
        by=AMBULATORY.unit,
        recipient=FAMILY_UNIT.unit,
        purpose="stoette_graviditet",
        items=(replace(DRUGS, text="Urinprøven den 2. maj blev ikke taget. Prøven den 6. maj var negativ."),),
        ruling=ruling,
    )
    return letter(event, "DisclosureCorrected", AMBULATORY, FAMILY_UNIT)


NOTIFIED = datetime(2024, 5, 2, 9, 15, tzinfo=COPENHAGEN)
WRONG = CorrectedAct(
    act=EARLIER,
    kind="concern-reported",
    at=NOTIFIED,
    points=(Point("occasion"), Point("rusmiddel", 1)),
)


def rectification() -> Letter:
    """An underretning put right: one field in words, one item."""
    event = ActCorrected(
        correction=ACT,
        corrects=WRONG,
        at=AT,
        by=TREATMENT_CENTRE.unit,
        recipient=FAMILY_UNIT.unit,
        words="Hun er udeblevet fra én aftale, ikke tre. De to andre havde vi selv aflyst.",
        items=(replace(DRUGS, text="Urinprøven den 6. maj var negativ. Svaret hørte til en anden prøve."),),
        ruling=notifying(TREATMENT_CENTRE, FAMILY_UNIT),
    )
    return letter(event, "ActCorrected", TREATMENT_CENTRE, FAMILY_UNIT, person="Jonas Riis", role="misbrugsbehandler")


def retraction(fault: Fault = Fault.WRONG, *acts: CorrectedAct) -> Letter:
    """Points of that underretning were wrong, and an answer the whole of it."""
    whole = CorrectedAct(act=MESSAGE, kind="request-answered", at=NOTIFIED)
    event = ActsRetracted(
        retraction=ACT,
        acts=acts or (WRONG, whole),
        fault=fault,
        at=AT,
        by=TREATMENT_CENTRE.unit,
        recipient=FAMILY_UNIT.unit,
    )
    return letter(event, "ActsRetracted", TREATMENT_CENTRE, FAMILY_UNIT, person="Jonas Riis", role="misbrugsbehandler")


def mistaken() -> Letter:
    """What was sent was about somebody else."""
    return retraction(Fault.NOT_HERS, replace(WRONG, points=()))


def concern(*, basis: str = "BL-133-1-2", subject: str = "gravid", recipient: Address = FAMILY_UNIT) -> Letter:
    """An underretning with the whole account."""
    ruling = notifying(TREATMENT_CENTRE, recipient, basis=basis, subject=subject)
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
        recipient=recipient.unit,
        account=account,
        items=(replace(DRUGS, text="Urinprøven den 6. maj var positiv for hash."),),
        ruling=ruling,
    )
    return letter(event, "ConcernReported", TREATMENT_CENTRE, recipient, person="Jonas Riis", role="misbrugsbehandler")


def appeal() -> Letter:
    """Ankestyrelsen is turned to, because the municipality does not act."""
    return concern(basis="BL-151", recipient=APPEALS)


def receipt() -> Letter:
    """The municipality's receipt."""
    ruling = confirming(FAMILY_UNIT, TREATMENT_CENTRE, "kvittering")
    event = ConcernReceiptGiven(
        receipt=ACT, concern=EARLIER, at=AT, by=FAMILY_UNIT.unit, recipient=TREATMENT_CENTRE.unit, ruling=ruling
    )
    return letter(
        event, "ConcernReceiptGiven", FAMILY_UNIT, TREATMENT_CENTRE, person="Karen Lund", role="socialraadgiver"
    )


def feedback() -> Letter:
    """The municipality's feedback."""
    ruling = confirming(FAMILY_UNIT, TREATMENT_CENTRE, "sag_aabnet")
    event = ConcernFeedbackGiven(
        feedback=ACT,
        concern=EARLIER,
        at=AT,
        by=FAMILY_UNIT.unit,
        recipient=TREATMENT_CENTRE.unit,
        items=(Item("sag_aabnet", "Vi har sat en børnefaglig undersøgelse i gang."),),
        ruling=ruling,
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
    subject=Subject("gravid"),
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
    ruling = answering(form, AMBULATORY, FAMILY_UNIT)
    event = InformationRequested(
        request=ACT, at=AT, by=FAMILY_UNIT.unit, recipient=AMBULATORY.unit, form=form, ruling=ruling
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
    sends = ("rusmiddel", "obstetrik", "mor_barn_observation", "vold")
    ruling = answering(FORM, AMBULATORY, FAMILY_UNIT, sends=sends)
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
        ruling=ruling,
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
    "berigtigelse": rectification,
    "tilbagetraekning": retraction,
    "underretning": concern,
    "kvittering": receipt,
    "tilbagemelding": feedback,
    "anmodning": request,
    "afklaring": clarification_asked,
    "praecisering": clarification_given,
    "svar": answer,
}
NAMED_BY_LAW = {
    "flytteunderretning": move_notice,
    "udskrivningsbrev": discharge_letter,
    "henvendelse": appeal,
    "ikke_hendes": mistaken,
}
DRAWN = EVERY | NAMED_BY_LAW  # every template; EVERY holds one of each kind of event
