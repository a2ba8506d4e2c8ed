"""What an act demands of a consent: sundhedsloven §§ 42-44, forvaltningsloven § 28 (rules R02 to R08, R16, R17).

`measure_of` works the act out once; `failings` holds one consent against it and names every way in which it does not
fit, its categories apart. What the consents carry together is hub.law.samtykke's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from hub.law import frabedelse, samtykkegiver
from hub.law.facts import NOT_STATED, ConsentFact, Facts
from hub.law.hjemmel import Reason
from hub.law.provisions import ConsentDemand
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import first_moment_within, local_day

OBTAIN, DISCLOSE, BOTH = "indhente", "videregive", "begge"
FORMS_THAT_NEED_A_REASON = frozenset({"oral_with_reason", "express_specific_informed"})
KINDS_WITH_UNITS = frozenset({"hospital", "kommune", "ngo"})


@dataclass(frozen=True, slots=True)
class Measure:
    """The act as consents are measured against it, worked out once for all of them."""

    facts: Facts
    demand: ConsentDemand
    day: date
    given_from: datetime | None
    directions: frozenset[str | None]
    competent: frozenset[str]
    protest: bool
    is_child: bool
    receiver_is_whole: bool
    oral_needs_reason: bool
    noes: dict[str, datetime]


def measure_of(facts: Facts, demand: ConsentDemand) -> Measure:
    """The day, the oldest consent that still holds, who may consent, and every no that stands at that moment."""
    day, role = local_day(facts.at), facts.subject.role
    age = samtykkegiver.age(facts, day)
    years = demand.lifetime_years
    return Measure(
        facts=facts,
        demand=demand,
        day=day,
        given_from=None if years is None else first_moment_within(years, day),
        directions=frozenset({OBTAIN if facts.act == "indhentning" else DISCLOSE, BOTH, None}),
        competent=samtykkegiver.competent(role, age, facts.flags),
        protest=samtykkegiver.another_holder_protests(role, age, facts.flags),
        is_child=role in samtykkegiver.THE_CHILD,
        receiver_is_whole=_is_whole(facts.recipient),
        oral_needs_reason=not FORMS_THAT_NEED_A_REASON.isdisjoint(demand.forms),
        noes=frabedelse.standing(facts, age),
    )


def failings(consent: ConsentFact, measure: Measure) -> list[Reason]:
    """Every way in which this consent fails the act, its categories apart (R05)."""
    return [
        *_failings_in_time(consent, measure),
        *_failings_in_use(consent, measure),
        *_failings_in_parties(consent, measure),
        *_failings_in_person(consent, measure),
    ]


def _failings_in_time(consent: ConsentFact, measure: Measure) -> Iterator[Reason]:
    """Was it given by then, does it stand, and does it still hold?"""
    at = measure.facts.at
    if at < consent.given_at:
        yield Reason.CONSENT_NOT_YET_GIVEN
    if consent.withdrawn_at is not None and consent.withdrawn_at <= at:
        yield Reason.CONSENT_WITHDRAWN
    if _has_lapsed(consent, measure):
        yield Reason.CONSENT_EXPIRED


def _failings_in_use(consent: ConsentFact, measure: Measure) -> Iterator[Reason]:
    """Was it given for this direction and purpose, to one who may take it, in a form that suffices?"""
    if consent.direction not in measure.directions:
        yield Reason.CONSENT_WRONG_DIRECTION
    if consent.given_to not in measure.demand.given_to and "any" not in measure.demand.given_to:
        yield Reason.CONSENT_GIVEN_TO_WRONG_PARTY
    if consent.purposes and measure.facts.purpose not in consent.purposes:
        yield Reason.CONSENT_WRONG_PURPOSE
    if consent.form == "oral" and measure.oral_needs_reason and not _is_stated(consent.oral_reason):
        yield Reason.CONSENT_ORAL_NO_REASON


def _failings_in_parties(consent: ConsentFact, measure: Measure) -> Iterator[Reason]:
    """Does it say who tells whom, and are those these two? A blank is a failing of its own."""
    facts = measure.facts
    sender = facts.discloser in consent.disclosers or _names(consent.disclosers, facts.discloser)
    receiver = (measure.receiver_is_whole and facts.recipient in consent.recipients) or _names(
        consent.recipients, facts.recipient
    )
    if sender is None or receiver is None or _has_blanks(consent):
        yield Reason.CONSENT_NOT_SPECIFIC
    if sender is False:
        yield Reason.CONSENT_WRONG_DISCLOSER
    if receiver is False:
        yield Reason.CONSENT_WRONG_RECIPIENT


def _failings_in_person(consent: ConsentFact, measure: Measure) -> Iterator[Reason]:
    """Whose data, and who gave it: the giver's right is tested only where the subject is covered (R16, R17)."""
    if not consent.subjects:
        return  # a blank, which is a failing already
    unborn_then = measure.is_child and samtykkegiver.given_before_birth(consent, measure.facts)
    if measure.facts.subject.role not in consent.subjects or unborn_then:
        yield Reason.CONSENT_WRONG_SUBJECT
        return
    if consent.given_by not in measure.competent or not _had_the_right(consent, measure):
        yield Reason.CONSENT_GIVER_INCOMPETENT
    if measure.protest:
        yield Reason.CONSENT_CUSTODY_CONFLICT


def _has_lapsed(consent: ConsentFact, measure: Measure) -> bool:
    """Past the statute's year (R02), or past its own last day (R03)."""
    if measure.given_from is not None and consent.given_at < measure.given_from:
        return True
    return consent.valid_until is not None and consent.valid_until < measure.day


def _has_blanks(consent: ConsentFact) -> bool:
    """Is subject, category, purpose or direction left open? The day of a meeting may be (R34)."""
    return not (consent.direction and consent.subjects and consent.categories and consent.purposes)


def _names(named: tuple[Unit, ...], wanted: Unit) -> bool | None:
    """A unit not named as it stands: False when others are, None when it is left open which unit or house is meant."""
    others_named = False
    for unit in named:
        if _is_whole(unit):
            others_named = True
        elif unit.kind == wanted.kind and unit.organisation == wanted.organisation:
            return None
    return False if others_named else None


def _is_whole(unit: Unit) -> bool:
    """Is it stated down to the unit, where such an organisation has units, and is the organisation stated?"""
    return unit.organisation != NOT_STATED and (unit.unit != NOT_STATED or unit.kind not in KINDS_WITH_UNITS)


def _had_the_right(consent: ConsentFact, measure: Measure) -> bool:
    """Could its giver consent on the day she gave it? Only a date of birth tells that day from the day of the act."""
    facts = measure.facts
    if facts.flags.birth_date is None:
        return True
    then = samtykkegiver.age(facts, local_day(consent.given_at))
    return consent.given_by in samtykkegiver.competent(facts.subject.role, then, facts.flags)


def _is_stated(text: str | None) -> bool:
    return text is not None and text.strip() not in ("", NOT_STATED)
