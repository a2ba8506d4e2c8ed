"""A hub that says its true address, so that a client can follow the links it is given."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Thread

import pytest
import uvicorn

from hub.api.app import create_app
from hub.bootstrap.build import build
from hub.settings import ServerSettings, Settings
from tests.api.doors import NOW, Doors, patient, set_clock, wait
from tests.api.fhir.conftest import carry
from tests.api.story import told
from tests.people import CLINIC
from tests.waiting import PATIENCE


@dataclass(frozen=True)
class Running:
    """Where the FHIR doors are, the hospital's token for them, and the case that it knows."""

    doors: Doors
    base: str
    token: str
    case: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole story, told to a served hub."""
    folder = tmp_path_factory.mktemp("running")
    set_clock(folder / "clock", NOW)
    with ExitStack() as opened, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            env="test",
            data_dir=folder / "data",
            clock_file=folder / "clock",
            dispatch=False,
            server=ServerSettings(stated_url=url),
        )
        workers = patient(opened.enter_context(build(settings)))
        server = uvicorn.Server(uvicorn.Config(create_app(workers), log_config=None, lifespan="on"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait(server, thread)
        doors = Doors(workers, url, folder / "clock")
        first, *_ = told(doors, "clients")
        carry(doors)
        try:
            yield Running(doors, f"{url}/fhir", doors.token(CLINIC), first.answer.json()["case"])
        finally:
            doors.close()
            server.should_exit = True
            thread.join(PATIENCE)
