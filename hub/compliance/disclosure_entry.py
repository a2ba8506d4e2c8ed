"""One line of a replay: an act that passed information on or was refused, a message that came in, or a unit that did.

What came in as a message of another system is listed as `received`, with the base that was presumed for it or stated
(hub/decisions/0009). A unit that came onto the case by the woman's number is listed as `joined`, with the relation it
stated for its purpose: it stands on both sides, for nothing was passed on yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.addressed import Addressed, Bringing, Rectifying, is_told_at_once
from hub.domain.consent import Consent
from hub.domain.correction.events import CITED, ActsRetracted
from hub.domain.course.events import PartyJoined
from hub.domain.disclosure import DisclosureRefused
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent, kept_in
from hub.domain.notifier import OUTSIDE, ConcernReceived
from hub.domain.request.events import ClarificationGiven, InformationRequested
from hub.domain.ruling import Ruling, ruling_of
from hub.store import Meta, Recorded
from hub.vocabulary.information import categories, content_digest
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

Told = Addressed | DisclosureRefused | IncomingEvent
JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentThen:
    """A consent that an act relied on, as it stood then, and who registered it; `withdrawn_at` is as known now."""

    consent: str
    form: str
    registered_by: Unit
    given_at: datetime
    lapses_on: date | None
    stood: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryAct:
    """Which act: made or refused; or a message that another system sent, received. `position` is its place.

    `told` says that its receiver knows of it (hub.domain.audience).
    """

    case: UUID
    id: UUID
    kind: str
    outcome: str
    at: datetime
    recorded_at: datetime
    position: str
    already_made: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryParties:
    """Who passed it on to whom, and through which system and by which person."""

    discloser: Unit
    recipient: Unit
    client: str | None = None
    person: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRuling:
    """What was asked of the law and what it answered; empty for what the law was not asked about."""

    purpose: str | None = None
    invoked: str | None = None
    basis: str | None = None
    citation: str | None = None
    edition: str | None = None
    gate: str | None = None
    reason: str | None = None
    duties: tuple[str, ...] = ()
    rule_set: str | None = None
    contested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryContent:
    """What was passed on by category, what was held back, and the digest of the words."""

    categories: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CitizenTold:
    """When she was told of the act, and how."""

    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class LetterStatus:
    """What became of the letter, in words, and when the record took that."""

    status: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureEntry:
    """One act, or one message that came in, with all that a compliance officer asks of it."""

    act: EntryAct
    parties: EntryParties
    ruling: EntryRuling
    content: EntryContent
    consents: tuple[ConsentThen, ...] = ()
    told: CitizenTold | None = None
    delivery: LetterStatus | None = None


def entry_of(recorded: Recorded, event: Told, outcome: str, consents: Mapping[str, Consent]) -> DisclosureEntry:
    """The line of an act that was made, refused or received; `consents` are those that the case has seen, by id."""
    ruling = ruling_of(event)
    return DisclosureEntry(
        act=EntryAct(
            case=recorded.case,
            id=_act(recorded, event),
            kind=recorded.name.partition(".")[0],
            outcome=outcome,
            at=event.at,
            recorded_at=recorded.recorded_at,
            position=f"{recorded.partition}/{recorded.position}",
            already_made=not isinstance(event, IncomingEvent) and event.already_made,
            told=_is_told_at_once(event),
        ),
        parties=_parties(event.by, event.recipient, recorded.meta),
        ruling=_judged(ruling) if ruling else _unjudged(event),
        content=EntryContent(
            categories=_categories(event, ruling),
            withheld=ruling.decision.withheld if ruling else (),
            sha256=_digest(event),
        ),
        consents=_consents(consents, ruling),
    )


def joined(recorded: Recorded, event: PartyJoined) -> DisclosureEntry:
    """The line of a unit that came onto the case by the woman's number."""
    meta = recorded.meta
    return DisclosureEntry(
        act=EntryAct(
            case=recorded.case,
            id=recorded.command,
            kind=recorded.name.partition(".")[0],
            outcome=JOINED,
            at=event.at,
            recorded_at=recorded.recorded_at,
            position=f"{recorded.partition}/{recorded.position}",
        ),
        parties=_parties(event.by, event.unit, meta),
        ruling=EntryRuling(purpose=event.relation),
        content=EntryContent(),
    )


