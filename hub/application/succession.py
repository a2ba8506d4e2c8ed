"""Puts on record, case by case, that a unit stands for another (case C05), before its client is answered anything.

The directory says who succeeds whom and from which day; what a case then is to the successor follows from the record
alone (hub.domain.succession), whatever becomes of the directory. It is told of each case that its predecessor knew, and
of no other.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID, uuid4

from hub.application.case_repository import CaseRepository
from hub.application.conflict_retry import retried
from hub.application.visibility import shown
from hub.domain.case import decide
from hub.domain.succession import RecordSuccession, UnitSucceeded
from hub.errors import EvidenceBroken, NotFound
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.store import Meta, Record, Save
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit

CLIENT = "tvaerspor-directory"
CasesOf = Callable[[Collection[Unit]], Iterable[UUID]]  # the cases that one of these units was ever shown anything of


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
        if not actor.formerly:
            return
        for case in self._cases_of(actor.formerly):
            if (case, actor.unit) not in self._settled:
                self._settle(case, actor)

    def _settle(self, case: UUID, actor: Actor) -> None:
        try:
            for unit in sorted(actor.formerly):
                retried(lambda unit=unit: self._put(case, unit, actor.unit))  # type: ignore[misc] # bound in the loop
        except (NotFound, EvidenceBroken):  # erased meanwhile, or damaged: it keeps nothing else waiting
            return
        self._settled.add((case, actor.unit))

    def _put(self, case: UUID, unit: Unit, successor: Unit) -> None:
        version, standing = self._cases.load(case)
        entry = self._directory.find(unit)
        if entry is None or entry.succeeded_on is None or unit in standing.successors or not standing.knows(unit):
            return
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
