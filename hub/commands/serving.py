"""`tvaerspor serve`: the doors, open."""

import gc
from collections.abc import Callable

import uvicorn

from hub.api.app import create_app
from hub.bootstrap import House


def serve(house: House, say: Callable[[str], None]) -> None:
    """Serve until told to stop. A port that is taken is the server's own complaint, and exit code 1."""
    settings = house.settings
    say(f"listening on http://{settings.listen_host}:{settings.listen_port}")
    gc.freeze()  # what the start has made stays: no collection need look at it again
    uvicorn.run(
        create_app(house),
        host=settings.listen_host,
        port=settings.listen_port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
