"""Asks of a letter on record whether it may still leave (hub.domain.hindrance).

Asked when it is queued, before every attempt, and once more after the attempt is stored.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import cast
from uuid import UUID

from hub.delivery.streams import CaseOf
from hub.domain.addressed import Addressed
from hub.domain.hindrance import Ground, ground_of, hindrance, lives_elsewhere
from hub.store import Record
from projections.outbox import OutboxEntry

REMEMBERED = 10_000  # acts of which it is remembered what they rest on


class Hold:
    """Looks at a letter's act and at its case as it stands, which `case_of` gives."""

    def __init__(self, record: Record, case_of: CaseOf) -> None:
        self._record, self._case_of = record, case_of
        self._ground = lru_cache(maxsize=REMEMBERED)(self._read_ground)

    def hindrance(self, partition: int, position: int, key: UUID) -> str | None:
        """What keeps the letter of the act at this place from leaving, as a code; None when it may.

        `NotFound` when the case was erased.
        """
        _, case = self._case_of(key)
        return hindrance(self._ground(partition, position), case, lambda: self._before(key, position))

    def lives_elsewhere(self, due: OutboxEntry) -> bool:
        """Is this an underretning to a municipality that is not hers? It goes all the same, and a person is told."""
        _, case = self._case_of(due.case)
        return lives_elsewhere(self._ground(due.partition, due.position), case)

    def _read_ground(self, partition: int, position: int) -> Ground:
        """The act and its documents are read once."""
        return ground_of(cast(Addressed, self._record.read(partition, position - 1, 1)[0].event))

    def _before(self, case: UUID, position: int) -> Iterable[object]:
        return (recorded.event for recorded in self._record.stream(case) if recorded.position < position)
