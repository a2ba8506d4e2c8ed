"""Numbers that name people and organisations: what is one, and that it never shows itself."""

from datetime import date

import pytest

from hub.errors import Unreadable
from hub.vocabulary.identifiers import Cpr, Ean
from tests.people import DAUGHTER_CPR, ELMER_CPR, KIRSTEN, NANCY, YOUNG

ELMER = ELMER_CPR.digits


def test_a_number_is_read_with_and_without_its_hyphen() -> None:
    assert Cpr.parse(f"{ELMER[:6]}-{ELMER[6:]}") == Cpr.parse(ELMER) == ELMER_CPR


@pytest.mark.parametrize(
    ("cpr", "born"),
    [
        (NANCY.cpr, date(1948, 12, 25)),
        (ELMER_CPR, date(1947, 9, 25)),
        (KIRSTEN.cpr, date(1982, 11, 29)),
        (YOUNG.cpr, date(2010, 10, 11)),
        (DAUGHTER_CPR, date(2016, 10, 13)),
    ],
)
def test_it_states_a_date_of_birth(cpr: Cpr, born: date) -> None:
    assert cpr.birth_date == born


@pytest.mark.parametrize(
    ("seventh", "year", "century"),
    [
        *((seventh, year, 1900) for seventh in range(4) for year in (0, 36, 37, 57, 58, 99)),
        *((seventh, year, 2000) for seventh in (4, 9) for year in (0, 36)),
        *((seventh, year, 1900) for seventh in (4, 9) for year in (37, 99)),
        *((seventh, year, 2000) for seventh in (5, 6, 7, 8) for year in (0, 57)),
        *((seventh, year, 1800) for seventh in (5, 6, 7, 8) for year in (58, 99)),
    ],
)
def test_the_seventh_digit_tells_the_century(seventh: int, year: int, century: int) -> None:
    """The CPR office's table, "Personnummeret i CPR"; the digits are put together here and name nobody."""
    assert Cpr(f"0101{year:02}{seventh}999").birth_date == date(century + year, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "291182",
        ELMER + "0",
        ELMER[:9],
        f"{ELMER[:5]}-{ELMER[5:]}",
        f"{ELMER[:6]}--{ELMER[6:]}",
        f" {ELMER}",
        f"{ELMER}\n",
        ELMER.replace("2", "٢"),
        f"3002{ELMER[4:]}",
        f"0013{ELMER[4:]}",
        f"2902{'99'}{ELMER[6:]}",
        "abcdefghij",
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Cpr.parse(text)
    assert not text.strip() or text.strip() not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_leap_day_is_a_date_in_its_own_century_only() -> None:
    assert Cpr.parse(f"2902{'00'}{'4999'}").birth_date == date(2000, 2, 29)
    with pytest.raises(Unreadable):
        Cpr.parse(f"2902{'00'}{'0999'}")


def test_a_check_digit_is_not_required() -> None:
    """Since 2007; none of the published test numbers has one that fits."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    assert sum(int(digit) * weight for digit, weight in zip(KIRSTEN.cpr.digits, weights, strict=True)) % 11


def test_it_never_shows_itself() -> None:
    shown = f"{KIRSTEN.cpr} {KIRSTEN.cpr!r} {KIRSTEN.cpr!s} {[KIRSTEN.cpr]} {KIRSTEN}"
    assert "2911" not in shown
    assert "9996" not in shown
    assert "Kirsten" not in shown


@pytest.mark.parametrize("text", ["9521000000018", "5790000209354", "4000000000006"])
def test_a_location_number_has_its_check_digit(text: str) -> None:
    assert Ean.parse(text).digits == text


@pytest.mark.parametrize(
    "text", ["9521000000019", "952100000001", "95210000000180", "952100000001a", "", "٩521000000018"]
)
def test_another_is_none(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Ean.parse(text)
    assert "GS1" in caught.value.source
