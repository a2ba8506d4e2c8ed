"""The CapabilityStatement: what the file says, what the server says, and what the doors do are one."""

import json
import re
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from hub.api.fhir.route import FhirRoute
from hub.cli.actions import openapi
from tests.api.doors import EXAMPLES, Doors, routes_of
from tests.api.fhir.reading import got, issue
from tests.people import CLINIC

FILE = EXAMPLES.parent / "capability-statement.json"


@pytest.fixture
def served(doors: Doors) -> dict[str, Any]:
    """The statement as the server gives it."""
    answer = doors.at(CLINIC).get("/fhir/metadata")
    assert answer.headers["content-type"] == "application/fhir+json"
    said: dict[str, Any] = answer.json()
    return said


def test_the_file_is_what_the_server_says(served: dict[str, Any]) -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert written == served, "run `tvaerspor openapi` and read the diff"
    assert FILE.read_text(encoding="utf-8") == openapi.capabilities()


def test_it_is_valid_and_names_what_there_is(served: dict[str, Any]) -> None:
    CapabilityStatement.model_validate(served)
    types = {resource["type"] for resource in served["rest"][0]["resource"]}
    assert types >= {
        *("Patient", "Organization", "PractitionerRole", "EpisodeOfCare", "CareTeam", "Consent", "ServiceRequest"),
        *("Task", "Communication", "DocumentReference", "Binary", "Provenance", "AuditEvent", "Appointment"),
        "CarePlan",
    }
    assert served["format"] == ["json"]


def test_it_speaks_json_only_as_every_door_does(doors: Doors, served: dict[str, Any]) -> None:
    door = doors.at(CLINIC)
    for form in ("json", "application/json", "application/fhir+json"):
        assert got(door.get("/fhir/metadata", {"_format": form})) == served
    assert "JSON only" in issue(door.get("/fhir/metadata", {"_format": "xml"}), 406)
    assert "JSON only" in issue(door.get("/fhir/metadata", Accept="application/fhir+xml"), 406)
    assert "no such parameter" in issue(door.get("/fhir/metadata", {"mode": "terminology"}), 400)


def test_every_door_is_promised_and_every_promise_has_a_door(doors: Doors, served: dict[str, Any]) -> None:
    promised = {
        (resource["type"], code["code"])
        for resource in served["rest"][0]["resource"]
        for code in resource["interaction"]
    }
    promised |= {
        (resource["type"], f"${operation['name']}")
        for resource in served["rest"][0]["resource"]
        for operation in resource.get("operation", ())
    }
    there = {_does(route.path) for route in routes_of(doors) if re.match(r"/fhir/[A-Z]", route.path)}
    assert promised == there


def _does(path: str) -> tuple[str, str]:
    """Type and interaction of a path, told by its shape."""
    _, _, kind, *rest = path.split("/")
    shape = "/".join("{}" if part.startswith("{") else part for part in rest)
    named = {"": "search-type", "_search": "search-type", "{}": "read", "{}/_history": "history-instance"}
    return kind, named.get(shape) or {"{}/_history/{}": "vread"}.get(shape) or rest[-1]


def test_a_search_parameter_that_is_promised_is_taken(doors: Doors, served: dict[str, Any]) -> None:
    values = {
        "_lastUpdated": "ge2025-01-01T00:00:00Z",
        "_count": "5",
        "patient": "Patient/00000000-0000-4000-8000-000000000000",
        "identifier": "urn:oid:1.2.208.176.1.2|2512489996",
        "patient.identifier": "urn:oid:1.2.208.176.1.2|2512489996",
    }
    for resource in served["rest"][0]["resource"]:
        for parameter in resource.get("searchParam", ()):
            query = {parameter["name"]: values.get(parameter["name"], "x")}
            if "POST _search only" in parameter.get("documentation", ""):
                answer = doors.at(CLINIC).door.post(f"/fhir/{resource['type']}/_search", data=query)
                refused = doors.at(CLINIC).get(f"/fhir/{resource['type']}", query)
                assert refused.status_code == 400
            else:
                answer = doors.at(CLINIC).get(f"/fhir/{resource['type']}", query)
            assert answer.status_code == 200, (resource["type"], query, answer.text)
        for include in resource.get("searchInclude", ()):
            assert doors.at(CLINIC).get(f"/fhir/{resource['type']}", {"_include": include}).status_code == 200
        for include in resource.get("searchRevInclude", ()):
            assert doors.at(CLINIC).get(f"/fhir/{resource['type']}", {"_revinclude": include}).status_code == 200


def test_every_resource_door_is_a_fhir_door(doors: Doors) -> None:
    others = {"/fhir/metadata", "/fhir/Bundle"}
    for route in routes_of(doors):
        if re.match(r"/fhir/[A-Z]", route.path) and route.path not in others:
            assert isinstance(route, FhirRoute), route.path
