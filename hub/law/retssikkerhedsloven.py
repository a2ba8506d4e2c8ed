"""Retssikkerhedsloven §§ 11 a and 11 c: the municipality asks, and must be answered.

§ 11 a, stk. 1: on the citizen's consent, which the authority holds and vouches for. § 11 c, stk. 1, nr. 1: in a child
case, without consent, for the unit that runs it. The tests stand in the order of the catalogue's `order.request`; what
an answer may hold is the same for both (R12).
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from hub.errors import Unreadable
from hub.law import catalogue, samtykkegiver
from hub.law.facts import NOT_STATED, ConsentFact, Facts, Request
from hub.law.hjemmel import DutyCode, Hjemmel, Provision, Reason, Subsumption
from hub.law.provisions import Basis
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import add_term, add_years, local_day

MED_SAMTYKKE = Hjemmel("RSL-11a-1")
OEKONOMI = Hjemmel("RSL-11a-2")
BOERNESAG = Hjemmel("RSL-11c-1-1")

MAY_BE_DECLINED = frozenset({"mor_barn_observation", "foraeldreevne"})  # R12: the municipality may observe itself
_PARTIES_OF_A_CHILD_CASE = samtykkegiver.THE_CHILD | samtykkegiver.THE_WOMAN | {samtykkegiver.THE_UNBORN}


def anmodning_med_samtykke(facts: Facts) -> Subsumption:
    """Must this request be answered on the consent the authority vouches for (§ 11 a, stk. 1)?"""
    basis, request = catalogue.basis(MED_SAMTYKKE.id), facts.request or _NOTHING_ASKED
    if not _asked(facts, basis):
        return MED_SAMTYKKE.not_met(Reason.BASIS_NOT_APPLICABLE)
    if not basis.covers_discloser(facts.discloser, facts.discloser_role):
        return MED_SAMTYKKE.not_met(Reason.DISCLOSER_NOT_COVERED, contested=_public_task(facts.discloser))
    if not basis.covers_recipient(facts.recipient):
        return MED_SAMTYKKE.not_met(Reason.REQUEST_UNIT_NOT_COMPETENT)
    failed = _failing_of_the_vouched_consent(facts, request) or _failing_of_the_answer(facts, request)
    if failed:
        return MED_SAMTYKKE.not_met(failed, contested=_open_point(failed, facts))
    return _answer(
        facts, request, MED_SAMTYKKE, Reason.OK_STATUTORY_REQUEST_CONSENT, contested=_age_of_consent(facts, request)
    )


def anmodning_i_boernesag(facts: Facts) -> Subsumption:
    """Must this request be answered without consent, in a child case (§ 11 c, stk. 1, nr. 1)?"""
    basis, request, day = catalogue.basis(BOERNESAG.id), facts.request or _NOTHING_ASKED, local_day(facts.at)
    if not _asked(facts, basis):
        return BOERNESAG.not_met(Reason.BASIS_NOT_APPLICABLE)
    if _is_of_another_edition(request, basis, day):
        return BOERNESAG.not_met(Reason.BASIS_NOT_IN_FORCE)
    if not basis.covers_discloser(facts.discloser, facts.discloser_role):
        return BOERNESAG.not_met(Reason.DISCLOSER_NOT_COVERED, contested=_public_task(facts.discloser))
    if not _opens(basis, day, request):
        return BOERNESAG.not_met(Reason.REQUEST_CASE_TYPE_NOT_COVERED)
    if not basis.covers_recipient(facts.recipient):
        return BOERNESAG.not_met(Reason.REQUEST_UNIT_NOT_COMPETENT, contested=_authority_unit(facts.recipient))
    if facts.subject.role not in _PARTIES_OF_A_CHILD_CASE.union(request.investigated):
        return BOERNESAG.not_met(Reason.REQUEST_SUBJECT_NOT_COVERED)
    if not _case_is_open(request, day):
        return BOERNESAG.not_met(Reason.REQUEST_NO_OPEN_CASE)
    failed = _failing_of_the_answer(facts, request)
    if failed:
        return BOERNESAG.not_met(failed)
    return _answer(facts, request, BOERNESAG, Reason.OK_STATUTORY_REQUEST_NO_CONSENT)


def oekonomiske_oplysninger(facts: Facts) -> Subsumption:
    """Must economic and holiday data be given without consent (§ 11 a, stk. 2)? Never anything else."""
    basis, request = catalogue.basis(OEKONOMI.id), facts.request or _NOTHING_ASKED
    if not _asked(facts, basis):
        return OEKONOMI.not_met(Reason.BASIS_NOT_APPLICABLE)
    if not basis.covers_discloser(facts.discloser, facts.discloser_role):
        return OEKONOMI.not_met(Reason.DISCLOSER_NOT_COVERED)
    if not basis.covers_recipient(facts.recipient):
        return OEKONOMI.not_met(Reason.REQUEST_UNIT_NOT_COMPETENT)
    if not _case_is_open(request, local_day(facts.at)):
        return OEKONOMI.not_met(Reason.REQUEST_NO_OPEN_CASE)
    failed = _failing_of_the_answer(facts, request)
    if failed:
        return OEKONOMI.not_met(failed)
    if basis.categories.isdisjoint(request.items):
        return OEKONOMI.not_met(Reason.BASIS_NOT_APPLICABLE)
    return _answer(facts, request, OEKONOMI, Reason.OK_STATUTORY_REQUEST_NO_CONSENT, only=basis.categories)


def _asked(facts: Facts, basis: Basis) -> bool:
    """Did the authority start this? The hospital's own wish to tell has other provisions."""
    return basis.is_on_track(facts.act, facts.initiative, facts.purpose)


