"""Every case in tests/law/cases comes out as it says."""

from dataclasses import replace

import pytest

from hub.law.decide import decide
from hub.law.hjemmel import Reason
from hub.law.report import judge
from tests.law.cases import Case, cases


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_a_case_is_decided_as_it_says(case: Case) -> None:
    assert judge(case.scenario).differences == ()
    assert decide(case.scenario.facts).open_point == case.open_point


def test_a_term_nobody_can_read_is_taken_as_past() -> None:
    (asked,) = (case.scenario.facts for case in cases() if "seks måneder, sidste dag" in case.scenario.title)
    assert asked.request is not None
    unreadable = replace(asked, request=replace(asked.request, consent_form_term="et halvt år"))
    assert decide(asked).permitted
    assert decide(unreadable).reason is Reason.CONSENT_EXPIRED
