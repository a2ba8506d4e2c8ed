"""A bell that rings after every append of this process, so that followers need not wait for their next poll."""

from threading import Condition


class AppendNotifier:
    """Counts the rings. A listener remembers the count, looks, and waits for the next ring only if nothing came."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it has rung."""
        with self._condition:
            return self._rings

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, timeout: float) -> bool:
        """Wait until it has rung more often than `heard`; False when the time ran out first."""
        with self._condition:
            return self._condition.wait_for(lambda: self._rings > heard, timeout)
