"""Can a date or a number be true of a pregnancy? What cannot be is refused at the door, with its field and its source.

Personal data are to be accurate (GDPR art. 5(1)(d)): a slip of the finger in a year or a number would travel with every
letter. The bounds are wide, and each is what no pregnancy leaves; a late correction lies within them. Only what the
unit states now is looked at, and what it stated itself: a no must not tell what others said.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from hub.domain.backdating import precedes
from hub.domain.course.events import Child
from hub.errors import Unreadable
from hub.law.catalogue import is_health_person
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

ACCURATE = "GDPR art. 5(1)(d)"
RELATIONS: Mapping[str, tuple[Callable[[Unit], bool], str, str]] = {  # who can have it, in words, and the source
    "behandling": (is_health_person, "a health person treats her", "sundhedsloven §§ 41 and 42 a"),
    "myndighedssag": (
        lambda unit: unit.kind == "kommune",
        "a municipality has a case about her",
        "forvaltningsloven § 32",
    ),
    "raadgivning": (lambda _: True, "", ""),
    "underretning": (lambda _: True, "", ""),
}
TERM = timedelta(days=280)  # from the first day of the last period to the due date (Naegele's rule)
FOLLOW_UP = timedelta(days=366)  # the course goes on until the child is followed up, here at the most a year
KNOWN_BY = "a CPR number, or else a replacement number, a foreign number or a date of birth"
YOUNGEST = 8  # years; younger has nobody been pregnant past the first weeks


def require_plausible_woman(citizen: Citizen, at: datetime) -> None:
    """A woman who can be pregnant at the moment of the act, known by something, whose numbers say the same of her.

    A CPR number states when she was born; else a date may be stated, which a replacement number begins with.
    """
    if not citizen.identifications:
        raise Unreadable(KNOWN_BY, field="cpr", source=ACCURATE)
    born, day = citizen.birth_date, local_day(at)
    if citizen.cpr and citizen.born not in (None, born):
        raise Unreadable("the date of birth that the number states", field="birth_date", source=ACCURATE)
    if citizen.replacement and born and not citizen.replacement.fits(born):
        raise Unreadable("a number that begins with her date of birth", field="replacement_number", source=ACCURATE)
    if born and (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) < YOUNGEST:
        rule = f"the number of somebody who is at least {YOUNGEST} years old"
        raise Unreadable(rule, field="cpr" if citizen.cpr else "birth_date", source=ACCURATE)


def require_possible_relation(relation: str | None, by: Unit) -> None:
    """What the unit says that it has to do with her, where a unit of its kind can have that to do with anybody."""
    if relation is None:
        return
    if relation not in RELATIONS:
        raise Unreadable(f"one of {', '.join(RELATIONS)}", field="relation")
    holds, who, source = RELATIONS[relation]
    if not holds(by):
        raise Unreadable(f"a relation that this unit can have: {who}", field="relation", source=source)


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


def require_plausible_death(died_on: date, woman: Citizen, at: datetime, entered: datetime | None) -> None:
    """A day that has been, after her birth, and not one of long before this unit opened the case."""
    born = woman.birth_date or date.min
    earliest = born if entered is None else max(born, local_day(entered - FOLLOW_UP))
    if not earliest <= died_on <= local_day(at):
        rule = "a day up to that of the act, at most a year before this unit opened the case"
        raise Unreadable(rule, field="died_on", source=ACCURATE)


def require_lifetime(moment: datetime, died_on: date | None, field: str) -> None:
    """She said so while she lived, by what this unit itself knows of her death."""
    if died_on is not None and local_day(moment) > died_on:
        raise Unreadable("no later than the day on which she died, as this unit knows it", field=field, source=ACCURATE)


def require_plausible_children(
    children: Iterable[Child],
    mother: Citizen,
    at: datetime,
    entered: datetime | None,
    siblings: Iterable[Child] = (),
    moments: Iterable[datetime] = (),
    *,
    whole: bool = True,
) -> None:
    """Children who have been born, of one pregnancy, each with a number of its own; `whole` names them by their place.

    `siblings` are those of the same unit beside them, `moments` when they were born and the pregnancy ended.
    """
    beside, before = list(siblings), list(moments)
    for place, child in enumerate(children):
        within = f"children.{place}." if whole else ""
        require_born_before(child.born_at, at, f"{within}born_at")
        if entered is not None and child.born_at < entered - FOLLOW_UP:
            rule = "at most a year before this unit opened the case"
            raise Unreadable(rule, field=f"{within}born_at", source=ACCURATE)
        require_one_pregnancy(child.born_at, before, f"{within}born_at")
        if child.cpr is not None:
            require_number_of_its_own(child.cpr, mother, beside, f"{within}cpr")
        beside.append(child)
        before.append(child.born_at)


def require_born_before(born_at: datetime, at: datetime, field: str) -> None:
    """A birth is registered, or its number, once it has been."""
    if precedes(at, born_at):
        rule = "a moment before the act: a birth is registered once it has been"
        raise Unreadable(rule, field=field, source=ACCURATE)


def require_number_of_its_own(cpr: Cpr, mother: Citizen, siblings: Iterable[Child], field: str) -> None:
    """A number that is neither the woman's nor another child's."""
    if cpr in {mother.cpr, *(sibling.cpr for sibling in siblings)}:
        raise Unreadable("a number that is nobody else's on this case", field=field, source=ACCURATE)


def require_one_pregnancy(moment: datetime, others: Iterable[datetime], field: str) -> None:
    """What is born of one pregnancy, or ends with it, lies no further apart than a pregnancy is long."""
    if any(abs(moment - other) > TERM for other in others):
        rule = f"at most {TERM.days} days from what else this unit stated of this pregnancy's end"
        raise Unreadable(rule, field=field, source=ACCURATE)
