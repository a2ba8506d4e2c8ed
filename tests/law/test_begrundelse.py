"""The ground of an answer: the days that were stated, the right provision, the right receiver, and nothing else."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from hub.law.decide import decide
from hub.law.explain import explain
from hub.law.facts import Facts
from tests.law.cases import cases
from tests.law.facts_strategies import acts_that_could_pass, any_facts, consent_facts

ASKED = {case.scenario.title: case.scenario.facts for case in cases()}
NEVER_SAID = ("udløbet", "står ved magt", "slået efter", "ikke fastlagt", "None", "{")

TABLE = tomllib.loads(Path(__file__).with_name("begrundelser.toml").read_text("utf-8"))


def told(name: str) -> str:
    (found,) = (facts for title, facts in ASKED.items() if name in (title, title.partition(": ")[2]))
    return explain(decide(found), found).da


@pytest.mark.parametrize("line", TABLE["said"], ids=lambda line: line["case"])
def test_the_ground_is_said(line: dict[str, str]) -> None:
    assert line["da"] in told(line["case"])


@pytest.mark.parametrize("line", TABLE["unsaid"], ids=lambda line: line["case"])
def test_what_nobody_stated_is_not_said(line: dict[str, str]) -> None:
    assert line["da"] not in told(line["case"])


def test_the_same_days_in_english() -> None:
    asked = ASKED["egen frist udløb i går"]
    assert explain(decide(asked), asked).en == (
        "The question was whether information may be passed on (from hospital/familieambulatorium to "
        "kommune/familieafdeling). The answer is no, tested under sundhedsloven § 43, stk. 1. The consent no longer "
        "held on that day. The consent was given on 15 January 2025 and held to the end of 9 March 2025. Next step: "
        "ask the citizen for a consent that fits what is to be passed on."
    )


def test_a_declined_consent_was_never_given() -> None:
    """Asked again she said no: the domain tells the law of a consent taken back the moment it was given."""
    asked = ASKED["tilbagekaldt i samme minut"]
    (consent,) = asked.consents
    declined = replace(asked, consents=(replace(consent, withdrawn_at=consent.given_at),))
    said = explain(decide(declined), declined).da
    assert "Der blev sagt nej til oplysningerne 15. januar 2025 kl. 09.00." in said
    assert "blev givet" not in said


def test_without_the_facts_no_day_is_said() -> None:
    decision = decide(ASKED["egen frist udløb i går"])
    assert "Samtykket gjaldt ikke længere den dag. Næste skridt:" in explain(decision).da


@settings(max_examples=200)
@given(any_facts() | acts_that_could_pass() | consent_facts())
def test_no_answer_says_more_than_was_stated(asked: Facts) -> None:
    said = explain(decide(asked), asked)
    for unsaid in NEVER_SAID:
        assert unsaid not in said.da
    assert "{" not in said.en
