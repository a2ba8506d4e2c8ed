"""Every case in tests/law/cases comes out as it says."""

from dataclasses import replace

import pytest

from hub.law import catalogue
from hub.law.decide import decide
from hub.law.hjemmel import Reason
from hub.law.report import judge
from tests.law.cases import Case, cases

NAMED_WHERE_THEY_BEAR = frozenset({"R34", "R35", "R36"})


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_a_case_is_decided_as_it_says(case: Case) -> None:
    decided_as_it_says(case)


def decided_as_it_says(case: Case) -> None:
    """The answer is the expected one, and what the law leaves open is named with its rule."""
    assert judge(case.scenario).differences == ()
    decision = decide(case.scenario.facts)
    assert NAMED_WHERE_THEY_BEAR.intersection(decision.rules) == case.rules
    assert (decision.open_point, decision.contested) == (case.open_point, case.open_point is not None)
    if case.open_point is None:
        assert decision.contested_why is None
    else:
        open_question = catalogue.open_question(case.open_point)
        assert decision.contested_why == open_question.why
        assert open_question.rule in decision.rules


def test_a_term_nobody_can_read_is_taken_as_past() -> None:
    (asked,) = (case.scenario.facts for case in cases() if "seks måneder, sidste dag" in case.scenario.title)
    assert asked.request is not None
    unreadable = replace(asked, request=replace(asked.request, consent_form_term="et halvt år"))
    assert decide(asked).permitted
    assert decide(unreadable).reason is Reason.CONSENT_EXPIRED
