"""What a pull of 30 messages costs over HTTP: spliced bytes beside a constant body of the same size, and beside models.

The server is uvicorn as in production, in a process of its own; the client keeps one connection. The bodies are the
same bytes whichever way they are made:

    constant    made once, sent every time: the ceiling
    splice      `spliced` over a page that is at hand: what the splice alone costs
    pull        the page read from SQLite by cursor and spliced, without the look-up event
    look-up     the same, with the look-up event committed to disk first, for a page whose letters are of one case
    look-ups    the same, with a look-up event for each of the thirty cases that the page's letters are of
    parse       the stored bundles parsed to plain JSON and dumped again
    models      the stored bundles read into fhir.resources models and dumped

Ways are interleaved round by round. Each ratio is that of a round to the constant body of the same round; the table
gives the median and the quartiles.
"""

import argparse
import asyncio
import json
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from fhir.resources.R4B.bundle import Bundle

from hub.api.fhir import splice
from hub.application.read_log import ReadLog
from hub.bootstrap.clocks import machine
from hub.store import Record
from hub.vocabulary.actors import Actor
from projections.fhir_inbox.page import InboxPage, pull
from projections.follow import Follower
from tests.adapters.fhir.letters import BASE
from tests.projections.inboxes import INBOX, MINE, opened, send

MESSAGES = 30
ROUNDS = 15
SECONDS = 0.1  # per way and round; the slow ways take at least one request
WAYS = ("constant", "splice", "pull", "look-up", "look-ups", "parse", "models")
URL = f"{BASE}/Bundle?_count={MESSAGES}"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One way: requests a second, and its ratio to the constant body of the same round."""

    way: str
    per_second: float
    ratio: float
    lower: float
    upper: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_pull", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, folder), daemon=True)
        server.start()
        port, size = ours.recv()
        measured = measure(port, size)
        ours.send(None)
        server.join(10)
    if chosen.json:
        print(json.dumps({"messages": MESSAGES, "bytes": size, "ways": [asdict(row) for row in measured]}, indent=2))
    else:
        table(measured, size)
    return 0


def table(measured: list[Measured], size: int) -> None:
    """The figures for people."""
    print(f"{MESSAGES} messages, {size} bytes, {ROUNDS} rounds; ratio to the constant body: median (quartiles)")
    for row in measured:
        print(f"{row.way:<10}{row.per_second:>10.0f}/s{row.ratio:>9.3f}  ({row.lower:.3f}-{row.upper:.3f})")


def measure(port: int, size: int) -> list[Measured]:
    """Every way in turn, round by round; the first round warms up and does not count."""
    connection = HTTPConnection("127.0.0.1", port)
    rounds = [{way: rate(connection, way, size) for way in WAYS} for _ in range(ROUNDS + 1)][1:]
    connection.close()
    return [summary(way, rounds) for way in WAYS]


def rate(connection: HTTPConnection, way: str, size: int) -> float:
    """Requests a second, one after the other."""
    began, done = time.perf_counter(), 0
    while (taken := time.perf_counter() - began) < SECONDS or not done:
        connection.request("GET", f"/{way}")
        if len(connection.getresponse().read()) != size:
            raise AssertionError(f"{way} gave another body")
        done += 1
    return done / taken


def summary(way: str, rounds: list[dict[str, float]]) -> Measured:
    """Median and quartiles over the rounds."""
    lower, middle, upper = statistics.quantiles([rates[way] / rates["constant"] for rates in rounds], n=4)
    return Measured(way, statistics.median(rates[way] for rates in rounds), middle, lower, upper)


def serve(pipe: Pipe, folder: str) -> None:
    """Fill an inbox, answer until told to stop."""
    with opened(f"sqlite:///{Path(folder) / 'bench.sqlite'}") as record:
        for _ in range(MESSAGES):
            send(record, MINE)
        Follower(record, INBOX).catch_up()
        bodies = ways(record)
        size = len(bodies["constant"]())
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            config = uvicorn.Config(app(bodies), log_level="error", lifespan="off", access_log=False)
            asyncio.run(answer(uvicorn.Server(config), listening, pipe, size))


async def answer(server: uvicorn.Server, listening: socket.socket, pipe: Pipe, size: int) -> None:
    """Serve while the pipe is silent."""
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    pipe.send((listening.getsockname()[1], size))
    await asyncio.to_thread(pipe.recv)
    server.should_exit = True
    await serving


def app(bodies: dict[str, Callable[[], bytes]]) -> Callable[[dict[str, Any], Receive, Send], Awaitable[None]]:
    """The least ASGI application there is: what is measured is the making of the body, not a framework."""

    async def respond(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = bodies[scope["path"][1:]]()
        headers = [(b"content-type", b"application/fhir+json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return respond


def ways(record: Record) -> dict[str, Callable[[], bytes]]:
    """Every way to make the same body, under its name."""

    def read() -> InboxPage:
        with record.engine.connect() as connection:
            return pull(connection, MINE, count=MESSAGES)

    page = read()
    whole, reads, actor = spliced(page), ReadLog(record, machine), Actor("bench", MINE)
    shown = {message.case: [str(message.act)] for message in page.messages}

    def recorded(cases: dict[UUID, list[str]]) -> bytes:
        found = read()
        reads.record_all(actor, "GET /fhir/Bundle", "pull", cases)
        return spliced(found)

    return {
        "constant": lambda: whole,
        "splice": lambda: spliced(page),
        "pull": lambda: spliced(read()),
        "look-up": lambda: recorded(dict([next(iter(shown.items()))])),
        "look-ups": lambda: recorded(shown),
        "parse": lambda: parsed(page, whole),
        "models": lambda: modelled(page, whole),
    }


def spliced(page: InboxPage) -> bytes:
    """As the hub does it."""
    return splice.spliced(page, base=BASE, self_url=URL, onward_url=URL)


def parsed(page: InboxPage, whole: bytes) -> bytes:
    """Every stored bundle parsed and dumped, then the same body."""
    for message in page.messages:
        json.dumps(json.loads(message.bundle))
    return whole


def modelled(page: InboxPage, whole: bytes) -> bytes:
    """Every stored bundle read into a model and dumped, then the same body."""
    for message in page.messages:
        Bundle.model_validate_json(message.bundle).model_dump_json()
    return whole


if __name__ == "__main__":
    sys.exit(main())
