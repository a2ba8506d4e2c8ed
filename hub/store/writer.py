"""Group commit: one thread per partition takes what has piled up and stores it in one transaction.

The thread owns its connection. When the connection is lost the outcome is unknown; the writer connects again and asks
under the head's lock, where every append is either found stored or stored now (see hub.store.append_transaction). Only
when the database stays away is a caller told that the outcome is not known.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from hub.store.append_request import AppendRequest
from hub.store.append_transaction import Outcome
from hub.store.engine import is_full, is_sqlite, writing
from hub.store.errors import RecordFull, RecordUnreachable
from hub.store.model import Recorded
from hub.store.recorder import CaseRecorder
from hub.store.rows import LoggedEvent

BATCH = 64  # appends per transaction
PATIENCE = 15.0  # seconds a lost database may stay away
_PAUSE = 0.05

Finish = Callable[[tuple[LoggedEvent, ...]], tuple[Recorded, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class QueuedAppend:
    """An append with the caller who waits for it."""

    pending: AppendRequest
    finish: Finish
    future: "Future[tuple[Recorded, ...]]" = field(default_factory=Future)

    def settle(self, outcome: Outcome | BaseException) -> None:
        """Tell the caller."""
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
            return
        try:
            self.future.set_result(self.finish(outcome))
        except Exception as error:  # noqa: BLE001 – stored, but not told: the caller must not wait for ever
            self.future.set_exception(error)


class Writer:
    """The write queue of one partition."""

    def __init__(self, recorder: CaseRecorder, partition: int) -> None:
        self._recorder, self._partition = recorder, partition
        self._queue: SimpleQueue[QueuedAppend | None] = SimpleQueue()
        self._held: deque[QueuedAppend] = deque()
        self._closing = False
        self._connection: Connection | None = None
        self._thread = Thread(target=self._run, name=f"record-writer-{partition}", daemon=True)
        self._thread.start()

    def put(self, waiting: QueuedAppend) -> None:
        """Queue an append; its future is settled by the writer's thread."""
        self._queue.put(waiting)

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            live = [waiting for waiting in batch if waiting.future.set_running_or_notify_cancel()]
            if live:
                self._commit(live)
        self._disconnect()

    def _next_batch(self) -> list[QueuedAppend]:
        """What can be stored together, oldest first; an append that touches the same as an earlier one is held back."""
        if not self._held and not self._closing:
            self._take(block=True)
        while len(self._held) < BATCH and self._take(block=False):
            pass
        batch: list[QueuedAppend] = []
        rest: deque[QueuedAppend] = deque()
        touched: set[object] = set()
        for waiting in self._held:
            if len(batch) < BATCH and touched.isdisjoint(waiting.pending.holds):
                batch.append(waiting)
            else:
                rest.append(waiting)
            touched |= waiting.pending.holds
        self._held = rest
        return batch

    def _take(self, *, block: bool) -> bool:
        try:
            waiting = self._queue.get(block)
        except Empty:
            return False
        if waiting is None:
            self._closing = True
            return False
        self._held.append(waiting)
        return True

    def _commit(self, batch: list[QueuedAppend]) -> None:
        """Store the batch and tell every caller, whatever happens."""
        try:
            outcomes: list[Any] = list(self._stored([waiting.pending for waiting in batch]))
        except (SQLAlchemyError, RecordFull) as error:
            if len(batch) > 1:  # one of them is at fault: the others must not pay for it
                for waiting in batch:
                    self._commit([waiting])
                return
            outcomes = [error]
        except BaseException as error:  # noqa: BLE001 – a caller left waiting would wait for ever
            outcomes = [error] * len(batch)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(outcome)

    def _stored(self, batch: list[AppendRequest]) -> list[Outcome]:
        deadline = time.monotonic() + PATIENCE
        again = False
        while True:
            try:
                return self._recorder.append(self._connected(), self._partition, batch, again=again)
            except (OperationalError, InterfaceError) as error:
                self._disconnect()
                if is_full(error):  # waiting makes no room
                    raise RecordFull("the record's disk is full") from error
                if time.monotonic() > deadline:
                    raise RecordUnreachable("the record cannot be reached") from error
                again = True
                time.sleep(_PAUSE)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = writing(self._recorder.engine).connect()
            if not is_sqlite(self._connection):
                self._limit(self._connection)
        return self._connection

    def _limit(self, connection: Connection) -> None:
        """Neither hold the head's lock for long when this process is cut off, nor wait for it longer than a caller."""
        for setting in ("idle_in_transaction_session_timeout", "lock_timeout"):
            connection.execute(text(f"SET {setting} = '{PATIENCE * 1000:.0f}ms'"))
        connection.commit()

    def _disconnect(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()
