"""What was passed on and is wrong is taken back with whoever got it; what is right goes on a base of its own.

GDPR art. 16 and 19: whoever disclosed something that is inaccurate tells every recipient that it is corrected. The
retraction names the points that were wrong and holds not one word more. So it needs no base but that duty, and goes
after a withdrawal, too. New words and items are an act like the first, judged at their own moment on its base. Both the
first act and what came of it stay on record (rule R26).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from hub.domain.ruling import Ruling
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit

DUTY = "databeskyttelsesforordningens artikel 16 og 19"  # on which every retraction goes, as people are told of it
CITED = "GDPR art. 16 og 19"  # the same in a register


class Fault(StrEnum):
    """What was wrong with an act: something it said, or whom it was about. The codes are stored and never renamed."""

    WRONG = "wrong"
    NOT_HERS = "not-hers"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing an act said: a field of its form by name; or an item by category and its place, counted from 1.

    The reason of a declined item is `declined`, with its place among those.
    """

    name: str
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedAct:
    """An act that was wrong: which, of what kind, from when, and in what; no points mean all of it."""

    act: UUID
    kind: str
    at: datetime
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAct:
    """Tell the receiver of an act that points of it were wrong, and what is right, if anything is to take their place.

    `wrong` names the points as `points` of hub.domain.sent_acts does, none for the whole act; `words` stand
    for the fields among them, `items` for the items.
    """

    correction: UUID
    act: UUID
    at: datetime
    by: Unit
    wrong: tuple[str, ...] = ()
    fault: Fault = Fault.WRONG
    words: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActCorrected:
    """What an act should have said was passed on to its receiver, on the base of the act."""

    correction: UUID
    corrects: CorrectedAct
    at: datetime
    by: Unit
    recipient: Unit
    words: str
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The correction."""
        return self.correction


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsRetracted:
    """A receiver is told that what it got was wrong and must not be relied on; nothing is said in its place.

    It carries no words, items or documents, and so no ruling: it rests on `DUTY`, whatever became of the base.
    """

    already_made: ClassVar[bool] = False
    ruling: ClassVar[Ruling | None] = None
    registered: ClassVar[Ruling | None] = None

    retraction: UUID
    acts: tuple[CorrectedAct, ...]
    fault: Fault
    at: datetime
    by: Unit
    recipient: Unit

    @property
    def known_as(self) -> UUID:
        """The retraction."""
        return self.retraction


CorrectionEvent = ActCorrected | ActsRetracted
