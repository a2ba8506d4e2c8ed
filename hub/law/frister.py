"""By when a duty is to be done: hours, hverdage and months from what set it going (rules R21 and R32)."""

from datetime import date, datetime

from hub.law import catalogue
from hub.law.facts import Facts
from hub.law.hjemmel import Due, DutyCode
from hub.law.provisions import Duty
from hub.vocabulary.period import add_hverdage, add_months, clocks_change, local_day, within_hours


def due(duties: tuple[DutyCode, ...], facts: Facts) -> tuple[Due, ...]:
    """The latest moment of each duty that has one.

    Hours and hverdage run from receipt, the time of the act; months from the day the municipality became aware.
    """
    return due_from(duties, facts.at, facts.flags.aware_at)


def due_from(duties: tuple[DutyCode, ...], at: datetime, aware_at: date | None = None) -> tuple[Due, ...]:
    """The same, counted from this moment; months from the day the municipality became aware, if that is another."""
    aware = aware_at or local_day(at)
    return tuple(latest for code in duties if (latest := _due(catalogue.duty(code), at, aware)) is not None)


def recounted(dues: tuple[Due, ...], told_at: datetime | None, at: datetime) -> tuple[Due, ...]:
    """What is due for a receiver that could read the letter from `told_at` on, if that is later than the act."""
    if told_at is None or told_at <= at:
        return dues
    return due_from(tuple(due.duty for due in dues), told_at)


def _due(duty: Duty, at: datetime, aware_at: date) -> Due | None:
    if duty.hours is not None:
        return Due(duty.code, within_hours(at, duty.hours).replace(second=0, microsecond=0))  # a minute (R32)
    if duty.hverdage is not None:
        return Due(duty.code, add_hverdage(local_day(at), duty.hverdage))
    if duty.months is not None:
        return Due(duty.code, add_months(aware_at, duty.months))
    return None


def open_point(dues: tuple[Due, ...], facts: Facts) -> str | None:
    """The unsettled way of counting behind these deadlines, if there is one."""
    for latest in dues:
        hours = catalogue.duty(latest.duty).hours
        if hours is not None and clocks_change(facts.at, hours):
            return "clock-change"
    return "hverdage" if any(catalogue.duty(latest.duty).hverdage for latest in dues) else None
