"""A law scenario, or the facts of one act, from plain values as YAML and JSON give them.

A public input (`tvaerspor law decide`, `POST /v1/decisions`): strict. Unknown fields, acts, kinds, forms, directions,
bases and codes are errors that name them; words of the open lists (units, organisations, purposes, categories, case
types, roles) are taken as they are and covered by nothing that does not name them. "-", "" and null mean "not stated".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.errors import Unreadable
from hub.law import catalogue
from hub.law import fields as read
from hub.law.facts import (
    ABUSE,
    ACTS,
    CONSENT_HOLDERS,
    CONSENT_SOUGHT,
    DIRECTIONS,
    DISCLOSURE_CHANNELS,
    FORMS,
    INITIATIVES,
    NOT_STATED,
    NOTICE_CHANNELS,
    SCOPES,
    ConsentFact,
    Facts,
    Flags,
    Notification,
    Request,
    Subject,
)
from hub.law.fields import Fields, complaint
from hub.law.hjemmel import DutyCode, Outcome, Reason
from hub.vocabulary.period import COPENHAGEN, add_term, local_minute

_BASES = frozenset(basis.id for basis in catalogue.bases())
_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_REASONS = frozenset(reason.value for reason in Reason)
_DUTIES = frozenset(duty.value for duty in DutyCode)


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer a scenario claims. Lists and gate left out mean none; `due` is compared only when it is there."""

    decision: str
    basis: str | None
    reason: str | None
    gate: str | None = None
    duties: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    next_step: str | None = None
    due: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case of a truth table: the facts, and what ought to come of them."""

    id: str
    title: str
    facts: Facts
    expected: Expected | None = None
    why: str = ""
    rules: tuple[str, ...] = ()
    citation: str = ""
    certainty: str = ""
    contested: bool = False
    contested_why: str = ""


def facts(mapping: object, path: str = "facts") -> Facts:
    """The facts of one act, or `Unreadable` naming the field."""
    it = Fields(mapping, path)
    said = flags(it.raw("flags"), it.at("flags"))
    stated = Facts(
        at=_act_moment(it.needed("at", read.moment), said, it.at("at")),
        act=it.needed("act", read.one_of(ACTS, "act")),
        initiative=it.needed("initiative", read.one_of(INITIATIVES, "initiative")),
        discloser=it.needed("discloser", read.unit),
        recipient=it.needed("recipient", read.unit),
        subject=it.needed("subject", _subject),
        basis_invoked=it.optional("basis_invoked", read.one_of(_BASES, "basis")),
        purpose=it.optional("purpose", read.word) or NOT_STATED,
        categories=it.many("categories", read.word),
        consents=it.many("consents", _consent),
        request=it.optional("request", _request),
        notification=it.optional("notification", _notification),
        flags=said,
        discloser_role=it.optional("discloser_role", read.word),
    )
    it.done()
    return replace(stated, consents=_named(stated.consents, it.at("consents")))


def scenario(mapping: object, path: str = "") -> Scenario:
    """One scenario, or `Unreadable` naming the field."""
    it = Fields(mapping, path)
    parsed = Scenario(
        id=it.needed("id", read.word),
        title=it.optional("title", read.text) or "",
        facts=it.needed("facts", facts),
        expected=it.optional("expected", _expected),
        why=it.optional("why", read.text) or "",
        rules=it.many("rules", read.word),
        citation=it.optional("citation", read.text) or "",
        certainty=it.optional("certainty", read.word) or "",
        contested=it.optional("contested", read.truth) or False,
        contested_why=it.optional("contested_why", read.text) or "",
    )
    it.done()
    return parsed


def scenarios(document: object) -> tuple[Scenario, ...]:
    """Every scenario of a file: a truth table (`scenarios:`), a bare list, or one scenario by itself."""
    if isinstance(document, Mapping) and "scenarios" in document:
        it = Fields(document, "")
        found = it.many("scenarios", scenario)
        for head in ("schema_version", "title", "compiled"):
            it.raw(head)
        it.done()
        return found
    if isinstance(document, list | tuple):
        return read.items(document, "scenarios", scenario)
    return (scenario(document),)


def _act_moment(at: datetime, flags: Flags, path: str) -> datetime:
    """The moment of the act; `at_utc` tells which of two equal wall clock times is meant, and must agree otherwise."""
    if flags.at_utc is None:
        return at
    if local_minute(flags.at_utc) != local_minute(at):
        raise complaint("the same moment as flags.at_utc", path)
    return flags.at_utc.astimezone(COPENHAGEN)


def _subject(value: object, path: str) -> Subject:
    it = Fields(value, path)
    subject = Subject(it.needed("role", read.word), it.optional("age", read.whole_number))
    it.done()
    return subject


def _named(consents: tuple[ConsentFact, ...], path: str) -> tuple[ConsentFact, ...]:
    """Consents told apart by their ids, which a decision cites."""
    if len({consent.id for consent in consents}) < len(consents):
        raise complaint("every consent has an id of its own", path)
    return consents


def _consent(value: object, path: str) -> ConsentFact:
    it = Fields(value, path)
    consent = ConsentFact(
        id=it.optional("id", read.word) or path.rpartition(".")[2],
        given_at=it.needed("given_at", read.moment),
        form=it.needed("form", read.one_of(FORMS, "form")),
        given_by=it.optional("given_by", read.word) or NOT_STATED,
        given_to=it.optional("given_to", read.one_of(CONSENT_HOLDERS, "holder of a consent")),
        direction=it.optional("direction", read.one_of(DIRECTIONS, "direction")),
        disclosers=it.many("disclosers", read.unit),
        recipients=it.many("recipients", read.unit),
        categories=it.many("categories", read.word),
        purposes=it.many("purposes", read.word),
        subjects=it.many("subjects", read.word),
        valid_until=it.optional("valid_until", read.last_day),
        withdrawn_at=it.optional("withdrawn_at", read.moment),
        oral_reason=it.optional("oral_reason", read.text),
        journalised=it.optional("journalised", read.truth) or False,
        excludes=it.many("excludes", read.word),
        scope=it.optional("scope", read.one_of(SCOPES, "scope")),
        meeting_at=it.optional("meeting_at", read.day),
    )
    it.done()
    return consent


def _request(value: object, path: str) -> Request:
    it = Fields(value, path)
    request = Request(
        case_type=it.optional("case_type", read.word),
        case_open=it.optional("case_open", read.truth),
        asserted_consent=it.optional("asserted_consent", read.truth),
        specific=it.optional("specific", read.truth),
        items=it.many("items", read.word),
        asserted_consent_by=it.optional("asserted_consent_by", read.word),
        investigated=it.many("investigated", read.word),
        consent_given_at=it.optional("consent_given_at", read.day),
        consent_form_term=it.optional("consent_form_term", _term),
        case_closed_at=it.optional("case_closed_at", read.day),
    )
    it.done()
    return request


def _term(value: object, path: str) -> str:
    """A duration in years, months, weeks or days (ISO 8601), as a consent form writes its term."""
    written = read.word(value, path)
    try:
        add_term(read.last_day("2000-01-01", path), written)
    except Unreadable as error:
        raise complaint(error.rule, path) from error
    return written


def _notification(value: object, path: str) -> Notification:
    it = Fields(value, path)
    notification = Notification(
        consent_sought=it.optional("consent_sought", _consent_sought),
        abuse_suspected=it.optional("abuse_suspected", read.truth),
        balancing_recorded=it.optional("balancing_recorded", read.truth),
        parents_informed=it.optional("parents_informed", read.truth),
        acute=it.optional("acute", read.truth),
        channel=it.optional("channel", read.one_of(NOTICE_CHANNELS, "channel")),
        abuse=it.optional("abuse", read.one_of(ABUSE, "answer")),
    )
    it.done()
    return notification


def _consent_sought(value: object, path: str) -> str:
    """yes | no | refused | n/a; YAML reads a bare yes or no as true or false."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return read.one_of(CONSENT_SOUGHT, "answer")(value, path)


