"""What runs by itself while a hub is up: read models follow the record, letters leave, receipts come in."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from hub.bootstrap.services import Services
from hub.delivery.worker import DeliveryWorker
from hub.observability import PARKED, log, whereabouts
from hub.store import Vector
from projections.follow import LONGEST, SHORTEST

LONGEST_AFTER_ERROR = 5.0  # seconds before a worker that stumbled tries again
READ_WITHIN = 5.0  # seconds until read models that lag are said to
RETRY_PARKED = 60.0  # seconds between two tries of what a read model could not take


class Workers:
    """A thread for each work, from `start` to `close`; or, without threads, one `turn` after another.

    `patience`: how many seconds whoever reads waits for the read models.
    """

    def __init__(self, services: Services, *, patience: float = READ_WITHIN) -> None:
        self.services, self._patience = services, patience
        self._stop = Event()
        self._threads: list[Thread] = []
        self._stumbling: set[str] = set()
        self._followed: Vector | None = None
        self._retried = time.monotonic()
        self.delivery = DeliveryWorker(
            services.record.engine,
            services.dispatcher,
            services.receipts,
            services.clock,
            is_current=partial(self.caught_up, READ_WITHIN),
            stop=self._stop,
        )

    def start(self) -> None:
        """Follow the record, store look-ups that are owed, and carry letters if settings say so, until `close`."""
        works = {"follow": self.follow, "look-ups": self.services.read_log.settle}
        if self.services.settings.dispatch:
            works["carry"] = self.delivery.carry_when_current
            if self.delivery.has_receipts:
                works["listen"] = self.delivery.listen_when_due
        for name, work in works.items():
            self._threads.append(Thread(target=self._keep, args=(name, work), name=name, daemon=True))
            self._threads[-1].start()
        if self.services.settings.is_production:
            self.services.validator.warm()

    def close(self) -> None:
        """Stop, each after what it is at; the services stay open."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)

    @property
    def following(self) -> bool:
        """Do all of them run, and did their last turn succeed?"""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads) and not self._stumbling

    def caught_up(self, timeout: float | None = None) -> bool:
        """Wait until the read models hold everything recorded by now: read your writes."""
        head, most = self.services.record.head(), self._patience if timeout is None else timeout
        return all(follower.wait_until(head, most) for follower in self.services.followers)

    def turn(self) -> int:
        """Bring the read models forward and move every letter that waits; how much was done."""
        if not self.services.settings.dispatch:
            return self.follow()
        return self.follow() + self.delivery.listen() + self.delivery.carry()

    def follow(self) -> int:
        """Bring the read models forward, and now and then try again what they could not take; how much was done."""
        head = self.services.record.head()
        if time.monotonic() - self._retried > RETRY_PARKED:
            self._retried = time.monotonic()
            for follower in self.services.followers:
                if follower.parked():
                    follower.retry_parked()
        if head == self._followed:
            return 0
        done = sum(follower.catch_up() for follower in self.services.followers)
        PARKED.set(sum(len(follower.parked()) for follower in self.services.followers))
        self._followed = head
        return done

    def _keep(self, name: str, work: Callable[[], int]) -> None:
        """Work until told to stop; what one turn trips over, such as a database that is away, the next tries again."""
        notifier, pause = self.services.record.notifier, SHORTEST
        while not self._stop.is_set():
            heard = notifier.rings
            try:
                done = work()
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave letters lying for ever
                log.error("follower-stumbled", work=name, kind=type(error).__name__, at=whereabouts(error))
                self._stumbling.add(name)
                pause = max(LONGEST, min(pause * 2, LONGEST_AFTER_ERROR))
                self._stop.wait(pause)
                continue
            self._stumbling.discard(name)
            pause = SHORTEST if done else min(pause * 2, LONGEST)
            notifier.wait(heard, pause)
