"""Whatever a text holds, it is text in the letter: set, paginated, within the page, and never code."""

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from adapters.documents.glyphs import covered, shown
from adapters.documents.renderer import TypstRenderer
from hub.domain.concern import ConcernReported
from hub.domain.disclosure import DisclosureMade
from hub.ports.letter import Letter
from tests.adapters.documents import letters
from tests.adapters.documents.letters import EVERY, FHIR
from tests.adapters.documents.nasty import NASTY, with_text
from tests.adapters.documents.reading import headings, placed, read, words
from tests.people import KIRSTEN

LEFT, RIGHT, BOTTOM, TOP = 70, 530, 25, 800  # points: inside these a printer prints and a reader reads


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("kind", EVERY)
def test_any_text_in_any_field_of_any_letter_can_be_set(kind: str, name: str) -> None:
    assert TypstRenderer().render(with_text(EVERY[kind](), NASTY[name]), FHIR).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["long word", "long text", "many lines"])
@pytest.mark.parametrize("kind", ["anmodning", "svar"])
def test_long_texts_run_over_pages_and_never_over_the_edge(kind: str, name: str) -> None:
    pieces = placed(with_text(EVERY[kind](), NASTY[name]))
    assert max(piece.page for piece in pieces) >= 3
    assert all(LEFT <= piece.x <= RIGHT and BOTTOM <= piece.y <= TOP for piece in pieces)


def test_no_word_of_a_long_account_is_lost() -> None:
    account = " ".join(f"ord{number}" for number in range(3_000))
    letter = letters.concern()
    assert isinstance(letter.event, ConcernReported)
    told = replace(letter.event.account, seen_and_heard=account)
    text = words(replace(letter, event=replace(letter.event, account=told)))
    assert re.findall(r"ord\d+", text) == account.split()


@pytest.mark.parametrize("name", ["code", "brackets", "heading", "json"])
def test_markup_stands_in_the_letter_as_it_was_written(name: str) -> None:
    text = NASTY[name]
    assert re.sub(r"\s+", " ", text) in words(_saying(text))


def test_markup_adds_no_heading() -> None:
    plain, nasty = read(_saying("Almindelige ord.")), read(_saying(NASTY["heading"]))
    assert headings(plain) == headings(nasty)


def test_a_direction_override_is_shown_and_not_obeyed() -> None:
    text = words(_saying(NASTY["reversed"]))
    assert "a⟨U+202E⟩tsket⟨U+2066⟩b⟨U+2069⟩" in text


def test_control_characters_and_signs_without_a_glyph_stand_by_their_code_point() -> None:
    assert "a⟨U+0000⟩b⟨U+0007⟩c⟨U+001B⟩[31md⟨U+007F⟩ e f g" in words(_saying(NASTY["control"]))
    assert "⟨U+1F600⟩ ⟨U+1F469⟩⟨U+200D⟩⟨U+1F467⟩" in words(_saying(NASTY["emoji"]))


def test_names_from_the_neighbours_need_no_code_points() -> None:
    name = "Ślązak-Đặng Åse Þórsdóttir Müller O’Connor Привет Ελλάδα"
    assert shown(name) == name
    assert name in words(replace(letters.disclosure(), citizen=replace(KIRSTEN, name=name)))


ABROAD = {
    "arabic": "فاطمة الزهراء",
    "persian": "می‌خواهم",  # with the joiner that the word is written with
    "thai": "สมชาย ใจดี",
    "chinese": "王小明",
    "japanese": "山田さくら",
    "korean": "김민지",
    "tamil": "தமிழ் செல்வி",
    "hindi": "हिन्दी",
    "bengali": "বাংলা",
    "hebrew": "עברית",
    "amharic": "አማርኛ",
    "georgian": "ქართული",
    "khmer": "ខ្មែរ",
}


@pytest.mark.parametrize("script", ABROAD)
def test_the_scripts_of_people_in_denmark_are_set_in_fonts_of_their_own(script: str) -> None:
    """C20: in a name, which stands in bold, and in the words of a letter."""
    text = ABROAD[script]
    assert shown(text) == text
    letter = _saying(f"Hun hedder {text}.")
    pdf = TypstRenderer().render(replace(letter, citizen=replace(KIRSTEN, name=text)), FHIR)
    used = {str(font["/BaseFont"]) for page in PdfReader(BytesIO(pdf)).pages for font in _fonts(page)}
    assert any("Noto" in name for name in used)


def test_a_letter_without_them_knows_no_other_font() -> None:
    used = {str(font["/BaseFont"]) for page in read(letters.disclosure()).pages for font in _fonts(page)}
    assert used
    assert not any("Noto" in name for name in used)


def test_a_joiner_between_latin_letters_is_no_joiner() -> None:
    assert shown("a\u200cb") == "a⟨U+200C⟩b"


@pytest.mark.parametrize("first", [0x4E00, 0xAC00, 0x0600, 0x0E01])
def test_however_many_signs_it_stays_below_what_was_said(first: int) -> None:
    signs = "".join(chr(sign) for sign in range(first, first + 2_000) if shown(chr(sign)) == chr(sign))
    letter = replace(_saying(signs), citizen=replace(KIRSTEN, name=signs[:200]))
    fhir = json.dumps({"resourceType": "Bundle", "text": signs}, ensure_ascii=False).encode()
    assert len(TypstRenderer().render(letter, fhir)) <= TypstRenderer().at_most(letter, fhir)


@settings(max_examples=40)
@given(st.text(st.characters(codec=None), max_size=200))
def test_every_text_can_be_set(text: str) -> None:
    assert TypstRenderer().render(_saying(text), FHIR).startswith(b"%PDF-")


@given(st.text(st.characters(codec=None)))
def test_what_is_shown_has_a_glyph_for_every_sign(text: str) -> None:
    assert {ord(sign) for sign in shown(text)} - covered() <= {ord("\n"), 0xAD, 0x200B}


@given(st.text(st.sampled_from("abcxyzæøåÆØÅéüß0123456789 .,;:!?()§–’”-/@#$*_[]{}<>\\")))
def test_ordinary_words_are_shown_as_they_are(text: str) -> None:
    assert shown(text).replace("\u200b", "") == text


def _fonts(page: PageObject) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def _saying(text: str) -> Letter:
    letter = letters.disclosure()
    assert isinstance(letter.event, DisclosureMade)
    return replace(letter, event=replace(letter.event, items=(replace(letters.DRUGS, text=text),)))
