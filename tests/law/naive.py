"""The law read a second time, from the rules page alone: slow, plain, one function for each rule.

Written from hjemmel.md and the rules R01 to R36 of catalogue.yaml without looking at hub.law, so that the two readings
do not share a mistake. Only the facts are shared. Where the page is silent, the docstring says what was chosen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.law.facts import ConsentFact, Facts, Notification, Request
from hub.vocabulary.organisations import Unit

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True)
class Answer:
    """What a scenario of the truth table expects; `granted` and `withheld` are filled only when the act is split."""

    decision: str
    basis: str | None
    reason: str
    gate: str | None = None
    duties: frozenset[str] = frozenset()
    granted: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    next_step: str | None = None
    due: dict[str, str] = field(default_factory=dict)


# ---- the catalogue, copied by hand -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Base:
    """One entry of `bases`; without disclosers or recipients it covers nobody, without acts it asks for none."""

    kind: str
    disclosers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    initiative: str = "either"
    acts: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    consent: str = "not_required"
    gate: str | None = None
    duties: tuple[str, ...] = ()
    ok: str = ""
    first_day: date = date.min
    last_day: date = date.max


HEALTH_PERSONS = ("hospital", "gp", "kommune/sundhedspleje")
PUBLIC_SERVICE = ("hospital", "gp", "kommune")
FAMILY_UNIT = ("kommune/familieafdeling",)
EVERY_KIND = ("hospital", "gp", "kommune", "ngo", "private", "other_authority", "ankestyrelsen")
EARLY_CIRCLE = ("kommune/sundhedspleje", "kommune/dagtilbud", "kommune/skole", "kommune/familieafdeling")
BODIES_ASKED = ("hospital", "gp", "kommune", "other_authority", "private_for_public")
LAST_OF_SEL, FIRST_OF_BL = date(2023, 12, 31), date(2024, 1, 1)

# The page ties only SUL-42a-1 to an act (`act: indhentning`). The rest follows from what each base is about.
TELLING = ("videregivelse", "anmodning_besvarelse", "raadgivning")
EXCHANGING = (*TELLING, "indhentning")
ASKING = ("anmodning_besvarelse", "indhentning")
TREATMENT = {"purposes": ("behandling",), "disclosers": HEALTH_PERSONS, "recipients": HEALTH_PERSONS}
NOTICE_DUTIES = ("ASSESS_24H", "ACK_RECEIPT", "FEEDBACK")
OTHER = Base("procedure")


def _twins(sel: str, bl: str, **entry: object) -> dict[str, Base]:
    """The same base in serviceloven (to 2023) and in barnets lov (from 2024)."""
    return {sel: Base(**entry, last_day=LAST_OF_SEL), bl: Base(**entry, first_day=FIRST_OF_BL)}


_NOTICE = {
    "kind": "duty",
    "recipients": FAMILY_UNIT,
    "initiative": "discloser",
    "acts": ("underretning",),
    "gate": "SUL-43-2-1",
}
_PROFESSIONAL = {**_NOTICE, "disclosers": PUBLIC_SERVICE, "duties": NOTICE_DUTIES, "ok": "OK_STATUTORY_DUTY"}
_ANSWER = {
    "kind": "duty",
    "disclosers": BODIES_ASKED,
    "initiative": "recipient",
    "acts": ASKING,
    "gate": "SUL-43-2-1",
    "duties": ("JOURNAL_REQUEST",),
}
_EARLY = {"kind": "permit", "disclosers": EARLY_CIRCLE, "recipients": EARLY_CIRCLE}

BASES: dict[str, Base] = {
    "SUL-41-1": Base(
        "permit",
        **TREATMENT,
        acts=EXCHANGING,
        consent="required",
        duties=("RECORD_CONSENT",),
        ok="OK_CONSENT_TREATMENT",
    ),
    "SUL-41-2-1": Base("permit", **TREATMENT, acts=TELLING, ok="OK_TREATMENT_CURRENT"),
    "SUL-41-2-2": Base(
        "permit",
        ("hospital",),
        ("gp",),
        "discloser",
        acts=("videregivelse",),
        purposes=("behandling",),
        ok="OK_DISCHARGE_LETTER",
    ),
    "SUL-41-2-4": Base(
        "permit",
        **TREATMENT,
        initiative="discloser",
        acts=("videregivelse",),
        duties=("INFORM_SUBJECT_AFTER",),
        ok="OK_WEIGHTY_INTEREST",
    ),
    "SUL-42a-1": Base(
        "permit",
        ("*",),
        HEALTH_PERSONS,
        "recipient",
        acts=("indhentning",),
        purposes=("behandling",),
        ok="OK_TREATMENT_CURRENT",
    ),
    "SUL-43-1": Base(
        "permit",
        HEALTH_PERSONS,
        EVERY_KIND,
        acts=(*EXCHANGING, "underretning"),
        consent="required",
        duties=("RECORD_CONSENT",),
        ok="OK_CONSENT_WRITTEN",
    ),
    "SUL-43-2-1": Base("permit", HEALTH_PERSONS, ("kommune", "ankestyrelsen", "other_authority")),
    "SUL-43-2-2": Base(
        "permit",
        HEALTH_PERSONS,
        ("kommune", "hospital", "gp", "other_authority", "private"),
        "discloser",
        acts=("videregivelse", "raadgivning", "underretning"),
        duties=("RECORD_BALANCING", "INFORM_SUBJECT_AFTER"),
        ok="OK_WEIGHTY_INTEREST",
    ),
    "SUL-43-2-3": Base("permit", ("hospital", "gp"), ("other_authority",), "recipient"),
    "SUL-43-4": Base("duty", duties=("INFORM_SUBJECT_AFTER",)),
    "RSL-11a-1": Base(**_ANSWER, recipients=("kommune",), consent="asserted", ok="OK_STATUTORY_REQUEST_CONSENT"),
    "RSL-11a-2": Base(
        "duty",
        ("other_authority",),
        ("kommune",),
        "recipient",
        acts=ASKING,
        ok="OK_STATUTORY_REQUEST_NO_CONSENT",
    ),
    "RSL-11c-1-1": Base(**_ANSWER, recipients=FAMILY_UNIT, ok="OK_STATUTORY_REQUEST_NO_CONSENT"),
    **_twins("SEL-153-1-1", "BL-133-1-1", **_PROFESSIONAL, consent="seek_first"),
    **_twins("SEL-153-1-2", "BL-133-1-2", **_PROFESSIONAL, consent="seek_first"),
    **_twins("SEL-153-1-4", "BL-133-1-4", **_PROFESSIONAL),
    **_twins("SEL-154", "BL-135", **_NOTICE, disclosers=("*",), duties=NOTICE_DUTIES[:2], ok="OK_GENERAL_DUTY"),
    **_twins(
        "SEL-65",
        "BL-151",
        kind="permit",
        disclosers=("hospital", "gp", "kommune", "ngo", "private"),
        recipients=("ankestyrelsen",),
        initiative="discloser",
        acts=("underretning",),
        consent="seek_first",
        ok="OK_ANKESTYRELSEN",
    ),
    **_twins(
        "SEL-152-1",
        "BL-132-1",
        kind="duty",
        disclosers=FAMILY_UNIT,
        recipients=FAMILY_UNIT,
        initiative="discloser",
        acts=("flytteunderretning",),
        duties=("SEND_CASE_MATERIAL",),
        ok="OK_MOVE_NOTICE",
    ),
    **_twins(
        "SEL-155b-1",
        "BL-KVIT",
        kind="duty",
        disclosers=FAMILY_UNIT,
        recipients=("*",),  # the notifier, whoever it was
        initiative="discloser",
        acts=("kvittering",),
        duties=("ACK_RECEIPT", "FEEDBACK"),
        ok="OK_FEEDBACK",
    ),
    **_twins("SEL-49a", "BL-SSD", **_EARLY),
    "SEL-50-1": Base("procedure", duties=("INVESTIGATE_4M",), last_day=LAST_OF_SEL),
    "BL-20-1": Base("procedure", duties=("INVESTIGATE_4M",), first_day=FIRST_OF_BL),
    "BL-26": Base("procedure", duties=("INVESTIGATE_4M",), first_day=FIRST_OF_BL),
    "BL-136": Base("procedure", duties=("ASSESS_24H",), first_day=FIRST_OF_BL),
    **{
        number: Base("procedure", first_day=FIRST_OF_BL)
        for number in ("BL-18", "BL-19", "BL-22-1", "BL-24", "BL-25", "BL-91", "BL-137", "BL-144")
    },
    "FVL-28": Base(
        "permit",
        ("kommune", "other_authority"),
        ("kommune", "hospital", "other_authority"),
        acts=(*EXCHANGING, "flytteunderretning"),
        consent="required",
        ok="OK_CONSENT_WRITTEN",
    ),
    "DBL-8": Base("permit"),
    "JFB-VID": Base("duty", duties=("RECORD_DISCLOSURE",)),
    "GDPR-14": Base("duty", first_day=date(2018, 5, 25)),
    **{
        article: Base("procedure", first_day=date(2018, 5, 25))
        for article in ("GDPR-9", "GDPR-15", "GDPR-17-3", "GDPR-30")
    },
    "ANON": Base("permit", ("*",), ("*",), ok="OK_NOT_PERSONAL_DATA"),
    "RSL-12": Base("procedure", duties=("TELL_CONSEQUENCES",)),
    **dict.fromkeys(("SUL-43-3", "SUL-122", "SUL-123", "RSL-10", "RSL-11b", "DBL-7", "JFB-RET"), OTHER),
    **dict.fromkeys(("SUL-40-1", "SUL-41-3", "FVL-32", "STRFL-264d"), Base("bar")),
    **dict.fromkeys(("SUL-44-1", "SUL-44-2", "SUL-15-1", "SUL-17-3", "FAL-3"), Base("form")),
}
SUCCESSORS = {
    "SEL-153-1-1": "BL-133-1-1",
    "SEL-153-1-2": "BL-133-1-2",
    "SEL-153-1-4": "BL-133-1-4",
    "SEL-154": "BL-135",
    "SEL-65": "BL-151",
    "SEL-152-1": "BL-132-1",
    "SEL-155b-1": "BL-KVIT",
    "SEL-49a": "BL-SSD",
}
PREDECESSORS = {bl: sel for sel, bl in SUCCESSORS.items()} | {"BL-20-1": "SEL-50-1", "BL-26": "SEL-50-1"}
CASE_TYPES = {
    "serviceloven": ("SEL-kap11", "SEL-50"),
    "barnets lov": ("BL-kap4", "BL-kap5", *(f"BL-{paragraph}" for paragraph in range(18, 28))),
}
NOTICES = ("BL-133-1-1", "BL-133-1-2", "BL-133-1-4", "BL-135")
ANKESTYRELSEN = ("SEL-65", "BL-151")
MOVE_NOTICES = ("SEL-152-1", "BL-132-1")
RECEIPTS = ("SEL-155b-1", "BL-KVIT")
REASON_PRECEDENCE = (
    "CONSENT_NOT_YET_GIVEN",
    "CONSENT_WITHDRAWN",
    "CONSENT_EXPIRED",
    "CONSENT_WRONG_DIRECTION",
    "CONSENT_GIVEN_TO_WRONG_PARTY",
    "CONSENT_GIVER_INCOMPETENT",
    "CONSENT_CUSTODY_CONFLICT",
    "CONSENT_NOT_SPECIFIC",
    "CONSENT_WRONG_SUBJECT",
    "CONSENT_WRONG_DISCLOSER",
    "CONSENT_WRONG_RECIPIENT",
    "CONSENT_WRONG_PURPOSE",
    "CONSENT_WRONG_CATEGORY",
    "CONSENT_ORAL_NO_REASON",
    "CONSENT_MISSING",
)


# ---- from facts to answer (R28) ----------------------------------------------------------------------------------


def read_the_law(facts: Facts) -> Answer:
    """R01, R28: refuse unless the base that counts stands every test; the first failure is the reason."""
    base, wrongly_cited, fault = base_that_counts(facts)
    if fault is not None or base is None:
        return refused(facts, fault or "NO_LEGAL_BASIS")
    if facts.act == "frist":
        return deadline(facts, base, wrongly_cited)
    if is_a_request(facts, base):
        fault = first(faults_of_the_request(facts, base))
        return refused(facts, fault) if fault else answered(facts, base)
    fault = first(faults_before_consent(facts, base))
    if fault:
        return refused(facts, fault)
    if BASES[base].consent == "required":
        return with_consent(facts, base)
    if facts.act == "underretning":
        return notified(facts, base, wrongly_cited)
    return permitted(facts, base, BASES[base].ok, wrongly_cited=wrongly_cited)


def first(faults: Iterator[str | None]) -> str | None:
    """R28: the first failure is the reason."""
    return next((fault for fault in faults if fault), None)


def refused(facts: Facts, reason: str) -> Answer:
    """R29, R31: a refusal carries no base, no duties, one reason and at most one next step."""
    return Answer("refuse", None, reason, next_step=next_step(facts, reason))


def permitted(
    facts: Facts,
    base: str,
    ok: str,
    *,
    surplus: tuple[str, ...] = (),
    declined: tuple[str, ...] = (),
    extra: tuple[str, ...] = (),
    wrongly_cited: bool = False,
) -> Answer:
    """R29, R30: the base stays, the reason names what is withheld; no duty and nothing withheld is a plain permit."""
    withheld = tuple(category for category in facts.categories if category in surplus + declined)
    going = tuple(category for category in facts.categories if category not in withheld)
    duties = set(extra) | {duty for duty in BASES[base].duties if duty not in SHOWN_AS_DONE.get(base, ())}
    if facts.flags.receipt_sent:
        duties.discard("ACK_RECEIPT")
    if surplus:
        duties.add("WITHHOLD_SURPLUS")
    if wrongly_cited:
        duties.add("CORRECT_CITATION")
    if facts.discloser.kind == "kommune" and facts.recipient.kind == "hospital" and set(going) & PLANS:
        duties.add("JOURNAL_INCOMING_PLAN")
    reason = "SURPLUS_INFORMATION" if surplus else "ITEM_NOT_OBLIGED" if declined else ok
    return Answer(
        decision="permit-with-duties" if duties or withheld else "permit",
        basis=base,
        reason=reason,
        gate=gate(facts, base),
        duties=frozenset(duties),
        granted=going if withheld else (),
        withheld=withheld,
    )


# R29: the balancing is a precondition, the act performs the receipt, and consents in the journal need no entry.
SHOWN_AS_DONE = {
    "SUL-43-2-2": ("RECORD_BALANCING",),
    **dict.fromkeys(RECEIPTS, ("ACK_RECEIPT", "FEEDBACK")),
    **dict.fromkeys(("SUL-41-1", "SUL-43-1"), ("RECORD_CONSENT",)),
}
PLANS = {"handleplan", "barnets_plan", "ungeplan"}


def gate(facts: Facts, base: str) -> str | None:
    """R29: the base's gate when the discloser is a health person."""
    return BASES[base].gate if covers(HEALTH_PERSONS, facts.discloser) else None


