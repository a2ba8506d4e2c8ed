"""A message on its way into the record: by what it is known again, what came before it, and how it is stored.

Ids of messages and of their envelopes are kept as keyed digests, per sender: a message is a command whose id is derived
from the sender and the MessageHeader.id and whose request is the content, an envelope a stream whose id is derived from
the sender and the Bundle.id.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from hub.application.command_handler import CommandHandler
from hub.domain import case as domain
from hub.domain.message import (
    NO_BASE,
    NO_CPR_NUMBER,
    EnvelopeSeen,
    Finding,
    IncomingEvent,
    MessageKept,
    MessageParked,
    MessagePlaced,
    MessageRefused,
    ReceiveMessage,
    kept_in,
)
from hub.domain.ruling import Ruling
from hub.errors import KeyReused
from hub.intake.case_match import CaseMatched
from hub.ports.intake import HEADER, IssueCode
from hub.store import CaseErased, CommandRepeated, Meta, Recorded, Save, VersionConflict
from hub.vocabulary.actors import Actor
from hub.vocabulary.identification import ForeignNumber, Identification, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit

N = TypeVar("N", Cpr, ReplacementNumber, ForeignNumber)
CLIENT = "medcom"  # under which commands of messages are known, apart from any client's own keys


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
    numbers: tuple[Identification, ...]
    content: bytes = field(repr=False)
    sending: Sending

    def first(self, kind: type[N]) -> N | None:
        """The number of this kind by which it names her."""
        return next((number for number in self.numbers if isinstance(number, kind)), None)

    def ruled(self, ruling: Ruling) -> "Arrival":
        """The same, with the ruling that lets it pass on its event."""
        return replace(self, event=replace(self.event, ruling=ruling))


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that came before: when the hub took it, where it stands, and what was wrong with it, if anything."""

    at: datetime
    case: UUID
    findings: tuple[Finding, ...] = ()


class Deduplication:
    """What the record knows of messages, and the saves that a message is stored by."""

    def __init__(self, hub: CommandHandler) -> None:
        self._hub, self._record, self._keys = hub, hub.record, hub.keys

    def earlier(self, unit: Unit, sending: Sending) -> Earlier | None:
        """What was made of this message when it came before; `KeyReused` when other content came under its id."""
        command = self.command(unit, sending.message)
        stream = self._record.stream_of(command)
        if stream is None:
            return None
        came = self._record.command(stream, command)[0]
        kept = came if came.meta else self.placed(came)
        if kept is None or kept.meta is None or kept.meta.request != self._keys.request_digest(sending.digest):
            raise KeyReused("this message id came with other content before")
        return Earlier(came.recorded_at, kept.case, _findings(kept.event))

    def is_anothers(self, unit: Unit, sending: Sending) -> bool:
        """Did this Bundle.id come from this unit before, with another message in it?

        That is an error, whereas a known message in a new envelope is none (medcom.md §2, "Reliable messaging").
        """
        seen = self._record.stream(self._envelope(unit, sending)) if sending.bundle else ()
        command = self.command(unit, sending.message)
        return any(
            not isinstance(recorded.event, EnvelopeSeen) or recorded.event.message != command for recorded in seen
        )

    def came_again(self, actor: Actor, earlier: Earlier, sending: Sending) -> None:
        """Remember under which envelope a known message came again, so that no other one comes in it."""
        if sending.bundle and not self._record.stream(self._envelope(actor.unit, sending)):
            with suppress(CommandRepeated, VersionConflict, CaseErased):
                self._record.append(self.seen(actor, earlier.case, sending))

    def command(self, unit: Unit, message: str) -> UUID:
        """The id under which this unit's message is known."""
        return self._keys.command_id(f"{CLIENT} {unit}", message.lower())

    def placed(self, came: Recorded) -> Recorded | None:
        """The same message on the case it was placed on since, if it was."""
        placed = self._record.stream(came.stream)[-1].event
        if not isinstance(placed, MessagePlaced):
            return None
        return self._record.command(placed.case, placing(came.command))[0]

    def on_case(
        self, actor: Actor, command: UUID, arrival: Arrival, match: CaseMatched, *, sealed: bool = False
    ) -> list[Save]:
        """The message as the case's next event, and its bytes beside it. A `sealed` one brings its digest."""
        events = domain.decide(match.case, ReceiveMessage(arrival.event))
        if not events:
            raise KeyReused("another message stands on the case under this id")
        case, version, message = match.id, match.version, arrival.event.message
        assert case is not None
        kept = MessageKept(message=message, content=arrival.content)
        told = self.save(actor, case, case, version, command, events, arrival.sending.digest, sealed=sealed)
        return [told, self.save(actor, kept_in(case, message), case, 0, command, (kept,), None)]

    def seen(self, actor: Actor, case: UUID, sending: Sending | None) -> list[Save]:
        """The envelope, remembered together with what came in it."""
        if sending is None or not sending.bundle:
            return []
        stream, command = self._envelope(actor.unit, sending), self.command(actor.unit, sending.message)
        seen = EnvelopeSeen(message=command, at=self._hub.clock(), by=actor.unit)
        return [self.save(actor, stream, case, 0, stream, (seen,), None)]

    def save(
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
        """The next events of a stream. `sealed` content is a request's digest already."""
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

    def _envelope(self, unit: Unit, sending: Sending) -> UUID:
        return self._keys.command_id(f"{CLIENT} envelope {unit}", sending.bundle.lower())


def placing(command: UUID) -> UUID:
    """The command that puts a parked message on a case: one, whoever places it, wherever and however often."""
    return uuid5(command, "placed")


def _findings(event: object) -> tuple[Finding, ...]:
    """What its sender was told: the rules it broke, or that it waits."""
    if isinstance(event, MessageParked):
        return waits(event)
    return event.findings if isinstance(event, MessageRefused) else ()


def waits(parked: MessageParked) -> tuple[Finding, ...]:
    """What its sender is told of a message that waits: for a base, or for a person who knows whom it is about.

    Of one with a CPR number nothing is told, and nothing of what its receiver knows: another answer would say whether
    she has a case.
    """
    if parked.why == NO_BASE:
        return _waits_for_base()
    return _waits_for_a_person() if parked.why == NO_CPR_NUMBER and parked.sender_told else ()


def _waits_for_a_person() -> tuple[Finding, ...]:
    says = (
        "a CPR number, or another number of hers by which the sender is on her case, or the id of the case as "
        "episodeOfCare. It is kept, and waits for a person of its receiver to say whom it is about"
    )
    at = "Bundle.entry.resource.ofType(Patient).identifier"
    return (Finding(severity="error", code=IssueCode.UNABLE.value, element=at, rule=NO_CPR_NUMBER, says=says),)


def _waits_for_base() -> tuple[Finding, ...]:
    """That the law does not let the hub pass it on as it came, and what its sender may do."""
    says = (
        "a base that the hub may presume: between health persons, on treatment under way that she has not said no to "
        "(sundhedsloven § 41, stk. 2, nr. 1). It waits, and its receiver is told nothing: state a base with "
        "POST /v1/parked-messages/{id}/placement"
    )
    return (
        Finding(severity="error", code=IssueCode.UNABLE.value, element=f"{HEADER}.sender", rule=NO_BASE, says=says),
    )
