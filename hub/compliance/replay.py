"""The compliance officer's question, answered from the record itself: who told whom what, when, on which hjemmel.

A replay folds the events of a case – every stream of it – up to a moment, and lists every act that passed information
on or was refused, and every unit that came onto the case by her number, with the consents as they stood, what the
citizen was told, and what became of the letter. No read model is evidence (event-store.md, "Projections").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hub.compliance.disclosure_entry import CitizenTold, DisclosureEntry, LetterStatus, entry_of, joined, received
from hub.domain.addressed import Addressed
from hub.domain.consent import Consent, ConsentGiven, ConsentWithdrawn
from hub.domain.course.events import PartyJoined
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryDeparted,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
)
from hub.domain.disclosure import CitizenInformed, DisclosureRefused
from hub.domain.message import IncomingEvent, MessageParked
from hub.domain.notifier import ConcernReceived
from hub.store import Recorded
from hub.vocabulary.organisations import Unit


@dataclass(slots=True)
class _Course:
    """What a replay of one case has seen so far: consents, lines by position, which line each letter carries."""

    consents: dict[str, Consent]
    lines: dict[str, DisclosureEntry]
    letters: dict[UUID, str]


def replay(events: Iterable[Recorded], *, until: datetime | None = None) -> list[DisclosureEntry]:
    """The lines of one case, in the order they were recorded. `until` counts acts by `at`, legal time."""
    seen = _Course({}, {}, {})
    for recorded in events:
        if isinstance(recorded.event, MessageParked):
            return []  # a message that waits is on no case yet
        at = getattr(recorded.event, "at", None)
        if until is None or at is None or at <= until:
            _take(seen, recorded)
    return list(seen.lines.values())


def _take(seen: _Course, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case ConsentGiven(consent=key, at=at, by=by, terms=terms):
            seen.consents[str(key)] = Consent(key, at, by, terms)
        case ConsentWithdrawn(consent=key, at=at):
            _withdraw(seen, str(key), at)
        case CitizenInformed(about=act, at=at, how=how):
            for position in [place for place, line in seen.lines.items() if line.act.id == act]:
                seen.lines[position] = replace(seen.lines[position], told=CitizenTold(at, how))
        case PartyJoined(relation=str()):
            _add(seen, joined(recorded, event))
        case ConcernReceived():
            _add(seen, received(recorded, event))
        case DisclosureRefused():
            _add(seen, entry_of(recorded, event, "refused", seen.consents))
        case _ if isinstance(event, Addressed):
            _add(seen, entry_of(recorded, event, "made", seen.consents))
        case _ if isinstance(event, IncomingEvent):
            _add(seen, entry_of(recorded, event, "received", seen.consents))
        case _:
            _deliver(seen, recorded)


def _deliver(seen: _Course, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case DeliveryDeparted():
            _told(seen, event)
            return
        case DeliveryQueued(delivery=delivery, position=position):
            seen.letters[delivery] = f"{recorded.partition}/{position}"
            status = "queued"
        case DeliveryHeld(why=why):
            status = f"held: {why}"
        case DeliveryAttempted(attempt=attempt):
            status = f"attempt {attempt}"
        case DeliveryAccepted():
            status = "handed over"
        case DeliveryRejected(why=why):
            status = f"rejected: {why}"
        case DeliveryReceived(proof=proof):
            status = f"arrived: {proof}"
        case DeliveryAbandoned(why=why):
            status = f"failed: {why}"
        case _:
            return
    carried = seen.letters.get(event.delivery)
    if carried in seen.lines:
        seen.lines[carried] = replace(seen.lines[carried], delivery=LetterStatus(status, recorded.recorded_at))


def _told(seen: _Course, event: DeliveryDeparted) -> None:
    """Its receiver knows of it now; a letter that the receiver came for has no other end yet."""
    carried = seen.letters.get(event.delivery)
    if carried in seen.lines:
        line = seen.lines[carried]
        seen.lines[carried] = replace(line, act=replace(line.act, told=True))


def _withdraw(seen: _Course, key: str, at: datetime) -> None:
    """Later lines see the consent withdrawn; earlier ones keep how it stood and learn that it was withdrawn."""
    if key not in seen.consents:
        return
    seen.consents[key] = replace(seen.consents[key], withdrawn_at=at)
    for position, line in seen.lines.items():
        told = tuple(
            replace(consent, withdrawn_at=at) if consent.consent == key else consent for consent in line.consents
        )
        if told != line.consents:
            seen.lines[position] = replace(line, consents=told)


def _add(seen: _Course, line: DisclosureEntry) -> None:
    seen.lines[line.act.position] = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which lines are wanted; None leaves a filter out. Moments count by `at`.

    `reader` is the unit that asks, `formerly` are those that it took over from.
    """

    since: datetime | None = None
    until: datetime | None = None
    unit: Unit | None = None
    reader: Unit | None = None
    formerly: frozenset[Unit] = frozenset()
    basis: str | None = None
    discloser: Unit | None = None
    recipient: Unit | None = None
    outcome: str | None = None

    def wants(self, line: DisclosureEntry) -> bool:
        """Does this line answer the question?"""
        act, parties, ruling = line.act, line.parties, line.ruling
        return (
            (self.since is None or act.at >= self.since)
            and (self.until is None or act.at < self.until)
            and (self.unit is None or self.unit in (parties.discloser, parties.recipient))
            and (self.reader is None or self._concerns(line))
            and (self.basis is None or self.basis in (ruling.basis, ruling.invoked))
            and (self.discloser is None or self.discloser == parties.discloser)
            and (self.recipient is None or self.recipient == parties.recipient)
            and (self.outcome is None or self.outcome == act.outcome)
        )

    def _concerns(self, line: DisclosureEntry) -> bool:
        """A unit sees its own acts, refused ones too, and what it was told; a sister unit's are not its own."""
        readers = {self.reader, *self.formerly}
        return line.parties.discloser in readers or (line.act.told and line.parties.recipient in readers)


def answers(
    cases: Iterable[Iterable[Recorded]], question: Question, *, legal: datetime | None = None
) -> Iterator[DisclosureEntry]:
    """The lines of these cases that answer the question."""
    for events in cases:
        yield from (line for line in replay(events, until=legal) if question.wants(line))
