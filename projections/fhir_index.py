"""Where the read doors find things: the case of an act, a consent or a message, and which changes each unit may see.

An index only: no words, no person, no category. What a change shows is read from the record, through the same gate as
ever; the index may name a change that the gate then holds back, never the other way round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Uuid,
    and_,
    delete,
    insert,
    or_,
    select,
    tuple_,
)

from hub.domain.access_log import RecordRead
from hub.domain.audience import addressees
from hub.domain.case import Case, CaseEvent
from hub.domain.consent import ConsentEvent
from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import DeliveryDeparted, DeliveryQueued
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent, kept_in
from hub.errors import NotFound
from hub.store import Recorded, Shredded, Vector
from hub.store.clock import micros
from hub.vocabulary.organisations import Unit

METADATA = MetaData()
keys = Table(
    "fhir_key",
    METADATA,
    Column("key", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Index("fhir_key_case", "case_id"),
)
changes = Table(
    "fhir_change",
    METADATA,
    Column("unit", String(250), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("name", String(100), nullable=False),
    PrimaryKeyConstraint("unit", "partition", "position"),
    Index("fhir_change_time", "unit", "recorded_at", "partition", "position"),
    Index("fhir_change_case", "case_id"),
)
AT_ONCE = 200  # changes read in one statement
_PLACE = (changes.c.recorded_at, changes.c.partition, changes.c.position)
Place = tuple[int, int, int]  # recorded_at in microseconds, partition, position


@dataclass(frozen=True, slots=True)
class Change:
    """One event that a unit may see: where it stands and in which case."""

    place: Place
    case: UUID


class FhirIndex:
    """The projection; see projections.follow.Projection. `case_of` gives a case as it stands, `NotFound` if erased."""

    name = "fhir-index"
    version = 2
    tables = (keys, changes)

    def __init__(self, case_of: Callable[[UUID], Case]) -> None:
        self._case_of = case_of

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """A row for each unit that may see an event; none of a case whose key is destroyed."""
        erased = {recorded.case for recorded in batch if isinstance(recorded.event, CaseKeyDestroyed)}
        kept = [
            recorded for recorded in batch if recorded.case not in erased and not isinstance(recorded.event, Shredded)
        ]
        rows = [row for recorded in kept for row in self._rows(recorded)]
        if rows:
            connection.execute(insert(changes), rows)
        _remember(connection, kept)
        for table in (keys, changes):
            if erased:
                connection.execute(delete(table).where(table.c.case_id.in_(erased)))

    def _rows(self, recorded: Recorded) -> Iterator[dict[str, object]]:
        for unit in self._units(recorded):
            yield {
                "unit": str(unit),
                "partition": recorded.partition,
                "position": recorded.position,
                "recorded_at": micros(recorded.recorded_at),
                "case_id": recorded.case,
                "name": recorded.name.partition(".")[0],
            }

    def _units(self, recorded: Recorded) -> frozenset[Unit]:
        match recorded.event:
            case DeliveryQueued(sender=sender):
                return frozenset({sender})
            case DeliveryDeparted(recipient=recipient):
                return frozenset({recipient})
            case RecordRead(by=by):
                return frozenset({by})
        if recorded.stream != recorded.case or not isinstance(recorded.event, CaseEvent):
            return frozenset()
        try:
            return addressees(recorded.event, self._case_of(recorded.case))
        except NotFound:
            return frozenset()  # erased meanwhile; the event that says so comes later


def case_of(connection: Connection, key: UUID) -> UUID | None:
    """The case that an act, a consent or a message belongs to; None for an id that is none of them."""
    found: UUID | None = connection.execute(select(keys.c.case_id).where(keys.c.key == key)).scalar()
    return found


def is_shown(connection: Connection, case: UUID, unit: Unit) -> bool:
    """Has this unit ever been open to an event of this case?"""
    row = select(changes.c.position).where(changes.c.unit == str(unit), changes.c.case_id == case).limit(1)
    return connection.execute(row).first() is not None


def cases_of(connection: Connection, unit: Unit) -> list[UUID]:
    """The cases of which this unit was ever open to an event, by id."""
    query = select(changes.c.case_id).where(changes.c.unit == str(unit)).distinct().order_by(changes.c.case_id)
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes: those of a unit with one of these event names, no later than `upto`, between two moments.

    And those of the units that it took over from.
    """

    unit: Unit
    names: frozenset[str]
    upto: Vector
    formerly: frozenset[Unit] = frozenset()
    since: int | None = None
    until: int | None = None
    descending: bool = False


def changes_of(connection: Connection, wanted: Wanted, start: Place | None) -> Iterator[Change]:
    """The changes from a place on, itself included, in order of their moment; fetched as they are asked for."""
    after = None if start is None else (*start[:2], start[2] + (1 if wanted.descending else -1))
    while rows := _some(connection, wanted, after):
        for row in rows:
            after = (row.recorded_at, row.partition, row.position)
            yield Change(after, row.case_id)
        if len(rows) < AT_ONCE:
            return


def _some(connection: Connection, wanted: Wanted, after: Place | None) -> Sequence[Row[Any]]:
    order = [column.desc() if wanted.descending else column.asc() for column in _PLACE]
    query = select(*_PLACE, changes.c.case_id).where(*_conditions(wanted, after)).order_by(*order).limit(AT_ONCE)
    return connection.execute(query).all()


def _conditions(wanted: Wanted, after: Place | None) -> Iterator[ColumnElement[bool]]:
    yield changes.c.unit.in_(sorted(map(str, wanted.formerly | {wanted.unit})))
    yield changes.c.name.in_(sorted(wanted.names))
    yield or_(
        *(
            and_(changes.c.partition == partition, changes.c.position <= last)
            for partition, last in enumerate(wanted.upto.positions)
        )
    )
    if wanted.since is not None:
        yield changes.c.recorded_at >= wanted.since
    if wanted.until is not None:
        yield changes.c.recorded_at <= wanted.until
    if after is not None:
        place = tuple_(*_PLACE)
        yield place < after if wanted.descending else place > after


def _remember(connection: Connection, batch: Sequence[Recorded]) -> None:
    """The first act by an id says where it belongs; those that refer to it belong to the same case."""
    found = {key: row.case for row in batch if (key := _key(row)) is not None}
    known = set(connection.execute(select(keys.c.key).where(keys.c.key.in_(found))).scalars()) if found else set()
    rows = [{"key": key, "case_id": case} for key, case in found.items() if key not in known]
    if rows:
        connection.execute(insert(keys), rows)


def _key(recorded: Recorded) -> UUID | None:
    if recorded.stream != recorded.case:
        return None
    if isinstance(recorded.event, IncomingEvent):
        return kept_in(recorded.case, recorded.event.message)
    return recorded.event.consent if isinstance(recorded.event, ConsentEvent) else act_of(recorded.event)
