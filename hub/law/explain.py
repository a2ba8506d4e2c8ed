"""A decision in words, Danish and English: what was asked, which provision answered, on what ground, what is next.

The sentences stand in explanations.toml and speak of kinds of people and things only, never of a person. Days are
those the facts state (hub.law.begrundelse); nothing is said that nobody stated.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from hub.law import begrundelse, catalogue
from hub.law.citation import DEADLINE, own_duty
from hub.law.danish_dates import written, written_moment
from hub.law.facts import UNDERRETNING, Facts
from hub.law.hjemmel import Decision, Due, DutyCode, Outcome, Reason
from hub.law.provisions import Basis
from hub.vocabulary.period import local_day

_Sentences = Mapping[str, Mapping[str, Mapping[str, str]]]
LANGUAGES = ("da", "en")
_OF_THE_SENDER = frozenset({Reason.DISCLOSER_NOT_COVERED})
_OF_THE_RECEIVER = frozenset({Reason.RECIPIENT_NOT_COVERED, Reason.REQUEST_UNIT_NOT_COMPETENT})


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same answer twice; neither holds personal data."""

    da: str
    en: str


def explain(decision: Decision, facts: Facts | None = None) -> Explanation:
    """The decision for a reader who knows no codes; with the facts also between which units, and the days behind it."""
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
        _reason(decision, language),
        *_ground(decision, facts, language),
        *_right_parties(decision, language),
        *_right_provision(decision, facts, language),
        *_what_follows(decision, language),
        *_what_is_open(decision, language),
    ]
    return " ".join(filter(None, sentences))


def _asked(decision: Decision, facts: Facts | None, language: str) -> str:
    if decision.act not in _ACTS:
        return ""
    between = (
        f" ({_frame('between', language, sender=facts.discloser.code, receiver=facts.recipient.code)})" if facts else ""
    )
    return f"{_ACTS[decision.act][language]}{between}."


def _answered(decision: Decision, language: str) -> str:
    """Yes or no, and under which provision."""
    basis = catalogue.find(decision.tested)
    if basis is None:
        return _SENTENCES["outcome"]["untested"][language]
    dated = decision.citation if language == "da" else basis.name + _edition(decision, basis)
    gate = catalogue.find(decision.gate)
    joint = f", {_frame('joint', language)} {gate.name}" if gate else ""
    return _SENTENCES["outcome"][decision.outcome][language].format(provision=f"{dated}{joint}")


def _edition(decision: Decision, basis: Basis) -> str:
    """In English, as the citation says it in Danish; nothing where the edition has no known ends."""
    used = next((edition for edition in basis.editions if str(edition) == decision.edition), None)
    return f" (in force {used.days('en')})" if used and (used.valid_from or used.valid_to) else ""


def _reason(decision: Decision, language: str) -> str:
    """What the reason means; a deadline that was asked for has no ground but the provision that sets it."""
    if decision.permitted and decision.act == DEADLINE:
        return _SENTENCES["deadline"]["reason"][language]
    if decision.reason is Reason.SURPLUS_INFORMATION:
        return _SENTENCES["surplus"][_why_surplus(decision)][language]
    return _SENTENCES["reason"][decision.reason][language]


def _why_surplus(decision: Decision) -> str:
    """What a consent does not cover, what the municipality does not need, or what was not asked for."""
    basis = catalogue.find(decision.tested)
    if basis is not None and basis.consent.mode == "required":
        return "not_covered"
    return "not_needed" if decision.act == UNDERRETNING else "not_asked"


def _ground(decision: Decision, facts: Facts | None, language: str) -> Iterator[str]:
    """The days behind the reason, and the rules a reader should hear of."""
    for ground in begrundelse.grounds(decision, facts) if facts else ():
        days = {name: _day(day, language) for name, day in ground.days}
        yield _SENTENCES["ground"][ground.key][language].format(**days)
    for rule in decision.rules:
        if rule in _SENTENCES["rule"] and begrundelse.hears_of(rule, decision, facts):
            yield _SENTENCES["rule"][rule][language]


