"""Reading the whole record, page by page, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eventsourcing.persistence import StoredEvent

from hub.store.model import Recorded, Vector
from hub.store.recorder import CaseRecorder

PAGE = 500


@dataclass(frozen=True, slots=True)
class Scan:
    """Every event up to a vector in the order of (partition, position); iterate as often as you like.

    `total` is how many that will be, for progress bars.
    """

    upto: Vector
    names: tuple[str, ...]
    _recorder: CaseRecorder
    _open: Callable[[StoredEvent], Recorded]

    @property
    def total(self) -> int:
        """How many events it will give."""
        return self._recorder.count(self.upto.positions, self.names) if self.names else self.upto.total

    def __iter__(self) -> Iterator[Recorded]:
        for partition, last in enumerate(self.upto.positions):
            yield from self._partition(partition, last)

    def _partition(self, partition: int, last: int) -> Iterator[Recorded]:
        after = 0
        while after < last:
            page = self._recorder.select(partition, after, PAGE, upto=last, names=self.names)
            yield from map(self._open, page)
            if len(page) < PAGE:
                return
            after = page[-1].id
