"""A place to go on from as an opaque token: encrypted and bound to a unit (AES-SIV, RFC 5297).

The same cursor gives the same token. Nobody can bend one, and nobody but the unit it was given to can use it; so a
search by CPR number goes on by GET without the number standing in a URL.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.api.fhir.cursors import SearchCursor
from hub.api.route import WrongParameter
from hub.errors import Unreadable
from hub.vocabulary.organisations import Unit
from projections.fhir_inbox.page import Cursor, Place

C = TypeVar("C")
_RULE = "a cursor as the hub gave it out, to the unit that it gave it to"


@dataclass(frozen=True, slots=True)
class CursorForm(Generic[C]):
    """How one kind of cursor is written and read, and what a wrong one is called. `label` keeps the kinds apart."""

    label: bytes
    write: Callable[[C], bytes]
    read: Callable[[bytes], C]
    complaint: type[Unreadable] = Unreadable


class CursorSeal(Generic[C]):
    """Cursors of one kind as tokens."""

    def __init__(self, key: bytes, form: CursorForm[C]) -> None:
        self._cipher, self._form = AESSIV(sha256(form.label + b"\x00" + key).digest()), form

    def close(self, unit: Unit, cursor: C, formerly: Collection[Unit] = ()) -> str:
        """The token for this unit, as long as it stands for these others and no more."""
        sealed = self._cipher.encrypt(self._form.write(cursor), _bound_to(unit, formerly))
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, unit: Unit, token: str, formerly: Collection[Unit] = ()) -> C:
        """The cursor behind a token; the form's complaint for anything but a token that this hub gave to this unit."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return self._form.read(self._cipher.decrypt(sealed, _bound_to(unit, formerly)))
        except (ValueError, InvalidTag, msgspec.MsgspecError) as error:
            raise self._form.complaint(_RULE, field="cursor") from error


def _bound_to(unit: Unit, formerly: Collection[Unit]) -> list[bytes]:
    return [str(bound).encode() for bound in (unit, *sorted(formerly))]


def _written(cursor: Cursor) -> bytes:
    places = (sorted(cursor.began.items()), sorted(cursor.reached.items()), sorted(cursor.gaps))
    return msgspec.msgpack.encode(places)


def _read(content: bytes) -> Cursor:
    began, reached, gaps = _PLACES.decode(content)
    return Cursor(dict(began), dict(reached), frozenset(gaps))


_PLACES = msgspec.msgpack.Decoder(tuple[list[Place], list[Place], list[Place]])
_SEARCH = msgspec.msgpack.Decoder(SearchCursor)
INBOX_CURSOR = CursorForm(b"tvaerspor/fhir-inbox/1", _written, _read)
SEARCH_CURSOR = CursorForm(b"tvaerspor/fhir-search/1", msgspec.msgpack.encode, _SEARCH.decode, WrongParameter)
