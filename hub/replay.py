"""The compliance officer's question, answered from the record itself: who told whom what, when, on which hjemmel.

A replay folds the events of a case – every stream of it – up to a moment, and lists every act that passed information
on or was refused, with the consents as they stood, what the citizen was told, and what became of the letter. No read
model is evidence (event-store.md, "Projections").

What came in as a message of another system is listed too, as `received`: it told its receiver something about her, on a
basis that its sender answers for and the hub was never asked about (hub/decisions/0005).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from hub.domain.act import act_of
from hub.domain.audience import Addressed
from hub.domain.consent import Consent, ConsentGiven, ConsentWithdrawn
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
)
from hub.domain.disclosure import CitizenInformed, DisclosureRefused
from hub.domain.incoming import IncomingEvent, MessageParked, kept_in
from hub.domain.request import ClarificationGiven, InformationRequested
from hub.domain.ruling import Ruling
from hub.store import Recorded
from hub.vocabulary.information import categories, content_digest
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

Told = Addressed | DisclosureRefused | IncomingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentThen:
    """A consent that an act relied on, as it stood at the act; `withdrawn_at` is as known now."""

    consent: str
    form: str
    given_at: datetime
    lapses_on: date | None
    stood: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act: made or refused; or a message that another system sent, received."""

    case: UUID
    act: UUID
    kind: str
    outcome: str
    at: datetime
    recorded_at: datetime
    position: str
    discloser: Unit
    recipient: Unit
    client: str | None
    person: str | None
    role: str | None
    purpose: str | None
    invoked: str | None
    basis: str | None
    citation: str | None
    edition: str | None
    gate: str | None
    reason: str | None
    duties: tuple[str, ...]
    categories: tuple[str, ...]
    withheld: tuple[str, ...]
    content_sha256: str | None
    consents: tuple[ConsentThen, ...]
    rule_set: str | None
    contested: bool
    already_made: bool
    citizen_informed_at: datetime | None = None
    citizen_informed_how: str | None = None
    delivery: str | None = None
    delivery_at: datetime | None = None


@dataclass(slots=True)
class _Course:
    """What a replay of one case has seen so far: consents, lines by position, which line each letter carries."""

    consents: dict[str, Consent]
    lines: dict[str, Line]
    letters: dict[UUID, str]


def replay(events: Iterable[Recorded], *, until: datetime | None = None) -> list[Line]:
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
            for position in [place for place, line in seen.lines.items() if line.act == act]:
                _amend(seen, position, citizen_informed_at=at, citizen_informed_how=how)
        case DisclosureRefused():
            _add(seen, _line(seen, recorded, event, "refused"))
        case _ if isinstance(event, Addressed):
            _add(seen, _line(seen, recorded, event, "made"))
        case _ if isinstance(event, IncomingEvent):
            _add(seen, _line(seen, recorded, event, "received"))
        case _:
            _deliver(seen, recorded)


def _deliver(seen: _Course, recorded: Recorded) -> None:
    event = recorded.event
    match event:
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
    if carried is not None:
        _amend(seen, carried, delivery=status, delivery_at=recorded.recorded_at)


def _line(seen: _Course, recorded: Recorded, event: Told, outcome: str) -> Line:
    ruling: Ruling | None = getattr(event, "ruling", None)
    decision = ruling.decision if ruling else None
    meta = recorded.meta
    return Line(
        case=recorded.case,
        act=_act(recorded, event),
        kind=recorded.name.partition(".")[0],
        outcome=outcome,
        at=event.at,
        recorded_at=recorded.recorded_at,
        position=f"{recorded.partition}/{recorded.position}",
        discloser=event.by,
        recipient=event.recipient,
        client=meta.client if meta else None,
        person=meta.person if meta else None,
        role=meta.role if meta else None,
        purpose=ruling.facts.purpose if ruling else None,
        invoked=decision.invoked if decision else None,
        basis=decision.basis if decision else None,
        citation=decision.citation if decision else None,
        edition=decision.edition if decision else None,
        gate=decision.gate if decision else None,
        reason=decision.reason.value if decision else None,
        duties=tuple(duty.value for duty in decision.duties) if decision else (),
        categories=_categories(event, ruling),
        withheld=decision.withheld if decision else (),
        content_sha256=_digest(event),
        consents=_consents(seen, ruling),
        rule_set=decision.rule_set if decision else None,
        contested=decision.contested if decision else False,
        already_made=not isinstance(event, IncomingEvent) and event.already_made,
    )


def _act(recorded: Recorded, event: Told) -> UUID:
    """By which id the act, or the message, is known at the doors."""
    if isinstance(event, IncomingEvent):
        return kept_in(recorded.case, event.message)
    return act_of(event) or recorded.command


