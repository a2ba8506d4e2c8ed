"""Days, years and clocks as Danish law counts them, always in Europe/Copenhagen.

Calendar years and months follow the calendar, not a number of days (catalogue rules R02, R32); hverdage are Monday to
Saturday without public holidays (R21); twenty-four hours end at the earlier of elapsed time and wall clock (R32).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

from hub.errors import Unreadable

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_DAY = timedelta(days=1)
_TERM = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")
_TERM_DAYS = 280  # a pregnancy counted from the first day of the last period: 40 weeks


def local_day(moment: datetime) -> date:
    """The Danish calendar day in which this moment lies."""
    return moment.astimezone(COPENHAGEN).date()


def local_minute(moment: datetime) -> str:
    """The moment as a Danish wall clock shows it, to the minute: `2024-05-08T14:30`."""
    return moment.astimezone(COPENHAGEN).strftime("%Y-%m-%dT%H:%M")


def exists_locally(wall: datetime) -> bool:
    """Does a Danish clock ever show this time? It does not in the hour skipped in spring."""
    there = wall.replace(tzinfo=COPENHAGEN)
    back = there.astimezone(UTC).astimezone(COPENHAGEN)
    return back.replace(tzinfo=None) == wall.replace(tzinfo=None)


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February counts to 28 February in an ordinary year."""
    return add_months(day, 12 * years)


@lru_cache(maxsize=1024)
def first_moment_within(years: int, day: date) -> datetime:
    """The earliest moment, in UTC, from which a term of so many calendar years still runs on `day`."""
    first = add_years(day, -years)
    while add_years(first, years) <= day:
        first += _DAY
    return datetime(first.year, first.month, first.day, tzinfo=COPENHAGEN).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a month that has no such day. Never past 9999-12-31."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_term(day: date, term: str) -> date:
    """The day a term ends on: `P1Y`, `P6M`, `P2W`, `P30D` or their sum, calendar units first. Never past 9999-12-31."""
    written = _TERM.fullmatch(term)
    if written is None:
        raise Unreadable("a duration in years, months, weeks or days, as P1Y, P6M, P2W or P30D")
    years, months, weeks, days = (int(part or 0) for part in written.groups())
    moved = add_months(day, 12 * years + months)
    return date.fromordinal(min(moved.toordinal() + 7 * weeks + days, date.max.toordinal()))


def age_on(born: date, day: date) -> int:
    """Whole years lived on that day; someone born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_hverdag(day: date) -> bool:
    """Monday to Saturday, and no public holiday (R21). Store bededag is one to 2023."""
    return day.weekday() < calendar.SUNDAY and day not in _public_holidays(day.year)


def add_hverdage(day: date, count: int) -> date:
    """The last of `count` hverdage, the first of them counted from the day after `day`."""
    while count:
        day += _DAY
        count -= is_hverdag(day)
    return day


def within_hours(start: datetime, hours: int) -> datetime:
    """The end of an hour count that runs day and night: elapsed time or the same wall clock, whichever comes first.

    They differ only across a change of clocks. A wall clock time that is skipped counts as the elapsed time.
    """
    elapsed = start.astimezone(UTC) + timedelta(hours=hours)
    wall = start.astimezone(COPENHAGEN) + timedelta(hours=hours)
    return min(elapsed, wall.astimezone(UTC)).astimezone(COPENHAGEN)


def clocks_change(start: datetime, hours: int) -> bool:
    """Do Danish clocks change within that many hours?"""
    end = start.astimezone(UTC) + timedelta(hours=hours)
    return start.astimezone(COPENHAGEN).utcoffset() != end.astimezone(COPENHAGEN).utcoffset()


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to before `end`; `end` None is open. Two periods that meet do not overlap."""

    start: datetime
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Do the two share a moment?"""
        starts_before_end = self.end is None or other.start < self.end
        return starts_before_end and (other.end is None or self.start < other.end)


@dataclass(frozen=True, slots=True)
class GestationalAge:
    """Completed weeks and days of a pregnancy, as the agreements write it: 12+3."""

    weeks: int
    days: int

    @classmethod
    def on(cls, day: date, *, due: date) -> "GestationalAge":
        """How far along on `day`, reckoned from the due date (40 weeks); negative weeks before the count begins."""
        return cls(*divmod(_TERM_DAYS - (due - day).days, 7))

    def __str__(self) -> str:
        return f"{self.weeks}+{self.days}"
