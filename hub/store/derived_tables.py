"""The tables beside the log that decide something: the cases' keys, the citizen index, the commands, the parcels.

Each follows from the events: who began a case under which key, which append took a citizen for it or let go of her,
what ended a key, what an attempt sent. Here the two are held against each other, row by row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, func, select

from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRenewed,
)
from hub.errors import EvidenceBroken
from hub.store import parcels
from hub.store.keys import CASE, DataKey, Keys, outlives_its_case
from hub.store.mapper import COMMITTED, commitment_in
from hub.store.rows import LoggedEvent
from hub.store.serialisation.codec import EventAndMeta
from hub.store.tables import case_key, citizen_index, event, taken


@dataclass(slots=True)
class CaseFold:
    """What the events of one case say of its key and its citizen. `opened` is False when one of them did not open."""

    key_id: str | None = None
    commitment: bytes | None = None
    ended: list[LoggedEvent] = field(default_factory=list)
    emptied: list[LoggedEvent] = field(default_factory=list)
    citizens: dict[bytes, bool] = field(default_factory=dict)
    opened: bool = True


class DerivedTables:
    """Hears of every event, then compares. `fault` is told what does not agree."""

    def __init__(self, keys: Keys, partitions: int, fault: Callable[[str], None]) -> None:
        self._keys, self._partitions, self._fault = keys, partitions, fault
        self._cases: dict[UUID, CaseFold] = {}
        self._attempts: dict[UUID, str | None] = {}

    def saw(self, row: LoggedEvent, envelope: EventAndMeta | None) -> None:
        """A sound event; `envelope` None when its key is destroyed."""
        case = self._cases.setdefault(row.case_id, CaseFold())
        if outlives_its_case(row.key_id):
            case.ended.append(row)
        else:
            self._under_its_key(case, row)
        if envelope is None:
            case.opened = False
        elif envelope.index is not None:
            if envelope.index.claim is not None:
                case.citizens[envelope.index.claim] = True
            for alias in envelope.index.aliases:
                case.citizens.setdefault(alias, False)
            if envelope.index.release:
                case.citizens = dict.fromkeys(case.citizens, False)
        if envelope is not None:
            self._attempted(envelope.event)

    def could_not_open(self, row: LoggedEvent) -> None:
        """A damaged event: what it did to the tables is not known."""
        case = self._cases.setdefault(row.case_id, CaseFold())
        case.opened = False
        if not outlives_its_case(row.key_id):
            case.key_id = case.key_id or row.key_id

    def compare(self, connection: Connection) -> None:
        """Hold the tables against what was seen."""
        for key, case in self._cases.items():
            self._emptied(key, case)
        self._compare_keys(connection)
        self._compare_citizens(connection)
        self._compare_commands(connection)
        for wrong in parcels.faults(connection, partial(self._key, connection), self._attempts):
            self._fault(wrong)

    def _key(self, connection: Connection, case: UUID) -> DataKey | None:
        """None for a case that is erased, and for a key that is a fault already."""
        row = connection.execute(select(case_key).where(case_key.c.case_id == case)).one_or_none()
        try:
            return (
                None if row is None or row.wrapped_dek is None else self._keys.unwrap(case, row.key_id, row.wrapped_dek)
            )
        except EvidenceBroken:
            return None

    def _attempted(self, event_: object) -> None:
        """Letters that have not left, and what was sent of each."""
        match event_:
            case DeliveryQueued(delivery=delivery) | DeliveryRenewed(delivery=delivery):
                self._attempts[delivery] = None
            case DeliveryAttempted(delivery=delivery, payload_sha256=digest):
                self._attempts[delivery] = digest
            case (
                DeliveryAccepted(delivery=delivery)
                | DeliveryReceived(delivery=delivery)
                | DeliveryAbandoned(delivery=delivery)
                | DeliveryHeld(delivery=delivery)
            ):
                self._attempts.pop(delivery, None)

    def _under_its_key(self, case: CaseFold, row: LoggedEvent) -> None:
        case.key_id = case.key_id or row.key_id
        if case.key_id != row.key_id:
            self._fault(f"position {row.id} of partition {row.partition} is sealed under a second key")
        if not row.state:
            case.emptied.append(row)
        elif row.state[:1] == COMMITTED:
            case.commitment = commitment_in(row.state)

    def _emptied(self, key: UUID, case: CaseFold) -> None:
        """A body may be gone once an event under the audit key, stored after it, says that the case's key is."""
        last = max((row.id for row in case.ended), default=0)
        for row in case.emptied:
            if row.id > last:
                self._fault(f"position {row.id} of partition {row.partition} has lost its body, and case {key} stands")

    def _compare_keys(self, connection: Connection) -> None:
        begun = {key for key, case in self._cases.items() if case.key_id is not None}
        for row in connection.execute(select(case_key)):
            case = self._cases.get(row.case_id)
            if case is None or case.key_id is None:
                self._fault(f"there is a key of case {row.case_id}, which no event began")
                continue
            begun.discard(row.case_id)
            if wrong := self._wrong_with_key(row, case):
                self._fault(f"the key of case {row.case_id} {wrong}")
        for key in sorted(begun):
            self._fault(f"the key of case {key} is missing")

    def _wrong_with_key(self, row: Row[Any], case: CaseFold) -> str | None:
        if row.key_id != case.key_id or row.key_id != f"{CASE}.{row.key_commitment[:8].hex()}":
            return "is not the one its events are sealed under"
        if case.commitment is not None and row.key_commitment != case.commitment:
            return "is not the one its first event commits to"
        if case.ended:
            ended = row.wrapped_dek is None and row.shredded_at in {end.recorded_at for end in case.ended}
            return None if ended else "was destroyed by an event, and the table says otherwise"
        if row.wrapped_dek is None or row.shredded_at is not None:
            return "is gone, and no event destroyed it"
        try:
            unwrapped = self._keys.unwrap(row.case_id, row.key_id, row.wrapped_dek)
        except EvidenceBroken:
            return "does not open with this master key"
        return None if unwrapped.commitment == row.key_commitment else "is not the one it was begun with"

    def _compare_citizens(self, connection: Connection) -> None:
        stored: dict[UUID, dict[bytes, bool]] = {}
        for row in connection.execute(select(citizen_index)):
            stored.setdefault(row.case_id, {})[row.digest] = row.open
        for key in sorted(self._cases.keys() | stored.keys()):
            case = self._cases.get(key, CaseFold())
            known = {} if case.ended else case.citizens
            if (case.opened or case.ended) and stored.get(key, {}) != known:
                self._fault(f"the citizen index does not say of case {key} what its events do")

    def _compare_commands(self, connection: Connection) -> None:
        """Those that are on the list and stored nothing; the others are found with their events."""
        where = (event.c.stream_id == taken.c.stream_id, event.c.command_id == taken.c.command_id)
        stored = exists().where(event.c.partition.in_(range(self._partitions)), *where)
        idle = connection.execute(select(func.count()).select_from(taken).where(~stored)).scalar_one()
        if idle:
            self._fault(f"{idle} commands are on the list that stored nothing where it says")
