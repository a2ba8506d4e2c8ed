"""From saves to an append that can wait in the queue: find or make the case's key, encode, encrypt. No lock is held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hub.store.append_request import AppendRequest, NewKey
from hub.store.errors import CaseErased
from hub.store.keys import DataKey, outlives_its_case
from hub.store.mapper import Draft, SealingMapper, recorded
from hub.store.model import Recorded, Save
from hub.store.rows import LoggedEvent
from hub.store.serialisation.codec import IndexChange
from hub.store.serialisation.names import EventNames
from hub.store.vault import Vault
from hub.store.writer import QueuedAppend


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The case's own key: None when the case is erased, `fresh` when it begins with this append."""

    key: DataKey | None
    fresh: bool


class Sealer:
    """Turns saves into what a writer takes."""

    def __init__(self, names: EventNames, vault: Vault, mapper: SealingMapper) -> None:
        self._names, self._vault, self._mapper = names, vault, mapper

    def seal(self, saves: Sequence[Save], *, shred: bool = False) -> QueuedAppend:
        """The append, sealed. `CaseErased` when it needs a key that is destroyed; `ValueError` for a misuse."""
        case = _one_case(saves)
        own = self._own_key(case)
        drafts = tuple(self._drafts(saves, own))
        if shred and not all(outlives_its_case(draft.key.id) for draft in drafts):
            raise ValueError("what records the end of a key must be stored under the audit key")
        begun_with = next((draft.key for draft in drafts if draft.begins_case), None)
        pending = AppendRequest(
            case=case,
            events=tuple(map(self._mapper.to_stored_event, drafts)),
            new_key=NewKey(begun_with, self._vault.wrap(case, begun_with)) if begun_with else None,
            claim=_one_claim(saves),
            release=_releases(saves),
            aliases=_aliases(saves),
            shred=shred,
        )
        return QueuedAppend(pending, lambda rows: self._finish(pending, drafts, rows))

    def _own_key(self, case: UUID) -> OwnKey:
        try:
            return OwnKey(self._vault.key_for(case), fresh=False)
        except KeyError:
            return OwnKey(self._vault.make(), fresh=True)

    def _drafts(self, saves: Sequence[Save], own: OwnKey) -> Iterator[Draft]:
        begins, index = own.fresh, _index_change(saves)
        for save in saves:
            for seq, event in enumerate(save.events):
                key = self._vault.audit_key(save.case) if self._names.of(type(event)).under_audit_key else own.key
                if key is None:
                    raise CaseErased(save.case)
                yield Draft(
                    stream=save.stream,
                    version=save.expected_version + 1 + seq,
                    case=save.case,
                    command=save.command,
                    seq=seq,
                    event=event,
                    meta=replace(save.meta, request=None) if seq else save.meta,
                    key=key,
                    begins_case=begins and key is own.key,
                    index=index,
                )
                index = None
                begins = begins and key is not own.key

    def _finish(
        self, pending: AppendRequest, drafts: Sequence[Draft], rows: Sequence[LoggedEvent]
    ) -> tuple[Recorded, ...]:
        """What the caller gets, once the rows are stored."""
        if pending.new_key:
            self._vault.keep(pending.case, pending.new_key.key)
        if pending.shred:
            self._vault.forget(pending.case)
        return tuple(recorded(row, draft.event, draft.meta) for row, draft in zip(rows, drafts, strict=True))


def _one_case(saves: Sequence[Save]) -> UUID:
    cases = {save.case for save in saves}
    if len(cases) != 1:
        raise ValueError("an append concerns exactly one case")
    if not all(save.events for save in saves):
        raise ValueError("a save holds at least one event")
    if len({save.stream for save in saves}) != len(saves):
        raise ValueError("an append saves each stream once")
    return cases.pop()


def _index_change(saves: Sequence[Save]) -> IndexChange | None:
    change = IndexChange(_one_claim(saves), _releases(saves), _aliases(saves))
    return change if change != IndexChange() else None


def _aliases(saves: Sequence[Save]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(alias for save in saves for alias in save.aliases))


def _releases(saves: Sequence[Save]) -> bool:
    return any(save.release for save in saves)


def _one_claim(saves: Sequence[Save]) -> bytes | None:
    claims = {save.claim.digest for save in saves if save.claim}
    if len(claims) > 1:
        raise ValueError("a case has one citizen")
    return claims.pop() if claims else None
