"""Finding a citizen's cases by what she is known by: on record, limited, and the same work for yes and no.

A unit that may not know of her case is answered as if there were none (ADR 0006), and neither the answer's bytes nor
the work for it tell the two apart: where she has no case, the case of her neighbour in the blind index is looked at
instead, and passed over. What others know her by finds nothing for a unit that does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from hub.application.case_repository import CaseRepository
from hub.application.conflict_retry import Turns
from hub.domain.access_log import CitizenSearched
from hub.domain.case import Case
from hub.errors import EvidenceBroken, NotFound
from hub.ports.clock import Clock
from hub.store import Keys, Meta, Record, Save
from hub.vocabulary.actors import Actor
from hub.vocabulary.identification import Identification, index_key
from hub.vocabulary.organisations import Unit

SEARCHES = "searches"  # the name, under the id of a unit's searches, of their stream
_UNITS = UUID("5b0a7c1e-6d0f-4f6b-9d3e-0f2a8f1c7b64")  # of our own: under it each unit has an id


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case of hers that the unit may know of, and its version as that unit knows it."""

    case: UUID
    version: int
    standing: Case


class CitizenSearch:
    """Every search for a citizen, through whatever door; `admit` is asked first, with the caller's name."""

    def __init__(
        self, record: Record, keys: Keys, clock: Clock, cases: CaseRepository, admit: Callable[[str], None]
    ) -> None:
        self._record, self._keys, self._clock, self._cases, self._admit = record, keys, clock, cases, admit
        self._turns = Turns()

    def find(self, actor: Actor, known_by: Identification, door: str, purpose: str) -> tuple[FoundCase, ...]:
        """Her cases that the actor's unit may know of, and as this, once it is on record that the unit asked.

        Whatever `admit` raises for a client that asks too often; `RecordFull` when the search cannot be recorded:
        nobody is looked for off the record.
        """
        self._admit(f"{actor.client} {actor.unit}")
        digest = self._keys.citizen_digest(index_key(known_by))
        hers, neighbour = self._record.cases_of(digest), self._record.case_beside(digest)
        decoys = [] if hers or neighbour is None else [neighbour]
        found = [self._known(case, actor, known_by) for case in (*(row.case for row in hers), *decoys)]
        shown = tuple(case for case in found if case is not None and case.case not in decoys)
        looked = CitizenSearched(
            at=self._clock(),
            by=actor.unit,
            door=door,
            purpose=purpose,
            citizen=digest.hex(),
            cases=tuple(case.case for case in shown),
        )
        searches = searches_of(actor.unit)
        self._turns.retried(searches, lambda: self._record.append([self._save(searches, actor, looked)]))
        return shown

    def searches(self, unit: Unit) -> tuple[CitizenSearched, ...]:
        """What this unit searched for, in order."""
        events = (recorded.event for recorded in self._record.stream(searches_of(unit)))
        return tuple(event for event in events if isinstance(event, CitizenSearched))

    def _known(self, case: UUID, actor: Actor, known_by: Identification) -> FoundCase | None:
        try:
            version, standing = self._cases.known_to(case, actor)
        except (NotFound, EvidenceBroken):  # one case of hers that is damaged does not hide the others
            return None
        return FoundCase(case, version, standing) if standing.course.is_known_as(actor.unit, known_by) else None

    def _save(self, searches: UUID, actor: Actor, looked: CitizenSearched) -> Save:
        meta = Meta(client=actor.client, unit=str(actor.unit), received_at=looked.at)
        end = self._record.version(searches)
        case = uuid5(_UNITS, str(actor.unit))
        return Save(stream=searches, case=case, expected_version=end, command=uuid4(), events=(looked,), meta=meta)


def searches_of(unit: Unit) -> UUID:
    """The stream of a unit's searches: they are its own, and of no case."""
    return uuid5(uuid5(_UNITS, str(unit)), SEARCHES)
