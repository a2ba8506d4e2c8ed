"""Letters on their way: opened once, carried at least once, told to the case once; and what stops them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from hub.domain.case import Case
from hub.domain.course.events import AssignCareLevel, CaseKeyDestroyed
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryCompleted,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
)
from hub.domain.retry_policy import UNKNOWN, wait
from hub.errors import Contradiction, TryAgainLater, Undeliverable, Unreadable
from hub.store import Meta, Save
from hub.vocabulary.organisations import UnitEntry
from projections.outbox import delivery_id
from tests.adapters.carrier_contract import CarrierContract
from tests.domain.acts import STARTED, disclose, give_feedback, give_receipt, report_concern
from tests.fakes import CarrierInMemory, Trouble
from tests.office import Office
from tests.people import CLINIC, FAMILIES, MONDAY
from tests.postroom import Postroom
from tests.waiting import PATIENCE

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Crash(BaseException):
    """The process ends here."""


class TestCarrierInMemory(CarrierContract):
    """The fake keeps the contract of the real ones."""

    def carrier(self) -> CarrierInMemory:
        self.made = CarrierInMemory()
        return self.made

    def carried(self) -> list[bytes]:
        return list(self.made.taken.values())


@pytest.fixture
def room(sqlite_url: str) -> Iterator[Postroom]:
    """A postroom on an empty record."""
    with Office(sqlite_url) as office:
        yield Postroom(office)


def kinds(events: list[object]) -> list[type]:
    return [type(event) for event in events]


def trips(error: BaseException, times: int = 1) -> Trouble:
    """Trouble that comes so many times."""
    left = [error] * times

    def trouble() -> None:
        if left:
            raise left.pop()

    return trouble


def outcomes(room: Postroom, case: UUID) -> list[object]:
    """What the case has learnt of its letters."""
    return [event for event in room.office.events(case) if isinstance(event, DeliveryCompleted | DeliveryFailed)]


class TestCarrying:
    """A letter is opened, attempted, carried; each step stands in its own stream."""

    def test_a_letter_is_carried(self, room: Postroom) -> None:
        case, _ = room.told()
        room.empty()
        letter, events = room.letter(case)
        body = next(iter(room.carrier.taken.values()))
        (told,) = [recorded for recorded in room.office.record.stream(case) if recorded.name == "disclosure-made.v1"]
        assert events == [
            DeliveryQueued(
                delivery=delivery_id(told, FAMILIES),
                act=told.event.disclosure,
                position=told.position,
                carries="disclosure-made.v1",
                sender=CLINIC,
                recipient=FAMILIES,
                message_id=letter.queued.message_id,
                reference=letter.queued.reference,
                at=MONDAY,
                sender_entry=UnitEntry(unit=CLINIC, organisation_name=CLINIC.organisation, unit_name=CLINIC.unit),
                recipient_entry=UnitEntry(
                    unit=FAMILIES, organisation_name=FAMILIES.organisation, unit_name=FAMILIES.unit
                ),
            ),
            DeliveryAttempted(
                delivery=letter.queued.delivery,
                attempt=1,
                channel="memory",
                payload_sha256=sha256(body).hexdigest(),
                size=len(body),
                at=MONDAY,
            ),
            DeliveryAccepted(delivery=letter.queued.delivery, attempt=1, at=MONDAY),
        ]
        assert room.carrier.calls == 1

    def test_retries_and_reads_leave_the_case_where_it_was(self, room: Postroom) -> None:
        case, _ = room.told()
        version = room.office.hub.cases.load(case)[0]
        room.carrier.trouble = trips(TryAgainLater("busy"), 2)
        room.empty()
        room.later(HOUR)
        assert room.office.hub.cases.load(case)[0] == version

    def test_what_was_already_made_is_never_queued(self, room: Postroom) -> None:
        case, _ = room.told()
        room.office.act(case, lambda key: disclose(MONDAY, disclosure=key, already_made=True))
        room.empty()
        assert len(room.shown(case)) == 1
        assert room.carrier.calls == 1

    def test_ids_that_others_see_are_repeated_on_every_retry(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(TryAgainLater("busy"), 3)
        room.empty()
        for _ in range(3):
            room.later(HOUR)
        letter, events = room.letter(case)
        assert letter.status == "accepted"
        assert {event.payload_sha256 for event in events if isinstance(event, DeliveryAttempted)} == {
            letter.payload_sha256
        }

    def test_two_dispatchers_open_a_letter_once(self, room: Postroom) -> None:
        case, _ = room.told()
        with room.office.beside() as beside:
            other = Postroom(beside, room.carrier)
            gate = Barrier(2)

            def work(at: Postroom) -> int:
                waiting = at.waiting()
                gate.wait(PATIENCE)
                return sum(at.dispatcher.work(waiting) for _ in range(3))

            with ThreadPoolExecutor(2) as pool:
                moved = sum(pool.map(work, [room, other]))
        _, events = room.letter(case)
        assert kinds(events) == [DeliveryQueued, DeliveryAttempted, DeliveryAccepted]
        assert moved == 2
        assert room.carrier.calls == 1

    def test_one_that_is_on_its_way_is_left_to_whoever_carries_it(self, room: Postroom) -> None:
        case, _ = room.told()
        with room.office.beside() as beside:
            other = Postroom(beside, room.carrier)
            room.carrier.after = lambda: other.empty()
            room.empty()
        assert kinds(room.letter(case)[1])[1:] == [DeliveryAttempted, DeliveryAccepted]
        assert room.carrier.calls == 1


class TestCrashing:
    """Between sending and recording: the same bytes again, under the same ids."""

    @pytest.mark.parametrize("where", ["trouble", "after"])
    def test_an_attempt_without_an_end_is_made_again(self, room: Postroom, where: str) -> None:
        case, _ = room.told()
        setattr(room.carrier, where, trips(Crash()))
        with pytest.raises(Crash):
            room.empty()
        assert room.letter(case)[0].status == "attempted"
        with room.office.beside() as restarted:
            after = Postroom(restarted, room.carrier)
            assert after.turn() == 0, "another process may still be at it"
            after.later(UNKNOWN)
        assert kinds(room.letter(case)[1]) == [
            DeliveryQueued,
            DeliveryAttempted,
            DeliveryAttempted,
            DeliveryAccepted,
        ]
        assert len(room.carrier.taken) == 1

    def test_before_the_attempt_nothing_is_lost(self, room: Postroom) -> None:
        case, _ = room.told()
        room.forms.trouble = trips(Crash())
        with pytest.raises(Crash):
            room.empty()
        room.empty()
        assert room.letter(case)[0].status == "accepted"


class TestHolding:
    """A withdrawal stored before the attempt stops the letter, wherever the letter stands."""

    def held(self, room: Postroom, case: UUID) -> list[type]:
        room.empty()
        room.later(HOUR)
        letter, events = room.letter(case)
        assert (letter.status, room.carrier.calls) == ("held", 0)
        assert [event.why for event in events if isinstance(event, DeliveryHeld)] == ["consent-withdrawn"]
        assert room.waiting() == []
        return kinds(events)

    def test_before_it_was_opened(self, room: Postroom) -> None:
        case, consent = room.told()
        room.taken_back(case, consent)
        assert self.held(room, case) == [DeliveryQueued, DeliveryHeld]

    def test_before_it_was_opened_both_stand_in_one_transaction(self, room: Postroom) -> None:
        """So that an inbox never shows a letter between the two."""
        case, consent = room.told()
        room.taken_back(case, consent)
        room.empty()
        queued, held = room.office.record.stream(room.shown(case)[0].delivery)
        assert queued.command == held.command

    def test_after_it_was_opened(self, room: Postroom) -> None:
        case, consent = room.told()
        room.turn()
        room.taken_back(case, consent)
        assert self.held(room, case) == [DeliveryQueued, DeliveryHeld]

    def test_while_it_was_written(self, room: Postroom) -> None:
        """It had been looked at; the attempt was committed after the withdrawal, so no byte leaves."""
        case, consent = room.told()
        room.forms.trouble = self.once(lambda: room.taken_back(case, consent))
        assert self.held(room, case) == [DeliveryQueued, DeliveryAttempted, DeliveryRejected, DeliveryHeld]

    def test_between_two_attempts(self, room: Postroom) -> None:
        case, consent = room.told()
        room.carrier.trouble = trips(TryAgainLater("busy"))
        room.empty()
        room.taken_back(case, consent)
        room.later(HOUR)
        assert kinds(room.letter(case)[1])[-2:] == [DeliveryRejected, DeliveryHeld]
        assert room.carrier.taken == {}

    def test_a_letter_that_has_left_is_not_called_back(self, room: Postroom) -> None:
        case, consent = room.told()
        room.empty()
        room.taken_back(case, consent)
        room.later(HOUR)
        assert room.letter(case)[0].status == "accepted"

    @staticmethod
    def once(act: Trouble) -> Trouble:
        left = [act]
        return lambda: left.pop()() if left else None


class TestTryingAgain:
    """1, 5, 15, 60 minutes, 2, 4, 8 hours; a day in all."""

    def test_a_letter_waits_its_time(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(TryAgainLater("busy"), 4)
        room.empty()
        delivery, second = room.shown(case)[0].delivery, timedelta(seconds=1)
        for attempt in (1, 2):
            room.later(wait(delivery, attempt) - second)
            assert room.carrier.calls == attempt
            room.later(second)
            assert room.carrier.calls == attempt + 1
        letter, events = room.letter(case)
        assert letter.attempts == 3
        assert events[-1] == DeliveryRejected(
            delivery=letter.queued.delivery, attempt=3, why="busy", final=False, at=room.office.clock()
        )

    def test_after_a_day_it_is_given_up(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(TryAgainLater("busy"), 1000)
        room.empty()
        for _ in range(60):
            room.later(HOUR)
        letter, events = room.letter(case)
        assert (letter.status, letter.attempts) == ("abandoned", 8)
        assert events[-1] == DeliveryAbandoned(delivery=letter.queued.delivery, why="expired", at=letter.since)
        assert timedelta(hours=24) <= letter.since - MONDAY < timedelta(hours=32)
        assert [type(outcome) for outcome in outcomes(room, case)] == [DeliveryFailed]


class TestGivingUp:
    """What will not get better ends the delivery, and the case learns it in the same transaction."""

    def failed(self, room: Postroom, case: UUID, why: str) -> None:
        letter, _ = room.letter(case)
        assert letter.status == "abandoned"
        queued = letter.queued
        assert outcomes(room, case) == [
            DeliveryFailed(
                delivery=queued.delivery, act=queued.act, sender=CLINIC, recipient=FAMILIES, why=why, at=MONDAY
            )
        ]
        assert room.waiting() == []

    def test_a_carrier_that_will_never_take_it(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(Undeliverable("mailbox-unknown"))
        room.empty()
        self.failed(room, case, "mailbox-unknown")
        assert kinds(room.letter(case)[1])[1:] == [DeliveryAttempted, DeliveryRejected, DeliveryAbandoned]

    def test_words_of_a_carrier_stay_out_of_the_record(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(Undeliverable("550 Kirsten is away"))
        room.empty()
        self.failed(room, case, "carrier-failed")

    def test_a_letter_that_cannot_be_packed(self, room: Postroom) -> None:
        case, _ = room.told()
        room.forms.trouble = trips(Undeliverable("recipient-has-no-mailbox"))
        room.empty()
        self.failed(room, case, "recipient-has-no-mailbox")

    def test_a_letter_that_cannot_be_written(self, room: Postroom) -> None:
        case, _ = room.told()
        room.forms.trouble = trips(Unreadable("a glyph"))
        room.empty()
        self.failed(room, case, "cannot-be-written")

    def test_a_unit_that_left_the_directory_stops_no_other_letter(self, room: Postroom) -> None:
        case, _ = room.told()
        room.office.act(case, lambda key: disclose(MONDAY, disclosure=key))
        room.turn()
        room.forms.trouble = trips(Undeliverable("unit-left-the-directory"))
        room.empty()
        assert [room.letter(case, number)[0].status for number in (0, 1)] == ["abandoned", "accepted"]

    def test_who_left_the_directory(self, room: Postroom) -> None:
        case, _ = room.told()
        room.directory.units.remove(FAMILIES)
        room.empty()
        self.failed(room, case, "unit-left-the-directory")

    def test_the_end_waits_for_the_commands_of_the_case(self, sqlite_url: str) -> None:
        with Office(sqlite_url) as office, office.beside() as beside:
            room = Overtaken(office)
            case, _ = room.told()
            room.by = beside
            room.carrier.trouble = trips(Undeliverable("mailbox-unknown"))
            room.empty()
            self.failed(room, case, "mailbox-unknown")

    def test_an_end_that_is_always_overtaken_comes_later(self, sqlite_url: str) -> None:
        with Office(sqlite_url) as office, office.beside() as beside:
            room = Overtaken(office)
            case, _ = room.told()
            room.by, room.times = beside, 100
            room.turn()
            (due,) = room.waiting()
            with pytest.raises(Contradiction):
                room.dispatcher.received(due, "pulled")
            assert room.letter(case)[0].status == "queued"
            room.times = 0
            room.dispatcher.received(due, "pulled")
            assert room.letter(case)[0].status == "received"

    def test_of_an_erased_case_nothing_is_sent(self, room: Postroom) -> None:
        case, _ = room.told()
        due = room.waiting()
        version = room.office.hub.cases.load(case)[0]
        erasure = CaseKeyDestroyed(at=MONDAY, reason="")
        meta = Meta(client="tests", unit="-", received_at=MONDAY)
        room.office.record.shred(
            Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(erasure,), meta=meta)
        )
        assert room.dispatcher.work(due) == 0
        assert room.waiting() == []
        assert room.carrier.calls == 0


class Overtaken(Postroom):
    """A postroom whose case moves on each time it is looked at to be told something."""

    by: Office | None = None
    times: int = 3

    def load(self, case: UUID) -> tuple[int, Case]:
        """The case as it stood a moment ago."""
        standing = self.office.hub.cases.load(case)
        if self.by is not None and self.times > 0:
            self.times -= 1
            self.by.act(case, lambda _: AssignCareLevel(level=2, at=MONDAY, by=CLINIC))
        return standing


class TestProof:
    """Received is proof, once; it may come after the letter was given up."""

    def test_it_ends_the_delivery_and_tells_the_case(self, room: Postroom) -> None:
        case, _ = room.told()
        room.empty()
        due = room.shown(case)[0]
        room.dispatcher.received(due, "pulled")
        letter, events = room.letter(case)
        queued = letter.queued
        assert events[-1] == DeliveryReceived(delivery=queued.delivery, proof="pulled", at=MONDAY)
        assert outcomes(room, case) == [
            DeliveryCompleted(
                delivery=queued.delivery, act=queued.act, sender=CLINIC, recipient=FAMILIES, proof="pulled", at=MONDAY
            )
        ]

    def test_twice_is_once(self, room: Postroom) -> None:
        case, _ = room.told()
        room.empty()
        due = room.shown(case)[0]
        for _ in range(3):
            room.dispatcher.received(due, "pulled")
        assert len(outcomes(room, case)) == 1

    def test_from_two_processes_is_once(self, room: Postroom) -> None:
        case, _ = room.told()
        room.empty()
        due = room.shown(case)[0]
        with room.office.beside() as beside:
            other = Postroom(beside)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda at: at.dispatcher.received(due, "pulled"), [room, other] * 2))
        assert len(outcomes(room, case)) == 1

    def test_it_may_come_after_the_letter_was_given_up(self, room: Postroom) -> None:
        case, _ = room.told()
        room.carrier.trouble = trips(Undeliverable("mailbox-unknown"))
        room.empty()
        room.dispatcher.received(room.shown(case)[0], "acknowledged")
        assert [type(outcome) for outcome in outcomes(room, case)] == [DeliveryFailed, DeliveryCompleted]

    def test_of_a_letter_nobody_opened_there_is_none(self, room: Postroom) -> None:
        case, _ = room.told()
        (due,) = room.waiting()
        room.dispatcher.received(due, "pulled")
        assert outcomes(room, case) == []


def test_a_letter_names_the_woman_as_its_sender_stated_her(room: Postroom) -> None:
    """The clinic opened the case and knows her address; the familieafdeling, which was told, does not."""
    case = room.office.open().case
    concern = room.office.act(case, lambda key: replace(report_concern(MONDAY), concern=key)).act
    room.empty()
    room.office.act(case, lambda key: replace(give_receipt(MONDAY), receipt=key, concern=concern), FAMILIES)
    room.office.act(case, lambda key: replace(give_feedback(MONDAY, STARTED), feedback=key, concern=concern), FAMILIES)
    room.empty()
    addresses = [body.split(b"\n")[2] for body in room.carrier.taken.values()]
    assert [bool(address) for address in addresses] == [True, False, False]
