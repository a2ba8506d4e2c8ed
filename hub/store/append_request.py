"""What waits to be written, and what the record knows when its turn comes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.errors import Contradiction
from hub.store.errors import CaseErased, CommandRepeated, VersionConflict
from hub.store.keys import DataKey, outlives_its_case
from hub.store.rows import SealedEvent


@dataclass(frozen=True, slots=True)
class NewKey:
    """The data key of a case that begins with this append."""

    key: DataKey
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendRequest:
    """Events that are stored together or not at all; one case, one or more of its streams."""

    case: UUID
    events: tuple[SealedEvent, ...]
    new_key: NewKey | None = None
    claim: bytes | None = None
    release: bool = False
    aliases: tuple[bytes, ...] = ()
    shred: bool = False

    @property
    def commands(self) -> dict[UUID, UUID]:
        """Every command in here, with its stream, of several the first."""
        return {event.command_id: event.stream for event in reversed(self.events)}

    @property
    def holds(self) -> frozenset[object]:
        """What no second append of the same batch may touch: streams, commands, a new key, a citizen being claimed."""
        held: set[object] = {event.stream for event in self.events} | {
            ("command", command) for command in self.commands
        }
        if self.new_key or self.shred:
            held.add(("key", self.case))
        if self.claim:
            held.add(("citizen", self.claim))
        return frozenset(held)


@dataclass(slots=True)
class StreamKnowledge:
    """What the record holds of the streams and cases in question, read under the head's lock.

    `free` are the commands that were not stored; they are taken for this transaction, and given back if not used.
    """

    now: int = 0
    versions: dict[UUID, int] = field(default_factory=dict)
    free: set[UUID] = field(default_factory=set)
    erased: dict[UUID, bool] = field(default_factory=dict)

    def objection(self, pending: AppendRequest) -> Contradiction | None:
        """Why this append cannot be stored, if so. A repeated command is told before a stale version: it is both."""
        return self._repeated(pending) or self._stale(pending.events) or self._keyless(pending)

    def _repeated(self, pending: AppendRequest) -> Contradiction | None:
        return next((CommandRepeated(command) for command in pending.commands if command not in self.free), None)

    def _stale(self, events: Sequence[SealedEvent]) -> Contradiction | None:
        versions = dict(self.versions)
        for event in events:
            before = versions.get(event.stream)
            # A new stream begins at 1; the library's own aggregates may begin at 0.
            follows = event.originator_version in (0, 1) if before is None else event.originator_version == before + 1
            if not follows:
                return VersionConflict(event.stream, event.originator_version - 1)
            versions[event.stream] = event.originator_version
        return None

    def _keyless(self, pending: AppendRequest) -> Contradiction | None:
        if pending.new_key and pending.case in self.erased:
            first = pending.events[0]
            return VersionConflict(first.stream, first.originator_version - 1)
        if self.erased.get(pending.case) and not all(outlives_its_case(event.key_id) for event in pending.events):
            return CaseErased(pending.case)
        return None
