"""What a consent covers, and until when: sundhedsloven §§ 42-44, forvaltningsloven § 28 (rules R02 to R08, R16, R17).

`weigh` measures every consent on the record against the act. Each category passes that a standing consent covers and
no later no has taken out (R24); the rest stays behind. When nothing passes, a no that stands is the reason, else that
of the consent that came closest (R27).
"""

from dataclasses import dataclass
from datetime import date, datetime

from hub.law import catalogue, frabedelse, samtykkegiver
from hub.law.facts import NOT_STATED, ConsentFact, Facts
from hub.law.hjemmel import DutyCode, Hjemmel, Reason, Subsumption
from hub.law.provisions import ConsentDemand
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import add_years, first_moment_within, local_day

OBTAIN, DISCLOSE, BOTH = "indhente", "videregive", "begge"
EXPRESS_FORMS = ("written", "oral")
FORMS_THAT_NEED_A_REASON = frozenset({"oral_with_reason", "express_specific_informed"})
KINDS_WITH_UNITS = frozenset({"hospital", "kommune", "ngo"})

OVERTAKES_A_NO = frozenset({Reason.CONSENT_EXPIRED, Reason.CONSENT_CUSTODY_CONFLICT})

_RANK = {reason: rank for rank, reason in enumerate(catalogue.consent_order())}


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the consents carry, category by category; `reason` says why when nothing passes and is None otherwise.

    `nearest` is then the consent whose failing that is; None when there is no consent, or a no stands in the way.
    """

    carried: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reason: Reason | None = None
    in_writing: bool = False
    journalised: bool = False
    contested: str | None = None
    rules: tuple[str, ...] = ()
    nearest: ConsentFact | None = None


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


def carries(facts: Facts, hjemmel: Hjemmel, reason: Reason | None = None) -> Subsumption:
    """May this pass on the consents on record, under a provision that stands on consent? Covered categories only.

    Without a `reason` of the provision's own, it says whether the consent was written.
    """
    weighing = weigh(facts, catalogue.basis(hjemmel.id).consent)
    if weighing.reason is not None:
        return hjemmel.not_met(weighing.reason, contested=weighing.contested, rules=weighing.rules)
    passes = {category for category, _ in weighing.carried}
    return hjemmel.met(
        reason or (Reason.OK_CONSENT_WRITTEN if weighing.in_writing else Reason.OK_CONSENT_ORAL_REASON),
        surplus=tuple(category for category in dict.fromkeys(facts.categories) if category not in passes),
        settled=(DutyCode.RECORD_CONSENT,) if weighing.journalised else (),
        carried=weighing.carried,
        contested=weighing.contested,
        rules=weighing.rules,
    )


def weigh(facts: Facts, demand: ConsentDemand) -> Weighing:
    """Which categories do the consents carry, under a provision that demands this of a consent?"""
    measure = measure_of(facts, demand)
    wanted = tuple(dict.fromkeys(facts.categories))
    express = [consent for consent in facts.consents if consent.form in EXPRESS_FORMS]  # silence is no consent (R08)
    weighed = [(consent, failings(consent, measure)) for consent in express]
    standing = [consent for consent, failed in weighed if not failed]
    carriers = {category: _carriers(category, standing, measure) for category in wanted}
    if any(carriers.values()):
        return _what_passes(carriers, measure)
    return _why_nothing_passes(weighed, frozenset(wanted), measure)


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
    facts, failed = measure.facts, list[Reason]()
    if facts.at < consent.given_at:
        failed.append(Reason.CONSENT_NOT_YET_GIVEN)
    if consent.withdrawn_at is not None and consent.withdrawn_at <= facts.at:
        failed.append(Reason.CONSENT_WITHDRAWN)
    if _has_lapsed(consent, measure):
        failed.append(Reason.CONSENT_EXPIRED)
    if consent.direction not in measure.directions:
        failed.append(Reason.CONSENT_WRONG_DIRECTION)
    if consent.given_to not in measure.demand.given_to and "any" not in measure.demand.given_to:
        failed.append(Reason.CONSENT_GIVEN_TO_WRONG_PARTY)
    sender = facts.discloser in consent.disclosers or _names(consent.disclosers, facts.discloser)
    receiver = (measure.receiver_is_whole and facts.recipient in consent.recipients) or _names(
        consent.recipients, facts.recipient
    )
    if sender is None or receiver is None or _has_blanks(consent):
        failed.append(Reason.CONSENT_NOT_SPECIFIC)
    if consent.subjects:
        _fail_on_the_person(consent, measure, failed)
    if sender is False:
        failed.append(Reason.CONSENT_WRONG_DISCLOSER)
    if receiver is False:
        failed.append(Reason.CONSENT_WRONG_RECIPIENT)
    if consent.purposes and facts.purpose not in consent.purposes:
        failed.append(Reason.CONSENT_WRONG_PURPOSE)
    if consent.form == "oral" and measure.oral_needs_reason and not _is_stated(consent.oral_reason):
        failed.append(Reason.CONSENT_ORAL_NO_REASON)
    return failed


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


def _fail_on_the_person(consent: ConsentFact, measure: Measure, failed: list[Reason]) -> None:
    """Whose data, and who gave it: the giver's right is tested only where the subject is covered (R16, R17)."""
    unborn_then = measure.is_child and samtykkegiver.given_before_birth(consent, measure.facts)
    if measure.facts.subject.role not in consent.subjects or unborn_then:
        failed.append(Reason.CONSENT_WRONG_SUBJECT)
        return
    if consent.given_by not in measure.competent or not _had_the_right(consent, measure):
        failed.append(Reason.CONSENT_GIVER_INCOMPETENT)
    if measure.protest:
        failed.append(Reason.CONSENT_CUSTODY_CONFLICT)


