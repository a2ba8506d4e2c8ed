"""What a letter shows, ready to be set: plain words, dates written out, nothing that was withheld.

These classes are the whole of what a template can reach; they become JSON, and every value in them stays text.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or receiver, as the directory names it."""

    organisation: str
    unit: str


@dataclass(frozen=True, slots=True)
class Person:
    """The woman the case is about, and what she is known by; `protected` are her name and address (CPR-loven § 28)."""

    name: str
    known_by: str
    number: str
    address: str
    protected: bool = False
    died: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The hjemmel: in plain words, and cited with § and edition. `gate` opens sundhedsloven for another statute."""

    words: str
    citation: str
    gate: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that goes along: the PDF names it, and the digest proves which it was."""

    name: str
    content_type: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """One item of information."""

    label: str
    text: str
    journalised: bool
    document: Document | None


@dataclass(frozen=True, slots=True)
class Left:
    """One item that was asked for and is not answered, with the reason the receiver is owed."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An earlier letter that was wrong, and in what; no points mean all of it."""

    letter: str
    document: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What the receiver must now do, and by when: a fixed moment, or the rule where the decision fixes none."""

    duty: str
    latest: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The account of an underretning, field by field as the agreement lists them."""

    occasion: str
    seen_and_heard: str
    family_situation: str
    since: str
    parents_reaction: str
    balancing: str
    about: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The request form, field by field; an empty text is a field that was not filled in."""

    case_type: str
    case_open: bool
    case_closed_at: str
    purpose: str
    subject: str
    investigated: str
    reason: str
    items: tuple[str, ...]
    consent: bool
    consent_by: str
    consent_given_at: str
    consent_term: str
    provision: str
    agreements_at_birth: str
    contraception: str
    answer_by: str
    contact: str
    ean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One letter. `kind` names its template; what a kind does not have is empty."""

    kind: str
    sender: Party
    recipient: Party
    citizen: Person
    dated: str
    day: tuple[int, int, int]
    done: str
    reference: str
    document: str
    answers: str = ""
    person: str = ""
    role: str = ""
    subject: str = ""
    purpose: str = ""
    basis: Basis | None = None
    items: tuple[Said, ...] = ()
    owed: tuple[Owed, ...] = ()
    left: tuple[Left, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    not_hers: bool = False
    account: Told | None = None
    form: Asked | None = None
    asked: tuple[str, ...] = ()
    period: str = ""
    words: str = ""
    professional: bool = False
