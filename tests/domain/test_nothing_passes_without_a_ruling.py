"""Every act that carries words, items or documents from one unit to another is judged, and keeps the answer.

SUL §§ 40 and 43, FVL § 28: whatever passes from one unit to another is a disclosure and needs a base, a clarification
and the reason of a declined item like any other (case C23).
"""

from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import pytest

from hub.domain.case import CaseCommand, CaseEvent, decide, fold
from hub.domain.correction.events import ActsRetracted, CorrectedAct, Point
from hub.domain.delivery import DeliveryCompleted, DeliveryDeparted, DeliveryFailed
from hub.domain.request.events import AskClarification, Declined, GiveClarification
from hub.domain.ruling import ruling_of
from tests.domain.acts import ANSWER, REQUEST, a_case, answer_request, information_requested
from tests.people import CLINIC, FAMILIES, TUESDAY, WEDNESDAY

# What tells its sender only, or that an act has left, whose ruling stands on the act; and what takes back, and says
# nothing in its place.
ELSEWHERE = {DeliveryCompleted, DeliveryDeparted, DeliveryFailed, ActsRetracted}


def _members(union: object) -> set[type]:
    found = get_args(union)
    return set().union(*map(_members, found)) if found else {union}


TO_OTHERS = sorted(
    (kind for kind in _members(CaseEvent) if "recipient" in {field.name for field in fields(kind)}),
    key=lambda kind: kind.__name__,
)


OBSERVED = Declined(category="mor_barn_observation", reason="Kommunen kan selv sende en observatør.")
ASKED = (a_case(), information_requested(TUESDAY))
JUDGED = [
    (ASKED, answer_request(WEDNESDAY, declined=(OBSERVED,))),
    (ASKED, AskClarification(clarification=ANSWER, request=REQUEST, at=WEDNESDAY, by=CLINIC, question="Hvornår?")),
    (
        ASKED,
        GiveClarification(
            clarification=ANSWER, request=REQUEST, at=WEDNESDAY, by=FAMILIES, items=("rusmiddel",), words="Fra marts."
        ),
    ),
]


def test_the_acts_that_pass_from_one_unit_to_another_are_these() -> None:
    assert {"ClarificationAsked", "ClarificationGiven", "RequestItemDeclined", "DisclosureCorrected"} <= {
        kind.__name__ for kind in TO_OTHERS
    }
    assert all(is_dataclass(kind) for kind in TO_OTHERS)


@pytest.mark.parametrize("kind", [kind for kind in TO_OTHERS if kind not in ELSEWHERE])
def test_it_carries_a_ruling(kind: type) -> None:
    assert "ruling" in {field.name for field in fields(kind)}


def test_what_takes_back_has_no_room_for_words() -> None:
    """GDPR art. 19 is a duty to tell that it was wrong; whatever else is said needs a base."""
    said = get_type_hints(ActsRetracted) | get_type_hints(CorrectedAct) | get_type_hints(Point)
    texts = {name for name, kind in said.items() if kind is str}
    assert texts == {"kind", "name"}  # of the act and of its fields and categories: what the receiver has already


@pytest.mark.parametrize(("history", "command"), JUDGED)
def test_every_decision_keeps_it(history: tuple[CaseEvent, ...], command: CaseCommand) -> None:
    added = decide(fold(history), command)
    assert added
    assert [event for event in added if ruling_of(event) is None] == []