def _digest(event: Told) -> str | None:
    """Of the items; of a message, the bytes as they came."""
    if isinstance(event, IncomingEvent):
        return event.sha256 or None
    items = () if isinstance(event, InformationRequested | ClarificationGiven) else getattr(event, "items", ())
    return content_digest(items) if items else None


def _categories(event: Told, ruling: Ruling | None) -> tuple[str, ...]:
    """What was passed on; for a refusal and a request, what was to be. Of a message the hub knows no category."""
    if isinstance(event, DisclosureRefused):
        return ruling.facts.categories if ruling else ()
    if isinstance(event, InformationRequested):
        return event.form.items
    if isinstance(event, ClarificationGiven):
        return event.items
    items = getattr(event, "items", ())
    return categories(items)


def _consents(seen: _Course, ruling: Ruling | None) -> tuple[ConsentThen, ...]:
    """The consents that carried the act; for a refusal, those it was judged by."""
    if ruling is None:
        return ()
    judged_by = () if ruling.permits else _nearest(ruling)
    relied = ruling.decision.consents or judged_by
    known = (seen.consents[key] for key in relied if key in seen.consents)
    return tuple(_then(consent, ruling.facts.at, carried=ruling.permits) for consent in known)


def _nearest(ruling: Ruling) -> tuple[str, ...]:
    """The consents a refusal can have turned on: those between the two, else the discloser's, and no others."""
    facts = ruling.facts
    own = [each for each in facts.consents if facts.discloser in each.disclosers]
    between = [each for each in own if facts.recipient in each.recipients]
    return tuple(each.id for each in between or own)


def _then(consent: Consent, at: datetime, *, carried: bool) -> ConsentThen:
    """What carried an act was in force for it; not every provision knows the year of sundhedsloven § 44."""
    lapses = consent.terms.lapses_on(consent.given_at)
    if carried:
        stood = "in force"
    elif consent.withdrawn_at is not None:
        stood = "withdrawn"
    elif consent.given_at > at:
        stood = "not yet given"
    else:
        stood = "in force" if lapses is None or local_day(at) < lapses else "lapsed"
    return ConsentThen(
        consent=str(consent.consent),
        form=consent.terms.form,
        given_at=consent.given_at,
        lapses_on=lapses,
        stood=stood,
        withdrawn_at=consent.withdrawn_at,
    )


def _withdraw(seen: _Course, key: str, at: datetime) -> None:
    """Later lines see the consent withdrawn; earlier ones keep how it stood and learn that it was withdrawn."""
    if key not in seen.consents:
        return
    seen.consents[key] = replace(seen.consents[key], withdrawn_at=at)
    for position, line in seen.lines.items():
        told = tuple(replace(each, withdrawn_at=at) if each.consent == key else each for each in line.consents)
        if told != line.consents:
            seen.lines[position] = replace(line, consents=told)


def _add(seen: _Course, line: Line) -> None:
    seen.lines[line.position] = line


def _amend(seen: _Course, position: str, **more: object) -> None:
    line = seen.lines.get(position)
    if line is not None:
        seen.lines[position] = replace(line, **more)  # type: ignore[arg-type] # the names stand right above


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which lines are wanted; None leaves a filter out. `reader` is the unit that asks. Moments count by `at`."""

    since: datetime | None = None
    until: datetime | None = None
    unit: Unit | None = None
    reader: Unit | None = None
    basis: str | None = None
    discloser: Unit | None = None
    recipient: Unit | None = None
    outcome: str | None = None

    def wants(self, line: Line) -> bool:
        """Does this line answer the question?"""
        return (
            (self.since is None or line.at >= self.since)
            and (self.until is None or line.at < self.until)
            and (self.unit is None or self.unit in (line.discloser, line.recipient))
            and (self.reader is None or self._concerns(line))
            and (self.basis is None or self.basis in (line.basis, line.invoked))
            and (self.discloser is None or self.discloser == line.discloser)
            and (self.recipient is None or self.recipient == line.recipient)
            and (self.outcome is None or self.outcome == line.outcome)
        )

    def _concerns(self, line: Line) -> bool:
        """A unit sees its own acts, refused ones too, and what was passed on to it; a sister unit's are not its own."""
        return line.discloser == self.reader or (line.outcome != "refused" and line.recipient == self.reader)


def answers(
    cases: Iterable[Iterable[Recorded]], question: Question, *, legal: datetime | None = None
) -> Iterator[Line]:
    """The lines of these cases that answer the question."""
    for events in cases:
        yield from (line for line in replay(events, until=legal) if question.wants(line))
