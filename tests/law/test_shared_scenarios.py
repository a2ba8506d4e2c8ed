"""The published truth table: every scenario, contested or not, comes out as it says."""

from pathlib import Path

import yaml

from hub.law.parse import scenarios
from hub.law.report import judge


def test_every_published_scenario_is_decided_as_it_says(shared: Path) -> None:
    table = scenarios(yaml.safe_load((shared / "law" / "decisions.yaml").read_text("utf-8")))
    differing = {scenario.id: verdict.differences for scenario in table if not (verdict := judge(scenario)).matches}
    assert len(table) >= 58
    assert differing == {}


def test_what_is_contested_there_is_contested_here(shared: Path) -> None:
    table = scenarios(yaml.safe_load((shared / "law" / "decisions.yaml").read_text("utf-8")))
    assert [scenario.id for scenario in table if judge(scenario).contested != scenario.contested] == []
