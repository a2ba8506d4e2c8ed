"""What must leave the house, and what became of it: a view of the acts that leave and of the delivery streams.

The log is the outbox; this table only shows it, so that the dispatcher finds its work and `GET /v1/deliveries` answers.
Dropping it loses nothing.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

import sqlalchemy as sql
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    select,
    tuple_,
    update,
)

from hub.domain.addressed import leaves
from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryDeparted,
    DeliveryEscalated,
    DeliveryHeld,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
    DeliveryRenewed,
)
from hub.domain.identity import act_of
from hub.domain.retry_policy import REPORTING, URGENT
from hub.store import Recorded
from hub.store.clock import micros, moment
from hub.vocabulary.organisations import Unit

METADATA = MetaData()
outbox = Table(
    "outbox",
    METADATA,
    Column("delivery", Uuid, primary_key=True),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("act", Uuid, nullable=False),
    Column("name", String(80), nullable=False),
    Column("sender", String(200), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("detail", String(80)),
    Column("attempts", Integer, nullable=False),
    Column("queued_position", BigInteger),  # of its DeliveryQueued; an inbox cursor that passed it proves receipt
    Column("status_at", BigInteger, nullable=False),
    Column("departed", Boolean, nullable=False, default=False),  # its receiver knows of it (hub.domain.audience)
    Column("reference", String(40)),  # what a receipt quotes
    Column("message_id", Uuid),
    Column("silent", Boolean, nullable=False, default=False),  # its channel reports, and nothing was heard of it yet
    Index("outbox_reference", "reference"),
    Index("outbox_message_id", "message_id"),
    Index("outbox_status", "status", "partition", "position"),
    Index("outbox_sender", "sender"),
    Index("outbox_recipient", "recipient"),
)
SHEET = 200  # letters read at a time
OPEN = ("due", "queued", "attempted", "rejected")  # what the dispatcher still has to do something about


def delivery_id(carried: Recorded, recipient: Unit) -> UUID:
    """The stream of a delivery: the same for every worker that derives it, so that one letter is opened once.

    By the command's keyed id, not by the place in the record: who is told the id could find the place by trying, and
    places count what all others write (hub/decisions/0006).
    """
    return uuid5(carried.command, f"{carried.seq}/{recipient}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """One row: a letter and how it stands."""

    delivery: UUID
    partition: int
    position: int
    case: UUID
    act: UUID
    name: str
    sender: Unit
    recipient: Unit
    recorded_at: datetime
    status: str
    detail: str | None
    attempts: int
    status_at: datetime


class Outbox:
    """The projection; see projections.follow.Projection."""

    name = "outbox"
    version = 1
    tables = (outbox,)

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """One row per act that leaves, then what its delivery stream says."""
        for recorded in batch:
            event = leaves(recorded.event)
            if event is not None:
                self._due(connection, recorded, event.by, event.recipient)
            elif isinstance(recorded.event, CaseKeyDestroyed):
                connection.execute(delete(outbox).where(outbox.c.case_id == recorded.case))
            else:
                _moved(connection, recorded)

    @staticmethod
    def _due(connection: Connection, recorded: Recorded, sender: Unit, recipient: Unit) -> None:
        recorded_at = micros(recorded.recorded_at)
        connection.execute(
            outbox.insert().values(
                delivery=delivery_id(recorded, recipient),
                partition=recorded.partition,
                position=recorded.position,
                case_id=recorded.case,
                act=act_of(recorded.event),
                name=recorded.name,
                sender=str(sender),
                recipient=str(recipient),
                recorded_at=recorded_at,
                status="due",
                attempts=0,
                status_at=recorded_at,
            )
        )


def _moved(connection: Connection, recorded: Recorded) -> None:
    values: dict[str, object]
    match recorded.event:
        case DeliveryQueued(reference=reference, message_id=message):
            values = {"status": "queued", "queued_position": recorded.position}
            values |= {"reference": reference, "message_id": message}
        case DeliveryHeld(why=why):
            values = {"status": "held", "detail": why}
        case DeliveryAttempted(attempt=attempt, channel=channel):
            values = {"status": "attempted", "detail": channel, "attempts": attempt, "silent": channel in REPORTING}
        case DeliveryRenewed(message_id=message, why=why):
            values = {"status": "queued", "detail": why, "message_id": message, "silent": False}
        case DeliveryAccepted():
            values = {"status": "accepted"}
        case DeliveryRejected(why=why):
            values = {"status": "rejected", "detail": why}
        case DeliveryReceived(proof=proof):
            values = {"status": "received", "detail": proof, "silent": False}
        case DeliveryAbandoned(why=why):
            values = {"status": "abandoned", "detail": why, "silent": False}
        case DeliveryDeparted(delivery=delivery):
            left = update(outbox).where(outbox.c.delivery == delivery)
            connection.execute(left.values(departed=True))
            return
        case DeliveryNoted(what=what, why=why):
            _told(connection, recorded.event.delivery, why or what, ended=what == "relayed")
            return
        case DeliveryEscalated(why=why):
            _told(connection, recorded.event.delivery, why, ended=why == "receipt-missing")
            return
        case _:
            return
    moved = update(outbox).where(outbox.c.delivery == recorded.event.delivery)
    connection.execute(moved.values(status_at=micros(recorded.recorded_at), **values))


def _told(connection: Connection, delivery: UUID, why: str, *, ended: bool) -> None:
    """What changes no status; after the end of a delivery its end is what is shown."""
    this = update(outbox).where(outbox.c.delivery == delivery)
    connection.execute(this.where(outbox.c.status.not_in(("received", "abandoned"))).values(detail=why))
    if ended:
        connection.execute(this.values(silent=False))


def waiting(
    connection: Connection, after: OutboxEntry | None = None, limit: int = SHEET, *, urgent: bool | None = None
) -> list[OutboxEntry]:
    """The next letters that the dispatcher must do something about, oldest first; the urgent, the others, or all."""
    is_open, is_urgent = outbox.c.status.in_(OPEN), outbox.c.name.startswith(URGENT)
    wanted = is_open if urgent is None else is_open & (is_urgent if urgent else ~is_urgent)
    return _sheet(connection, wanted, after, limit)


def unheard_of(
    connection: Connection, until: datetime, after: OutboxEntry | None = None, limit: int = SHEET
) -> list[OutboxEntry]:
    """The next letters handed over before `until`, by a channel that reports, of which nothing was heard."""
    handed_over = (outbox.c.status == "accepted") & (outbox.c.status_at <= micros(until))
    return _sheet(connection, outbox.c.silent.is_(True) & handed_over, after, limit)


def _sheet(
    connection: Connection, wanted: ColumnElement[bool], after: OutboxEntry | None, limit: int
) -> list[OutboxEntry]:
    """So many of them in the order of the record, from behind the last one of the sheet before."""
    place = tuple_(outbox.c.partition, outbox.c.position)
    rows = select(outbox).where(wanted).order_by(outbox.c.partition, outbox.c.position).limit(limit)
    if after is not None:
        rows = rows.where(place > (after.partition, after.position))
    return [_dispatch(row) for row in connection.execute(rows).mappings()]


def quoted(connection: Connection, *, reference: str | None, message: UUID | None) -> list[OutboxEntry]:
    """The letter that a receipt quotes by its reference or its message id; none when it quotes neither."""
    if reference is None and message is None:
        return []
    query = select(outbox)
    if reference is not None:
        query = query.where(outbox.c.reference == reference)
    if message is not None:
        query = query.where(outbox.c.message_id == message)
    return [_dispatch(row) for row in connection.execute(query.limit(2)).mappings()]


def deliveries_of(
    connection: Connection,
    unit: Unit,
    *,
    case: UUID | None = None,
    status: str | None = None,
    limit: int = 200,
    formerly: Collection[Unit] = (),
) -> list[OutboxEntry]:
    """The letters this unit, or one that it took over from, sent or, once they left, received; newest first.

    To its receiver a letter that left is `accepted` or `received`: what came between is its sender's.
    """
    units = {unit, *formerly}
    names = sorted(map(str, units))
    told = outbox.c.recipient.in_(names) & outbox.c.departed.is_(True)
    query = select(outbox).where(outbox.c.sender.in_(names) | told)
    if case is not None:
        query = query.where(outbox.c.case_id == case)
    if status is not None:
        query = query.where(_status_for(names) == status)
    query = query.order_by(outbox.c.recorded_at.desc(), outbox.c.position.desc()).limit(limit)
    return [_as_told(_dispatch(row), units) for row in connection.execute(query).mappings()]


def _status_for(names: Collection[str]) -> ColumnElement[str]:
    simply = sql.case((outbox.c.status == "received", "received"), else_="accepted")
    return sql.case((outbox.c.sender.in_(names), outbox.c.status), else_=simply)


def _as_told(entry: OutboxEntry, units: Collection[Unit]) -> OutboxEntry:
    if entry.sender in units or entry.status in ("accepted", "received"):
        return entry
    return replace(entry, status="accepted", detail=None)


def passed(
    connection: Connection, unit: Unit, by: Callable[[int, int], bool], formerly: Collection[Unit] = ()
) -> list[OutboxEntry]:
    """The letters to a unit, or to one that it took over from, that an inbox cursor has passed without other proof.

    `by` says of a place (partition and position of its DeliveryQueued) whether the cursor has passed it.
    """
    names = sorted(map(str, {unit, *formerly}))
    query = select(outbox).where(outbox.c.recipient.in_(names), outbox.c.status.not_in(("due", "received")))
    rows = connection.execute(query).mappings().all()
    return [_dispatch(row) for row in rows if by(row["partition"], row["queued_position"])]


def _dispatch(row: object) -> OutboxEntry:
    held = dict(row)  # type: ignore[call-overload] # a RowMapping
    return OutboxEntry(
        delivery=held["delivery"],
        partition=held["partition"],
        position=held["position"],
        case=held["case_id"],
        act=held["act"],
        name=held["name"],
        sender=Unit.parse(held["sender"]),
        recipient=Unit.parse(held["recipient"]),
        recorded_at=moment(held["recorded_at"]),
        status=held["status"],
        detail=held["detail"],
        attempts=held["attempts"],
        status_at=moment(held["status_at"]),
    )
