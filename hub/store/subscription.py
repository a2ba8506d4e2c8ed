"""The library's subscription over our recorder: an endless iterator of rows, woken by the signal or a short poll."""

from collections import deque
from collections.abc import Sequence

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

from hub.store.append_notifier import AppendNotifier

_PAGE = 500
_POLL = 0.05  # seconds until another process's appends are noticed


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Ends when it is stopped."""

    def __init__(
        self, recorder: ApplicationRecorder, signal: AppendNotifier, gt: int | None, topics: Sequence[str]
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._signal = signal
        self._ahead: deque[Notification] = deque()

    def __next__(self) -> Notification:
        while not self._ahead and not self._has_been_stopped:
            heard = self._signal.rings
            self._ahead.extend(self._page())
            if not self._ahead:
                self._signal.wait(heard, _POLL)
        if self._has_been_stopped:
            raise StopIteration
        notification = self._ahead.popleft()
        self._last_notification_id = notification.id
        return notification

    def _page(self) -> Sequence[Notification]:
        start = self._last_notification_id or 0
        return self._recorder.select_notifications(start, _PAGE, topics=self._topics, inclusive_of_start=False)
