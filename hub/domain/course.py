"""The course of a case (forløb): opened, joined, moved, born, ended, closed.

Joining opens nothing: a unit that joins sees what it stated itself and what it was lawfully told (hub.domain.audience).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from hub.errors import Contradiction
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class Child:
    """A newborn: when it was born, and its CPR number once it has one."""

    born_at: datetime
    cpr: Cpr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case; for a citizen who has one, the unit joins it instead (hub.application)."""

    case: UUID
    at: datetime
    by: Unit
    citizen: Citizen
    due_date: date | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParty:
    """Name a party. A unit that names itself joins; a unit that is named by another is told nothing by it."""

    unit: Unit
    at: datetime
    by: Unit
    citizen: Citizen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveParty:
    """A party steps out."""

    unit: Unit
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCareLevel:
    """The level of care, 1 to 4 (Socialstyrelsen's and the region's niveauer)."""

    level: int
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDueDate:
    """When the child is expected (termin)."""

    due_date: date
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointCoordinator:
    """Who holds the threads."""

    person: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignContactPerson:
    """Whom the woman calls at this unit."""

    person: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMunicipality:
    """The woman moved; `to` is the organisation key of the municipality."""

    to: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterBirth:
    """The child, or children, were born."""

    children: tuple[Child, ...]
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPregnancy:
    """The pregnancy ended without a live birth."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """The child is followed up, or the case ends for another reason."""

    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase:
    """The case goes on after all."""

    reason: str
    at: datetime
    by: Unit


CourseCommand = (
    OpenCase
    | JoinParty
    | LeaveParty
    | AssignCareLevel
    | SetDueDate
    | AppointCoordinator
    | AssignContactPerson
    | ChangeMunicipality
    | RegisterBirth
    | EndPregnancy
    | CloseCase
    | ReopenCase
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A case begins."""

    case: UUID
    at: datetime
    by: Unit
    citizen: Citizen
    due_date: date | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyJoined:
    """A unit is a party; `citizen` is what it stated itself when it joined by opening."""

    unit: Unit
    at: datetime
    by: Unit
    citizen: Citizen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLeft:
    """A unit is a party no longer."""

    unit: Unit
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLevelAssigned:
    """The level of care, 1 to 4."""

    level: int
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateSet:
    """When the child is expected."""

    due_date: date
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorAppointed:
    """Who holds the threads."""

    person: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPersonAssigned:
    """Whom the woman calls at this unit."""

    person: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityChanged:
    """The woman moved. A consent that names the old municipality does not reach the new one.

    `left` is what the same unit had stated before; what others know of her home is not its to learn.
    """

    to: str
    at: datetime
    by: Unit
    left: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthRegistered:
    """The child, or children, were born. A newborn is a subject of its own from here on (rule R17)."""

    children: tuple[Child, ...]
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyEnded:
    """The pregnancy ended without a live birth."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    """The case is over."""

    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened:
    """The case goes on."""

    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKeyDestroyed:
    """The data key of the case was destroyed; what it sealed can never be read again, the log still proves it stood."""

    at: datetime
    reason: str


CourseEvent = (
    CaseOpened
    | PartyJoined
    | PartyLeft
    | CareLevelAssigned
    | DueDateSet
    | CoordinatorAppointed
    | ContactPersonAssigned
    | MunicipalityChanged
    | BirthRegistered
    | PregnancyEnded
    | CaseClosed
    | CaseReopened
    | CaseKeyDestroyed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The frame of a case as it stands.

    Who is a party, who the woman is and where she lives are kept as each unit has said it: `named` holds who named
    whom, `stated` and `homes` who said what. No unit's answer may depend on what only others have said.
    """

    case: UUID
    citizen: Citizen
    opened_at: datetime
    joined: frozenset[Unit]
    named: frozenset[tuple[Unit, Unit]]
    stated: Mapping[Unit, Citizen]
    homes: Mapping[Unit, str] = field(default_factory=dict)
    due_date: date | None = None
    municipality: str | None = None
    care_level: int | None = None
    coordinator: str | None = None
    contacts: tuple[tuple[Unit, str], ...] = ()
    children: tuple[Child, ...] = field(default=())
    ended: bool = False
    closed: bool = False

    def citizen_by(self, unit: Unit) -> Citizen:
        """The woman as this unit stated her; a unit that never did names her as the case does, without an address."""
        return self.stated.get(unit) or replace(self.citizen, address="")


