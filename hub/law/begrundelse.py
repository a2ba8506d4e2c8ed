"""The ground of a decision with its days: when a consent was given, until when it held, when it was withdrawn.

Only what the facts state is said. The sentences stand in explanations.toml under `ground`; this module finds which of
them fit, and the days that belong in them. hub.law.explain puts them behind the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.errors import Unreadable
from hub.law import catalogue, frabedelse, retssikkerhedsloven, samtykke, samtykkegiver
from hub.law.facts import UNDERRETNING, ConsentFact, Facts, Request
from hub.law.hjemmel import Decision, Reason
from hub.law.provisions import ConsentDemand
from hub.vocabulary.period import add_term, add_years, local_day

ON_THE_DAY = frozenset({Reason.BASIS_NOT_IN_FORCE})


@dataclass(frozen=True, slots=True)
class StatedGround:
    """One sentence by its key in explanations.toml, and the days and moments that belong in it."""

    key: str
    days: tuple[tuple[str, date | datetime], ...] = ()


def grounds(decision: Decision, facts: Facts) -> tuple[StatedGround, ...]:
    """What the facts show behind the reason, each sentence once, in the order it is told."""
    return tuple(dict.fromkeys(_grounds(decision, facts)))


def _grounds(decision: Decision, facts: Facts) -> Iterator[StatedGround]:
    basis = catalogue.find(decision.tested)
    if basis is not None and basis.consent.mode == "required":
        yield from (
            _used(decision, facts, basis.consent) if decision.permitted else _failed(decision, facts, basis.consent)
        )
    if basis is not None and basis.consent.mode == "asserted":
        yield from _vouched(decision, facts)
    if decision.reason is Reason.REQUEST_NO_OPEN_CASE and facts.request and facts.request.case_closed_at:
        yield StatedGround("closed", (("last", facts.request.case_closed_at),))
    if decision.reason in ON_THE_DAY:
        yield StatedGround("day", (("day", local_day(facts.at)),))
    if decision.reason is Reason.OK_MOVE_NOTICE and facts.flags.moved_at:
        yield StatedGround("moved", (("day", facts.flags.moved_at),))


def hears_of(rule: str, decision: Decision, facts: Facts | None) -> bool:
    """Should a reader hear of this rule, which the decision rests on? Of R35 where a parent is suspected."""
    if rule == "R35":
        told = facts.notification if facts else None
        return decision.act == UNDERRETNING and told is not None and told.abuser == "by_parent"
    return True


def _used(decision: Decision, facts: Facts, demand: ConsentDemand) -> Iterator[StatedGround]:
    for consent in facts.consents:
        if consent.id in decision.consents:
            given, last = ("given", local_day(consent.given_at)), _last_day(consent, demand)
            yield StatedGround("used", (given, ("last", last))) if last else StatedGround("used_open", (given,))


def _last_day(consent: ConsentFact, demand: ConsentDemand) -> date | None:
    """The last day it may be used: its own (R03) or the statute's (R02), whichever is earlier; None for no end."""
    ends = [consent.valid_until] if consent.valid_until else []
    if demand.lifetime_years is not None:
        ends.append(add_years(local_day(consent.given_at), demand.lifetime_years) - timedelta(days=1))
    return min(ends, default=None)


def _failed(decision: Decision, facts: Facts, demand: ConsentDemand) -> Iterator[StatedGround]:
    """Of the consent that came closest; of the no that stands where that is the reason."""
    if not decision.reason.startswith("CONSENT_"):
        return
    nearest = samtykke.weigh(facts, demand).nearest
    if decision.reason is Reason.CONSENT_WITHDRAWN:
        yield from _said_no(facts, nearest)
    elif nearest is not None:
        yield _of_the_nearest(decision.reason, nearest, facts, demand)


def _said_no(facts: Facts, nearest: ConsentFact | None) -> Iterator[StatedGround]:
    """The latest no to what was to go, or the withdrawal of the consent that came closest."""
    noes = frabedelse.standing(facts, samtykkegiver.age(facts, local_day(facts.at)))
    latest = max((moment for category, moment in noes.items() if category in facts.categories), default=None)
    taken_back = nearest or next(
        (consent for consent in facts.consents if consent.withdrawn_at and consent.withdrawn_at == latest), None
    )
    if taken_back is not None and taken_back.withdrawn_at is not None and taken_back.given_at < taken_back.withdrawn_at:
        yield _withdrawn(taken_back, taken_back.withdrawn_at)
    elif latest is not None:
        yield StatedGround("excluded", (("moment", latest),))


def _withdrawn(consent: ConsentFact, moment: datetime) -> StatedGround:
    return StatedGround("withdrawn", (("given", local_day(consent.given_at)), ("moment", moment)))


def _of_the_nearest(reason: Reason, nearest: ConsentFact, facts: Facts, demand: ConsentDemand) -> StatedGround:
    given, last = ("given", local_day(nearest.given_at)), _last_day(nearest, demand)
    if reason is Reason.CONSENT_EXPIRED and last is not None:
        return StatedGround("expired", (given, ("last", last)))
    if reason is Reason.CONSENT_NOT_YET_GIVEN:
        return StatedGround("not_yet", (("moment", nearest.given_at),))
    if reason is Reason.CONSENT_GIVER_INCOMPETENT and _was_too_young(nearest, facts):
        return StatedGround("too_young", (given,))
    return StatedGround("nearest", (given,))


def _was_too_young(consent: ConsentFact, facts: Facts) -> bool:
    """Did the patient sign for herself before she could? Only a date of birth shows it."""
    then = samtykkegiver.age(facts, local_day(consent.given_at))
    signed_herself = samtykkegiver.is_she(consent.given_by, facts.subject.role)
    known = facts.flags.birth_date is not None
    return known and signed_herself and not samtykkegiver.decides_alone(facts.subject.role, then)


def _vouched(decision: Decision, facts: Facts) -> Iterator[StatedGround]:
    """Of the consent that the authority vouches for, and of the withdrawal the sender knows of."""
    request = facts.request
    given = request.consent_given_at if request else None
    if decision.reason is Reason.CONSENT_WITHDRAWN:
        for consent in retssikkerhedsloven.withdrawn(facts):
            if consent.withdrawn_at is not None:
                yield _withdrawn(consent, consent.withdrawn_at)
    elif given is not None:
        last = _last_day_of_term(request) if decision.reason is Reason.CONSENT_EXPIRED else None
        yield (
            StatedGround("expired", (("given", given), ("last", last)))
            if last
            else StatedGround("vouched", (("given", given),))
        )


def _last_day_of_term(request: Request | None) -> date | None:
    """The last day of the term that the vouched consent names itself."""
    if request is None or request.consent_given_at is None or request.consent_form_term is None:
        return None
    try:
        return add_term(request.consent_given_at, request.consent_form_term) - timedelta(days=1)
    except Unreadable:
        return None