def covers(patterns: tuple[str, ...], unit: Unit) -> bool:
    """A unit falls under `*`, its kind, or its kind and unit."""
    return any(pattern in ("*", unit.kind, f"{unit.kind}/{unit.unit}") for pattern in patterns)


# ---- the base that counts (R22) ----------------------------------------------------------------------------------


def base_that_counts(facts: Facts) -> tuple[str | None, bool, str | None]:
    """R22, R28: the base, whether its citation is to be corrected, and the fault that ends the matter here.

    An edition is swapped only for a duty that the sender fulfils of its own accord, a number only in an underretning.
    A base the catalogue does not know is none.
    """
    cited = stated(facts.basis_invoked)
    known_notice = cited is None or in_barnets_lov(cited) in NOTICES
    if facts.act == "underretning" and known_notice:
        return notice_that_fits(facts, cited)
    if cited not in BASES:
        return None, False, "NO_LEGAL_BASIS"
    if in_force(cited, act_day(facts)):
        return cited, False, None
    twin = twin_in_force(cited, facts)
    if twin is not None and fulfils_a_duty_of_its_own_accord(facts, cited):
        return twin, True, None
    return None, False, "BASIS_NOT_IN_FORCE"


def notice_that_fits(facts: Facts, cited: str | None) -> tuple[str | None, bool, str | None]:
    """R22: nobody's underretning fails on a number, nor one to Ankestyrelsen; only when no duty fits is it refused.

    Silent: which of several that fit. Chosen: the one cited, else the first of `duties_to_notify`.
    """
    day = act_day(facts)
    if cited is not None:
        meant = cited if in_force(cited, day) else twin_in_force(cited, facts)
        if meant is not None and is_the_senders_duty(meant, facts) and facts.recipient.kind != "ankestyrelsen":
            return meant, meant != cited, None
    for number in duties_to_notify(facts):
        if is_the_senders_duty(number, facts):
            return number, cited is not None, None
    if cited is None:
        return None, False, "NO_LEGAL_BASIS"
    return meant, meant != cited, None


