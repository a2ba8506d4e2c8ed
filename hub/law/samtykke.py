"""What the consents of a case carry together: sundhedsloven §§ 42-44, forvaltningsloven § 28 (rules R05, R24 and R27).

`weigh` holds every consent on the record against the act (hub.law.samtykkekrav). Each category passes that a standing
consent covers and no later no has taken out (R24); the rest stays behind. When nothing passes, a no that stands is the
reason, else that of the consent that came closest (R27).
"""

from dataclasses import dataclass
from datetime import datetime

from hub.law import catalogue, samtykkegiver
from hub.law.facts import ConsentFact, Facts
from hub.law.hjemmel import DutyCode, Hjemmel, Reason, Subsumption
from hub.law.provisions import ConsentDemand
from hub.law.samtykkekrav import Measure, failings, measure_of
from hub.vocabulary.period import add_years, local_day

EXPRESS_FORMS = ("written", "oral")
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
    """Nothing covered: a failing of its own, unless a blank already says so; a no since is one too (R05, R24).

    That no has then been overtaken by a newer consent, which comes at least as close.
    """
    if not measure.noes and not wanted.isdisjoint(consent.categories):
        return
    if not _speaks_of(consent, wanted):
        if consent.categories:
            failed.append(Reason.CONSENT_WRONG_CATEGORY)
    elif Reason.CONSENT_WITHDRAWN not in failed and not any(
        _carriers(category, [consent], measure) for category in wanted
    ):
        failed.append(Reason.CONSENT_WITHDRAWN)


def _speaks_of(consent: ConsentFact, wanted: frozenset[str]) -> bool:
    return not (wanted.isdisjoint(consent.categories) and wanted.isdisjoint(consent.excludes))


def _open_point(reason: Reason, consent: ConsentFact, measure: Measure) -> str | None:
    """The unsettled question behind a refusal, if there is one."""
    role = measure.facts.subject.role
    match reason:
        case Reason.CONSENT_EXPIRED if measure.day == add_years(local_day(consent.given_at), 1):
            return "anniversary"
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
