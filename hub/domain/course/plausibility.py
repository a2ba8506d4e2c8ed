"""Can a date or a number be true of a pregnancy? What cannot be is refused at the door, with its field and its source.

Personal data are to be accurate (GDPR art. 5(1)(d)): a slip of the finger in a year or a number would travel with every
letter. The bounds are wide, and each is what no pregnancy leaves; a late correction lies within them. Only what the
unit states now is looked at, and what it stated itself: a no must not tell what others said.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hub.domain.backdating import precedes
from hub.domain.course.events import Child
from hub.errors import Unreadable
from hub.vocabulary.information import Citizen
from hub.vocabulary.period import local_day

ACCURATE = "GDPR art. 5(1)(d)"
TERM = timedelta(days=280)  # from the first day of the last period to the due date (Naegele's rule)
FOLLOW_UP = timedelta(days=366)  # the course goes on until the child is followed up, here at the most a year
YOUNGEST = 8  # years; younger has nobody been pregnant past the first weeks


def require_plausible_woman(citizen: Citizen, at: datetime) -> None:
    """A woman who can be pregnant at the moment of the act: her number states when she was born."""
    born, day = citizen.birth_date, local_day(at)
    if (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) < YOUNGEST:
        raise Unreadable(f"the number of somebody who is at least {YOUNGEST} years old", field="cpr", source=ACCURATE)


def require_plausible_due_date(due: date, at: datetime) -> None:
    """No later than a pregnancy that began on the day of the act, and no earlier than a year before it."""
    day = local_day(at)
    if not day - FOLLOW_UP <= due <= day + TERM:
        rule = f"a day from a year before to {TERM.days} days after the act"
        raise Unreadable(rule, field="due_date", source=ACCURATE)


def require_plausible_end(at: datetime, entered: datetime | None) -> None:
    """An end of the pregnancy that the unit opened the case for, not one of long before."""
    if entered is not None and at < entered - FOLLOW_UP:
        raise Unreadable("at most a year before this unit opened the case", field="at", source=ACCURATE)


def require_plausible_children(
    children: Iterable[Child], mother: Citizen, at: datetime, entered: datetime | None
) -> None:
    """Children who have been born, each with a number of its own."""
    seen = {mother.cpr}
    for place, child in enumerate(children):
        if precedes(at, child.born_at):
            rule = "a moment before the act: a birth is registered once it has been"
            raise Unreadable(rule, field=f"children.{place}.born_at", source=ACCURATE)
        if entered is not None and child.born_at < entered - FOLLOW_UP:
            rule = "at most a year before this unit opened the case"
            raise Unreadable(rule, field=f"children.{place}.born_at", source=ACCURATE)
        if child.cpr in seen:
            rule = "a number that is nobody else's on this case"
            raise Unreadable(rule, field=f"children.{place}.cpr", source=ACCURATE)
        seen |= {child.cpr} if child.cpr else set()
