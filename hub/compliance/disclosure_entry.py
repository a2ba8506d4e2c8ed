"""One line of a replay: an act that passed information on or was refused, or a message that came in, with its basis.

What came in as a message of another system is listed as `received`: it told its receiver something about her, on a
basis that its sender answers for and the hub was never asked about (hub/decisions/0005).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.audience import Addressed
from hub.domain.consent import Consent
from hub.domain.disclosure import DisclosureRefused
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent, kept_in
from hub.domain.request.events import ClarificationGiven, InformationRequested
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
class DisclosureEntry:
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


def entry_of(recorded: Recorded, event: Told, outcome: str, consents: Mapping[str, Consent]) -> DisclosureEntry:
    """The line of an act that was made, refused or received; `consents` are those that the case has seen, by id."""
    ruling: Ruling | None = getattr(event, "ruling", None)
    decision = ruling.decision if ruling else None
    meta = recorded.meta
    return DisclosureEntry(
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
        consents=_consents(consents, ruling),
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
    between = [each for each in own if facts.recipient in each.recipients]
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
        given_at=consent.given_at,
        lapses_on=lapses,
        stood=stood,
        withdrawn_at=consent.withdrawn_at,
    )
