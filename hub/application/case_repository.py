"""Cases as they stand, folded from the record and kept at hand; and what each unit may know of them."""

from collections.abc import Iterable
from functools import reduce
from typing import cast, get_args
from uuid import UUID

from hub.application.read_log import look_ups_of
from hub.domain.audience import CaseKnowledge, follow
from hub.domain.case import Case, CaseEvent
from hub.domain.course.decider import Course
from hub.domain.course.events import CaseKeyDestroyed, CaseOpened, CourseEvent
from hub.domain.delivery import DeliveryDeparted
from hub.domain.message import CareMessageReceived, HospitalStayNotified
from hub.errors import EvidenceBroken, NotFound
from hub.store import CitizenCase, Record, Recorded, Shredded, Vector
from hub.store.serialisation.events import NAMES
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit

# Who is known to whom, and as whom; a stay may end with her death, a note say that her address is protected.
COURSE = NAMES.names_of(*get_args(CourseEvent), DeliveryDeparted, HospitalStayNotified)
NOTES = NAMES.names_of(CareMessageReceived)


class CaseRepository:
    """The cases of one record: grounds for a decision, each with the version that the append after it states."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._cases = record.fold_cache(None, _evolve)

    def load(self, case: UUID) -> tuple[int, Case]:
        """The case as it stands, and the version of its stream. `NotFound` when there is none, or it is erased."""
        version, known = self.knowledge(case)
        return version, known.case

    def history(self, case: UUID, upto: Vector | None = None) -> tuple[Recorded, ...]:
        """The events of the case and of its deliveries, as far as `upto`. Who looked at it is not read for that."""
        return self._record.case(case, upto, without=look_ups_of(case))

    def knowledge(self, case: UUID) -> tuple[int, CaseKnowledge]:
        """The version of the case's stream, and what is known of it by whom; `NotFound` as for `load`."""
        standing = self._cases.of(case)
        if standing.state is None:
            raise NotFound("no such case")
        return standing.version, standing.state

    def known_to(self, case: UUID, actor: Actor) -> tuple[int, Case]:
        """The case, if the actor's unit may learn that it exists, and its version as that unit knows it.

        Else `NotFound`, as for a case there is not.
        """
        _, known = self.knowledge(case)
        if not known.case.knows(actor.unit):
            raise NotFound("no such case")
        return known.version_for(actor.unit), known.case

    def knowledge_after(self, recorded: Recorded) -> CaseKnowledge:
        """What was known after one stored event, from the stream itself; `NotFound` when the case is erased."""
        before = (row for row in self._record.stream(recorded.stream) if row.version <= recorded.version)
        known = reduce(_evolve, before, None)
        if known is None:
            raise NotFound("no such case")
        return known

    def course_at(self, recorded: Recorded, until: Recorded | None) -> Course:
        """The course of this event's case as it stood at `until`, as it stands now if that is None.

        `NotFound` once it is erased. Only the course is read for it, so that neither a large document nor a damaged act
        is in its way.
        """
        rows = self._course(recorded.case)
        known = reduce(_evolve, (row for row in rows if until is None or row.position <= until.position), None)
        if known is None:
            raise NotFound("no such case")
        return known.case.course

    def _course(self, case: UUID) -> tuple[Recorded, ...]:
        """The course of a case with the notes on it; without them, if one of those is damaged."""
        try:
            return self._record.case(case, names=(*COURSE, *NOTES))
        except EvidenceBroken:
            return self._record.case(case, names=COURSE)

    def version_after(self, recorded: Recorded, unit: Unit) -> int:
        """The version of the case as this unit knew it after an event of its; `NotFound` when the case is erased."""
        return self.knowledge_after(recorded).version_for(unit)

    def current(self, cases: Iterable[CitizenCase], unit: Unit) -> UUID | None:
        """Of a citizen's cases the one that this unit is on, or else her open one, unless it is over for the unit."""
        courses = [(row, self.load(row.case)[1].course) for row in cases]
        own = next((row.case for row, course in courses if course.goes_on_for(unit)), None)
        return own or next((row.case for row, course in courses if row.open and not course.is_over_for(unit)), None)


def _evolve(known: CaseKnowledge | None, recorded: Recorded) -> CaseKnowledge | None:
    """What is known after one more stored event; an erased case is none, nor is a stream that begins otherwise."""
    if isinstance(recorded.event, Shredded | CaseKeyDestroyed):
        return None
    if known is None and not isinstance(recorded.event, CaseOpened):
        return None
    return follow(known, cast(CaseEvent, recorded.event))
