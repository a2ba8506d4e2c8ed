"""C13, name and address protection: who knows it, with whom it goes along, who is told the address (CPR-loven § 28)."""

from dataclasses import replace

import pytest

from hub.domain.case import CaseEvent, fold
from hub.domain.course.citizen import AddressProtected, AddressProtectionEnded, EndAddressProtection, ProtectAddress
from hub.domain.protection import as_told_to
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import KINDS, Unit
from tests.domain.acts import a_case, consent_fact, facts, joined, made, open_case, opened
from tests.people import CLINIC, FAMILIES, KIRSTEN, MONDAY, NURSES, TUESDAY, WEDNESDAY
from tests.recorded import delivered
from tests.spec import given

HIDDEN = replace(KIRSTEN, protected=True)
MARKED = AddressProtected(at=TUESDAY, by=CLINIC)
TOLD = made(facts(WEDNESDAY, consent_fact(MONDAY)))


def her(unit: Unit, *events: object) -> Citizen:
    """The woman as this unit knows her after these events, whose letters have left."""
    case = fold(event for event in events)  # type: ignore[misc] # rows of a case's stream
    assert case is not None
    return case.course.citizen_by(unit)


def test_it_is_stated_and_ended_by_each_unit_for_itself() -> None:
    given(*opened()).when(ProtectAddress(at=TUESDAY, by=CLINIC)).then(MARKED)
    given(*opened(), MARKED).when(ProtectAddress(at=TUESDAY, by=CLINIC)).then_contradicts("already-protected")
    given(*opened(), MARKED).when(ProtectAddress(at=TUESDAY, by=NURSES)).then(AddressProtected(at=TUESDAY, by=NURSES))
    ended = AddressProtectionEnded(at=WEDNESDAY, by=CLINIC)
    given(*opened(), MARKED).when(EndAddressProtection(at=WEDNESDAY, by=CLINIC)).then(ended)
    given(*opened()).when(EndAddressProtection(at=TUESDAY, by=CLINIC)).then_contradicts("not-protected")
    assert her(CLINIC, *opened(), MARKED, ended).protected is False


def test_who_opens_may_state_it_at_once_and_silence_ends_nothing() -> None:
    given().when(open_case(citizen=HIDDEN)).then(a_case(citizen=HIDDEN), joined(CLINIC, citizen=HIDDEN))
    again = joined(CLINIC, TUESDAY, citizen=KIRSTEN)
    assert her(CLINIC, *opened(citizen=HIDDEN), again).protected is True


def test_it_travels_with_a_letter_and_with_nothing_else() -> None:
    history = (*opened(), joined(FAMILIES, citizen=KIRSTEN), MARKED)
    assert her(CLINIC, *history).protected is True
    assert her(FAMILIES, *history).protected is False
    assert her(FAMILIES, *history, TOLD).protected is False, "the letter has not left"
    assert her(FAMILIES, *delivered((*history, TOLD))).protected is True
    assert her(NURSES, *delivered((*history, TOLD))).protected is False


def test_it_goes_on_from_whoever_was_told() -> None:
    onward = replace(TOLD, by=FAMILIES, recipient=NURSES)
    history: list[CaseEvent | object] = [*opened(citizen=HIDDEN), TOLD, onward]
    assert her(NURSES, *delivered(history)).protected is True


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_protected_address_goes_to_authorities_only(kind: str) -> None:
    unit = Unit(kind, "-", "somebody")
    is_private = kind in ("gp", "ngo", "private")
    assert as_told_to(unit, HIDDEN).address == ("" if is_private else KIRSTEN.address)
    assert as_told_to(unit, HIDDEN).protected is True
    assert as_told_to(unit, KIRSTEN) == KIRSTEN
