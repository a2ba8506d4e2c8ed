"""A hub in which the whole story was told, so that every kind of resource is there to be read."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.api.doors import Doors, serving
from tests.api.story import told

WAITS = ("/disclosures", "/correction", "/citizen-informed")  # their letters still lie there when she withdraws


@dataclass(frozen=True)
class Told:
    """The story's case, and the hub it was told to."""

    doors: Doors
    case: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One case with one of every act in it. Letters leave at once, but for those that the withdrawal overtakes."""
    with serving(tmp_path_factory.mktemp("told"), dispatch=False) as doors:
        case = ""
        for element in told(doors, "fhir"):
            case = case or element.answer.json()["case"]
            if not element.path.endswith(WAITS):
                carry(doors)
        yield Told(doors, case)


def carry(doors: Doors) -> None:
    """Every letter that may leave, leaves."""
    doors.workers.caught_up()
    while doors.workers.delivery.carry():
        doors.workers.caught_up()
