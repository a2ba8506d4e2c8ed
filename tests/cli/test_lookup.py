"""Names of the call that somebody must know."""

import pytest

from hub.cli.actions import lookup
from hub.errors import Unreadable
from tests.fakes import SmallDirectory
from tests.people import DAY, FAMILIES, MONDAY, NURSES


def test_no_token_is_made_for_a_unit_that_another_stands_for() -> None:
    directory = SmallDirectory()
    directory.successors[FAMILIES] = (NURSES, MONDAY.date())
    before = (MONDAY - DAY).date()
    assert lookup.acting_unit("--unit", str(FAMILIES), directory, before) == FAMILIES
    with pytest.raises(Unreadable) as caught:
        lookup.acting_unit("--unit", str(FAMILIES), directory, MONDAY.date())
    assert str(NURSES) in caught.value.rule
