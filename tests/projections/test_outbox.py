"""What must leave and what became of it: a view that loses nothing when it is dropped."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.domain.course.events import CaseKeyDestroyed
from hub.errors import TryAgainLater, Undeliverable
from hub.store import Meta, Recorded, Save
from hub.store.clock import micros
from hub.vocabulary.organisations import Unit
from projections import outbox
from projections.disclosure_register import DisclosureRegister, register
from projections.follow import Follower, Projection
from projections.outbox import Outbox, OutboxEntry, delivery_id
from projections.rebuild import rebuild
from tests.domain.acts import disclose, report_concern
from tests.office import Office
from tests.people import BRITA, CLINIC, FAMILIES, MONDAY, NURSES
from tests.postroom import Postroom


@pytest.fixture
def room(database_url: str) -> Iterator[Postroom]:
    """A postroom on an empty record, once on each engine."""
    with Office(database_url) as office:
        yield Postroom(office)


def shown(room: Postroom, unit: Unit, **filters: Any) -> list[OutboxEntry]:
    room.follower.catch_up()
    with room.office.record.engine.connect() as connection:
        return outbox.deliveries_of(connection, unit, **filters)


def table(room: Postroom, projection: Projection) -> list[Any]:
    (its,) = projection.tables
    with room.office.record.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(its))), key=repr)


def test_a_letter_waits_until_somebody_opens_it(room: Postroom) -> None:
    case, _ = room.told()
    (told,) = [recorded for recorded in room.office.record.stream(case) if recorded.name == "disclosure-made.v1"]
    (due,) = room.waiting()
    assert due == OutboxEntry(
        delivery=delivery_id(told, FAMILIES),
        partition=told.partition,
        position=told.position,
        case=case,
        act=told.event.disclosure,
        name="disclosure-made.v1",
        sender=CLINIC,
        recipient=FAMILIES,
        recorded_at=MONDAY,
        status="due",
        detail=None,
        attempts=0,
        status_at=MONDAY,
    )


def test_a_delivery_has_one_id_per_event_and_receiver_wherever_the_event_stands(room: Postroom) -> None:
    case, _ = room.told()
    opened, *_, told = room.office.record.stream(case)
    elsewhere = replace(told, partition=3, position=told.position + 40)
    assert delivery_id(elsewhere, FAMILIES) == delivery_id(told, FAMILIES)
    others = (delivery_id(told, NURSES), delivery_id(opened, FAMILIES), delivery_id(replace(told, seq=9), FAMILIES))
    assert len({delivery_id(told, FAMILIES), *others}) == 4


def test_every_step_is_shown(room: Postroom) -> None:
    room.told()
    steps: list[OutboxEntry] = []
    room.carrier.trouble = lambda: steps.append(shown(room, CLINIC)[0])
    room.turn()
    steps.append(shown(room, CLINIC)[0])
    room.office.clock.forward(timedelta(minutes=5))
    room.empty()
    steps.append(shown(room, CLINIC)[0])
    room.dispatcher.received(steps[-1], "pulled")
    steps.append(shown(room, CLINIC)[0])
    assert [(step.status, step.detail, step.attempts, step.status_at - MONDAY) for step in steps] == [
        ("queued", None, 0, timedelta()),
        ("attempted", "memory", 1, timedelta(minutes=5)),
        ("accepted", "memory", 1, timedelta(minutes=5)),
        ("received", "pulled", 1, timedelta(minutes=5)),
    ]
    assert {step.recorded_at for step in steps} == {MONDAY}


@pytest.mark.parametrize(
    ("error", "status", "detail", "waits"),
    [(TryAgainLater("busy"), "rejected", "busy", 1), (Undeliverable("unknown"), "abandoned", "unknown", 0)],
)
def test_what_did_not_leave(room: Postroom, error: Exception, status: str, detail: str, waits: int) -> None:
    room.told()

    def trouble() -> None:
        raise error

    room.carrier.trouble = trouble
    room.empty()
    (row,) = shown(room, CLINIC)
    assert (row.status, row.detail) == (status, detail)
    assert len(room.waiting()) == waits


def test_letters_that_are_held_do_not_crowd_out_the_others(room: Postroom) -> None:
    for _ in range(3):
        case, consent = room.told()
        room.taken_back(case, consent)
        room.office.clock.forward(timedelta(minutes=1))
    room.empty()
    late, _ = room.told()
    with room.office.record.engine.connect() as connection:
        room.follower.catch_up()
        assert [row.case for row in outbox.waiting(connection, limit=1)] == [late]
    assert [letter.status for letter in shown(room, CLINIC)] == ["due", "held", "held", "held"]


def test_sheet_by_sheet_every_letter_is_come_to(room: Postroom) -> None:
    cases = [room.told()[0] for _ in range(3)]
    room.follower.catch_up()
    with room.office.record.engine.connect() as connection:
        first = outbox.waiting(connection, limit=2)
        (last,) = outbox.waiting(connection, first[-1], limit=2)
        assert outbox.waiting(connection, last) == []
    assert [row.case for row in (*first, last)] == cases


def test_urgent_letters_are_read_apart_and_together(room: Postroom) -> None:
    told, _ = room.told()
    worried = room.office.open(citizen=BRITA).case
    room.office.act(worried, lambda _: report_concern(MONDAY))
    room.follower.catch_up()
    with room.office.record.engine.connect() as connection:
        apart = [[row.case for row in outbox.waiting(connection, urgent=urgent)] for urgent in (True, False)]
        together = {row.case for row in outbox.waiting(connection)}
    assert (apart, together) == ([[worried], [told]], {told, worried})


@pytest.mark.parametrize(("channel", "listed"), [("smtp", True), ("sf1601", True), ("folder", False)])
def test_nothing_is_waited_for_where_nobody_reports(room: Postroom, channel: str, listed: bool) -> None:
    """Letters that a folder took would stand before those of which a person must be told, for ever."""
    room.carrier.name = channel
    room.told()
    room.empty()
    room.follower.catch_up()
    with room.office.record.engine.connect() as connection:
        assert bool(outbox.unheard_of(connection, room.office.clock())) is listed
        assert outbox.unheard_of(connection, room.office.clock() - timedelta(seconds=1)) == []


class TestWhoIsShown:
    """The sender its own; the receiver what has left."""

    def test_the_receiver_is_shown_nothing_that_has_not_left(self, room: Postroom) -> None:
        room.told()
        room.turn()
        assert shown(room, FAMILIES) == []
        room.empty()
        assert [letter.status for letter in shown(room, FAMILIES)] == ["accepted"]

    def test_nobody_else_is_shown_it(self, room: Postroom) -> None:
        room.told()
        room.empty()
        assert shown(room, NURSES) == []

    def test_by_case_and_status_newest_first(self, room: Postroom) -> None:
        case, _ = room.told()
        room.empty()
        room.office.clock.forward(timedelta(minutes=1))
        other = room.office.open(citizen=BRITA).case
        room.office.act(case, lambda key: disclose(room.office.clock(), disclosure=key))
        assert [letter.status for letter in shown(room, CLINIC)] == ["due", "accepted"]
        assert shown(room, CLINIC, case=other) == []
        assert len(shown(room, CLINIC, case=case)) == 2
        assert [letter.status for letter in shown(room, CLINIC, status="accepted")] == ["accepted"]
        assert len(shown(room, CLINIC, limit=1)) == 1


def test_what_an_inbox_has_passed_and_nothing_proves_yet(room: Postroom) -> None:
    case, _ = room.told()
    places: list[tuple[int, int]] = []

    def passed(reached: int) -> list[OutboxEntry]:
        def by(partition: int, position: int) -> bool:
            places.append((partition, position))
            return position <= reached

        room.follower.catch_up()
        with room.office.record.engine.connect() as connection:
            return outbox.passed(connection, FAMILIES, by)

    assert passed(99) == [], "nobody has opened it"
    room.empty()
    opened = room.office.record.stream(shown(room, CLINIC)[0].delivery)[0]
    assert [row.case for row in passed(99)] == [case]
    assert places[-1] == (opened.partition, opened.position)
    assert passed(opened.position - 1) == []
    room.dispatcher.received(shown(room, CLINIC)[0], "pulled")
    assert passed(99) == []


def test_an_erased_case_leaves_no_row(room: Postroom) -> None:
    case, _ = room.told()
    kept = room.office.open(citizen=BRITA).case
    room.empty()
    meta = Meta(client="tests", unit="-", received_at=MONDAY)
    erasure = CaseKeyDestroyed(at=MONDAY, reason="")
    version = room.office.hub.cases.load(case)[0]
    room.office.record.shred(
        Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(erasure,), meta=meta)
    )
    room.follower.catch_up()
    assert table(room, Outbox()) == []
    assert room.office.hub.cases.load(kept)[0] == 2


def register_of(room: Postroom) -> DisclosureRegister:
    """The register of this room's record."""
    return DisclosureRegister(lambda case: room.office.hub.cases.load(case)[1])


