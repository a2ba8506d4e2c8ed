"""What forms, reminders and accounts say: everything that must stand there, and nothing that may not."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.documents import typesetting, words
from adapters.documents.papers import account_sheet, form_sheet, reminder_sheet, reply_sheet
from adapters.documents.printer import TypstPrinter
from adapters.documents.typesetting import Page
from hub.errors import Unreadable
from hub.law import report
from hub.ports.papers import Printer
from tests.adapters.documents.letters import FAMILY_UNIT, NURSES, TREATMENT_CENTRE
from tests.adapters.documents.nasty import NASTY, with_text
from tests.adapters.documents.papers import CATEGORIES, account, at, empty_form, feedback, form, reminder, reply, sheets
from tests.adapters.documents.reading import headings, opened
from tests.adapters.documents.test_pictures import PPI, looks_as_kept

NUMBERS = ("4.0", "4.1", "4.2")


def text(page: Page) -> str:
    return opened(typesetting.pdf(page))


@pytest.mark.parametrize("name", sheets())
def test_every_paper_is_pdf_a_3a_and_pdf_ua_1_in_danish(name: str) -> None:
    """SM-33, for what is not a letter of one act."""
    pdf = PdfReader(io.BytesIO(typesetting.pdf(sheets()[name])))
    catalog: Any = pdf.trailer["/Root"].get_object()
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    for claim in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in metadata
    assert catalog["/Lang"] == "da-DK"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/AcroForm" not in catalog
    assert pdf.metadata
    assert headings(pdf)[0] == pdf.metadata.title
    assert str(pdf.metadata["/CreationDate"]) == "D:20240603000000Z"


def test_the_printer_prints_what_the_papers_say_and_the_same_every_time() -> None:
    printer: Printer = TypstPrinter()
    assert printer.consent_form(form()) == printer.consent_form(form()) == typesetting.pdf(form_sheet(form()))
    assert printer.reminder(reminder()) == printer.reminder(reminder()) == typesetting.pdf(reminder_sheet(reminder()))
    assert printer.reply(reply()) == printer.reply(reply()) == typesetting.pdf(reply_sheet(reply()))
    assert printer.account(account()) == printer.account(account()) == typesetting.pdf(account_sheet(account()))


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("paper", ["form", "reminder", "reply", "account"])
def test_any_text_can_be_set(paper: str, name: str) -> None:
    made: Mapping[str, Page] = {
        "form": form_sheet(form()),
        "reminder": reminder_sheet(reminder()),
        "reply": reply_sheet(feedback()),
        "account": account_sheet(account()),
    }
    assert typesetting.pdf(with_text(made[paper], NASTY[name])).startswith(b"%PDF-")


def test_a_reply_to_somebody_outside_speaks_to_her_and_says_nothing_of_the_woman() -> None:
    """R33: a private notifier gets the receipt and nothing else; a professional what was started."""
    private, professional = text(reply_sheet(reply())), text(reply_sheet(reply(professional=True)))
    for said in (private, professional, text(reply_sheet(feedback()))):
        assert "barnets lovs regler om kvittering for underretninger" in said
        for hers in ("Kirsten", "Berggren", "291182", "CPR"):
            assert hers not in said
    assert "Vi har tavshedspligt og må derfor ikke fortælle dig" in private
    assert "Derfor hører du også fra os" in professional
    assert "Vi har sat en børnefaglig undersøgelse i gang." in text(reply_sheet(feedback()))
    assert "Den, der har underrettet" in text(reply_sheet(reply(to="", contact="")))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_has_a_box_for_every_unit_and_every_category_and_none_is_ticked(number: str) -> None:
    said = text(form_sheet(form(number)))
    for unit in form(number).others:
        assert f"☐ {unit.unit_name}, {unit.organisation_name}" in said
    for label in ("Rusmidler", "Psykisk helbred", "Graviditet og fødsel", "Vold"):
        assert f"☐ {label}" in said
    assert said.count("☐") == 2 + (len(form(number).others) + 1) + (len(CATEGORIES) + 1)
    assert "☑" not in said
    assert "Støtte under graviditeten" in said


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_bears_her_name_or_room_for_it(number: str) -> None:
    filled, empty = text(form_sheet(form(number))), text(form_sheet(empty_form(number)))
    assert "Navn Kirsten Test Berggren CPR-nummer 291182-9996" in filled
    assert not [word for word in ("Kirsten", "291182", "Testpark", "None") if word in empty]
    assert empty.count("☐") == 2 + 4 + 8


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_says_how_to_withdraw_and_has_room_to_sign(number: str) -> None:
    said = text(form_sheet(form(number)))
    assert "Du kan altid trække dit samtykke tilbage" in said
    assert "Du skal bare sige eller skrive det til os" in said
    assert "Du kan sige nej uden at give en grund" in said
    assert "databeskyttelsesforordningen og databeskyttelsesloven" in said
    assert "persondataloven" not in said
    for field in ("Dato", "Underskrift", "Samtykket er modtaget af", "Skrevet i journalen den"):
        assert field in said
    assert f"Blanket {number}" in said


def test_a_year_is_the_most_where_a_health_person_passes_on() -> None:
    """Sundhedsloven § 44, stk. 2; rules R02, R10 and R20: the sundhedspleje counts, the familieafdeling does not."""
    year = "højst et år fra den dag, du skriver under (sundhedsloven § 44, stk. 2)"
    assert year in text(form_sheet(form("4.2")))
    assert year in text(form_sheet(form("4.2", NURSES)))
    assert "højst et år (sundhedsloven § 44, stk. 2)" in text(form_sheet(form("4.1")))
    for owner in (FAMILY_UNIT, TREATMENT_CENTRE):
        said = text(form_sheet(form("4.2", owner)))
        assert "§ 44" not in said
        assert "Samtykket gælder, til du trækker det tilbage." in said
        assert "§ 44" not in text(form_sheet(form("4.1", owner)))


def test_a_year_on_the_form_to_obtain_is_the_forms_own_term() -> None:
    said = text(form_sheet(form("4.0", FAMILY_UNIT)))
    assert "i et år fra den dag, du skriver under, eller til sagen er slut" in said
    assert "§ 44" not in said


def test_a_consent_to_a_meeting_is_for_that_meeting() -> None:
    said = text(form_sheet(form("4.1")))
    assert "tirsdag den 18. juni 2024" in said
    assert "Samtykket gælder kun til dette møde" in said
    assert "Er der noget, vi ikke må tale om?" in said
    assert "Skal det holde op før" not in said


def test_each_form_is_for_its_own_direction() -> None:
    """R06: a consent to obtain does not carry a disclosure, so no form speaks of both."""
    titles = {number: text(form_sheet(form(number))) for number in NUMBERS}
    assert "Hvem må vi hente oplysninger hos?" in titles["4.0"]
    assert "Hvem må være med til mødet?" in titles["4.1"]
    assert "Hvem må vi give oplysninger til?" in titles["4.2"]
    assert "give oplysninger til" not in titles["4.0"]
    assert "hente oplysninger" not in titles["4.2"]


@pytest.mark.parametrize("number", ["4.3", "", "4"])
def test_there_is_no_other_form(number: str) -> None:
    with pytest.raises(Unreadable, match="4\\.0, 4\\.1, 4\\.2"):
        form_sheet(form(number))


@pytest.mark.parametrize(
    ("owed", "name", "sentence"),
    [
        (
            "ACK_RECEIPT",
            "concern-reported",
            "sendte vi jer en underretning. Vi kan ikke se, at vi har fået kvitteringen",
        ),
        ("FEEDBACK", "concern-reported", "har fået besked om, hvad underretningen har ført til."),
        ("ANSWER", "information-requested", "sendte vi jer en anmodning om oplysninger. Vi kan ikke se"),
        ("CLARIFICATION", "clarification-asked", "at vi har fået svaret på vores spørgsmål."),
        ("ACCEPTANCE", "referral-sent", "sendte vi jer en henvisning."),
        ("SOMETHING_NEW", "something-new", "sendte vi jer et brev. Vi kan ikke se, at vi har fået jeres svar."),
    ],
)
def test_a_reminder_says_what_was_sent_and_what_is_missing(owed: str, name: str, sentence: str) -> None:
    said = text(reminder_sheet(reminder(owed, name)))
    assert "Rykker: Vi mangler at høre fra jer" in said
    assert sentence in said
    assert "Fristen var onsdag den 15. maj 2024." in said
    assert "Den 7. maj 2024" in said


def test_a_reminder_without_a_deadline_names_none() -> None:
    assert "Fristen" not in text(reminder_sheet(replace(reminder(), due=None)))
    assert "kl. 10.00" in text(reminder_sheet(replace(reminder(), due=at(5, 8))))


def test_the_account_says_who_told_whom_what_why_and_what_became_of_it() -> None:
    said = text(account_sheet(account()))
    assert "Hvad er delt om dig, med hvem, og hvorfor?" in said
    assert "Familieambulatoriet (Sygehus Sønderjylland) gav oplysninger om dig videre til Familieafdelingen" in said
    assert "Rusmidler, psykisk helbred, plan for fødslen" in said
    assert "Du havde sagt ja den 2. april 2024 og den 6. maj 2024. (sundhedsloven § 43, stk. 1)" in said
    assert "Fagfolk har pligt til at sige det til kommunen" in said
    assert "(barnets lov § 133, stk. 1, nr. 2)" in said
    assert "Du fik det at vide den 3. april 2024. Der står: »Ved samtalen hos sundhedsplejersken.«" in said
    assert "Der står ikke noget om, at du fik det at vide." in said
    assert "Brevet er kommet frem." in said
    assert "Vi har endnu ikke fået besked om, at det er kommet frem." in said


def test_the_account_lists_each_receiver_once_with_all_it_was_told() -> None:
    knows = account_sheet(account()).knows
    assert [(know.who.unit, know.about) for know in knows] == [
        ("Familieambulatoriet", "Graviditet og fødsel, rusmidler"),
        ("Familieafdelingen", "Rusmidler, psykisk helbred, plan for fødslen"),
    ]


def test_a_question_tells_nobody_anything_and_is_shown_as_a_question() -> None:
    sheet = account_sheet(account())
    (asked,) = (act for act in sheet.told if " bad " in act.sentence)
    assert asked.informed == ""
    assert "Familieafdelingen" in asked.sentence


def test_what_was_refused_is_counted_and_what_was_held_back_is_not_shared() -> None:
    said = text(account_sheet(account()))
    told, _, stopped = said.partition("Det er ikke delt")
    assert "oligforhold" not in told
    assert "Den 17. maj 2024 skulle Sundhedsplejen (Aabenraa Kommune) have haft oplysninger (boligforhold)" in stopped
    assert "To gange ville nogen dele oplysninger om dig, uden at der var ret til det." in stopped
    assert "Det er ikke delt" not in text(account_sheet(replace(account(), refused=0, shared=account().shared[:2])))


def test_a_letter_that_never_came_told_nobody_anything() -> None:
    lost = replace(account().shared[1], arrived="failed")
    sheet = account_sheet(replace(account(), shared=(lost,)))
    assert sheet.knows == ()
    assert sheet.told[0].became == "Brevet kom ikke frem."


@pytest.mark.parametrize(
    ("on", "stands"),
    [
        (date(2024, 5, 20), "Det gælder til og med den 5. maj 2025, medmindre du trækker det tilbage før."),
        (date(2025, 5, 5), "Det gælder til og med den 5. maj 2025, medmindre du trækker det tilbage før."),
        (date(2025, 5, 6), "Det gælder ikke længere. Det gjaldt til og med den 5. maj 2025."),
    ],
)
def test_a_consent_stands_until_its_day(on: date, stands: str) -> None:
    """R02: the anniversary itself is treated as lapsed."""
    assert account_sheet(replace(account(), on=on)).said_yes[1].stands == stands


def test_a_consent_that_nothing_but_a_withdrawal_ends_says_so() -> None:
    endless = replace(account().agreed[1], lapses_on=None)
    sheet = account_sheet(replace(account(), agreed=(account().agreed[0], endless)))
    assert [consent.stands for consent in sheet.said_yes] == [
        "Du trak det tilbage den 18. maj 2024.",
        "Det gælder, til du trækker det tilbage.",
    ]


@pytest.mark.parametrize(
    ("direction", "sentence"),
    [
        ("videregive", "må give oplysninger om dig til Familieafdelingen"),
        ("indhente", "at Familieafdelingen (Aabenraa Kommune) må hente oplysninger om dig hos Familieambulatoriet"),
        ("begge", "må tale sammen om dig."),
    ],
)
def test_a_consent_is_told_in_its_own_direction(direction: str, sentence: str) -> None:
    agreed = replace(account().agreed[1], direction=direction)
    assert sentence in account_sheet(replace(account(), agreed=(agreed,))).said_yes[0].sentence


def test_whoever_told_something_can_be_asked() -> None:
    said = text(account_sheet(account()))
    assert "Familieambulatoriet, Sygehus Sønderjylland, telefon 70 00 00 00" in said
    assert "Rusmiddelcentret, Aabenraa Kommune" in said
    assert "Datatilsynet" in said
    assert [agent.who.unit for agent in account_sheet(account()).asking] == [
        "Sundhedsplejen",
        "Familieambulatoriet",
        "Rusmiddelcentret",
    ]


def test_an_account_of_nothing_says_so() -> None:
    said = text(account_sheet(replace(account(), shared=(), agreed=(), refused=0)))
    assert "Der er ikke delt oplysninger om dig." in said
    assert "Her kan du spørge" not in said


@pytest.mark.parametrize(("count", "said"), [(1, "Én gang"), (12, "Tolv gange"), (13, "13 gange")])
def test_refusals_are_counted_in_words(count: int, said: str) -> None:
    assert account_sheet(replace(account(), refused=count)).refused == said


def test_no_code_of_the_law_reaches_her() -> None:
    said = text(account_sheet(account()))
    assert not re.search(r"\b(SUL|BL|RSL|FVL)-|_|\bOK_", said)


def test_every_provision_that_can_say_yes_has_words_for_her() -> None:
    yes = {basis.id for basis in report.bases() if any(reason.code.startswith("OK_") for reason in basis.reasons)}
    assert len(yes) > 15
    assert yes - words.named("why") == set()


@pytest.mark.parametrize("name", sheets())
def test_a_paper_looks_as_it_did(name: str) -> None:
    """As the letters: after a change that is meant, run with TVAERSPOR_REDRAW=1 and look at every picture."""
    assert looks_as_kept(name, typesetting.pictures(sheets()[name], PPI))
