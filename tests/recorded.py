"""Events as the record would give them back, for readers that need no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.store import Meta, Recorded
from hub.store.model import Shredded
from hub.store.serialisation.events import NAMES
from tests.domain.acts import CASE, known_as
from tests.people import CLINIC, MONDAY

META = Meta(client="journal", unit=str(CLINIC), received_at=MONDAY, person="Test Testesen", role="jordemoder")


def as_recorded(events: Iterable[object], begin: datetime = MONDAY) -> list[Recorded]:
    """One stream of one case; each event is recorded a minute after the one before."""
    return [
        Recorded(
            partition=0,
            position=number,
            stream=CASE,
            version=number,
            case=CASE,
            name=event.name if isinstance(event, Shredded) else NAMES.of(type(event)).newest,
            recorded_at=begin + timedelta(minutes=number),
            command=known_as(f"command {number}"),
            seq=0,
            event=event,
            meta=META,
            leaf=b"",
        )
        for number, event in enumerate(events, start=1)
    ]
