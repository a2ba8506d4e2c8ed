"""Events as the record would give them back, for readers that need no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from hub.domain.addressed import Addressed, leaves
from hub.domain.delivery import DeliveryDeparted
from hub.domain.identity import act_of
from hub.domain.request.events import RequestItemDeclined
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


def delivered(events: Iterable[object]) -> list[object]:
    """These events of a case, each letter among them followed by its departure, behind all that goes in it."""
    rows: list[object] = []
    letter: Addressed | None = None
    carried: list[int] = []
    for event in (*events, None):
        if isinstance(event, RequestItemDeclined) and letter is not None:
            carried.append(len(rows) + 1)
        elif letter is not None:
            rows.append(_departed(letter, tuple(carried)))
            letter = None
        if event is not None:
            rows.append(event)
        if (leaving := leaves(event)) is not None:
            letter, carried = leaving, [len(rows)]
    return rows


def _departed(letter: Addressed, carried: tuple[int, ...]) -> DeliveryDeparted:
    return DeliveryDeparted(
        delivery=uuid4(),
        act=act_of(letter) or uuid4(),
        carried=carried,
        sender=letter.by,
        recipient=letter.recipient,
        door="smtp",
        at=letter.at,
    )
