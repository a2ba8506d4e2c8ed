"""Short ways to put letters into a record and to read an inbox, for the tests and the bench of the pull door."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlalchemy import Connection, Engine

from adapters.fhir.message import FhirTranslator
from hub.api.fhir.cursor_seal import INBOX_CURSOR, CursorSeal
from hub.domain.access_log import RecordRead
from hub.domain.course.events import CaseKeyDestroyed
from hub.domain.delivery import DeliveryHeld
from hub.ports.letter import Letter
from hub.store import EventNames, EventType, Record, Recorded, Save
from hub.vocabulary.organisations import Unit
from projections.fhir_inbox.inbox import FhirInbox
from projections.fhir_inbox.page import Cursor, InboxPage, pull
from tests.adapters.fhir.letters import BASE, FAMILY_UNIT, disclosure
from tests.store.acts import KEYS, META, MONDAY

MINE = Unit.parse("kommune/familieafdeling@aabenraa")
THEIRS = Unit.parse("kommune/sundhedspleje@aabenraa")
HOUR = timedelta(hours=1)
SEAL = CursorSeal(b"a key of the tests", INBOX_CURSOR)
TRANSLATE = FhirTranslator(BASE).message


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter left for a unit; None is an act that no unit is told."""

    to: str | None
    words: str = ""


NAMES = EventNames(
    (
        EventType("sent", Sent),
        EventType("delivery-held", DeliveryHeld),
        EventType("record-read", RecordRead),
        EventType("case-key-destroyed", CaseKeyDestroyed, under_audit_key=True),
    )
)


def letter_of(recorded: Recorded) -> Letter | None:
    """The letter behind a `Sent`, known by its place in the record; the act was recorded some time before."""
    if not isinstance(recorded.event, Sent) or recorded.event.to is None:
        return None
    place = uuid5(NAMESPACE_URL, f"{recorded.partition}/{recorded.position}")
    recipient = replace(FAMILY_UNIT, unit=Unit.parse(recorded.event.to))
    return replace(
        disclosure(),
        recipient=recipient,
        recorded_at=recorded.recorded_at - HOUR,
        case=recorded.case,
        act=place,
        message_id=place,
    )


def in_clear(_case: UUID, _bundle: UUID, said: bytes) -> bytes:
    """No seal: for tests of the order in which letters are given."""
    return said


INBOX = FhirInbox(letter_of, TRANSLATE, in_clear)


@contextmanager
def opened(url: str) -> Iterator[Record]:
    """An empty record that knows these events."""
    with Record.open(url, KEYS, NAMES) as record:
        yield record


def send(record: Record, *units: Unit | None, case: UUID | None = None, version: int = 0) -> tuple[Recorded, ...]:
    """One letter to each of these units, in one command on one case."""
    key = case or uuid4()
    events = tuple(Sent(None if unit is None else str(unit)) for unit in units)
    return record.append(
        [Save(stream=key, case=key, expected_version=version, command=uuid4(), events=events, meta=META)]
    )


def letter_to(unit: Unit, case: UUID) -> Save:
    """A save of one letter on the case's own stream."""
    return Save(stream=case, case=case, expected_version=0, command=uuid4(), events=(Sent(str(unit)),), meta=META)


def hold(record: Record, case: UUID, stream: UUID, version: int) -> None:
    """A letter of the case may not leave after all."""
    held = DeliveryHeld(delivery=stream, why="consent-withdrawn", at=MONDAY)
    record.append(
        [Save(stream=stream, case=case, expected_version=version, command=uuid4(), events=(held,), meta=META)]
    )


def erase(record: Record, case: UUID, version: int) -> None:
    """Destroy the key of a case."""
    gone = CaseKeyDestroyed(at=MONDAY, reason="test")
    record.shred(Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(gone,), meta=META))


def acts(pages: Sequence[InboxPage]) -> list[UUID]:
    """Which letters were given, in the order they were given."""
    return [message.act for page in pages for message in page.messages]


def read(engine: Engine, unit: Unit, after: Cursor | None = None, *, count: int = 7) -> list[InboxPage]:
    """Every page there is now, each cursor sent through the seal as a client would send it."""
    with engine.connect() as connection:
        pages = [reread(connection, unit, after, count)]
        while pages[-1].more:
            pages.append(reread(connection, unit, pages[-1].cursor, count))
    return pages


def reread(connection: Connection, unit: Unit, after: Cursor | None, count: int) -> InboxPage:
    """One page behind a cursor that has been out and come back."""
    back = None if after is None else SEAL.open(unit, SEAL.close(unit, after))
    return pull(connection, unit, after=back, count=count)
