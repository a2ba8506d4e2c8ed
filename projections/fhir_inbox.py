"""What each receiver may pull, in order: the message bundles of a unit as bytes, ready to be spliced into an answer.

A pull gives its rows by ascending `_lastUpdated` (the moment the record took the event) and a cursor. Whoever goes on
from the cursor misses nothing and repeats nothing while writes go on, whatever happens to the read model meanwhile:

* Order holds within a partition only, so the cursor is a vector: the last position handed out, per partition. What a
  partition that lags behind adds is given when it comes, even if later times of others have been given before.
* A follower passes an event it cannot apply and retries it later (projections.follow, `parked`). The cursor remembers
  such gaps, and what fills them is given then, whether a retry or a rebuild has filled them.
* Positions are the record's, so a rebuild changes nothing for a cursor that is out.

A row holds its bundle sealed by the key of its case, and goes when that key is destroyed. A letter whose delivery is
held, because a consent it rests on was withdrawn before it left, is taken back.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    Select,
    String,
    Table,
    Uuid,
    cast,
    delete,
    insert,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import DeliveryHeld
from hub.errors import Unreadable
from hub.ports.letter import Letter
from hub.store import Recorded, Shredded
from hub.store.clock import micros, moment
from hub.vocabulary.organisations import Unit
from projections.follow import parked, tracking

NAME = "fhir-inbox"
MOST_GAPS = 500  # a page ends early rather than let its cursor remember more
METADATA = MetaData()
inbox = Table(
    "fhir_inbox",
    METADATA,
    Column("unit", String(250), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("bundle_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("stream", Uuid, nullable=False),
    Column("act", Uuid, nullable=False),
    Column("name", String(100), nullable=False),
    Column("bundle", LargeBinary, nullable=False),
    PrimaryKeyConstraint("unit", "partition", "position"),
    Index("fhir_inbox_time", "unit", "partition", "recorded_at", "position"),
    Index("fhir_inbox_bundle", "unit", "bundle_id"),
    Index("fhir_inbox_case", "case_id", "stream"),
)

Place = tuple[int, int]  # partition, position
Found = Row[Any]  # a row of `_SHOWN`
Seal = Callable[[UUID, UUID, bytes], bytes | None]  # case, bundle id, bytes; closes or opens, None when erased


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a unit has read: behind which position of each partition it began, the last one it reached, and the
    places it passed while they were parked."""

    began: dict[int, int] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    gaps: frozenset[Place] = frozenset()

    def passed(self, partition: int, position: int) -> bool:
        """Has the unit that brings this cursor been given its letter of that place? What it skipped does not count."""
        began, reached = self.began.get(partition, 0), self.reached.get(partition, 0)
        return began < position <= reached and (partition, position) not in self.gaps


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One message bundle, sealed as it was stored or opened; the other ids say what a look-up event may say of it."""

    id: UUID
    delivery: UUID
    recorded_at: datetime
    case: UUID
    act: UUID
    name: str
    bundle: bytes


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some messages, ascending by `recorded_at`. `cursor` goes on behind them; with `more`, it gives some now."""

    messages: tuple[InboxMessage, ...]
    cursor: Cursor
    more: bool


class FhirInbox:
    """The projection; see projections.follow.Projection.

    `letter_of` says which letter an event puts into an inbox, None for any other event; `translate` makes its bundle;
    `seal` closes it for its case, under the bundle's id, and gives None when the case is erased.
    """

    name = NAME
    tables = (inbox,)

    def __init__(
        self, letter_of: Callable[[Recorded], Letter | None], translate: Callable[[Letter], bytes], seal: Seal
    ) -> None:
        self._letter_of, self._translate, self._seal = letter_of, translate, seal

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """One row per letter; none of a letter that is held, nor of a case whose key is destroyed."""
        erased = {recorded.case for recorded in batch if isinstance(recorded.event, CaseKeyDestroyed)}
        held = {(recorded.case, recorded.stream) for recorded in batch if isinstance(recorded.event, DeliveryHeld)}
        kept = (each for each in batch if each.case not in erased and (each.case, each.stream) not in held)
        rows = [row for each in kept for row in self._rows(each)]
        if rows:
            connection.execute(insert(inbox), rows)
        if erased:
            connection.execute(delete(inbox).where(inbox.c.case_id.in_(erased)))
        if held:
            connection.execute(delete(inbox).where(tuple_(inbox.c.case_id, inbox.c.stream).in_(held)))

    def _rows(self, recorded: Recorded) -> Iterable[dict[str, object]]:
        letter = None if isinstance(recorded.event, Shredded) else self._letter_of(recorded)
        if letter is None:
            return
        key, bundle = _served(self._translate(letter), recorded.recorded_at)
        sealed = self._seal(recorded.case, key, bundle)
        if sealed is None:
            return
        yield {
            "unit": str(letter.recipient.unit),
            "partition": recorded.partition,
            "position": recorded.position,
            "recorded_at": micros(recorded.recorded_at),
            "bundle_id": key,
            "case_id": recorded.case,
            "stream": recorded.stream,
            "act": letter.act,
            "name": letter.name,
            "bundle": sealed,
        }


