"""One paper of every kind that is not a letter of one act. Whom it is about and what it says is invented."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from adapters.documents.papers import account_sheet, form_sheet, reminder_sheet, reply_sheet
from adapters.documents.typesetting import Page
from hub.ports.directory import Address
from hub.ports.papers import Agreed, ConsentForm, NotifierReply, Reminder, Shared, SharingAccount
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit
from tests.adapters.documents.letters import ACT, AMBULATORY, FAMILY_UNIT, NURSES, TREATMENT_CENTRE
from tests.people import COPENHAGEN, KIRSTEN

TODAY = date(2024, 6, 3)
DOCTOR = Address(
    unit=Unit.parse("gp/klinik@laegehuset-nord"), organisation_name="Lægehuset Nord", unit_name="Klinikken"
)
CATEGORIES = (
    *("rusmiddel", "psykisk_helbred", "obstetrik", "medicin", "fremmoede", "plan_foedsel"),
    *("social_situation", "boligforhold", "oekonomi", "netvaerk", "vold"),
)
REACHABLE = replace(AMBULATORY, phone="70 00 00 00")


def at(month: int, day: int, hour: int = 10) -> datetime:
    """A moment of that spring."""
    return datetime(2024, month, day, hour, tzinfo=COPENHAGEN)


def form(number: str = "4.2", owner: Address = AMBULATORY) -> ConsentForm:
    """A form with her name on it, and every box empty."""
    return ConsentForm(
        number=number,
        owner=owner,
        on=TODAY,
        citizen=KIRSTEN,
        others=tuple(unit for unit in (FAMILY_UNIT, NURSES, TREATMENT_CENTRE, DOCTOR) if unit != owner),
        categories=CATEGORIES,
        purpose="stoette_graviditet",
        meeting_on=date(2024, 6, 18) if number == "4.1" else None,
    )


def empty_form(number: str = "4.2", owner: Address = AMBULATORY) -> ConsentForm:
    """A form that says nothing of anybody: everything is written by hand."""
    return ConsentForm(number=number, owner=owner, on=TODAY)


def reply(**other: Any) -> NotifierReply:
    """The receipt to a neighbour who telephoned."""
    usual: dict[str, Any] = {
        "sender": FAMILY_UNIT,
        "to": "Test Nabosen",
        "contact": "Testsøjlerne 6, 6200 Aabenraa",
        "on": TODAY,
        "act": ACT,
        "received_on": date(2024, 5, 31),
        "professional": False,
        "basis": "BL-KVIT",
        "citation": "barnets lovs regler om kvittering for underretninger, gældende fra 2024-01-01",
        "person": "Jonas Brandt",
        "role": "socialraadgiver",
    }
    return NotifierReply(**(usual | other))


def feedback() -> NotifierReply:
    """What a midwife outside any unit is told."""
    started = Item("sag_aabnet", "Vi har sat en børnefaglig undersøgelse i gang.")
    return reply(to="Test Jordemosen", professional=True, items=(started,), is_receipt=False)


def reminder(owed: str = "ACK_RECEIPT", name: str = "concern-reported") -> Reminder:
    """A receipt that never came."""
    return Reminder(
        sender=TREATMENT_CENTRE,
        recipient=FAMILY_UNIT,
        citizen=KIRSTEN,
        on=TODAY,
        act=ACT,
        name=name,
        sent_on=date(2024, 5, 7),
        owed=owed,
        due=date(2024, 5, 15),
        reference="k7t2-9fqd-xm4w",
    )


def account() -> SharingAccount:
    """Everything that was told of her that spring, and two attempts that were refused."""
    consent = at(4, 2)
    return SharingAccount(
        citizen=KIRSTEN,
        on=TODAY,
        shared=(
            Shared(
                at=at(4, 3),
                name="referral-sent",
                sender=NURSES,
                recipient=REACHABLE,
                categories=("obstetrik", "rusmiddel"),
                purpose="stoette_graviditet",
                basis="SUL-43-1",
                citation="sundhedsloven § 43, stk. 1",
                consents=(consent,),
                informed_at=at(4, 3, 11),
                informed_how="Ved samtalen hos sundhedsplejersken.",
                arrived="arrived",
            ),
            Shared(
                at=at(5, 7, 14),
                name="disclosure-made",
                sender=REACHABLE,
                recipient=FAMILY_UNIT,
                categories=("rusmiddel", "psykisk_helbred", "plan_foedsel"),
                purpose="stoette_graviditet",
                basis="SUL-43-1",
                citation="sundhedsloven § 43, stk. 1",
                consents=(consent, at(5, 6)),
                informed_at=at(5, 7, 14),
                arrived="arrived",
            ),
            Shared(
                at=at(5, 7, 15),
                name="concern-reported",
                sender=TREATMENT_CENTRE,
                recipient=FAMILY_UNIT,
                categories=("rusmiddel",),
                purpose="underretning",
                basis="BL-133-1-2",
                citation="barnets lov § 133, stk. 1, nr. 2, gældende fra 1. januar 2024",
                arrived="underway",
            ),
            Shared(
                at=at(5, 10),
                name="information-requested",
                sender=FAMILY_UNIT,
                recipient=REACHABLE,
                categories=("rusmiddel", "obstetrik"),
                purpose="undersoegelse_boernefaglig",
                basis="RSL-11c-1-1",
                citation="retssikkerhedsloven § 11 c, stk. 1, nr. 1",
                arrived="arrived",
            ),
            Shared(
                at=at(5, 17),
                name="disclosure-made",
                sender=REACHABLE,
                recipient=NURSES,
                categories=("boligforhold",),
                purpose="stoette_graviditet",
                basis="SUL-43-1",
                citation="sundhedsloven § 43, stk. 1",
                consents=(consent,),
                arrived="held",
            ),
        ),
        agreed=(
            Agreed(
                given_at=consent,
                registered_by=REACHABLE,
                direction="videregive",
                disclosers=(REACHABLE, NURSES),
                recipients=(FAMILY_UNIT,),
                categories=("rusmiddel", "psykisk_helbred", "plan_foedsel"),
                lapses_on=date(2025, 4, 2),
                withdrawn_at=at(5, 18),
            ),
            Agreed(
                given_at=at(5, 6),
                registered_by=REACHABLE,
                direction="videregive",
                disclosers=(REACHABLE,),
                recipients=(FAMILY_UNIT,),
                categories=("plan_foedsel",),
                lapses_on=date(2025, 5, 6),
            ),
        ),
        refused=2,
    )


def sheets() -> dict[str, Page]:
    """Every paper, by the name of its picture."""
    return {
        "samtykke-4.0": form_sheet(form("4.0", FAMILY_UNIT)),
        "samtykke-4.1": form_sheet(form("4.1")),
        "samtykke-4.2": form_sheet(form("4.2")),
        "samtykke-tom": form_sheet(empty_form()),
        "rykker": reminder_sheet(reminder()),
        "underretter-kvittering": reply_sheet(reply()),
        "underretter-tilbagemelding": reply_sheet(feedback()),
        "redegoerelse": account_sheet(account()),
    }
