"""The woman dies: what is stated of it, what each unit knows of it, and a statement that is taken back.

A death is established by a doctor and reaches authorities through the CPR register; so a hospital, a doctor and a
municipality register it, and nobody else. It is each unit's own knowledge, like the rest of the course, or was told it
by a HospitalNotification that she is dead (MedCom, MORS); a later one that revises or removes that message and does not
say so takes it back. What follows: hub.domain.duty for what she is owed, hub.domain.hindrance for letters under way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hub.domain.message import HospitalStayNotified
from hub.domain.succession import UnitSucceeded, by_heirs
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

REGISTRANTS = ("hospital", "gp", "kommune")  # kinds whose units may register a death


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDeath:
    """The woman has died; another day than was stated before puts that right."""

    died_on: date
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackDeath:
    """The death was registered by mistake: she lives, or it was somebody else."""

    reason: str
    at: datetime
    by: Unit


DeathCommand = RegisterDeath | TakeBackDeath


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenDied:
    """The woman has died."""

    died_on: date
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathTakenBack:
    """What the unit said of her death stands no longer."""

    reason: str
    at: datetime
    by: Unit


DeathEvent = CitizenDied | DeathTakenBack


@dataclass(frozen=True, slots=True)
class Death:
    """On which day, when that was stated, and the message that said so, if it was one."""

    died_on: date
    stated_at: datetime
    message: str | None = None


Deaths = Mapping[Unit, Death]  # by the units that stated it, or were told


def evolve(deaths: Deaths, event: object) -> Deaths:
    """Who knows that she has died, after one more event of the case."""
    match event:
        case CitizenDied(died_on=died_on, at=at, by=by):
            return {**deaths, by: Death(died_on, at)}
        case DeathTakenBack(by=by):
            return {unit: death for unit, death in deaths.items() if unit != by}
        case UnitSucceeded(unit=unit, successor=successor):
            return by_heirs(deaths, lambda stated: successor if stated == unit else stated)
        case HospitalStayNotified():
            return _notified(deaths, event)
        case _:
            return deaths


def is_known(events: Iterable[object]) -> bool:
    """Has anybody stated her death in these events, and not taken it back?"""
    deaths: Deaths = {}
    for event in events:
        deaths = evolve(deaths, event)
    return bool(deaths)


def _notified(deaths: Deaths, event: HospitalStayNotified) -> Deaths:
    """A message tells both its parties; what it revises or removes counts no longer."""
    standing = {
        unit: death for unit, death in deaths.items() if death.message is None or death.message != event.follows
    }
    if not event.deceased:
        return standing
    death = Death(local_day(event.ended or event.at), event.at, event.message)
    return {event.by: death, event.recipient: death} | standing
