"""What one unit knows of a case, numbered as it knows it, from the record: what every door about a case answers from.

Who knows which event from when on stands in hub.domain.audience; here the events themselves are put to it. A fold that
starts from what the unit knows cannot leak the rest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from hub.domain.addressed import Addressed
from hub.domain.audience import CaseKnowledge, audience, follow, is_author, learner, told_by
from hub.domain.case import Case, CaseEvent
from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import DeliveryDeparted
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent
from hub.store import Recorded, Shredded
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class VisibleEvent:
    """One event that a unit knows; `whole` when the unit made it and so may see what the law was asked.

    `number` is the version of the case, as the unit knows it, from this event on. `since` is what made it known: the
    event itself, or the departure of the letter that it went in. `names` is the woman, when the event is a letter or a
    message to this unit: each names her.
    """

    recorded: Recorded
    number: int
    whole: bool
    since: Recorded
    names: Citizen | None = None

    @property
    def event(self) -> CaseEvent:
        """The event itself."""
        return cast(CaseEvent, self.recorded.event)

    @property
    def told_at(self) -> datetime | None:
        """From when the unit could read the letter that it came in; None for what it knows otherwise."""
        since = self.since.event
        return since.told_at if isinstance(since, DeliveryDeparted) else None


@dataclass(frozen=True, slots=True)
class VisibleCase:
    """What a unit knows of a case, in the order it came to know it, and the version of the case as it knows it."""

    version: int = 0
    events: tuple[VisibleEvent, ...] = ()

    @property
    def acts(self) -> frozenset[UUID]:
        """The acts that the unit made or was told, by id."""
        return frozenset(act for event in self.events if (act := act_of(event.event)) is not None)


def shown(record: Iterable[Recorded], unit: Unit) -> VisibleCase:
    """What this unit knows of a case by what `record` holds of it. An erased case is nobody's."""
    rows = [row for row in record if row.stream == row.case and not isinstance(row.event, Shredded)]
    if any(isinstance(row.event, CaseKeyDestroyed) for row in rows):
        return VisibleCase()
    known: CaseKnowledge | None = None
    events: list[VisibleEvent] = []
    stands = {row.version: row for row in rows}
    for row in rows:
        before, known = known, follow(known, cast(CaseEvent, row.event))
        number = before.version_for(unit) if before else 0
        learned = (stands[version] for version in _learned(row, known.case, unit))
        events.extend(_visible(told, row, known.case, unit, number + more) for more, told in enumerate(learned, 1))
    return VisibleCase(known.version_for(unit) if known else 0, tuple(events))


def _learned(row: Recorded, case: Case, unit: Unit) -> Iterator[int]:
    """The versions of the case's stream at which stands what the unit knows from this event on."""
    event = cast(CaseEvent, row.event)
    if learner(event, case) == unit:
        yield from told_by(event)
    if unit in audience(event, case):
        yield row.version


def _visible(told: Recorded, since: Recorded, case: Case, unit: Unit, number: int) -> VisibleEvent:
    event = cast(CaseEvent, told.event)
    return VisibleEvent(told, number, is_author(event, unit, case), since, _named(event, case, unit))


def _named(event: CaseEvent, case: Case, unit: Unit) -> Citizen | None:
    if isinstance(event, Addressed | IncomingEvent) and case.heir(event.recipient) == unit:
        return case.named_in(act_of(event), event.by)
    return None