def _day(day: date | datetime, language: str) -> str:
    return written_moment(day, language) if isinstance(day, datetime) else written(day, language)


def _right_parties(decision: Decision, language: str) -> Iterator[str]:
    """Whom the provision does speak of, where the sender or the receiver was not one of them."""
    basis = catalogue.find(decision.tested)
    if basis is None or decision.permitted or _goes_elsewhere(decision):
        return
    if decision.reason in _OF_THE_SENDER:
        yield _frame("senders", language, parties=_parties("sender", basis.id, basis.discloser, language))
    if decision.reason in _OF_THE_RECEIVER:
        yield _frame("receivers", language, parties=_parties("receiver", basis.id, basis.recipient, language))


def _goes_elsewhere(decision: Decision) -> bool:
    """An underretning sent to the wrong place: where it goes is said instead."""
    return decision.act == UNDERRETNING and decision.reason is Reason.RECIPIENT_NOT_COVERED


def _parties(side: str, basis_id: str, patterns: tuple[str, ...], language: str) -> str:
    if basis_id in _SENTENCES[side]:
        return _SENTENCES[side][basis_id][language]
    *first, last = (_SENTENCES["party"][pattern][language] for pattern in patterns)
    both = {"da": " og ", "en": " and "}[language]
    return both.join(filter(None, (", ".join(first), last)))


def _right_provision(decision: Decision, facts: Facts | None, language: str) -> Iterator[str]:
    """What took the place of a repealed citation; else the duty of the sender's own that it did not cite."""
    if decision.successor:
        named = ", ".join(catalogue.basis(successor).name for successor in decision.successor)
        yield _frame("successor", language, provisions=named)
    elif facts and decision.next_step is DutyCode.CORRECT_CITATION:
        duty = own_duty(facts, local_day(facts.at))
        if duty is not None and duty.id != decision.tested:
            yield _frame("own_duty", language, provision=duty.name)


def _what_follows(decision: Decision, language: str) -> Iterator[str]:
    """What stays behind, who owes what by when; after a refusal the next step, or what can be said instead."""
    if decision.outcome is Outcome.REFUSE:
        if decision.next_step is not None:
            yield _frame("next", language, step=_SENTENCES["duty"][decision.next_step][language])
        elif decision.reason in _SENTENCES["instead"] and (
            decision.reason is not Reason.RECIPIENT_NOT_COVERED or _goes_elsewhere(decision)
        ):
            yield _SENTENCES["instead"][decision.reason][language]
        return
    if decision.withheld:
        yield _frame("passes", language)
    by_when = {due.duty: due for due in decision.due}
    tasks: dict[str, list[str]] = {}
    for code in decision.duties:
        who = catalogue.duty(code).who
        tasks.setdefault(who, []).append(_task(code, decision, by_when.get(code), language))
    for who, owed in tasks.items():
        yield _frame("owed", language, party=_SENTENCES["party"][who][language], tasks="; ".join(owed))


def _task(code: DutyCode, decision: Decision, due: Due | None, language: str) -> str:
    task = _SENTENCES["duty"][code][language]
    cited, right = catalogue.find(decision.invoked), catalogue.find(decision.basis)
    if code is DutyCode.CORRECT_CITATION and cited and right:
        task = _frame("corrected", language, cited=cited.name, right=right.name)
    return f"{task} ({_frame('by_when', language)} {due.in_words(language)})" if due else task


def _what_is_open(decision: Decision, language: str) -> Iterator[str]:
    if decision.open_point is not None:
        words = open_point_in_words(decision.open_point)
        yield f"{_frame('contested', language)} {words.da if language == 'da' else words.en}"


def _frame(part: str, language: str, **named: str) -> str:
    return _SENTENCES["frame"][part][language].format(**named)


_SENTENCES: _Sentences = tomllib.loads((resources.files("hub.law") / "explanations.toml").read_text("utf-8"))
_ACTS = _SENTENCES["act"]
