"""A hub in a process of its own: SQLite in a temporary folder, a free port, a clock that the story sets.

Whatever ends the demo – the end of the story, a difference, Ctrl-C, SIGTERM – ends that process and removes its folder.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import httpx

from hub.demo import command
from hub.demo.failure import PATIENCE, StoryDiffers, must

BEGINS = datetime.fromisoformat("2025-03-31T08:00:00+02:00")
KEYS = (  # every unit that the story writes to, or from
    "hospital/familieambulatorium@sygehus-soenderjylland",
    "kommune/familieafdeling@aabenraa",
    "kommune/sundhedspleje@aabenraa",
    "kommune/rusmiddelcenter@aabenraa",
    "kommune/familieafdeling@soenderborg",
    "kommune/sundhedspleje@soenderborg",
)
_STOPS_WITHIN = 60.0  # seconds
_REPORT_WIDTH = 200  # characters; replay tables are kept in files


@dataclass(frozen=True, slots=True)
class DemoHub:
    """A running hub, seen from outside: where it listens, its folders, and its operator's command line."""

    url: str
    folder: Path
    environment: dict[str, str]

    @property
    def outbox(self) -> Path:
        """Where the hub carries its letters to."""
        return self.folder / "outbox"

    @property
    def receipts(self) -> Path:
        """The Maildir where the hub hears of them."""
        return self.folder / "receipts"

    @property
    def post_receipts(self) -> Path:
        """The folder where it hears of what left by Digital Post."""
        return self.folder / "post-receipts"

    @property
    def keys(self) -> Path:
        """Each unit's certificate and private key, as if they were at their own houses."""
        return self.folder / "trial" / "mail" / "keys"

    def set_clock(self, moment: datetime) -> None:
        """It is now this moment, for the hub and for every command run here."""
        set_clock(self.folder / "clock", moment)

    def tvaerspor(self, *words: str) -> str:
        """Run `tvaerspor …` beside the server, on the same record, and give back what it printed."""
        with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
            code = command.run(words, self.environment, printed, complained)
            must(code == 0, f"tvaerspor {' '.join(words)}: exit {code}\n{_text(complained).strip()}")
            return _text(printed)


@contextmanager
def running() -> Iterator[DemoHub]:
    """A hub that answers, until the block is left."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    with tempfile.TemporaryDirectory(prefix="tvaerspor-demo-") as name:
        hub = _furnished(Path(name))
        with (hub.folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-c", "from hub.cli import main; main()", "serve"],
                env=hub.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which stops the server in order
            )
            try:
                _wait_until_ready(hub, server)
                yield hub
            finally:
                _stop(server)


def set_clock(file: Path, moment: datetime) -> None:
    """Replace the file whole, with a time of change the hub has not seen: it reads the file only when that differs."""
    fresh = file.with_suffix(".new")
    fresh.write_text(moment.isoformat())
    stamp = time.time_ns()
    os.utime(fresh, ns=(stamp, stamp))
    fresh.replace(file)


def _furnished(folder: Path) -> DemoHub:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "ENV": "demo",
        "DATA_DIR": str(folder / "data"),
        "OUTBOX_DIR": str(folder / "outbox"),
        "CLOCK_FILE": str(folder / "clock"),
        "LISTEN_PORT": str(port),
        "PUBLIC_URL": url,
        "LOG_LEVEL": "warning",
    }
    (folder / "outbox").mkdir()
    hub = DemoHub(url, folder, _clean_environment() | {f"TVAERSPOR_{name}": value for name, value in settings.items()})
    hub.set_clock(BEGINS)
    return _with_keys(hub)


def _with_keys(hub: DemoHub) -> DemoHub:
    """Keys of this demo alone, hanging from a root for tests; and a Maildir where reports may arrive."""
    for name in ("tmp", "new", "cur"):
        (hub.receipts / name).mkdir(parents=True)
    hub.post_receipts.mkdir()
    words = [word for unit in KEYS for word in ("--unit", unit)]
    said = hub.tvaerspor("mail", "trial-keys", "--out", str(hub.folder / "trial"), *words)
    made = dict(line.split("=", 1) for line in said.splitlines())
    made["TVAERSPOR_MAIL_RECEIPTS_DIR"] = str(hub.receipts)
    made["TVAERSPOR_MEMO_RECEIPTS_DIR"] = str(hub.post_receipts)
    return replace(hub, environment=hub.environment | made)


def _clean_environment() -> dict[str, str]:
    """Without the settings of a hub that may run here too; replay tables as wide as a page."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TVAERSPOR_")}
    return kept | {"COLUMNS": str(_REPORT_WIDTH), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(hub: DemoHub, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{hub.url}/health/ready", timeout=PATIENCE).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    said = (hub.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    raise StoryDiffers(f"the hub did not start:\n{said}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _as_interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode()
