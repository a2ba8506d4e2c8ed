"""Whatever a client asks, the answer is a bundle, a resource or an OperationOutcome; never a fault."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.api.fhir.resource_types import BY_TYPE, CONTROLS
from tests.api.fhir.conftest import Told
from tests.endurance import times
from tests.people import CLINIC

NAMES = st.sampled_from(
    [*CONTROLS, "_id", "_lastUpdated", "patient", "patient.identifier", "identifier", "status", "_include", "_format"]
) | st.text(max_size=12)
VALUES = (
    st.text(max_size=40)
    | st.datetimes().map(lambda at: f"ge{at.isoformat()}Z")
    | st.uuids().map(lambda key: f"Patient/{key}")
    | st.integers().map(str)
    | st.sampled_from(["lt0001-01-01T00:00:00Z", "ge9999-12-31T23:59:59Z", "json", ",,", "-_lastUpdated"])
)
PATHS = st.sampled_from(sorted([*BY_TYPE, "Organization", "Binary", "Bundle"]))
KEYS = st.text(min_size=1, max_size=70) | st.uuids().map(str) | st.uuids().map(lambda key: f"{key}.1")
pytestmark = pytest.mark.endures
calm = settings(
    max_examples=times(40, 150), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@calm
@given(PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=4), st.booleans())
def test_a_search(story: Told, kind: str, pairs: list[tuple[str, str]], posted: bool) -> None:
    door = story.doors.at(CLINIC).door
    query = {name: value.encode(errors="replace") for name, value in pairs}
    path = f"/fhir/{kind}"
    answer = door.post(f"{path}/_search", data=query) if posted else door.get(path, params=query)
    assert answer.status_code in (200, 400, 404, 405, 406, 415, 422), answer.text
    assert answer.json()["resourceType"] in ("Bundle", "OperationOutcome")


@calm
@given(PATHS, KEYS, st.sampled_from(["", "/_history", "/_history/1", "/$everything", "/x"]))
def test_a_read(story: Told, kind: str, key: str, rest: str) -> None:
    path = "/fhir/" + kind + "/" + "".join(f"%{byte:02x}" for byte in key.encode()) + rest
    answer = story.doors.at(CLINIC).door.get(path)
    assert answer.status_code in (200, 400, 404, 405), answer.text
    assert answer.json()["resourceType"] in (kind, "Bundle", "OperationOutcome")


@calm
@given(st.binary(max_size=200))
def test_a_form(story: Told, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = story.doors.at(CLINIC).door.post("/fhir/Patient/_search", content=body, headers=headers)
    assert answer.status_code in (200, 400, 422), answer.text
