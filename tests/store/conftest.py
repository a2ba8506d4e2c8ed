"""An open record on each engine."""

from collections.abc import Iterator

import pytest

from hub.store import Record
from tests.store.acts import opened


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    """An empty record, once on each engine."""
    with opened(database_url) as made:
        yield made
