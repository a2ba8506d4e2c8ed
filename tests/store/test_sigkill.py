"""SIGKILL at any moment loses no acknowledged command and leaves no half one.

On each engine fifty times in `make endurance`, five times in `make test`.
"""

import multiprocessing
import random
import time
from collections import defaultdict
from uuid import UUID

import pytest

from hub.store import Record
from tests.endurance import times
from tests.store.acts import Counted, opened
from tests.store.killed import append_until_killed
from tests.waiting import PATIENCE

KILLS = times(5, 50)
LONGEST_LIFE = 0.05  # seconds after the first acknowledgement


@pytest.mark.endures
def test_kills_lose_nothing_and_leave_nothing_half(database_url: str):
    opened(database_url).close()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.store.killed"])
    acknowledged: set[UUID] = set()
    for _ in range(KILLS):
        acknowledged |= live_and_die(processes, database_url)
    with opened(database_url) as record:
        stored = commands(record)
        assert acknowledged <= stored.keys()
        assert len(acknowledged) >= KILLS
        for streams in stored.values():
            assert len(streams) == 2
            for numbers in streams.values():
                assert numbers == [len(numbers)] * len(numbers)
        reached = record.head()
        assert record.verify().covers(reached)


def live_and_die(processes: multiprocessing.context.ForkServerContext, url: str) -> set[UUID]:
    """Let a process append, kill it at a random moment, and return what it was told is stored."""
    hear, tell = processes.Pipe(duplex=False)
    process = processes.Process(target=append_until_killed, args=(url, tell))
    process.start()
    tell.close()
    assert hear.poll(PATIENCE), "the process never got an acknowledgement"
    time.sleep(random.random() * LONGEST_LIFE)  # the one sleep that is the point: any moment will do
    process.kill()
    process.join()
    assert process.exitcode == -9
    told = set()
    try:
        while True:
            told.add(UUID(bytes=hear.recv_bytes()))
    except (EOFError, OSError):  # what the kill cut short was not told
        hear.close()
    return told


def commands(record: Record) -> dict[UUID, dict[UUID, list[int]]]:
    """The numbers that each command stored, by stream."""
    found: dict[UUID, dict[UUID, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in record.scan():
        assert isinstance(row.event, Counted)
        found[row.command][row.stream].append(row.event.number)
    return found
