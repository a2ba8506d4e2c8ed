"""The birth and the pregnancy's end, each child by itself, as one unit has stated them.

A second twin may be born a day after the first, a child's number comes when the register gives it, one child may be
stillborn beside another that lives, and what was registered by mistake is put right: each is an act of its own. A unit
numbers the children in the order it registered them, from 1; the number of one that was taken back is not used again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from hub.domain.course.amendments import (
    AmendmentCommand,
    AmendmentEvent,
    BirthCorrected,
    BirthTakenBack,
    ChildIdentified,
    CorrectBirth,
    IdentifyChild,
    PregnancyEndTakenBack,
    TakeBackBirth,
    TakeBackPregnancyEnd,
)
from hub.domain.course.events import BirthRegistered, Child, EndPregnancy, PregnancyEnded, RegisterBirth
from hub.domain.course.plausibility import (
    require_born_before,
    require_number_of_its_own,
    require_one_pregnancy,
    require_plausible_children,
    require_plausible_end,
)
from hub.errors import Contradiction, NotFound
from hub.vocabulary.information import Citizen

BirthCommand = RegisterBirth | EndPregnancy | AmendmentCommand
BirthEvent = BirthRegistered | PregnancyEnded | AmendmentEvent


@dataclass(frozen=True, slots=True)
class Births:
    """What one unit has stated: its children by number, None for one taken back, and the end without a live birth."""

    registered: tuple[Child | None, ...] = ()
    ended_at: datetime | None = None

    @property
    def children(self) -> Mapping[int, Child]:
        """The children, each by its number."""
        return {number: child for number, child in enumerate(self.registered, 1) if child is not None}

    @property
    def are_over(self) -> bool:
        """Has the unit said that the pregnancy is over, by a birth or without one?"""
        return self.ended_at is not None or bool(self.children)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When the children were born and the pregnancy ended, as far as it is stated."""
        born = tuple(child.born_at for child in self.children.values())
        return born if self.ended_at is None else (*born, self.ended_at)

    def child(self, number: int) -> Child:
        """The child of this number; `NotFound` for one that the unit never registered, or has taken back."""
        try:
            return self.children[number]
        except KeyError:
            raise NotFound("this unit has registered no such child", field="child") from None

    def without(self, number: int) -> "Births":
        """The others, when this one is stated anew."""
        return self.stating(number, None)

    def stating(self, number: int, child: Child | None) -> "Births":
        """The same, with this child stated so."""
        before, after = self.registered[: number - 1], self.registered[number:]
        return replace(self, registered=(*before, child, *after))


def inherited(own: Births, theirs: Births) -> Births:
    """What a unit stated and what the one stated that it stands for, whose children are numbered after its own."""
    return Births((*own.registered, *theirs.registered), own.ended_at or theirs.ended_at)


def decide(births: Births, command: BirthCommand, mother: Citizen, entered: datetime | None) -> tuple[BirthEvent, ...]:
    """What the command adds; `Unreadable` for what no pregnancy has, `NotFound` for a child there is not."""
    at, by = command.at, command.by
    match command:
        case RegisterBirth(children=children):
            require_plausible_children(children, mother, at, entered, births.children.values(), births.moments)
            return (BirthRegistered(children=children, at=at, by=by),)
        case EndPregnancy():
            if births.ended_at is not None:
                raise Contradiction("this unit has said that the pregnancy is over", code="pregnancy-over")
            require_plausible_end(at, entered)
            require_one_pregnancy(at, births.moments, "at")
            return (PregnancyEnded(at=at, by=by),)
        case IdentifyChild():
            return (_identify(births, command, mother),)
        case CorrectBirth():
            return (_correct(births, command, mother, entered),)
        case TakeBackBirth(child=number, reason=reason):
            births.child(number)
            return (BirthTakenBack(child=number, reason=reason, at=at, by=by),)
        case TakeBackPregnancyEnd(reason=reason):
            if births.ended_at is None:
                raise Contradiction("this unit has stated no end of the pregnancy", code="no-pregnancy-end")
            return (PregnancyEndTakenBack(reason=reason, at=at, by=by),)
        case _:
            assert_never(command)


def evolve(births: Births, event: BirthEvent) -> Births:
    """What the unit has stated after one more event of its own."""
    match event:
        case BirthRegistered(children=children):
            return replace(births, registered=(*births.registered, *children))
        case PregnancyEnded(at=at):
            return replace(births, ended_at=at)
        case ChildIdentified(child=number, cpr=cpr):
            return births.stating(number, replace(births.child(number), cpr=cpr))
        case BirthCorrected(child=number, born_at=born_at, cpr=cpr, stillborn=stillborn):
            return births.stating(number, Child(born_at, cpr, stillborn))
        case BirthTakenBack(child=number):
            return births.without(number)
        case PregnancyEndTakenBack():
            return replace(births, ended_at=None)
        case _:
            assert_never(event)


def _identify(births: Births, command: IdentifyChild, mother: Citizen) -> ChildIdentified:
    child, others = births.child(command.child), births.without(command.child)
    if child.cpr == command.cpr:
        raise Contradiction("this unit has said so already", code="same-number", field="cpr")
    if child.cpr is not None:
        raise Contradiction("this child has a number; a wrong one is corrected", code="has-number", field="cpr")
    require_born_before(child.born_at, command.at, "at")
    require_number_of_its_own(command.cpr, mother, others.children.values(), "cpr")
    return ChildIdentified(child=command.child, cpr=command.cpr, at=command.at, by=command.by)


def _correct(births: Births, command: CorrectBirth, mother: Citizen, entered: datetime | None) -> BirthCorrected:
    now, others = Child(command.born_at, command.cpr, command.stillborn), births.without(command.child)
    if births.child(command.child) == now:
        raise Contradiction("this is what the unit has said already", code="nothing-corrected")
    require_plausible_children(
        (now,), mother, command.at, entered, others.children.values(), others.moments, whole=False
    )
    return BirthCorrected(
        child=command.child,
        born_at=command.born_at,
        cpr=command.cpr,
        stillborn=command.stillborn,
        reason=command.reason,
        at=command.at,
        by=command.by,
    )
