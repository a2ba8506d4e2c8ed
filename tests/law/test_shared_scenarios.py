"""The published truth tables: every scenario, contested or not, comes out as it says."""

from pathlib import Path

import pytest
import yaml

from hub.law.parse import Scenario, scenarios
from hub.law.report import judge

TABLES = {"decisions.yaml": 58, "decisions-2.yaml": 20}
each_table = pytest.mark.parametrize("name", TABLES)


def table(shared: Path, name: str) -> tuple[Scenario, ...]:
    return scenarios(yaml.safe_load((shared / "law" / name).read_text("utf-8")))


@each_table
def test_every_published_scenario_is_decided_as_it_says(shared: Path, name: str) -> None:
    found = table(shared, name)
    differing = {scenario.id: verdict.differences for scenario in found if not (verdict := judge(scenario)).matches}
    assert len(found) >= TABLES[name]
    assert differing == {}


@each_table
def test_what_is_contested_there_is_contested_here(shared: Path, name: str) -> None:
    assert [scenario.id for scenario in table(shared, name) if judge(scenario).contested != scenario.contested] == []
