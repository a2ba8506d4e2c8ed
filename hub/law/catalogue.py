"""Every provision the hub applies, as data: read once from catalogue.toml, typed, immutable.

The statutes' modules say what a provision demands; this module says what it is called, who it speaks of, when it is
in force, what took its place, where it was read, and what is still open.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

from hub.law import VERSION
from hub.law.hjemmel import DutyCode, Reason
from hub.law.provisions import (
    Amendment,
    Basis,
    ConsentDemand,
    Duty,
    Edition,
    NextStep,
    OpenQuestion,
    Refused,
    Rule,
    patterns_of,
)
from hub.vocabulary.organisations import Unit

_HEALTH_PERSONS = ("hospital", "gp", "kommune/sundhedspleje")


def basis(basis_id: str) -> Basis:
    """The provision of that id; KeyError when the catalogue has none."""
    return _BASES[basis_id]


def find(basis_id: str | None) -> Basis | None:
    """The provision of that id, or None."""
    return _BASES.get(basis_id) if basis_id is not None else None


def bases() -> tuple[Basis, ...]:
    """Every provision, statute by statute."""
    return tuple(_BASES.values())


def duty(code: DutyCode) -> Duty:
    """Who owes this duty, and by when."""
    return _DUTIES[code]


def rules() -> tuple[Rule, ...]:
    """Every rule of reading."""
    return tuple(_RULES.values())


def open_question(key: str) -> OpenQuestion:
    """The open point of that key."""
    return _OPEN[key]


def open_questions() -> tuple[OpenQuestion, ...]:
    """Every open point a decision may touch."""
    return tuple(_OPEN.values())


def amendments() -> tuple[Amendment, ...]:
    """Every change in how the hub decides, oldest first."""
    return _AMENDMENTS


def rules_behind(
    reason: Reason, duties: tuple[DutyCode, ...], open_point: str | None, also: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The R-numbers a decision rests on: its reason's, its duties', its own, and that of the open point it touches."""
    behind = [*_REASONS[reason], *(rule for code in duties for rule in _DUTIES[code].rules), *also]
    return tuple(dict.fromkeys(behind if open_point is None else [*behind, _OPEN[open_point].rule]))


def record_set(name: str) -> tuple[str, ...]:
    """The fields an event must hold under that heading."""
    return _RECORDS[name]


def next_step(refused: Refused) -> DutyCode | None:
    """What the sender should do about a refusal: the first line of the table that fits, or nothing."""
    return next((line.step for line in _NEXT_STEPS if line.fits(refused)), None)


def reasons_of(it: Basis) -> tuple[Reason, ...]:
    """Every reason this provision can answer with, edition and parties included."""
    found = {*it.yes, *it.no}
    if it.consent.mode == "required":
        found.update((Reason.SURPLUS_INFORMATION, *_CONSENT_ORDER))
    if it.discloser:
        found.update((Reason.DISCLOSER_NOT_COVERED, Reason.RECIPIENT_NOT_COVERED))
    if any(edition.valid_from or edition.valid_to for edition in it.editions):
        found.add(Reason.BASIS_NOT_IN_FORCE)
    return tuple(reason for reason in Reason if reason in found)


def consent_order() -> tuple[Reason, ...]:
    """The reasons a consent may fail for, the one to name first in front (R27)."""
    return _CONSENT_ORDER


def request_order() -> tuple[Reason, ...]:
    """The reasons an answer to a request may be refused for, the first tested in front (R28)."""
    return _REQUEST_ORDER


def rule_set() -> str:
    """Which rules decided: the law package's version and a digest of the catalogue."""
    return _RULE_SET


def is_health_person(unit: Unit) -> bool:
    """Does sundhedsloven bind this unit? Hospitals, GPs, and the municipal sundhedspleje (R20)."""
    return not patterns_of(unit).isdisjoint(_HEALTH_PERSONS)


