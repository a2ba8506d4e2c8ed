"""What read models keep of a case's words beside the log, sealed by the case's own key (ADR 0003).

Whoever holds the database without a key reads no more there than in the log, and what an erasure destroys in the log it
destroys here too, in every copy of the table.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag

from hub.errors import EvidenceBroken
from hub.store.vault import Vault

_NONCE = 12


class CaseSeal:
    """Seals bytes for a case, bound to the id they are kept under. Threads may share it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def close(self, case: UUID, kept_as: UUID, clear: bytes) -> bytes | None:
        """The sealed bytes; None when the case's key is destroyed."""
        key = self._vault.key_for(case)
        if key is None:
            return None
        nonce = os.urandom(_NONCE)
        return nonce + key.aead.encrypt(nonce, clear, _bound(case, kept_as))

    def open(self, case: UUID, kept_as: UUID, sealed: bytes) -> bytes | None:
        """The bytes again; None when the case's key is destroyed, `EvidenceBroken` when they were altered or moved."""
        key = self._vault.key_for(case)
        if key is None:
            return None
        try:
            return key.aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(case, kept_as))
        except InvalidTag:
            raise EvidenceBroken("a row of a read model was altered; rebuild it") from None


def _bound(case: UUID, kept_as: UUID) -> bytes:
    return b"tvaerspor/beside/1\x00" + case.bytes + kept_as.bytes
