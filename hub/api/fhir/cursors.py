"""A search as an opaque token: what was asked, the moment of the record it is answered at, and how far it has come.

The token is encrypted and bound to the unit (AES-SIV, RFC 5297): a search by CPR number goes on by GET without the
number standing in a URL, and nobody can bend it. A search stands at the place of the record where it began, so that its
pages miss nothing and repeat nothing while writes go on; what is new is found by asking again with `_lastUpdated`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.api.route import WrongParameter
from hub.vocabulary.organisations import Unit

Key = tuple[int, int, int, str]  # recorded_at in microseconds, partition, position, Type/id


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCursor:
    """What is wanted. None leaves a filter out; `cases` None is every case that the unit knows."""

    types: tuple[str, ...]
    path: str
    pin: tuple[int, ...]
    cases: tuple[UUID, ...] | None = None
    ids: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    since: int | None = None
    until: int | None = None
    count: int = 30
    descending: bool = False
    patient_too: bool = False
    provenance_too: bool = False
    parties_too: bool = False
    after: Key | None = None

    def is_behind(self, key: Key) -> bool:
        """Does this place lie behind what has been given?"""
        return self.after is None or (key < self.after if self.descending else key > self.after)


class SearchSeal:
    """Searches as tokens for one unit each."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(sha256(b"tvaerspor/fhir-search/1\x00" + key).digest())

    def close(self, unit: Unit, search: SearchCursor) -> str:
        """The token."""
        sealed = self._cipher.encrypt(msgspec.msgpack.encode(search), [str(unit).encode()])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, unit: Unit, token: str) -> SearchCursor:
        """The search behind a token; `WrongParameter` for anything but a token that this hub gave to this unit."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return msgspec.msgpack.decode(self._cipher.decrypt(sealed, [str(unit).encode()]), type=SearchCursor)
        except (ValueError, InvalidTag, msgspec.MsgspecError) as error:
            rule = "a cursor as the hub gave it out, to the unit that it gave it to"
            raise WrongParameter(rule, field="cursor") from error
