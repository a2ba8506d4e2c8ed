"""Danish words for codes, days and numbers."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from adapters.documents import words
from hub.law import catalogue
from hub.vocabulary.identifiers import Cpr

EXAMPLES = Path(__file__).resolve().parents[3] / "openapi" / "examples"
CODED = {
    **dict.fromkeys(("category", "categories", "items"), "category"),
    **dict.fromkeys(("purpose", "purposes"), "purpose"),
    "case_type": "case_type",
    "role": "role",
}
LETTER_ACTS = {"videregivelse", "anmodning_besvarelse", "underretning", "kvittering", "flytteunderretning"}


@pytest.mark.parametrize(
    ("kind", "code", "label"),
    [
        ("category", "mor_barn_observation", "Observation af samspillet mellem mor og barn"),
        ("category", "soeskende_og_naboer", "Soeskende og naboer"),
        ("category", "Skole", "Skole"),
        ("purpose", "stoette_barn", "Støtte til barnet"),
        ("role", "laege", "læge"),
        ("case_type", "BL-99", "BL-99"),
        ("category", "", ""),
    ],
)
def test_a_code_has_a_word_and_an_unknown_one_is_written_out(kind: str, code: str, label: str) -> None:
    assert words.label(kind, code) == label


def test_every_provision_that_can_carry_a_letter_is_said_in_plain_words() -> None:
    carrying = {
        basis.id
        for basis in catalogue.bases()
        if basis.kind in ("permit", "duty") and basis.acts & LETTER_ACTS and basis.id != "ANON"
    }
    assert {basis for basis in carrying if not words.known("basis", basis)} == set()


def test_plain_words_are_said_of_provisions_that_exist() -> None:
    assert {code for code in words.named("basis") if catalogue.find(code) is None} == set()


def test_no_code_of_the_published_examples_reaches_a_letter_bare() -> None:
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    used = {pair for example in examples for pair in _codes(example)}
    assert {("category", "rusmiddel"), ("purpose", "stoette_graviditet"), ("case_type", "BL-26")} <= used
    assert {(kind, code) for kind, code in used if not words.known(kind, code)} == set()


def _codes(example: Any) -> Iterator[tuple[str, str]]:
    """The codes of a request body that a letter would put in words; free text is no code."""
    if isinstance(example, list):
        yield from chain.from_iterable(map(_codes, example))
    if isinstance(example, dict):
        for name, inner in example.items():
            said = inner if isinstance(inner, list) else [inner]
            codes = [code for code in said if isinstance(code, str) and re.fullmatch(r"[\w-]+", code)]
            yield from ((_kind(name, code), code) for code in codes if name in CODED)
            yield from _codes(inner)


def _kind(field: str, code: str) -> str:
    """`role` is what somebody is by trade, or whose information it is."""
    return "subject" if field == "role" and code in words.named("subject") else CODED[field]


def test_days_and_moments_are_danish() -> None:
    moment = datetime(2024, 2, 29, 23, 5, tzinfo=UTC)
    assert words.day(moment) == "1. marts 2024"
    assert words.day(date(2024, 2, 29)) == "29. februar 2024"
    assert words.moment(moment) == "fredag den 1. marts 2024 kl. 00.05"
    assert words.latest(moment) == "fredag den 1. marts 2024 kl. 00.05"
    assert words.latest(date(2024, 2, 29)) == "torsdag den 29. februar 2024"


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        ("P1Y", "1 år"),
        ("P6M", "6 måneder"),
        ("P1M", "1 måned"),
        ("P2W", "2 uger"),
        ("P30D", "30 dage"),
        ("P1Y6M", "P1Y6M"),
        ("indtil fødslen", "indtil fødslen"),
        ("", ""),
        ("P٣D", "P٣D"),
    ],
)
def test_a_duration_is_said_in_words(duration: str, said: str) -> None:
    assert words.term(duration) == said


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ((), ""),
        (("Barnet",), "Barnet"),
        (("Barnet", "Moren"), "Barnet og moren"),
        (("Barnet", "Moren", "Partneren"), "Barnet, moren og partneren"),
    ],
)
def test_several_are_listed_as_in_speech(labels: tuple[str, ...], said: str) -> None:
    assert words.listed(labels) == said


def test_a_cpr_number_has_its_hyphen() -> None:
    assert words.personnummer(Cpr.parse("2911829996")) == "291182-9996"


@pytest.mark.parametrize(("count", "said"), [(0, "0 byte"), (999, "999 byte"), (1500, "1,5 kB"), (2_500_000, "2,5 MB")])
def test_sizes_have_a_decimal_comma(count: int, said: str) -> None:
    assert words.size(count) == said
