"""The course of a case (forløb): what may be asked of it, and what happens on it.

How the case then stands, and what may follow, is hub.domain.course.decider's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.course.amendments import AmendmentCommand, AmendmentEvent
from hub.domain.course.citizen import (
    AddressProtected,
    AddressProtectionEnded,
    CitizenIdentified,
    EndAddressProtection,
    IdentifyCitizen,
    ProtectAddress,
)
from hub.domain.course.death import DeathCommand, DeathEvent
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen, Elsewhere
from hub.vocabulary.organisations import Unit

Home = str | Elsewhere  # the organisation key of her municipality, or where else she lives


@dataclass(frozen=True, slots=True)
class Child:
    """A child: when it was born, its CPR number once it has one, and whether it was born without signs of life."""

    born_at: datetime
    cpr: Cpr | None = None
    stillborn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case; for a citizen who has one, the unit joins it instead, and the same is recorded of it.

    Where she lives is `municipality`, the organisation key of one of the directory, or `elsewhere`.
    `relation` is what the unit has to do with her (hub.domain.course.plausibility, RELATIONS).
    """

    case: UUID
    at: datetime
    by: Unit
    citizen: Citizen
    due_date: date | None = None
    municipality: str | None = None
    elsewhere: Elsewhere | None = None
    relation: str | None = None


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
    """The woman moved, anywhere: nothing that happens to her has to wait for the directory."""

    to: Home
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterBirth:
    """The child, or children, were born: all of them, or more beside those that were registered before."""

    children: tuple[Child, ...]
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPregnancy:
    """The pregnancy ended without a live birth, or what was left of it when a child had been born."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """For this unit the case is over: the child is followed up, or there is another reason."""

    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase:
    """For this unit the case goes on after all."""

    reason: str
    at: datetime
    by: Unit


CourseCommand = (
    OpenCase
    | IdentifyCitizen
    | JoinParty
    | LeaveParty
    | AssignCareLevel
    | SetDueDate
    | AppointCoordinator
    | AssignContactPerson
    | ChangeMunicipality
    | ProtectAddress
    | EndAddressProtection
    | RegisterBirth
    | EndPregnancy
    | AmendmentCommand
    | DeathCommand
    | CloseCase
    | ReopenCase
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A case begins. Nobody is shown it: who opened it joins it at once, and what that unit stated stands there."""

    case: UUID
    at: datetime
    citizen: Citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyJoined:
    """A unit is a party; `citizen` is what it stated itself when it opened the case, or joined it by opening.

    `relation` is what it then stated it has to do with her; None in older records, and of a party that is named.
    """

    unit: Unit
    at: datetime
    by: Unit
    citizen: Citizen | None = None
    relation: str | None = None


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
class MovedElsewhere:
    """The woman moved to where no unit of the directory is hers. `left` is the municipality stated before."""

    to: Elsewhere
    at: datetime
    by: Unit
    left: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthRegistered:
    """The child, or children, were born. A newborn is a subject of its own from here on (rule R17).

    A later event of the same unit adds children to those of the earlier.
    """

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
    """The case is over for this unit, and for no other."""

    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened:
    """The case goes on for this unit."""

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
    | CitizenIdentified
    | PartyJoined
    | PartyLeft
    | CareLevelAssigned
    | DueDateSet
    | CoordinatorAppointed
    | ContactPersonAssigned
    | MunicipalityChanged
    | MovedElsewhere
    | AddressProtected
    | AddressProtectionEnded
    | BirthRegistered
    | PregnancyEnded
    | AmendmentEvent
    | DeathEvent
    | CaseClosed
    | CaseReopened
    | CaseKeyDestroyed
)
