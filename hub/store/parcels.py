"""What a letter was packed into, kept until it has left, so that every attempt sends the same bytes (ADR 0004).

A seal is different every time it is made, and a new one would be a new delivery to its receiver. The bytes lie beside
the log, in pieces, each sealed by the case's own key with its place bound to it: what an erasure destroys, it destroys
here too. The first worker to keep a parcel wins; another gets what the first one kept.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import count
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError

from hub.errors import EvidenceBroken
from hub.ports.carrier import Parcel
from hub.store.engine import making, writing
from hub.store.errors import CaseErased
from hub.store.keys import DataKey
from hub.store.tables import event
from hub.store.vault import Vault

PIECE = 1024 * 1024
_NONCE = 12
_metadata = MetaData()
parcel = Table(
    "parcel",
    _metadata,
    Column("delivery", Uuid, primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("pieces", Integer, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PackedParcel:
    """A parcel, and the channel it was packed for: neither changes between two attempts."""

    parcel: Parcel
    channel: str


class Parcels:
    """Parcels by delivery. Threads and processes may share it."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault
        with making(engine) as connection:
            _metadata.create_all(connection)

    def keep(self, case: UUID, delivery: UUID, kept: PackedParcel) -> None:
        """Keep the parcel, unless one is kept for this delivery. `CaseErased` when the case's key is gone."""
        key = self._vault.key_for(case)
        if key is None:
            raise CaseErased(case)
        pieces = 1 + -(-len(kept.parcel.body) // PIECE)
        try:
            with writing(self._engine).begin() as connection:
                for piece, clear in enumerate(_cut(kept)):
                    nonce = os.urandom(_NONCE)
                    sealed = nonce + key.aead.encrypt(nonce, clear, _bound(delivery, piece, pieces))
                    row = {"delivery": delivery, "piece": piece, "pieces": pieces, "case_id": case, "sealed": sealed}
                    connection.execute(insert(parcel), row)
        except IntegrityError:
            return  # another worker was first, and what it kept is what leaves

    def kept(self, case: UUID, delivery: UUID) -> PackedParcel | None:
        """What is kept for this delivery; None when nothing is, or when the case is erased."""
        head, body = b"", BytesIO()
        with self._engine.connect() as connection:
            for sealed, piece, pieces in _pieces(connection, delivery):
                key = self._vault.key_for(case)
                if key is None:
                    return None
                clear = _opened(key, sealed, _bound(delivery, piece, pieces))
                head = head or clear
                body.write(clear if piece else b"")
        return _joined(head, body.getvalue()) if head else None

    def drop(self, delivery: UUID) -> None:
        """It has left, or never will."""
        with writing(self._engine).begin() as connection:
            connection.execute(delete(parcel).where(parcel.c.delivery == delivery))

    def deliveries(self) -> list[UUID]:
        """For which something is kept."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(parcel.c.delivery).where(parcel.c.piece == 0)).scalars())


def faults(
    connection: Connection, key_of: Callable[[UUID], DataKey | None], attempts: Mapping[UUID, str | None]
) -> Iterator[str]:
    """What is wrong with the parcels, in words.

    `key_of` gives the key of a case, None for one that is erased; `attempts` are the letters that have not left, each
    with the digest of what its last attempt sent, None before the first.
    """
    stored = connection.execute(select(parcel.c.delivery, parcel.c.case_id).distinct()) if _is_there(connection) else ()
    kept = {row.delivery: row.case_id for row in stored}
    for delivery, case in sorted(kept.items()):
        if (wrong := _wrong_with(connection, delivery, case, key_of(case), attempts.get(delivery))) is not None:
            yield f"delivery {delivery}: {wrong}"
    for delivery in sorted(key for key, digest in attempts.items() if digest is not None and key not in kept):
        yield f"delivery {delivery}: what it was packed into is missing"


def _is_there(connection: Connection) -> bool:
    """A record that nothing ever left has no parcels."""
    return inspect(connection).has_table(parcel.name)


def _wrong_with(
    connection: Connection, delivery: UUID, case: UUID, key: DataKey | None, digest: str | None
) -> str | None:
    opened = select(event.c.case_id).where(event.c.stream_id == delivery).limit(1)
    if connection.execute(opened).scalar() != case:
        return "something is packed for it, and no event of that case opened it"
    if key is None:
        return None
    body = sha256()
    try:
        for sealed, piece, pieces in _pieces(connection, delivery):
            clear = _opened(key, sealed, _bound(delivery, piece, pieces))
            body.update(clear if piece else b"")
    except EvidenceBroken as broken:
        return str(broken)
    return None if digest in (None, body.hexdigest()) else "what it was packed into is not what was sent"


def _cut(kept: PackedParcel) -> Iterator[bytes]:
    """First what stands on the parcel, then its body."""
    parcel = kept.parcel
    ends = (str(parcel.delivery), parcel.sender, parcel.recipient, parcel.reference)
    yield json.dumps([*ends, parcel.content_sha256, kept.channel, *parcel.certificates]).encode()
    for start in range(0, len(parcel.body), PIECE):
        yield parcel.body[start : start + PIECE]


def _joined(head: bytes, body: bytes) -> PackedParcel:
    delivery, sender, recipient, reference, digest, channel, *certificates = json.loads(head)
    parcel = Parcel(
        delivery=UUID(delivery),
        sender=sender,
        recipient=recipient,
        body=body,
        reference=reference,
        content_sha256=digest,
        certificates=tuple(certificates),
    )
    return PackedParcel(parcel, channel)


def _pieces(connection: Connection, delivery: UUID) -> Iterator[tuple[bytes, int, int]]:
    """Every piece in its order; `EvidenceBroken` when one is missing."""
    for piece in count():
        here = (parcel.c.delivery == delivery, parcel.c.piece == piece)
        row = connection.execute(select(parcel.c.sealed, parcel.c.pieces).where(*here)).one_or_none()
        if row is None and piece:
            raise EvidenceBroken("a piece of what a letter was packed into is missing")
        if row is None:
            return
        yield row.sealed, piece, row.pieces
        if piece + 1 == row.pieces:
            return


def _opened(key: DataKey, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except InvalidTag:
        raise EvidenceBroken("what a letter was packed into was altered") from None


def _bound(delivery: UUID, piece: int, pieces: int) -> bytes:
    return b"tvaerspor/parcel/1\x00" + delivery.bytes + b"%d/%d" % (piece, pieces)
