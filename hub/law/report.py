"""The rules as a lawyer reads them, and scenarios judged: plain data and plain text, for the CLI and the API.

`bases` and `basis` show what the hub applies, with source, certainty and open points; `judge` decides a scenario and
says where the answer differs from the one it expects.
"""

from dataclasses import dataclass
from datetime import date

from hub.errors import NotFound
from hub.law import catalogue
from hub.law.danish_dates import written_period
from hub.law.decide import decide
from hub.law.explain import duty_in_words, reason_in_words
from hub.law.hjemmel import Decision, DutyCode, Reason
from hub.law.parse import Expected, Scenario
from hub.law.provisions import Basis


@dataclass(frozen=True, slots=True)
class EditionReport:
    """One wording and the days it is in force."""

    valid_from: date | None
    valid_to: date | None
    text: str
    case_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyReport:
    """One duty: who owes it, by when, and what it asks."""

    code: str
    who: str
    deadline: str
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class ReasonReport:
    """One answer a provision can give."""

    code: str
    rules: tuple[str, ...]
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class AmendmentReport:
    """From which day the hub decides otherwise under a provision, and in what; `version` is the law's from then on."""

    on: date
    version: str
    rules: tuple[str, ...]
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class BasisReport:
    """One provision, whole. With a day asked for, `in_force` and `citation` speak of that day."""

    id: str
    law: str
    ref: str
    kind: str
    title: str
    text: str
    citation: str
    on: date | None
    in_force: bool | None
    editions: tuple[EditionReport, ...]
    successor: tuple[str, ...]
    predecessor: tuple[str, ...]
    discloser: tuple[str, ...]
    discloser_except: tuple[str, ...]
    discloser_role: tuple[str, ...]
    recipient: tuple[str, ...]
    initiative: str
    acts: tuple[str, ...]
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    preconditions: tuple[str, ...]
    consent: str
    consent_forms: tuple[str, ...]
    consent_given_to: tuple[str, ...]
    consent_lifetime_years: int | None
    gate: str | None
    companions: tuple[str, ...]
    record: tuple[str, ...]
    duties: tuple[DutyReport, ...]
    reasons: tuple[ReasonReport, ...]
    who_decides: str
    switched_off: bool
    source: str
    certainty: str
    open: str
    changes: tuple[AmendmentReport, ...]


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """The answer to one scenario; `matches` is None when it expects nothing, `differences` says what is otherwise."""

    id: str
    decision: str
    basis: str | None
    gate: str | None
    reason: str
    duties: tuple[str, ...]
    granted: tuple[str, ...]
    withheld: tuple[str, ...]
    due: tuple[tuple[str, str], ...]
    next_step: str | None
    contested: bool
    matches: bool | None
    differences: tuple[str, ...]


def bases(on: date | None = None) -> tuple[BasisReport, ...]:
    """Every provision, statute by statute; with a day, each as of that day."""
    return tuple(_basis(found, on) for found in catalogue.bases())


def basis(basis_id: str, on: date | None = None) -> BasisReport:
    """One provision; NotFound when the catalogue has none by that id."""
    found = catalogue.find(basis_id)
    if found is None:
        raise NotFound("no provision by that id; `tvaerspor law list` shows them all")
    return _basis(found, on)


def basis_line(it: BasisReport) -> str:
    """One provision in one line: id, kind, citation, title, and a mark where something is open."""
    return f"{it.id:<12} {it.kind:<9} {it.citation} – {it.title}{' [åbent punkt]' if it.open else ''}"


def basis_text(it: BasisReport) -> str:
    """One provision in full, field by field, to be checked against the statute."""
    lines = [f"{it.id}  {it.citation}", it.title, it.text, ""]
    lines += [f"{name:<16}{value}" for name, value in _facts_of(it) if value]
    lines += ["", *(f"edition         {_edition_line(edition)}" for edition in it.editions)]
    for d in it.duties:
        lines += _twice(f"duty            {d.code} ({d.who}{d.deadline and ', ' + d.deadline})", d.da, d.en)
    for reason in it.reasons:
        lines += _twice(f"answer          {reason.code} {'/'.join(reason.rules)}", reason.da, reason.en)
    for change in it.changes:
        lines += _twice(
            f"changed         {change.on}, law {change.version} ({', '.join(change.rules)})", change.da, change.en
        )
    return "\n".join(lines)


def _twice(what: str, da: str, en: str) -> list[str]:
    """The Danish sentence, and the English one below it."""
    return [f"{what}: {da}", f"{'':16}{en}"]


def judge(scenario: Scenario) -> ScenarioVerdict:
    """Decide a scenario and compare with what it expects."""
    decision = decide(scenario.facts)
    differences = () if scenario.expected is None else differences_from(scenario.expected, decision)
    return ScenarioVerdict(
        id=scenario.id,
        decision=decision.outcome.value,
        basis=decision.basis,
        gate=decision.gate,
        reason=decision.reason.value,
        duties=tuple(code.value for code in decision.duties),
        granted=decision.granted,
        withheld=decision.withheld,
        due=tuple(decision.deadlines.items()),
        next_step=decision.next_step.value if decision.next_step else None,
        contested=decision.contested,
        matches=None if scenario.expected is None else not differences,
        differences=differences,
    )


