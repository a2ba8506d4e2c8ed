"""What a lawyer reads, and scenarios judged."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from hub.errors import NotFound
from hub.law import VERSION, catalogue, report
from hub.law.parse import Scenario, scenario, scenarios

FACTS = {
    "at": "2024-05-07T14:30",
    "act": "frist",
    "initiative": "discloser",
    "discloser": "hospital/foedeafdeling@Sygehus Nord",
    "recipient": "kommune/familieafdeling@Byby",
    "subject": {"role": "gravid", "age": 29},
    "basis_invoked": "BL-133-1-2",
}
EXPECTED = {
    "decision": "permit-with-duties",
    "basis": "BL-133-1-2",
    "gate": "SUL-43-2-1",
    "reason": "OK_STATUTORY_DUTY",
    "duties": ["FEEDBACK", "ASSESS_24H", "ACK_RECEIPT"],
    "due": {"ASSESS_24H": "2024-05-08T14:30", "ACK_RECEIPT": "2024-05-15"},
}


def test_every_provision_can_be_read_line_by_line() -> None:
    for basis in report.bases():
        text = report.basis_text(basis)
        assert basis.id in report.basis_line(basis)
        assert basis.citation in text
        assert basis.source in text
        assert basis.open in text
        assert all(duty.code in text for duty in basis.duties)
        assert all(reason.code in text for reason in basis.reasons)
    assert len(report.bases()) == len(catalogue.bases())


@pytest.mark.parametrize(
    ("basis", "days"),
    [
        ("BL-133-1-2", "fra 1. januar 2024 / from 1 January 2024"),
        ("RSL-11c-1-1", "til 31. december 2023 / to 31 December 2023"),
        ("SUL-43-1", "ingen kendt første eller sidste dag / no known first or last day"),
    ],
)
def test_an_edition_is_dated_as_people_write_it(basis: str, days: str) -> None:
    text = report.basis_text(report.basis(basis))
    assert f"edition         {days}" in text
    assert ".." not in text


def test_an_open_point_is_marked_in_the_list() -> None:
    assert report.basis_line(report.basis("BL-KVIT")).endswith("[åbent punkt]")
    assert not report.basis_line(report.basis("SUL-43-1")).endswith("]")


def test_a_provision_as_of_a_day() -> None:
    assert report.basis("SEL-154", date(2023, 12, 31)).in_force is True
    assert report.basis("SEL-154", date(2024, 1, 1)).in_force is False
    assert report.basis("SEL-154").in_force is None
    assert report.basis("RSL-11c-1-1", date(2023, 1, 1)).citation.endswith("gældende til 31. december 2023")
    assert report.basis("RSL-11c-1-1").citation.endswith("gældende fra 1. januar 2024")
    assert all(basis.on == date(2025, 1, 1) for basis in report.bases(date(2025, 1, 1)))


def test_deadlines_and_terms_stand_in_the_text() -> None:
    assert "24 hours" in report.basis_text(report.basis("BL-136"))
    assert "6 hverdage" in report.basis_text(report.basis("BL-KVIT"))
    assert "4 months" in report.basis_text(report.basis("BL-26"))
    assert "asap" in report.basis_text(report.basis("SUL-43-4"))
    assert "at most 1 calendar year" in report.basis_text(report.basis("SUL-43-1"))
    assert "not kommune/sundhedspleje" in report.basis_text(report.basis("FVL-28"))
    assert "as laege" in report.basis_text(report.basis("SUL-41-2-2"))
    assert "switched off" in report.basis_text(report.basis("BL-SSD"))


def test_a_provision_shows_what_changed_and_when() -> None:
    text = report.basis_text(report.basis("BL-133-1-4"))
    assert (
        "changed         2026-11-30, law 1.1 (R35, R14): Overgreb fra andre end en forælder underrettes efter nr. 4; "
        "kun mistanke mod en forælder fritager for at spørge om samtykke og høre forældrene."
    ) in text
    assert "Abuse by somebody other than a parent falls under § 133, stk. 1, nr. 4" in text
    assert [change.version for change in report.basis("ANON").changes] == []


def test_every_change_names_what_exists_and_stands_in_the_changelog() -> None:
    law = " ".join((Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8").partition("### Law")[2].split())
    assert [change.on for change in catalogue.amendments()] == sorted(change.on for change in catalogue.amendments())
    assert {change.version for change in catalogue.amendments()} >= {VERSION}
    for change in catalogue.amendments():
        assert f"- {change.en}" in law.partition("###")[0]
        assert f"From {change.on}, law {change.version}" in law
        assert set(change.rules) <= {rule.id for rule in catalogue.rules()}
        assert all(catalogue.find(basis) for basis in change.bases)


def test_a_provision_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound):
        report.basis("SUL-99")


def test_a_scenario_that_comes_out_as_it_says() -> None:
    verdict = report.judge(scenario({"id": "X", "facts": FACTS, "expected": EXPECTED}))
    assert verdict.matches is True
    assert verdict.differences == ()
    assert report.as_line(verdict).endswith("contested  as expected")


def test_a_scenario_without_an_answer_is_only_decided() -> None:
    verdict = report.judge(scenario({"id": "X", "facts": FACTS}))
    assert verdict.matches is None
    assert report.as_line(verdict).startswith("X  permit-with-duties  BL-133-1-2  OK_STATUTORY_DUTY  ")


@pytest.mark.parametrize(
    ("claim", "difference"),
    [
        ({"decision": "refuse"}, "decision: expected refuse, decided permit-with-duties"),
        ({"basis": None}, "basis: expected none, decided BL-133-1-2"),
        ({"gate": None}, "gate: expected none, decided SUL-43-2-1"),
        ({"reason": "OK_FEEDBACK"}, "reason: expected OK_FEEDBACK, decided OK_STATUTORY_DUTY"),
        ({"duties": []}, "duties: expected none, decided ['ACK_RECEIPT', 'ASSESS_24H', 'FEEDBACK']"),
        ({"granted": ["a"]}, "granted: expected ['a'], decided none"),
        ({"withheld": ["a"]}, "withheld: expected ['a'], decided none"),
        ({"next_step": "NAME_DECIDER"}, "next_step: expected NAME_DECIDER, decided none"),
        ({"due": {"ASSESS_24H": "2024-05-08T14:31", "ACK_RECEIPT": "2024-05-15"}}, "due: expected"),
    ],
)
def test_a_scenario_that_differs_says_how(claim: dict[str, object], difference: str) -> None:
    verdict = report.judge(scenario({"id": "X", "facts": FACTS, "expected": EXPECTED | claim}))
    assert verdict.matches is False
    (said,) = verdict.differences
    assert said.startswith(difference)
    assert f"DIFFERS: {difference}" in report.as_line(verdict)


def test_a_deadline_that_is_not_claimed_is_not_compared() -> None:
    claimed = {key: value for key, value in EXPECTED.items() if key != "due"}
    assert report.judge(scenario({"id": "X", "facts": FACTS, "expected": claimed})).matches is True


def test_a_reason_that_is_not_claimed_is_not_compared() -> None:
    claimed = {key: value for key, value in EXPECTED.items() if key != "reason"}
    assert report.judge(scenario({"id": "X", "facts": FACTS, "expected": claimed})).matches is True


def test_a_refusal_in_one_line() -> None:
    told: Scenario = scenario({"id": "X", "facts": FACTS | {"basis_invoked": None}})
    assert report.as_line(report.judge(told)) == "X  refuse  -  NO_LEGAL_BASIS"


def test_the_json_holds_these_keys_in_this_order() -> None:
    body = report.as_json(report.judge(scenario({"id": "X", "facts": FACTS, "expected": EXPECTED})))
    assert json.loads(json.dumps(body)) == {
        "id": "X",
        "decision": "permit-with-duties",
        "basis": "BL-133-1-2",
        "gate": "SUL-43-2-1",
        "reason": "OK_STATUTORY_DUTY",
        "duties": ["ASSESS_24H", "ACK_RECEIPT", "FEEDBACK"],
        "granted": [],
        "withheld": [],
        "due": {"ASSESS_24H": "2024-05-08T14:30", "ACK_RECEIPT": "2024-05-15"},
        "next_step": None,
        "contested": True,
        "matches": True,
    }
    assert " ".join(body) == ("id decision basis gate reason duties granted withheld due next_step contested matches")


def test_the_published_scenarios_come_through_as_json(shared: Path) -> None:
    table = scenarios(yaml.safe_load((shared / "law" / "decisions.yaml").read_text("utf-8")))
    through_json = scenarios(
        json.loads(json.dumps(yaml.safe_load((shared / "law" / "decisions.yaml").read_text("utf-8"))))
    )
    assert [report.as_json(report.judge(one)) for one in through_json] == [
        report.as_json(report.judge(one)) for one in table
    ]
