"""The master key and what is derived from it (HKDF, RFC 5869): one key per purpose, so that none can serve another.

Derived: the key that wraps the cases' data keys, the audit keys, the blind index of citizens, the ids of commands and
cases, the digest of requests, material for signing tokens, and a check value that tells a wrong master key at once.
"""

import hmac
import os
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import EvidenceBroken, Unreadable

MASTER_FILE = "master.key"
CASE, AUDIT = "case", "audit"  # what a key is for; the first part of its id
_KEY = 32
_NONCE = 12
_WRAP = b"\x01"  # format of a wrapped key: this byte, a 96-bit nonce, AES-256-GCM ciphertext and tag


class DataKey:
    """One AES-256 key with its commitment: SHA-256 over a domain prefix and the key, which only this key can match.

    GCM alone does not commit to its key; the commitment in a case's first event keeps anybody from presenting a second
    key that opens the same bytes to something else.
    """

    __slots__ = ("aead", "commitment", "id", "secret")

    def __init__(self, use: str, secret: bytes) -> None:
        self.secret = secret
        self.commitment = sha256(b"tvaerspor/key-commitment/1\x00" + secret).digest()
        self.id = f"{use}.{self.commitment[:8].hex()}"
        self.aead = AESGCM(secret)

    def __repr__(self) -> str:
        return f"DataKey({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Everything derived from one master key. Never printed; `created` says that the key file was made just now."""

    _master: bytes
    file: Path | None = None
    created: bool = False

    def __post_init__(self) -> None:
        if len(self._master) != _KEY:
            raise Unreadable("the master key is 32 bytes", field="master key")

    @classmethod
    def from_text(cls, text: str) -> "Keys":
        """From 64 hexadecimal digits, as settings hand the master key over."""
        try:
            return cls(bytes.fromhex(text.strip()))
        except ValueError:
            raise Unreadable("the master key is 64 hexadecimal digits", field="master key") from None

    @classmethod
    def embedded(cls, folder: Path) -> "Keys":
        """The key in the data folder; made there with mode 0600 when there is none (`created` tells)."""
        file = folder / MASTER_FILE
        folder.mkdir(parents=True, exist_ok=True)
        created = not file.exists() and _made(file)
        return cls(_read_private(file), file, created)

    @property
    def check(self) -> bytes:
        """Says which master key sealed a record without helping anybody to it."""
        return self._derive("check")

    def token_key(self) -> bytes:
        """32 bytes for signing access tokens."""
        return self._derive("token-signing")

    def citizen_digest(self, known_by: str) -> bytes:
        """The citizen in the blind index: HMAC-SHA-256 under a key of its own, of what she is known by.

        `known_by` is hub.vocabulary.identification's `index_key`; for a CPR number, its digits.
        """
        return self._mac("blind-index", b"tvaerspor/citizen/1\x00", known_by.encode())

    def command_id(self, client: str, idempotency_key: str) -> UUID:
        """The id of the command that this client sent under this Idempotency-Key."""
        return _uuid(self._mac("command-id", b"tvaerspor/command/1\x00", _framed(client, idempotency_key)))

    def case_id(self, client: str, idempotency_key: str) -> UUID:
        """The id of the case opened by that command, so that a repeat finds its own first answer."""
        return _uuid(self._mac("command-id", b"tvaerspor/case/1\x00", _framed(client, idempotency_key)))

    def request_digest(self, request: bytes) -> bytes:
        """Tells the same Idempotency-Key with another request apart."""
        return self._mac("request-digest", b"tvaerspor/request/1\x00", request)

    def content_commitment(self, case: UUID, act: UUID, digest: str) -> str:
        """What stands for the words of an act where a unit is shown that they were said: keyed, so none can be guessed.

        `digest` is theirs. The key is this act's alone: laid open with the words it proves them, and no others.
        """
        return hmac.digest(self._derive("content-commitment", case.bytes + act.bytes), digest.encode(), "sha256").hex()

    def audit_key(self, case: UUID) -> DataKey:
        """The key for what outlives the case's own key."""
        return DataKey(AUDIT, self._derive("audit-key", case.bytes))

    def wrap(self, case: UUID, key: DataKey) -> bytes:
        """The case's data key as it may lie in the database."""
        nonce = os.urandom(_NONCE)
        return _WRAP + nonce + self._wrapper().encrypt(nonce, key.secret, _bound(case, key.id))

    def unwrap(self, case: UUID, key_id: str, wrapped: bytes) -> DataKey:
        """The data key again; `EvidenceBroken` when it was wrapped for another case or by another master key."""
        nonce, sealed = wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :]
        try:
            secret = self._wrapper().decrypt(nonce, sealed, _bound(case, key_id)) if wrapped[:1] == _WRAP else b""
        except InvalidTag:
            secret = b""
        if len(secret) != _KEY:
            raise EvidenceBroken(f"the key of case {case} does not open with this master key")
        return DataKey(CASE, secret)

    def _wrapper(self) -> AESGCM:
        return AESGCM(self._derive("key-wrapping"))

    def _derive(self, purpose: str, context: bytes = b"") -> bytes:
        info = purpose.encode() + b"\x00" + context
        return HKDF(algorithm=SHA256(), length=_KEY, salt=b"tvaerspor/keys/1", info=info).derive(self._master)

    def _mac(self, purpose: str, prefix: bytes, message: bytes) -> bytes:
        return hmac.digest(self._derive(purpose), prefix + message, "sha256")

    def __repr__(self) -> str:
        return f"Keys(file={self.file}, created={self.created})"


def outlives_its_case(key_id: str) -> bool:
    """Does this name an audit key, which is there still when the case's own is destroyed?"""
    return key_id.startswith(AUDIT + ".")


def new_case_key() -> DataKey:
    """A fresh random data key for a case."""
    return DataKey(CASE, os.urandom(_KEY))


def _bound(case: UUID, key_id: str) -> bytes:
    return b"tvaerspor/wrap/1\x00" + case.bytes + key_id.encode()


def _framed(*parts: str) -> bytes:
    """Parts with their lengths, so that no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _uuid(digest: bytes) -> UUID:
    """A digest in UUID form, version 8 (RFC 9562 §5.8)."""
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0x3 << 62) | 2 << 62)


def _made(file: Path) -> bool:
    """Make the key file in one step, written and flushed before it has its name; False if another process was first."""
    handle, draft = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as out:
            out.write(os.urandom(_KEY).hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    return True


def _read_private(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise EvidenceBroken(f"{file.name} can be read by others; its mode must be 0600")
    try:
        return bytes.fromhex(file.read_text().strip())
    except ValueError:
        raise EvidenceBroken(f"{file.name} does not hold 64 hexadecimal digits") from None
