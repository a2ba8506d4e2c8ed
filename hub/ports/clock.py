"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is. Production takes the machine's; the demo and the tests set theirs."""

    def __call__(self) -> datetime:
        """Now, with zone."""
        ...
