"""What the record answers when it will not take a save, and when it cannot say.

Contradiction
├── VersionConflict   the stream has moved on since the command was decided: load, decide again
├── CommandRepeated   this command is stored already, on whatever case: look its events up, do nothing
├── CitizenHasCase    the citizen has an open case already
└── CaseErased        the case's key is destroyed: nothing more can be sealed under it
HubError
└── RecordUnreachable the database could not be reached; whether the save was stored is not known
    └── RecordFull    there is no room on its disk: nothing was stored, and reading goes on
"""

from uuid import UUID

from hub.errors import Contradiction, HubError


class VersionConflict(Contradiction):
    """The stream does not stand at the expected version; nothing of this append was stored."""

    def __init__(self, stream: UUID, expected: int) -> None:
        super().__init__(f"stream {stream} has moved on from version {expected}", code="version-conflict")
        self.stream, self.expected = stream, expected


class CommandRepeated(Contradiction):
    """The command is stored already; `Record.stream_of` says where, `Record.command` what. Nothing new was stored."""

    def __init__(self, command: UUID) -> None:
        super().__init__(f"command {command} is already recorded", code="command-repeated")
        self.command = command


class CitizenHasCase(Contradiction):
    """The citizen already has an open case; nothing of this append was stored."""

    def __init__(self, case: UUID) -> None:
        super().__init__(f"the citizen has an open case, {case}", code="citizen-has-case")
        self.case = case


class CaseErased(Contradiction):
    """The case's data key is destroyed; only events under the audit key can still be recorded on it."""

    def __init__(self, case: UUID) -> None:
        super().__init__(f"case {case} is erased", code="case-erased")
        self.case = case


class RecordUnreachable(HubError):
    """The record could not be reached in time. The save may or may not be stored: repeat it under the same command."""


class RecordFull(RecordUnreachable):
    """There is no room for what came. It is certain that nothing was stored; what is stored can be read."""
