"""Every case in tests/law/cases comes out as it says."""

import pytest

from hub.law.decide import decide
from hub.law.report import judge
from tests.law.cases import Case, cases


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_a_case_is_decided_as_it_says(case: Case) -> None:
    assert judge(case.scenario).differences == ()
    assert decide(case.scenario.facts).open_point == case.open_point
