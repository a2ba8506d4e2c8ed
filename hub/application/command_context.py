"""What comes with a command, and what its unit is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from hub.domain.audience import CaseKnowledge, audience
from hub.domain.case import CaseEvent
from hub.domain.identity import act_id
from hub.store import Recorded
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit


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
    `looks_like` is an earlier letter of the unit's with the same receiver and the same words.
    """

    case: UUID
    command: UUID
    events: tuple[Recorded, ...]
    version: int
    looks_like: UUID | None = None

    @property
    def act(self) -> UUID:
        """The id of what the command made."""
        return act_id(self.command, self.case)


def result_for(unit: Unit, stored: Sequence[Recorded], after: CaseKnowledge) -> CommandResult:
    """What the unit is answered: of what a command stored, that which it may be shown."""
    shown = tuple(recorded for recorded in stored if unit in audience(cast(CaseEvent, recorded.event), after.case))
    case, command = stored[0].case, stored[0].command
    like = after.case.duplicates.like.get(act_id(command, case))
    return CommandResult(case, command, shown, after.version_for(unit), like)
