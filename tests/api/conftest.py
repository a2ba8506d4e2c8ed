"""A served hub for the tests of the doors: one for a whole module, because its cases do not disturb each other."""

from collections.abc import Iterator

import pytest

from hub.settings import RecordSettings
from tests.api.doors import NOW, Doors, serving


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub on SQLite."""
    with serving(tmp_path_factory.mktemp("hub")) as doors:
        yield doors


@pytest.fixture
def doors(hub: Doors) -> Iterator[Doors]:
    """The module's hub, its clock at the beginning."""
    hub.set_clock(NOW)
    yield hub
    hub.set_clock(NOW)


@pytest.fixture
def either(tmp_path: object, tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Doors]:
    """A fresh hub, once on each engine."""
    with serving(tmp_path_factory.mktemp("hub"), record=RecordSettings(database_url=database_url)) as doors:
        yield doors
