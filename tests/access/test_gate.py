"""The gate: whom a token speaks for today, and the units that its unit took over from."""

from datetime import timedelta

import pytest

from hub.access.gate import Gate
from hub.access.tokens import make_token
from hub.errors import NotPermitted
from hub.ports.directory import predecessors
from hub.vocabulary.organisations import Unit
from tests.fakes import SetClock, SmallDirectory
from tests.people import ADDICTION, CLINIC, DAY, FAMILIES, MONDAY, NURSES

KEY = bytes(range(32))
TODAY, TOMORROW = MONDAY.date(), (MONDAY + DAY).date()


def bearer(unit: Unit) -> str:
    return f"Bearer {make_token(KEY, 'epj', unit, MONDAY, timedelta(days=9))}"


def test_a_token_stops_on_the_day_and_its_successor_goes_on() -> None:
    clock, directory = SetClock(), SmallDirectory()
    directory.successors[FAMILIES] = (NURSES, TOMORROW)
    gate = Gate(KEY, directory, clock)
    assert gate.actor(bearer(FAMILIES)).unit == FAMILIES
    assert gate.actor(bearer(NURSES)).formerly == frozenset()
    clock.forward(DAY)
    with pytest.raises(NotPermitted, match=str(NURSES)):
        gate.actor(bearer(FAMILIES))
    assert gate.actor(bearer(NURSES)).units == {NURSES, FAMILIES}
    assert gate.actor(bearer(CLINIC)).units == {CLINIC}


def test_whoever_comes_last_stands_for_all_before() -> None:
    directory = SmallDirectory()
    directory.successors |= {FAMILIES: (NURSES, TODAY), NURSES: (ADDICTION, TOMORROW)}
    assert predecessors(directory, NURSES, TODAY) == {FAMILIES}
    assert predecessors(directory, NURSES, TOMORROW) == frozenset()
    assert predecessors(directory, ADDICTION, TOMORROW) == {FAMILIES, NURSES}
