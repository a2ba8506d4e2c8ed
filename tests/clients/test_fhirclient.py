"""fhirclient (SMART on FHIR) reads a case from a running hub: its own strict R4 models take every resource."""

from typing import Any

import pytest
from fhirclient.models.bundle import Bundle
from fhirclient.models.communication import Communication
from fhirclient.models.consent import Consent
from fhirclient.models.episodeofcare import EpisodeOfCare
from fhirclient.models.patient import Patient
from fhirclient.models.task import Task
from fhirclient.server import FHIRNotFoundException, FHIRServer

from tests.clients.conftest import Running


@pytest.fixture
def server(running: Running) -> FHIRServer:
    """The hub, as fhirclient sees it; the token rides on every request."""
    made = FHIRServer(None, base_uri=running.base)
    made.session.headers["Authorization"] = f"Bearer {running.token}"
    return made


def test_it_understands_what_the_server_can_do(server: FHIRServer) -> None:
    server.get_capability()
    (rest,) = server._capability.rest
    assert {"Patient", "Consent", "AuditEvent"} <= {resource.type for resource in rest.resource}


def test_it_reads_the_woman_and_her_case(server: FHIRServer, running: Running) -> None:
    assert Patient.read(running.case, server).name[0].family == "Hansen"
    assert EpisodeOfCare.read(running.case, server).status == "active"
    with pytest.raises(FHIRNotFoundException):
        Patient.read("00000000-0000-4000-8000-000000000000", server)


@pytest.mark.parametrize("kind", [Communication, Task, Consent], ids=lambda kind: str(kind.resource_type))
def test_it_searches(server: FHIRServer, running: Running, kind: Any) -> None:
    found = list(kind.where({"patient": running.case, "_count": "2"}).perform_resources_iter(server))
    assert found
    for resource in found:
        assert resource.as_json()["meta"]["versionId"] == resource.meta.versionId


def test_its_models_take_everything_there_is(server: FHIRServer, running: Running) -> None:
    said = server.request_json(f"Patient/{running.case}/$everything?_count=100")
    bundle = Bundle(said)
    assert bundle.as_json() == said
    assert len(bundle.entry) > 50
