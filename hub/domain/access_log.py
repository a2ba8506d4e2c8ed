"""Look-ups: who read what, through which door, for which purpose. A stream of its own; it decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRead:
    """A unit looked. `what` names the acts or events it was shown, never their content."""

    at: datetime
    by: Unit
    door: str
    purpose: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSearched:
    """A unit looked for a citizen by her number. `citizen` is her keyed digest, `cases` what the unit was told of."""

    at: datetime
    by: Unit
    door: str
    purpose: str
    citizen: str
    cases: tuple[UUID, ...] = ()
