"""C06, a woman without a CPR number: known by what she has, linked when the number comes, and to nobody told before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.domain.case import decide, fold
from hub.domain.concern import ConcernReported
from hub.domain.course.citizen import CitizenIdentified, IdentifyCitizen
from hub.errors import Unreadable
from hub.vocabulary.identification import Identification, ReplacementNumber
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.domain.acts import a_case, consent_fact, facts, joined, made, open_case, opened, report_concern
from tests.people import AMIRA, BRITA, CLINIC, ELSA, FAMILIES, KIRSTEN, MONDAY, NADIA, NURSES, TUESDAY, WEDNESDAY, YOUNG
from tests.recorded import delivered
from tests.spec import given

HERS = replace(AMIRA, cpr=BRITA.cpr)
LINKED = CitizenIdentified(at=TUESDAY, by=CLINIC, citizen=HERS)
TOLD = made(facts(WEDNESDAY, consent_fact(MONDAY)))


def identify(by: Unit = CLINIC, **known_by: Any) -> IdentifyCitizen:
    """What has come on Tuesday."""
    return IdentifyCitizen(at=TUESDAY, by=by, **known_by)


def knows(unit: Unit, known_by: Identification, *events: Any) -> bool:
    """Does the unit find her by this after these events, whose letters have left?"""
    case = fold(events)
    assert case is not None
    return case.course.is_known_as(unit, known_by)


@pytest.mark.parametrize("woman", [AMIRA, ELSA, NADIA], ids=["X-eCPR", "foreign", "name"])
def test_a_case_is_opened_by_whatever_she_is_known_by(woman: Citizen) -> None:
    given().when(open_case(citizen=woman)).then(a_case(citizen=woman), joined(CLINIC, citizen=woman))


@pytest.mark.parametrize("woman", [AMIRA, ELSA, NADIA], ids=["X-eCPR", "foreign", "name"])
def test_an_underretning_asks_for_no_number(woman: Citizen) -> None:
    """Barnets lov § 133: whoever has reason to think that a child needs support notifies; no number is asked for."""
    (event,) = decide(fold(opened(citizen=woman)), report_concern(TUESDAY))
    assert isinstance(event, ConcernReported)
    assert event.ruling.decision.outcome.value != "refuse"


@pytest.mark.parametrize(
    ("woman", "field"),
    [
        (Citizen(None, "Uden Noget"), "cpr"),
        (Citizen(None, "For Ung", born=date(2020, 1, 1)), "birth_date"),
        (replace(AMIRA, born=date(1992, 3, 8)), "replacement_number"),
        (replace(KIRSTEN, born=date(1982, 11, 28)), "birth_date"),
        (YOUNG, ""),
    ],
)
def test_what_cannot_be_true_names_its_field(woman: Citizen, field: str) -> None:
    if not field:  # thirteen, and stated so
        assert decide(None, open_case(citizen=woman))
        return
    with pytest.raises(Unreadable) as caught:
        decide(None, open_case(citizen=woman))
    assert caught.value.field == field


class TestLinking:
    """The number comes: an act of its own."""

    def test_she_is_known_by_both_from_then_on(self) -> None:
        given(*opened(citizen=AMIRA)).when(identify(cpr=BRITA.cpr)).then(LINKED)
        for known_by in (*AMIRA.identifications, BRITA.cpr):
            assert knows(CLINIC, known_by, *opened(citizen=AMIRA), LINKED)

    def test_a_woman_without_any_number_is_given_one(self) -> None:
        number = ReplacementNumber.parse("1704961AB2")
        with_it = replace(NADIA, replacement=number)
        given(*opened(citizen=NADIA)).when(identify(replacement=number)).then(
            CitizenIdentified(at=TUESDAY, by=CLINIC, citizen=with_it)
        )

    def test_nothing_new_and_another_number_are_contradictions(self) -> None:
        given(*opened(citizen=AMIRA)).when(identify(replacement=AMIRA.replacement)).then_contradicts(
            "already-identified"
        )
        given(*opened()).when(identify(cpr=BRITA.cpr)).then_contradicts("another-number")
        other = ReplacementNumber.parse("0703921AB1")
        given(*opened(citizen=AMIRA)).when(identify(replacement=other)).then_contradicts("another-number")

    def test_what_a_unit_leaves_out_later_it_knows_her_by_still(self) -> None:
        later = joined(CLINIC, WEDNESDAY, citizen=replace(AMIRA, replacement=None, name="Amira Test Hansen"))
        case = fold((*opened(citizen=AMIRA), LINKED, later))
        assert case is not None
        assert case.course.citizen_by(CLINIC).numbers == HERS.numbers

    def test_the_law_hears_when_she_was_born_once_the_number_says_it(self) -> None:
        nameless = replace(AMIRA, born=None)
        asked = facts(WEDNESDAY, consent_fact(MONDAY))
        case = fold((*opened(citizen=nameless), replace(LINKED, citizen=replace(HERS, born=None))))
        (event,) = decide(case, report_concern(WEDNESDAY, subject=asked.subject))
        assert event.ruling.facts.flags.birth_date == BRITA.birth_date  # type: ignore[union-attr] # a ConcernReported


class TestTelling:
    """Who was told a number finds her by it; nobody else does, whoever has linked it since."""

    def test_a_receiver_knows_her_as_the_letter_named_her(self) -> None:
        history = delivered((*opened(citizen=AMIRA), TOLD))
        assert knows(FAMILIES, AMIRA.replacement, *history)
        assert not knows(FAMILIES, BRITA.cpr, *history, LINKED)
        again = delivered((*opened(citizen=AMIRA), LINKED, TOLD))
        assert knows(FAMILIES, BRITA.cpr, *again)

    def test_a_letter_that_waits_names_her_as_when_it_was_written(self) -> None:
        *before, departed = delivered((*opened(citizen=AMIRA), TOLD))
        assert not knows(FAMILIES, BRITA.cpr, *before, LINKED, departed)

    def test_another_party_is_told_nothing_by_the_link(self) -> None:
        history = (*opened(citizen=AMIRA), joined(NURSES, citizen=AMIRA), LINKED)
        assert not knows(NURSES, BRITA.cpr, *history)
        assert knows(NURSES, AMIRA.replacement, *history)

    def test_who_was_only_told_names_her_as_told(self) -> None:
        case = fold(delivered((*opened(citizen=AMIRA), LINKED, TOLD)))
        assert case is not None
        assert case.course.citizen_by(FAMILIES).cpr == BRITA.cpr
        assert case.course.citizen_by(FAMILIES).address == ""
