"""The log of look-ups: who read what of a case, through which door, for which purpose. It makes no command stale."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4, uuid5

from hub.application.conflict_retry import Turns
from hub.domain.access_log import RecordRead
from hub.ports.clock import Clock
from hub.store import Meta, Record, Save, VersionConflict
from hub.vocabulary.actors import Actor

LOOK_UPS = "look-ups"  # the name, under the case id, of the case's stream of look-ups


class ReadLog:
    """Each look is on record before what was looked up is shown."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock, self._turns = record, clock, Turns()

    def record(self, case: UUID, actor: Actor, door: str, purpose: str, what: Iterable[str]) -> None:
        """Record a look-up; `what` names the acts or events that are shown."""
        named = tuple(what)
        self._turns.retried(
            look_ups_of(case), lambda: self._record.append([self._look(case, actor, door, purpose, named)])
        )

    def record_all(self, actor: Actor, door: str, purpose: str, shown: Mapping[UUID, Sequence[str]]) -> None:
        """The same on several cases, stored together as far as the record can; `shown` is what each of them showed."""
        looks = {case: self._look(case, actor, door, purpose, tuple(what)) for case, what in shown.items()}
        pending = {case: self._record.submit([look]) for case, look in looks.items()}
        for case, stored in pending.items():
            try:
                stored.result()
            except VersionConflict:  # somebody else looked at the same moment
                self.record(case, actor, door, purpose, shown[case])

    def look_ups(self, case: UUID) -> tuple[RecordRead, ...]:
        """Who looked at this case, in order."""
        events = (recorded.event for recorded in self._record.stream(look_ups_of(case)))
        return tuple(event for event in events if isinstance(event, RecordRead))

    def _look(self, case: UUID, actor: Actor, door: str, purpose: str, what: tuple[str, ...]) -> Save:
        """One look-up at the end of the case's stream of them."""
        now, stream = self._clock(), look_ups_of(case)
        looked = RecordRead(at=now, by=actor.unit, door=door, purpose=purpose, what=what)
        meta = Meta(client=actor.client, unit=str(actor.unit), received_at=now, person=actor.person, role=actor.role)
        end = self._record.version(stream)  # what was looked at before is not read for it
        return Save(stream=stream, case=case, expected_version=end, command=uuid4(), events=(looked,), meta=meta)


def look_ups_of(case: UUID) -> UUID:
    """The stream of a case's look-ups."""
    return uuid5(case, LOOK_UPS)
