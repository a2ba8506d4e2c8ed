"""What each of two processes does that race: the same commands, each on cases of its own, as fast as it can."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from uuid import UUID

from hub.store import CommandRepeated
from tests.store.acts import Counted, opened, save
from tests.waiting import PATIENCE


def race(url: str, cases: Sequence[UUID], commands: Sequence[UUID], line: Connection) -> None:
    """Says that it is ready, waits for the start, and tells which of the commands it stored."""
    with opened(url) as record:
        line.send("ready")
        line.recv()
        pending = [
            (command, record.submit([save(case, 0, Counted(1), command=command)]))
            for case, command in zip(cases, commands, strict=True)
        ]
        stored = []
        for command, future in pending:
            error = future.exception(PATIENCE)
            if error is None:
                stored.append(command)
            elif not isinstance(error, CommandRepeated):
                raise error
        line.send(stored)
