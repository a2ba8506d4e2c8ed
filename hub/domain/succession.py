"""A unit merges, closes or is renamed (case C05): on each case its successor stands where it stood, from that day on.

The successor sees what its predecessor saw, answers what it was asked, owes and is owed what it owed and was owed. What
was done before keeps the old name, and a consent reaches the unit that it names and no other (hub/law/README.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from hub.vocabulary.organisations import Unit

Value = TypeVar("Value")
Heir = Callable[[Unit], Unit]  # who stands for a unit now: itself, or the last of its successors


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSucceeded:
    """By the directory, `successor` has stood for the unit since that day.

    `carried` are the versions of the case's stream at which stands what the successor knows from here on, since its
    predecessor knew it.
    """

    unit: Unit
    successor: Unit
    since: date
    carried: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordSuccession:
    """Put it on the case that a unit stands for another (hub.application.succession)."""

    event: UnitSucceeded


def heir_of(successors: Mapping[Unit, Unit], unit: Unit) -> Unit:
    """The last of the unit's successors, or itself."""
    seen = {unit}
    while (unit_after := successors.get(unit)) is not None and unit_after not in seen:
        seen.add(unit_after)
        unit = unit_after
    return unit


def by_heirs(stated: Mapping[Unit, Value], heir: Heir) -> Mapping[Unit, Value]:
    """What units stated, by whoever stands for them now; the successor's own word comes before its predecessor's."""
    theirs = {heir(unit): value for unit, value in stated.items()}
    own = {unit: value for unit, value in stated.items() if heir(unit) == unit}
    return theirs | own
