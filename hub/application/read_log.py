"""The log of look-ups: who read what of a case, through which door, for which purpose. It makes no command stale.

Each look is on record before what was looked up is shown. Only when the record's disk is full is a look that its unit
may take shown first and owed to the record: who cares for a woman must not be kept from what is known of her by want
of room. What is owed is bounded, told of as it happens, and stored in its order as soon as there is room.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID, uuid4, uuid5

from hub.application.conflict_retry import Turns
from hub.domain.access_log import RecordRead
from hub.observability import LOOK_UPS_OWED, log
from hub.ports.clock import Clock
from hub.store import CaseErased, Meta, Record, RecordFull, Save, VersionConflict
from hub.vocabulary.actors import Actor

LOOK_UPS = "look-ups"  # the name, under the case id, of the case's stream of look-ups
MOST_OWED = 10_000


@dataclass(frozen=True, slots=True)
class _LookUp:
    """One look, as it was taken."""

    case: UUID
    actor: Actor
    looked: RecordRead


class ReadLog:
    """Where look-ups are recorded, and asked for."""

    def __init__(self, record: Record, clock: Clock, *, most_owed: int = MOST_OWED) -> None:
        self._record, self._clock, self._turns = record, clock, Turns()
        self._owed, self._most_owed, self._paying = deque[_LookUp](), most_owed, Lock()

    def record(self, case: UUID, actor: Actor, door: str, purpose: str, what: Iterable[str]) -> None:
        """Record a look-up; `what` names the acts or events that are shown. `RecordFull` when too much is owed."""
        look = self._look(case, actor, door, purpose, tuple(what))
        try:
            self._stored(look)
        except RecordFull:
            self._owe(look)

    def record_all(self, actor: Actor, door: str, purpose: str, shown: Mapping[UUID, Sequence[str]]) -> None:
        """The same on several cases, stored together as far as the record can; `shown` is what each of them showed."""
        looks = [self._look(case, actor, door, purpose, tuple(what)) for case, what in shown.items()]
        pending = [(look, self._record.submit([self._save(look)])) for look in looks]
        for look, stored in pending:
            try:
                stored.result()
            except VersionConflict:  # somebody else looked at the same moment
                self.record(look.case, actor, door, purpose, look.looked.what)
            except RecordFull:
                self._owe(look)

    def look_ups(self, case: UUID) -> tuple[RecordRead, ...]:
        """Who looked at this case, in order."""
        events = (recorded.event for recorded in self._record.stream(look_ups_of(case)))
        return tuple(event for event in events if isinstance(event, RecordRead))

    @property
    def owed(self) -> int:
        """How many look-ups were shown that are not on record yet."""
        return len(self._owed)

    def settle(self) -> int:
        """Store what is owed, oldest first, as far as there is room; how many."""
        settled = 0
        with self._paying:
            while self._owed:
                try:
                    self._stored(self._owed[0])
                except RecordFull:
                    break
                except CaseErased:  # whose case is gone has no look-ups either (ADR 0003)
                    log.warning("look-up-of-erased-case")
                self._owed.popleft()
                settled += 1
            LOOK_UPS_OWED.set(len(self._owed))
        if settled:
            log.warning("look-ups-settled", settled=settled, owed=len(self._owed))
        return settled

    def close(self) -> None:
        """Store what is owed; what there is no room for even now is told, for it is lost."""
        self.settle()
        if self._owed:
            log.error("look-ups-lost", lost=len(self._owed))

    def _owe(self, look: _LookUp) -> None:
        """What the log line names is enough to see afterwards that a look is missing, and tells nothing of the case."""
        if len(self._owed) >= self._most_owed:
            raise RecordFull("too many look-ups wait for room")
        self._owed.append(look)
        LOOK_UPS_OWED.set(len(self._owed))
        by, door = look.actor, look.looked.door
        log.error("look-up-owed", client=by.client, unit=str(by.unit), door=door, owed=len(self._owed))

    def _stored(self, look: _LookUp) -> None:
        self._turns.retried(look_ups_of(look.case), lambda: self._record.append([self._save(look)]))

    def _look(self, case: UUID, actor: Actor, door: str, purpose: str, what: tuple[str, ...]) -> _LookUp:
        looked = RecordRead(at=self._clock(), by=actor.unit, door=door, purpose=purpose, what=what)
        return _LookUp(case, actor, looked)

    def _save(self, look: _LookUp) -> Save:
        """The look at the end of the case's stream of them."""
        stream, by, at = look_ups_of(look.case), look.actor, look.looked.at
        meta = Meta(client=by.client, unit=str(by.unit), received_at=at, person=by.person, role=by.role)
        end = self._record.version(stream)  # what was looked at before is not read for it
        return Save(
            stream=stream, case=look.case, expected_version=end, command=uuid4(), events=(look.looked,), meta=meta
        )


def look_ups_of(case: UUID) -> UUID:
    """The stream of a case's look-ups."""
    return uuid5(case, LOOK_UPS)
