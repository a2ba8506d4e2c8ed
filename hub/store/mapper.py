"""Sealing and opening: the library's mapper, with names instead of topics and a key per case.

    body = 0x01 || ciphertext and tag                        AES-256-GCM, random 96-bit nonce in its own column
    body = 0x02 || key commitment (32) || ciphertext and tag the first event of a case

Associated data: the format byte and, in format 2, the commitment; then key id, case, stream, version and name, so that
no row can be moved to another place unnoticed.
"""

import os
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from hub.errors import EvidenceBroken
from hub.store.clock import moment
from hub.store.damage import DamageLog
from hub.store.keys import DataKey, outlives_its_case
from hub.store.model import Meta, Recorded, Shredded
from hub.store.rows import LoggedEvent, SealedEvent
from hub.store.serialisation.codec import EnvelopeJson, EventAndMeta, IndexChange
from hub.store.serialisation.names import EventNames
from hub.store.vault import Vault

PLAIN, COMMITTED = b"\x01", b"\x02"
_COMMITMENT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event that has its place in its stream but not yet in the record, and the key it is to be sealed under."""

    stream: UUID
    version: int
    case: UUID
    command: UUID
    seq: int
    event: object = field(repr=False)
    meta: Meta = field(repr=False)
    key: DataKey
    begins_case: bool = False
    index: IndexChange | None = None

    @property
    def originator_id(self) -> UUID:
        """The stream, as the eventsourcing library calls it."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, as the eventsourcing library calls it."""
        return self.version


class SealingMapper(Mapper[UUID]):
    """Drafts to sealed events, rows of the log to `Recorded`."""

    def __init__(self, names: EventNames, vault: Vault, damage: DamageLog) -> None:
        self._json = EnvelopeJson(names)
        super().__init__(self._json)
        self._names, self._vault, self._damage = names, vault, damage

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> SealedEvent:
        """The draft, sealed."""
        assert isinstance(domain_event, Draft)
        draft = domain_event
        name = self._names.of(type(draft.event)).newest
        data = self._json.encode(EventAndMeta(draft.meta, draft.event, draft.index))
        header = COMMITTED + draft.key.commitment if draft.begins_case else PLAIN
        nonce = os.urandom(12)
        bound = _bound(header, draft.key.id, draft.case, draft.stream, draft.version, name)
        return SealedEvent(
            originator_id=draft.stream,
            originator_version=draft.version,
            topic=name,
            state=header + draft.key.aead.encrypt(nonce, data, bound),
            case_id=draft.case,
            command_id=draft.command,
            command_seq=draft.seq,
            key_id=draft.key.id,
            nonce=nonce,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """The row, checked against its leaf and opened; an event whose key is destroyed comes back as `Shredded`."""
        assert isinstance(stored_event, LoggedEvent)
        envelope = self.envelope(stored_event)
        if envelope is None:
            return recorded(stored_event, Shredded(stored_event.topic), None)
        return recorded(stored_event, envelope.event, envelope.meta)

    def envelope(self, row: LoggedEvent) -> EventAndMeta | None:
        """What was sealed in a row, checked against its leaf; None when its key is destroyed.

        A body may be missing only then: it was removed after the erasure that its case records. What does not prove
        what it should is `EvidenceBroken`, and on the list of what is damaged.
        """
        try:
            envelope = self._checked(row)
        except EvidenceBroken as broken:
            self._damage.found(row, broken)
            raise
        self._damage.sound(row)
        return envelope

    def _checked(self, row: LoggedEvent) -> EventAndMeta | None:
        if not row.is_sound:
            raise EvidenceBroken(f"position {row.id} of partition {row.partition} does not match its leaf")
        key = self._key_of(row)
        if key is None:
            return None
        if not row.state:
            raise EvidenceBroken(f"position {row.id} of partition {row.partition} has lost its body")
        if key.id != row.key_id:
            raise EvidenceBroken(f"position {row.id} of partition {row.partition} is sealed under another key")
        header = row.state[: 1 + _COMMITMENT] if row.state[:1] == COMMITTED else row.state[:1]
        if header[:1] == COMMITTED and header[1:] != key.commitment:
            raise EvidenceBroken(f"the key of case {row.case_id} is not the one its first event commits to")
        bound = _bound(header, key.id, row.case_id, row.stream, row.originator_version, row.topic)
        try:
            data = key.aead.decrypt(row.nonce, memoryview(row.state)[len(header) :], bound)
        except InvalidTag:
            raise EvidenceBroken(f"position {row.id} of partition {row.partition} was altered") from None
        return self._json.open(row.topic, data)

    def _key_of(self, row: LoggedEvent) -> DataKey | None:
        if outlives_its_case(row.key_id):
            return self._vault.audit_key(row.case_id)
        try:
            return self._vault.key_for(row.case_id)
        except KeyError:
            raise EvidenceBroken(f"the key of case {row.case_id} is missing") from None


def recorded(row: LoggedEvent, event: object, meta: Meta | None) -> Recorded:
    """A row of the log with its event in the clear."""
    return Recorded(
        partition=row.partition,
        position=row.id,
        stream=row.stream,
        version=row.originator_version,
        case=row.case_id,
        name=row.topic,
        recorded_at=moment(row.recorded_at),
        command=row.command_id,
        seq=row.command_seq,
        event=event,
        meta=meta,
        leaf=row.leaf,
    )


def commitment_in(body: bytes) -> bytes:
    """The key commitment in the body of a case's first event."""
    return body[1 : 1 + _COMMITMENT]


def _bound(header: bytes, key_id: str, case: UUID, stream: UUID, version: int, name: str) -> bytes:
    place = case.bytes + stream.bytes + version.to_bytes(8, "big")
    return header + len(key_id).to_bytes(1, "big") + key_id.encode() + place + name.encode()
