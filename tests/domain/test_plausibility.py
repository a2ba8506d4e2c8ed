"""Dates and numbers that no pregnancy has (case C10): refused with their field, and the day beside them taken."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from hub.domain.case import CaseCommand, decide, fold
from hub.domain.course.events import Child, EndPregnancy, OpenCase, RegisterBirth, SetDueDate
from hub.errors import Unreadable
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from tests.domain.acts import a_case, ask_information, joined, open_case
from tests.people import (
    CLINIC,
    COPENHAGEN,
    DAUGHTER_CPR,
    DAY,
    FAMILIES,
    KIRSTEN,
    MONDAY,
    NURSES,
    SON_CPR,
    TUESDAY,
    YOUNG,
)

OPENED = (a_case(), joined(CLINIC))
YEAR = timedelta(days=366)


def born(*children: Child, on: datetime = TUESDAY) -> RegisterBirth:
    return RegisterBirth(children=children, at=on, by=CLINIC)


def young(*day: int, cpr: Cpr = YOUNG.cpr) -> OpenCase:
    """She is registered as pregnant on this day; her number says that she was born on 11 October 2010."""
    return replace(open_case(), citizen=Citizen(cpr, "Test Testesen"), at=datetime(*day, 12, tzinfo=COPENHAGEN))


def due(days: int) -> SetDueDate:
    return SetDueDate(due_date=MONDAY.date() + timedelta(days=days), at=MONDAY, by=CLINIC)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (young(1999, 5, 1), "cpr"),  # she is born in the future
        (young(2010, 10, 15), "cpr"),  # or four days ago
        (young(2018, 10, 10), "cpr"),
        (replace(open_case(), due_date=date(2055, 1, 1)), "due_date"),
        (due(281), "due_date"),
        (due(-367), "due_date"),
        (born(Child(TUESDAY + 2 * YEAR)), "children.0.born_at"),
        (born(Child(TUESDAY), Child(TUESDAY + DAY)), "children.1.born_at"),
        (born(Child(MONDAY - YEAR - DAY)), "children.0.born_at"),
        (born(Child(TUESDAY, DAUGHTER_CPR), Child(TUESDAY, DAUGHTER_CPR)), "children.1.cpr"),
        (born(Child(TUESDAY, KIRSTEN.cpr)), "children.0.cpr"),
        (EndPregnancy(at=datetime(1999, 5, 1, 12, tzinfo=COPENHAGEN), by=CLINIC), "at"),
        (ask_information(TUESDAY, by=FAMILIES, answer_by=MONDAY.date()), "answer_by"),
    ],
)
def test_what_no_pregnancy_has_is_refused_by_its_field(command: CaseCommand, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decide(None if isinstance(command, OpenCase) else fold(OPENED), command)
    assert (caught.value.field, caught.value.source) == (field, "GDPR art. 5(1)(d)")


@pytest.mark.parametrize(
    "command",
    [
        young(2018, 10, 11),
        due(280),
        due(-366),
        born(Child(TUESDAY, DAUGHTER_CPR), Child(TUESDAY, SON_CPR)),
        born(Child(TUESDAY), Child(TUESDAY)),
        born(Child(MONDAY - YEAR)),
        EndPregnancy(at=MONDAY - YEAR, by=CLINIC),
        ask_information(TUESDAY, by=FAMILIES, answer_by=TUESDAY.date()),
        ask_information(TUESDAY, by=FAMILIES),
    ],
)
def test_the_day_beside_it_is_taken(command: CaseCommand) -> None:
    assert decide(None if isinstance(command, OpenCase) else fold(OPENED), command)


def test_what_another_unit_said_is_not_told_by_a_no() -> None:
    """What a unit states is held against its own coming in, never against another's."""
    end, later = EndPregnancy(at=MONDAY, by=NURSES), MONDAY + 2 * YEAR
    with pytest.raises(Unreadable):
        decide(fold((*OPENED, joined(NURSES, later))), end)
    assert decide(fold((a_case(), joined(NURSES), joined(CLINIC, later))), end)
