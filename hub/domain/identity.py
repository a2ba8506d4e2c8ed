"""By which id an act is known, whatever matter it belongs to."""

from typing import Protocol, runtime_checkable
from uuid import UUID, uuid5


@runtime_checkable
class IdentifiedAct(Protocol):
    """An event that is known by an id: the disclosure, referral, concern, request, answer, receipt or plan it is.

    What only moves such an act on – an assessment, a first contact, a question about a request – bears its id.
    """

    @property
    def known_as(self) -> UUID:
        """The id."""


def act_id(command: UUID, case: UUID) -> UUID:
    """The id of what a command makes on a case: the same every time it comes, and never that of another case's."""
    return uuid5(command, str(case))


def mark_of(command: UUID, case: UUID) -> str:
    """Tells two acts apart that are known by one id: the same for everybody, and nothing can be read from it."""
    return act_id(command, case).hex[:12]


def act_of(event: object) -> UUID | None:
    """The id by which an act is known; None for an event that has none."""
    return event.known_as if isinstance(event, IdentifiedAct) else None
