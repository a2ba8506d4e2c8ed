"""What becomes of a message that came in: on its case, or parked for a person to place; refused, or known already.

Each message has one effect, whatever envelope it comes in (hub.intake.deduplication). It is matched to a case
(hub.intake.case_match) and passes to its receiver on a ruling of the law only; without one it waits for a base, and its
sender is told (decisions/0009).
"""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from hub.application.command_handler import CommandHandler
from hub.application.conflict_retry import retried
from hub.delivery.dispatcher import Dispatcher
from hub.domain.message import (
    NO_BASE,
    NO_CPR_NUMBER,
    AcknowledgementReceived,
    Finding,
    MessageKept,
    MessageParked,
    MessageRefused,
)
from hub.domain.presumption import presumed
from hub.domain.ruling import Ruling
from hub.intake.case_match import CaseMatcher
from hub.intake.deduplication import Arrival, Deduplication, Earlier, Sending, waits
from hub.store import CommandRepeated, Save, VersionConflict
from hub.vocabulary.actors import Actor
from hub.vocabulary.identification import ForeignNumber, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit
from projections import outbox

CONFLICTS = (VersionConflict, CommandRepeated)


class MessageIntake:
    """Takes messages in. `dispatcher` closes the deliveries that Acknowledgements are about."""

    def __init__(self, hub: CommandHandler, dispatcher: Dispatcher) -> None:
        self._hub, self._dispatcher, self._record = hub, dispatcher, hub.record
        self.arrivals = Deduplication(hub)
        self._matches = CaseMatcher(hub.record, hub.keys, hub.cases)

    def receive(self, actor: Actor, arrival: Arrival) -> Earlier:
        """Record a good message, once: when the hub took it, and what its sender must be told, if anything."""
        try:
            return self._take(actor, arrival)
        except CONFLICTS:
            return retried(lambda: self._take_once(actor, arrival), CONFLICTS)

    def refuse(
        self, actor: Actor, content: bytes, found: tuple[Finding, ...], sending: Sending | None = None
    ) -> datetime:
        """Record that something came and was not taken: none of its words. `sending` is by what it is known again."""
        digest = sha256(content).hexdigest()
        refused = self._refused(actor, sending.message if sending else None, len(content), digest, found)
        command = self.arrivals.command(actor.unit, sending.message) if sending else uuid4()
        stream = uuid5(command, "refused")
        request = sending.digest if sending else content
        saves = [self.arrivals.save(actor, stream, stream, 0, command, (refused,), request)]
        try:
            return self._record.append([*saves, *self.arrivals.seen(actor, stream, sending)])[0].recorded_at
        except (CommandRepeated, VersionConflict):  # it came twice at once, or its envelope came with another message
            with suppress(CommandRepeated):
                return (self._record.stream(stream) or self._record.append(saves))[0].recorded_at
        return self.refuse(actor, content, found)  # its id came with other content at once

    def refuse_unread(self, actor: Actor, size: int | None, found: Finding) -> None:
        """Record that something came whose body was not read; `size` is what was announced for it."""
        stream = uuid4()
        refused = self._refused(actor, None, size, None, (found,))
        self._record.append([self.arrivals.save(actor, stream, stream, 0, uuid4(), (refused,), None)])

    def acknowledged(self, actor: Actor, sending: Sending, quoted: tuple[str, ...], answer: str) -> None:
        """Another system's answer to a letter of the hub's: record that it came, and what it means for the delivery."""
        command = self.arrivals.command(actor.unit, sending.message)
        due = next((found for message in quoted if (found := self._letter(actor.unit, message)) is not None), None)
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
        saves = [self.arrivals.save(actor, stream, stream, 0, command, (told,), sending.digest)]
        with suppress(CommandRepeated, VersionConflict):  # it came before; proof twice is proof once
            self._record.append([*saves, *self.arrivals.seen(actor, stream, sending)])

    def _take_once(self, actor: Actor, arrival: Arrival) -> Earlier:
        """Two copies came at once, perhaps, and the other one was first."""
        return self.arrivals.earlier(actor.unit, arrival.sending) or self._take(actor, arrival)

    def _take(self, actor: Actor, arrival: Arrival) -> Earlier:
        """On its case with the ruling that lets it pass, or parked: for its receiver, or for a base from its sender."""
        command = self.arrivals.command(actor.unit, arrival.sending.message)
        match, event = self._matches.of(arrival.event, arrival.numbers), arrival.event
        ruling, parked = presumed(event, match.case), None
        if not ruling.permits:
            parked = self._parking(arrival, NO_BASE, ruling)
        elif match.case is None:
            parked = self._parking(arrival, match.why, ruling)
        saves = (
            self._parked(actor, command, arrival, parked)
            if parked
            else self.arrivals.on_case(actor, command, arrival.ruled(ruling), match)
        )
        seen = self.arrivals.seen(actor, saves[0].case, arrival.sending)
        at = self._record.append([*saves, *seen])[0].recorded_at
        return Earlier(at, saves[0].case, waits(parked) if parked else ())

    def _answered(self, due: outbox.OutboxEntry, answer: str) -> None:
        if answer == "ok":
            self._dispatcher.received(due, "acknowledged")
        elif answer == "fatal-error":
            self._dispatcher.bounced(due, "refused-by-receiver")
        else:
            self._dispatcher.troubled(due, "receiver-in-trouble")

    def _parking(self, arrival: Arrival, why: str, ruling: Ruling) -> MessageParked:
        event = arrival.event
        return MessageParked(
            message=event.message,
            at=self._hub.clock(),
            by=event.by,
            recipient=event.recipient,
            kind=event.activity,
            why=why,
            cpr=arrival.first(Cpr),
            ruling=ruling,
            replacement=arrival.first(ReplacementNumber),
            foreign=arrival.first(ForeignNumber),
            sender_told=why in (NO_BASE, NO_CPR_NUMBER),
        )

    def _parked(self, actor: Actor, command: UUID, arrival: Arrival, parked: MessageParked) -> list[Save]:
        stream = uuid5(command, "parked")
        kept = MessageKept(message=parked.message, content=arrival.content)
        events = (parked, arrival.event, kept)
        return [self.arrivals.save(actor, stream, stream, 0, command, events, arrival.sending.digest)]

    def _letter(self, unit: Unit, message: str) -> outbox.OutboxEntry | None:
        """The letter to this unit that went out under this id."""
        try:
            key = UUID(message)
        except ValueError:
            return None
        with self._record.engine.connect() as connection:
            found = outbox.quoted(connection, reference=None, message=key)
        return next((letter for letter in found if letter.recipient == unit), None)

    def _refused(
        self, actor: Actor, message: str | None, size: int | None, digest: str | None, found: tuple[Finding, ...]
    ) -> MessageRefused:
        return MessageRefused(
            message=message, at=self._hub.clock(), by=actor.unit, size=size, sha256=digest, findings=found
        )