def duties_to_notify(facts: Facts) -> list[str]:
    """In the edition of the day: to Ankestyrelsen; else for an unborn child, abuse, a born child, everybody's."""
    numbers = ["BL-133-1-4", "BL-133-1-1", "BL-133-1-2", "BL-135"]
    if facts.recipient.kind == "ankestyrelsen":
        numbers = ["BL-151"]
    elif facts.subject.role in ("gravid", "kommende_barn"):
        numbers = ["BL-133-1-2", "BL-133-1-4", "BL-133-1-1", "BL-135"]
    return [number if act_day(facts) >= FIRST_OF_BL else PREDECESSORS[number] for number in numbers]


def is_the_senders_duty(base: str, facts: Facts) -> bool:
    """R22: the sender's duty that fits the facts."""
    return covers(BASES[base].disclosers, facts.discloser) and child_or_abuse_fits(base, facts)


def child_or_abuse_fits(base: str, facts: Facts) -> bool:
    """The preconditions of § 133 nr. 1, nr. 2 and nr. 4 and of § 135; § 135 keeps to the born child (hjemmel.md)."""
    number = in_barnets_lov(base)
    if number == "BL-133-1-4":
        return abuse(facts) in ("by_parent", "by_other") and is_about_a_born_child(facts)  # R35: by anyone
    if number == "BL-151":
        return True
    if number == "BL-133-1-2":
        return facts.subject.role in ("gravid", "kommende_barn", "partner")
    return is_about_a_born_child(facts)


def is_about_a_born_child(facts: Facts) -> bool:
    """A child under 18 or a parent of one. Silent: a pregnant girl below 18. Chosen: she is a child herself."""
    years = years_old(facts, act_day(facts))
    if facts.subject.role in ("barn", "nyfoedt"):
        return years is None or years < 18
    return facts.subject.role in ("mor", "partner") or (
        facts.subject.role == "gravid" and years is not None and years < 18
    )


def abuse(facts: Facts) -> str:
    """R35: by_parent, by_other or none; `abuse_suspected` without more is read as by_parent."""
    notification = facts.notification or Notification()
    said = getattr(notification, "abuse", None)
    if said is not None:
        return str(said)
    return "by_parent" if notification.abuse_suspected else "none"


def fulfils_a_duty_of_its_own_accord(facts: Facts, cited: str) -> bool:
    """R22: an underretning (also to Ankestyrelsen), a move notice, a receipt; R32: the deadline of one."""
    acts = {"underretning": ANKESTYRELSEN, "flytteunderretning": MOVE_NOTICES, "kvittering": RECEIPTS}
    return facts.act == "frist" or cited in acts.get(facts.act, ())


def in_barnets_lov(base: str) -> str:
    """The number of today, whichever edition was cited."""
    return SUCCESSORS.get(base, base)


