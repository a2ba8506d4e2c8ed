"""What goes into the record and what comes out of it. What an event says stays out of every repr, so out of logs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from hub.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What stands beside each event of a command: who acted, through which client, when it came in.

    `request` is the keyed digest of the request (`Keys.request_digest`). It is stored with the command's first event
    only; on the others it reads back as None.
    """

    client: str
    unit: str
    received_at: datetime
    person: str | None = field(default=None, repr=False)
    role: str | None = None
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class CitizenClaim:
    """The citizen whose open case this becomes, as `Keys.citizen_digest` writes her."""

    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """The events of one command on one stream, to be stored at the version they were decided on.

    `expected_version` 0 is a stream that does not exist yet; the first event gets version 1. `claim` opens (or opens
    again) the citizen's one case, `release` lets go of it when the case closes. By `aliases` the case is found as well;
    they claim nobody.
    """

    stream: UUID
    case: UUID
    expected_version: int
    command: UUID
    events: tuple[object, ...] = field(repr=False)
    meta: Meta = field(repr=False)
    claim: CitizenClaim | None = None
    release: bool = False
    aliases: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Shredded:
    """Stands where an event stood whose case key is destroyed; `name` says which act it was, never what was found."""

    name: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """Stands where an event stood whose row does not prove what it should; what the row claims is not believed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One stored event with its place in the record.

    `event` is the frozen dataclass of the newest version, or `Shredded` (then `meta` is None). `recorded_at` is in UTC
    and never decreases within a partition; `position` has no gaps within a partition, `version` none within a stream.
    """

    partition: int
    position: int
    stream: UUID
    version: int
    case: UUID
    name: str
    recorded_at: datetime
    command: UUID
    seq: int
    event: object = field(repr=False)
    meta: Meta | None = field(repr=False)
    leaf: bytes

    @property
    def originator_id(self) -> UUID:
        """The stream, as the eventsourcing library calls it."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, as the eventsourcing library calls it."""
        return self.version


@dataclass(frozen=True, slots=True)
class Vector:
    """How far the record reaches: the last position of each partition, 0 where there is none.

    `str` gives an opaque token for callers outside; `Vector.parse` reads it back.
    """

    positions: tuple[int, ...]

    def __str__(self) -> str:
        return "v" + "-".join(f"{position:x}" for position in self.positions)

    @classmethod
    def parse(cls, token: str) -> Self:
        """The vector behind a token; `Unreadable` when it is none."""
        digits = token[1:].split("-")
        if not token.startswith("v") or not all(0 < len(d) < 16 and set(d) <= set("0123456789abcdef") for d in digits):
            raise Unreadable("expected a position token as the hub gave it out")
        return cls(tuple(int(d, 16) for d in digits))

    def __getitem__(self, partition: int) -> int:
        return self.positions[partition]

    def covers(self, other: "Vector") -> bool:
        """Does this reach at least as far as the other, in every partition?"""
        return len(self.positions) == len(other.positions) and all(
            mine >= theirs for mine, theirs in zip(self.positions, other.positions, strict=True)
        )

    @property
    def total(self) -> int:
        """How many events the record holds up to here."""
        return sum(self.positions)
