"""The rules for consents against a second, naive reading of them: both always agree."""

from hypothesis import given, settings

from hub.law.decide import decide
from hub.law.facts import Facts
from tests.law.facts_strategies import consent_facts
from tests.law.naive import naive


@settings(max_examples=400)
@given(consent_facts())
def test_both_readings_of_the_consent_rules_agree(facts: Facts) -> None:
    decision = decide(facts)
    carried, reason = naive(facts)
    if reason is not None:
        assert (decision.permitted, decision.reason.value) == (False, reason)
        return
    assert decision.permitted
    assert {category: set(ids) for category, ids in decision.carried} == carried
    assert set(decision.passes) == set(carried)
    assert set(decision.withheld) == set(facts.categories) - set(carried)
