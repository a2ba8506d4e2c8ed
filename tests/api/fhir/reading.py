"""Short ways to read what a FHIR door gives."""

from collections.abc import Iterator
from typing import Any

import httpx

from adapters.fhir import systems
from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors, Json
from tests.people import KAJA

CPR_TOKEN = f"{systems.CPR}|{KAJA.cpr.digits}"


def got(answer: httpx.Response) -> Json:
    """The body of an answer that must be fine."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    body: Json = answer.json()
    return body


def resources(bundle: Json, mode: str | None = None) -> list[Json]:
    """The resources of a bundle; of one search mode, if one is named."""
    entries = [entry for entry in bundle.get("entry", ()) if mode in (None, entry["search"]["mode"])]
    return [entry["resource"] for entry in entries]


def local(resource: Json) -> str:
    """`Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def pages(doors: Doors, unit: Unit, path: str, **query: str) -> Iterator[Json]:
    """A search and every page behind it, by its links."""
    bundle = got(doors.at(unit).get(path, query))
    yield bundle
    while onward := next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None):
        bundle = got(doors.at(unit).get(onward.removeprefix(doors.services.settings.server.public_url)))
        yield bundle


def everything(doors: Doors, unit: Unit, case: str) -> list[Json]:
    """All that a unit is given of a case."""
    return [
        resource
        for page in pages(doors, unit, f"/fhir/EpisodeOfCare/{case}/$everything")
        for resource in resources(page)
    ]


def references(value: Any) -> Iterator[str]:
    """Every reference and attachment in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("reference", "url") and isinstance(inner, str) and inner[:1].isupper():
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def issue(answer: httpx.Response, status: int) -> str:
    """What an OperationOutcome says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    (told,) = body["issue"]
    text: str = told["details"]["text"]
    return text
