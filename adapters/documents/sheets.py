"""What a paper shows that is not a letter of one act, ready to be set: plain words, dates written out.

As with `content.py`, these classes are the whole of what a template can reach; they become JSON, and every value in
them stays text.
"""

from dataclasses import dataclass

from adapters.documents.content import Basis, Party, Person, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """A consent form. What is empty becomes a line to write on; `within_a_year` is where sundhedsloven § 44 applies."""

    kind: str = "samtykke"
    number: str
    sender: Party
    day: tuple[int, int, int]
    dated: str
    citizen: Person | None
    others: tuple[Party, ...]
    categories: tuple[str, ...]
    purpose: str
    meeting: str
    within_a_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSheet:
    """A reminder: what was sent, what is missing, since when."""

    kind: str = "rykker"
    sender: Party
    recipient: Party
    citizen: Person
    day: tuple[int, int, int]
    dated: str
    reference: str
    document: str
    sent: str
    what: str
    missing: str
    due: str
    person: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySheet:
    """A receipt or feedback to a notifier who is no unit; nothing in it tells whom it was about."""

    kind: str = "underretter"
    sender: Party
    recipient: Party
    day: tuple[int, int, int]
    dated: str
    document: str
    received: str
    is_receipt: bool
    professional: bool
    basis: Basis | None
    items: tuple[Said, ...] = ()
    reference: str = ""
    person: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One act of the account, as a sentence and what belongs to it; an empty text is left out."""

    day: str
    sentence: str
    about: str
    purpose: str
    why: str
    citation: str
    informed: str
    became: str


@dataclass(frozen=True, slots=True)
class Knows:
    """Somebody who was told something of her, and of what kind."""

    who: Party
    about: str


@dataclass(frozen=True, slots=True)
class SaidYes:
    """A consent of hers, how it stands, and who wrote it down."""

    day: str
    sentence: str
    about: str
    stands: str
    registered: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom she can ask."""

    who: Party
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSheet:
    """The citizen's own account."""

    kind: str = "redegoerelse"
    sender: Party
    citizen: Person
    day: tuple[int, int, int]
    dated: str
    knows: tuple[Knows, ...]
    told: tuple[Told, ...]
    said_yes: tuple[SaidYes, ...]
    stopped: tuple[str, ...]
    refused: str
    asking: tuple[Asking, ...]
