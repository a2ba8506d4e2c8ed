"""The one retry for version conflicts: what somebody else stored first is read, and the attempt made again on it.

Nothing is stored by an attempt that meets a conflict, so it may be made as often as it takes. Lots are drawn for the
wait between two attempts, so that two that met do not meet again.
"""

import random
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar
from uuid import UUID

from hub.errors import Contradiction
from hub.store import CommandRepeated, VersionConflict

T = TypeVar("T")
Conflict = type[VersionConflict | CommandRepeated]
TRIES = 20  # conflicts in a row before the case is called too busy
SHORTEST, LONGEST = 0.002, 0.1  # seconds that a wait lasts at most: after the first conflict, and after any
TURNS = 1024  # locks for streams; two streams that share one wait for each other and nothing worse
_LOTS = random.SystemRandom()  # a source of its own: who draws from the shared one disturbs whoever seeded it


def retried(attempt: Callable[[], T], conflicts: tuple[Conflict, ...] = (VersionConflict,)) -> T:
    """What the attempt gives once it meets none of these conflicts; `Contradiction` when it meets them again and again.

    The attempt loads anew what it rests on each time it is called.
    """
    for tried in range(TRIES):
        try:
            return attempt()
        except conflicts:
            longest = min(SHORTEST * 2**tried, LONGEST)
            time.sleep(_LOTS.uniform(0, longest))  # so that two do not meet again
    raise Contradiction("the case is too busy; try again", code="case-busy")


class Turns:
    """Attempts on one stream one after the other in this process, so that only other processes cause conflicts."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(TURNS))

    def retried(self, stream: UUID, attempt: Callable[[], T]) -> T:
        """The same as `retried`, when it is this attempt's turn."""
        with self._locks[stream.int % TURNS]:
            return retried(attempt)