def differences_from(expected: Expected, decision: Decision) -> tuple[str, ...]:
    """Where the answer is otherwise than expected. Duties are free of order; `due` counts only where it is stated."""
    pairs: list[tuple[str, object, object]] = [
        ("decision", expected.decision, decision.outcome.value),
        ("basis", expected.basis, decision.basis),
        ("gate", expected.gate, decision.gate),
        ("reason", expected.reason or decision.reason.value, decision.reason.value),
        ("duties", sorted(expected.duties), sorted(code.value for code in decision.duties)),
        ("granted", list(expected.granted), list(decision.granted)),
        ("withheld", list(expected.withheld), list(decision.withheld)),
        ("next_step", expected.next_step, decision.next_step),
    ]
    if expected.due is not None:
        pairs.append(("due", dict(expected.due), decision.deadlines))
    return tuple(
        f"{name}: expected {_said(wanted)}, decided {_said(got)}" for name, wanted, got in pairs if wanted != got
    )


def as_json(verdict: ScenarioVerdict) -> dict[str, object]:
    """The verdict as one JSON object, keys in the order they are read."""
    return {
        "id": verdict.id,
        "decision": verdict.decision,
        "basis": verdict.basis,
        "gate": verdict.gate,
        "reason": verdict.reason,
        "duties": list(verdict.duties),
        "granted": list(verdict.granted),
        "withheld": list(verdict.withheld),
        "due": dict(verdict.due),
        "next_step": verdict.next_step,
        "contested": verdict.contested,
        "matches": verdict.matches,
    }


def as_line(verdict: ScenarioVerdict) -> str:
    """The verdict in one line, with what differs at its end."""
    compared = {None: "", True: "as expected", False: "DIFFERS: " + "; ".join(verdict.differences)}[verdict.matches]
    parts = [verdict.id, verdict.decision, verdict.basis or "-", verdict.reason, ",".join(verdict.duties)]
    return "  ".join(part for part in (*parts, "contested" if verdict.contested else "", compared) if part)


def _basis(it: Basis, on: date | None) -> BasisReport:
    newest = it.editions[-1]
    shown_on = on or newest.valid_to or newest.valid_from or date.max
    return BasisReport(
        id=it.id,
        law=it.law,
        ref=it.ref,
        kind=it.kind,
        title=it.title,
        text=it.text,
        citation=it.citation(shown_on),
        on=on,
        in_force=None if on is None else it.edition(on) is not None,
        editions=tuple(
            EditionReport(e.valid_from, e.valid_to, e.text, tuple(sorted(e.case_types))) for e in it.editions
        ),
        successor=it.successor,
        predecessor=it.predecessor,
        discloser=it.discloser,
        discloser_except=it.discloser_except,
        discloser_role=it.discloser_role,
        recipient=it.recipient,
        initiative=it.initiative,
        acts=tuple(sorted(it.acts)),
        purposes=tuple(sorted(it.purposes)),
        categories=tuple(sorted(it.categories)),
        preconditions=it.preconditions,
        consent=it.consent.mode,
        consent_forms=it.consent.forms,
        consent_given_to=tuple(sorted(it.consent.given_to)),
        consent_lifetime_years=it.consent.lifetime_years,
        gate=it.gate,
        companions=it.companions,
        record=it.record,
        duties=tuple(_duty(code) for code in it.duties),
        reasons=tuple(_reason(reason) for reason in catalogue.reasons_of(it)),
        who_decides=it.who_decides,
        switched_off=it.switched_off,
        source=it.source,
        certainty=it.certainty,
        open=it.open,
        changes=tuple(
            AmendmentReport(change.on, change.version, change.rules, change.da, change.en)
            for change in catalogue.amendments()
            if it.id in change.bases
        ),
    )


def _duty(code: DutyCode) -> DutyReport:
    duty, words = catalogue.duty(code), duty_in_words(code)
    counted = ((duty.hours, "hours"), (duty.hverdage, "hverdage"), (duty.months, "months"))
    deadline = " ".join(f"{count} {unit}" for count, unit in counted if count) or ("asap" if duty.asap else "")
    return DutyReport(code.value, duty.who, deadline, words.da, words.en)


def _reason(reason: Reason) -> ReasonReport:
    words = reason_in_words(reason)
    return ReasonReport(reason.value, catalogue.rules_behind(reason, (), None), words.da, words.en)


def _facts_of(it: BasisReport) -> tuple[tuple[str, str], ...]:
    sender = ", ".join(it.discloser) + "".join(f", not {unit}" for unit in it.discloser_except)
    consent = [it.consent, *it.consent_forms, *(f"given to {party}" for party in it.consent_given_to)]
    year = [f"at most {it.consent_lifetime_years} calendar year"] if it.consent_lifetime_years else []
    return (
        ("kind", it.kind + (" (switched off)" if it.switched_off else "")),
        ("from", sender + "".join(f", as {role}" for role in it.discloser_role)),
        ("to", ", ".join(it.recipient)),
        ("started by", it.initiative),
        ("acts", ", ".join(it.acts)),
        ("purposes", ", ".join(it.purposes)),
        ("categories", ", ".join(it.categories)),
        ("conditions", ", ".join(it.preconditions)),
        ("consent", ", ".join(part for part in consent + year if part)),
        ("gate", it.gate or ""),
        ("companions", ", ".join(it.companions)),
        ("record", ", ".join(it.record)),
        ("decided by", it.who_decides),
        ("predecessor", ", ".join(it.predecessor)),
        ("successor", ", ".join(it.successor)),
        ("source", f"{it.source} [{it.certainty}]"),
        ("open", it.open),
    )


def _edition_line(edition: EditionReport) -> str:
    case_types = f" ({', '.join(edition.case_types)})" if edition.case_types else ""
    days = (written_period(edition.valid_from, edition.valid_to, language) for language in ("da", "en"))
    return f"{' / '.join(days)}  {edition.text}{case_types}".rstrip()


def _said(value: object) -> str:
    return "none" if value is None or value in ([], {}) else str(value)
