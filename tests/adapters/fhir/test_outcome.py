"""OperationOutcome: valid, plain, and never empty."""

import json

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import given
from hypothesis import strategies as st

from adapters.fhir.outcome import Issue, operation_outcome


def test_an_issue_names_the_element_the_rule_and_a_code_for_machines() -> None:
    issue = Issue(
        "error",
        "value",
        "en CPR er ti cifre",
        expression=("Bundle.entry[1].resource.identifier[0].value",),
        details=("http://terminology.hl7.org/CodeSystem/operation-outcome", "MSG_BAD_FORMAT"),
    )
    told = json.loads(operation_outcome(issue))
    OperationOutcome.model_validate(told)
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"] == [
        {
            "severity": "error",
            "code": "value",
            "details": {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/operation-outcome", "code": "MSG_BAD_FORMAT"}
                ],
                "text": "en CPR er ti cifre",
            },
            "expression": ["Bundle.entry[1].resource.identifier[0].value"],
        }
    ]


def test_a_wrong_header_is_no_element() -> None:
    told = json.loads(operation_outcome(Issue("error", "not-supported", "kun JSON", parameter="Content-Type")))
    OperationOutcome.model_validate(told)
    assert told["issue"][0]["location"] == ["http.Content-Type"]
    assert "expression" not in told["issue"][0]


def test_an_outcome_without_an_issue_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        operation_outcome()


@given(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=2), st.text(max_size=10))
def test_whatever_the_issue_says_the_outcome_is_valid(text: str, expression: list[str], parameter: str) -> None:
    wrong = Issue("error", "invalid", text, tuple(expression), parameter=parameter)
    issues = (wrong, Issue("information", "informational", "x"))
    told = json.loads(operation_outcome(*issues))
    OperationOutcome.model_validate(told)
    assert len(told["issue"]) == 2
    assert "<script" not in told["text"]["div"]
