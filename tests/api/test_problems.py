"""What goes wrong on the way to a receiver is no fault of the hub: the door says what to do."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from hub.api.problems import install
from hub.errors import HubError, TryAgainLater, Undeliverable, Unsendable


@pytest.mark.parametrize("path", ["/v1/anything", "/fhir/anything"])
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Undeliverable("unit-left-the-directory"), 422, "cannot-be-carried"),
        (TryAgainLater("revocation-unknown"), 503, "cannot-be-carried-now"),
        (Unsendable("mail-too-large", "at most so much", field="items"), 422, "cannot-be-carried"),
    ],
)
def test_whoever_cannot_be_written_to_is_told_what_to_do(path: str, error: HubError, status: int, code: str) -> None:
    answer = asyncio.run(_answered(path, error))
    assert answer.status_code == status
    said = answer.json()
    if path.startswith("/fhir"):
        assert said["issue"][0]["details"]["text"]
        return
    assert said["type"] == f"urn:tvaerspor:problem:{code}"
    assert said["detail"] == str(error)
    (complaint,) = said["errors"]
    assert {"field", "rule"} <= set(complaint)
    assert ("retry-after" in answer.headers) == (status == 503)


async def _answered(path: str, error: HubError) -> httpx.Response:
    app = FastAPI()
    install(app)

    @app.get(path)
    def door() -> None:
        raise error

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        return await client.get(path)
