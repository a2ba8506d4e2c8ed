"""What `make mutants` runs against every mutant of hub/law: all cases in one test, because pytest is the slow part.

No test of the suite of its own (the name keeps pytest from collecting it): tests/law/test_cases.py asks the same case
by case, and says more when one fails.
"""

from hub.law.decide import decide
from hub.law.report import judge
from tests.law.cases import cases


def test_every_case_is_decided_as_it_says() -> None:
    for case in cases():
        assert judge(case.scenario).differences == ()
        assert decide(case.scenario.facts).open_point == case.open_point
