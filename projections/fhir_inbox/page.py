"""One pull: the next rows of a unit, and the cursor to go on from.

A pull gives its rows by ascending `_lastUpdated` (the moment the record took the event) and a cursor. Whoever goes on
from the cursor misses nothing and repeats nothing while writes go on, whatever happens to the read model meanwhile:

* Order holds within a partition only, so the cursor is a vector: the last position handed out, per partition. What a
  partition that lags behind adds is given when it comes, even if later times of others have been given before.
* A follower passes an event it cannot apply and retries it later (projections.follow, `parked`). The cursor remembers
  such gaps, and what fills them is given then, whether a retry or a rebuild has filled them.
* Positions are the record's, so a rebuild changes nothing for a cursor that is out.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    LargeBinary,
    Row,
    Select,
    Uuid,
    cast,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from hub.store.clock import micros, moment
from hub.vocabulary.organisations import Unit
from projections.fhir_inbox.inbox import NAME, Seal, inbox
from projections.tables import parked, tracking

MOST_GAPS = 500  # a page ends early rather than let its cursor remember more
Place = tuple[int, int]  # partition, position
Found = Row[Any]  # a row of `_SHOWN`
_SHOWN = (
    *(inbox.c.partition, inbox.c.position, inbox.c.recorded_at, inbox.c.bundle_id),
    *(inbox.c.stream, inbox.c.case_id, inbox.c.act, inbox.c.name, inbox.c.bundle),
)


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

    def passing_by(self, places: Iterable[Place]) -> "Cursor":
        """The same cursor, which comes back for these places: they were not given."""
        return replace(self, gaps=self.gaps.union(places))


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One message bundle, sealed as it was stored or opened; the other ids say what a look-up event may say of it."""

    id: UUID
    place: Place
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


def pull(
    connection: Connection,
    unit: Unit,
    *,
    since: datetime | None = None,
    after: Cursor | None = None,
    count: int,
    formerly: Collection[Unit] = (),
) -> InboxPage:
    """The next messages of this unit and those it took over from: behind a cursor, or all recorded after `since`."""
    names = sorted(map(str, {unit, *formerly}))
    start = after or _beginning(connection, names, since)
    found, halted = _look(connection, names, start, count + 1)
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
    return replace(page, messages=tuple(replace(message, bundle=said) for message, said in clear if said is not None))


def _beginning(connection: Connection, names: Sequence[str], since: datetime | None) -> Cursor:
    """Before the first message later than `since`; times do not decrease within a partition."""
    reached = dict.fromkeys(_partitions(connection), 0)
    if since is not None:
        for partition in reached:
            until = (inbox.c.unit.in_(names), inbox.c.partition == partition, inbox.c.recorded_at <= micros(since))
            last = select(inbox.c.position).where(*until).order_by(inbox.c.recorded_at.desc(), inbox.c.position.desc())
            reached[partition] = connection.execute(last.limit(1)).scalar() or 0
    return Cursor(reached, reached)


def _partitions(connection: Connection) -> Iterable[int]:
    here = select(tracking.c.partition).where(tracking.c.name == NAME)
    return connection.execute(here.order_by(tracking.c.partition)).scalars()


def _look(
    connection: Connection, names: Sequence[str], start: Cursor, limit: int
) -> tuple[list[Found], frozenset[Place]]:
    """The first rows behind the cursor or in its gaps, and every parked place.

    One statement, so that they are seen at one moment: an event is either applied, or parked, or still to come.
    """
    mine = select(*_SHOWN).where(inbox.c.unit.in_(names))
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
    return InboxMessage(row.bundle_id, _place(row), row.stream, at, row.case_id, row.act, row.name, bytes(row.bundle))
