"""What becomes of a message that came in: on its case, or parked for a person to place; refused, or known already.

Each message has one effect, whatever envelope it comes in: it is a command whose id is derived from the sender and the
MessageHeader.id, and whose request is the content. It is matched by CPR number and episode of care to a case that its
sender or its receiver knows; anything else would tell one of them of a case it may not know of (decisions/0005).
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from hub.application import Hub
from hub.dispatch import Dispatcher
from hub.domain import case as domain
from hub.domain.case import Case
from hub.domain.incoming import (
    AcknowledgementReceived,
    CareMessageReceived,
    EnvelopeSeen,
    Finding,
    HospitalStayNotified,
    IncomingEvent,
    MessageKept,
    MessageParked,
    MessagePlaced,
    MessageRefused,
    ReceiveMessage,
    kept_in,
)
from hub.errors import Contradiction, KeyReused, NotFound
from hub.store import CaseErased, CommandRepeated, Meta, Recorded, Save, VersionConflict
from hub.vocabulary.actors import Actor
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit
from projections import outbox

CLIENT = "medcom"  # under which commands of messages are known, apart from any client's own keys
TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """By what a message is known again: MessageHeader.id, Bundle.id, and a digest that tells other content apart."""

    message: str
    bundle: str
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A good message: what it tells, whom it is about, its bytes, and by what it is known again."""

    event: IncomingEvent
    cpr: Cpr | None
    content: bytes = field(repr=False)
    sending: Sending


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that came before: when the hub took it, where it stands, and what was wrong with it, if anything."""

    at: datetime
    case: UUID
    findings: tuple[Finding, ...] = ()


class Receiving:
    """Takes messages in. `dispatcher` closes the deliveries that Acknowledgements are about."""

    def __init__(self, hub: Hub, dispatcher: Dispatcher) -> None:
        self._hub, self._dispatcher = hub, dispatcher
        self._record, self._keys = hub.record, hub.keys

    def earlier(self, unit: Unit, sending: Sending) -> Earlier | None:
        """What was made of this message when it came before; `KeyReused` when other content came under its id."""
        command = self._command(unit, sending.message)
        stream = self._record.stream_of(command)
        if stream is None:
            return None
        came = self._record.command(stream, command)[0]
        kept = came if came.meta else self._placed(came)
        if kept is None or kept.meta is None or kept.meta.request != self._keys.request_digest(sending.digest):
            raise KeyReused("this message id came with other content before")
        return Earlier(came.recorded_at, kept.case, _findings(kept.event))

    def is_anothers(self, unit: Unit, sending: Sending) -> bool:
        """Did this Bundle.id come from this unit before, with another message in it?

        That is an error, whereas a known message in a new envelope is none (medcom.md §2, "Reliable messaging").
        """
        seen = self._record.stream(self._envelope(unit, sending)) if sending.bundle else ()
        command = self._command(unit, sending.message)
        return any(not isinstance(each.event, EnvelopeSeen) or each.event.message != command for each in seen)

    def came_again(self, actor: Actor, earlier: Earlier, sending: Sending) -> None:
        """Remember under which envelope a known message came again, so that no other one comes in it."""
        if sending.bundle and not self._record.stream(self._envelope(actor.unit, sending)):
            with suppress(CommandRepeated, VersionConflict, CaseErased):
                self._record.append(self._seen(actor, earlier.case, sending))

    def receive(self, actor: Actor, arrival: Arrival) -> datetime:
        """Record a good message, once; when the hub took it."""
        command = self._command(actor.unit, arrival.sending.message)
        for tried in range(TRIES):
            earlier = self.earlier(actor.unit, arrival.sending) if tried else None
            if earlier is not None:
                return earlier.at  # two copies came at once, and the other one was first
            case, why = self._match(arrival)
            saves = (
                self._parked(actor, command, arrival, why)
                if case is None
                else self._on_case(actor, command, arrival, case)
            )
            with suppress(VersionConflict, CommandRepeated):
                return self._record.append([*saves, *self._seen(actor, saves[0].case, arrival.sending)])[0].recorded_at
        raise Contradiction("the case is too busy; send it again", code="case-busy")

    def refuse(
        self, actor: Actor, content: bytes, found: tuple[Finding, ...], sending: Sending | None = None
    ) -> datetime:
        """Record that something came and was not taken: none of its words. `sending` is by what it is known again."""
        digest = sha256(content).hexdigest()
        refused = self._refused(actor, sending.message if sending else None, len(content), digest, found)
        command = self._command(actor.unit, sending.message) if sending else uuid4()
        stream = uuid5(command, "refused")
        request = sending.digest if sending else content
        saves = [self._save(actor, stream, stream, 0, command, (refused,), request)]
        try:
            return self._record.append([*saves, *self._seen(actor, stream, sending)])[0].recorded_at
        except (CommandRepeated, VersionConflict):  # it came twice at once, or its envelope came with another message
            with suppress(CommandRepeated):
                return (self._record.stream(stream) or self._record.append(saves))[0].recorded_at
        return self.refuse(actor, content, found)  # its id came with other content at once

    def refuse_unread(self, actor: Actor, size: int | None, found: Finding) -> None:
        """Record that something came whose body was not read; `size` is what was announced for it."""
        stream = uuid4()
        refused = self._refused(actor, None, size, None, (found,))
        self._record.append([self._save(actor, stream, stream, 0, uuid4(), (refused,), None)])

    def acknowledged(self, actor: Actor, sending: Sending, quoted: tuple[str, ...], answer: str) -> None:
        """Another system's answer to a letter of the hub's: record that it came, and what it means for the delivery."""
        command = self._command(actor.unit, sending.message)
        due = next((found for each in quoted if (found := self._letter(actor.unit, each)) is not None), None)
        told = AcknowledgementReceived(
            message=sending.message,
            at=self._hub.clock(),
            by=actor.unit,
            acknowledges=quoted[0] if quoted else "",
            answer=answer,
            delivery=due.delivery if due else None,
        )
        if due is not None:
            self._answered(due, answer)
        stream = uuid5(command, "acknowledgement")
        saves = [self._save(actor, stream, stream, 0, command, (told,), sending.digest)]
        with suppress(CommandRepeated, VersionConflict):  # it came before; proof twice is proof once
            self._record.append([*saves, *self._seen(actor, stream, sending)])

    def _answered(self, due: outbox.Dispatch, answer: str) -> None:
        if answer == "ok":
            self._dispatcher.received(due, "acknowledged")
        elif answer == "fatal-error":
            self._dispatcher.bounced(due, "refused-by-receiver")
        else:
            self._dispatcher.troubled(due, "receiver-in-trouble")

    def place(self, actor: Actor, parked: UUID, case: UUID) -> Recorded:
        """Put a parked message on a case that the unit knows, then destroy the key it was parked under.

        Placing it there again changes nothing; placing it elsewhere is a `Contradiction`.
        """
        waiting = self.waiting(actor.unit, parked)
        _, standing = self._hub.known_to(case, actor)
        if waiting is None:
            return self._placed_before(parked, case)
        arrival, first = waiting
        if arrival.cpr is not None and arrival.cpr != standing.course.citizen.cpr:
            raise Contradiction("the message is about somebody else", code="another-citizen", field="case")
        recorded = self._put(actor, _placing(first.command), arrival, case)
        placed = MessagePlaced(at=self._hub.clock(), by=actor.unit, case=case)
        end = self._record.stream(parked)[-1].version
        self._record.shred(self._save(actor, parked, parked, end, uuid4(), (placed,), None))
        return recorded

    def waiting(self, unit: Unit, parked: UUID) -> tuple[Arrival, Recorded] | None:
        """A parked message of this unit's and its first event; None once it was placed. `NotFound` for any other."""
        rows = self._record.stream(parked)
        if rows and isinstance(rows[-1].event, MessagePlaced) and rows[-1].event.by == unit:
            return None
        first = rows[0].event if rows else None
        if not isinstance(first, MessageParked) or first.recipient != unit:
            raise NotFound("no such message waits for this unit")
        told = next(each.event for each in rows if isinstance(each.event, CareMessageReceived | HospitalStayNotified))
        kept = next(each.event for each in rows if isinstance(each.event, MessageKept))
        digest = rows[0].meta.request if rows[0].meta else None
        sending = Sending(message=first.message, bundle="", digest=digest or b"")
        return Arrival(event=told, cpr=first.cpr, content=kept.content, sending=sending), rows[0]

    def kept(self, actor: Actor, case: UUID, message: str) -> bytes:
        """The bytes of a message on a case, for the unit that sent it or got it; `NotFound` for any other."""
        self._hub.known_to(case, actor)
        for each in self._record.stream(case):
            event = each.event
            if not isinstance(event, CareMessageReceived | HospitalStayNotified) or event.message != message:
                continue
            if actor.unit in (event.by, event.recipient):
                return self._bytes(case, message)
        raise NotFound("no such message on this case")

    def _bytes(self, case: UUID, message: str) -> bytes:
        for each in self._record.stream(kept_in(case, message)):
            if isinstance(each.event, MessageKept):
                return each.event.content
        raise NotFound("no such message on this case")

    def _put(self, actor: Actor, command: UUID, arrival: Arrival, case: UUID) -> Recorded:
        for _ in range(TRIES):
            stored = self._record.stream_of(command)
            if stored is not None and stored != case:
                raise _placed_elsewhere()
            if stored is not None:
                return self._record.command(case, command)[0]
            with suppress(VersionConflict, CommandRepeated):
                return self._record.append(self._on_case(actor, command, arrival, case, sealed=True))[0]
        raise Contradiction("the case is too busy; try again", code="case-busy")

    def _placed_before(self, parked: UUID, case: UUID) -> Recorded:
        """The event of a message that was placed there before; `Contradiction` when it was placed elsewhere."""
        came = self._record.stream(parked)[0]
        placed = self._placed(came)
        if placed is None or placed.case != case:
            raise _placed_elsewhere()
        return placed

    def _placed(self, came: Recorded) -> Recorded | None:
        """The same message on the case it was placed on since, if it was."""
        placed = self._record.stream(came.stream)[-1].event
        if not isinstance(placed, MessagePlaced):
            return None
        return self._record.command(placed.case, _placing(came.command))[0]

    def _match(self, arrival: Arrival) -> tuple[UUID | None, str]:
        """The case this belongs to; or none, and why."""
        if arrival.cpr is None:
            return None, "no-cpr-number"
        event, open_case, closed = arrival.event, None, False
        for each in self._record.cases_of(self._keys.citizen_digest(arrival.cpr.digits)):
            standing = self._standing(each.case)
            if standing is None or not (standing.knows(event.by) or standing.knows(event.recipient)):
                continue
            named = standing.incoming.episodes.intersection(event.episodes) or str(each.case) in event.episodes
            closed = closed or standing.course.closed
            if named:
                return (None, "case-closed") if standing.course.closed else (each.case, "")
            open_case = open_case or (None if standing.course.closed else each.case)
        return (open_case, "") if open_case else (None, "case-closed" if closed else "no-case")

    def _standing(self, case: UUID) -> Case | None:
        try:
            return self._hub.load(case)[1]
        except NotFound:
            return None

    def _on_case(
        self, actor: Actor, command: UUID, arrival: Arrival, case: UUID, *, sealed: bool = False
    ) -> list[Save]:
        version, standing = self._hub.load(case)
        events = domain.decide(standing, ReceiveMessage(arrival.event))
        if not events:
            raise KeyReused("another message stands on the case under this id")
        message = arrival.event.message
        kept = MessageKept(message=message, content=arrival.content)
        told = self._save(actor, case, case, version, command, events, arrival.sending.digest, sealed=sealed)
        return [told, self._save(actor, kept_in(case, message), case, 0, command, (kept,), None)]

    def _parked(self, actor: Actor, command: UUID, arrival: Arrival, why: str) -> list[Save]:
        event, stream = arrival.event, uuid5(command, "parked")
        parked = MessageParked(
            message=event.message,
            at=self._hub.clock(),
            by=event.by,
            recipient=event.recipient,
            kind=event.activity,
            why=why,
            cpr=arrival.cpr,
        )
        kept = MessageKept(message=event.message, content=arrival.content)
        return [self._save(actor, stream, stream, 0, command, (parked, event, kept), arrival.sending.digest)]

    def _letter(self, unit: Unit, message: str) -> outbox.Dispatch | None:
        """The letter to this unit that went out under this id."""
        try:
            key = UUID(message)
        except ValueError:
            return None
        with self._record.engine.connect() as connection:
            found = outbox.quoted(connection, reference=None, message=key)
        return next((each for each in found if each.recipient == unit), None)

    def _command(self, unit: Unit, message: str) -> UUID:
        return self._keys.command_id(f"{CLIENT} {unit}", message.lower())

    def _envelope(self, unit: Unit, sending: Sending) -> UUID:
        return self._keys.command_id(f"{CLIENT} envelope {unit}", sending.bundle.lower())

    def _seen(self, actor: Actor, case: UUID, sending: Sending | None) -> list[Save]:
        """The envelope, remembered together with what came in it."""
        if sending is None or not sending.bundle:
            return []
        stream, command = self._envelope(actor.unit, sending), self._command(actor.unit, sending.message)
        seen = EnvelopeSeen(message=command, at=self._hub.clock(), by=actor.unit)
        return [self._save(actor, stream, case, 0, stream, (seen,), None)]

    def _refused(
        self, actor: Actor, message: str | None, size: int | None, digest: str | None, found: tuple[Finding, ...]
    ) -> MessageRefused:
        return MessageRefused(
            message=message, at=self._hub.clock(), by=actor.unit, size=size, sha256=digest, findings=found
        )

    def _save(
        self,
        actor: Actor,
        stream: UUID,
        case: UUID,
        version: int,
        command: UUID,
        events: tuple[object, ...],
        content: bytes | None,
        *,
        sealed: bool = False,
    ) -> Save:
        """`sealed` content is a request's digest already."""
        request = content if sealed or content is None else self._keys.request_digest(content)
        meta = Meta(
            client=actor.client,
            unit=str(actor.unit),
            received_at=self._hub.clock(),
            person=actor.person,
            role=actor.role,
            request=request,
        )
        return Save(stream=stream, case=case, expected_version=version, command=command, events=events, meta=meta)


def _findings(event: object) -> tuple[Finding, ...]:
    return event.findings if isinstance(event, MessageRefused) else ()


def _placing(command: UUID) -> UUID:
    """The command that puts a parked message on a case: one, whoever places it, wherever and however often."""
    return uuid5(command, "placed")


def _placed_elsewhere() -> Contradiction:
    return Contradiction("the message was placed on another case", code="already-placed", field="case")
