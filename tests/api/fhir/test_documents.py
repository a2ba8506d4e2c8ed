"""A document that came with an act: named in the message and in the case, read at its own door, by the same gate."""

import base64
import json
from collections.abc import Iterator
from hashlib import sha1
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.binary import Binary

from tests.api.doors import Doors, serving
from tests.api.fhir.conftest import carry
from tests.api.test_departures import concern
from tests.people import CHARITY, CLINIC, FAMILIES

PLAN = b"%PDF-1.7\nthe plan\n%%EOF"


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with serving(tmp_path_factory.mktemp("documents"), dispatch=False) as made:
        yield made


@pytest.fixture(scope="module")
def case(doors: Doors) -> str:
    """On which the clinic has sent its plan with an underretning."""
    case = doors.open()
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern(FAMILIES, PLAN)).status_code == 201
    carry(doors)
    return case


def named(doors: Doors) -> dict[str, Any]:
    """What the message that the familieafdeling pulls says of the document."""
    page = doors.at(FAMILIES).get("/fhir/Bundle").json()
    resources = [entry["resource"] for entry in page["entry"][0]["resource"]["entry"]]
    (told,) = [resource for resource in resources if resource["resourceType"] == "Communication"]
    found: dict[str, Any] = next(
        payload["contentAttachment"] for payload in told["payload"] if "contentAttachment" in payload
    )
    return found


def test_a_pulling_unit_gets_the_document_that_the_message_names(doors: Doors, case: str) -> None:
    said = named(doors)
    assert "data" not in said
    answer = doors.at(FAMILIES).get(f"/fhir/{said['url']}")
    assert (answer.status_code, answer.content) == (200, PLAN)
    assert answer.headers["content-type"] == said["contentType"]
    assert (answer.headers["x-content-type-options"], answer.headers["content-disposition"]) == (
        "nosniff",
        "attachment",
    )
    assert said["size"] == len(answer.content)
    assert base64.b64decode(said["hash"]) == sha1(answer.content).digest()
    look = doors.services.read_log.look_ups(UUID(case))[-1]
    assert look.what == (said["url"],), "who read it stands on the case"


def test_it_comes_as_a_resource_for_a_client_that_asks_for_fhir(doors: Doors, case: str) -> None:
    said = named(doors)
    answer = doors.at(FAMILIES).get(f"/fhir/{said['url']}", Accept="application/fhir+json")
    Binary.model_validate(answer.json())
    assert f"Binary/{answer.json()['id']}" == said["url"]
    assert base64.b64decode(answer.json()["data"]) == PLAN


def test_the_sender_reads_it_too_and_nobody_else(doors: Doors, case: str) -> None:
    url = named(doors)["url"]
    assert doors.at(CLINIC).get(f"/fhir/{url}").content == PLAN
    assert doors.at(CHARITY).get(f"/fhir/{url}").status_code == 404


@pytest.mark.parametrize("suffix", ["document-0", "document-2", "document-01", "document-x", "document-99999"])
def test_a_document_that_is_not_there_is_not_found(doors: Doors, case: str, suffix: str) -> None:
    act = named(doors)["url"].partition(".")[0]
    answer = doors.at(FAMILIES).get(f"/fhir/{act}.{suffix}")
    assert answer.status_code == 404
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
