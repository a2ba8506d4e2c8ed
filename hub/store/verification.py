"""Recomputing the record: every leaf from its row, every frontier from the leaves."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from hub.errors import EvidenceBroken
from hub.evidence.merkle import Frontier
from hub.store.recorder import CaseRecorder
from hub.store.rows import LoggedEvent
from hub.store.tables import log_head

PAGE = 1000
Progress = Callable[[int], None]


def verify(recorder: CaseRecorder, progress: Progress) -> tuple[Frontier, ...]:
    """The head of each partition as far as the record is whole; `EvidenceBroken` names the first position that is not.

    `progress` hears how many events were checked since it was last called.
    """
    heads = _heads(recorder)
    for partition, head in enumerate(heads):
        if _recomputed(recorder, partition, head.size, progress) != head:
            raise EvidenceBroken(f"the events of partition {partition} do not give the frontier in its head")
    return heads


def _heads(recorder: CaseRecorder) -> tuple[Frontier, ...]:
    with recorder.engine.connect() as connection:
        return tuple(_frontier(connection, partition) for partition in range(recorder.installation.partitions))


def _frontier(connection: Connection, partition: int) -> Frontier:
    row = connection.execute(select(log_head).where(log_head.c.partition == partition)).one()
    return Frontier.from_bytes(row.next_pos - 1, row.frontier)


def _recomputed(recorder: CaseRecorder, partition: int, size: int, progress: Progress) -> Frontier:
    frontier = Frontier()
    while frontier.size < size:
        page = recorder.select(partition, frontier.size, PAGE, upto=size)
        for expected, row in enumerate(page, frontier.size + 1):
            _check(row, expected)
        if not page:
            raise EvidenceBroken(f"partition {partition} ends at {frontier.size}, its head says {size}")
        frontier = frontier.extend(row.leaf for row in page)
        progress(len(page))
    return frontier


def _check(row: LoggedEvent, expected: int) -> None:
    if row.id != expected:
        raise EvidenceBroken(f"position {expected} of partition {row.partition} is missing")
    if not row.is_sound:
        raise EvidenceBroken(f"position {row.id} of partition {row.partition} does not match its leaf")
