"""The frame of a case: how its course stands – opened, joined, moved, born, ended, closed – and what may follow.

Joining opens nothing: a unit that joins sees what it stated itself and what it was lawfully told (hub.domain.audience).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from hub.domain.course import (
    AppointCoordinator,
    AssignCareLevel,
    AssignContactPerson,
    BirthRegistered,
    CareLevelAssigned,
    CaseClosed,
    CaseKeyDestroyed,
    CaseOpened,
    CaseReopened,
    ChangeMunicipality,
    Child,
    CloseCase,
    ContactPersonAssigned,
    CoordinatorAppointed,
    CourseCommand,
    CourseEvent,
    DueDateSet,
    EndPregnancy,
    JoinParty,
    LeaveParty,
    MunicipalityChanged,
    OpenCase,
    PartyJoined,
    PartyLeft,
    PregnancyEnded,
    RegisterBirth,
    ReopenCase,
    SetDueDate,
)
from hub.errors import Contradiction
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The frame of a case as it stands.

    Who is a party, who the woman is and where she lives are kept as each unit has said it: `named` holds who named
    whom, `stated` and `homes` who said what. No unit's answer may depend on what only others have said.
    """

    case: UUID
    citizen: Citizen
    opened_at: datetime
    opened_by: Unit
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
    ended_by: frozenset[Unit] = frozenset()
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
        opened_by=event.by,
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
            if by in course.ended_by:
                raise Contradiction("this unit has said that the pregnancy is over", code="pregnancy-over")
            return (BirthRegistered(children=children, at=at, by=by),)
        case EndPregnancy():
            if by in course.ended_by:
                raise Contradiction("this unit has said that the pregnancy is over", code="pregnancy-over")
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
        case BirthRegistered(children=children, by=by):
            return replace(course, children=children, ended_by=course.ended_by | {by})
        case PregnancyEnded(by=by):
            return replace(course, ended=True, ended_by=course.ended_by | {by})
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
