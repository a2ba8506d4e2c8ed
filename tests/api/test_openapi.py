"""The description in openapi/hub.yaml is what the app does: doors, examples, answers."""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from schemathesis.schemas import BaseSchema

from hub.api.description import example_of
from hub.api.schemas.codes import Abuse, ConsentDirection, ConsentScope, ConsentSought, NoticeChannel, StatementForm
from hub.cli.actions import openapi
from hub.law import facts
from tests.api.doors import EXAMPLES, Doors, new_key, routes_of
from tests.api.story import ACTS, AT, told
from tests.people import CHARITY, CLINIC, FAMILIES, KAJA, NANCY, NURSES

FILE = EXAMPLES.parent / "hub.yaml"


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The file as it stands in the repository."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def schema(written: dict[str, Any]) -> BaseSchema:
    """The file as a client generator or a tester reads it."""
    return schemathesis.openapi.from_dict(written)


def test_the_file_is_what_the_app_would_export() -> None:
    exported = yaml.safe_load(openapi.description(EXAMPLES))
    assert exported == yaml.safe_load(FILE.read_text(encoding="utf-8")), "run `tvaerspor openapi` and read the diff"


def test_the_export_needs_no_yaml_tricks(written: dict[str, Any]) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert "&id" not in text
    assert json.loads(json.dumps(written)) == written


def test_the_app_serves_the_same_without_the_examples(doors: Doors, written: dict[str, Any]) -> None:
    served = doors.at(CLINIC).get("/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == written["paths"].keys()
    assert served["components"] == written["components"]


def test_every_door_is_described_with_its_answers(doors: Doors, written: dict[str, Any]) -> None:
    routes = [
        route for route in routes_of(doors) if route.include_in_schema
    ]  # the CapabilityStatement describes the rest
    described = {(path, method.upper()) for path, methods in written["paths"].items() for method in methods}
    assert described == {(route.path, method) for route in routes for method in route.methods}
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            success = [body for status, body in operation["responses"].items() if status in ("200", "201")]
            assert len(success) == 1, (path, method)
            schema = next(iter(success[0]["content"].values()))["schema"]
            assert schema, (path, method)
            assert ("requestBody" in operation) == (method == "post"), path
            if method == "post" and path.startswith("/v1/"):
                assert operation["requestBody"]["content"]["application/json"]["examples"], path
            assert ("401" in operation["responses"]) == (operation.get("security") != []), path


VERBS = {
    *(
        "acknowledge",
        "add",
        "agree",
        "answer",
        "appoint",
        "ask",
        "assess",
        "assign",
        "change",
        "clarify",
        "close",
        "confirm",
    ),
    *("complete", "correct", "disclose", "end", "fulfil", "give", "inform", "list", "open", "place", "process", "pull"),
    *("read", "register", "reopen", "report", "request", "revise", "search", "send", "set", "withdraw"),
}


def test_every_door_has_a_name_that_a_person_would_choose(doors: Doors, written: dict[str, Any]) -> None:
    names = [route.name for route in routes_of(doors) if route.path != "/openapi.json"]
    assert len(names) == len(set(names))
    assert {name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+){1,5}", name)} == set()
    assert {name for name in names if name.partition("_")[0] not in VERBS} == set()
    described = {operation["operationId"] for methods in written["paths"].values() for operation in methods.values()}
    assert described <= set(names), "an operation id is its handler's name"
    assert written["info"]["title"].isascii()


def test_a_generated_client_finds_every_shape_by_its_name(written: dict[str, Any]) -> None:
    unnamed = [
        (path, status)
        for path, methods in written["paths"].items()
        for operation in methods.values()
        for status, answer in (operation["responses"] | {"body": operation.get("requestBody", {})}).items()
        for content in answer.get("content", {}).values()
        if content["schema"].get("type") != "string" and "$ref" not in content["schema"]
    ]
    assert unnamed == []
    shapes = written["components"]["schemas"]
    listed = [(name, field) for name, shape in shapes.items() for field in _with_words(shape.get("properties", {}))]
    assert listed == [], "a closed list of words is a class in hub/api/schemas/codes.py"
    everywhere = json.dumps(written)
    assert [name for name in shapes if f'schemas/{name}"' not in everywhere] == []


def _with_words(fields: dict[str, Any]) -> list[str]:
    return [name for name, schema in fields.items() if '"enum"' in json.dumps(schema) or "const" in schema]


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        (StatementForm, facts.FORMS),
        (ConsentDirection, facts.DIRECTIONS),
        (ConsentScope, facts.SCOPES),
        (ConsentSought, facts.CONSENT_SOUGHT),
        (NoticeChannel, facts.NOTICE_CHANNELS),
        (Abuse, facts.ABUSE),
    ],
)
def test_the_doors_know_the_words_of_the_law(codes: type[StrEnum], known: frozenset[str]) -> None:
    assert {code.value for code in codes} == known


