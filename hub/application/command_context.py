"""What comes with a command, and what its unit is answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.identity import act_id
from hub.store import Recorded
from hub.vocabulary.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """What comes with every command: who, under which key, the request it stands for, when, and the version it saw.

    `if_match` is the version of the case as the actor's unit knows it (hub.domain.audience).
    """

    actor: Actor
    key: str
    request: bytes
    came: datetime
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command recorded, as the unit that sent it may be shown it. The same for a repeat as for the first time.

    `events` are those in the unit's audience, in order; `version` is that of the case as the unit knew it after them.
    """

    case: UUID
    command: UUID
    events: tuple[Recorded, ...]
    version: int

    @property
    def act(self) -> UUID:
        """The id of what the command made."""
        return act_id(self.command, self.case)
