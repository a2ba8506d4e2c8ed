"""The eventsourcing library's own cases for recorders, run against ours on both engines.

They store bare events, which ours refuses; a subclass dresses them as sealed ones. They know one sequence of positions,
hence one partition.
"""

import threading
from collections.abc import Sequence
from typing import Any
from unittest import TestCase
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase

from hub.store.engine import connect
from hub.store.recorder import CaseRecorder
from hub.store.rows import SealedEvent
from hub.store.schema import install
from tests.store.acts import KEYS
from tests.waiting import PATIENCE

CASES = [
    "test_insert_select",
    "test_concurrent_no_conflicts",
    "test_concurrent_throughput",
    "test_performance",
    "optional_test_insert_subscribe",
]


class Dressing(CaseRecorder):
    """Takes the library's bare events."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        command = uuid4()
        return super().insert_events(
            [_dressed(event, command, seq) for seq, event in enumerate(stored_events)], **kwargs
        )


def _dressed(event: StoredEvent, command: UUID, seq: int) -> SealedEvent:
    assert isinstance(event.originator_id, UUID)
    beside = {"case_id": event.originator_id, "command_id": command, "command_seq": seq, "key_id": "none", "nonce": b""}
    return SealedEvent(**vars(event), **beside)


@pytest.fixture
def recorder(database_url: str):
    engine = connect(database_url, pool_size=15)
    yield Dressing(engine, install(engine, KEYS, partitions=1))
    engine.dispose()


@pytest.mark.parametrize("name", CASES)
def test_the_librarys_recorder_cases_hold(recorder: Dressing, name: str):
    class Case(ApplicationRecorderTestCase):
        def create_recorder(self) -> Dressing:
            return recorder

    _run(Case(name))


def test_two_long_inserts_never_interleave(recorder: Dressing):
    class Case(NonInterleavingNotificationIDsBaseCase):
        def create_recorder(self) -> Dressing:
            return recorder

    _run(Case("test"))


def test_a_bare_event_is_refused(recorder: Dressing):
    event = StoredEvent(uuid4(), 1, "noted.v1", b"in the clear")
    with pytest.raises(TypeError, match="not sealed"):
        CaseRecorder(recorder.engine, recorder.installation).insert_events([event])


def _run(case: TestCase) -> None:
    result = case.defaultTestResult()
    before = set(threading.enumerate())
    case.run(result)
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)  # the library tells its readers to stop and does not wait for them
    assert result.testsRun == 1
    assert not result.skipped
    assert not result.errors + result.failures, result.errors + result.failures