def twin_in_force(cited: str, facts: Facts) -> str | None:
    """R22: the same base in the edition in force; § 50 became § 20, for expectant parents § 26."""
    if cited == "SEL-50-1":
        return "BL-26" if facts.subject.role in ("gravid", "kommende_barn") else "BL-20-1"
    return SUCCESSORS.get(cited) or PREDECESSORS.get(cited)


def in_force(base: str, day: date) -> bool:
    """R22: on the local date of the act."""
    return BASES[base].first_day <= day <= BASES[base].last_day


# ---- the tests before consent (R28) ------------------------------------------------------------------------------


def faults_before_consent(facts: Facts, base: str) -> Iterator[str | None]:
    """R28: kind, discloser with role, recipient with relation, opt-out, other preconditions, decider.

    Silent: a permit or duty that names no parties. Chosen: it is no base for a disclosure, as a procedure is none.
    """
    entry = BASES[base]
    yield "BASIS_NOT_APPLICABLE" if entry.kind in ("bar", "form", "procedure") or not entry.disclosers else None
    yield None if discloser_is_covered(facts, base) else "DISCLOSER_NOT_COVERED"
    yield None if recipient_is_covered(facts, base) else "RECIPIENT_NOT_COVERED"
    yield "PATIENT_OPTED_OUT" if base in STOPPED_BY_OPT_OUT and facts.flags.opted_out else None
    if base in ("SUL-41-2-1", "SUL-42a-1"):
        yield None if facts.flags.current_course else "NO_CURRENT_TREATMENT"
    yield None if not entry.acts or facts.act in entry.acts else "BASIS_NOT_APPLICABLE"
    yield None if entry.initiative in ("either", facts.initiative) else "BASIS_NOT_APPLICABLE"
    yield None if not entry.purposes or facts.purpose in entry.purposes else "BASIS_NOT_APPLICABLE"
    yield precondition_that_fails(facts, base)
    yield None if base != "SUL-43-2-2" or facts.flags.decider in WHO_DECIDES else "DECIDER_MISSING"


STOPPED_BY_OPT_OUT = ("SUL-41-2-1", "SUL-41-2-2", "SUL-42a-1")  # R25; SUL-42a-1 by its own exception, § 42 a(5)
WHO_DECIDES = ("laege", "jordemoder", "sygeplejerske", "sundhedsplejerske")  # R19


def discloser_is_covered(facts: Facts, base: str) -> bool:
    """R28, and under FVL-28: sundhedsloven goes first for health persons (R20)."""
    if base == "SUL-41-2-2" and facts.discloser_role != "laege":
        return False
    if base == "FVL-28" and covers(HEALTH_PERSONS, facts.discloser):
        return False
    return covers(BASES[base].disclosers, facts.discloser)


def recipient_is_covered(facts: Facts, base: str) -> bool:
    """R28, and section 6: an underretning under SUL § 43(2) nr. 2 goes to the familieafdeling only."""
    if base == "SUL-41-2-2" and not facts.flags.own_gp:
        return False
    if base == "SUL-43-2-2" and facts.act == "underretning":
        return covers(FAMILY_UNIT, facts.recipient)
    if base in MOVE_NOTICES and facts.recipient.organisation == facts.discloser.organisation:
        return False  # the municipality left tells the new one
    return covers(BASES[base].recipients, facts.recipient)


def precondition_that_fails(facts: Facts, base: str) -> str | None:
    """R28: NO_CURRENT_TREATMENT or BASIS_NOT_APPLICABLE, by the preconditions the catalogue lists.

    Necessity under § 41(2) nr. 1 and § 42 a is presumed until denied (D-046). SUL-43-2-1 needs a companion, and only
    the base invoked is tested; SUL-43-2-3, SEL-49a and BL-SSD demand what no fact can state: none of them carries.
    """
    flags = facts.flags
    met = {
        **dict.fromkeys(("SUL-41-2-1", "SUL-42a-1"), flags.necessary is not False),
        "SUL-41-2-2": flags.discharge_letter,
        "SUL-41-2-4": flags.weighty_interest and flags.necessary,
        "SUL-43-2-2": flags.weighty_interest and flags.necessary and flags.balancing_recorded,  # R19
        **dict.fromkeys(("SUL-43-2-1", "SUL-43-2-3", "SEL-49a", "BL-SSD"), False),
    }
    if base in MOVE_NOTICES:
        return None if has_moved(facts) and flags.special_support_need else "BASIS_NOT_APPLICABLE"
    if base in RECEIPTS:
        return None if feedback_is_within_scope(facts) else "FEEDBACK_BEYOND_SCOPE"
    if in_barnets_lov(base) in NOTICES:
        return None if child_or_abuse_fits(base, facts) else "BASIS_NOT_APPLICABLE"
    if base == "ANON":
        return None if flags.identifiable is False else "NO_LEGAL_BASIS"  # R23
    return None if met.get(base, True) else "BASIS_NOT_APPLICABLE"


def has_moved(facts: Facts) -> bool:
    """On a day that has come."""
    moved_at = facts.flags.moved_at
    return moved_at is not None and moved_at <= act_day(facts)


def feedback_is_within_scope(facts: Facts) -> bool:
    """R33: all get the receipt, a professional also whether a case was opened; type and length only if essential."""
    allowed = {"kvittering"}
    if facts.flags.notifier_professional and not facts.flags.special_regard:
        allowed.add("sag_aabnet")
        if getattr(facts.flags, "essential_for_support", None):
            allowed |= {"type_af_indsats", "varighed"}
    return set(facts.categories) <= allowed


# ---- requests under retssikkerhedsloven §§ 11 a and 11 c ---------------------------------------------------------


def is_a_request(facts: Facts, base: str) -> bool:
    """The authority asks or obtains; anything else under these bases is tested in the order of R28."""
    return facts.act in ASKING and facts.initiative == "recipient" and base in ("RSL-11a-1", "RSL-11a-2", "RSL-11c-1-1")


