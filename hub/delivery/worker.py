"""Which letters are worked on, in which order, and when it is time to look for receipts.

Underretninger go first (secure-mail guide §7: a child may be in danger), and none stands in the way of those behind it.
A letter is judged by what the outbox shows, and a receipt quotes a letter that the outbox shows: both wait until the
outbox holds everything recorded.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

from sqlalchemy import Connection, Engine

from hub.delivery.dispatcher import Dispatcher
from hub.delivery.receipts import ReceiptHandler
from hub.domain import retry_policy
from hub.errors import TryAgainLater
from hub.observability import log
from hub.ports.clock import Clock
from projections import outbox
from projections.outbox import OutboxEntry

LISTEN_EVERY = 5.0  # seconds between two looks for receipts


class DeliveryWorker:
    """Carries the letters that wait and takes in what came back, until `stop` is set.

    `receipts` is None where nothing comes back; `is_current` waits a while for the outbox and says whether it holds
    everything recorded by now; `monotonic` counts seconds.
    """

    def __init__(
        self,
        engine: Engine,
        dispatcher: Dispatcher,
        receipts: ReceiptHandler | None,
        clock: Clock,
        *,
        is_current: Callable[[], bool],
        stop: Event,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._dispatcher, self._receipts, self._clock = engine, dispatcher, receipts, clock
        self._is_current, self._stop, self._monotonic = is_current, stop, monotonic
        self._listened = float("-inf")

    @property
    def has_receipts(self) -> bool:
        """Is there a place where word of letters comes back?"""
        return self._receipts is not None

    def carry(self) -> int:
        """Move every letter that waits; how many moved. None stands in the way of those behind it.

        Underretninger first, and again after each sheet of the others: a carrier that hangs holds up every letter of a
        sheet.
        """
        moved = self._carry_urgent()
        for sheet in self._sheets(partial(outbox.waiting, urgent=False)):
            moved += self._dispatcher.work(sheet) + self._carry_urgent()
        since = self._clock() - retry_policy.URGENT_LATE
        silent = self._sheets(lambda connection, after: outbox.unheard_of(connection, since, after))
        return moved + sum(self._dispatcher.escalate(sheet) for sheet in silent)

    def listen(self) -> int:
        """Take in what came back about letters; how much that was. A mailbox that is away is asked again."""
        if self._receipts is None:
            return 0
        try:
            return self._receipts.listen()
        except TryAgainLater as later:
            log.warning("mailbox-waits", why=str(later))
            return 0

    def carry_when_current(self) -> int:
        """`carry`, once the outbox holds everything recorded; until then nothing moves."""
        return self.carry() if self._is_current() else 0

    def listen_when_due(self) -> int:
        """`listen`, at most once in LISTEN_EVERY seconds, and once the outbox holds everything recorded."""
        if self._monotonic() - self._listened < LISTEN_EVERY or not self._is_current():
            return 0
        self._listened = self._monotonic()
        return self.listen()

    def _carry_urgent(self) -> int:
        """Step by step, until none of them moves."""
        moved = 0
        while step := sum(self._dispatcher.work(sheet) for sheet in self._sheets(partial(outbox.waiting, urgent=True))):
            moved += step
        return moved

    def _sheets(
        self, read: Callable[[Connection, OutboxEntry | None], list[OutboxEntry]]
    ) -> Iterator[list[OutboxEntry]]:
        """Sheet by sheet to the end, or until stopped; no connection is held meanwhile."""
        last: OutboxEntry | None = None
        while not self._stop.is_set():
            with self._engine.connect() as connection:
                sheet = read(connection, last)
            if not sheet:
                return
            yield sheet
            last = sheet[-1]