def _had_the_right(consent: ConsentFact, measure: Measure) -> bool:
    """Could its giver consent on the day she gave it? Only a date of birth tells that day from the day of the act."""
    facts = measure.facts
    if facts.flags.birth_date is None:
        return True
    then = samtykkegiver.age(facts, local_day(consent.given_at))
    return consent.given_by in samtykkegiver.competent(facts.subject.role, then, facts.flags)


def _is_stated(text: str | None) -> bool:
    return text is not None and text.strip() not in ("", NOT_STATED)


def _carriers(category: str, standing: list[ConsentFact], measure: Measure) -> list[ConsentFact]:
    """The consents that name this category, with no standing no from the same moment or later (R24)."""
    no = measure.noes.get(category)
    return [consent for consent in standing if category in consent.categories and (no is None or no < consent.given_at)]


def _what_passes(carriers: dict[str, list[ConsentFact]], measure: Measure) -> Weighing:
    carried = {category: found for category, found in carriers.items() if found}
    used = [consent for found in carried.values() for consent in found]
    held_back_by_a_no = any(category in measure.noes for category in carriers if category not in carried)
    return Weighing(
        carried=tuple((category, tuple(consent.id for consent in found)) for category, found in carried.items()),
        in_writing=all(any(consent.form == "written" for consent in found) for found in carried.values()),
        journalised=all(consent.journalised for consent in used),
        contested="later-no" if held_back_by_a_no else _open_point_of_what_passes(used, measure),
        rules=("R34",) if any(consent.scope for consent in used) else (),
    )


def _open_point_of_what_passes(used: list[ConsentFact], measure: Measure) -> str | None:
    if any(consent.scope and consent.meeting_at and measure.day < consent.meeting_at for consent in used):
        return "before-the-meeting"
    by_birth = measure.is_child and not samtykkegiver.THE_WOMAN.isdisjoint(consent.given_by for consent in used)
    return "custody-by-birth" if by_birth else None


