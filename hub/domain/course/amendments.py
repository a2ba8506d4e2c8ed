"""What is added to a birth or a pregnancy's end, or put right, after it was registered: commands and events.

What was said first stays on record; the later word says how it is (GDPR art. 5(1)(d) and 16). How it then stands is
hub.domain.course.births'.
"""

from dataclasses import dataclass
from datetime import datetime

from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyChild:
    """A child that was registered without a CPR number has got one."""

    child: int
    cpr: Cpr
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBirth:
    """One child's birth was registered wrong: how it was, whole."""

    child: int
    born_at: datetime
    cpr: Cpr | None
    stillborn: bool
    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackBirth:
    """A child was registered by mistake: there is none, or it is another woman's."""

    child: int
    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackPregnancyEnd:
    """The pregnancy's end was registered by mistake, or at a wrong moment: it may be stated anew."""

    reason: str
    at: datetime
    by: Unit


AmendmentCommand = IdentifyChild | CorrectBirth | TakeBackBirth | TakeBackPregnancyEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildIdentified:
    """A child has got its CPR number. `child` is its number among those that the unit registered, from 1."""

    child: int
    cpr: Cpr
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthCorrected:
    """One child's birth as it was; what was registered before stands no longer."""

    child: int
    born_at: datetime
    cpr: Cpr | None
    stillborn: bool
    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthTakenBack:
    """A child that was registered is not of this case after all."""

    child: int
    reason: str
    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyEndTakenBack:
    """What the unit said of the pregnancy's end stands no longer."""

    reason: str
    at: datetime
    by: Unit


AmendmentEvent = ChildIdentified | BirthCorrected | BirthTakenBack | PregnancyEndTakenBack
