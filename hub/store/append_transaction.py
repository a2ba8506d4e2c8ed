"""One transaction on one partition: lock the head, judge the appends one by one, place and write those that stand.

The lock is held from the first read to the commit, so positions are gapless and in commit order, `recorded_at` never
decreases, and the frontier in the head always covers every committed event.
"""

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from hub.errors import Contradiction
from hub.evidence.merkle import Frontier
from hub.store import statements as sql
from hub.store.append_request import AppendRequest, StreamKnowledge
from hub.store.clock import Clock, micros
from hub.store.engine import is_sqlite
from hub.store.errors import CitizenHasCase
from hub.store.rows import LoggedEvent

Outcome = tuple[LoggedEvent, ...] | Contradiction


class AppendTransaction:
    """Use inside a transaction that is begun: `settle` each append, then `write` once."""

    def __init__(
        self, connection: Connection, partition: int, batch: Iterable[AppendRequest], clock: Clock | None
    ) -> None:
        self._connection, self._partition = connection, partition
        self._head: Row[Any] = connection.execute(sql.LOCK_HEAD, {"p": partition}).one()
        self._known = _known(connection, partition, batch)
        self._now = max(micros(clock()) if clock else self._known.now, self._head.updated_at)
        self._rows: list[LoggedEvent] = []
        self._accepted: list[AppendRequest] = []

    def settle(self, pending: AppendRequest, *, again: bool) -> Outcome:
        """The rows this append will have, or why it cannot be stored.

        `again` after a connection was lost: an append that turns out to be stored already is answered with its rows.
        The lock makes that certain, for it waits until the lost transaction has ended one way or the other.
        """
        if again and (stored := self._stored(pending)):
            return stored
        if objection := self._known.objection(pending) or self._claim(pending):
            self._give_back(pending)
            return objection
        position = self._head.next_pos + len(self._rows)
        rows = tuple(
            LoggedEvent.place(event, self._partition, position + offset, self._now)
            for offset, event in enumerate(pending.events)
        )
        self._rows += rows
        self._accepted.append(pending)
        return rows

    def write(self) -> bool:
        """Insert what was accepted and move the head; False when there was nothing."""
        if not self._rows:
            return False
        for pending in self._accepted:
            self._write_case(pending)
        self._connection.execute(sql.INSERT_EVENTS, [row.to_row() for row in self._rows])
        frontier = Frontier.from_bytes(self._head.next_pos - 1, self._head.frontier)
        frontier = frontier.extend(row.leaf for row in self._rows)
        moved = {"next": frontier.size + 1, "peaks": frontier.to_bytes(), "now": self._now}
        self._connection.execute(sql.MOVE_HEAD, {"p": self._partition, **moved})
        return True

    def _stored(self, pending: AppendRequest) -> tuple[LoggedEvent, ...]:
        """The rows of exactly this append, if an earlier try stored it: nobody else's bytes have its random nonces."""
        rows: list[LoggedEvent] = []
        for event in pending.events:
            if event.command_seq == 0:
                names = {"p": self._partition, "stream": event.stream, "command": event.command_id}
                rows += map(LoggedEvent.from_row, self._connection.execute(sql.OF_COMMAND, names))
        if {row.nonce for row in rows} != {event.nonce for event in pending.events}:
            return ()
        return tuple(sorted(rows, key=lambda row: row.id))

    def _give_back(self, pending: AppendRequest) -> None:
        """What cannot be stored now may come again under the same command."""
        for command in self._known.free.intersection(pending.commands):
            self._connection.execute(sql.GIVE_BACK, {"command": command})

    def _claim(self, pending: AppendRequest) -> Contradiction | None:
        """Take the citizen for this case unless another open case holds her; the partial unique index decides races."""
        if pending.claim is None:
            return None
        claim = {"case_id": pending.case, "digest": pending.claim}
        had = self._connection.execute(sql.DROP_CLAIM, {"case": pending.case, "digest": pending.claim}).rowcount
        taken = self._connection.execute(sql.TRY_CLAIM[self._connection.dialect.name], {**claim, "open": True})
        if taken.rowcount == 1:
            return None
        if had:
            self._connection.execute(sql.INSERT_CLAIM, {**claim, "open": False})
        holder = self._connection.execute(sql.HOLDER, {"digest": pending.claim}).scalar_one_or_none()
        # No holder: another partition has let go of her since. Then she is free.
        return CitizenHasCase(holder) if holder else self._claim(pending)

    def _write_case(self, pending: AppendRequest) -> None:
        """The rows beside the events: the case's key, and whose case it is."""
        if key := pending.new_key:
            self._connection.execute(
                sql.INSERT_KEY,
                {
                    "case_id": pending.case,
                    "key_id": key.key.id,
                    "wrapped_dek": key.wrapped,
                    "key_commitment": key.key.commitment,
                },
            )
        for alias in pending.aliases:
            row = {"case_id": pending.case, "digest": alias, "open": False}
            self._connection.execute(sql.TRY_CLAIM[self._connection.dialect.name], row)
        if pending.release:
            self._connection.execute(sql.RELEASE, {"case": pending.case})
        if pending.shred:
            self._connection.execute(sql.DESTROY_KEY, {"case": pending.case, "now": self._now})
            self._connection.execute(sql.FORGET_CITIZEN, {"case": pending.case})


def _known(connection: Connection, partition: int, batch: Iterable[AppendRequest]) -> StreamKnowledge:
    """What the record holds now of everything the batch touches; the commands that are free are taken.

    In the order of their ids, so that no two partitions wait for each other.
    """
    pendings = tuple(batch)
    commands = dict(sorted(pair for pending in pendings for pair in pending.commands.items()))
    wanted = {
        "p": partition,
        "streams": [*{event.stream for pending in pendings for event in pending.events}],
        "commands": [*commands],
        "firsts": [*commands.values()],
        "cases": [*{pending.case for pending in pendings}],
    }
    known = StreamKnowledge(now=time.time_ns() // 1000)  # SQLite has no clock but ours
    for about, of, number in connection.execute(sql.KNOWN[connection.dialect.name], wanted):
        match about:
            case sql.CLOCK:
                known.now = number
            case sql.VERSION:
                known.versions[of] = number
            case sql.COMMAND:
                known.free.add(of)
            case sql.KEY:
                known.erased[of] = number > 0
    if known.free and is_sqlite(connection):
        rows = [{"command_id": command, "stream_id": commands[command]} for command in known.free]
        connection.execute(sql.TAKE_COMMANDS, rows)
    return known