def flags(value: object, path: str = "flags") -> Flags:
    """The single circumstances of an act, or `Unreadable` naming the field; none at all when there is nothing."""
    it = Fields({} if value is None else value, path)
    flags = Flags(
        current_course=it.optional("current_course", read.truth),
        opted_out=it.optional("opted_out", read.truth),
        discharge_letter=it.optional("discharge_letter", read.truth),
        own_gp=it.optional("own_gp", read.truth),
        hospital_declines=it.many("hospital_declines", read.word),
        journalised=it.optional("journalised", read.truth),
        interpretation=it.optional("interpretation", read.truth),
        hospital_demands_form=it.optional("hospital_demands_form", read.truth),
        not_needed=it.many("not_needed", read.word),
        identifiable=it.optional("identifiable", read.truth),
        weighty_interest=it.optional("weighty_interest", read.truth),
        necessary=it.optional("necessary", read.truth),
        balancing_recorded=it.optional("balancing_recorded", read.truth),
        decider=it.optional("decider", read.word),
        channel=it.optional("channel", read.one_of(DISCLOSURE_CHANNELS, "channel")),
        joint_custody=it.optional("joint_custody", read.truth),
        other_holder_protests=it.optional("other_holder_protests", read.truth),
        parents_live_together=it.optional("parents_live_together", read.truth),
        custody_holder_objects=it.optional("custody_holder_objects", read.truth),
        non_custodial_parent_protests=it.optional("non_custodial_parent_protests", read.truth),
        placed=it.optional("placed", read.truth),
        custody_with_another=it.optional("custody_with_another", read.truth),
        birth_date=it.optional("birth_date", read.day),
        notifier_professional=it.optional("notifier_professional", read.truth),
        special_regard=it.optional("special_regard", read.truth),
        essential_for_support=it.optional("essential_for_support", read.truth),
        receipt_sent=it.optional("receipt_sent", read.truth),
        moved_at=it.optional("moved_at", read.day),
        special_support_need=it.optional("special_support_need", read.truth),
        case_handed_over=it.optional("case_handed_over", read.truth),
        at_utc=it.optional("at_utc", read.utc_moment),
        written_at=it.optional("written_at", read.moment),
        aware_at=it.optional("aware_at", read.day),
        decision_at=it.optional("decision_at", read.day),
    )
    it.done()
    return flags


def _expected(value: object, path: str) -> Expected:
    it = Fields(value, path)
    duty = read.one_of(_DUTIES, "duty")
    expected = Expected(
        decision=it.needed("decision", read.one_of(_OUTCOMES, "decision")),
        basis=it.optional("basis", read.one_of(_BASES, "basis")),
        reason=it.optional("reason", read.one_of(_REASONS, "reason")),
        gate=it.optional("gate", read.one_of(_BASES, "basis")),
        duties=it.many("duties", duty),
        granted=it.many("granted", read.word),
        withheld=it.many("withheld", read.word),
        next_step=it.optional("next_step", duty),
        due=it.optional("due", _due),
    )
    it.done()
    return expected


def _due(value: object, path: str) -> tuple[tuple[str, str], ...]:
    """Duty to latest moment; a time is written to the minute, a day as a day."""
    it = Fields(value, path)
    due = [(code, it.optional(code, _latest)) for code in sorted(_DUTIES)]
    it.done()
    return tuple((code, latest) for code, latest in due if latest is not None)


def _latest(value: object, path: str) -> str:
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > len("2024-05-15")):
        return local_minute(read.moment(value, path))
    return read.last_day(value, path).isoformat()