def test_every_example_stands_at_a_door(written: dict[str, Any]) -> None:
    doors = {example_of(path) for path, methods in written["paths"].items() if "post" in methods}
    shown = {file.name.partition(".")[0] for file in EXAMPLES.glob("*.json")}
    assert shown == doors - {"$process-message"}, "MedCom messages lie in a folder of their own"


def _held(schema: BaseSchema, template: str, answer: httpx.Response) -> None:
    schema[template][answer.request.method].validate_response(answer)


def test_what_acts_are_answered_is_what_is_described(doors: Doors, schema: BaseSchema) -> None:
    case = ""
    for step in told(doors, "described"):
        _held(schema, step.act.door, step.answer)
        case = case or step.answer.json()["case"]
    doors.workers.caught_up()
    asked = {"as_of": AT, "legal_time": "true"}
    for unit in (CLINIC, FAMILIES, NURSES):
        caller = doors.at(unit)
        for query in (None, asked):
            _held(schema, "/v1/cases/{case}", caller.get(f"/v1/cases/{case}", params=query))
            _held(schema, "/v1/cases/{case}/events", caller.get(f"/v1/cases/{case}/events", params=query))
            _held(schema, "/v1/compliance/disclosures", caller.get("/v1/compliance/disclosures", params=query))
        owed = caller.get(f"/v1/cases/{case}/obligations", params={"fulfilled": "true"})
        _held(schema, "/v1/cases/{case}/obligations", owed)
        _held(schema, "/v1/deliveries", caller.get("/v1/deliveries"))
        _held(schema, "/fhir/Bundle", caller.get("/fhir/Bundle"))
        found = caller.post("/v1/cases/search", {"cpr": KAJA.cpr.digits, "purpose": "behandling"})
        assert [row["case"] for row in found.json()["cases"]] == [case]
        _held(schema, "/v1/cases/search", found)
    assert doors.at(CLINIC).get("/v1/deliveries").json()["deliveries"]
    assert doors.at(CLINIC).get("/v1/compliance/disclosures").json()["disclosures"]


def test_a_refusal_judged_by_a_tacit_consent_is_answered_as_described(doors: Doors, schema: BaseSchema) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=NANCY.cpr.digits)
    bodies = {act.path.rpartition("/")[2]: act.body for act in reversed(ACTS)}
    clinic.post(f"/v1/cases/{case}/consents", bodies["consents"] | {"form": "tacit"})
    assert clinic.post(f"/v1/cases/{case}/disclosures", bodies["disclosures"]).status_code == 403
    answer = clinic.get("/v1/compliance/disclosures", params={"case": case})
    assert [consent["form"] for line in answer.json()["disclosures"] for consent in line["consents"]] == ["tacit"]
    _held(schema, "/v1/compliance/disclosures", answer)


def test_what_else_is_answered_is_what_is_described(doors: Doors, schema: BaseSchema) -> None:
    caller = doors.at(CHARITY)
    for path in ("/v1/units", "/v1/law/bases", "/health/live", "/health/ready", "/metrics", "/fhir/metadata"):
        _held(schema, path, caller.get(path))
    _held(schema, "/v1/law/bases/{basis}", caller.get("/v1/law/bases/SEL-153", params={"on": "2023-06-01"}))
    _held(schema, "/v1/law/bases/{basis}", caller.get("/v1/law/bases/SUL-99"))
    question = json.loads((EXAMPLES / "decision.json").read_text(encoding="utf-8"))
    _held(schema, "/v1/decisions", caller.post("/v1/decisions", question))
    _held(schema, "/v1/decisions", caller.post("/v1/decisions", {}))
    _held(schema, "/v1/cases", caller.door.post("/v1/cases", json={}, headers={"Idempotency-Key": new_key()}))


def test_the_file_lies_where_the_readme_says() -> None:
    assert (Path(FILE.parent) / "README.md").read_text(encoding="utf-8").count("`hub.yaml`") == 1
