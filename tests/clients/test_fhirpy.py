"""fhirpy reads a case from a running hub."""

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.clients.conftest import Running


@pytest.fixture
def client(running: Running) -> SyncFHIRClient:
    """The hospital's client."""
    return SyncFHIRClient(running.base, authorization=f"Bearer {running.token}")


def test_it_reads_the_woman_and_her_case(client: SyncFHIRClient, running: Running) -> None:
    patient = client.reference("Patient", running.case).to_resource()
    assert patient.get_by_path(["name", 0, "text"]) == "Kaja Test Hansen"
    case = client.resources("EpisodeOfCare").search(patient=patient.to_reference().reference).get()
    assert case.get_by_path(["patient"]).to_resource() == patient


def test_it_fetches_every_page(client: SyncFHIRClient, running: Running) -> None:
    whole = client.resources("Communication").search(patient=running.case).fetch_all()
    paged = client.resources("Communication").search(patient=running.case).limit(2).fetch_all()
    assert [entry.id for entry in paged] == [entry.id for entry in whole]
    assert len(whole) > 4
    assert client.resources("Communication").search(patient=running.case).limit(2).first() == whole[0]


def test_it_follows_the_references(client: SyncFHIRClient, running: Running) -> None:
    for provenance in client.resources("Provenance").search(patient=running.case).fetch_all():
        (target,) = provenance["target"]
        told = target.to_resource()
        assert told.get_by_path(["identifier", 0, "value"]).startswith("urn:uuid:")


def test_it_is_told_what_is_wrong(client: SyncFHIRClient, running: Running) -> None:
    with pytest.raises(ResourceNotFound):
        client.reference("Patient", "00000000-0000-4000-8000-000000000000").to_resource()
    with pytest.raises(OperationOutcome, match="no such parameter: birthdate"):
        client.resources("Patient").search(birthdate="2000").fetch()
    assert running.case
