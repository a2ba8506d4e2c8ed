"""Consent (samtykke): given, confirmed, declined, withdrawn. Expiry is computed by the law, never stored.

What a consent covers is the law's to say (hub.law.samtykke); this module remembers what was said, when, and to whom.

A yes is heard only from the unit that passes on by it: it carries a discloser that registered it, or has confirmed that
it was given (sundhedsloven §§ 43 and 44; rule R07). A no is heard whoever brings it: it can only keep something back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import assert_never
from uuid import UUID

from hub.domain.backdating import precedes
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.law import facts as law
from hub.law.catalogue import basis, is_health_person
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import add_years, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the statement says (forms 4.0–4.2: subject, senders, receivers, categories, purposes, direction)."""

    form: str
    given_by: str
    received_by: Unit
    direction: str
    disclosers: tuple[Unit, ...]
    recipients: tuple[Unit, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    subjects: tuple[str, ...]
    valid_until: date | None = None
    oral_reason: str | None = None
    journalised: bool = True
    excludes: tuple[str, ...] = ()
    scope: str | None = None
    meeting_at: date | None = None

    def lapses_on(self, given_at: datetime) -> date | None:
        """The first day on which it no longer carries anything; None when nothing but a withdrawal ends it.

        Her own term, and the year of sundhedsloven § 44(2) where it is a health person's to pass on for another purpose
        than treatment (§ 43(1); rules R02, R03).
        """
        ends = [] if self.valid_until is None else [self.valid_until + timedelta(days=1)]
        if self.purposes != ("behandling",) and any(map(is_health_person, self.disclosers)):
            years = basis("SUL-43-1").consent.lifetime_years
            assert years is not None
            ends.append(add_years(local_day(given_at), years))
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Register a consent; `at` is when she gave it, and may lie any time back."""

    consent: UUID
    at: datetime
    by: Unit
    terms: Terms


@dataclass(frozen=True, slots=True)
class DeclineConsent:
    """Register that she was asked and said no."""

    consent: UUID
    at: datetime
    by: Unit
    terms: Terms


@dataclass(frozen=True, slots=True)
class ConfirmConsent:
    """A unit that another one's consent names as discloser states that she gave it, and that it passes on by it."""

    consent: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Register that she took a consent back."""

    consent: UUID
    at: datetime
    by: Unit


ConsentCommand = GiveConsent | ConfirmConsent | DeclineConsent | WithdrawConsent


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """She consented, on these terms."""

    consent: UUID
    at: datetime
    by: Unit
    terms: Terms


@dataclass(frozen=True, slots=True)
class ConsentConfirmed:
    """A discloser has confirmed a consent that another unit registered; from here on it carries this discloser too."""

    consent: UUID
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True)
class ConsentDeclined:
    """She was asked for a consent on these terms and said no."""

    consent: UUID
    at: datetime
    by: Unit
    terms: Terms


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """She took the consent back. Disclosures stored before this stay lawful; none may follow (rule R04)."""

    consent: UUID
    at: datetime
    by: Unit


ConsentEvent = ConsentGiven | ConsentConfirmed | ConsentDeclined | ConsentWithdrawn


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent as it stands; `by` is the unit that registered it, `confirmed` the disclosers that did since."""

    consent: UUID
    given_at: datetime
    by: Unit
    terms: Terms
    withdrawn_at: datetime | None = None
    confirmed: frozenset[Unit] = frozenset()

    def was_told(self, unit: Unit, heir: Heir = lambda unit: unit) -> bool:
        """Is this unit shown the consent: did it register it, or may it be asked to pass something on by it?

        Or does it stand for a unit that did, by `heir`?
        """
        return unit in map(heir, (self.by, *self.terms.disclosers))

    def is_vouched_for_by(self, unit: Unit) -> bool:
        """Does this unit itself say that she gave it?"""
        return unit == self.by or unit in self.confirmed


@dataclass(frozen=True, slots=True)
class Consents:
    """Every consent of a case, and every no."""

    given: Mapping[UUID, Consent] = field(default_factory=dict)
    declined: Mapping[UUID, Consent] = field(default_factory=dict)

    def __getitem__(self, consent: UUID) -> Consent:
        try:
            return self.given[consent]
        except KeyError:
            raise NotFound("no such consent on this case") from None

    def told_to(self, consent: UUID, unit: Unit, heir: Heir = lambda unit: unit) -> Consent:
        """The consent, if this unit was told of it; `NotFound` as for one there is not: the id alone gives no power."""
        standing = self[consent]
        if not standing.was_told(unit, heir):
            raise NotFound("no such consent on this case")
        return standing

    def known_to(self, unit: Unit) -> "Consents":
        """What this unit may go by, of what it was told: it is judged by nothing else.

        The answer, and the facts that its author is shown, would else tell whom she lets know of her. Of a consent that
        it does not vouch for only a no is left.
        """
        given, declined = (
            {key: consent for key, consent in said.items() if consent.was_told(unit)}
            for said in (self.given, self.declined)
        )
        heard = ((key, _as_vouched_for(consent, unit)) for key, consent in given.items())
        return Consents({key: consent for key, consent in heard if consent is not None}, declined)

    def as_law(self, *, at: datetime, discloser: Unit, recipient: Unit) -> tuple[law.ConsentFact, ...]:
        """The consents as facts for one act, in the order they were given, and every no that answers one of them."""
        said = [*self.given.values(), *(self.declined.values() if self.given else ())]
        stated = sorted(said, key=lambda consent: (consent.given_at, consent.consent.int))
        return tuple(_fact(consent, at, discloser, recipient) for consent in stated)


def decide(consents: Consents, command: ConsentCommand, heir: Heir = lambda unit: unit) -> tuple[ConsentEvent, ...]:
    """What the command adds to the record. Whoever stands for a unit, by `heir`, hears a withdrawal in its place."""
    match command:
        case GiveConsent(consent, at, by, terms):
            if consent in consents.given:  # a withdrawn one would stand again
                raise Contradiction("a consent is given once", code="consent-already-given")
            return (ConsentGiven(consent, at, by, terms),)
        case ConfirmConsent(consent, at, by):
            standing = _still_given(consents, consent, by)
            if standing.is_vouched_for_by(by):
                raise Contradiction("this unit has said so already", code="consent-already-confirmed")
            if precedes(at, standing.given_at):
                raise Contradiction("a consent cannot be confirmed before it was given", code="confirmed-too-early")
            return (ConsentConfirmed(consent, at, by),)
        case DeclineConsent(consent, at, by, terms):
            return (ConsentDeclined(consent, at, by, terms),)
        case WithdrawConsent(consent, at, by):
            standing = _still_given(consents, consent, by, heir)
            if precedes(at, standing.given_at):
                raise Contradiction("a consent cannot be withdrawn before it was given", code="withdrawn-too-early")
            return (ConsentWithdrawn(consent, at, by),)
        case _:
            assert_never(command)


def evolve(consents: Consents, event: ConsentEvent) -> Consents:
    """The consents as they stand after one more event."""
    match event:
        case ConsentGiven(consent, at, by, terms):
            return replace(consents, given={**consents.given, consent: Consent(consent, at, by, terms)})
        case ConsentConfirmed(consent, by=by):
            standing = consents.given[consent]
            vouched = replace(standing, confirmed=standing.confirmed | {by})
            return replace(consents, given={**consents.given, consent: vouched})
        case ConsentDeclined(consent, at, by, terms):
            no = Consent(consent, at, by, replace(terms, excludes=()), withdrawn_at=at)
            return replace(consents, declined={**consents.declined, consent: no})
        case ConsentWithdrawn(consent, at):
            gone = replace(consents.given[consent], withdrawn_at=at)
            return replace(consents, given={**consents.given, consent: gone})
        case _:
            assert_never(event)


def _still_given(consents: Consents, consent: UUID, by: Unit, heir: Heir = lambda unit: unit) -> Consent:
    standing = consents.told_to(consent, by, heir)
    if standing.withdrawn_at is not None:
        raise Contradiction("this consent has been withdrawn already", code="consent-already-withdrawn")
    return standing


def _as_vouched_for(consent: Consent, unit: Unit) -> Consent | None:
    """The consent as this unit may go by it: one that only others vouch for covers nothing, and keeps back what it
    says; None when nothing is left of it.
    """
    if consent.is_vouched_for_by(unit) or consent.withdrawn_at is not None:
        return consent
    return replace(consent, terms=replace(consent.terms, categories=())) if consent.terms.excludes else None


def _fact(consent: Consent, at: datetime, discloser: Unit, recipient: Unit) -> law.ConsentFact:
    """One consent as the law reads it for an act at `at`.

    A withdrawal that is stored stops every act stored after it, whatever moment the act claims: its time is moved
    to the act. A later narrowing is heard the same way, though what it newly covers is not. Asked again, she said no:
    that is a consent taken back the moment it was given, which between these parties and for this purpose takes out
    what she had said yes to before (rule R24).
    """
    terms, given_at, covers = consent.terms, consent.given_at, consent.terms.categories
    if consent.withdrawn_at == given_at:
        given_at = min(given_at, at)
    elif terms.excludes and given_at > at:
        given_at, covers = at, ()
    withdrawn = None if consent.withdrawn_at is None else min(consent.withdrawn_at, at)
    return law.ConsentFact(
        id=str(consent.consent),
        given_at=given_at,
        form=terms.form,
        given_by=terms.given_by,
        given_to=_given_to(terms.received_by, discloser, recipient),
        direction=terms.direction,
        disclosers=terms.disclosers,
        recipients=terms.recipients,
        categories=covers,
        purposes=terms.purposes,
        subjects=terms.subjects,
        valid_until=terms.valid_until,
        withdrawn_at=withdrawn,
        oral_reason=terms.oral_reason,
        journalised=terms.journalised,
        excludes=terms.excludes,
        scope=terms.scope,
        meeting_at=terms.meeting_at,
    )


def _given_to(received_by: Unit, discloser: Unit, recipient: Unit) -> str:
    """Who took the consent, seen from one act: its discloser, its recipient, or somebody else who asked for it."""
    if received_by == discloser:
        return "discloser"
    return "recipient" if received_by == recipient else "requester"