def received(recorded: Recorded, event: ConcernReceived) -> DisclosureEntry:
    """The line of an underretning that came in from outside the hub: it rests on no act of a unit, and names nobody."""
    return DisclosureEntry(
        act=EntryAct(
            case=recorded.case,
            id=event.concern,
            kind=recorded.name.partition(".")[0],
            outcome="received",
            at=event.at,
            recorded_at=recorded.recorded_at,
            position=f"{recorded.partition}/{recorded.position}",
            told=True,
        ),
        parties=_parties(OUTSIDE, event.by, recorded.meta),
        ruling=EntryRuling(purpose="underretning", duties=tuple(duty.value for duty in event.duties)),
        content=EntryContent(
            categories=categories(event.items), sha256=content_digest(event.items) if event.items else None
        ),
    )


def _is_told_at_once(event: Told) -> bool:
    if isinstance(event, DisclosureRefused):
        return False
    return isinstance(event, IncomingEvent) or is_told_at_once(event)


def _parties(discloser: Unit, recipient: Unit, meta: Meta | None) -> EntryParties:
    if meta is None:
        return EntryParties(discloser=discloser, recipient=recipient)
    return EntryParties(
        discloser=discloser, recipient=recipient, client=meta.client, person=meta.person, role=meta.role
    )


def _judged(ruling: Ruling) -> EntryRuling:
    decision = ruling.decision
    return EntryRuling(
        purpose=ruling.facts.purpose,
        invoked=decision.invoked,
        basis=decision.basis,
        citation=decision.citation,
        edition=decision.edition,
        gate=decision.gate,
        reason=decision.reason.value,
        duties=tuple(duty.value for duty in decision.duties),
        rule_set=decision.rule_set,
        contested=decision.contested,
    )


def _unjudged(event: Told) -> EntryRuling:
    """A retraction goes on a duty of its own, whatever became of the base of what it takes back."""
    if isinstance(event, Rectifying):
        return EntryRuling(purpose="berigtigelse", citation=CITED)
    return EntryRuling()


def _act(recorded: Recorded, event: Told) -> UUID:
    """By which id the act, or the message, is known at the doors."""
    if isinstance(event, IncomingEvent):
        return kept_in(recorded.case, event.message)
    return act_of(event) or recorded.command


def _digest(event: Told) -> str | None:
    """Of the items; of a message, the bytes as they came."""
    if isinstance(event, IncomingEvent):
        return event.sha256 or None
    return content_digest(event.items) if isinstance(event, Bringing) and event.items else None


def _categories(event: Told, ruling: Ruling | None) -> tuple[str, ...]:
    """What was passed on; for a refusal and a request, what was to be. Of a message the hub knows no category."""
    if isinstance(event, DisclosureRefused):
        return ruling.facts.categories if ruling else ()
    if isinstance(event, InformationRequested):
        return event.form.items
    if isinstance(event, ClarificationGiven):
        return event.items
    if isinstance(event, ActsRetracted):
        return tuple(dict.fromkeys(point.name for act in event.acts for point in act.points if point.place))
    return categories(event.items) if isinstance(event, Bringing) else ()


def _consents(known: Mapping[str, Consent], ruling: Ruling | None) -> tuple[ConsentThen, ...]:
    """The consents that carried the act; for a refusal, those it was judged by."""
    if ruling is None:
        return ()
    judged_by = () if ruling.permits else _nearest(ruling)
    relied = ruling.decision.consents or judged_by
    stood = (known[key] for key in relied if key in known)
    return tuple(_then(consent, ruling.facts.at, carried=ruling.permits) for consent in stood)


def _nearest(ruling: Ruling) -> tuple[str, ...]:
    """The consents a refusal can have turned on: those between the two, else the discloser's, and no others."""
    facts = ruling.facts
    own = [consent for consent in facts.consents if facts.discloser in consent.disclosers]
    between = [consent for consent in own if facts.recipient in consent.recipients]
    return tuple(entry.id for entry in between or own)


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
        registered_by=consent.by,
        given_at=consent.given_at,
        lapses_on=lapses,
        stood=stood,
        withdrawn_at=consent.withdrawn_at,
    )
