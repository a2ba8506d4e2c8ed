"""The one byte form of a recorded event, from which its Merkle leaf is made. README.md describes it field by field.

It covers the ciphertext (as SHA-256 of the stored body) and never the plaintext, so a proof still verifies after the
case's key is destroyed. Changing this form is a new format version, never an edit.
"""

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct, error
from uuid import UUID

from hub.errors import EvidenceBroken
from hub.evidence.merkle import leaf_hash

FORMAT = b"tvaerspor-entry/1\x00"
_FIXED = Struct(">IQ16sQ16sq16sI")  # partition, position, stream, version, case, recorded_at, command, seq


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What a leaf stands for. `recorded_at` is in whole microseconds since 1970-01-01T00:00:00Z."""

    partition: int
    position: int
    stream: UUID
    version: int
    case: UUID
    name: str
    recorded_at: int
    command: UUID
    seq: int
    key_id: str
    nonce: bytes
    body_hash: bytes


def encode(entry: LogEntry) -> bytes:
    """The canonical bytes: format, eight fixed fields, name, key id and nonce with their lengths, the body's hash.

    `EvidenceBroken` for a number that no entry can hold.
    """
    places = (entry.partition, entry.position, entry.stream.bytes, entry.version)
    told = (entry.case.bytes, entry.recorded_at, entry.command.bytes, entry.seq)
    try:
        fixed = _FIXED.pack(*places, *told)
    except error:
        raise EvidenceBroken("a number of the entry does not fit its field") from None
    counted = (_counted(entry.name.encode()), _counted(entry.key_id.encode()), _counted(entry.nonce))
    return b"".join((FORMAT, fixed, *counted, entry.body_hash))


def leaf(entry: LogEntry) -> bytes:
    """The Merkle leaf of an event: SHA-256(0x00 || canonical bytes), RFC 6962 §2.1."""
    return leaf_hash(encode(entry))


def body_hash(body: bytes) -> bytes:
    """SHA-256 of the stored body."""
    return sha256(body).digest()


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data
