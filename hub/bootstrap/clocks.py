"""The machine's clock, and one that a demo or a test sets by writing a moment into a file."""

from datetime import UTC, datetime
from pathlib import Path

from hub.errors import Unreadable


def machine() -> datetime:
    """Now, by the machine."""
    return datetime.now(UTC)


class FileClock:
    """The moment that stands in a file; it stands still until somebody writes another. Production refuses it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, datetime] | None = None

    def __call__(self) -> datetime:
        """What the file says."""
        changed = self._file.stat().st_mtime_ns
        if self._read is None or self._read[0] != changed:
            self._read = (changed, _moment(self._file.read_text()))
        return self._read[1]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Unreadable("a moment with zone", field="TVAERSPOR_CLOCK_FILE") from None
    if moment.utcoffset() is None:
        raise Unreadable("a moment with zone", field="TVAERSPOR_CLOCK_FILE")
    return moment.astimezone(UTC)
