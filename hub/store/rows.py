"""An event as the database holds it: sealed, with the clear columns beside it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from sqlalchemy import Row

from hub.errors import EvidenceBroken
from hub.evidence.canonical import LogEntry, body_hash, leaf


@dataclass(frozen=True)
class SealedEvent(StoredEvent):
    """The library's stored event (`topic` is the name, `state` the sealed body) with the log's other clear columns."""

    case_id: UUID
    command_id: UUID
    command_seq: int
    key_id: str
    nonce: bytes

    @property
    def stream(self) -> UUID:
        """The stream, always a UUID here."""
        assert isinstance(self.originator_id, UUID)
        return self.originator_id

    @property
    def commitment(self) -> bytes:
        """The hash of the body, by which the leaf commits to it."""
        return body_hash(self.state)

    def leaf_at(self, partition: int, position: int, recorded_at: int) -> bytes:
        """The Merkle leaf of this event at this place and time."""
        return leaf(
            LogEntry(
                partition=partition,
                position=position,
                stream=self.stream,
                version=self.originator_version,
                case=self.case_id,
                name=self.topic,
                recorded_at=recorded_at,
                command=self.command_id,
                seq=self.command_seq,
                key_id=self.key_id,
                nonce=self.nonce,
                body_hash=self.commitment,
            )
        )


@dataclass(frozen=True)
class LoggedEvent(SealedEvent, Notification):
    """A row of the log; `id` is the position. An empty `state` is a body that was physically removed."""

    partition: int
    recorded_at: int
    body_digest: bytes
    leaf: bytes

    @property
    def commitment(self) -> bytes:
        """The hash of the body as the row holds it, also when the body itself is gone."""
        return self.body_digest

    @property
    def is_sound(self) -> bool:
        """Does the row give its leaf, and its body, where there is one, the hash that the leaf commits to?"""
        if self.state and body_hash(self.state) != self.body_digest:
            return False
        try:
            return self.leaf == self.leaf_at(self.partition, self.id, self.recorded_at)
        except EvidenceBroken:
            return False

    @classmethod
    def place(cls, sealed: SealedEvent, partition: int, position: int, recorded_at: int) -> "LoggedEvent":
        """A sealed event put into the log, its leaf finished."""
        return cls(
            **vars(sealed),
            id=position,
            partition=partition,
            recorded_at=recorded_at,
            body_digest=sealed.commitment,
            leaf=sealed.leaf_at(partition, position, recorded_at),
        )

    @classmethod
    def from_row(cls, row: Row[Any]) -> "LoggedEvent":
        """A row of the table `event`, its columns in their order."""
        partition, pos, stream, version, case, topic, recorded_at, command, seq, key_id, nonce, body, digest, leaf_ = (
            row
        )
        return cls(
            originator_id=stream,
            originator_version=version,
            topic=topic,
            state=body or b"",
            id=pos,
            case_id=case,
            command_id=command,
            command_seq=seq,
            key_id=key_id,
            nonce=nonce,
            partition=partition,
            recorded_at=recorded_at,
            body_digest=digest,
            leaf=leaf_,
        )

    def to_row(self) -> dict[str, Any]:
        """The values of the table `event`."""
        return {
            "partition": self.partition,
            "pos": self.id,
            "stream_id": self.originator_id,
            "version": self.originator_version,
            "case_id": self.case_id,
            "topic": self.topic,
            "recorded_at": self.recorded_at,
            "command_id": self.command_id,
            "command_seq": self.command_seq,
            "key_id": self.key_id,
            "nonce": self.nonce,
            "body": self.state,
            "body_digest": self.body_digest,
            "leaf": self.leaf,
        }
