"""How the tests wait: for the thing itself, and so long that on a slow or busy machine they only take longer."""

import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds until what has not come counts as what never will; in a sound run nobody waits that long


def until(holds: Callable[[], object], otherwise: str | Callable[[], str], every: float = 0.01) -> None:
    """Return as soon as the condition holds, looked at every so many seconds; complain when it never does."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, otherwise() if callable(otherwise) else otherwise
        time.sleep(every)
