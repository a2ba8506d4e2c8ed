"""One question, three doors: the command line, the API and the domain answer every scenario alike."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli import app
from hub.domain.ruling import rule
from hub.law.parse import facts
from hub.vocabulary.jsonable import plain
from tests.api.doors import EXAMPLES, Doors, serving
from tests.law.cases import written
from tests.people import CLINIC

SAID = ("decision", "basis", "gate", "reason", "duties", "granted", "withheld", "due", "next_step", "contested")
Scenario = dict[str, Any]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with serving(tmp_path_factory.mktemp("hub")) as doors:
        yield doors


def by_command_line(folder: Path, scenarios: list[Scenario]) -> dict[str, Scenario]:
    file = folder / "scenarios.yaml"
    file.write_text(yaml.safe_dump({"schema_version": 1, "scenarios": scenarios}, allow_unicode=True), encoding="utf-8")
    printed = CliRunner().invoke(app, ["law", "decide", "--json", str(file)])
    answers = [json.loads(line) for line in printed.stdout.splitlines()]
    assert printed.exit_code == 0, [answer["id"] for answer in answers if answer["matches"] is False]
    return {answer["id"]: {said: answer[said] for said in SAID} for answer in answers}


def by_api(hub: Doors, scenario: Scenario) -> Scenario:
    answer = hub.at(CLINIC).post("/v1/decisions", plain(scenario["facts"]))
    assert answer.status_code == 200, (scenario["id"], answer.text)
    return {said: answer.json()[said] for said in SAID}


def by_domain(scenario: Scenario) -> Scenario:
    decision = rule(facts(scenario["facts"])).decision
    whole = plain(decision) | {"decision": decision.outcome.value, "due": decision.deadlines}
    return {said: whole[said] for said in SAID}


def all_alike(hub: Doors, folder: Path, scenarios: list[Scenario]) -> None:
    printed = by_command_line(folder, scenarios)
    assert set(printed) == {scenario["id"] for scenario in scenarios}
    for scenario in scenarios:
        assert by_api(hub, scenario) == printed[scenario["id"]] == by_domain(scenario), scenario["id"]


@pytest.mark.parametrize(("table", "count"), [("decisions.yaml", 58), ("decisions-2.yaml", 20)])
def test_the_published_scenarios_have_one_answer(
    hub: Doors, tmp_path: Path, shared: Path, table: str, count: int
) -> None:
    published = yaml.safe_load((shared / "law" / table).read_text(encoding="utf-8"))["scenarios"]
    assert len(published) == count
    all_alike(hub, tmp_path, published)


def test_our_own_cases_have_one_answer(hub: Doors, tmp_path: Path) -> None:
    """Every fact that the law asks about can be told through each door."""
    all_alike(hub, tmp_path, list(written()))


def test_our_own_examples_have_one_answer(hub: Doors, tmp_path: Path) -> None:
    files = sorted(EXAMPLES.glob("decision*.json"))
    assert files
    own = [{"id": file.stem, "title": file.stem, "facts": json.loads(file.read_text("utf-8"))} for file in files]
    all_alike(hub, tmp_path, own)


def test_an_expectation_that_differs_is_said_and_ends_in_one(tmp_path: Path) -> None:
    file = sorted(EXAMPLES.glob("decision*.json"))[0]
    wrong = {"decision": "permit", "basis": "ANON", "reason": "OK_NOT_PERSONAL_DATA", "duties": []}
    asked = {"id": "X-1", "title": "x", "facts": json.loads(file.read_text("utf-8")), "expected": wrong}
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"schema_version": 1, "scenarios": [asked]}), encoding="utf-8")
    printed = CliRunner().invoke(app, ["law", "decide", str(path)])
    assert printed.exit_code == 1
    assert "ANON" in printed.stdout


def test_the_command_line_says_it_in_words_as_the_api_does(hub: Doors, tmp_path: Path) -> None:
    facts_asked = json.loads(sorted(EXAMPLES.glob("decision*.json"))[0].read_text("utf-8"))
    path = tmp_path / "one.json"
    asked = {"id": "X-1", "title": "x", "facts": facts_asked}
    path.write_text(json.dumps({"schema_version": 1, "scenarios": [asked]}), encoding="utf-8")
    printed = CliRunner().invoke(app, ["law", "decide", "--explain", str(path)])
    told = hub.at(CLINIC).post("/v1/decisions", facts_asked).json()["explanation"]
    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[1:] == [f"  da: {told['da']}", f"  en: {told['en']}"]
    assert CliRunner().invoke(app, ["law", "decide", "--explain", "--json", str(path)]).exit_code != 0
