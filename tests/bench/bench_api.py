"""What an act and a look at a case cost over HTTP: beside a route that does nothing, and beside the raw driver.

The server runs as in production, in a process of its own, on SQLite with every commit flushed; letters are not carried
meanwhile. Clients keep their connections, one alone or eight at once:

    nothing     GET /health/live: what HTTP and the framework cost
    raw         one durable insert of a kilobyte through the sqlite3 driver, no HTTP
    disclosure  POST …/disclosures: judged, sealed, on disk when it is answered
    case        GET /v1/cases/{case}, with the look-up recorded before anything is shown

Ways are interleaved round by round; a ratio is that of a round to `nothing`, and to `raw`, of the same round. The table
gives medians and quartiles.
"""

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from hub.access.tokens import make_token
from hub.settings import PREFIX
from hub.store import Keys
from tests.api.story import ACTS
from tests.people import BRITA, CLINIC, DAUGHTER_CPR, ELMER_CPR, KAJA, KIRSTEN, NANCY, SON_CPR, YOUNG
from tests.road.fork_server import ForkServer, free_port

ROUNDS = 7
SECONDS = 0.2  # per way and round
CLIENTS = (1, 8)
WAYS = ("nothing", "raw", "disclosure", "case")
_numbers = count(1)
Once = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One way at one number of clients: a second's count, and its ratios to the same round's `nothing` and `raw`."""

    way: str
    clients: int
    per_second: float
    to_nothing: tuple[float, float, float]
    to_raw: tuple[float, float, float]


class Client:
    """One connection, and what to send over it."""

    def __init__(self, port: int, token: str) -> None:
        self._line = HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> None:
        """A look."""
        self._line.request("GET", path, headers=self._headers)
        self._answer(200)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """An act, now, under a new key."""
        sent = json.dumps(body | {"at": datetime.now(UTC).isoformat()})
        self._line.request("POST", path, sent, self._headers | {"Idempotency-Key": f"bench-{next(_numbers)}"})
        return self._answer(201)

    def _answer(self, status: int) -> dict[str, Any]:
        answer = self._line.getresponse()
        body = answer.read()
        assert answer.status == status, body[:300]
        found: dict[str, Any] = json.loads(body)
        return found


def main() -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_api", description=__doc__)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    as_json = parser.parse_args().json
    with tempfile.TemporaryDirectory() as name:
        measured = measure(Path(name))
    print(json.dumps([asdict(row) for row in measured], indent=2) if as_json else table(measured))
    return 0


def measure(folder: Path) -> list[Measured]:
    """Every way at every number of clients."""
    port, data = free_port(), folder / "data"
    token = make_token(Keys.embedded(data).token_key(), "bench", CLINIC, datetime.now(UTC), timedelta(days=1))
    settings = {"ENV": "test", "DATA_DIR": str(data), "LISTEN_PORT": str(port), "DISPATCH": "off", "LOG_LEVEL": "error"}
    with ForkServer(folder / "errors") as fork_server, closing(sqlite3.connect(folder / "raw.db", **_RAW)) as raw:
        fork_server.server({PREFIX + name: value for name, value in settings.items()})
        _until_it_answers(port, token)
        raw.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, b)"
        )
        clients = [Client(port, token) for _ in range(max(CLIENTS))]
        ways = {"nothing": [_bound(client.get, "/health/live") for client in clients], "raw": [_inserting(raw)]}
        cases = [_begun(clients[0], woman.cpr.digits) for woman in (NANCY, KIRSTEN, BRITA)]
        ways["disclosure"] = [_disclosing(client, cases[number % len(cases)]) for number, client in enumerate(clients)]
        seen = [_begun(clients[0], cpr.digits) for cpr in (KAJA.cpr, YOUNG.cpr, ELMER_CPR, DAUGHTER_CPR, SON_CPR)]
        ways["case"] = [_bound(client.get, f"/v1/cases/{seen[n % len(seen)]}") for n, client in enumerate(clients)]
        return [row for number in CLIENTS for row in _rounds(ways, number)]


_RAW: Any = {"isolation_level": None, "check_same_thread": False}


def _rounds(ways: dict[str, list[Once]], clients: int) -> list[Measured]:
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            rates[way].append(_rate(ways[way][:clients]))
    return [
        Measured(
            way,
            clients,
            statistics.median(rates[way]),
            _spread([mine / other for mine, other in zip(rates[way], rates["nothing"], strict=True)]),
            _spread([mine / other for mine, other in zip(rates[way], rates["raw"], strict=True)]),
        )
        for way in WAYS
    ]


def _rate(clients: list[Once]) -> float:
    """How often a second, all clients together."""
    until = time.perf_counter() + SECONDS

    def work(once: Once) -> int:
        done = 0
        while time.perf_counter() < until:
            once()
            done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        done = sum(pool.map(work, clients))
    return done / (time.perf_counter() - started)


def _spread(ratios: list[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    lower, middle, upper = statistics.quantiles(ratios, n=4)
    return lower, middle, upper


def _begun(client: Client, cpr: str) -> str:
    """A case with a consent on it."""
    case: str = client.post("/v1/cases", {"cpr": cpr, "name": "Test Berggren", "relation": "behandling"})["case"]
    client.post(f"/v1/cases/{case}/consents", _body("/consents"))
    return case


def _disclosing(client: Client, case: str) -> Once:
    body = _body("/disclosures")
    return lambda: _ignored(client.post(f"/v1/cases/{case}/disclosures", body))


def _body(ending: str) -> dict[str, Any]:
    return next(act.body for act in ACTS if act.path.endswith(ending))


def _inserting(raw: sqlite3.Connection) -> Once:
    return lambda: _ignored(raw.execute("INSERT INTO t (b) VALUES (?)", (os.urandom(1024),)))


def _bound(look: Callable[[str], None], path: str) -> Once:
    return lambda: look(path)


def _ignored(_: object) -> None:
    """What came back does not matter."""


def _until_it_answers(port: int, token: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            Client(port, token).get("/health/live")
        except ConnectionError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        else:
            return


def table(measured: list[Measured]) -> str:
    """For people."""
    head = f"{'way':<12}{'clients':>8}{'a second':>10}   {'to nothing':<22}to raw"
    rows = [
        f"{row.way:<12}{row.clients:>8}{row.per_second:>10.0f}   {_ratio(row.to_nothing):<22}{_ratio(row.to_raw)}"
        for row in measured
    ]
    return "\n".join([head, *rows])


def _ratio(spread: tuple[float, float, float]) -> str:
    lower, middle, upper = spread
    return f"{middle:.2f} ({lower:.2f}–{upper:.2f})"


if __name__ == "__main__":
    sys.exit(main())
