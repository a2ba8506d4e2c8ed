"""What keeps a letter from leaving: a withdrawal of what it rests on, or that she lives elsewhere by now."""

from dataclasses import replace

import pytest

from hub.domain.addressed import Addressed
from hub.domain.case import CaseEvent, fold
from hub.domain.course.events import MovedElsewhere, MunicipalityChanged
from hub.domain.hindrance import ground_of, hindrance, lives_elsewhere
from hub.domain.request.events import ClarificationAsked
from hub.vocabulary.information import ELSEWHERE, Elsewhere
from tests.domain.acts import (
    REQUEST,
    a_case,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    facts,
    known_as,
    made,
)
from tests.people import CLINIC, FAMILIES, MONDAY, TUESDAY, WEDNESDAY

TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
ASKED_BACK = ClarificationAsked(request=REQUEST, question="", at=TUESDAY, by=CLINIC, recipient=FAMILIES)


def hindered(act: Addressed, *after: CaseEvent, before: tuple[CaseEvent, ...] = ()) -> str | None:
    """What keeps the act from leaving once this has followed it."""
    case = fold((a_case(), consent_given(MONDAY), consent_given(MONDAY, known_as("other")), *before, *after))
    assert case is not None
    return hindrance(ground_of(act), case, lambda: before)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ((), None),
        ((consent_withdrawn(TUESDAY),), "consent-withdrawn"),
        ((consent_withdrawn(TUESDAY, known_as("other")),), None),
    ],
    ids=["stands", "withdrawn", "another was withdrawn"],
)
def test_a_withdrawal_stops_what_rests_on_the_consent(more: tuple[CaseEvent, ...], why: str | None) -> None:
    assert hindered(TOLD, *more) == why


@pytest.mark.parametrize("act", [concern_reported(TUESDAY), ASKED_BACK], ids=["underretning", "question"])
def test_what_rests_on_no_consent_leaves_after_any_withdrawal(act: Addressed) -> None:
    assert hindered(act, consent_withdrawn(TUESDAY)) is None


@pytest.mark.parametrize(
    ("homes", "why"),
    [
        (("aabenraa", "odense"), "municipality-changed"),
        (("aabenraa", "odense", "aabenraa"), None),
        (("odense", "soenderborg"), None),
        ((), None),
    ],
    ids=["moved away", "moved back", "never lived there", "nobody has said"],
)
def test_a_letter_to_the_municipality_she_left_does_not_go_there(homes: tuple[str, ...], why: str | None) -> None:
    moves = [MunicipalityChanged(to=to, at=WEDNESDAY, by=CLINIC) for to in homes]
    assert hindered(TOLD, *moves[1:], before=tuple(moves[:1])) == why


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_letter_to_the_municipality_she_left_stops_wherever_she_went(where: str) -> None:
    home = MunicipalityChanged(to="aabenraa", at=MONDAY, by=CLINIC)
    gone = MovedElsewhere(to=Elsewhere(where), at=WEDNESDAY, by=CLINIC)
    assert hindered(TOLD, gone, before=(home,)) == "municipality-changed"
    back = MunicipalityChanged(to="aabenraa", at=WEDNESDAY, by=CLINIC)
    assert hindered(TOLD, before=(home, gone, back)) is None
    assert hindered(TOLD, back, before=(home, gone)) is None
    act = concern_reported(TUESDAY)
    assert hindered(act, gone, before=(home,)) is None
    case = fold((a_case(), home, gone))
    assert case is not None
    assert lives_elsewhere(ground_of(act), case)


@pytest.mark.parametrize("homes", [("aabenraa", "odense"), ("odense",), ("odense", "soenderborg")])
def test_an_underretning_goes_wherever_she_lives_and_a_person_is_told(homes: tuple[str, ...]) -> None:
    """Guide §0; BL § 133 is a duty to the child, and § 132 has the municipality pass it on."""
    moves = [MunicipalityChanged(to=to, at=WEDNESDAY, by=CLINIC) for to in homes]
    act = concern_reported(TUESDAY)
    assert hindered(act, *moves[1:], before=tuple(moves[:1])) is None
    case = fold((a_case(), *moves))
    assert case is not None
    assert lives_elsewhere(ground_of(act), case)
    assert not lives_elsewhere(ground_of(replace(TOLD, recipient=FAMILIES)), case)


@pytest.mark.parametrize("homes", [(), ("aabenraa",), ("odense", "aabenraa")])
def test_of_an_underretning_to_where_she_lives_nobody_is_told(homes: tuple[str, ...]) -> None:
    case = fold((a_case(), *(MunicipalityChanged(to=to, at=WEDNESDAY, by=CLINIC) for to in homes)))
    assert case is not None
    assert not lives_elsewhere(ground_of(concern_reported(TUESDAY)), case)


def test_a_letter_to_another_than_a_municipality_goes_wherever_she_lives() -> None:
    moves = [MunicipalityChanged(to=to, at=WEDNESDAY, by=CLINIC) for to in ("aabenraa", "odense")]
    assert hindered(replace(TOLD, recipient=CLINIC), moves[1], before=(moves[0],)) is None
