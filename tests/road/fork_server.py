"""Servers that start in a moment: everything is imported once, and each server is a fork of that.

Run as a process of its own: settings come in, a line of JSON each; the server's process id goes out. A server is the
real thing, as `tvaerspor serve` runs it; whoever asked may kill it. When the input ends, the rest are killed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from tests.waiting import PATIENCE


class ForkServer:
    """The process, seen from the tests. Use as a context manager."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors

    def __enter__(self) -> "ForkServer":
        self._log = self._errors.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.road.fork_server"],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stdin.close()
        self._process.wait(PATIENCE)
        cast("IO[str]", self._process.stdout).close()
        self._log.close()

    def server(self, environment: dict[str, str]) -> int:
        """Start a server under these settings; its process id. It listens some moments later."""
        print(json.dumps(environment), file=self._stdin, flush=True)
        return int(cast("IO[str]", self._process.stdout).readline())

    def kill(self, server: int) -> None:
        """SIGKILL, and wait until it is gone: the fork server has reaped it."""
        print(json.dumps(server), file=self._stdin, flush=True)
        assert int(cast("IO[str]", self._process.stdout).readline()) == server

    @property
    def _stdin(self) -> IO[str]:
        return cast("IO[str]", self._process.stdin)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """The fork server itself."""
    from hub.bootstrap.build import build
    from hub.cli.actions import server
    from hub.observability import configure
    from hub.settings import Settings

    alive: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            os.kill(asked, signal.SIGKILL)
            os.waitpid(asked, 0)
            alive.discard(asked)
            print(asked, flush=True)
            continue
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            settings = Settings.from_environment(asked)
            configure(settings.log_level)
            with build(settings) as services:
                server.serve(services, lambda _: None)
            os._exit(0)
        alive.add(child)
        print(child, flush=True)
    for child in alive:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
