"""CapabilityStatement: valid, and no more than the routes that were handed in."""

import json
from datetime import UTC, datetime

from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from adapters.fhir.capability import Operation, Parameter, Served, Server, capability_statement

SERVER = Server(base="https://hub.example/fhir", version="0.1.0", released=datetime(2026, 11, 21, tzinfo=UTC))
PULL = Served(
    "Bundle",
    ("search-type",),
    parameters=(Parameter("_lastUpdated", "date", "Kun efter dette tidspunkt"), Parameter("_count", "number")),
)
EVERYTHING = Operation("everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything")
PROCESS = Operation("process-message", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message")


def test_it_is_valid_and_says_what_the_routes_do() -> None:
    patient = Served("Patient", ("read",), operations=(EVERYTHING,), profiles=("http://hl7.dk/x",))
    said = json.loads(capability_statement(SERVER, (PULL, patient), (PROCESS,)))
    CapabilityStatement.model_validate(said)
    (rest,) = said["rest"]
    assert (said["fhirVersion"], said["kind"], said["format"], rest["mode"]) == (
        "4.0.1",
        "instance",
        ["json"],
        "server",
    )
    assert said["implementation"]["url"] == "https://hub.example/fhir"
    assert rest["resource"] == [
        {
            "type": "Bundle",
            "interaction": [{"code": "search-type"}],
            "searchParam": [
                {"name": "_lastUpdated", "type": "date", "documentation": "Kun efter dette tidspunkt"},
                {"name": "_count", "type": "number"},
            ],
        },
        {
            "type": "Patient",
            "supportedProfile": ["http://hl7.dk/x"],
            "interaction": [{"code": "read"}],
            "operation": [{"name": "everything", "definition": EVERYTHING.definition}],
        },
    ]
    assert rest["operation"] == [{"name": "process-message", "definition": PROCESS.definition}]


def test_a_server_that_serves_nothing_promises_nothing() -> None:
    said = json.loads(capability_statement(SERVER, ()))
    CapabilityStatement.model_validate(said)
    assert not {"resource", "operation"} & set(said["rest"][0])


def test_the_same_routes_give_the_same_bytes() -> None:
    assert capability_statement(SERVER, (PULL,)) == capability_statement(SERVER, (PULL,))