@pytest.mark.parametrize("made", [lambda _: Outbox(), register_of], ids=["outbox", "register"])
def test_folded_twice_or_anew_the_table_is_the_same(room: Postroom, made: Callable[[Postroom], Projection]) -> None:
    projection = made(room)
    for _ in range(2):
        case, consent = room.told()
        room.empty()
        room.taken_back(case, consent)
        room.office.act(case, lambda key: disclose(room.office.clock(), disclosure=key))
        room.office.clock.forward(timedelta(minutes=1))
    follower = Follower(room.office.record, projection)
    follower.catch_up()
    before = table(room, projection)
    assert before
    assert follower.catch_up() == 0
    rebuild(room.office.record, projection, lambda _: None)
    assert table(room, projection) == before


class TestRegister:
    """An index: who, whom, when, on what, with which outcome. No words."""

    def rows(self, room: Postroom) -> list[Any]:
        Follower(room.office.record, register_of(room)).catch_up()
        with room.office.record.engine.connect() as connection:
            return list(connection.execute(select(register).order_by(register.c.position)).mappings())

    def test_made_and_refused(self, room: Postroom) -> None:
        case, consent = room.told()
        room.taken_back(case, consent)
        room.office.act(case, lambda key: disclose(MONDAY, disclosure=key))
        made, refused = self.rows(room)
        stored: list[Recorded] = [
            recorded for recorded in room.office.record.stream(case) if "disclosure" in recorded.name
        ]
        assert [(row["partition"], row["position"]) for row in (made, refused)] == [
            (recorded.partition, recorded.position) for recorded in stored
        ]
        assert (made["outcome"], made["basis"], made["invoked"]) == ("made", "SUL-43-1", "SUL-43-1")
        assert (refused["outcome"], refused["basis"], refused["invoked"]) == ("refused", None, "SUL-43-1")
        assert {(row["discloser"], row["recipient"]) for row in (made, refused)} == {(str(CLINIC), str(FAMILIES))}
        assert {row["at"] for row in (made, refused)} == {micros(MONDAY)}

    def test_no_word_and_no_person_stands_in_it(self, room: Postroom) -> None:
        room.told()
        (row,) = self.rows(room)
        assert not any(word in repr(dict(row)) for word in ("rusmiddel", "Berggren", "uden stof", "Testesen"))

    def test_an_erased_case_leaves_no_row(self, room: Postroom) -> None:
        case, _ = room.told()
        self.rows(room)
        meta = Meta(client="tests", unit="-", received_at=MONDAY)
        erasure = CaseKeyDestroyed(at=MONDAY, reason="")
        room.office.record.shred(
            Save(stream=case, case=case, expected_version=4, command=uuid4(), events=(erasure,), meta=meta)
        )
        assert self.rows(room) == []
