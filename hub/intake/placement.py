"""Parked messages: a person puts one on a case that her unit knows. And the bytes of the messages on a case."""

from collections.abc import Collection
from uuid import UUID, uuid4

from hub.application.command_handler import CommandHandler
from hub.application.conflict_retry import retried
from hub.domain.disclosure import DisclosureRefused
from hub.domain.identity import act_id
from hub.domain.message import (
    NO_BASE,
    CareMessageReceived,
    HospitalStayNotified,
    MessageKept,
    MessageParked,
    MessagePlaced,
    kept_in,
)
from hub.domain.presumption import StatedBase, presumed, refused, stated
from hub.errors import Contradiction, NotFound
from hub.intake.case_match import CaseMatched, is_about_another
from hub.intake.deduplication import Arrival, Deduplication, Sending, placing
from hub.store import CommandRepeated, Recorded, VersionConflict
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit


class Placement:
    """What waits for a person, and what she does with it."""

    def __init__(self, hub: CommandHandler) -> None:
        self._hub, self._record, self._arrivals = hub, hub.record, Deduplication(hub)

    def place(self, actor: Actor, parked: UUID, case: UUID, base: StatedBase | None = None) -> Recorded:
        """Put a parked message on a case that the unit knows, then destroy the key it was parked under.

        Placing it there again changes nothing; placing it elsewhere is a `Contradiction`, and so is what no base
        carries: the presumed one, or the one that the message's sender states.
        """
        waiting = self.waiting(actor.units, parked)
        _, standing = self._hub.cases.known_to(case, actor)
        if waiting is None:
            return self._placed_before(parked, case)
        if standing.is_closed_to(actor.unit):
            raise Contradiction("this unit has closed the case; reopen it first", code="case-closed")
        arrival, first = waiting
        if is_about_another(standing, actor.unit, arrival.numbers):
            raise Contradiction("the message is about somebody else", code="another-citizen", field="case")
        if base is not None and arrival.event.by not in actor.units:
            raise Contradiction("its sender states what a message rests on", code="not-its-sender", field="basis")
        recorded = retried(
            lambda: self._put(actor, placing(first.command), arrival, case, base), (VersionConflict, CommandRepeated)
        )
        if isinstance(recorded.event, DisclosureRefused):
            raise Contradiction("the law does not let it pass on this base", code=NO_BASE, field="basis")
        placed = MessagePlaced(at=self._hub.clock(), by=actor.unit, case=case)
        end = self._record.stream(parked)[-1].version
        self._record.shred(self._arrivals.save(actor, parked, parked, end, uuid4(), (placed,), None))
        return recorded

    def waiting(self, units: Collection[Unit], parked: UUID) -> tuple[Arrival, Recorded] | None:
        """A message parked for one of these units, and its first event; None once placed. `NotFound` for any other."""
        rows = self._record.stream(parked)
        if rows and isinstance(rows[-1].event, MessagePlaced) and rows[-1].event.by in units:
            return None
        first = rows[0].event if rows else None
        if not isinstance(first, MessageParked) or first.waits_for not in units:
            raise NotFound("no such message waits for this unit")
        told = next(
            recorded.event
            for recorded in rows
            if isinstance(recorded.event, CareMessageReceived | HospitalStayNotified)
        )
        kept = next(recorded.event for recorded in rows if isinstance(recorded.event, MessageKept))
        digest = rows[0].meta.request if rows[0].meta else None
        sending = Sending(message=first.message, bundle="", digest=digest or b"")
        return Arrival(event=told, numbers=first.numbers, content=kept.content, sending=sending), rows[0]

    def kept(self, actor: Actor, case: UUID, message: str) -> bytes:
        """The bytes of a message on a case, for the unit that sent it or got it; `NotFound` for any other."""
        self._hub.cases.known_to(case, actor)
        for recorded in self._record.stream(case):
            event = recorded.event
            if not isinstance(event, CareMessageReceived | HospitalStayNotified) or event.message != message:
                continue
            if actor.units & {event.by, event.recipient}:
                return self._bytes(case, message)
        raise NotFound("no such message on this case")

    def _bytes(self, case: UUID, message: str) -> bytes:
        for recorded in self._record.stream(kept_in(case, message)):
            if isinstance(recorded.event, MessageKept):
                return recorded.event.content
        raise NotFound("no such message on this case")

    def _put(self, actor: Actor, command: UUID, arrival: Arrival, case: UUID, base: StatedBase | None) -> Recorded:
        """The message on its case; or, when the base that was stated does not carry it, the refusal."""
        stored = self._record.stream_of(command)
        if stored is not None and stored != case:
            raise _placed_elsewhere()
        if stored is not None:
            return self._record.command(case, command)[0]
        version, standing = self._hub.cases.load(case)
        event = arrival.event
        ruling = presumed(event, standing) if base is None else stated(event, base, standing)
        if base is not None and not ruling.permits:
            no, key = refused(act_id(uuid4(), case), event, base, ruling), uuid4()
            return self._record.append([self._arrivals.save(actor, case, case, version, key, (no,), None)])[0]
        if not ruling.permits:
            raise Contradiction("no base can be presumed for it; its sender states one", code=NO_BASE)
        match = CaseMatched(standing, version)
        return self._record.append(self._arrivals.on_case(actor, command, arrival.ruled(ruling), match, sealed=True))[0]

    def _placed_before(self, parked: UUID, case: UUID) -> Recorded:
        """The event of a message that was placed there before; `Contradiction` when it was placed elsewhere."""
        came = self._record.stream(parked)[0]
        placed = self._arrivals.placed(came)
        if placed is None or placed.case != case:
            raise _placed_elsewhere()
        return placed


def _placed_elsewhere() -> Contradiction:
    return Contradiction("the message was placed on another case", code="already-placed", field="case")
