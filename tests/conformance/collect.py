"""Keeps every FHIR resource and message that the hub emits while tests run.

A plugin: `pytest -p tests.conformance.collect --emitted FOLDER`. A resource is what the hub's own code encodes, or
answers as FHIR over HTTP, whole. What a test writes itself is not the hub's and is not kept. One file each, named after
type and content, so that a repeat is kept once.

A MedCom answer takes over resources of the message that it answers, byte for byte, even of one that is refused for
them. `taken-over.txt` names those, file by file, so that the judge can tell whose fault a fault is.
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.responses import Response

from adapters.medcom.envelope import Envelope
from adapters.medcom.message import Message

FHIR = "application/fhir+json"
BEGINS = b'{"resourceType":"'
OURS = ("hub.", "adapters.", "projections.")
READING = ("adapters.medcom.envelope",)  # takes apart what came, to look at it; nothing of that is sent


class _Entry(msgspec.Struct):
    resource: msgspec.Raw


class _Bundle(msgspec.Struct):
    entry: tuple[_Entry, ...] = ()


class _Named(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    id: str = ""


class Collector:
    """What was emitted goes into a folder; what came in and what was encoded here is remembered to tell them apart."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._encoded, self._received = folder, set[bytes](), set[str]()
        folder.mkdir(parents=True, exist_ok=True)

    def listen(self) -> None:
        """Where the hub encodes, where it answers, where it reads a message."""
        encode, render, begin = msgspec.json.encode, Response.render, Message.__init__

        def encoding(*arguments: Any, **options: Any) -> bytes:
            body = encode(*arguments, **options)
            name = sys._getframe(1).f_globals.get("__name__", "")
            if name.startswith(OURS) and not name.startswith(READING):
                self._keep(body)
            return body

        def rendering(response: Response, content: Any) -> bytes | memoryview:
            body = render(response, content)
            if response.media_type == FHIR:
                self._keep(bytes(body))
            return body

        def reading(message: Message, envelope: Envelope) -> None:
            begin(message, envelope)
            self._received |= {entry.resource.local for entry in message.entries}

        msgspec.json.encode = encoding
        Response.render = rendering  # type: ignore[method-assign] # for the time of this run
        Message.__init__ = reading  # type: ignore[method-assign] # for the time of this run

    def _keep(self, body: bytes) -> None:
        if not body.startswith(BEGINS):
            return
        self._encoded.add(sha256(body).digest())
        kind = body[len(BEGINS) : len(BEGINS) + 40].partition(b'"')[0].decode()
        file = self._folder / f"{kind}-{sha256(body).hexdigest()[:24]}.json"
        if not file.exists():
            file.write_bytes(body)
            self._tell_apart(file.name, body)

    def _tell_apart(self, name: str, body: bytes) -> None:
        """The resources of a bundle that came in with a message and were not written here."""
        entries = msgspec.json.decode(body, type=_Bundle).entry
        foreign = [bytes(entry.resource) for entry in entries if sha256(entry.resource).digest() not in self._encoded]
        named = (msgspec.json.decode(resource, type=_Named) for resource in foreign)
        theirs = {local for entry in named if (local := f"{entry.resource_type}/{entry.id}") in self._received}
        with (self._folder / "taken-over.txt").open("a", encoding="utf-8") as told:
            told.writelines(f"{name} {local}\n" for local in sorted(theirs))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the resources go."""
    parser.addoption("--emitted", type=Path, required=True, help="folder for every FHIR resource that the hub emits")


def pytest_configure(config: pytest.Config) -> None:
    """Listen from the beginning."""
    Collector(config.getoption("--emitted")).listen()
