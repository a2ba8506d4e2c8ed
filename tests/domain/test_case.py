"""One aggregate: a case begins once, and everything on it stands in one order."""

import pytest

from hub.domain.case import evolve, fold
from hub.errors import Contradiction
from tests.domain.acts import a_case, closed, disclose
from tests.people import TUESDAY
from tests.spec import given


def test_nothing_is_no_case() -> None:
    assert fold(()) is None


def test_a_case_begins_by_being_opened() -> None:
    with pytest.raises(Contradiction) as caught:
        evolve(None, closed())
    assert caught.value.code == "no-beginning"


def test_there_is_nothing_to_act_on_before_that() -> None:
    given().when(disclose(TUESDAY)).then_not_found()


def test_opening_it_again_in_the_record_is_a_new_beginning() -> None:
    assert fold((a_case(), closed(), a_case())) == fold((a_case(),))
