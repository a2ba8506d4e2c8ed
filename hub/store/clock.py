"""Times in the log: whole microseconds since 1970-01-01T00:00:00Z."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """Microseconds since 1970 as a UTC datetime, exactly."""
    return _EPOCH + micros * _MICRO


def micros(at: datetime) -> int:
    """An aware datetime as whole microseconds since 1970, exactly."""
    return (at - _EPOCH) // _MICRO