def faults_of_the_request(facts: Facts, base: str) -> Iterator[str | None]:
    """`request_precedence`, one line for each code.

    Silent: a recipient that is no kommune. Chosen: REQUEST_UNIT_NOT_COMPETENT, since R28's code is not in the list.
    """
    request = facts.request or Request()
    about_a_child = base == "RSL-11c-1-1"
    now, other = case_types_now_and_in_the_other_edition(facts)
    yield "BASIS_NOT_IN_FORCE" if about_a_child and request.case_type in other else None
    yield None if covers(BASES[base].disclosers, facts.discloser) else "DISCLOSER_NOT_COVERED"
    yield "REQUEST_CASE_TYPE_NOT_COVERED" if about_a_child and request.case_type not in now else None
    yield None if covers(BASES[base].recipients, facts.recipient) else "REQUEST_UNIT_NOT_COMPETENT"
    yield None if subject_is_in_the_case(facts, base, request) else "REQUEST_SUBJECT_NOT_COVERED"
    yield None if case_is_open(facts, request) else "REQUEST_NO_OPEN_CASE"
    if base == "RSL-11a-1":
        yield None if consent_is_vouched_for(facts, request) else "CONSENT_MISSING"
        yield "CONSENT_WITHDRAWN" if vouched_consent_is_withdrawn(facts, request) else None
        yield "CONSENT_EXPIRED" if own_term_has_run_out(facts, request) else None
    yield None if request_is_specific(facts, request) else "REQUEST_NOT_SPECIFIC"
    yield "NOT_JOURNALISED" if facts.flags.journalised is False or facts.flags.interpretation else None  # R12
    yield "BASIS_NOT_APPLICABLE" if base == "RSL-11a-2" and not set(request.items) & set(ECONOMIC) else None
    surplus, declined = surplus_and_declined(facts, base, request)
    if set(facts.categories) <= set(surplus + declined):
        kept_back = not facts.categories or set(facts.categories) & set(declined)
        yield "ITEM_NOT_OBLIGED" if declined and kept_back else "SURPLUS_INFORMATION"


