"""When an act may have taken place, seen from when the hub heard of it: to the second."""

from datetime import datetime, timedelta

import pytest

from hub.domain.backdating import Window, precedes
from hub.errors import Unreadable
from tests.people import MONDAY

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WINDOW = Window()


@pytest.mark.parametrize("at", [MONDAY - DAY, MONDAY - DAY + SECOND, MONDAY, MONDAY + timedelta(minutes=2)])
def test_what_is_carried_may_be_dated_a_day_back(at: datetime) -> None:
    WINDOW.admit_carried(at, MONDAY, already_made=False)


def test_a_second_more_is_too_old_to_carry() -> None:
    with pytest.raises(Unreadable) as caught:
        WINDOW.admit_carried(MONDAY - DAY - SECOND, MONDAY, already_made=False)
    assert caught.value.field == "at"
    assert "24 hours" in caught.value.rule
    assert "already_made" in caught.value.rule


@pytest.mark.parametrize("back", [DAY + SECOND, DAY * 400, DAY * 20_000])
def test_what_was_already_made_may_be_registered_however_old(back: timedelta) -> None:
    WINDOW.admit_carried(MONDAY - back, MONDAY, already_made=True)
    WINDOW.admit(MONDAY - back, MONDAY)


@pytest.mark.parametrize("already_made", [True, False])
def test_nothing_takes_place_in_the_future(already_made: bool) -> None:
    with pytest.raises(Unreadable) as caught:
        WINDOW.admit_carried(MONDAY + timedelta(minutes=2, seconds=1), MONDAY, already_made=already_made)
    assert caught.value.field == "at"


def test_a_moment_states_its_zone() -> None:
    with pytest.raises(Unreadable) as caught:
        WINDOW.admit(MONDAY.replace(tzinfo=None), MONDAY)
    assert caught.value.source == "RFC 3339"


def test_the_window_is_a_setting() -> None:
    Window(timedelta(hours=36)).admit_carried(MONDAY - timedelta(hours=36), MONDAY, already_made=False)
    with pytest.raises(Unreadable, match="at most 36 hours"):
        Window(timedelta(hours=36)).admit_carried(MONDAY - timedelta(hours=37), MONDAY, already_made=False)


def test_a_day_back_is_counted_in_hours_when_the_clocks_change() -> None:
    """31 March 2024 has twenty-three hours: the same wall clock the day before is inside the window."""
    after = MONDAY.replace(month=3, day=31)
    WINDOW.admit_carried(after.replace(day=30), after, already_made=False)
    with pytest.raises(Unreadable):
        WINDOW.admit_carried(after.replace(day=30) - timedelta(hours=1, seconds=1), after, already_made=False)


def test_two_clocks_are_not_told_apart() -> None:
    assert not precedes(MONDAY - timedelta(minutes=2), MONDAY)
    assert precedes(MONDAY - timedelta(minutes=2, seconds=1), MONDAY)
