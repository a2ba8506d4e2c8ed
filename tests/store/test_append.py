"""Appending: what is stored together, in which order, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from hub.errors import Contradiction, Unreadable
from hub.store import CommandRepeated, Record, Recorded, Save, Vector, VersionConflict
from tests.store.acts import MONDAY, NAMES, Counted, Noted, events, opened, save
from tests.waiting import PATIENCE


def test_what_is_appended_reads_back(record: Record):
    case = uuid4()
    stored = record.append([save(case, 0, Noted("første"), Counted(7))])
    assert record.stream(case) == stored
    assert events(stored) == [Noted("første"), Counted(7)]
    assert [row.version for row in stored] == [1, 2]
    assert [row.position for row in stored] == [1, 2]
    assert [row.seq for row in stored] == [0, 1]
    assert [row.name for row in stored] == ["noted.v1", "counted.v1"]
    assert {row.partition for row in stored} == {record.partition_of(case)}


def test_the_request_digest_stands_with_the_first_event_only(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted("a"), Noted("b"))])
    first, second = record.stream(case)
    assert first.meta is not None
    assert first.meta.request == b"digest"
    assert second.meta == replace(first.meta, request=None)


def test_an_older_version_is_a_conflict_and_stores_nothing(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted("a"))])
    with pytest.raises(VersionConflict):
        record.append([save(case, 0, Noted("b"))])
    assert events(record.stream(case)) == [Noted("a")]


def test_a_version_ahead_of_the_stream_is_a_conflict(record: Record):
    case = uuid4()
    with pytest.raises(VersionConflict):
        record.append([save(case, 1, Noted("a"))])
    assert record.head().total == 0


def test_a_repeated_command_is_told_as_such_and_can_be_looked_up(record: Record):
    case, command = uuid4(), uuid4()
    first = record.append([save(case, 0, Noted("a"), Counted(1), command=command)])
    record.append([save(case, 2, Noted("b"))])
    for version in (0, 3):
        with pytest.raises(CommandRepeated):
            record.append([save(case, version, Noted("a"), command=command)])
    assert record.command(case, command) == first
    assert record.command(case, uuid4()) == ()


def test_one_command_may_save_two_streams_of_a_case_at_once(record: Record):
    case, delivery, command = uuid4(), uuid4(), uuid4()
    record.append([save(case, 0, Noted("a")), save(case, 0, Noted("queued"), stream=delivery)])
    record.append(
        [save(case, 1, Counted(1), stream=delivery, command=command), save(case, 1, Counted(2), command=command)]
    )
    assert events(record.stream(delivery)) == [Noted("queued"), Counted(1)]
    assert [row.position for row in record.case(case)] == [1, 2, 3, 4]


def test_two_streams_are_stored_together_or_not_at_all(record: Record):
    case, delivery = uuid4(), uuid4()
    record.append([save(case, 0, Noted("a"))])
    with pytest.raises(VersionConflict):
        record.append([save(case, 0, Noted("queued"), stream=delivery), save(case, 0, Counted(1))])
    assert record.stream(delivery) == ()


@pytest.mark.parametrize(
    "saves",
    [
        [],
        [save(uuid4(), 0)],
        [save(uuid4(), 0, Noted("a")), save(uuid4(), 0, Noted("a"))],
    ],
    ids=["nothing", "no events", "two cases"],
)
def test_an_append_that_makes_no_sense_is_refused(record: Record, saves: list[Save]):
    with pytest.raises(ValueError):
        record.append(saves)


def test_an_event_without_a_name_cannot_be_stored(record: Record):
    with pytest.raises(TypeError, match="no name"):
        record.append([save(uuid4(), 0, object())])


def test_of_many_racing_for_one_version_exactly_one_wins(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted("a"))])

    def attempt(number: int) -> tuple[Recorded, ...] | Contradiction:
        try:
            return record.append([save(case, 1, Counted(number))])
        except VersionConflict as conflict:
            return conflict

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(16)))
    won = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    assert len(won) == 1
    assert record.stream(case)[1:] == won[0]


def test_many_cases_at_once_leave_no_gap_in_any_partition(record: Record):
    cases = [uuid4() for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for version in range(3):
            list(pool.map(lambda case, at=version: record.append([save(case, at, Counted(at))]), cases))
    for partition in range(record.partitions):
        rows = record.read(partition, 0, 1000)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
    assert record.head().total == 120
    assert record.verify() == record.head()


def test_the_record_is_whole_after_it_was_closed_and_opened(database_url: str):
    case = uuid4()
    with opened(database_url) as first:
        stored = first.append([save(case, 0, Noted("a"))])
    with opened(database_url) as second:
        assert second.stream(case) == stored
        second.append([save(case, 1, Noted("b"))])
        assert second.verify().total == 2


def test_the_number_of_partitions_is_fixed_when_the_record_is_made(database_url: str):
    with opened(database_url, partitions=4) as record:
        assert record.partitions == 4
    with opened(database_url) as record:
        assert record.partitions == 4
    with pytest.raises(Unreadable, match="4 partitions"):
        opened(database_url, partitions=8)


def test_three_partitions_are_refused(database_url: str):
    with pytest.raises(Unreadable, match="power of two"):
        opened(database_url, partitions=3)


def test_a_clock_that_is_set_back_does_not_take_the_record_with_it(database_url: str):
    times = [MONDAY + timedelta(hours=2), MONDAY, MONDAY + timedelta(hours=3)]
    case = uuid4()
    clock = iter(times)
    with opened(database_url, partitions=1, clock=lambda: next(clock)) as record:
        for version in range(3):
            record.append([save(case, version, Counted(version))])
        recorded = [row.recorded_at for row in record.stream(case)]
    assert recorded == [times[0], times[0], times[2]]


def test_as_of_a_moment_is_what_had_been_recorded_by_then(database_url: str):
    hours = iter(range(100))
    with opened(database_url, clock=lambda: MONDAY + timedelta(hours=next(hours))) as record:
        stored = [row for n in range(12) for row in record.append([save(uuid4(), 0, Counted(n), Noted("x"))])]
        for moment in (
            MONDAY - timedelta(seconds=1),
            MONDAY,
            MONDAY + timedelta(hours=5, minutes=1),
            stored[-1].recorded_at,
        ):
            expected = {(row.partition, row.position) for row in stored if row.recorded_at <= moment}
            found = {(row.partition, row.position) for row in record.scan(record.as_of(moment))}
            assert found == expected
        assert record.as_of(stored[-1].recorded_at) == record.head()


def test_without_a_clock_of_ours_the_time_is_now_in_utc(record: Record):
    from datetime import UTC, datetime

    before = datetime.now(UTC) - timedelta(seconds=5)
    (row,) = record.append([save(uuid4(), 0, Noted("a"))])
    assert before < row.recorded_at < datetime.now(UTC) + timedelta(seconds=5)
    assert row.recorded_at.utcoffset() == timedelta(0)


def test_a_case_is_read_up_to_a_vector(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(1))])
    then = record.head()
    record.append([save(case, 1, Counted(2))])
    assert events(record.case(case, upto=then)) == [Counted(1)]
    assert events(record.case(case)) == [Counted(1), Counted(2)]


def test_a_scan_gives_every_event_once_and_counts_them(record: Record):
    for number in range(30):
        record.append([save(uuid4(), 0, Counted(number), Noted("x"))])
    scan = record.scan()
    places = [(row.partition, row.position) for row in scan]
    assert len(places) == scan.total == 60
    assert places == sorted(set(places))
    counted = record.scan(names=NAMES.names_of(Counted))
    assert sorted(row.event.number for row in counted) == list(range(30))
    assert counted.total == 30


def test_a_scan_does_not_see_what_comes_after_it(record: Record):
    record.append([save(uuid4(), 0, Counted(1))])
    scan = record.scan()
    record.append([save(uuid4(), 0, Counted(2))])
    assert events(tuple(scan)) == [Counted(1)]


def test_every_case_is_listed_once(record: Record):
    cases = [uuid4() for _ in range(5)]
    for case in cases:
        record.append([save(case, 0, Counted(1)), save(case, 0, Counted(2), stream=uuid4())])
    assert sorted(record.cases()) == sorted(cases)


def test_a_vector_travels_as_a_token():
    vector = Vector((0, 12, 3_000_000_000))
    assert Vector.parse(str(vector)) == vector
    assert vector.covers(Vector((0, 11, 5)))
    assert not vector.covers(Vector((1, 0, 0)))


@pytest.mark.parametrize("token", ["", "v", "1-2", "v1--2", "v-1", "vg", "v1 ", "v" + "f" * 16])
def test_what_is_no_token_is_unreadable(token: str):
    with pytest.raises(Unreadable):
        Vector.parse(token)


def test_an_unfinished_append_can_be_awaited(record: Record):
    case = uuid4()
    future = record.submit([save(case, 0, Noted("a"))])
    assert future.result(timeout=PATIENCE) == record.stream(case)


def test_a_closed_record_takes_nothing(database_url: str):
    record = opened(database_url)
    record.close()
    with pytest.raises(ValueError, match="closed"):
        record.append([save(uuid4(), 0, Noted("a"))])
