"""The same letter twice (case C18): taken, and known as like the first; another receiver, word or sender is another."""

from dataclasses import replace

import pytest

from hub.domain.case import CaseEvent, fold
from hub.domain.disclosure import DisclosureMade
from tests.domain.acts import (
    CLEAN,
    PRESENT,
    a_case,
    concern_reported,
    facts,
    information_requested,
    known_as,
    made,
    request_answered,
)
from tests.people import FAMILIES_AWAY, NURSES, TUESDAY, WEDNESDAY

FIRST = made(facts(TUESDAY), CLEAN)
AGAIN = replace(FIRST, disclosure=known_as("again"), at=WEDNESDAY)


def likeness(*events: CaseEvent) -> dict[object, object]:
    case = fold((a_case(), *events))
    assert case is not None
    return dict(case.duplicates.like)


def test_the_same_words_to_the_same_receiver_look_like_the_first() -> None:
    third = replace(AGAIN, disclosure=known_as("third"))
    assert likeness(FIRST) == {}
    assert likeness(FIRST, AGAIN, third) == {AGAIN.disclosure: FIRST.disclosure, third.disclosure: FIRST.disclosure}


@pytest.mark.parametrize(
    "other",
    [
        replace(AGAIN, recipient=FAMILIES_AWAY),
        replace(AGAIN, by=NURSES),
        replace(AGAIN, items=(PRESENT,)),
        replace(AGAIN, items=(CLEAN, PRESENT)),
        replace(AGAIN, purpose="behandling"),
    ],
)
def test_anything_else_is_a_letter_of_its_own(other: DisclosureMade) -> None:
    assert likeness(FIRST, other) == {}


def test_an_underretning_with_other_observations_is_another() -> None:
    first = concern_reported(TUESDAY)
    again = replace(first, concern=known_as("again"))
    account = replace(first.account, seen_and_heard="Noget andet.")
    assert likeness(first, again) == {again.concern: first.concern}
    assert likeness(first, replace(again, account=account)) == {}


def test_an_answer_is_like_an_answer_to_the_same_request_only() -> None:
    first = request_answered(TUESDAY)
    again = replace(first, answer=known_as("again"))
    assert likeness(information_requested(TUESDAY), first, again) == {again.answer: first.answer}
