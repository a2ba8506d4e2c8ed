"""A wire between a client and PostgreSQL that can be cut at a chosen moment of a COMMIT."""

import socket
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from threading import Event, Thread
from typing import Self

from sqlalchemy.engine import URL, make_url

from tests.waiting import PATIENCE

PORT = "5432"
LATE = 0.3  # seconds a COMMIT lingers on the wire after its sender is gone


class Cut(Enum):
    """What becomes of the COMMIT whose sender hears nothing more."""

    LOST = auto()  # it never reaches the server
    UNHEARD = auto()  # it is carried out, but the answer is lost
    LATE = auto()  # it reaches the server when the sender has long since turned to something else


class Wire:
    """Listens in a folder of its own; `cut` arms it for the next COMMIT, one time."""

    def __init__(self, url: str, folder: Path) -> None:
        self._target, self._folder = make_url(url), folder
        self.armed: Cut | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(folder / f".s.PGSQL.{PORT}"))
        self._server.listen()
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The database through the wire."""
        here, target = {"host": str(self._folder), "port": PORT}, self._target
        through = URL.create(target.drivername, target.username, target.password, database=target.database, query=here)
        return through.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.take_down()

    def take_down(self) -> None:
        """Nobody gets through any more."""
        _hang_up(self._server)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                Conversation(self, client, dial(self._target)).start()


class Conversation:
    """One connection through the wire."""

    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire, self._client, self._server = wire, client, server
        self._deaf, self._answered = Event(), Event()

    def start(self) -> None:
        """Carry both ways until one side hangs up."""
        Thread(target=self._questions, daemon=True).start()
        Thread(target=self._answers, daemon=True).start()

    def _questions(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65536):
                cut = self._wire.armed
                if cut and b"COMMIT" in data:
                    self._wire.armed = None
                    self._sever(cut, data)
                    break
                self._server.sendall(data)
        _hang_up(self._server)

    def _answers(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                self._answered.set()
                if not self._deaf.is_set():
                    self._client.sendall(data)
        self._answered.set()
        _hang_up(self._client)

    def _sever(self, cut: Cut, data: bytes) -> None:
        self._deaf.set()
        self._answered.clear()
        if cut is Cut.UNHEARD:
            self._server.sendall(data)
            assert self._answered.wait(PATIENCE)
        _hang_up(self._client)
        if cut is Cut.LATE:
            self._answered.wait(LATE)
            self._server.sendall(data)
            assert self._answered.wait(PATIENCE)


def dial(target: URL) -> socket.socket:
    """A socket to the server of this URL."""
    host = str(target.query.get("host") or target.host or "localhost")
    port = str(target.query.get("port") or target.port or PORT)
    if host.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server
    return socket.create_connection((host, int(port)))


def _hang_up(side: socket.socket) -> None:
    with suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()
