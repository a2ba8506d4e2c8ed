"""The frame of a case: how its course stands – opened, joined, moved, over, closed – and what may follow.

What is said of birth and end is hub.domain.course.births'.

Opening is joining a case that has just been made, and joining opens nothing: a unit sees what it stated itself and what
it was lawfully told (hub.domain.audience). So nobody can tell from an answer whether she had a case before.

A unit closes a case for itself. Were one unit's closing to end it for all, or be refused because others take part, the
answer would tell that there are others: that she gets help elsewhere, which is information about her health.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from hub.domain.course import births, death
from hub.domain.course.births import BirthCommand, BirthEvent, Births
from hub.domain.course.citizen import (
    AddressProtected,
    AddressProtectionEnded,
    CitizenIdentified,
    EndAddressProtection,
    IdentifyCitizen,
    KnownAs,
    ProtectAddress,
    come,
    identified,
    known_to_heirs,
    learned,
)
from hub.domain.course.death import (
    REGISTRANTS,
    CitizenDied,
    Deaths,
    DeathTakenBack,
    RegisterDeath,
    TakeBackDeath,
)
from hub.domain.course.events import (
    AppointCoordinator,
    AssignCareLevel,
    AssignContactPerson,
    CareLevelAssigned,
    CaseClosed,
    CaseKeyDestroyed,
    CaseOpened,
    CaseReopened,
    ChangeMunicipality,
    CloseCase,
    ContactPersonAssigned,
    CoordinatorAppointed,
    CourseCommand,
    CourseEvent,
    DueDateSet,
    Home,
    JoinParty,
    LeaveParty,
    MovedElsewhere,
    MunicipalityChanged,
    OpenCase,
    PartyJoined,
    PartyLeft,
    ReopenCase,
    SetDueDate,
)
from hub.domain.course.plausibility import (
    require_plausible_death,
    require_plausible_due_date,
    require_plausible_woman,
    require_possible_relation,
)
from hub.domain.succession import Heir, by_heirs
from hub.errors import Contradiction, NotPermitted
from hub.vocabulary.identification import Identification
from hub.vocabulary.information import Citizen, Elsewhere
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The frame of a case as it stands.

    Who is a party, who the woman is, where she lives, whether the pregnancy or the case is over are kept as each unit
    has said it: `named` holds who named whom, `stated` and `homes` who said what, `entered` the first act by which a
    unit came in, `protecting` who knows that her address is protected, `told_as` how a letter named her to whom,
    `known_as` by what each can find her, `identified` by what anybody can. No unit's answer may depend on what only
    others have said.
    """

    case: UUID
    citizen: Citizen
    joined: frozenset[Unit] = frozenset()
    entered: Mapping[Unit, datetime] = field(default_factory=dict)
    named: frozenset[tuple[Unit, Unit]] = frozenset()
    stated: Mapping[Unit, Citizen] = field(default_factory=dict)
    homes: Mapping[Unit, Home] = field(default_factory=dict)
    protecting: frozenset[Unit] = frozenset()
    told_as: Mapping[Unit, Citizen] = field(default_factory=dict)
    known_as: KnownAs = field(default_factory=dict)
    identified: frozenset[Identification] = frozenset()
    due_date: date | None = None
    home: Home | None = None
    care_level: int | None = None
    coordinator: str | None = None
    contacts: tuple[tuple[Unit, str], ...] = ()
    births: Mapping[Unit, Births] = field(default_factory=dict)
    deaths: Deaths = field(default_factory=dict)
    closed_by: frozenset[Unit] = frozenset()

    def goes_on_for(self, unit: Unit) -> bool:
        """Is this still the case that the unit means when it opens one? Closed while she is pregnant, it is."""
        return unit in self.joined and not self.is_over_for(unit)

    def is_over_for(self, unit: Unit) -> bool:
        """Has the unit said that the pregnancy is over, and closed the case?"""
        return self.births_by(unit).are_over and unit in self.closed_by

    def died_on(self, unit: Unit) -> date | None:
        """The day on which she died, as far as this unit stated it or was told."""
        return self.deaths[unit].died_on if unit in self.deaths else None

    def births_by(self, unit: Unit) -> Births:
        """What this unit has stated of the birth and the pregnancy's end."""
        return self.births.get(unit, Births())

    def citizen_by(self, unit: Unit) -> Citizen:
        """The woman as this unit stated her; a unit that never did names her as it was told, without an address."""
        stated = self.stated.get(unit) or replace(self.told_as.get(unit, self.citizen), address="")
        return replace(stated, protected=unit in self.protecting)

    def is_known_as(self, unit: Unit, known_by: Identification) -> bool:
        """Did the unit state her so, or was it told? What others know her by finds nothing for it."""
        return known_by in self.known_as.get(unit, self.citizen.identifications)

    def telling(self, sender: Unit, recipient: Unit, named: Citizen) -> "Course":
        """The frame after words reached the receiver, which name her so; that she is protected goes along with them."""
        protecting = {recipient} if sender in self.protecting else set[Unit]()
        before = self.told_as.get(recipient, named)
        return replace(
            self,
            protecting=self.protecting | protecting,
            told_as={**self.told_as, recipient: named.known_before_as(before)},
            known_as=learned(self.known_as, recipient, named),
        )


