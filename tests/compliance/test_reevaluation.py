"""Past decisions asked again: what stands is silent, what would come out otherwise is named, nothing is written."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.compliance.reevaluation import RULES, Reevaluation, reevaluate
from hub.domain.disclosure import DisclosureMade
from hub.domain.ruling import Ruling
from hub.law.hjemmel import Outcome, Reason
from hub.settings import PREFIX
from hub.store import Recorded, Save
from tests.api.doors import Doors, serving
from tests.api.story import told as told_in_full
from tests.domain.acts import CASE, DISCLOSURE, a_case, consent_fact, consent_given, facts, known_as, made
from tests.people import BRITA, MONDAY, TUESDAY
from tests.recorded import META, as_recorded


def history(**other: Any) -> list[Recorded]:
    """A disclosure on her consent, whose stored decision says something else than the law answers today."""
    told = made(facts(TUESDAY, consent_fact(MONDAY)))
    ruling = replace(told.ruling, decision=replace(told.ruling.decision, **other))
    return as_recorded([a_case(), consent_given(MONDAY), replace(told, ruling=ruling)])


@pytest.mark.parametrize("rules", RULES)
def test_what_stands_is_silent(rules: str) -> None:
    assert reevaluate(history(), rules) == Reevaluation(1, ())


@pytest.mark.parametrize("rules", RULES)
def test_every_field_that_comes_out_otherwise_is_named(rules: str) -> None:
    stored = history(reason=Reason.OK_CONSENT_ORAL_REASON, gate="SUL-43-2-1", duties=())
    found = {difference.field: difference for difference in reevaluate(stored, rules).differences}
    assert set(found) == {"reason", "gate"}
    reason = found["reason"]
    assert (reason.then, reason.again) == ("OK_CONSENT_ORAL_REASON", "OK_CONSENT_WRITTEN")
    assert (found["gate"].then, found["gate"].again) == ("SUL-43-2-1", "none")
    assert (reason.case, reason.act, reason.kind, reason.at) == (CASE, DISCLOSURE, "disclosure-made", TUESDAY)
    assert reason.recorded_at == stored[-1].recorded_at


def test_the_rules_of_then_are_not_passed_off_as_those_of_now() -> None:
    older = history(rule_set="0.0.1+somethingelse", reason=Reason.OK_CONSENT_ORAL_REASON)
    (missing,) = reevaluate(older, "then").differences
    assert (missing.field, missing.then) == ("rule_set", "0.0.1+somethingelse")
    assert "not at hand" in missing.again
    assert [difference.field for difference in reevaluate(older, "now").differences] == ["reason"]
    assert reevaluate(history(rule_set="0.0.1+somethingelse"), "now").differences == ()


def test_it_is_the_edition_of_the_act_that_answers_not_todays() -> None:
    """The stored facts are asked about their own moment: a permit does not lapse by being asked a year later."""
    stored = history()
    assert isinstance(stored[-1].event, DisclosureMade)
    later = [replace(recorded, recorded_at=recorded.recorded_at.replace(year=2031)) for recorded in stored]
    assert reevaluate(later, "now").differences == ()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with serving(tmp_path_factory.mktemp("redecide"), dispatch=False) as doors:
        list(told_in_full(doors, "redecide"))
        yield doors


def asked(hub: Doors, *words: str) -> Any:
    folder: Path = hub.services.settings.data_dir
    given = {"ENV": "test", "DATA_DIR": str(folder), "CLOCK_FILE": str(hub.clock)}
    return CliRunner().invoke(
        app, ["law", "redecide", *words], env={PREFIX + name: value for name, value in given.items()}
    )


@pytest.mark.parametrize("rules", RULES)
def test_the_command_goes_through_the_whole_record_and_writes_nothing(hub: Doors, rules: str) -> None:
    before = hub.head
    answer = asked(hub, "--rules", rules)
    assert answer.exit_code == 0
    decisions = sum(isinstance(getattr(recorded.event, "ruling", None), Ruling) for recorded in hub.record.scan())
    assert answer.stdout == f"{decisions} decisions asked again: nothing comes out otherwise\n"
    assert asked(hub, "--rules", rules, "--json").stdout == ""
    assert hub.head == before
    assert decisions


def test_the_command_takes_one_case(hub: Doors) -> None:
    case = next(iter(hub.record.cases()))
    assert asked(hub, "--case", str(case)).exit_code == 0
    assert asked(hub, "--case", "3f0c1d6e-8a51-8a0b-9c41-6d1f6b0a2e77").exit_code != 0
    assert asked(hub, "--rules", "yesterday").exit_code != 0


def test_a_difference_is_a_line_and_ends_in_one(hub: Doors) -> None:
    """One stored decision in the record differs: a disclosure that another rule set permitted without a consent."""
    told = made(facts(TUESDAY, basis_invoked="SUL-43-1", consents=()))
    assert not told.ruling.permits
    before = replace(told.ruling.decision, outcome=Outcome.PERMIT, reason=Reason.OK_CONSENT_WRITTEN)
    stored = replace(told, disclosure=known_as("permitted then"), ruling=replace(told.ruling, decision=before))
    case = hub.open(cpr=BRITA.cpr.digits)
    save = Save(stream=UUID(case), case=UUID(case), expected_version=3, command=uuid4(), events=(stored,), meta=META)
    hub.record.append([save])
    answer = asked(hub, "--case", case, "--rules", "now", "--json")
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 1
    assert {line["field"]: (line["then"], line["again"]) for line in lines} == {
        "outcome": ("permit", "refuse"),
        "reason": ("OK_CONSENT_WRITTEN", "CONSENT_MISSING"),
    }
    assert "outcome: permit → refuse" in asked(hub).stdout
