"""How often one caller may do what is limited: a token bucket each (RFC 2697 in small), in this process's memory."""

import time
from collections.abc import Callable
from threading import Lock

from hub.errors import HubError

MOST_CALLERS = 10_000  # remembered at once; whoever waited longest is forgotten first, with a full bucket


class TooManyRequests(HubError):
    """The caller has used up what it may do for now; `after` says in how many seconds there is more."""

    def __init__(self, after: float) -> None:
        super().__init__("too many; wait")
        self.after = after


class RateLimit:
    """`burst` at once, and `hourly` an hour after that. `monotonic` counts seconds."""

    def __init__(self, *, hourly: int, burst: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._every, self._burst, self._monotonic = 3600 / hourly, burst, monotonic
        self._filled: dict[str, float] = {}  # when each caller's bucket will be full again
        self._lock = Lock()

    def take(self, caller: str) -> None:
        """One more for this caller, or `TooManyRequests`, which takes nothing."""
        with self._lock:
            now = self._monotonic()
            full = max(self._filled.pop(caller, now), now)
            spare = self._burst * self._every - (full - now)
            self._filled[caller] = full + self._every if spare >= self._every else full
            if len(self._filled) > MOST_CALLERS:
                self._filled.pop(next(iter(self._filled)))
        if spare < self._every:
            raise TooManyRequests(self._every - spare)
