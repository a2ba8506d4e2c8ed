"""A server is killed at random moments while clients post: no acknowledged act is lost, and nothing is half there.

Fifty kills on each engine in `make endurance`, five in `make test`. An act whose answer never came is sent again under
its key, as every client would; an act that was answered must be answered again, word for word, whenever it is repeated.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from hub.access.tokens import make_token
from hub.bootstrap.build import build
from hub.settings import PREFIX, RecordSettings, ServerSettings, Settings
from hub.store import Keys, Record, Recorded
from hub.store.tables import case_key, citizen_index, event
from tests.endurance import times
from tests.people import BRITA, CLINIC, FAMILIES, KAJA, KIRSTEN, NANCY
from tests.road.fork_server import ForkServer, free_port
from tests.waiting import PATIENCE, until

KILLS = times(5, 50)
WOMEN = (KAJA, NANCY, KIRSTEN, BRITA)
_numbers = count(1)


@dataclass(frozen=True)
class Sent:
    """One act, and its answer once it has come."""

    path: str
    body: dict[str, Any]
    key: str
    answer: httpx.Response | None = None


@dataclass
class Server:
    """The hub under test: killed and started again under the same settings."""

    fork_server: ForkServer
    environment: dict[str, str]
    url: str
    process: int = 0

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = self.fork_server.server(self.environment)
        until(self._answers, "the server did not come back")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        assert self.process
        self.fork_server.kill(self.process)


@dataclass
class Client:
    """A system that opens a woman's case and works on it, one act after the other, for as long as the server lives."""

    url: str
    token: str
    cpr: str
    sent: list[Sent] = field(default_factory=list)
    pending: Sent | None = None
    case: str = ""
    step: int = 0

    def work(self, stop: Event) -> None:
        """Post until told to stop or until the server is gone; what was not answered is remembered."""
        with httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=PATIENCE
        ) as door:
            while not stop.is_set():
                act = self.pending or self.next()
                self.pending = act
                try:
                    answer = post(door, act)
                except httpx.TransportError:
                    return
                if answer.status_code == 503:
                    continue
                assert answer.status_code in (201, 403), answer.text
                self.sent.append(Sent(act.path, act.body, act.key, answer))
                self.pending = None
                self.case = answer.json()["case"]

    def next(self) -> Sent:
        """The next act: open, join anew with more (several events), consent, disclose, refuse, close, and again."""
        at = datetime.now(UTC).isoformat()
        number, self.step = self.step % 8, self.step + 1
        if number == 0 or not self.case:
            self.step = max(self.step, 1)
            return self._act("/v1/cases", at=at, cpr=self.cpr, name="Test Berggren", relation="behandling")
        under = f"/v1/cases/{self.case}"
        match number:
            case 1:
                day = (datetime.now(UTC) + timedelta(days=next(_numbers))).date().isoformat()
                more = {"due_date": day, "municipality": "aabenraa"}
                return self._act("/v1/cases", at=at, cpr=self.cpr, name="Test Berggren", relation="behandling", **more)
            case 2:
                return self._act(f"{under}/consents", at=at, **_CONSENT)
            case 3 | 5:
                return self._act(f"{under}/disclosures", at=at, **_DISCLOSURE, already_made=number == 3)
            case 4:
                return self._act(f"{under}/care-level", at=at, level=number % 4 + 1)
            case 6:
                return self._act(f"{under}/disclosures", at=at, **_DISCLOSURE | {"purpose": "nysgerrighed"})
            case _:
                return self._act(f"{under}/closure", at=at, reason="fulgt op")

    def _act(self, path: str, **body: Any) -> Sent:
        return Sent(path, body, f"key-{next(_numbers)}")


_CONSENT = {
    "form": "written",
    "given_by": "gravid",
    "disclosers": [str(CLINIC)],
    "recipients": [str(FAMILIES)],
    "categories": ["rusmiddel"],
    "purposes": ["stoette_graviditet"],
    "subjects": ["gravid"],
    "journalised": True,
}
_DISCLOSURE = {
    "recipient": str(FAMILIES),
    "basis": "SUL-43-1",
    "purpose": "stoette_graviditet",
    "items": [{"category": "rusmiddel", "text": "Positiv prøve."}],
}


def post(door: httpx.Client, act: Sent) -> httpx.Response:
    """Send an act under its key."""
    return door.post(act.path, json=act.body, headers={"Idempotency-Key": act.key})


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """One hub that is started many times."""
    return Settings(
        env="test",
        data_dir=tmp_path / "data",
        record=RecordSettings(database_url=database_url),
        server=ServerSettings(port=free_port()),
    )


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """Its server, and in the end what it said: no fault, nobody's name."""
    environment = {
        f"{PREFIX}ENV": settings.env,
        f"{PREFIX}DATA_DIR": str(settings.data_dir),
        f"{PREFIX}DATABASE_URL": settings.record.database_url,
        f"{PREFIX}LISTEN_PORT": str(settings.server.port),
        f"{PREFIX}LOG_LEVEL": "warning",
    }
    errors = tmp_path / "errors"
    with ForkServer(errors) as fork_server:
        yield Server(fork_server, environment, f"http://127.0.0.1:{settings.server.port}")
    said = errors.read_text(encoding="utf-8")
    assert '"bug"' not in said
    assert "Traceback" not in said
    assert "Berggren" not in said


