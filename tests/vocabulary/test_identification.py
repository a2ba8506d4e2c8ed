"""C06, by what a woman is known: read strictly, the same for every way to write it, and never shown by accident."""

from datetime import date

import pytest

from hub.errors import Unreadable
from hub.vocabulary.identification import (
    ForeignNumber,
    Identification,
    NameAndBirth,
    ReplacementNumber,
    bare_number,
    index_key,
    read_identification,
)
from hub.vocabulary.information import Citizen
from tests.people import AMIRA, ELSA, KAJA, NADIA

BORN = date(1992, 3, 7)
REGIONAL = "urn:oid:1.2.208.176.1.6.1.3.7"


@pytest.mark.parametrize("text", ["0703921VJ4", "070392-1VJ4", "0703921vj4", "2103002AB4"])
def test_an_x_ecpr_is_read(text: str) -> None:
    assert ReplacementNumber.parse(text).written == text.replace("-", "").upper()


@pytest.mark.parametrize(
    "text", ["", "0703921VJ", "0703921VJ45", "3203921VJ4", "0713921VJ4", "070392--1VJ4", " 0703921VJ4"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        ReplacementNumber.parse(text)
    assert text == "" or text not in str(caught.value)


def test_a_cpr_number_is_no_replacement_for_one() -> None:
    with pytest.raises(Unreadable):
        ReplacementNumber.parse(KAJA.cpr.digits)


@pytest.mark.parametrize(
    ("text", "is_regional"), [("SE|19890511-TEST", False), (f"{REGIONAL}|0703925AB1", True), ("PL|A", False)]
)
def test_a_foreign_number_names_its_issuer(text: str, is_regional: bool) -> None:
    number = ForeignNumber.parse(text)
    assert (number.written, number.is_regional) == (text, is_regional)


@pytest.mark.parametrize(
    "text", ["", "SE", "SE|", "se|1", "DK|1234", "SWE|1", "|1", "SE|-1", "SE|1\n", f"SE|{'1' * 41}", "urn:oid:1.2|1"]
)
def test_a_number_of_nobody_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        ForeignNumber.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ForeignNumber.parse("SE|19890511-test"), ForeignNumber.parse("SE|19890511 TEST")),
        (NameAndBirth("Nadia Test  Rahimi", BORN), NameAndBirth("NADIA test rahimi", BORN)),
        (NameAndBirth("A\u030ase", BORN), NameAndBirth("åse", BORN)),
    ],
)
def test_another_way_to_write_it_is_the_same(one: Identification, other: Identification) -> None:
    assert one == other
    assert hash(one) == hash(other)
    assert index_key(one) == index_key(other)


def test_no_two_share_a_key_and_a_cpr_number_is_its_digits() -> None:
    digits = KAJA.cpr.digits
    same = (KAJA.cpr, ForeignNumber("SE", digits), ForeignNumber("NO", digits), NameAndBirth(digits, BORN))
    keys = [index_key(number) for number in same]
    assert len({*keys}) == 4
    assert keys[0] == digits
    assert [bare_number(number) for number in same] == [digits, digits, digits, ""]


def test_the_strongest_comes_first_and_a_name_last() -> None:
    everything = Citizen(KAJA.cpr, "Kaja", replacement=AMIRA.replacement, foreign=ELSA.foreign, born=BORN)
    kinds = [type(one).__name__ for one in everything.identifications]
    assert kinds == ["Cpr", "ReplacementNumber", "ForeignNumber", "NameAndBirth"]
    assert everything.birth_date == KAJA.birth_date
    assert NADIA.birth_date == date(1996, 4, 17)
    assert Citizen(None, "Kaja").identifications == ()
    assert Citizen(KAJA.cpr, "Kaja").known_before_as(AMIRA).replacement == AMIRA.replacement


def test_none_of_it_is_shown() -> None:
    shown = " ".join(f"{one} {one!r}" for one in (AMIRA.replacement, ELSA.foreign, *NADIA.identifications))
    assert not [word for word in ("0703921", "VJ4", "1989", "TEST", "Nadia", "1996") if word in shown]


@pytest.mark.parametrize("text", ["0703921VJ4", "SE|19890511-TEST", "Nadia Test Rahimi, 1996-04-17"])
def test_whichever_it_is_is_found_out(text: str) -> None:
    found = {one for citizen in (AMIRA, ELSA, NADIA) for one in citizen.identifications}
    assert read_identification(text) in found


@pytest.mark.parametrize("text", ["", "Nadia", "Nadia, i går", ", 1996-04-17", "1234"])
def test_what_is_none_is_said_so(text: str) -> None:
    with pytest.raises(Unreadable):
        read_identification(text)
