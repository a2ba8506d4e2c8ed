"""Units: written one way, read one way, never almost the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.vocabulary.organisations import KINDS, NO_UNIT, Unit
from tests.people import EVERYBODY, FAMILIES, FAMILIES_AWAY, NURSES


@pytest.mark.parametrize("unit", EVERYBODY, ids=str)
def test_a_unit_is_written_as_it_is_read(unit: Unit) -> None:
    assert Unit.parse(str(unit)) == unit


@given(
    st.sampled_from(sorted(KINDS)),
    st.from_regex(r"\A([a-z][a-z0-9_]{0,9}|-)\Z"),
    st.from_regex(r"\A[A-Za-zæøåÆØÅ0-9.'&]([A-Za-zæøåÆØÅ0-9 .'&-]{0,20}[A-Za-zæøåÆØÅ0-9.'&-])?\Z"),
)
def test_whatever_can_be_written_is_read_back(kind: str, unit: str, organisation: str) -> None:
    written = Unit(kind, unit, organisation)
    assert Unit.parse(str(written)) == written


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("", "kind/unit@organisation"),
        ("kommune/familieafdeling", "kind/unit@organisation"),
        ("familieafdeling@aabenraa", "kind/unit@organisation"),
        ("by/familieafdeling@aabenraa", "unknown kind"),
        ("Kommune/familieafdeling@aabenraa", "unknown kind"),
        ("kommune/Familieafdeling@aabenraa", "lower-case"),
        ("kommune/fødeafdeling@aabenraa", "lower-case"),
        ("kommune/@aabenraa", "lower-case"),
        ("kommune/--@aabenraa", "lower-case"),
        (f"kommune/{'a' * 65}@aabenraa", "lower-case"),
        ("kommune/familieafdeling@", "1 to 120"),
        ("kommune/familieafdeling@ aabenraa", "1 to 120"),
        ("kommune/familieafdeling@aabenraa\n", "1 to 120"),
        (f"kommune/familieafdeling@{'a' * 121}", "1 to 120"),
        ("kommune/familieafdeling@aaben\nraa", "control"),
        ("kommune/familieafdeling@aaben\u202eraa", "control"),
        ("kommune/familieafdeling@aabenraa@odense", "control"),
        ("kommune/familieafdeling@aabenraa/odense", "control"),
    ],
)
def test_what_is_no_unit_is_told_why(text: str, about: str) -> None:
    with pytest.raises(Unreadable, match=about):
        Unit.parse(text)


def test_two_units_of_one_organisation_are_two() -> None:
    assert FAMILIES != NURSES
    assert FAMILIES != FAMILIES_AWAY


def test_a_unit_may_be_left_open() -> None:
    assert Unit.parse(f"gp/{NO_UNIT}@laegehuset-nord").unit == NO_UNIT


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*", True),
        ("kommune", True),
        ("kommune/familieafdeling", True),
        ("kommune/sundhedspleje", False),
        ("hospital", False),
        ("kommune/familie", False),
        ("", False),
    ],
)
def test_patterns_of_the_catalogue(pattern: str, fits: bool) -> None:
    assert FAMILIES.is_a(pattern) is fits
