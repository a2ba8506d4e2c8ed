"""Which case a message belongs to, by what its parties know of her cases.

The CPR number leads to her cases, an episode of care to the one among them; without a number, an episode that is the
id of a case leads to it alone. Only what its sender or its receiver knows counts, and of several only what both know:
a receiver learns of no second pregnancy from the hub's choosing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from hub.application.case_repository import CaseRepository
from hub.domain.case import Case
from hub.domain.message import IncomingEvent
from hub.errors import NotFound
from hub.store import Keys, Record
from hub.vocabulary.identifiers import Cpr


@dataclass(frozen=True, slots=True)
class CaseMatched:
    """The case, as it stood at a version of its stream; or none, and why, as a code that tells its receiver nothing."""

    case: Case | None = None
    version: int = 0
    why: str = ""

    @property
    def id(self) -> UUID | None:
        """The case's id."""
        return self.case.course.case if self.case else None


class CaseMatcher:
    """Matches messages to cases."""

    def __init__(self, record: Record, keys: Keys, cases: CaseRepository) -> None:
        self._record, self._keys, self._cases = record, keys, cases

    def of(self, event: IncomingEvent, cpr: Cpr | None) -> CaseMatched:
        """The one case that this message is about."""
        known = [found for found in self._candidates(event, cpr) if self._is_known(found, event)]
        named = [found for found in known if found.case is not None and _names(event, found.case)]
        going_on = [found for found in known if found.case and not found.case.is_closed_to(event.by, event.recipient)]
        if named:
            return named[0] if named[0] in going_on else CaseMatched(why="case-closed")
        if len(going_on) > 1:
            shared = [found for found in going_on if found.case and _both_know(event, found.case)]
            return shared[0] if len(shared) == 1 else CaseMatched(why="ambiguous" if shared else "no-case")
        if going_on:
            return going_on[0]
        return CaseMatched(why="case-closed" if known else "no-cpr-number" if cpr is None else "no-case")

    def _candidates(self, event: IncomingEvent, cpr: Cpr | None) -> Iterator[CaseMatched]:
        keys = [row.case for row in self._record.cases_of(self._keys.citizen_digest(cpr.digits))] if cpr else []
        for key in keys or _ids(event):
            try:
                version, case = self._cases.load(key)
            except NotFound:
                continue
            yield CaseMatched(case, version)

    @staticmethod
    def _is_known(found: CaseMatched, event: IncomingEvent) -> bool:
        return found.case is not None and (found.case.knows(event.by) or found.case.knows(event.recipient))


def _names(event: IncomingEvent, case: Case) -> bool:
    """Does the message name the case, or an episode that a message on it has named?"""
    return bool(case.incoming.episodes.intersection(event.episodes)) or str(case.course.case) in event.episodes


def _both_know(event: IncomingEvent, case: Case) -> bool:
    return case.knows(event.by) and case.knows(event.recipient)


def _ids(event: IncomingEvent) -> Iterator[UUID]:
    for episode in event.episodes:
        try:
            yield UUID(episode)
        except ValueError:
            continue
