"""What the process does that is killed: append for as long as it lives, and tell of every acknowledgement."""

import random
from multiprocessing.connection import Connection
from threading import Lock, Thread
from uuid import UUID, uuid4

from hub.store import Record, Save
from tests.store.acts import Counted, opened, save

THREADS = 3


def append_until_killed(url: str, told: Connection) -> None:
    """Never returns. Each command stores its own number of events on a case, and as many on a second stream of it."""
    record, lock = opened(url), Lock()
    for _ in range(THREADS):
        Thread(target=_append, args=(record, told, lock)).start()


def _append(record: Record, told: Connection, lock: Lock) -> None:
    case, delivery = uuid4(), uuid4()
    version = 0
    while True:
        command, number = uuid4(), random.randint(1, 4)
        record.append(list(saves(case, delivery, version, command, number)))
        version += number
        with lock:
            told.send_bytes(command.bytes)


def saves(case: UUID, delivery: UUID, version: int, command: UUID, number: int) -> tuple[Save, Save]:
    """One command on two streams; every event says how many there must be on each."""
    events = [Counted(number)] * number
    return (
        save(case, version, *events, command=command),
        save(case, version, *events, command=command, stream=delivery),
    )
