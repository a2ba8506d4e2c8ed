"""Invented events for the record's tests, and short ways to save them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hub.store import CitizenClaim, EventNames, EventType, Keys, Meta, Record, Recorded, Save

MASTER = bytes(range(32))
KEYS = Keys(MASTER)
MONDAY = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
META = Meta(client="ehr", unit="hospital/familieambulatorium@sygehus", received_at=MONDAY, request=b"digest")


@dataclass(frozen=True, slots=True)
class Noted:
    """Something was noted."""

    text: str
    at: datetime = MONDAY


@dataclass(frozen=True, slots=True)
class Counted:
    """Something was counted."""

    number: int


@dataclass(frozen=True, slots=True)
class KeyDestroyed:
    """The case's key is gone."""

    at: datetime = MONDAY


NAMES = EventNames(
    (
        EventType("noted", Noted),
        EventType("counted", Counted),
        EventType("key-destroyed", KeyDestroyed, under_audit_key=True),
    )
)


def opened(url: str, **options: object) -> Record:
    """The record in this database, under the tests' keys and names."""
    return Record.open(url, KEYS, NAMES, **options)  # type: ignore[arg-type]  # options of Record.open


def save(
    case: UUID, expected_version: int, *events: object, stream: UUID | None = None, command: UUID | None = None
) -> Save:
    """A save on the case's own stream unless another is named, under a new command."""
    return Save(
        stream=stream or case,
        case=case,
        expected_version=expected_version,
        command=command or uuid4(),
        events=events,
        meta=META,
    )


def claiming(saved: Save, digest: bytes) -> Save:
    """The same save, which also makes the case the citizen's open one."""
    return replace(saved, claim=CitizenClaim(digest))


def releasing(saved: Save) -> Save:
    """The same save, which also lets go of the citizen."""
    return replace(saved, release=True)


def events(rows: tuple[Recorded, ...]) -> list[object]:
    """What was recorded, without where and when."""
    return [row.event for row in rows]
