"""Whatever a text holds, it is text in the letter: set, paginated, within the page, and never code."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def _saying(text: str) -> Letter:
    letter = letters.disclosure()
    assert isinstance(letter.event, DisclosureMade)
    return replace(letter, event=replace(letter.event, items=(replace(letters.DRUGS, text=text),)))