def _failing_of_the_vouched_consent(facts: Facts, request: Request) -> Reason | None:
    """R09 and R10: her own consent, vouched for, not withdrawn, within its own term, while the case runs."""
    day = local_day(facts.at)
    consenter = request.asserted_consent_by
    if consenter is not None and not samtykkegiver.is_she(consenter, facts.subject.role):
        return Reason.REQUEST_SUBJECT_NOT_COVERED
    if not _case_is_open(request, day):
        return Reason.REQUEST_NO_OPEN_CASE
    if not request.asserted_consent or (request.consent_given_at is not None and request.consent_given_at > day):
        return Reason.CONSENT_MISSING
    if _is_withdrawn(facts, request):
        return Reason.CONSENT_WITHDRAWN
    return Reason.CONSENT_EXPIRED if _has_run_out(request, day) else None


def _case_is_open(request: Request, day: date) -> bool:
    """An open case, not closed by that day; the day it ends is no longer open."""
    return bool(request.case_open) and (request.case_closed_at is None or day < request.case_closed_at)


def _is_withdrawn(facts: Facts, request: Request) -> bool:
    """Does the sender know of a no that the vouched consent, or one on its own record, has not overtaken?"""
    noes = [consent.withdrawn_at for consent in withdrawn(facts) if consent.withdrawn_at is not None]
    if not noes:
        return False
    latest = max(noes)
    if request.consent_given_at is not None and request.consent_given_at > local_day(latest):
        return False
    return not any(_renews(consent, latest, facts) for consent in facts.consents)


def withdrawn(facts: Facts) -> list[ConsentFact]:
    """The consents on the sender's record that speak of this matter and were withdrawn by then, by one who could."""
    role, age = facts.subject.role, samtykkegiver.age(facts, local_day(facts.at))
    return [
        consent
        for consent in facts.consents
        if consent.withdrawn_at is not None
        and consent.withdrawn_at <= facts.at
        and _speaks_of(consent, facts)
        and samtykkegiver.may_say_no(consent.given_by, role, age, facts.flags)
    ]


def _renews(consent: ConsentFact, latest_no: datetime, facts: Facts) -> bool:
    """Was this given after the latest no, was it never taken back, and has its own term not run out?"""
    lapsed = consent.valid_until is not None and consent.valid_until < local_day(facts.at)
    stands = _speaks_of(consent, facts) and consent not in withdrawn(facts)
    return stands and latest_no < consent.given_at <= facts.at and not lapsed