def _why_nothing_passes(
    weighed: list[tuple[ConsentFact, list[Reason]]], wanted: frozenset[str], measure: Measure
) -> Weighing:
    """A no that stands; else the first failing of the consent that came closest, the newest of equals (R27).

    Without any consent CONSENT_MISSING.
    """
    if any(_stands(category, no, weighed) for category, no in measure.noes.items() if category in wanted):
        return Weighing(reason=Reason.CONSENT_WITHDRAWN, contested=_open_point_of_the_no(weighed, wanted, measure))
    if not weighed:
        return Weighing(reason=Reason.CONSENT_MISSING)
    for consent, failed in weighed:
        _fail_on_the_categories(consent, wanted, measure, failed)
    fewest = min(len(failed) for _, failed in weighed)
    nearest = [(consent, failed) for consent, failed in weighed if len(failed) == fewest]
    closest, failed = max(nearest, key=lambda pair: pair[0].given_at)
    reason = min(failed, key=_RANK.__getitem__)
    return Weighing(
        reason=reason,
        contested=_open_point(reason, closest, measure),
        rules=("R34",) if closest.scope else (),
        nearest=closest,
    )


def _stands(category: str, no: datetime, weighed: list[tuple[ConsentFact, list[Reason]]]) -> bool:
    """Has no consent given after this no covered the category again? One that has run out since has done so."""
    return not any(
        category in consent.categories and no < consent.given_at and OVERTAKES_A_NO.issuperset(failed)
        for consent, failed in weighed
    )


def _open_point_of_the_no(
    weighed: list[tuple[ConsentFact, list[Reason]]], wanted: frozenset[str], measure: Measure
) -> str | None:
    """How far does it reach? A question where it takes something out of a consent that is not withdrawn itself."""
    excluded = any(not wanted.isdisjoint(consent.excludes) for consent in measure.facts.consents)
    carries = any(not failed and not wanted.isdisjoint(consent.categories) for consent, failed in weighed)
    return "later-no" if excluded or carries else None


def _fail_on_the_categories(
    consent: ConsentFact, wanted: frozenset[str], measure: Measure, failed: list[Reason]
) -> None:
    """Nothing covered: a failing of its own, unless a no or a blank already says so (R05, R24)."""
    if not measure.noes and not wanted.isdisjoint(consent.categories):
        return
    if not _speaks_of(consent, wanted):
        if consent.categories:
            failed.append(Reason.CONSENT_WRONG_CATEGORY)
    elif Reason.CONSENT_WITHDRAWN not in failed and not any(_carriers(each, [consent], measure) for each in wanted):
        failed.append(Reason.CONSENT_WITHDRAWN)


def _speaks_of(consent: ConsentFact, wanted: frozenset[str]) -> bool:
    return not (wanted.isdisjoint(consent.categories) and wanted.isdisjoint(consent.excludes))


def _open_point(reason: Reason, consent: ConsentFact, measure: Measure) -> str | None:
    """The unsettled question behind a refusal, if there is one."""
    role = measure.facts.subject.role
    match reason:
        case Reason.CONSENT_EXPIRED if measure.day == add_years(local_day(consent.given_at), 1):
            return "anniversary"
        case Reason.CONSENT_WITHDRAWN if consent.withdrawn_at is None or consent.withdrawn_at > measure.facts.at:
            return "later-no"
        case Reason.CONSENT_WRONG_SUBJECT if role in consent.subjects:
            return "newborn"
        case Reason.CONSENT_GIVER_INCOMPETENT if (
            measure.is_child
            and consent.given_by in samtykkegiver.THE_WOMAN
            and not samtykkegiver.have_split(consent.given_by, measure.facts.flags)
        ):
            return "custody-by-birth"
        case Reason.CONSENT_GIVER_INCOMPETENT if samtykkegiver.have_split(consent.given_by, measure.facts.flags):
            return "residence-parent"
        case Reason.CONSENT_ORAL_NO_REASON if "oral_with_reason" not in measure.demand.forms:
            return "oral-consent-to-an-authority"
        case _:
            return None
