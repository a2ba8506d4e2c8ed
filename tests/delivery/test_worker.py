"""Which letter leaves first, what waits for the outbox, and how often receipts are looked for; without a house."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from uuid import UUID

import pytest

from hub.delivery.receipts import ReceiptHandler
from hub.delivery.worker import LISTEN_EVERY, DeliveryWorker
from hub.errors import TryAgainLater
from hub.ports.receipts import DeliveryReceipt
from projections import outbox
from tests.domain.acts import disclose, report_concern
from tests.office import Office
from tests.postroom import Postroom


@dataclass(slots=True)
class Mailbox:
    """The receipts port: counts the looks, and is away while `away`."""

    away: bool = False
    looks: int = 0

    def heard(self) -> Iterator[DeliveryReceipt]:
        """Nothing ever comes."""
        self.looks += 1
        if self.away:
            raise TryAgainLater("mailbox-away")
        return iter(())

    def done(self, signal: DeliveryReceipt) -> None:
        """Nothing to forget."""


@dataclass(slots=True)
class Working:
    """A worker on a postroom, and what a test sets: whether the outbox is current, the seconds, the stop."""

    room: Postroom
    mailbox: Mailbox = field(default_factory=Mailbox)
    is_current: bool = True
    seconds: float = 0.0
    stop: Event = field(default_factory=Event)
    worker: DeliveryWorker = field(init=False)
    case: UUID = field(init=False)

    def __post_init__(self) -> None:
        office, dispatcher = self.room.office, self.room.dispatcher
        self.worker = DeliveryWorker(
            office.record.engine,
            dispatcher,
            ReceiptHandler(office.record, dispatcher, self.room.directory, self.mailbox, office.clock),
            office.clock,
            is_current=lambda: self.is_current,
            stop=self.stop,
            monotonic=lambda: self.seconds,
        )
        self.case, _ = self.room.told()
        self.room.follower.catch_up()

    def disclose(self) -> None:
        """The clinic tells something more."""
        self.room.office.act(self.case, lambda key: disclose(self.room.office.clock(), disclosure=key))
        self.room.follower.catch_up()

    def worry(self) -> None:
        """The clinic reports its concern."""
        self.room.office.act(self.case, lambda _: report_concern(self.room.office.clock()))
        self.room.follower.catch_up()

    def empty(self) -> None:
        """Until nothing moves."""
        while self.worker.carry():
            self.room.follower.catch_up()

    def left(self) -> list[str]:
        """The kinds of the letters in the order in which they left."""
        kinds = {self.room.letter(self.case, number)[0].queued for number in range(len(self.room.shown(self.case)))}
        named = {queued.message_id: queued.carries for queued in kinds}
        return [named[parcel] for parcel in self.room.carrier.taken]


@pytest.fixture
def working(sqlite_url: str) -> Iterator[Working]:
    """A worker with one letter that waits."""
    with Office(sqlite_url) as office:
        yield Working(Postroom(office))


def test_an_underretning_leaves_before_what_was_written_earlier(working: Working) -> None:
    working.disclose()
    working.worry()
    working.empty()
    assert working.left() == ["concern-reported.v1", "disclosure-made.v1", "disclosure-made.v1"]


def test_an_underretning_that_comes_meanwhile_waits_for_no_more_than_a_sheet(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "waiting", partial(outbox.waiting, limit=1))
    working.disclose()
    working.disclose()
    working.worker.carry()
    working.room.follower.catch_up()
    meanwhile = [working.worry]
    working.room.carrier.after = lambda: meanwhile.pop()() if meanwhile else None
    working.empty()
    assert working.left().index("concern-reported.v1") == 1


def test_a_sheet_is_the_last_one_once_it_is_told_to_stop(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "waiting", partial(outbox.waiting, limit=1))
    working.disclose()
    working.worker.carry()
    working.room.follower.catch_up()
    working.room.carrier.after = working.stop.set
    working.empty()
    assert len(working.left()) == 1


def test_nothing_moves_before_the_outbox_is_current(working: Working) -> None:
    working.is_current = False
    assert working.worker.carry_when_current() == 0
    working.is_current = True
    assert working.worker.carry_when_current() == 1


def test_receipts_are_looked_for_now_and_then(working: Working) -> None:
    for seconds, looks in [(0.0, 1), (LISTEN_EVERY / 2, 1), (LISTEN_EVERY, 2)]:
        working.seconds = seconds
        working.worker.listen_when_due()
        assert working.mailbox.looks == looks


def test_receipts_wait_for_the_outbox_and_are_looked_for_as_soon_as_it_is_current(working: Working) -> None:
    working.is_current = False
    working.worker.listen_when_due()
    assert working.mailbox.looks == 0
    working.is_current = True
    working.worker.listen_when_due()
    assert working.mailbox.looks == 1


def test_a_mailbox_that_is_away_is_asked_again(working: Working) -> None:
    working.mailbox.away = True
    assert working.worker.listen() == 0
    assert working.worker.listen() == 0
    assert working.mailbox.looks == 2
