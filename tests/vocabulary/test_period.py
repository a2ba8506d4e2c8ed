"""Days, years, months, hverdage and hours as Danish law counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.vocabulary.period import (
    COPENHAGEN,
    GestationalAge,
    Period,
    add_hverdage,
    add_months,
    add_term,
    add_years,
    age_on,
    clocks_change,
    exists_locally,
    first_moment_within,
    is_hverdag,
    local_day,
    local_minute,
    within_hours,
)

days = st.dates(date(1950, 1, 1), date(2150, 1, 1))


def wall(text: str) -> datetime:
    """A Danish wall clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def test_the_day_is_danish() -> None:
    assert local_day(datetime(2025, 1, 14, 23, 0, tzinfo=UTC)) == date(2025, 1, 15)
    assert local_day(datetime(2025, 7, 14, 21, 59, tzinfo=UTC)) == date(2025, 7, 14)
    assert local_minute(datetime(2025, 7, 14, 22, 0, 59, tzinfo=UTC)) == "2025-07-15T00:00"


def test_an_hour_is_skipped_in_spring_and_repeated_in_autumn() -> None:
    assert not exists_locally(wall("2025-03-30T02:30"))
    assert exists_locally(wall("2025-03-30T03:00"))
    assert exists_locally(wall("2025-10-26T02:30"))


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2023-12-01", "2024-12-01"),
        ("2024-12-31", "2025-12-31"),
    ],
)
def test_a_calendar_year(day: str, later: str) -> None:
    assert add_years(date.fromisoformat(day), 1) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2024-10-31", 4, "2025-02-28"),
        ("2023-10-30", 4, "2024-02-29"),
        ("2025-01-15", 12, "2026-01-15"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-01-01", -1, "2024-12-01"),
        ("9999-11-30", 0, "9999-11-30"),
        ("9999-12-01", 1, "9999-12-31"),
    ],
)
def test_calendar_months_end_where_the_month_does(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("term", "ends"),
    [
        ("P1Y", "2025-02-28"),
        ("P6M", "2024-08-29"),
        ("P2W", "2024-03-14"),
        ("P30D", "2024-03-30"),
        ("P1Y1M1D", "2025-03-30"),
        ("P9999Y", "9999-12-31"),
        ("P9999W99999D", "2489-08-01"),
    ],
)
def test_a_term_is_counted_in_calendar_units(term: str, ends: str) -> None:
    assert add_term(date(2024, 2, 29), term) == date.fromisoformat(ends)


@pytest.mark.parametrize("term", ["", "P", "1Y", "P1", "PT24H", "P-1Y", "P1Y ", "P1M1Y"])
def test_what_is_no_term(term: str) -> None:
    with pytest.raises(Unreadable, match="P1Y"):
        add_term(date(2024, 2, 29), term)


def test_age_changes_on_the_birthday() -> None:
    assert age_on(date(2010, 3, 10), date(2025, 3, 9)) == 14
    assert age_on(date(2010, 3, 10), date(2025, 3, 10)) == 15
    assert age_on(date(2012, 2, 29), date(2027, 2, 28)) == 14
    assert age_on(date(2012, 2, 29), date(2027, 3, 1)) == 15


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2025-05-10", True),  # a Saturday
        ("2025-05-11", False),  # a Sunday
        ("2023-05-05", False),  # store bededag, to 2023
        ("2024-04-26", True),  # the fourth Friday after Easter, from 2024
        ("2025-04-17", False),  # Maundy Thursday
        ("2025-04-19", True),  # the Saturday before Easter
        ("2025-05-29", False),  # Ascension Day
        ("2025-06-09", False),  # Whit Monday
        ("2025-06-05", True),  # Constitution Day
        ("2025-05-01", True),  # 1 May
        ("2025-12-24", True),
        ("2025-12-25", False),
        ("2025-12-26", False),
        ("2025-12-31", True),
        ("2026-01-01", False),
    ],
)
def test_hverdage(day: str, answer: bool) -> None:
    assert is_hverdag(date.fromisoformat(day)) is answer


@pytest.mark.parametrize(
    ("received", "latest"),
    [
        ("2024-05-07", "2024-05-15"),
        ("2025-05-10", "2025-05-17"),
        ("2025-05-11", "2025-05-17"),
        ("2024-12-23", "2025-01-02"),
    ],
)
def test_six_hverdage_from_the_day_after_receipt(received: str, latest: str) -> None:
    assert add_hverdage(date.fromisoformat(received), 6) == date.fromisoformat(latest)


@given(days, st.integers(1, 12))
def test_so_many_hverdage_lie_behind_the_last_one(day: date, count: int) -> None:
    last = add_hverdage(day, count)
    between = [day + timedelta(days=number) for number in range(1, (last - day).days + 1)]
    assert sum(map(is_hverdag, between)) == count
    assert is_hverdag(last)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-05-06T14:30", "2025-05-07T14:30"),
        ("2025-03-29T14:30", "2025-03-30T14:30"),
        ("2025-03-29T02:30", "2025-03-30T03:30"),
        ("2025-03-30T01:30", "2025-03-31T01:30"),
        ("2025-10-25T14:30", "2025-10-26T13:30"),
        ("2025-10-25T02:30", "2025-10-26T02:30"),
        ("2025-10-26T02:30", "2025-10-27T01:30"),
    ],
)
def test_twenty_four_hours_end_at_the_earlier_reading(start: str, end: str) -> None:
    assert local_minute(within_hours(wall(start), 24)) == end


@given(st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 – the zone beside it
def test_twenty_four_hours_are_never_more_and_seldom_less(start: datetime) -> None:
    lasted = within_hours(start, 24).astimezone(UTC) - start
    assert timedelta(hours=23) <= lasted <= timedelta(hours=24)
    assert clocks_change(start, 24) or lasted == timedelta(hours=24)


@given(days)
def test_the_first_moment_within_a_year_is_the_edge(day: date) -> None:
    first = local_day(first_moment_within(1, day))
    assert add_years(first, 1) > day
    assert add_years(first - timedelta(days=1), 1) <= day
    assert local_day(first_moment_within(1, day) - timedelta(minutes=1)) < first


def test_a_period_holds_its_start_and_not_its_end() -> None:
    morning = Period(wall("2025-05-06T08:00"), wall("2025-05-06T12:00"))
    noon_on = Period(wall("2025-05-06T12:00"))
    assert wall("2025-05-06T08:00") in morning
    assert wall("2025-05-06T12:00") not in morning
    assert wall("2025-05-06T07:59") not in morning
    assert wall("2125-05-06T12:00") in noon_on
    assert not morning.overlaps(noon_on)
    assert not noon_on.overlaps(morning)
    assert Period(wall("2025-05-06T11:59")).overlaps(morning)
    assert morning.overlaps(Period(wall("2025-05-06T11:59"), wall("2025-05-06T13:00")))


def test_how_far_along() -> None:
    due = date(2025, 12, 1)
    assert str(GestationalAge.on(due, due=due)) == "40+0"
    assert str(GestationalAge.on(date(2025, 5, 22), due=due)) == "12+3"
    assert GestationalAge.on(date(2025, 2, 1), due=due).weeks < 0
