"""A hub behind real HTTP, in this process, with a clock that the tests set; and clients that speak to it."""

import json
import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import uvicorn
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from hub import observability
from hub.access.tokens import make_token
from hub.api.app import create_app
from hub.api.connections import ConnectionLimits, bounded
from hub.bootstrap.build import build
from hub.bootstrap.services import Services
from hub.bootstrap.workers import Workers
from hub.settings import Settings
from hub.store import Record, Vector
from hub.vocabulary.organisations import Unit
from projections import outbox
from tests.people import CLINIC, COPENHAGEN, KAJA
from tests.waiting import PATIENCE, until

EXAMPLES = Path(__file__).resolve().parents[2] / "openapi" / "examples"
NOW = datetime(2025, 4, 7, 10, 0, tzinfo=COPENHAGEN)
PROBLEM = "application/problem+json"
LIMITS = ConnectionLimits(head_seconds=PATIENCE, body_seconds=PATIENCE, answer_seconds=PATIENCE)
_KEYS = count(1)
Json = dict[str, Any]


def example(name: str) -> Json:
    """A body of openapi/examples."""
    body: Json = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return body


def new_key() -> str:
    """An Idempotency-Key nobody has used."""
    return f"key-{next(_KEYS)}"


@dataclass(frozen=True)
class Caller:
    """One client for one unit."""

    unit: Unit
    door: httpx.Client

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> httpx.Response:
        """POST JSON, under a new key unless one is given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.door.post(path, json=body, headers={"Idempotency-Key": key or new_key()} | named)

    def raw(self, path: str, content: Any, *, drop: tuple[str, ...] = (), **headers: str) -> httpx.Response:
        """POST these very bytes, as application/json unless another type is given."""
        named = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in named.items() if name not in drop}
        return self.door.post(path, content=content, headers=kept)

    def get(self, path: str, params: Any = None, **headers: str) -> httpx.Response:
        """GET."""
        return self.door.get(
            path, params=params, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@dataclass
class Doors:
    """A served hub."""

    workers: Workers
    url: str
    clock: Path
    callers: dict[Any, Caller] = field(default_factory=dict)
    letters_wait: bool = False  # until a test lets them leave

    @property
    def services(self) -> Services:
        """What the hub is made of."""
        return self.workers.services

    @property
    def record(self) -> Record:
        """What is stored."""
        return self.services.record

    def token(self, unit: Unit, client: str = "epj", lasts: timedelta = timedelta(days=3650)) -> str:
        """A token as the operator makes it."""
        return make_token(self.services.keys.token_key(), client, unit, NOW, lasts)

    def at(self, unit: Unit, client: str | None = None) -> Caller:
        """A client that speaks for this unit."""
        named = client or f"system of {unit.unit}"
        if (unit, named) not in self.callers:
            door = httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {self.token(unit, named)}"},
                timeout=PATIENCE,
                transport=httpx.HTTPTransport(retries=2),
                event_hooks={"request": [lambda _: self.letters_wait or self.let_leave(unit)]},
            )
            self.callers[unit, named] = Caller(unit, door)
        return self.callers[unit, named]

    def let_leave(self, unit: Unit) -> None:
        """Every letter to this unit that may leave has left, as if the unit had come for it; nothing is rendered."""
        if not self.workers.caught_up():
            return
        with self.record.engine.connect() as connection:
            waiting = [due for due in outbox.waiting(connection) if due.recipient == unit]
        for due in waiting:
            if due.status == "due":
                self.services.dispatcher.work([due])
            self.services.dispatcher.hand_over(due.delivery)

    def open(self, unit: Unit = CLINIC, cpr: str = KAJA.cpr.digits, **more: Any) -> str:
        """The id of the citizen's case, which this unit is now a party of."""
        body = {"at": NOW.isoformat(), "cpr": cpr, "name": "Kaja Test Hansen", "municipality": "aabenraa"}
        body |= {"relation": "raadgivning"} | more
        answer = self.at(unit).post("/v1/cases", body)
        assert answer.status_code == 201, answer.text
        case: str = answer.json()["case"]
        return case

    def set_clock(self, moment: datetime) -> None:
        """It is now this moment for the hub."""
        set_clock(self.clock, moment)

    @property
    def head(self) -> Vector:
        """How far the record reaches. Look-ups and deliveries count: see `acts`."""
        return self.record.head()

    def acts(self) -> int:
        """How many events clients have recorded: everything but look-ups, envelopes and what becomes of letters."""
        names = (recorded.name for recorded in self.record.scan())
        return sum(not name.startswith(("record-read", "envelope-seen", "delivery-")) for name in names)

    def close(self) -> None:
        """Let the clients' connections go."""
        for caller in self.callers.values():
            caller.door.close()


def routes_of(doors: Doors) -> list[APIRoute]:
    """Every route that the app serves, however its routers are nested."""

    def unfolded(routes: Iterable[BaseRoute]) -> list[APIRoute]:
        found: list[APIRoute] = []
        for route in routes:
            inner = getattr(getattr(route, "original_router", route), "routes", ())
            found += [route] if isinstance(route, APIRoute) else unfolded(inner)
        return found

    every = unfolded(create_app(doors.workers).routes)
    assert {"/v1/cases", "/health/live", "/openapi.json"} <= {route.path for route in every}
    return every


def set_clock(file: Path, moment: datetime) -> None:
    """Replace the file whole, with a time of change the hub has not seen: it reads the file only when that differs."""
    fresh = file.with_suffix(".new")
    fresh.write_text(moment.isoformat())
    stamp = time.time_ns()  # two files that are written in one tick of the kernel's clock would bear the same
    os.utime(fresh, ns=(stamp, stamp))
    fresh.replace(file)


@contextmanager
def serving(folder: Path, limits: ConnectionLimits = LIMITS, **settings: Any) -> Iterator[Doors]:
    """A hub of its own, served until the block is left."""
    observability.configure("info")
    clock = folder / "clock"
    set_clock(clock, NOW)
    chosen = Settings(env="test", data_dir=folder / "data", clock_file=clock, **settings)
    with build(chosen) as services, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        workers = patient(services)
        server = uvicorn.Server(
            uvicorn.Config(create_app(workers), log_config=None, lifespan="on", http=bounded(limits))
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait(server, thread)
        doors = Doors(workers, url, clock)
        try:
            yield doors
        finally:
            doors.close()
            server.should_exit = True
            thread.join(PATIENCE)


def patient(services: Services) -> Workers:
    """Workers who on a slow machine take longer where in service they would say that they are behind."""
    services.validator.patience = PATIENCE
    return Workers(services, patience=PATIENCE)


def wait(server: uvicorn.Server, thread: Thread) -> None:
    """Until the server answers."""
    until(lambda: server.started or not thread.is_alive(), "the server neither started nor gave up")
    assert server.started, "the server did not start"
