"""`tvaerspor dispatch`: letters moved without a server."""

from threading import Event

from hub.bootstrap import House


def dispatch(house: House, *, once: bool) -> None:
    """Move letters until nothing waits, or until told to stop."""
    if once:
        while house.turn():
            pass
        return
    house.start()
    try:
        Event().wait()
    except KeyboardInterrupt:
        return
