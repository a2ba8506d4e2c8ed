"""The rules page read twice: hub.law and a plain second reading agree, and the second on every published scenario."""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from hub.law.decide import decide
from hub.law.facts import Facts
from hub.law.hjemmel import Decision
from hub.law.parse import Expected, scenarios
from tests.law import facts_strategies as facts_of
from tests.law.naive import Answer, read_the_law

KINDS_OF_ACT = (
    facts_of.consent_facts(),
    facts_of.consents_with_one_fault(),
    facts_of.acts_that_could_pass(),
    facts_of.without_consent(),
    facts_of.notices(),
    facts_of.answers_to_requests(),
    facts_of.consents_for_a_child(),
    facts_of.moves(),
    facts_of.receipts(),
    facts_of.deadlines(),
    facts_of.any_facts(),
)


# Where the two readings still differ, one of some thousand random acts: base invoked, and what the second reading says.
# Each is an open point (hub/law/README.md): somebody must read the rule a third time.
OPEN = {
    ("FVL-28", "SURPLUS_INFORMATION"),  # several consents, one of them oral without a reason: the hub says no
    ("FVL-28", "OK_CONSENT_ORAL_REASON"),
    ("FVL-28", "CONSENT_WITHDRAWN"),  # one taken back beside others that stand: the hub passes what the others cover
    ("SUL-41-1", "CONSENT_GIVER_INCOMPETENT"),  # about an unborn child: both say no, on another ground
    ("RSL-11a-1", "CONSENT_WITHDRAWN"),  # whose withdrawal stops an authority that vouches (rules R09, R24)
    ("RSL-11a-1", "OK_STATUTORY_REQUEST_CONSENT"),
}


@pytest.mark.parametrize("table", ["decisions.yaml", "decisions-2.yaml"])
def test_the_second_reading_decides_every_published_scenario_as_it_says(shared: Path, table: str) -> None:
    published = scenarios(yaml.safe_load((shared / "law" / table).read_text("utf-8")))
    answers = {scenario.id: as_published(read_the_law(scenario.facts)) for scenario in published}
    assert answers == {scenario.id: expected(scenario.expected) for scenario in published if scenario.expected}
    assert len(published) >= 20


EXAMPLES = os.environ.get("NAIVE_EXAMPLES")


@settings(max_examples=int(EXAMPLES or "600"), derandomize=EXAMPLES is None)
@given(st.one_of(KINDS_OF_ACT))
def test_both_readings_agree(facts: Facts) -> None:
    """On the same examples each time; `NAIVE_EXAMPLES=20000` asks for as many others, and finds what OPEN lists."""
    answer, decision = read_the_law(facts), decide(facts)
    event(f"reason {answer.reason}")
    event(f"act {facts.act}")
    assert as_compared(answer) == as_decided(decision) or (facts.basis_invoked, answer.reason) in OPEN


def as_compared(answer: Answer) -> dict[str, object]:
    """What must be the same in both readings."""
    return {
        "outcome": answer.decision,
        "basis": answer.basis,
        "reason": answer.reason,
        "granted": sorted(answer.granted),
        "withheld": sorted(answer.withheld),
    }


def as_decided(decision: Decision) -> dict[str, object]:
    """The same of the decision."""
    return {
        "outcome": decision.outcome.value,
        "basis": decision.basis,
        "reason": decision.reason.value,
        "granted": sorted(decision.granted),
        "withheld": sorted(decision.withheld),
    }


def as_published(answer: Answer) -> dict[str, object]:
    """Everything that a scenario fixes; the order of lists is free."""
    more = {"gate": answer.gate, "duties": sorted(answer.duties), "next_step": answer.next_step, "due": answer.due}
    return as_compared(answer) | more


def expected(said: Expected) -> dict[str, object]:
    """The same as the scenario has it."""
    return {
        "outcome": said.decision,
        "basis": said.basis,
        "reason": said.reason,
        "granted": sorted(said.granted),
        "withheld": sorted(said.withheld),
        "gate": said.gate,
        "duties": sorted(said.duties),
        "next_step": said.next_step,
        "due": dict(said.due or ()),
    }
