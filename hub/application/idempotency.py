"""By what a command is known again, and its first answer for a repeat (Idempotency-Key; Idempotent Receiver).

A command is known by client and key, as keyed ids: a repeat finds its own events and is answered from them, the same
key with another request is `KeyReused`. Looked up, never guessed.
"""

from uuid import UUID

from hub.application.case_repository import CaseRepository
from hub.application.command_context import CommandContext, CommandResult, result_for
from hub.errors import KeyReused
from hub.store import Keys, Record


class Idempotency:
    """What the record knows of commands that came before."""

    def __init__(self, record: Record, keys: Keys, cases: CaseRepository) -> None:
        self._record, self._keys, self._cases = record, keys, cases

    def command_id(self, context: CommandContext) -> UUID:
        """The id of the command, whatever case it is for."""
        return self._keys.command_id(context.actor.client, context.key)

    def case_id(self, context: CommandContext) -> UUID:
        """The id of the case that the command makes, if it makes one."""
        return self._keys.case_id(context.actor.client, context.key)

    def digest(self, context: CommandContext) -> bytes:
        """What tells another request under the same key apart."""
        return self._keys.request_digest(context.request)

    def first_answer(self, command: UUID, context: CommandContext) -> CommandResult | None:
        """What this command recorded before, on whatever case, if it did."""
        stream = self._record.stream_of(command)
        if stream is None:
            return None
        events = self._record.command(stream, command)
        meta = events[0].meta
        if meta is not None and meta.request != self.digest(context):
            raise KeyReused
        return result_for(context.actor.unit, events, self._cases.knowledge_after(events[-1]))

    def repeat(self, command: UUID, context: CommandContext) -> CommandResult:
        """The first answer of a command that is on record; `KeyReused` when it is another's."""
        earlier = self.first_answer(command, context)
        if earlier is None:
            raise KeyReused
        return earlier
