"""Acts registered as already made: the law is asked a second time, as of the moment they are registered.

The first answer says whether the act was lawful when it was made. The second says whether the hub may show it to its
receiver today: what a consent carried then may have lapsed since, or been taken back.
"""

from dataclasses import replace
from datetime import datetime

from hub.domain.addressed import Addressed, Rectifying
from hub.domain.case import Case, CaseEvent
from hub.domain.ruling import rule


def registered(case: Case, events: tuple[CaseEvent, ...], came: datetime) -> tuple[CaseEvent, ...]:
    """The events decided on this case, those already made with what the law answers as of `came`."""
    return tuple(_asked_again(case, event, came) for event in events)


def _asked_again(case: Case, event: CaseEvent, came: datetime) -> CaseEvent:
    if not isinstance(event, Addressed) or isinstance(event, Rectifying) or not event.already_made:
        return event
    if event.ruling is None:
        return event
    facts = event.ruling.facts
    consents = case.consents.known_to(event.by)
    said = consents.as_law(at=came, discloser=facts.discloser, recipient=facts.recipient)
    return replace(event, registered=rule(replace(facts, at=came, consents=said)))
