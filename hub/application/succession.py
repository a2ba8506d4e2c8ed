"""Puts on record, case by case, that a unit stands for another (case C05), before its client is answered anything.

The directory says who succeeds whom and from which day; what a case then is to the successor follows from the record
alone (hub.domain.succession), whatever becomes of the directory. It is told of each case that its predecessor knew, and
of no other.
"""

from collections.abc import Callable, Iterable
from uuid import UUID, uuid4

from hub.application.case_repository import CaseRepository
from hub.application.conflict_retry import retried
from hub.application.visibility import shown
from hub.domain.case import decide
from hub.domain.succession import RecordSuccession, UnitSucceeded
from hub.errors import EvidenceBroken, NotFound
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.store import Meta, Record, RecordFull, Save
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit

CLIENT = "tvaerspor-directory"
CasesOf = Callable[[Unit], Iterable[UUID]]  # the cases that the unit was ever shown anything of


class Successions:
    """Which cases a successor has been put on is remembered in this process; the record knows it for good."""

    def __init__(
        self, record: Record, cases: CaseRepository, directory: Directory, clock: Clock, cases_of: CasesOf
    ) -> None:
        self._record, self._cases, self._directory, self._clock = record, cases, directory, clock
        self._cases_of = cases_of
        self._settled = set[tuple[UUID, Unit]]()

    def settle(self, actor: Actor) -> None:
        """The actor's unit stands on every case where those stood that it took over from."""
        for unit in sorted(actor.formerly):
            for case in self._cases_of(unit):
                if (case, unit) not in self._settled:
                    self._settle(case, unit, actor.unit)

    def _settle(self, case: UUID, unit: Unit, successor: Unit) -> None:
        """A case that the predecessor does not know yet is asked about again: a letter to it may still leave.

        Nothing else is kept waiting by a case that is erased or damaged, nor by want of room (hub.store.RecordFull).
        """
        try:
            on_record = retried(lambda: self._put(case, unit, successor))
        except (NotFound, EvidenceBroken, RecordFull):
            return
        if on_record:
            self._settled.add((case, unit))

    def _put(self, case: UUID, unit: Unit, successor: Unit) -> bool:
        version, standing = self._cases.load(case)
        entry = self._directory.find(unit)
        if unit in standing.successors:
            return True
        if entry is None or entry.succeeded_on is None or not standing.knows(unit):
            return False
        history = self._cases.history(case)
        theirs, own = ({seen.recorded.version for seen in shown(history, known).events} for known in (unit, successor))
        succeeded = UnitSucceeded(
            unit=unit,
            successor=successor,
            since=entry.succeeded_on,
            carried=tuple(sorted(theirs - own)),
            at=self._clock(),
        )
        events = decide(standing, RecordSuccession(succeeded))
        meta = Meta(client=CLIENT, unit="-", received_at=self._clock())
        save = Save(stream=case, case=case, expected_version=version, command=uuid4(), events=events, meta=meta)
        self._record.append([save])
        return True