def case_types_now_and_in_the_other_edition(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """R11, R22."""
    old, new = CASE_TYPES["serviceloven"], CASE_TYPES["barnets lov"]
    return (new, old) if act_day(facts) >= FIRST_OF_BL else (old, new)


def subject_is_in_the_case(facts: Facts, base: str, request: Request) -> bool:
    """R09: the one who consented; R11: the child, the expectant or custodial parent, or one named as investigated."""
    role = facts.subject.role
    if base == "RSL-11a-1":
        return same_person(stated(request.asserted_consent_by) or role, role)
    if base == "RSL-11c-1-1":
        return role in ("gravid", "mor", "barn", "nyfoedt", "kommende_barn") or role in request.investigated
    return True


def case_is_open(facts: Facts, request: Request) -> bool:
    """R10, R11: from the day it ended it is not open, whatever else is said."""
    ended = request.case_closed_at is not None and request.case_closed_at <= act_day(facts)
    return bool(request.case_open) and not ended


def consent_is_vouched_for(facts: Facts, request: Request) -> bool:
    """R09: the authority's statement is enough; the consent is a prior one (hjemmel.md, RSL-11a-1)."""
    given_at = request.consent_given_at
    return bool(request.asserted_consent) and (given_at is None or given_at <= act_day(facts))


def vouched_consent_is_withdrawn(facts: Facts, request: Request) -> bool:
    """R09: only a withdrawal of a consent for the same purpose and direction stops the answer.

    Silent: whose direction. Chosen, with point O13 of hub/law/README.md: the authority's own is one to obtain (form
    4.0), the sender's one to disclose; one that says of nobody who took it is either. R24 holds here too: it mentions
    this act, is said by one with the right, and a consent given later lifts it (the vouched one: a later day).
    """
    held_by = {
        "discloser": ("videregivelse",),
        None: ("videregivelse", "indhentning"),
        "-": ("videregivelse", "indhentning"),
    }
    for consent in facts.consents:
        for act in held_by.get(consent.given_to, ("indhentning",)):
            said = replace(facts, act=act, consents=(consent,))
            for when, categories in withdrawals(said):
                vouched_again = request.consent_given_at is not None and request.consent_given_at > local_day(when)
                for category in categories:
                    given_again = covers_it_again(category, when, replace(facts, act=act), "RSL-11a-1")
                    if category in facts.categories and not vouched_again and not given_again:
                        return True
    return False


def own_term_has_run_out(facts: Facts, request: Request) -> bool:
    """R09, R10: a term without the day it began is no ground to refuse; counted as in R02, the last day lapsed.

    Silent: a term that is none. Chosen: it has run out.
    """
    if request.consent_given_at is None or request.consent_form_term is None:
        return False
    end = after_the_term(request.consent_given_at, request.consent_form_term)
    return end is None or act_day(facts) >= end


def request_is_specific(facts: Facts, request: Request) -> bool:
    """R09: which information, from whom, for which case or purpose."""
    names_the_matter = stated(request.case_type) or stated(facts.purpose)
    return bool(request.specific and filled(request.items) and names_the_matter)


MAY_BE_DECLINED = ("mor_barn_observation", "foraeldreevne")
ECONOMIC = ("oekonomi", "ferie")


def surplus_and_declined(facts: Facts, base: str, request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """R12: what was not asked is surplus; of what was asked only two items may be declined."""
    items = request.items
    if base == "RSL-11a-2":
        items = tuple(item for item in items if item in ECONOMIC)  # economic and holiday data only
    surplus = tuple(category for category in facts.categories if category not in items)
    declined = tuple(item for item in items if item in facts.flags.hospital_declines and item in MAY_BE_DECLINED)
    return surplus, declined


def answered(facts: Facts, base: str) -> Answer:
    """R12, R30: what is left goes."""
    surplus, declined = surplus_and_declined(facts, base, facts.request or Request())
    extra = ("EXPLAIN_DECLINE",) if declined else ()
    withheld = tuple(item for item in declined if item in facts.categories)
    return permitted(facts, base, BASES[base].ok, surplus=surplus, declined=withheld, extra=extra)


# ---- underretning ------------------------------------------------------------------------------------------------


def notified(facts: Facts, base: str, wrongly_cited: bool) -> Answer:
    """R13, R14, R15: never blocked for want of consent; what nobody needs is withheld."""
    surplus = tuple(category for category in facts.categories if category in facts.flags.not_needed)
    if surplus and set(surplus) == set(facts.categories):
        return refused(facts, "SURPLUS_INFORMATION")
    oral = facts.notification is not None and facts.notification.channel == "oral"
    return permitted(
        facts,
        base,
        BASES[base].ok,
        surplus=surplus,
        extra=debts_of_consent(facts, base) + (("NOTE_ORAL",) if oral else ()),
        wrongly_cited=wrongly_cited,
    )


def debts_of_consent(facts: Facts, base: str) -> tuple[str, ...]:
    """R13: what an untried or refused consent owes; R14: nothing where abuse by a parent is suspected.

    Silent: what is not stated, and n/a (not asked of this notifier) by one who is asked. Chosen: it was not done.
    """
    if BASES[base].consent != "seek_first" or abuse(facts) == "by_parent":
        return ()
    notification = facts.notification or Notification()
    sought = notification.consent_sought or "no"
    if sought == "n/a" and covers(PUBLIC_SERVICE, facts.discloser):
        sought = "no"
    debts = []
    if sought == "no":
        debts.append("RECORD_NO_CONSENT_REASON")
    if sought in ("no", "refused") and not notification.balancing_recorded:
        debts.append("RECORD_BALANCING")
    if not notification.parents_informed:
        debts.append("INFORM_SUBJECT_BEFORE")
    return tuple(debts)


# ---- consent -----------------------------------------------------------------------------------------------------


def with_consent(facts: Facts, base: str) -> Answer:
    """R05, R24, R30: each category goes that a consent in force carries; R27: else the reason that comes closest."""
    carried = {category: consents_that_carry(category, facts, base) for category in facts.categories}
    if not any(carried.values()):
        return refused(facts, reason_without_consent(facts, base))
    used = [consent for consents in carried.values() for consent in consents]
    owes_an_entry = "RECORD_CONSENT" in BASES[base].duties and not all(consent.journalised for consent in used)
    return permitted(
        facts,
        base,
        BASES[base].ok if base == "SUL-41-1" else written_or_oral(list(carried.values())),
        surplus=tuple(category for category in facts.categories if not carried[category]),
        extra=("RECORD_CONSENT",) if owes_an_entry else (),
    )


def written_or_oral(carriers: list[list[ConsentFact]]) -> str:
    """Silent: written and oral consents together. Chosen: written when each category that goes has a written one."""
    going = [consents for consents in carriers if consents]
    each_in_writing = all(any(consent.form == "written" for consent in consents) for consents in going)
    return "OK_CONSENT_WRITTEN" if each_in_writing else "OK_CONSENT_ORAL_REASON"


def consents_that_carry(category: str, facts: Facts, base: str) -> list[ConsentFact]:
    """R24: the sound consents that cover it, each given later than every no to it."""
    noes = [when for when, categories in all_noes(facts) if category in categories]
    return [
        consent
        for consent in consents_that_count(facts)
        if not set(failures(consent, facts, base)) - {"CONSENT_WRONG_CATEGORY"}
        and category in filled(consent.categories)
        and category not in consent.excludes
        and all(consent.given_at > when for when in noes)
    ]


def consents_that_count(facts: Facts) -> list[ConsentFact]:
    """R08: silence counts as no consent; none of the three bases accepts it."""
    return [consent for consent in facts.consents if consent.form != "tacit"]


def reason_without_consent(facts: Facts, base: str) -> str:
    """R27: a standing no first; else of the consent with the fewest failures, newest first, the first in precedence."""
    for when, categories in all_noes(facts):
        if any(
            not covers_it_again(category, when, facts, base) for category in categories if category in facts.categories
        ):
            return "CONSENT_WITHDRAWN"
    consents = consents_that_count(facts)
    if not consents:
        return "CONSENT_MISSING"
    found = [
        (failures(consent, facts, base) or ["CONSENT_WITHDRAWN"], -consent.given_at.timestamp()) for consent in consents
    ]  # a consent without a fault of its own is one that a later no has emptied
    closest, _ = min(found, key=lambda failed: (len(failed[0]), failed[1]))
    return min(closest, key=REASON_PRECEDENCE.index)


def all_noes(facts: Facts) -> list[tuple[datetime, tuple[str, ...]]]:
    """R24: each exclusion and withdrawal said by now, and the categories it mentions.

    An exclusion takes its categories out of earlier consents too, whoever receives, and counts in a tacit consent.
    """
    exclusions = [
        (consent.given_at, consent.excludes)
        for consent in facts.consents
        if consent.given_at <= facts.at and consent.excludes
        if says_no_for_the_subject(consent, facts, said_at=consent.given_at)
    ]
    return exclusions + withdrawals(facts)


def withdrawals(facts: Facts) -> list[tuple[datetime, tuple[str, ...]]]:
    """R04, R24: of consents to such an act, each from its own timestamp.

    Silent: one with a blank element. Chosen: it speaks of every party, purpose and direction, but of no category.
    """
    return [
        (consent.withdrawn_at, filled(consent.categories))
        for consent in facts.consents
        if consent.withdrawn_at is not None and consent.withdrawn_at <= facts.at
        if says_no_for_the_subject(consent, facts, said_at=consent.withdrawn_at)
        if names_nothing_else(consent, facts)
    ]


def names_nothing_else(consent: ConsentFact, facts: Facts) -> bool:
    """R05, R24: no filled element names another party, purpose or direction."""
    purposes = filled(consent.purposes)
    return (
        "CONSENT_WRONG_DIRECTION" not in mismatches(consent, facts)
        and (not purposes or facts.purpose in purposes)
        and (not consent.disclosers or any(may_mean(unit, facts.discloser) for unit in consent.disclosers))
        and (not consent.recipients or any(may_mean(unit, facts.recipient) for unit in consent.recipients))
    )


def may_mean(unit: Unit, wanted: Unit) -> bool:
    """A municipality named without a unit is also its familieafdeling, a unit without its organisation any such one."""
    same_unit = unit.unit in ("-", wanted.unit)
    return unit.kind == wanted.kind and same_unit and unit.organisation in ("-", wanted.organisation)


def says_no_for_the_subject(consent: ConsentFact, facts: Facts, said_at: datetime) -> bool:
    """R24: only one who could have given the consent, the day the no was said and the day of the act, can say it.

    Silent: nobody named, or a newborn before the birth. Chosen: it counts. R16 lets a holder the child does not live
    with stop, so he says no too.
    """
    subjects = filled(consent.subjects)
    about_her = not subjects or facts.subject.role in subjects
    unnamed = stated(consent.given_by) is None
    days = local_day(said_at), act_day(facts)
    return about_her and (unnamed or all(decides_or_holds_custody(consent.given_by, facts, day) for day in days))


def covers_it_again(category: str, no: datetime, facts: Facts, base: str) -> bool:
    """R24: a still later consent, sound when it was given.

    Silent: it has lapsed since, or another holder protests. Chosen: her own no stays lifted.
    """
    later = {"CONSENT_EXPIRED", "CONSENT_CUSTODY_CONFLICT", "CONSENT_WRONG_CATEGORY"}
    return any(
        consent.given_at > no
        and category in filled(consent.categories)
        and category not in consent.excludes
        and not set(failures(consent, facts, base)) - later
        for consent in consents_that_count(facts)
    )


def failures(consent: ConsentFact, facts: Facts, base: str) -> list[str]:
    """R27: every consent reason that applies, each once."""
    found = {*failures_in_time(consent, facts, base), *mismatches(consent, facts)}
    if not given_to_the_right_party(consent, base):
        found.add("CONSENT_GIVEN_TO_WRONG_PARTY")
    if covers_the_subject(consent, facts):  # R17: the giver's right is tested only for a covered subject
        if not giver_has_the_right(consent, facts):
            found.add("CONSENT_GIVER_INCOMPETENT")
        if another_holder_protests(facts):
            found.add("CONSENT_CUSTODY_CONFLICT")
    if base == "SUL-43-1" and consent.form == "oral" and stated(consent.oral_reason) is None:  # R08
        found.add("CONSENT_ORAL_NO_REASON")
    return sorted(found)


def failures_in_time(consent: ConsentFact, facts: Facts, base: str) -> Iterator[str]:
    """R02, R03, R04; R34: a consent for one network meeting lives as long as any other."""
    if consent.given_at > facts.at:
        yield "CONSENT_NOT_YET_GIVEN"
    if consent.withdrawn_at is not None and facts.at >= consent.withdrawn_at:
        yield "CONSENT_WITHDRAWN"
    a_year_later = months_later(local_day(consent.given_at), 12)
    too_old = base == "SUL-43-1" and act_day(facts) >= a_year_later
    if too_old or (consent.valid_until is not None and act_day(facts) > consent.valid_until):
        yield "CONSENT_EXPIRED"


def mismatches(consent: ConsentFact, facts: Facts) -> Iterator[str]:
    """R05, R06, R17: a blank element is CONSENT_NOT_SPECIFIC, a filled one that does not match is the WRONG one.

    The unit is demanded of a recipient, of a discloser only where it has one. What the consent itself excludes is no
    wrong category: the exclusion is a no of its own (R24).
    """
    if stated(consent.direction) is None:
        yield "CONSENT_NOT_SPECIFIC"
    elif consent.direction not in ("begge", "indhente" if facts.act == "indhentning" else "videregive"):
        yield "CONSENT_WRONG_DIRECTION"
    if not filled(consent.subjects):
        yield "CONSENT_NOT_SPECIFIC"
    elif not covers_the_subject(consent, facts):
        yield "CONSENT_WRONG_SUBJECT"
    for units, wanted, wrong in (
        (consent.disclosers, facts.discloser, "CONSENT_WRONG_DISCLOSER"),
        (consent.recipients, facts.recipient, "CONSENT_WRONG_RECIPIENT"),
    ):
        same_without_unit = wrong == "CONSENT_WRONG_DISCLOSER" and stated(wanted.organisation) is not None
        named = [unit for unit in units if names_a_unit(unit) or (same_without_unit and unit == wanted)]
        without_unit = [unit for unit in units if unit not in named and unit.kind == wanted.kind]
        if not named or wanted.organisation in [unit.organisation for unit in without_unit if wanted not in named]:
            yield "CONSENT_NOT_SPECIFIC"
        elif wanted not in named:
            yield wrong
    if not filled(consent.purposes):
        yield "CONSENT_NOT_SPECIFIC"
    elif facts.purpose not in filled(consent.purposes):
        yield "CONSENT_WRONG_PURPOSE"
    if not filled(consent.categories):
        yield "CONSENT_NOT_SPECIFIC"
    elif not set(consent.categories) & set(facts.categories):
        yield "CONSENT_WRONG_CATEGORY"


def names_a_unit(unit: Unit) -> bool:
    """R05: organisation and unit. Silent: who has no units. Chosen: all but hospitals, municipalities and NGOs."""
    return stated(unit.organisation) is not None and (
        unit.unit != "-" or unit.kind not in ("hospital", "kommune", "ngo")
    )


def covers_the_subject(consent: ConsentFact, facts: Facts) -> bool:
    """R17: read from subjects; a consent given before the birth does not cover the child's own journal.

    Silent: no birth date, or given on that day. Chosen: a woman called gravid had not yet given birth to the newborn.
    """
    if facts.subject.role not in filled(consent.subjects):
        return False
    born, given = facts.flags.birth_date, local_day(consent.given_at)
    while_pregnant = facts.subject.role == "nyfoedt" and consent.given_by == "gravid" and born in (None, given)
    before_birth = while_pregnant or (born is not None and given < born)
    return not (facts.subject.role in ("barn", "nyfoedt") and before_birth)


def given_to_the_right_party(consent: ConsentFact, base: str) -> bool:
    """R07; FVL § 28 accepts any."""
    accepted = {"SUL-43-1": ("discloser",), "SUL-41-1": ("discloser", "recipient")}
    return base not in accepted or consent.given_to in accepted[base]


# ---- who may consent (R16) ---------------------------------------------------------------------------------------


def giver_has_the_right(consent: ConsentFact, facts: Facts) -> bool:
    """R16: on the local day it was given and on the local day of the act."""
    days = local_day(consent.given_at), act_day(facts)
    return all(may_consent(consent.given_by, facts, day) for day in days)


def may_consent(giver: str, facts: Facts, day: date) -> bool:
    """R16: the one who decides, and of holders of custody the residence parent after a split."""
    child_decides_not = facts.subject.role != "kommende_barn" and not decides_alone(facts, day)
    lives_elsewhere = child_decides_not and is_not_known_to_be_the_residence_parent(giver, facts)
    return decides_or_holds_custody(giver, facts, day) and not lives_elsewhere


def decides_or_holds_custody(giver: str, facts: Facts, day: date) -> bool:
    """R16: from 15 the patient alone, below a custody holder; the mother who gave birth is one unless a fact denies it.

    Silent: the unborn child. Chosen: the woman who carries it.
    """
    role = facts.subject.role
    if role == "kommende_barn":
        return giver in ("gravid", "mor")
    if decides_alone(facts, day):
        return same_person(giver, role)
    if giver in ("gravid", "mor"):
        taken_from_her = facts.flags.placed or getattr(facts.flags, "custody_with_another", None)
        return role in ("barn", "nyfoedt") and not taken_from_her
    return giver in (HOLDER, *(f"{HOLDER}_{which}" for which in ("1", "2", "ene", "bopael", "samvaer")))


HOLDER = "foraeldremyndighedsindehaver"


def is_not_known_to_be_the_residence_parent(giver: str, facts: Facts) -> bool:
    """R16: after a split of joint holders; the suffixes say which holder it is, _1 and _2 that there are two."""
    split = facts.flags.parents_live_together is False
    if giver in (f"{HOLDER}_1", f"{HOLDER}_2"):
        return split
    if giver in (HOLDER, "mor", "gravid"):
        return split and bool(facts.flags.joint_custody)
    return giver == f"{HOLDER}_samvaer"


def another_holder_protests(facts: Facts) -> bool:
    """R16: a protest of a custody holder stops it; one by a parent without custody does not."""
    protest = facts.flags.other_holder_protests or facts.flags.custody_holder_objects
    return bool(protest) and not decides_alone(facts, act_day(facts)) and facts.subject.role != "kommende_barn"


def decides_alone(facts: Facts, day: date) -> bool:
    """R16: from 15. Silent: no age. Chosen: a child is below 15, everybody else is not."""
    years = years_old(facts, day)
    return years >= 15 if years is not None else facts.subject.role not in ("barn", "nyfoedt", "kommende_barn")


def years_old(facts: Facts, day: date) -> int | None:
    """R16: the birth date wins over the age."""
    born = facts.flags.birth_date
    if born is None:
        return facts.subject.age
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def same_person(one: str, other: str) -> bool:
    """R17: gravid and mor are one woman when it is asked who gave the consent."""
    return one == other or {one, other} == {"gravid", "mor"}


# ---- the next step (R31) -----------------------------------------------------------------------------------------


def next_step(facts: Facts, reason: str) -> str | None:
    """R31: the first line of `next_step_map` that fits."""
    starts_it_himself = facts.initiative == "discloser"
    notice = facts.act == "underretning"
    if starts_it_himself and reason in NO_MEANS_NO:
        return None
    if reason == "ITEM_NOT_OBLIGED":
        return "EXPLAIN_DECLINE"
    if facts.act == "anmodning_besvarelse":
        return "ASK_CLARIFICATION"
    if facts.act == "indhentning":
        return None
    if reason == "DECIDER_MISSING":
        return "NAME_DECIDER"
    if reason == "BASIS_NOT_APPLICABLE" and facts.basis_invoked in ("SUL-43-2-2", "SUL-41-2-4"):
        return "RECORD_BALANCING"
    if reason == "BASIS_NOT_IN_FORCE":
        return "CORRECT_CITATION"
    if notice and reason == "RECIPIENT_NOT_COVERED":
        return None
    if notice and reason == "SURPLUS_INFORMATION":
        return "WITHHOLD_SURPLUS"
    if facts.act in ("underretning", "flytteunderretning", "kvittering") and sender_has_a_duty(facts):
        return "CORRECT_CITATION"
    if notice and abuse(facts) == "by_parent":
        return None
    return "REQUEST_NEW_CONSENT" if starts_it_himself else None


NO_MEANS_NO = (
    "CONSENT_WITHDRAWN",
    "PATIENT_OPTED_OUT",
    "CONSENT_CUSTODY_CONFLICT",
    "CONSENT_NOT_YET_GIVEN",
    "FEEDBACK_BEYOND_SCOPE",
)


def sender_has_a_duty(facts: Facts) -> bool:
    """R31: an NGO or a private notifier has none about an unborn child, nor to tell of moves or receipts.

    Silent: a professional when no duty fits. Chosen: it has none.
    """
    if facts.act != "underretning":
        return covers(PUBLIC_SERVICE, facts.discloser)
    return any(is_the_senders_duty(number, facts) for number in duties_to_notify(facts))


# ---- deadlines (R21, R32) ----------------------------------------------------------------------------------------


def deadline(facts: Facts, base: str, wrongly_cited: bool) -> Answer:
    """R32: like the duty it stands for, without the kind test: all the base's duties, and when each falls due.

    Silent: a base that stands for no duty (a permit, or one whose duties are never listed). Chosen: it does not apply.
    """
    entry = BASES[base]
    if entry.kind == "permit" or not set(entry.duties) - {"RECORD_DISCLOSURE"}:
        return refused(facts, "BASIS_NOT_APPLICABLE")
    if entry.disclosers and not covers(entry.disclosers, facts.discloser):
        return refused(facts, "DISCLOSER_NOT_COVERED")
    if entry.recipients and not covers(entry.recipients, facts.recipient):
        return refused(facts, "RECIPIENT_NOT_COVERED")
    due = {duty: latest(duty, facts) for duty in entry.duties if duty in DEADLINES}
    duties = frozenset(entry.duties) | ({"CORRECT_CITATION"} if wrongly_cited else set())
    ok = "OK_FEEDBACK" if base in RECEIPTS else "OK_STATUTORY_DUTY"
    return Answer("permit-with-duties", base, ok, gate(facts, base), duties, due=due)


DEADLINES = ("ASSESS_24H", "ACK_RECEIPT", "INVESTIGATE_4M")


def latest(duty: str, facts: Facts) -> str:
    """R32: a minute for hours, a date for hverdage and months; months from the day the municipality became aware."""
    if duty == "ASSESS_24H":
        elapsed = facts.at.astimezone(UTC) + timedelta(hours=24)
        wall_clock = (facts.at.astimezone(COPENHAGEN) + timedelta(hours=24)).astimezone(UTC)
        return min(elapsed, wall_clock).astimezone(COPENHAGEN).strftime("%Y-%m-%dT%H:%M")
    if duty == "ACK_RECEIPT":
        return sixth_hverdag_after(act_day(facts)).isoformat()
    return months_later(facts.flags.aware_at or act_day(facts), 4).isoformat()


def sixth_hverdag_after(day: date) -> date:
    """R21: the day of receipt never counts."""
    counted = 0
    while counted < 6:
        day += timedelta(days=1)
        counted += is_hverdag(day)
    return day


def is_hverdag(day: date) -> bool:
    """R21: Monday to Saturday without public holidays; store bededag is one up to 2023."""
    if day.isoweekday() == 7 or (day.month, day.day) in ((1, 1), (12, 25), (12, 26)):
        return False
    after_easter = (day - easter_sunday(day.year)).days
    maundy_thursday, good_friday, easter, easter_monday, ascension, whit, whit_monday = -3, -2, 0, 1, 39, 49, 50
    movable = [maundy_thursday, good_friday, easter, easter_monday, ascension, whit, whit_monday]
    if day.year <= 2023:
        movable.append(26)  # store bededag, the fourth Friday after Easter
    return after_easter not in movable


def easter_sunday(year: int) -> date:
    """The Gregorian Easter, after Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, before = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, before + 1)


# ---- days and words ----------------------------------------------------------------------------------------------


def local_day(moment: datetime) -> date:
    """The Danish calendar day."""
    return moment.astimezone(COPENHAGEN).date()


def act_day(facts: Facts) -> date:
    """R22: the local date of the act."""
    return local_day(facts.at)


def months_later(day: date, months: int) -> date:
    """R02, R32: by the calendar, the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def after_the_term(day: date, term: str) -> date | None:
    """R10: ISO 8601, calendar units; None for what is no term."""
    written = re.fullmatch(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", term)
    if written is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in written.groups())
    return months_later(day, 12 * years + months) + timedelta(days=7 * weeks + days)


def stated(word: str | None) -> str | None:
    """The word, or None where it says nothing: "-", blank or left out."""
    return None if word is None or word.strip() in ("", "-") else word


def filled(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say something."""
    return tuple(word for word in words if stated(word) is not None)