def _served(bundle: bytes, at: datetime) -> tuple[UUID, bytes]:
    """The bundle's id, and the bundle with `meta.lastUpdated` as this server says it; all else stays byte for byte."""
    raw = _FIELDS.decode(bundle)
    meta = msgspec.json.decode(raw.pop("meta", _NO_META), type=dict[str, msgspec.Raw])
    meta["lastUpdated"] = msgspec.Raw(msgspec.json.encode(at))
    said = {key: raw.pop(key) for key in ("resourceType", "id")}
    whole = said | {"meta": msgspec.Raw(msgspec.json.encode(meta))} | raw
    return msgspec.json.decode(said["id"], type=UUID), msgspec.json.encode(whole)


_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NO_META = msgspec.Raw(b"{}")


def pull(
    connection: Connection, unit: Unit, *, since: datetime | None = None, after: Cursor | None = None, count: int
) -> InboxPage:
    """The next messages of this unit, and of no other: behind a cursor, or else all recorded later than `since`."""
    start = after or _beginning(connection, unit, since)
    found, halted = _look(connection, unit, start, count + 1)
    given, more = found[:count], len(found) > count
    cursor = _onward(start, given, halted, more=more)
    while given and len(cursor.gaps) > MOST_GAPS:
        given, more = given[:-1], True
        cursor = _onward(start, given, halted, more=more)
    return InboxPage(tuple(map(_message, given)), cursor, more=more and bool(given))


def find(connection: Connection, unit: Unit, bundle: UUID) -> InboxMessage | None:
    """One message of this unit; None if it has no such message, whoever else has."""
    query = select(*_SHOWN).where(inbox.c.unit == str(unit), inbox.c.bundle_id == bundle)
    row = connection.execute(query).first()
    return None if row is None else _message(row)


def opened(page: InboxPage, unseal: Seal) -> InboxPage:
    """The page with its bundles opened; what belongs to a case erased meanwhile is left out."""
    clear = ((message, unseal(message.case, message.id, message.bundle)) for message in page.messages)
    return replace(page, messages=tuple(replace(each, bundle=said) for each, said in clear if said is not None))


def searchset(page: InboxPage, *, base: str, self_url: str, onward_url: str) -> bytes:
    """The opened page as a FHIR searchset, spliced from the stored bytes: nothing is parsed or built anew.

    `onward_url` carries the page's cursor. It stands under `next` while there is more, and otherwise under the
    extension relation type `urn:tvaerspor:resume` (RFC 8288 §2.1.2): that is where to ask again later.
    """
    relation = b"next" if page.more else b"urn:tvaerspor:resume"
    head = (
        b'{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":%b},{"relation":"%b","url":%b}]'
        % (_quoted(self_url), relation, _quoted(onward_url))
    )
    if not page.messages:
        return head + b"}"
    return b"".join((head, b',"entry":[', b",".join(_entries(page.messages, base)), b"]}"))


class CursorSeal:
    """Cursors as opaque tokens, encrypted and bound to a unit (AES-SIV, RFC 5297). The same cursor, the same token."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(sha256(b"tvaerspor/fhir-inbox/1\x00" + key).digest())

    def close(self, unit: Unit, cursor: Cursor) -> str:
        """The token for this unit."""
        places = (sorted(cursor.began.items()), sorted(cursor.reached.items()), sorted(cursor.gaps))
        content = msgspec.msgpack.encode(places)
        return urlsafe_b64encode(self._cipher.encrypt(content, [str(unit).encode()])).rstrip(b"=").decode()

    def open(self, unit: Unit, token: str) -> Cursor:
        """The cursor behind a token; `Unreadable` for anything but a token that this hub gave to this unit."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            began, reached, gaps = _CONTENT.decode(self._cipher.decrypt(sealed, [str(unit).encode()]))
        except (ValueError, InvalidTag) as error:
            rule = "a cursor as the hub gave it out, to the unit that it gave it to"
            raise Unreadable(rule, field="cursor") from error
        return Cursor(dict(began), dict(reached), frozenset(gaps))


