"""The compliance officer's index: which cases hold an act between whom, when, on which basis, with what outcome.
A unit that came onto a case by the woman's number stands there too, on both sides.

An index only – no words, no categories, no person. What an act said, how its consent stood and what became of its
letter is read from the record (hub.compliance.replay); the tests hold the two against each other.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    or_,
    select,
    update,
)

from hub.domain.addressed import Addressed, is_told_at_once
from hub.domain.case import Case
from hub.domain.course.events import CaseKeyDestroyed, PartyJoined
from hub.domain.delivery import DeliveryDeparted
from hub.domain.disclosure import DisclosureRefused
from hub.domain.message import IncomingEvent
from hub.domain.notifier import OUTSIDE, ConcernReceived
from hub.domain.ruling import ruling_of
from hub.errors import NotFound
from hub.store import Recorded
from hub.store.clock import micros
from hub.vocabulary.organisations import Unit

Told = Addressed | DisclosureRefused | IncomingEvent
METADATA = MetaData()
register = Table(
    "disclosure_register",
    METADATA,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),  # of the case's stream
    Column("told", Boolean, nullable=False),  # its receiver knows of it (hub.domain.audience)
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("discloser", String(200), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("basis", String(40)),
    Column("invoked", String(40)),
    Index("register_case", "case_id"),
    Index("register_discloser", "discloser", "at"),
    Index("register_recipient", "recipient", "at"),
)


class DisclosureRegister:
    """The projection; see projections.follow.Projection. `case_of` gives a case as it stands, `NotFound` for none."""

    name = "disclosure_register"
    version = 2
    tables = (register,)

    def __init__(self, case_of: Callable[[UUID], Case]) -> None:
        self._case_of = case_of

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """One row per act that passed information on or was refused, per message, and per unit that came onto a case by
        her number; none for an erased case.
        """
        rows = [row for recorded in batch if self._belongs(recorded) and (row := _row(recorded)) is not None]
        if rows:
            connection.execute(register.insert(), rows)
        for recorded in batch:
            if isinstance(recorded.event, DeliveryDeparted):
                carried = register.c.version.in_(recorded.event.carried)
                told = update(register).where(register.c.case_id == recorded.case, carried)
                connection.execute(told.values(told=True))
            if isinstance(recorded.event, CaseKeyDestroyed):
                connection.execute(delete(register).where(register.c.case_id == recorded.case))

    def _belongs(self, recorded: Recorded) -> bool:
        """A message that waits to be placed stands in a stream of its own, and on no case yet."""
        if not isinstance(recorded.event, IncomingEvent):
            return True
        try:
            self._case_of(recorded.case)
        except NotFound:
            return False
        return True


def cases_with(
    connection: Connection,
    reader: Unit,
    *,
    formerly: Collection[Unit] = (),
    case: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    basis: str | None = None,
    discloser: Unit | None = None,
    recipient: Unit | None = None,
    outcome: str | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[UUID]:
    """The cases, by id after `after`, that hold an act answering all of this and concerning the unit that reads.

    Or one of those that it took over from.
    """
    row = register.c
    names = sorted(map(str, {reader, *formerly}))
    told_to_it = row.recipient.in_(names) & row.told.is_(True)
    query = select(row.case_id).where(or_(row.discloser.in_(names), told_to_it))
    conditions = (
        None if after is None else row.case_id > after,
        None if case is None else row.case_id == case,
        None if since is None else row.at >= micros(since),
        None if until is None else row.at < micros(until),
        None if basis is None else or_(row.basis == basis, row.invoked == basis),
        None if discloser is None else row.discloser == str(discloser),
        None if recipient is None else row.recipient == str(recipient),
        None if outcome is None else row.outcome == outcome,
    )
    query = query.where(*(condition for condition in conditions if condition is not None))
    return list(connection.execute(query.distinct().order_by(row.case_id).limit(limit)).scalars())


def _row(recorded: Recorded) -> dict[str, object] | None:
    event = recorded.event
    if isinstance(event, PartyJoined):
        return _entry(recorded, event.at, "joined", (event.by, event.unit)) if event.relation else None
    if isinstance(event, ConcernReceived):
        return _entry(recorded, event.at, "received", (OUTSIDE, event.by)) | {"told": True}
    if not isinstance(event, Told):
        return None
    ruling = ruling_of(event)
    return _entry(recorded, event.at, _outcome(event), (event.by, event.recipient)) | {
        "told": _is_told_at_once(event),
        "basis": ruling.decision.basis if ruling else None,
        "invoked": ruling.decision.invoked if ruling else None,
    }


def _entry(recorded: Recorded, at: datetime, outcome: str, parties: tuple[Unit, Unit]) -> dict[str, object]:
    discloser, recipient = parties
    return {
        "partition": recorded.partition,
        "position": recorded.position,
        "case_id": recorded.case,
        "version": recorded.version,
        "told": False,
        "at": micros(at),
        "recorded_at": micros(recorded.recorded_at),
        "outcome": outcome,
        "discloser": str(discloser),
        "recipient": str(recipient),
        "basis": None,
        "invoked": None,
    }


def _is_told_at_once(event: Told) -> bool:
    if isinstance(event, DisclosureRefused):
        return False
    return isinstance(event, IncomingEvent) or is_told_at_once(event)


def _outcome(event: Told) -> str:
    if isinstance(event, IncomingEvent):
        return "received"
    return "refused" if isinstance(event, DisclosureRefused) else "made"
