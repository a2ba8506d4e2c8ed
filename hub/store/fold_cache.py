"""How an aggregate stands: folded from its stream by the library's repository, cached and brought up to date on use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, LRUCache, Repository
from eventsourcing.persistence import EventStore

from hub.store.model import Recorded

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class CachedFold(Generic[S]):
    """A state and the version of its stream it stands for; 0 is a stream that does not exist."""

    stream: UUID
    state: S
    version: int

    @property
    def id(self) -> UUID:
        """The stream, as the eventsourcing library calls it."""
        return self.stream


class FoldCache(Generic[S]):
    """States by stream. `evolve` is pure and gets every event with its place; it must accept `Shredded`.

    A state is only ever a ground for a decision together with the expected version of the append that follows.
    """

    def __init__(
        self, events: EventStore[UUID], initial: S, evolve: Callable[[S, Recorded], S], *, cached: int = 1000
    ) -> None:
        self._initial, self._evolve, self._cached = initial, evolve, cached
        # States are immutable, so the cache may hand out what it holds.
        self._repository = Repository[UUID](events, cache_maxsize=cached, deepcopy_from_cache=False)

    def of(self, stream: UUID) -> CachedFold[S]:
        """The stream as it stands now."""
        try:
            standing = self._repository.get(stream, projector_func=self._project)
        except AggregateNotFoundError:
            return CachedFold(stream, self._initial, 0)
        # The library's fast-forward leaves the cache where it was, as it expects aggregates to change in place.
        assert self._repository.cache is not None
        self._repository.cache.put(stream, standing)
        return standing

    def forget(self) -> None:
        """Empty the cache, when a case whose states may lie in it was erased."""
        self._repository.cache = LRUCache(self._cached)

    def _project(self, standing: CachedFold[S] | None, events: Iterable[Any]) -> CachedFold[S] | None:
        return reduce(self._step, events, standing)

    def _step(self, standing: CachedFold[S] | None, recorded: Recorded) -> CachedFold[S]:
        state = self._initial if standing is None else standing.state
        return CachedFold(recorded.stream, self._evolve(state, recorded), recorded.version)