@pytest.mark.endures
def test_no_acknowledged_act_is_lost_and_no_case_is_half(settings: Settings, server: Server) -> None:
    keys, luck = Keys.embedded(settings.data_dir), random.Random(20250407)
    clients = [
        Client(
            server.url,
            make_token(keys.token_key(), f"system {number}", CLINIC, datetime.now(UTC), timedelta(days=1)),
            woman.cpr.digits,
        )
        for number, woman in enumerate(WOMEN)
    ]
    answered: list[int] = []
    with ThreadPoolExecutor(len(clients)) as pool:
        for _ in range(KILLS):
            server.start()
            stop = Event()
            working = [pool.submit(client.work, stop) for client in clients]
            before = answered[-1] if answered else 0
            _until_answered(clients, before, working)
            time.sleep(luck.uniform(0.0, 0.3))
            server.kill()
            stop.set()
            for future in working:
                future.result(PATIENCE)
            answered.append(_answers_to(clients))
    server.start()
    for client in clients:
        _everything_is_answered_again(client)
    server.kill()
    assert answered[-1] > KILLS, "the clients were hardly ever answered"
    with build(settings) as services:
        assert services.record.verify() == services.record.head()
        _nothing_is_half(services.record, [sent for client in clients for sent in client.sent])


def _answers_to(clients: list[Client]) -> int:
    return sum(len(client.sent) for client in clients)


def _until_answered(clients: list[Client], before: int, working: list[Future[None]]) -> None:
    """A kill before this server has answered anything would test nothing."""
    until(lambda: _answers_to(clients) > before or any(future.done() for future in working), "nobody was answered")


def _everything_is_answered_again(client: Client) -> None:
    with httpx.Client(
        base_url=client.url, headers={"Authorization": f"Bearer {client.token}"}, timeout=PATIENCE
    ) as door:
        for sent in client.sent:
            assert sent.answer is not None
            again = post(door, sent)
            assert (again.status_code, again.content) == (sent.answer.status_code, sent.answer.content)
        if client.pending is not None:
            first, second = post(door, client.pending), post(door, client.pending)
            assert first.status_code in (201, 403)
            assert (first.status_code, first.content) == (second.status_code, second.content)


def _nothing_is_half(record: Record, sent: list[Sent]) -> None:
    """Every act stands whole and once, every case begins at its beginning, every key and citizen has a case."""
    cases = set(record.cases())
    for case in cases:
        stream = record.stream(case)
        assert [recorded.version for recorded in stream] == list(range(1, len(stream) + 1))
        assert stream[0].name == "case-opened.v1"
        _whole(stream)
    for step in sent:
        assert step.answer is not None
        assert step.answer.json()["case"] in {str(case) for case in cases}
    with record.engine.connect() as connection:
        begun = set(connection.execute(select(event.c.case_id).where(event.c.topic == "case-opened.v1")).scalars())
        keyed = set(connection.execute(select(case_key.c.case_id)).scalars())
        indexed = set(connection.execute(select(citizen_index.c.case_id)).scalars())
        still_open = select(func.count()).select_from(citizen_index).where(citizen_index.c.open)
        assert connection.execute(still_open).scalar_one() <= len(WOMEN)
    assert begun == keyed == indexed == cases


def _whole(stream: tuple[Recorded, ...]) -> None:
    """The events of a command stand together, numbered from the first."""
    by_command: dict[Any, list[Recorded]] = {}
    for recorded in stream:
        by_command.setdefault(recorded.command, []).append(recorded)
    for events in by_command.values():
        assert [recorded.seq for recorded in events] == list(range(len(events)))
        assert [recorded.version for recorded in events] == list(
            range(events[0].version, events[0].version + len(events))
        )


def test_a_server_that_is_asked_to_stop_finishes_first(settings: Settings, server: Server) -> None:
    keys = Keys.embedded(settings.data_dir)
    token = make_token(keys.token_key(), "system", CLINIC, datetime.now(UTC), timedelta(days=1))
    client, stop = Client(server.url, token, KAJA.cpr.digits), Event()
    server.start()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(client.work, stop)
        until(lambda: len(client.sent) >= 5 or working.done(), "it was hardly ever answered")
        assert not working.done(), working.result()
        os.kill(server.process, signal.SIGTERM)
        working.result(PATIENCE)
        stop.set()
    with build(settings) as services:
        recorded = {row.command for case in services.record.cases() for row in services.record.stream(case)}
        assert {keys.command_id("system", sent.key) for sent in client.sent} <= recorded