def _open_point(failed: Reason, facts: Facts) -> str | None:
    """The unsettled question behind a refusal under § 11 a, if there is one."""
    if failed is Reason.CONSENT_WITHDRAWN and {consent.given_to for consent in withdrawn(facts)} == {"discloser"}:
        return "withdrawn-at-the-sender"  # one that the sender held itself, beside the one the authority vouches for
    about_a_child = failed is Reason.REQUEST_SUBJECT_NOT_COVERED and facts.subject.role in samtykkegiver.THE_CHILD
    return "child-on-a-parents-word" if about_a_child else None


def _speaks_of(consent: ConsentFact, facts: Facts) -> bool:
    """Does a consent on record speak of this subject, purpose and matter, between these parties, in this direction?

    What is blank is not limited. The authority obtains what the sender discloses: each names its own half (R09).
    """
    direction = {"discloser": "videregive", None: consent.direction}.get(consent.given_to, "indhente")
    return (
        consent.direction in (direction, "begge", None)
        and _fits(facts.purpose, consent.purposes)
        and _fits(facts.subject.role, consent.subjects)
        and _fits(facts.discloser, consent.disclosers)
        and _fits(facts.recipient, consent.recipients)
        and (not consent.categories or not set(consent.categories).isdisjoint(facts.categories))
    )


def _fits(wanted: object, named: tuple[object, ...]) -> bool:
    return not named or wanted in named


def _has_run_out(request: Request, day: date) -> bool:
    """Past the term the consent itself names. One whose beginning is not told shows nothing: the statement stands."""
    if request.consent_form_term is None or request.consent_given_at is None:
        return False
    try:
        return day >= add_term(request.consent_given_at, request.consent_form_term)
    except Unreadable:
        return True


def _failing_of_the_answer(facts: Facts, request: Request) -> Reason | None:
    """A specific request, answered from the journal and without interpretation (R09, R12)."""
    names_the_matter = any(named not in (None, NOT_STATED) for named in (request.case_type, facts.purpose))
    if not request.specific or not request.items or not names_the_matter:
        return Reason.REQUEST_NOT_SPECIFIC
    if facts.flags.journalised is False or facts.flags.interpretation:
        return Reason.NOT_JOURNALISED
    return None


def _answer(
    facts: Facts,
    request: Request,
    hjemmel: Hjemmel,
    reason: Reason,
    *,
    only: frozenset[str] | None = None,
    contested: str | None = None,
) -> Subsumption:
    """Only what was asked; what may be declined and is declined stays behind too, and is explained (R12, R30)."""
    may_decline = MAY_BE_DECLINED.intersection(facts.flags.hospital_declines).intersection(request.items)
    categories = tuple(dict.fromkeys(facts.categories))
    surplus = tuple(c for c in categories if c not in request.items or (only is not None and c not in only))
    declined = tuple(c for c in categories if c in may_decline and c not in surplus)
    if len(surplus) + len(declined) == len(categories):
        for_the_decline = declined or (may_decline and not surplus)
        return hjemmel.not_met(Reason.ITEM_NOT_OBLIGED if for_the_decline else Reason.SURPLUS_INFORMATION)
    return hjemmel.met(
        reason,
        surplus=surplus,
        declined=declined,
        duties=(DutyCode.EXPLAIN_DECLINE,) if may_decline else (),
        contested=contested,
    )


def _is_of_another_edition(request: Request, basis: Basis, day: date) -> bool:
    """A case type of the wording before or after the one in force (R11, R22)."""
    return any(request.case_type in edition.case_types for edition in basis.editions if not edition.holds_on(day))


def _opens(basis: Basis, day: date, request: Request) -> bool:
    return any(request.case_type in edition.case_types for edition in basis.editions if edition.holds_on(day))


def _public_task(discloser: Unit) -> str | None:
    return "organisation-asked-as-public-body" if discloser.kind in ("ngo", "private") else None


def _authority_unit(recipient: Unit) -> str | None:
    return "authority-unit" if recipient.code == "kommune/myndighed" else None


def _age_of_consent(facts: Facts, request: Request) -> str | None:
    given = request.consent_given_at
    return "age-of-request-consent" if given is not None and local_day(facts.at) >= add_years(given, 1) else None


_NOTHING_ASKED = Request()

PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {
        MED_SAMTYKKE.id: anmodning_med_samtykke,
        OEKONOMI.id: oekonomiske_oplysninger,
        BOERNESAG.id: anmodning_i_boernesag,
    }
)
