"""What each letter says: everything that must stand there, and nothing that may not."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.domain.concern import ConcernReceiptGiven, ConcernReported
from hub.domain.disclosure import DisclosureMade
from hub.domain.request.events import Form, InformationRequested, RequestAnswered
from hub.law.facts import Subject
from hub.ports.letter import Letter
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.adapters.documents import letters
from tests.adapters.documents.letters import DRAWN, FORM
from tests.adapters.documents.reading import placed, words
from tests.people import KIRSTEN

TOP = 780  # below what runs along the head of every page
WITHHELD = ("Vold", "vold", "raadgiver", "29 år")  # withheld by the decision, or only asked about


@pytest.mark.parametrize("kind", DRAWN)
def test_every_letter_says_who_writes_to_whom_when_about_whom(kind: str) -> None:
    letter = DRAWN[kind]()
    text = words(letter)
    for address in (letter.sender, letter.recipient):
        assert address.organisation_name in text
        assert address.unit_name in text
    assert "Dato 7. maj 2024" in text
    assert f"Reference {letter.reference}" in text
    assert f"dokument {letter.act}" in text
    assert "Kirsten Test Berggren" in text
    assert "291182-9996" in text
    assert "Testpark Allé 48 3400 Hillerød" in text
    assert "Side 1 af" in text
    assert "Fortroligt" in text
    assert letter.person
    assert letter.person in text


@pytest.mark.parametrize("kind", DRAWN)
def test_no_letter_shows_what_was_withheld_or_what_the_law_was_asked(kind: str) -> None:
    text = words(DRAWN[kind]())
    assert not [word for word in WITHHELD if word in text]
    for code in ("RECORD_BALANCING", "OK_STATUTORY_DUTY", "SUL-43", "BL-133", "_"):
        assert code not in text


def test_a_referral_gives_its_reason() -> None:
    text = words(letters.referral())
    assert "Henvisning" in text
    assert "Årsag til henvisningen Gravid i uge 30" in text
    assert "Rusmidler Hun har fortalt" in text


def test_a_disclosure_names_purpose_items_hjemmel_and_attachment() -> None:
    text = words(letters.disclosure())
    assert "Formål Støtte under graviditeten" in text
    assert "Psykisk helbred Tidligere depression" in text
    assert "Plan for fødslen · står ikke i journalen Fødselsplanen" in text
    assert "Bilag: fødselsplan.pdf application/pdf, 85,8 kB SHA-256: 078581331a42956bb1d4bfdc0dbb1f1e0397caf" in text
    assert "Hjemmel: sundhedsloven § 43, stk. 1." in text
    assert "Oplysningerne angår" not in text


def test_a_disclosure_about_another_than_the_woman_says_about_whom() -> None:
    letter = letters.disclosure()
    assert isinstance(letter.event, DisclosureMade)
    ruling = letter.event.ruling
    about = replace(ruling, facts=replace(ruling.facts, subject=Subject("nyfoedt", 0)))
    assert "Oplysningerne angår Det nyfødte barn" in words(replace(letter, event=replace(letter.event, ruling=about)))


def test_a_notice_of_a_move_is_called_what_the_law_calls_it() -> None:
    text = words(letters.move_notice())
    assert "Underretning om flytning" in text
    assert "Videregivelse" not in text
    assert "Hjemmel: barnets lov § 132, gældende fra 1. januar 2024." in text


def test_a_discharge_letter_is_called_that() -> None:
    text = words(letters.discharge_letter())
    assert "Udskrivningsbrev Borgeren er udskrevet fra os" in text
    assert "Hjemmel: sundhedsloven § 41, stk. 2, nr. 2." in text


def test_ankestyrelsen_is_turned_to_and_not_notified() -> None:
    text = words(letters.appeal())
    assert "Henvendelse til Ankestyrelsen Vi er bekymrede for et kommende barn" in text
    assert "Anledning til henvendelsen Den gravide er udeblevet" in text
    assert "Forældrenes reaktion Hun er orienteret" in text


def test_a_correction_names_what_it_corrects() -> None:
    text = words(letters.correction())
    assert f"Retter dokument Formål {letters.EARLIER} Støtte" in text or f"Retter dokument {letters.EARLIER}" in text
    assert "Prøven den 6. maj var negativ" in text


def test_an_underretning_holds_the_whole_account() -> None:
    text = words(letters.concern())
    for heading, said in {
        "Anledning til underretningen": "Den gravide er udeblevet",
        "Det har vi set og hørt": "Ved samtalen den 6. maj",
        "Familiens situation": "Bor alene",
        "Hvor længe det har stået på": "Siden midten af april",
        "Forældrenes reaktion": "Hun er orienteret",
        "Vores afvejning": "Hun ønskede ikke",
    }.items():
        assert f"{heading} {said}" in text
    assert "Hjemmel: barnets lov § 133, stk. 1, nr. 2, gældende fra 1. januar 2024." in text


def test_a_health_person_who_notifies_names_the_door_in_sundhedsloven() -> None:
    letter = letters.concern()
    assert isinstance(letter.event, ConcernReported)
    midwife = letters.notifying(letters.AMBULATORY, letters.FAMILY_UNIT)
    text = words(replace(letter, event=replace(letter.event, ruling=midwife)))
    assert (
        "barnets lov § 133, stk. 1, nr. 2, gældende fra 1. januar 2024, jf. sundhedsloven § 43, stk. 2, nr. 1." in text
    )


def test_an_underretning_before_2024_cites_serviceloven() -> None:
    letter = letters.concern()
    assert isinstance(letter.event, ConcernReported)
    ruling = letters.notifying(letters.AMBULATORY, letters.FAMILY_UNIT, basis="SEL-153-1-2", on=date(2023, 11, 28))
    text = words(replace(letter, event=replace(letter.event, ruling=ruling)))
    assert "serviceloven § 153, stk. 1, nr. 2, gældende til 31. december 2023" in text
    assert "tirsdag den 5. december 2023" in text


def test_an_underretning_tells_the_municipality_what_it_owes_and_when() -> None:
    text = words(letters.concern())
    assert "brug for hjælp med det samme onsdag den 8. maj 2024 kl. 14.30" in text
    assert "Kvittere for underretningen til os onsdag den 15. maj 2024" in text
    assert "når I ved det, medmindre særlige forhold taler imod" in text


def test_a_gap_in_the_account_is_shown_as_a_gap_but_no_balancing_is_no_heading() -> None:
    letter = letters.concern()
    assert isinstance(letter.event, ConcernReported)
    account = replace(letter.event.account, since="", balancing="")
    text = words(replace(letter, event=replace(letter.event, account=account)))
    assert "Hvor længe det har stået på Ikke oplyst." in text
    assert "Vores afvejning" not in text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("gravid", "Underretning om et kommende barn"),
        ("kommende_barn", "Underretning om et kommende barn"),
        ("nyfoedt", "Underretning om et barn"),
        ("partner", "Underretning om et barn"),
    ],
)
def test_an_underretning_is_about_a_child_born_or_unborn(subject: str, title: str) -> None:
    assert title in words(letters.concern(subject=subject))


def test_a_receipt_names_the_underretning_and_asks_nothing_of_its_receiver() -> None:
    text = words(letters.receipt())
    assert f"Jeres underretning, dokument {letters.EARLIER}" in text
    assert "I har underrettet som fagpersoner" in text
    assert "Det skal I gøre nu" not in text


def test_a_private_notifier_is_promised_no_more_than_the_receipt() -> None:
    letter = letters.receipt()
    volunteer = replace(letter.recipient, unit=Unit.parse("ngo/lokalforening@moedrehjaelpen"))
    assert isinstance(letter.event, ConcernReceiptGiven)
    assert "fagpersoner" not in words(replace(letter, recipient=volunteer))


def test_a_feedback_says_what_was_started() -> None:
    text = words(letters.feedback())
    assert "Om der er sat en undersøgelse eller støtte i gang Vi har sat en børnefaglig undersøgelse i gang." in text


def test_the_request_form_holds_every_field() -> None:
    text = words(letters.request())
    for said in (
        "Sagstype Børnefaglig undersøgelse, kommende forældre (barnets lov § 26)",
        "Formål Børnefaglig undersøgelse",
        "Er sagen åben? ☑ Ja ☐ Nej",
        "Sagen er afsluttet den –",
        "Oplysningerne angår Den gravide",
        "Sagen handler om Det kommende barn og den gravide",
        "Kommunen er i gang med en børnefaglig undersøgelse",
        "☑ Rusmidler ☑ Graviditet og fødsel ☑ Observationer i barselsperioden ☑ Observation af samspillet",
        "☐ Ja ☑ Nej, oplysningerne indhentes uden samtykke",
        "☐ § 11 a, med samtykke ☑ § 11 c, uden samtykke",
        "retssikkerhedsloven § 11 c, stk. 1, nr. 1, gældende fra 1. januar 2024, jf. sundhedsloven § 43, stk. 2, nr. 1",
        "Aftaler ved fødslen Familieafdelingen kontaktes",
        "Prævention Hun ønsker vejledning",
        "Vi beder om svar senest tirsdag den 21. maj 2024",
        "EAN-nummer til betaling 9521000009998",
        "Kontakt Familieafdelingens vagttelefon",
    ):
        assert said in text


def test_the_request_form_with_consent_says_whose_when_and_for_how_long() -> None:
    form: Form = replace(
        FORM,
        basis="RSL-11a-1",
        consent=True,
        consent_by="gravid",
        consent_given_at=date(2024, 5, 2),
        consent_term="P1Y",
        case_open=False,
        case_closed_at=date(2024, 5, 3),
    )
    text = words(letters.request(form))
    assert "☑ Ja ☐ Nej, oplysningerne indhentes uden samtykke" in text
    assert "Samtykket er givet af Den gravide" in text
    assert "Samtykket er givet den 2. maj 2024" in text
    assert "Samtykket gælder i 1 år" in text
    assert "☑ § 11 a, med samtykke ☐ § 11 c, uden samtykke" in text
    assert "☐ Ja ☑ Nej Sagen er afsluttet den 3. maj 2024" in text


def test_a_request_that_nothing_carries_yet_names_no_hjemmel_for_the_answer() -> None:
    letter = letters.request(replace(FORM, basis=None))
    assert isinstance(letter.event, InformationRequested)
    ruling = letter.event.ruling
    vague = replace(ruling, decision=replace(ruling.decision, basis=None, citation="retssikkerhedsloven § 11 c"))
    text = words(replace(letter, event=replace(letter.event, ruling=vague)))
    assert "Hjemmel for svaret" not in text
    assert "☐ § 11 a, med samtykke ☐ § 11 c, uden samtykke" in text


def test_a_clarification_is_asked_and_given() -> None:
    asked, given = words(letters.clarification_asked()), words(letters.clarification_given())
    assert f"Jeres anmodning, dokument {letters.EARLIER}" in asked
    assert "Vores spørgsmål Hvilken periode" in asked
    assert f"Vores anmodning, dokument {letters.EARLIER}" in given
    assert "– Rusmidler – Graviditet og fødsel" in given
    assert "Bemærkninger Kun den nuværende graviditet." in given


def test_an_answer_says_what_it_does_not_answer_and_why() -> None:
    text = words(letters.answer())
    assert f"Svar på dokument {letters.EARLIER}" in text
    assert "Det svarer vi ikke på Observation af samspillet mellem mor og barn Vi observerer ikke" in text
    assert "jf. sundhedsloven § 43, stk. 2, nr. 1." in text


def test_an_answer_that_declines_nothing_has_no_such_heading() -> None:
    assert "Det svarer vi ikke på" not in words(replace(letters.answer(), declined=()))


def test_a_letter_without_a_person_is_signed_by_the_unit() -> None:
    text = words(replace(letters.disclosure(), person=None, role=None))
    assert "Med venlig hilsen Familieambulatoriet Sygehus Sønderjylland" in text


def test_a_letter_about_a_woman_who_has_died_says_so() -> None:
    letter = letters.disclosure()
    assert "Død den" not in words(letter)
    assert "Død den 3. maj 2024" in words(replace(letter, died_on=date(2024, 5, 3)))


def test_a_letter_without_an_address_has_no_empty_box() -> None:
    assert "Adresse" not in words(replace(letters.disclosure(), citizen=Citizen(KIRSTEN.cpr, KIRSTEN.name)))


def test_the_danish_calendar_decides_the_date() -> None:
    late = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    assert "Dato 1. januar 2025" in words(replace(letters.disclosure(), recorded_at=late))


def test_a_signature_never_stands_alone_on_a_page() -> None:
    """Wherever the page ends, something that the letter says goes along with the greeting; all lines of it together."""
    letter, alone, turned = letters.answer(), [], set()
    assert isinstance(letter.event, RequestAnswered)
    for lines in range(40):
        longer = replace(letter.event.items[0], text="linje\n" * lines + "Sidst i punktet.")
        pieces = placed(replace(letter, event=replace(letter.event, items=(longer,))))
        (greeting,) = (piece for piece in pieces if piece.text.startswith("Med venlig"))
        signature = [piece for piece in pieces if piece.text in ("Mette Holm", "jordemoder")]
        before = [piece for piece in pieces if piece.page == greeting.page and greeting.y < piece.y < TOP]
        alone += [lines] if not before or {piece.page for piece in signature} != {greeting.page} else []
        turned.add(greeting.page)
    assert len(turned) == 2, "the page did turn"
    assert alone == []


def test_only_what_the_event_holds_can_be_shown() -> None:
    letter: Letter = letters.answer()
    assert isinstance(letter.event, RequestAnswered)
    text = words(replace(letter, event=replace(letter.event, items=letter.event.items[:1])))
    assert "Graviditet og fødsel" not in text
