"""The cases' data keys: made with a case's first event, kept wrapped in `case_key`, destroyed to erase the case.

A key that was opened stays in memory for `ttl` seconds, so another process may read an erased case that long. The cache
holds the most recently used keys and is emptied of a case when its key is destroyed here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from sqlalchemy import Engine, select

from hub.errors import EvidenceBroken
from hub.store.keys import DataKey, Keys, new_case_key
from hub.store.tables import case_key

TTL = 60.0
SIZE = 4096


@dataclass(frozen=True, slots=True)
class CachedKey:
    """A cached key and the moment it must be fetched again."""

    key: DataKey
    until: float


class Vault:
    """Data keys by case."""

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        *,
        ttl: float = TTL,
        size: int = SIZE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._keys = engine, keys
        self._ttl, self._size, self._now = ttl, size, now
        self._kept: OrderedDict[UUID, CachedKey] = OrderedDict()
        self._gone: set[UUID] = set()
        self._lock = Lock()

    def key_for(self, case: UUID) -> DataKey | None:
        """The case's data key, None when it is destroyed; `KeyError` when the case never had one."""
        return self._cached(case) or self._fetched(case)

    def audit_key(self, case: UUID) -> DataKey:
        """The key that outlives the case's own."""
        return self._keys.audit_key(case)

    def make(self) -> DataKey:
        """A key for a new case. It exists in memory only until the case's first event is stored with it."""
        return new_case_key()

    def keep(self, case: UUID, key: DataKey) -> None:
        """Remember a key that stands in the database."""
        with self._lock:
            if case in self._gone:  # read just before it was destroyed
                return
            self._kept[case] = CachedKey(key, self._now() + self._ttl)
            self._kept.move_to_end(case)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def forget(self, case: UUID) -> None:
        """Drop the case's key from memory, for good."""
        with self._lock:
            self._gone.add(case)
            self._kept.pop(case, None)

    def wrap(self, case: UUID, key: DataKey) -> bytes:
        """The key as it may lie in the database."""
        return self._keys.wrap(case, key)

    def _cached(self, case: UUID) -> DataKey | None:
        with self._lock:
            kept = self._kept.get(case)
            if kept is None or kept.until <= self._now():
                return None
            self._kept.move_to_end(case)
            return kept.key

    def _fetched(self, case: UUID) -> DataKey | None:
        query = select(case_key.c.key_id, case_key.c.wrapped_dek, case_key.c.key_commitment)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(case_key.c.case_id == case)).one_or_none()
        if row is None:
            raise KeyError(case)
        if row.wrapped_dek is None:
            return None
        key = self._keys.unwrap(case, row.key_id, row.wrapped_dek)
        if key.commitment != row.key_commitment:
            raise EvidenceBroken(f"the key of case {case} is not the one the case was begun with")
        self.keep(case, key)
        return key
