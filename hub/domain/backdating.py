"""When an act may have taken place, seen from when the hub heard of it.

What the hub is to carry may be dated a little back, because a journal entry is written after the talk. An older act is
only registered, as already made: it is recorded, marked so, and nothing is sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.errors import Unreadable

SKEW = timedelta(minutes=2)  # clocks of two machines; more than this is a statement about the future
BACKDATING = timedelta(hours=24)  # for an act that is to be carried, unless settings say otherwise
SOURCE = "back-dating rule: openapi/README.md, Moments and days"


def precedes(at: datetime, other: datetime) -> bool:
    """Does one act lie before another that it follows? What the clocks of two machines may differ by is overlooked."""
    return at + SKEW < other


@dataclass(frozen=True, slots=True)
class Window:
    """How far back the hub carries an act. The setting is TVAERSPOR_BACKDATING_HOURS."""

    back: timedelta = BACKDATING

    def admit(self, at: datetime, came: datetime) -> None:
        """Refuse an act that lies in the future or states no zone; a registration may lie any time back."""
        if at.utcoffset() is None:
            raise Unreadable("a moment carries its zone, e.g. 2024-05-07T14:30:00+02:00", field="at", source="RFC 3339")
        if at - came > SKEW:
            raise Unreadable("an act cannot lie in the future", field="at", source=SOURCE)

    def admit_carried(self, at: datetime, came: datetime, *, already_made: bool) -> None:
        """Refuse to carry what is dated further back than the window; with `already_made` it is only registered."""
        self.admit(at, came)
        if came - at > self.back and not already_made:
            hours = int(self.back.total_seconds() // 3600)
            raise Unreadable(
                f"what the hub is to carry may be dated at most {hours} hours back; "
                "set already_made to true to register an act that has already been carried out, and nothing is sent",
                field="at",
                source=SOURCE,
            )
