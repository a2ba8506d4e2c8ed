"""Keeps every FHIR resource and message that the hub emits while tests run.

A plugin: `pytest -p tests.conformance.collect --emitted FOLDER`. A resource is what the hub's own code encodes, or
answers as FHIR over HTTP, whole. What a test writes itself is not the hub's and is not kept. One file each, named after
type and content, so that a repeat is kept once.
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.responses import Response

FHIR = "application/fhir+json"
BEGINS = b'{"resourceType":"'
OURS = ("hub.", "adapters.", "projections.")
READING = ("adapters.medcom.envelope",)  # takes apart what came, to look at it; nothing of that is sent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the resources go."""
    parser.addoption("--emitted", type=Path, required=True, help="folder for every FHIR resource that the hub emits")


def pytest_configure(config: pytest.Config) -> None:
    """Listen where the hub encodes and where it answers."""
    folder: Path = config.getoption("--emitted")
    folder.mkdir(parents=True, exist_ok=True)
    _listen_to_encoding(folder)
    _listen_to_answers(folder)


def _listen_to_encoding(folder: Path) -> None:
    encode = msgspec.json.encode

    def listening(*arguments: Any, **options: Any) -> bytes:
        body = encode(*arguments, **options)
        name = sys._getframe(1).f_globals.get("__name__", "")
        if name.startswith(OURS) and not name.startswith(READING):
            keep(folder, body)
        return body

    msgspec.json.encode = listening


def _listen_to_answers(folder: Path) -> None:
    render = Response.render

    def listening(self: Response, content: Any) -> bytes | memoryview:
        body = render(self, content)
        if self.media_type == FHIR:
            keep(folder, bytes(body))
        return body

    Response.render = listening  # type: ignore[method-assign] # for the time of this run


def keep(folder: Path, body: bytes) -> None:
    """Keep a resource, once."""
    if body.startswith(BEGINS):
        kind = body[len(BEGINS) : len(BEGINS) + 40].partition(b'"')[0].decode()
        file = folder / f"{kind}-{sha256(body).hexdigest()[:24]}.json"
        if not file.exists():
            file.write_bytes(body)