def begin(command: OpenCase) -> tuple[CourseEvent, ...]:
    """The first events of a case: it is made, and the unit that opens it joins it."""
    opened = CaseOpened(case=command.case, at=command.at, citizen=command.citizen)
    return (opened, *_enter(first(opened), command))


def first(event: CaseOpened) -> Course:
    """The frame after the first event."""
    return Course(case=event.case, citizen=event.citizen)


def decide(course: Course, command: CourseCommand) -> tuple[CourseEvent, ...]:
    """What the command adds to the record; `Unreadable` for what cannot be true."""
    at, by = command.at, command.by
    if isinstance(command, BirthCommand):
        return births.decide(course.births_by(by), command, course.citizen_by(by), course.entered.get(by))
    match command:
        case OpenCase():
            return _enter(course, command)
        case IdentifyCitizen():
            require_plausible_woman(come(command, course.citizen_by(by)), at)
            return (CitizenIdentified(at=at, by=by, citizen=identified(course.citizen_by(by), command)),)
        case JoinParty(unit=unit, citizen=citizen):
            return _join(course, unit, at, by, citizen)
        case LeaveParty(unit=unit):
            if (by, unit) not in course.named:
                raise Contradiction("this unit is no party", code="not-a-party", field="unit")
            return (PartyLeft(unit=unit, at=at, by=by),)
        case AssignCareLevel(level=level):
            return (CareLevelAssigned(level=level, at=at, by=by),)
        case SetDueDate(due_date=day):
            require_plausible_due_date(day, at)
            return (DueDateSet(due_date=day, at=at, by=by),)
        case AppointCoordinator(person=person):
            return (CoordinatorAppointed(person=person, at=at, by=by),)
        case AssignContactPerson(person=person):
            return (ContactPersonAssigned(person=person, at=at, by=by),)
        case ChangeMunicipality(to=to):
            if to == course.homes.get(by):
                raise Contradiction("this unit has said so already", code="same-municipality", field="to")
            return (_moved(course, to, at, by),)
        case RegisterDeath():
            return (_died(course, command),)
        case TakeBackDeath(reason=reason):
            if by not in course.deaths:
                raise Contradiction("this unit knows of no death", code="no-death")
            return (DeathTakenBack(reason=reason, at=at, by=by),)
        case ProtectAddress():
            if by in course.protecting:
                raise Contradiction("this unit knows that she is protected", code="already-protected")
            return (AddressProtected(at=at, by=by),)
        case EndAddressProtection():
            if by not in course.protecting:
                raise Contradiction("this unit knows of no protection", code="not-protected")
            return (AddressProtectionEnded(at=at, by=by),)
        case CloseCase(reason=reason):
            return (CaseClosed(reason=reason, at=at, by=by),)
        case ReopenCase(reason=reason):
            if by not in course.closed_by:
                raise Contradiction("this unit has not closed the case", code="case-already-open")
            return (CaseReopened(reason=reason, at=at, by=by),)
        case _:
            assert_never(command)


def evolve(course: Course, event: CourseEvent) -> Course:
    """The frame as it stands after one more event."""
    if isinstance(event, BirthEvent):
        born = births.evolve(course.births_by(event.by), event)
        return replace(course, births={**course.births, event.by: born})
    match event:
        case CaseOpened():
            return first(event)
        case PartyJoined(unit=unit, by=by, citizen=citizen):
            named, stated = course.named | {(by, unit)}, course.stated
            if by != unit:
                return replace(course, named=named)
            if citizen is not None:
                course = _stated(course, by, citizen)
                stated = course.stated
            return replace(
                course,
                named=named,
                joined=course.joined | {unit},
                entered={**course.entered, unit: course.entered.get(unit, event.at)},
                stated=stated,
                protecting=course.protecting | ({by} if citizen is not None and citizen.protected else set()),
                closed_by=course.closed_by - {unit},
            )
        case CitizenIdentified(by=by, citizen=citizen):
            return _stated(course, by, citizen)
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
        case MunicipalityChanged(to=to, by=by) | MovedElsewhere(to=to, by=by):
            return replace(course, home=to, homes={**course.homes, by: to})
        case CitizenDied() | DeathTakenBack():
            return replace(course, deaths=death.evolve(course.deaths, event))
        case AddressProtected(by=by):
            return replace(course, protecting=course.protecting | {by})
        case AddressProtectionEnded(by=by):
            return replace(course, protecting=course.protecting - {by})
        case CaseClosed(by=by):
            return replace(course, closed_by=course.closed_by | {by})
        case CaseReopened(by=by):
            return replace(course, closed_by=course.closed_by - {by})
        case CaseKeyDestroyed():
            return course
        case _:
            assert_never(event)


