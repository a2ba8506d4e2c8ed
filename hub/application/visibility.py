"""What one unit may be shown of a case, numbered as the unit knows it: the gate before every answer about a case.

Who is told of which event stands in hub.domain.audience; here the record adds which letters never reached their
receiver. A fold that starts from what the unit may see cannot leak the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from hub.domain import delivery
from hub.domain.audience import Addressed, CaseKnowledge, audience, follow, is_author, leaves
from hub.domain.case import Case, CaseEvent, fold
from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import Delivery, DeliveryCompleted, DeliveryEvent
from hub.domain.hindrance import ground_of, rests_on_withdrawn
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent
from hub.store import Recorded, Shredded
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class VisibleEvent:
    """One event that a unit may be shown; `whole` when the unit made it and so may see what the law was asked.

    `number` is the version of the case, as the unit knows it, from this event on. `names` is the woman, when the event
    is a letter or a message to this unit: each names her.
    """

    recorded: Recorded
    number: int
    whole: bool
    names: Citizen | None = None

    @property
    def event(self) -> CaseEvent:
        """The event itself."""
        return cast(CaseEvent, self.recorded.event)


@dataclass(frozen=True, slots=True)
class VisibleCase:
    """What a unit may be shown of a case, in order, and the version of the case as it knows it.

    A letter that is kept from it leaves its number out.
    """

    version: int = 0
    events: tuple[VisibleEvent, ...] = ()


def shown(record: Iterable[Recorded], unit: Unit) -> VisibleCase:
    """What this unit may be shown of a case; `record` holds the events of its deliveries as well.

    An erased case is nobody's. A letter that was held, or overtaken by a withdrawal, is not its receiver's.
    """
    everything = [row for row in record if not isinstance(row.event, Shredded)]
    if any(isinstance(row.event, CaseKeyDestroyed) for row in everything):
        return VisibleCase()
    rows = [row for row in everything if row.stream == row.case]
    stopped, held = _stopped([cast(CaseEvent, row.event) for row in rows]), _held(everything)
    known: CaseKnowledge | None = None
    events: list[VisibleEvent] = []
    for row in rows:
        event = cast(CaseEvent, row.event)
        known = follow(known, event)
        mine = is_author(event, unit)
        kept = row.position in held or act_of(event) in stopped
        if unit in audience(event, known.case) and (mine or not kept):
            events.append(VisibleEvent(row, known.version_for(unit), mine, _named(event, known.case, unit)))
    return VisibleCase(known.version_for(unit) if known else 0, tuple(events))


def _held(record: Iterable[Recorded]) -> set[int]:
    """The positions of the acts whose letters were held: they have not left, and will not."""
    deliveries: dict[UUID, Delivery] = {}
    for row in record:
        if isinstance(row.event, DeliveryEvent):
            deliveries[row.stream] = delivery.evolve(deliveries.get(row.stream), row.event)
    return {each.queued.position for each in deliveries.values() if each.status == "held"}


def _stopped(events: Sequence[CaseEvent]) -> set[UUID | None]:
    """The letters that a withdrawal overtook: without proof that they arrived, the receiver is not shown them."""
    case = fold(events)
    letters = [letter for event in events if (letter := leaves(event)) is not None]
    arrived = {event.act for event in events if isinstance(event, DeliveryCompleted)}
    return {act_of(letter) for letter in letters if case and rests_on_withdrawn(ground_of(letter), case)} - arrived


def _named(event: CaseEvent, case: Case, unit: Unit) -> Citizen | None:
    if isinstance(event, Addressed | IncomingEvent) and event.recipient == unit:
        return case.course.citizen_by(event.by)
    return None
