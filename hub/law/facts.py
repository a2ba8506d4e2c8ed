"""What the law is asked about: one act, and everything that is known of it at that moment.

The classes mirror the `facts` block of a law scenario field by field (hub/law/README.md, "The facts"). They hold what
was said, never what follows from it; `None`, an empty tuple or "-" means "not stated", and nothing is ever inferred
in the citizen's disfavour from silence. hub.law.parse builds them from YAML or JSON, the domain from its events.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from hub.errors import Unreadable
from hub.vocabulary.organisations import NO_UNIT, Unit

NOT_STATED = NO_UNIT
FIRST_YEAR, LAST_YEAR = 1900, 2199

UNDERRETNING = "underretning"
ACTS = frozenset(
    {
        "videregivelse",
        "anmodning_besvarelse",
        UNDERRETNING,
        "indhentning",
        "kvittering",
        "flytteunderretning",
        "raadgivning",
        "frist",
    }
)
INITIATIVES = frozenset({"discloser", "recipient"})
FORMS = frozenset({"written", "oral", "tacit"})
DIRECTIONS = frozenset({"videregive", "indhente", "begge"})
CONSENT_HOLDERS = frozenset({"discloser", "recipient", "requester"})
SCOPES = frozenset({"network_meeting"})
CONSENT_SOUGHT = frozenset({"yes", "no", "refused", "n/a"})
ABUSE = frozenset({"by_parent", "by_other", "none"})
NOTICE_CHANNELS = frozenset({"written", "oral"})
DISCLOSURE_CHANNELS = frozenset({"manual", "electronic"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose information it is: gravid, mor, partner, barn, nyfoedt, kommende_barn; age in whole years."""

    role: str
    age: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """One statement by a citizen: what she lets pass, and what she takes out again (`excludes`)."""

    id: str
    given_at: datetime
    form: str
    given_by: str
    given_to: str | None
    direction: str | None
    disclosers: tuple[Unit, ...]
    recipients: tuple[Unit, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    subjects: tuple[str, ...]
    valid_until: date | None = None
    withdrawn_at: datetime | None = None
    oral_reason: str | None = None
    journalised: bool = False
    excludes: tuple[str, ...] = ()
    scope: str | None = None
    meeting_at: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "given_at", as_utc(self.given_at, "given_at"))
        if self.withdrawn_at is not None:
            object.__setattr__(self, "withdrawn_at", as_utc(self.withdrawn_at, "withdrawn_at"))


@dataclass(frozen=True, slots=True)
class Request:
    """What an authority has asked for, and what it vouches for (retssikkerhedsloven §§ 11 a and 11 c)."""

    case_type: str | None = None
    case_open: bool | None = None
    asserted_consent: bool | None = None
    specific: bool | None = None
    items: tuple[str, ...] = ()
    asserted_consent_by: str | None = None
    investigated: tuple[str, ...] = ()
    consent_given_at: date | None = None
    consent_form_term: str | None = None
    case_closed_at: date | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """How an underretning came about.

    `consent_sought`: yes | no | refused | n/a; `channel`: written | oral; `abuse`: by_parent | by_other | none.
    """

    consent_sought: str | None = None
    abuse_suspected: bool | None = None
    balancing_recorded: bool | None = None
    parents_informed: bool | None = None
    acute: bool | None = None
    channel: str | None = None
    abuse: str | None = None

    @property
    def abuser(self) -> str:
        """by_parent, by_other or none; suspicion without more is read as suspicion of a parent (rule R35)."""
        return self.abuse or ("by_parent" if self.abuse_suspected else "none")


@dataclass(frozen=True, slots=True)
class Flags:
    """Single circumstances. Not stated: what a provision demands is not met, what would stop an act is absent."""

    current_course: bool | None = None
    opted_out: bool | None = None
    discharge_letter: bool | None = None
    own_gp: bool | None = None
    hospital_declines: tuple[str, ...] = ()
    journalised: bool | None = None
    interpretation: bool | None = None
    hospital_demands_form: bool | None = None
    not_needed: tuple[str, ...] = ()
    identifiable: bool | None = None
    weighty_interest: bool | None = None
    necessary: bool | None = None
    balancing_recorded: bool | None = None
    decider: str | None = None
    channel: str | None = None
    joint_custody: bool | None = None
    other_holder_protests: bool | None = None
    parents_live_together: bool | None = None
    custody_holder_objects: bool | None = None
    non_custodial_parent_protests: bool | None = None
    placed: bool | None = None
    custody_with_another: bool | None = None
    birth_date: date | None = None
    notifier_professional: bool | None = None
    special_regard: bool | None = None
    essential_for_support: bool | None = None
    receipt_sent: bool | None = None
    moved_at: date | None = None
    special_support_need: bool | None = None
    case_handed_over: bool | None = None
    at_utc: datetime | None = None
    written_at: datetime | None = None
    aware_at: date | None = None
    decision_at: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One act at one moment. Moments come with any zone and are kept in UTC; days are counted in Europe/Copenhagen."""

    at: datetime
    act: str
    initiative: str
    discloser: Unit
    recipient: Unit
    subject: Subject
    basis_invoked: str | None
    purpose: str
    categories: tuple[str, ...]
    consents: tuple[ConsentFact, ...] = ()
    request: Request | None = None
    notification: Notification | None = None
    flags: Flags = Flags()
    discloser_role: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_utc(self.at, "at"))


def as_utc(moment: datetime, field: str) -> datetime:
    """The same moment in UTC, where comparing is safe on the nights when clocks change.

    `Unreadable` when it carries no zone or does not lie between FIRST_YEAR and LAST_YEAR.
    """
    if moment.utcoffset() is None:
        raise Unreadable("a time with a zone", field=field)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(f"a year from {FIRST_YEAR} to {LAST_YEAR}", field=field)
    return moment.astimezone(UTC)
