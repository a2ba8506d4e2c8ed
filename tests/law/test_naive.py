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
from tests.law.naive import Answer, read_the_law, stated

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
    """On the same examples each time; `NAIVE_EXAMPLES=20000` asks for as many others."""
    answer, decision = read_the_law(facts), decide(facts)
    event(f"reason {answer.reason}")
    event(f"act {facts.act}")
    if as_compared(answer) != as_decided(decision):
        point = open_point(facts)
        event(f"differs at {point}")
        assert point is not None, (as_compared(answer), as_decided(decision))
        assert passing(facts, as_decided(decision)) <= passing(facts, as_compared(answer)), f"{point}: not the stricter"


def open_point(facts: Facts) -> str | None:
    """The open point of hub/law/README.md that these facts touch: there the hub may be the stricter of the two."""
    oral = [consent for consent in facts.consents if consent.form == "oral"]
    if facts.basis_invoked == "FVL-28" and any(not stated(consent.oral_reason) for consent in oral):
        return "O11"
    noes = [consent for consent in facts.consents if consent.excludes or consent.withdrawn_at is not None]
    return "O14" if noes and facts.flags.birth_date is not None else None


def passing(facts: Facts, answer: dict[str, object]) -> set[str]:
    """The categories that may go by this answer."""
    if answer["outcome"] == "refuse":
        return set()
    return set(answer["granted"] or facts.categories) - set(answer["withheld"])


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
