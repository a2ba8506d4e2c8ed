"""Whatever is appended in whatever order, the record has no gaps and tells every change of a row."""

from collections import defaultdict
from concurrent.futures import Future
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from hub.errors import EvidenceBroken
from hub.store import Record, VersionConflict
from hub.store.tables import event
from tests.endurance import times
from tests.store.acts import Counted, save
from tests.waiting import PATIENCE

SAME_DATABASE = settings(
    max_examples=times(10, 30), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Attempt:
    """One append: on which case and which of its streams, how many events, and how far its version is off."""

    case: int
    stream: int
    events: int
    off: int


ATTEMPTS = st.lists(
    st.builds(Attempt, st.integers(0, 2), st.integers(0, 1), st.integers(1, 3), st.sampled_from([0, 0, 0, 0, -1, 1])),
    min_size=1,
    max_size=25,
)


@pytest.mark.endures
@SAME_DATABASE
@given(attempts=ATTEMPTS)
def test_any_interleaving_leaves_every_sequence_without_gaps(record: Record, attempts: list[Attempt]):
    cases = [uuid4() for _ in range(3)]
    streams = [(case, uuid4()) for case in cases]
    hoped: dict[UUID, int] = defaultdict(int)
    futures: list[tuple[UUID, Future[object]]] = []
    for attempt in attempts:
        stream = streams[attempt.case][attempt.stream]
        version = max(0, hoped[stream] + attempt.off)
        hoped[stream] += attempt.events if attempt.off == 0 else 0
        sealed = save(cases[attempt.case], version, *[Counted(1)] * attempt.events, stream=stream)
        futures.append((stream, record.submit([sealed])))
    stored: dict[UUID, int] = defaultdict(int)
    for stream, future in futures:
        error = future.exception(PATIENCE)
        assert error is None or isinstance(error, VersionConflict)
        stored[stream] += 0 if error else len(future.result())
    for case in cases:
        for stream in streams[cases.index(case)]:
            assert [row.version for row in record.stream(stream)] == list(range(1, stored[stream] + 1))
        places = [row.position for row in record.case(case)]
        assert places == sorted(places)
    for partition in range(record.partitions):
        rows = record.read(partition, 0, 10_000)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert record.verify() == record.head()


@pytest.fixture
def one_event(record: Record) -> tuple[Record, UUID]:
    case = uuid4()
    record.append([save(case, 0, Counted(1))])
    return record, case


@pytest.mark.endures
@SAME_DATABASE
@given(column=st.sampled_from(["body", "nonce", "leaf"]), place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_row_changes_unseen(one_event: tuple[Record, UUID], column: str, place: int, bit: int):
    record, case = one_event
    with record.engine.begin() as connection:
        sound = connection.execute(select(event.c[column])).scalar_one()
        flipped = bytearray(sound)
        flipped[place % len(flipped)] ^= 1 << bit
        connection.execute(update(event).values({column: bytes(flipped)}))
    with pytest.raises(EvidenceBroken):
        record.stream(case)
    with pytest.raises(EvidenceBroken):
        record.verify()
    with record.engine.begin() as connection:
        connection.execute(update(event).values({column: sound}))
    assert record.verify() == record.head()