def handed_on(course: Course, heir: Heir, knowing: frozenset[Unit]) -> Course:
    """The same, with whoever stands now for the units of the case; `knowing` are those that knew of it until now.

    A successor that was on the case keeps its own words; the case is closed to it if it was to all whom it stands for.
    """
    stated = dict[Unit, Births]()
    for unit in sorted(course.births, key=lambda unit: (heir(unit) != unit, unit)):
        stated[heir(unit)] = births.inherited(stated.get(heir(unit), Births()), course.births[unit])
    going_on = {heir(unit) for unit in knowing - course.closed_by}
    entered = {heir(unit): at for unit, at in sorted(course.entered.items(), key=lambda pair: pair[1], reverse=True)}
    return replace(
        course,
        joined=frozenset(map(heir, course.joined)),
        entered=entered,
        named=frozenset((heir(by), unit) for by, unit in course.named),
        stated=by_heirs(course.stated, heir),
        homes=by_heirs(course.homes, heir),
        births=stated,
        deaths=by_heirs(course.deaths, heir),
        closed_by=frozenset(map(heir, course.closed_by)) - going_on,
        protecting=frozenset(map(heir, course.protecting)),
        told_as=by_heirs(course.told_as, heir),
        known_as=known_to_heirs(course.known_as, heir),
        contacts=tuple({heir(unit): person for unit, person in course.contacts}.items()),
    )


def _died(course: Course, command: RegisterDeath) -> CitizenDied:
    by, died_on = command.by, command.died_on
    if by.kind not in REGISTRANTS:
        raise NotPermitted("a hospital, a doctor or a municipality registers a death")
    if by in course.deaths and course.deaths[by].died_on == died_on:
        raise Contradiction("this unit knows so already", code="same-death", field="died_on")
    require_plausible_death(died_on, course.citizen_by(by), command.at, course.entered.get(by))
    return CitizenDied(died_on=died_on, at=command.at, by=by)


def _enter(course: Course, opening: OpenCase) -> tuple[CourseEvent, ...]:
    """A unit joins by opening, and what it stated about the course is kept in the same events wherever it comes in."""
    at, by = opening.at, opening.by
    require_plausible_woman(opening.citizen, at)
    require_possible_relation(opening.relation, by)
    joined = PartyJoined(unit=by, at=at, by=by, citizen=opening.citizen, relation=opening.relation)
    entered: list[CourseEvent] = [joined]
    if opening.due_date is not None:
        require_plausible_due_date(opening.due_date, at)
        entered.append(DueDateSet(due_date=opening.due_date, at=at, by=by))
    home = opening.elsewhere or opening.municipality
    if home is not None and home != course.homes.get(by):
        entered.append(_moved(course, home, at, by))
    return tuple(entered)


def _moved(course: Course, to: Home, at: datetime, by: Unit) -> MunicipalityChanged | MovedElsewhere:
    before = course.homes.get(by)
    left = before if isinstance(before, str) else None
    if isinstance(to, Elsewhere):
        return MovedElsewhere(to=to, at=at, by=by, left=left)
    return MunicipalityChanged(to=to, at=at, by=by, left=left)


def _stated(course: Course, unit: Unit, citizen: Citizen) -> Course:
    """A unit names her. What it knew her by before and does not name now it knows her by still."""
    before = course.stated.get(unit)
    found = citizen.known_before_as(before) if before else citizen
    return replace(
        course,
        stated={**course.stated, unit: found},
        known_as=learned(course.known_as, unit, found),
        identified=course.identified.union(found.identifications),
    )


def _join(course: Course, unit: Unit, at: datetime, by: Unit, citizen: Citizen | None) -> tuple[CourseEvent, ...]:
    """A unit may state the citizen anew by opening; else it names a party once.

    Who else has named that party is not looked at: the answer would tell which help a woman already gets.
    """
    if (by, unit) in course.named and citizen is None:
        raise Contradiction("this unit has named that party already", code="already-a-party", field="unit")
    return (PartyJoined(unit=unit, at=at, by=by, citizen=citizen),)
