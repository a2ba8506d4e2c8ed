"""An underretning that reached a municipality from outside the hub: by telephone, by letter, by whoever it was.

Barnets lov §§ 133, 135 and 136: its clocks run like any other's. A name is never demanded: an anonymous notifier stays
so, and gets no receipt. What follows it is hub.domain.concern's.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.errors import Unreadable
from hub.law import barnets_lov, frister
from hub.law.catalogue import basis
from hub.law.facts import Subject
from hub.law.hjemmel import Due, DutyCode
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import NO_UNIT, Unit

OUTSIDE = Unit("private", NO_UNIT, NO_UNIT)  # stands where a unit would: somebody who is none
ANONYMOUS, PROFESSIONAL, PRIVATE = "anonymous", "professional", "private"
ORAL = "oral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the agreement says an underretning should hold."""

    occasion: str
    seen_and_heard: str
    family_situation: str = ""
    since: str = ""
    parents_reaction: str = ""
    balancing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Who made it (underretter): private, professional or anonymous; the rest as far as it was told."""

    kind: str
    name: str = ""
    profession: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterConcern:
    """Register an underretning that came in from outside; `at` is when it reached the unit."""

    concern: UUID
    at: datetime
    by: Unit
    notifier: Notifier
    channel: str
    subject: Subject
    account: Account
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernReceived:
    """An underretning reached this unit from outside; what it owes for it, and by when."""

    concern: UUID
    at: datetime
    by: Unit
    notifier: Notifier
    channel: str
    subject: Subject
    account: Account
    items: tuple[Item, ...]
    duties: tuple[DutyCode, ...]
    due: tuple[Due, ...]

    @property
    def known_as(self) -> UUID:
        """The concern."""
        return self.concern


def register(command: RegisterConcern) -> ConcernReceived:
    """The event; `Unreadable` for a unit that receives none, and for anything that tells who an anonymous one is."""
    if not basis("BL-135").covers_recipient(command.by):
        raise Unreadable(
            "the familieafdeling, which receives underretninger",
            field="acting_unit",
            source="barnets lov §§ 133 and 135",
        )
    _require_anonymity(command.notifier)
    duties = barnets_lov.owed_on_receipt(
        professional=command.notifier.kind == PROFESSIONAL,
        anonymous=command.notifier.kind == ANONYMOUS,
        oral=command.channel == ORAL,
    )
    return ConcernReceived(
        concern=command.concern,
        at=command.at,
        by=command.by,
        notifier=command.notifier,
        channel=command.channel,
        subject=command.subject,
        account=command.account,
        items=command.items,
        duties=duties,
        due=frister.due_from(duties, command.at),
    )


def _require_anonymity(notifier: Notifier) -> None:
    told = [name for name in ("name", "profession", "contact") if getattr(notifier, name)]
    if notifier.kind == ANONYMOUS and told:
        raise Unreadable("nothing that tells who an anonymous notifier is", field=f"notifier.{told[0]}")
