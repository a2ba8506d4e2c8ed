"""Rows that do not prove what they should: set aside, counted and told, while everything else goes on.

A damaged row is never shown and nothing is decided on it: whoever reads its case by itself meets `EvidenceBroken`. Who
reads many cases gets `Damaged` in its place and goes on with the others. `verify` names each of them.
"""

from threading import Lock

from hub.errors import EvidenceBroken
from hub.observability import DAMAGED, log
from hub.store.rows import LoggedEvent

Place = tuple[int, int]  # partition, position


class DamageLog:
    """The damaged rows that this process has met and not seen sound since. Threads may share it."""

    def __init__(self) -> None:
        self._places: set[Place] = set()
        self._lock = Lock()

    @property
    def places(self) -> frozenset[Place]:
        """Where they stand."""
        with self._lock:
            return frozenset(self._places)

    def found(self, row: LoggedEvent, broken: EvidenceBroken) -> None:
        """A row that is not sound: told once, by its place."""
        place = (row.partition, row.id)
        with self._lock:
            known = place in self._places
            self._places.add(place)
            DAMAGED.set(len(self._places))
        if not known:
            log.error("evidence-damaged", partition=row.partition, position=row.id, why=str(broken))

    def sound(self, row: LoggedEvent) -> None:
        """A row that opened: restored, if it was known as damaged."""
        if self._places:
            with self._lock:
                self._places.discard((row.partition, row.id))
                DAMAGED.set(len(self._places))