_CONTENT = msgspec.msgpack.Decoder(tuple[list[Place], list[Place], list[Place]])
_SHOWN = (
    *(inbox.c.partition, inbox.c.position, inbox.c.recorded_at, inbox.c.bundle_id),
    *(inbox.c.stream, inbox.c.case_id, inbox.c.act, inbox.c.name, inbox.c.bundle),
)


def _beginning(connection: Connection, unit: Unit, since: datetime | None) -> Cursor:
    """Before the first message later than `since`; times do not decrease within a partition."""
    reached = dict.fromkeys(_partitions(connection), 0)
    if since is not None:
        for partition in reached:
            until = (inbox.c.unit == str(unit), inbox.c.partition == partition, inbox.c.recorded_at <= micros(since))
            last = select(inbox.c.position).where(*until).order_by(inbox.c.recorded_at.desc(), inbox.c.position.desc())
            reached[partition] = connection.execute(last.limit(1)).scalar() or 0
    return Cursor(reached, reached)


def _partitions(connection: Connection) -> Iterable[int]:
    here = select(tracking.c.partition).where(tracking.c.name == NAME)
    return connection.execute(here.order_by(tracking.c.partition)).scalars()


def _look(connection: Connection, unit: Unit, start: Cursor, limit: int) -> tuple[list[Found], frozenset[Place]]:
    """The first rows behind the cursor or in its gaps, and every parked place.

    One statement, so that they are seen at one moment: an event is either applied, or parked, or still to come.
    """
    mine = select(*_SHOWN).where(inbox.c.unit == str(unit))
    parts = [
        mine.where(inbox.c.partition == partition, inbox.c.position > position).order_by(inbox.c.position).limit(limit)
        for partition, position in start.reached.items()
    ]
    if start.gaps:
        parts.append(mine.where(tuple_(inbox.c.partition, inbox.c.position).in_(sorted(start.gaps))))
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    order = (every.c.recorded_at, every.c.partition, every.c.position)
    first = select(every).order_by(*order).limit(limit).subquery()
    rows = connection.execute(union_all(select(first), _parked())).all()
    found = sorted((row for row in rows if row.bundle is not None), key=_order)
    return found, frozenset(_place(row) for row in rows if row.bundle is None)


def _parked() -> Select[Any]:
    """The parked places, in the shape of the inbox's rows; they have no bundle."""
    nobody = literal(UUID(int=0), Uuid)
    nothing = (literal(0, BigInteger), nobody, nobody, nobody, nobody, literal(""), cast(null(), LargeBinary))
    return select(parked.c.partition, parked.c.pos, *nothing).where(parked.c.name == NAME)


def _onward(start: Cursor, given: Sequence[Found], halted: frozenset[Place], *, more: bool) -> Cursor:
    """The cursor behind what was given.

    New gaps are the parked places it passed. An old one stays while it is parked, or while rows that had no room on the
    page may lie in it; any other was filled by what is nobody's letter, or somebody else's.
    """
    places = frozenset(map(_place, given))
    reached = dict(start.reached)
    for partition, position in places:
        reached[partition] = max(reached[partition], position)
    passed = {place for place in halted if start.reached.get(place[0], 0) < place[1] <= reached.get(place[0], 0)}
    old = start.gaps - places if more else start.gaps & halted
    return replace(start, reached=reached, gaps=old | passed)


def _place(row: Found) -> Place:
    return row.partition, row.position


def _order(row: Found) -> tuple[int, int, int]:
    return row.recorded_at, row.partition, row.position


def _message(row: Found) -> InboxMessage:
    at = moment(row.recorded_at)
    return InboxMessage(row.bundle_id, row.stream, at, row.case_id, row.act, row.name, bytes(row.bundle))


def _entries(messages: Iterable[InboxMessage], base: str) -> Iterable[bytes]:
    prefix = _quoted(f"{base}/Bundle/")[:-1]
    for message in messages:
        yield b'{"fullUrl":%b%b","resource":%b,"search":{"mode":"match"}}' % (
            prefix,
            str(message.id).encode(),
            message.bundle,
        )


def _quoted(text: str) -> bytes:
    return msgspec.json.encode(text)