def begin(command: OpenCase) -> CaseOpened:
    """The first event of a case."""
    return CaseOpened(
        case=command.case,
        at=command.at,
        by=command.by,
        citizen=command.citizen,
        due_date=command.due_date,
        municipality=command.municipality,
    )


def first(event: CaseOpened) -> Course:
    """The frame after the first event."""
    return Course(
        case=event.case,
        citizen=event.citizen,
        opened_at=event.at,
        joined=frozenset({event.by}),
        named=frozenset({(event.by, event.by)}),
        stated={event.by: event.citizen},
        homes={} if event.municipality is None else {event.by: event.municipality},
        due_date=event.due_date,
        municipality=event.municipality,
    )


def decide(course: Course, command: CourseCommand) -> tuple[CourseEvent, ...]:
    """What the command adds to the record."""
    at, by = command.at, command.by
    match command:
        case OpenCase():
            raise Contradiction("the case is open", code="case-already-open")
        case JoinParty(unit=unit, citizen=citizen):
            return _join(course, unit, at, by, citizen)
        case LeaveParty(unit=unit):
            if (by, unit) not in course.named:
                raise Contradiction("this unit is no party", code="not-a-party", field="unit")
            return (PartyLeft(unit=unit, at=at, by=by),)
        case AssignCareLevel(level=level):
            return (CareLevelAssigned(level=level, at=at, by=by),)
        case SetDueDate(due_date=day):
            return (DueDateSet(due_date=day, at=at, by=by),)
        case AppointCoordinator(person=person):
            return (CoordinatorAppointed(person=person, at=at, by=by),)
        case AssignContactPerson(person=person):
            return (ContactPersonAssigned(person=person, at=at, by=by),)
        case ChangeMunicipality(to=to):
            if to == course.homes.get(by):
                raise Contradiction("this unit has said so already", code="same-municipality", field="to")
            return (MunicipalityChanged(to=to, at=at, by=by, left=course.homes.get(by)),)
        case RegisterBirth(children=children):
            if course.children or course.ended:
                raise Contradiction("the pregnancy has ended already", code="pregnancy-over")
            return (BirthRegistered(children=children, at=at, by=by),)
        case EndPregnancy():
            if course.children or course.ended:
                raise Contradiction("the pregnancy has ended already", code="pregnancy-over")
            return (PregnancyEnded(at=at, by=by),)
        case CloseCase(reason=reason):
            return (CaseClosed(reason=reason, at=at, by=by),)
        case ReopenCase(reason=reason):
            if not course.closed:
                raise Contradiction("the case is open", code="case-already-open")
            return (CaseReopened(reason=reason, at=at, by=by),)
        case _:
            assert_never(command)


def evolve(course: Course, event: CourseEvent) -> Course:
    """The frame as it stands after one more event."""
    match event:
        case CaseOpened():
            return first(event)
        case PartyJoined(unit=unit, by=by, citizen=citizen):
            joined = course.joined | {unit} if by == unit else course.joined
            stated = course.stated if citizen is None else {**course.stated, by: citizen}
            return replace(course, named=course.named | {(by, unit)}, joined=joined, stated=stated)
        case PartyLeft(unit=unit, by=by):
            return replace(course, named=course.named - {(by, unit)})
        case CareLevelAssigned(level=level):
            return replace(course, care_level=level)
        case DueDateSet(due_date=day):
            return replace(course, due_date=day)
        case CoordinatorAppointed(person=person):
            return replace(course, coordinator=person)
        case ContactPersonAssigned(person=person, by=by):
            others = tuple(pair for pair in course.contacts if pair[0] != by)
            return replace(course, contacts=(*others, (by, person)))
        case MunicipalityChanged(to=to, by=by):
            return replace(course, municipality=to, homes={**course.homes, by: to})
        case BirthRegistered(children=children):
            return replace(course, children=children)
        case PregnancyEnded():
            return replace(course, ended=True)
        case CaseClosed():
            return replace(course, closed=True)
        case CaseReopened():
            return replace(course, closed=False)
        case CaseKeyDestroyed():
            return course
        case _:
            assert_never(event)


def _join(course: Course, unit: Unit, at: datetime, by: Unit, citizen: Citizen | None) -> tuple[CourseEvent, ...]:
    """A unit may state the citizen anew by opening; else it names a party once.

    Who else has named that party is not looked at: the answer would tell which help a woman already gets.
    """
    if (by, unit) in course.named and citizen is None:
        raise Contradiction("this unit has named that party already", code="already-a-party", field="unit")
    return (PartyJoined(unit=unit, at=at, by=by, citizen=citizen),)
