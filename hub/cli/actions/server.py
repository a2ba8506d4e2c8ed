"""`tvaerspor serve` and `dispatch`: what runs until it is told to stop."""

import gc
import signal
from collections.abc import Callable
from threading import Event

import uvicorn

from hub.api.app import create_app
from hub.api.connections import ConnectionLimits, bounded
from hub.bootstrap.services import Services
from hub.bootstrap.workers import Workers


def serve(services: Services, say: Callable[[str], None]) -> None:
    """Serve until told to stop, by SIGTERM or Ctrl-C.

    A port that is taken is the server's own complaint, and exit code 3.
    """
    settings = services.settings
    say(f"listening on http://{settings.server.host}:{settings.server.port}")
    signal.signal(signal.SIGTERM, _end)
    gc.freeze()  # what the start has made stays: no collection need look at it again
    uvicorn.run(
        create_app(Workers(services)),
        host=settings.server.host,
        port=settings.server.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=bounded(ConnectionLimits()),
    )


def dispatch(services: Services, *, once: bool) -> None:
    """Move letters until nothing waits, or until told to stop."""
    workers = Workers(services)
    if once:
        while workers.turn():
            pass
        return
    workers.start()
    try:
        Event().wait()
    except KeyboardInterrupt:
        return
    finally:
        workers.close()


def _end(*_: object) -> None:
    """uvicorn has answered whom it could and passes SIGTERM on: let go of everything in order, and end well."""
    raise SystemExit(0)
