"""A decision in words, Danish and English: what was asked, which provision answered, what was missing, what is next.

The sentences stand in explanations.toml and speak of kinds of people and things only, never of a person.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from hub.law import catalogue
from hub.law.facts import Facts
from hub.law.hjemmel import Decision, Due, DutyCode, Outcome, Reason
from hub.law.provisions import Basis

_Sentences = Mapping[str, Mapping[str, Mapping[str, str]]]
LANGUAGES = ("da", "en")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same answer twice; neither holds personal data."""

    da: str
    en: str


def explain(decision: Decision, facts: Facts | None = None) -> Explanation:
    """The decision for a reader who knows no codes; with the facts it also says between which units."""
    return Explanation(da=_explain(decision, facts, "da"), en=_explain(decision, facts, "en"))


def reason_in_words(reason: Reason) -> Explanation:
    """What one reason means."""
    return Explanation(da=_SENTENCES["reason"][reason]["da"], en=_SENTENCES["reason"][reason]["en"])


def duty_in_words(code: DutyCode) -> Explanation:
    """What one duty, or next step, asks."""
    return Explanation(da=_SENTENCES["duty"][code]["da"], en=_SENTENCES["duty"][code]["en"])


def open_point_in_words(key: str) -> Explanation:
    """What is unsettled, and how the hub reads it."""
    return Explanation(da=_SENTENCES["contested"][key]["da"], en=catalogue.open_question(key).why)


def _explain(decision: Decision, facts: Facts | None, language: str) -> str:
    sentences = [
        _asked(decision, facts, language),
        _answered(decision, language),
        _SENTENCES["reason"][decision.reason][language],
        *_what_took_its_place(decision, language),
        *_what_follows(decision, language),
        *_what_is_open(decision, language),
    ]
    return " ".join(filter(None, sentences))


def _asked(decision: Decision, facts: Facts | None, language: str) -> str:
    between = f" ({facts.discloser.code} → {facts.recipient.code})" if facts else ""
    return f"{_ACTS[decision.act][language]}{between}." if decision.act in _ACTS else ""


def _answered(decision: Decision, language: str) -> str:
    """Yes or no, and under which provision."""
    basis = catalogue.find(decision.tested)
    if basis is None:
        return _SENTENCES["outcome"]["untested"][language]
    dated = decision.citation if language == "da" else f"{basis.law} {basis.ref}".strip() + _edition(decision, basis)
    gate = catalogue.find(decision.gate)
    joint = f", {_frame('joint', language)} {gate.law} {gate.ref}" if gate else ""
    return _SENTENCES["outcome"][decision.outcome][language].format(provision=f"{dated}{joint}")


def _edition(decision: Decision, basis: Basis) -> str:
    """In English, as the citation says it in Danish; nothing where the edition has no known ends."""
    used = next((edition for edition in basis.editions if str(edition) == decision.edition), None)
    return f" (in force {used.days('en')})" if used and (used.valid_from or used.valid_to) else ""


def _what_took_its_place(decision: Decision, language: str) -> list[str]:
    if not decision.successor:
        return []
    named = ", ".join(f"{basis.law} {basis.ref}" for basis in map(catalogue.basis, decision.successor))
    return [f"{_frame('successor', language)} {named}."]


def _what_follows(decision: Decision, language: str) -> list[str]:
    """What stays behind, what is owed and by when; after a refusal the next step."""
    if decision.outcome is Outcome.REFUSE:
        if decision.next_step is None:
            return [_frame("no_next", language)]
        return [f"{_frame('next', language)} {_SENTENCES['duty'][decision.next_step][language]}."]
    behind = [_frame("passes", language)] if decision.withheld else []
    by_when = {due.duty: due for due in decision.due}
    owed = "; ".join(_owed(code, by_when.get(code), language) for code in decision.duties)
    return [*behind, f"{_frame('owed', language)} {owed}."] if owed else behind


def _owed(code: DutyCode, due: Due | None, language: str) -> str:
    task = _SENTENCES["duty"][code][language]
    return f"{task} ({_frame('by_when', language)} {due.in_words(language)})" if due else task


def _what_is_open(decision: Decision, language: str) -> list[str]:
    if decision.open_point is None:
        return []
    words = open_point_in_words(decision.open_point)
    return [f"{_frame('contested', language)} {words.da if language == 'da' else words.en}"]


def _frame(part: str, language: str) -> str:
    return _SENTENCES["frame"][part][language]


_SENTENCES: _Sentences = tomllib.loads((resources.files("hub.law") / "explanations.toml").read_text("utf-8"))
_ACTS = _SENTENCES["act"]
