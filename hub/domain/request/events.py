"""The municipality's request for information (anmodning om oplysninger, form "bilag 3"), and its answer.

Retssikkerhedsloven § 11 a with consent, § 11 c without, through the gate of sundhedsloven § 43(2) nr. 1. What nobody
may answer is refused when it is asked; a vague request is recorded, because whoever is asked must clarify it first.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from hub.domain.ruling import Ruling
from hub.law.facts import Flags, Request, Subject
from hub.vocabulary.identifiers import Ean
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit

EVERYTHING = "alt_relevant"  # a request for "everything relevant" allows no test of necessity (rule R09)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Every field of the request form."""

    reason: str
    case_type: str
    purpose: str
    items: tuple[str, ...]
    consent: bool
    basis: str | None
    case_open: bool = True
    subject: Subject
    investigated: tuple[str, ...] = ()
    consent_by: str | None = None
    consent_given_at: date | None = None
    consent_term: str | None = None
    case_closed_at: date | None = None
    agreements_at_birth: str = ""
    contraception: str = ""
    ean: Ean | None = None
    contact: str = ""
    answer_by: date | None = None

    def as_law(self, *, clear: bool) -> Request:
        """The request as facts; `clear` is whether no clarification is owed."""
        return Request(
            case_type=self.case_type,
            case_open=self.case_open,
            asserted_consent=self.consent,
            specific=clear and bool(self.items) and EVERYTHING not in self.items,
            items=self.items,
            asserted_consent_by=self.consent_by,
            investigated=self.investigated,
            consent_given_at=self.consent_given_at,
            consent_form_term=self.consent_term,
            case_closed_at=self.case_closed_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskInformation:
    """Send the request form to the unit that holds the information."""

    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    form: Form
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskClarification:
    """Ask the requester what exactly is wanted, before answering. Items and days tell nothing of her; words may.

    `clarification` is the act's own id, by which a refusal of it is known.
    """

    clarification: UUID
    request: UUID
    at: datetime
    by: Unit
    question: str = ""
    items: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveClarification:
    """Say what exactly is wanted; `items` replaces what was asked for."""

    clarification: UUID
    request: UUID
    at: datetime
    by: Unit
    items: tuple[str, ...]
    words: str = ""
    since: date | None = None
    until: date | None = None
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """An item that is not answered, and why."""

    category: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """Answer with journalised information; items that are no obligation may be declined."""

    answer: UUID
    request: UUID
    at: datetime
    by: Unit
    role: str | None
    items: tuple[Item, ...]
    declined: tuple[Declined, ...] = ()
    flags: Flags = field(default_factory=Flags)
    already_made: bool = False


RequestCommand = AskInformation | AskClarification | GiveClarification | AnswerRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequested:
    """A municipality asked; `ruling` says what an answer as asked for would rest on."""

    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    form: Form
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The request."""
        return self.request


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationAsked:
    """The one who was asked wants to know what exactly is needed.

    `ruling`, and its own id `clarification`, are None in records of before 2026-12.
    """

    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    question: str
    already_made: bool = False
    items: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    ruling: Ruling | None = None
    registered: Ruling | None = None
    clarification: UUID | None = None

    @property
    def known_as(self) -> UUID:
        """The request."""
        return self.request


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationGiven:
    """The requester said what exactly is needed; `ruling` is None in records of before 2026-12, as for the question."""

    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    items: tuple[str, ...]
    words: str = ""
    already_made: bool = False
    since: date | None = None
    until: date | None = None
    ruling: Ruling | None = None
    registered: Ruling | None = None
    clarification: UUID | None = None

    @property
    def known_as(self) -> UUID:
        """The request."""
        return self.request


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """The answer: what was asked for, journalised, and no more."""

    answer: UUID
    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The answer."""
        return self.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItemDeclined:
    """One item that was asked for is not answered; the requester is told why (duty EXPLAIN_DECLINE).

    `ruling` is the answer's, also where nothing but the declining was left of it; None in records of before 2026-12.
    """

    answer: UUID
    request: UUID
    at: datetime
    by: Unit
    recipient: Unit
    category: str
    reason: str
    ruling: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The answer."""
        return self.answer


RequestEvent = InformationRequested | ClarificationAsked | ClarificationGiven | RequestAnswered | RequestItemDeclined
