"""Which case a message belongs to, by what its parties know of her cases.

Her number leads to her cases, an episode of care to the one among them; where no number does, an episode that is the id
of a case leads to it alone. Only what its sender or its receiver knows counts, and of several only what both know:
a receiver learns of no second pregnancy from the hub's choosing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from hub.application.case_repository import CaseRepository
from hub.domain.case import Case
from hub.domain.message import NO_CPR_NUMBER, IncomingEvent
from hub.errors import NotFound
from hub.store import Keys, Record
from hub.vocabulary.identification import Identification, index_key
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit


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

    def of(self, event: IncomingEvent, numbers: tuple[Identification, ...]) -> CaseMatched:
        """The one case that this message is about."""
        known = list(self._known(event, numbers))
        named = [found for found in known if found.case is not None and _names(event, found.case)]
        going_on = [found for found in known if found.case and not found.case.is_closed_to(event.by, event.recipient)]
        if named:
            return named[0] if named[0] in going_on else CaseMatched(why="case-closed")
        if len(going_on) > 1:
            shared = [found for found in going_on if found.case and _both_know(event, found.case)]
            return shared[0] if len(shared) == 1 else CaseMatched(why="ambiguous" if shared else "no-case")
        if going_on:
            return going_on[0]
        without = not any(isinstance(number, Cpr) for number in numbers)
        return CaseMatched(why="case-closed" if known else NO_CPR_NUMBER if without else "no-case")

    def _known(self, event: IncomingEvent, numbers: tuple[Identification, ...]) -> Iterator[CaseMatched]:
        """The cases that its sender or receiver knows her by, each once."""
        found = {
            row.case: number
            for number in reversed(numbers)
            for row in self._record.cases_of(self._keys.citizen_digest(index_key(number)))
        }
        by_id = [] if any(isinstance(number, Cpr) for number in found.values()) else list(_ids(event))
        for key, number in (dict.fromkeys(by_id) | found).items():
            try:
                version, case = self._cases.load(key)
            except NotFound:
                continue
            if _is_known(case, event, number) and not is_about_another(case, event.by, numbers):
                yield CaseMatched(case, version)


def is_about_another(case: Case, unit: Unit, numbers: Iterable[Identification]) -> bool:
    """Is a woman of these numbers somebody else, by what this unit knows of her: another number of the same kind?"""
    heir = case.heir(unit)
    if any(case.course.is_known_as(heir, number) for number in numbers):
        return False
    kinds = {type(number) for number in case.course.citizen_by(heir).numbers}
    return any(type(number) in kinds for number in numbers)


def _is_known(case: Case, event: IncomingEvent, number: Identification | None) -> bool:
    """Does its sender or its receiver know the case, and by this number?

    A number that is no CPR number is its sender's to know her case by: were its receiver's knowledge enough, the answer
    would tell the sender whether she has a case there.
    """
    knowing = [unit for unit in (event.by, event.recipient) if case.knows(unit)]
    if number is None or _names(event, case):
        return bool(knowing)
    by_it = [unit for unit in knowing if case.course.is_known_as(case.heir(unit), number)]
    return bool(by_it) if isinstance(number, Cpr) else event.by in by_it


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