def _words(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(entry.get(name, ()))


def _basis(entry: Mapping[str, Any]) -> Basis:
    return Basis(
        id=entry["id"],
        law=entry.get("law", ""),
        ref=entry["ref"],
        called=entry.get("called", ""),
        kind=entry["kind"],
        title=entry["title"],
        text=entry["text"],
        discloser=_words(entry, "discloser"),
        discloser_except=_words(entry, "discloser_except"),
        discloser_role=_words(entry, "discloser_role"),
        recipient=_words(entry, "recipient"),
        initiative=entry.get("initiative", ""),
        acts=frozenset(_words(entry, "acts")),
        purposes=frozenset(_words(entry, "purposes")),
        categories=frozenset(_words(entry, "categories")),
        preconditions=_words(entry, "preconditions"),
        consent=_consent(entry.get("consent", {})),
        gate=entry.get("gate"),
        companions=_words(entry, "companions"),
        record=_words(entry, "record"),
        duties=tuple(DutyCode(code) for code in _words(entry, "duties")),
        who_decides=entry.get("who_decides", ""),
        successor=_words(entry, "successor"),
        predecessor=_words(entry, "predecessor"),
        switched_off=entry.get("switched_off", False),
        yes=_reasons(_words(entry, "yes")),
        no=_reasons(_words(entry, "no")),
        source=entry["source"],
        open=entry.get("open", ""),
        editions=tuple(_edition(edition) for edition in entry["editions"]),
    )


def _consent(entry: Mapping[str, Any]) -> ConsentDemand:
    return ConsentDemand(
        mode=entry.get("mode", ""),
        forms=_words(entry, "forms"),
        given_to=frozenset(_words(entry, "given_to")),
        lifetime_years=entry.get("lifetime_years"),
    )


def _edition(entry: Mapping[str, Any]) -> Edition:
    case_types = frozenset(_words(entry, "case_types"))
    return Edition(entry.get("from"), entry.get("to"), case_types, entry.get("text", ""))


def _next_step(entry: Mapping[str, Any]) -> NextStep:
    return NextStep(
        reasons=frozenset(Reason(code) for code in _words(entry, "reasons")),
        acts=frozenset(_words(entry, "acts")),
        bases=frozenset(_words(entry, "bases")),
        starts=entry.get("starts", ""),
        sender_has_a_duty=entry.get("sender_has_a_duty", False),
        abuse=entry.get("abuse", ""),
        step=DutyCode(entry["step"]) if "step" in entry else None,
    )


def _amendment(entry: Mapping[str, Any]) -> Amendment:
    return Amendment(
        on=entry["on"],
        version=entry["version"],
        rules=_words(entry, "rules"),
        bases=_words(entry, "bases"),
        da=entry["da"],
        en=entry["en"],
    )


def _reasons(codes: Iterable[str]) -> tuple[Reason, ...]:
    return tuple(Reason(code) for code in codes)


_BYTES = (resources.files("hub.law") / "catalogue.toml").read_bytes()
_DATA: Mapping[str, Any] = tomllib.loads(_BYTES.decode("utf-8"))
_RULE_SET = f"{VERSION}+{hashlib.sha256(_BYTES).hexdigest()[:16]}"
_BASES = MappingProxyType({entry["id"]: _basis(entry) for entry in _DATA["basis"]})
_DUTIES = {
    DutyCode(code): Duty(DutyCode(code), **{**entry, "rules": _words(entry, "rules")})
    for code, entry in _DATA["duties"].items()
}
_REASONS = {Reason(code): tuple(rules) for code, rules in _DATA["reasons"].items()}
_RULES = {key: Rule(key, e["text"], e["source"], e.get("contested", False)) for key, e in _DATA["rules"].items()}
_OPEN = {key: OpenQuestion(key, e["rule"], e["why"]) for key, e in _DATA["contested"].items()}
_RECORDS = {name: tuple(fields) for name, fields in _DATA["record_sets"].items()}
_AMENDMENTS = tuple(_amendment(entry) for entry in _DATA["change"])
_NEXT_STEPS = tuple(_next_step(entry) for entry in _DATA["next_step"])
_CONSENT_ORDER = _reasons(_DATA["order"]["consent"])
_REQUEST_ORDER = _reasons(_DATA["order"]["request"])
