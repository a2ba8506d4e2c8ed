"""The one gate that every way out passes: which unit may be shown which event, and which events leave the house.

A unit is shown what it stated itself and what it was lawfully told; the name of a party, a refusal, a consent that
names others, an assessment are nobody else's. Closed by default: an event that is not named here is its author's alone,
and one that names no author, such as CaseOpened, is nobody's.

The version of a case, too, is a unit's own: it counts the events of the case that this unit may be shown. The number of
the stream would tell how much others have written about her.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain import case as domain
from hub.domain.case import Case, CaseEvent
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.consent import ConsentDeclined, ConsentGiven, ConsentWithdrawn
from hub.domain.course.events import CaseKeyDestroyed, CaseOpened
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.duplicates import Bringing
from hub.domain.message import IncomingEvent
from hub.domain.referral import ReferralSent
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    InformationRequested,
    RequestAnswered,
    RequestItemDeclined,
)
from hub.vocabulary.information import Attachment
from hub.vocabulary.organisations import Unit

Addressed = (  # acts that carry words from one unit to another
    ReferralSent
    | DisclosureMade
    | DisclosureCorrected
    | ConcernReported
    | ConcernReceiptGiven
    | ConcernFeedbackGiven
    | InformationRequested
    | ClarificationAsked
    | ClarificationGiven
    | RequestAnswered
)
Unsigned = CaseOpened | CaseKeyDestroyed  # events that name no author


def audience(event: CaseEvent, case: Case) -> frozenset[Unit]:
    """The units that may be shown this event; `case` is the case after it."""
    match event:
        case ConsentGiven(by=by, terms=terms) | ConsentDeclined(by=by, terms=terms):
            return frozenset({by, *terms.disclosers})  # they must be able to see what they may rely on
        case ConsentWithdrawn(by=by, consent=consent):
            given = case.consents[consent]  # whoever is shown a consent must learn that it stands no longer
            return frozenset({by, given.by, *given.terms.disclosers})
        case DeliveryCompleted(sender=sender) | DeliveryFailed(sender=sender):
            return frozenset({sender})
        case RequestItemDeclined(by=by, recipient=recipient):
            return frozenset({by, recipient})
    if isinstance(event, Addressed | IncomingEvent):
        return frozenset({event.by, event.recipient})
    return frozenset() if isinstance(event, Unsigned) else frozenset({event.by})


@dataclass(frozen=True, slots=True)
class CaseKnowledge:
    """A case as it stands, and its version as each unit knows it.

    A letter counts from when it was recorded, also when a withdrawal stops it later: a number is never used twice.
    """

    case: Case
    versions: Mapping[Unit, int]

    def version_for(self, unit: Unit) -> int:
        """How many of the case's events this unit has been open to; 0 when it may not know that there is a case."""
        return self.versions.get(unit, 0)


def follow(known: CaseKnowledge | None, event: CaseEvent) -> CaseKnowledge:
    """The case, and its versions, after one more event."""
    case = domain.evolve(known.case if known else None, event)
    versions = dict(known.versions) if known else {}
    for unit in audience(event, case):
        versions[unit] = versions.get(unit, 0) + 1
    return CaseKnowledge(case, versions)


def is_author(event: CaseEvent, unit: Unit) -> bool:
    """Did this unit make the event? Only its author is shown what was withheld and what the law was asked about."""
    return not isinstance(event, Unsigned | DeliveryCompleted | DeliveryFailed) and event.by == unit


def documents(event: object) -> tuple[Attachment, ...]:
    """The documents that an act brings along, in the order of its items; outside the first is known as number 1."""
    items = event.items if isinstance(event, Bringing) else ()
    return tuple(item.attachment for item in items if item.attachment is not None)


def leaves(event: object) -> Addressed | None:
    """The event, if it is an act that must leave the house as a letter; an act already made has left."""
    return event if isinstance(event, Addressed) and not event.already_made else None
