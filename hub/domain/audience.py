"""What a unit knows of a case: what it stated itself, and what it was told. The one place that says so.

Told is what left for it, by whatever door, lawfully: a letter from the moment it leaves (DeliveryDeparted), a message
that came in for it, an act already made where the law lets it be shown (hub/decisions/0007). What is held, abandoned,
refused or merely recorded tells nothing, not even that there is a case. The name of a party, a refusal, a consent that
names others or that another unit confirms, an assessment are nobody else's. Closed by default: an event that is not
named here is its author's alone, and one that names no author, such as CaseOpened, is nobody's.

The version of a case, too, is a unit's own: it counts the events of the case that this unit knows. The number of the
stream would tell how much others have written about her.

hub.application.visibility applies this to the record for every door; hub.access only says which unit is asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain import case as domain
from hub.domain.addressed import Addressed, is_told_at_once
from hub.domain.case import Case, CaseEvent
from hub.domain.consent import ConsentDeclined, ConsentGiven, ConsentWithdrawn
from hub.domain.course.events import CaseKeyDestroyed, CaseOpened
from hub.domain.delivery import DeliveryCompleted, DeliveryDeparted, DeliveryFailed
from hub.domain.message import IncomingEvent
from hub.domain.request.events import (
    RequestItemDeclined,
)
from hub.domain.succession import UnitSucceeded
from hub.vocabulary.organisations import Unit

Unsigned = CaseOpened | CaseKeyDestroyed | DeliveryDeparted | UnitSucceeded  # events that no unit states


def audience(event: CaseEvent, case: Case) -> frozenset[Unit]:
    """The units that know this event as soon as it is recorded; `case` is the case after it.

    Whoever stands for a unit knows in its place (hub.domain.succession). The receiver of a letter is not among them: it
    knows the act when the letter leaves, see `told_by`.
    """
    return frozenset(map(case.heir, addressees(event, case)))


def addressees(event: CaseEvent, case: Case) -> frozenset[Unit]:
    """The same by the names of the day, whoever stands for them since."""
    match event:
        case UnitSucceeded(successor=successor):
            return frozenset({successor})
        case ConsentGiven(by=by, terms=terms) | ConsentDeclined(by=by, terms=terms):
            return frozenset({by, *terms.disclosers})  # they must be able to see what they may rely on
        case ConsentWithdrawn(by=by, consent=consent):
            given = case.consents[consent]  # whoever is shown a consent must learn that it stands no longer
            return frozenset({by, given.by, *given.terms.disclosers})
        case DeliveryCompleted(sender=sender) | DeliveryFailed(sender=sender):
            return frozenset({sender})
        case RequestItemDeclined(by=by, recipient=recipient):
            return frozenset({by}) if event.answer in case.in_letters else frozenset({by, recipient})
    if isinstance(event, IncomingEvent) or (isinstance(event, Addressed) and is_told_at_once(event)):
        return frozenset({event.by, event.recipient})
    return frozenset() if isinstance(event, Unsigned) else frozenset({event.by})


def told_by(event: CaseEvent) -> tuple[int, ...]:
    """The versions of the case's stream at which stands what `learner` knows from this event on."""
    if isinstance(event, UnitSucceeded):
        return event.carried
    if not isinstance(event, DeliveryDeparted) or event.sender == event.recipient:
        return ()
    return event.carried


def learner(event: CaseEvent, case: Case) -> Unit | None:
    """Who is told of other events by this one: a letter's receiver, a unit's successor; None when nobody is."""
    if isinstance(event, UnitSucceeded):
        return case.heir(event.successor)
    if not isinstance(event, DeliveryDeparted) or case.heir(event.sender) == case.heir(event.recipient):
        return None
    return case.heir(event.recipient)


@dataclass(frozen=True, slots=True)
class CaseKnowledge:
    """A case as it stands, and its version as each unit knows it."""

    case: Case
    versions: Mapping[Unit, int]

    def version_for(self, unit: Unit) -> int:
        """How many of the case's events this unit knows; 0 when it may not know that there is a case."""
        return self.versions.get(unit, 0)


def follow(known: CaseKnowledge | None, event: CaseEvent) -> CaseKnowledge:
    """The case, and its versions, after one more event."""
    case = domain.evolve(known.case if known else None, event)
    versions = dict(known.versions) if known else {}
    for unit in audience(event, case):
        versions[unit] = versions.get(unit, 0) + 1
    told = learner(event, case)
    if told is not None:
        versions[told] = versions.get(told, 0) + len(told_by(event))
    return CaseKnowledge(case, versions)


def is_author(event: CaseEvent, unit: Unit, case: Case | None = None) -> bool:
    """Did this unit make the event, or one that it stands for on the case?

    Only its author is shown what was withheld and what the law was asked about.
    """
    if isinstance(event, Unsigned | DeliveryCompleted | DeliveryFailed):
        return False
    return (event.by if case is None else case.heir(event.by)) == unit
