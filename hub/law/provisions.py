"""What one entry of the catalogue says: provisions and their editions, duties, rules, open points, next steps.

The entries are data with a few questions they answer themselves: is it in force on that day, does it speak of this
unit, does this line of the table fit. hub.law.catalogue reads them.
"""

from dataclasses import dataclass
from datetime import date

from hub.law.danish_dates import written, written_period
from hub.law.hjemmel import DutyCode, Reason
from hub.vocabulary.organisations import Unit

_ANY_NOTIFIER = "notifier"


@dataclass(frozen=True, slots=True)
class Edition:
    """The wording in force between two days, both included; None is an open end."""

    valid_from: date | None = None
    valid_to: date | None = None
    case_types: frozenset[str] = frozenset()
    text: str = ""

    def holds_on(self, day: date) -> bool:
        """Is this the wording of that day?"""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def __str__(self) -> str:
        """As an ISO 8601 interval with `..` for an open end: `2024-01-01/..`."""
        return f"{self.valid_from or '..'}/{self.valid_to or '..'}"

    @property
    def in_words(self) -> str:
        """In Danish, to stand behind a citation; nothing where the edition has no known ends."""
        if self.valid_to:
            return f", gældende til {written(self.valid_to, 'da')}"
        return f", gældende fra {written(self.valid_from, 'da')}" if self.valid_from else ""

    def days(self, language: str) -> str:
        """The days it is in force, as people write them: `from 1 July 2026`; the language is `da` or `en`."""
        return written_period(self.valid_from, self.valid_to, language)


@dataclass(frozen=True, slots=True)
class ConsentDemand:
    """What a provision asks about consent; `mode` is required, not_required, seek_first or asserted."""

    mode: str = ""
    forms: tuple[str, ...] = ()
    given_to: frozenset[str] = frozenset()
    lifetime_years: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """One provision: a permit, a duty, a bar, a form or a procedure, in all its editions."""

    id: str
    law: str
    ref: str
    called: str
    kind: str
    title: str
    text: str
    discloser: tuple[str, ...]
    discloser_except: tuple[str, ...]
    discloser_role: tuple[str, ...]
    recipient: tuple[str, ...]
    initiative: str
    acts: frozenset[str]
    purposes: frozenset[str]
    categories: frozenset[str]
    preconditions: tuple[str, ...]
    consent: ConsentDemand
    gate: str | None
    companions: tuple[str, ...]
    record: tuple[str, ...]
    duties: tuple[DutyCode, ...]
    who_decides: str
    successor: tuple[str, ...]
    predecessor: tuple[str, ...]
    switched_off: bool
    yes: tuple[Reason, ...]
    no: tuple[Reason, ...]
    source: str
    open: str
    editions: tuple[Edition, ...]

    def edition(self, on: date) -> Edition | None:
        """The wording in force on that day, or None."""
        return next((edition for edition in self.editions if edition.holds_on(on)), None)

    @property
    def twins(self) -> tuple[str, ...]:
        """The provisions that came before or after this one."""
        return self.successor + self.predecessor

    @property
    def certainty(self) -> str:
        """V, S, G, or several joined by +, as the source bears them."""
        marks = [mark for mark in "VSG" if f" {mark} " in f" {self.source} ".replace(";", " ;")]
        return "+".join(marks)

    @property
    def name(self) -> str:
        """As people are told of it: statute and paragraph, or what it is about while its number has not been read."""
        return self.called or f"{self.law} {self.ref}".strip()

    def citation(self, on: date) -> str:
        """The provision in words, with the edition of that day (or of its last one)."""
        edition = self.edition(on) or self.editions[-1]
        return f"{self.name}{edition.in_words}"

    def covers_discloser(self, unit: Unit, role: str | None) -> bool:
        """Does the provision speak of this sender, in this role? One that names no sender speaks of all."""
        patterns = patterns_of(unit)
        if not patterns.isdisjoint(self.discloser_except):
            return False
        if self.discloser and patterns.isdisjoint(self.discloser):
            return False
        return not self.discloser_role or role in self.discloser_role

    def is_on_track(self, act: str, initiative: str, purpose: str) -> bool:
        """Does the provision speak of this act, started by this side, for this purpose?"""
        return (
            act in self.acts
            and self.initiative in (initiative, "either")
            and (not self.purposes or purpose in self.purposes)
        )

    def covers_recipient(self, unit: Unit) -> bool:
        """Does the provision speak of this receiver?"""
        return not self.recipient or _ANY_NOTIFIER in self.recipient or not patterns_of(unit).isdisjoint(self.recipient)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes it, and by when: hours, hverdage, months, or as soon as possible."""

    code: DutyCode
    who: str
    hours: int | None = None
    hverdage: int | None = None
    months: int | None = None
    asap: bool = False
    always: bool = False
    draft: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of reading, R01 to R36."""

    id: str
    text: str
    source: str
    contested: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A point the law leaves open and the hub answers conservatively."""

    key: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """A day from which the hub decides otherwise: which rules, and the provisions they are read into.

    `version` is the law package's from then on. The readings count for every act decided from that day, whatever day
    the act bears; what statute and edition an act falls under is not theirs to say.
    """

    on: date
    version: str
    rules: tuple[str, ...]
    bases: tuple[str, ...]
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What the table of next steps asks about a refusal: why, of which act, started by whom, under which provision.

    `sender_has_a_duty`: has the sender a duty of its own to notify, whatever it cited? `abuse`: by_parent, by_other
    or none, as an underretning says it.
    """

    reason: Reason
    act: str
    starts: str
    basis: str | None = None
    sender_has_a_duty: bool = False
    abuse: str = "none"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One line of the table of next steps (R31); an empty field fits everything."""

    reasons: frozenset[Reason]
    acts: frozenset[str]
    bases: frozenset[str]
    starts: str
    sender_has_a_duty: bool
    abuse: str
    step: DutyCode | None

    def fits(self, refused: Refused) -> bool:
        """Does this line speak of such a refusal?"""
        return (
            (not self.reasons or refused.reason in self.reasons)
            and (not self.acts or refused.act in self.acts)
            and (not self.bases or refused.basis in self.bases)
            and (not self.starts or refused.starts == self.starts)
            and (not self.sender_has_a_duty or refused.sender_has_a_duty)
            and (not self.abuse or refused.abuse == self.abuse)
        )


def patterns_of(unit: Unit) -> frozenset[str]:
    """Everything the catalogue may call this unit: anyone, its kind, its kind and unit."""
    return frozenset(("*", unit.kind, unit.code))
