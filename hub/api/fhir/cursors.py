"""A search on its way: what was asked, the moment of the record it is answered at, and how far it has come.

A search stands at the place of the record where it began, so that its pages miss nothing and repeat nothing while
writes go on; what is new is found by asking again with `_lastUpdated`. Outside it is a token (cursor_seal).
"""

from dataclasses import dataclass
from uuid import UUID

Key = tuple[int, int, int, str]  # recorded_at in microseconds, partition, position, Type/id


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCursor:
    """What is wanted. None leaves a filter out; `cases` None is every case that the unit knows."""

    types: tuple[str, ...]
    path: str
    pin: tuple[int, ...]
    cases: tuple[UUID, ...] | None = None
    ids: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    since: int | None = None
    until: int | None = None
    count: int = 30
    descending: bool = False
    patient_too: bool = False
    provenance_too: bool = False
    parties_too: bool = False
    after: Key | None = None

    def is_behind(self, key: Key) -> bool:
        """Does this place lie behind what has been given?"""
        return self.after is None or (key < self.after if self.descending else key > self.after)
