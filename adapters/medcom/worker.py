"""The full validation, in a process of its own: the models take CPU that the doors must not wait for.

The process starts with the first message. One that dies or hangs is replaced, and the message that met it may be sent
again: `TryAgainLater`.
"""

import multiprocessing
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as Late
from threading import Lock

from adapters.medcom.check import check
from hub.domain.message import Verdict
from hub.errors import TryAgainLater

PATIENCE = 60.0  # seconds for one message, the start of the process included


class Validator:
    """Judges messages, one worker at a time or as many as asked for. Threads may share it."""

    def __init__(self, workers: int = 1, patience: float = PATIENCE) -> None:
        self._workers, self.patience = workers, patience
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def verdict(self, body: bytes) -> Verdict:
        """The verdict of `adapters.medcom.check.check`, or `TryAgainLater`."""
        pool = self._running()
        try:
            return pool.submit(check, body).result(self.patience)
        except (BrokenExecutor, Late, RuntimeError) as error:
            self._replace(pool)
            raise TryAgainLater("validator-unavailable") from error

    def warm(self) -> None:
        """Start the workers now, without waiting for them, so that the first message need not."""
        self._running().submit(check, b"")

    def close(self) -> None:
        """Let the workers go."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Spawned, not forked: a fork would copy the locks that this process' threads hold.
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._workers, mp_context=context)
            return self._pool

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        for process in list((broken._processes or {}).values()):
            process.kill()  # a worker that hangs hears nothing else
        broken.shutdown(wait=False, cancel_futures=True)
