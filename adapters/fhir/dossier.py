"""What one unit may see of a case, as whoever guards it hands it in; and the versions of the resources it becomes.

A resource has a version for every event that changed it. Its number is the version of the case as the unit knew it
after that event, its time the moment the record took the event: a version is the same however often it is asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from adapters.fhir.datatypes import Meta
from adapters.fhir.resources import Resource
from hub.domain.access_log import RecordRead
from hub.domain.case import CaseEvent
from hub.domain.delivery import DeliveryQueued
from hub.ports.directory import Address
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

Place = tuple[int, int]  # partition, position


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event that the unit may see; `names` is the woman, when it is a letter to the unit.

    `place` and `at` are those of what made it known to the unit: the event itself, or the departure of the letter
    that it came in. `stands` and `recorded_at` say where and when the event itself was recorded, if that differs, and
    `told_at` from when a letter could be read.

    Besides the events of the case these are the letters of acts that the unit sent or got, and its own look-ups, which
    are numbered by themselves. `mark` tells apart two acts that are known by one id.
    """

    event: CaseEvent | DeliveryQueued | RecordRead
    name: str
    place: Place
    version: int
    at: datetime
    mark: str = ""
    client: str = "-"
    person: str | None = None
    role: str | None = None
    names: Citizen | None = None
    stands: Place | None = None
    recorded_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case as one unit may see it, in the order of the record.

    `citizen` is the woman as the unit may name her, `address` the directory, `base` the public address of the doors.
    """

    case: UUID
    unit: Unit
    citizen: Citizen
    seen: tuple[Seen, ...]
    address: Callable[[Unit], Address]
    base: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource, what made it known and when, and where the event stands that it is made of."""

    resource: Resource
    place: Place
    at: datetime
    number: str
    stands: Place

    @property
    def tag(self) -> str:
        """Its entity tag (FHIR R4 §3.1.0.1.9)."""
        return f'W/"{self.number}"'


@dataclass(slots=True)
class Ledger:
    """The resources of a case by `Type/id`, each with its versions, oldest first."""

    versions: dict[str, list[Version]] = field(default_factory=dict)

    def get(self, local: str) -> Resource | None:
        """The resource as it stands."""
        known = self.versions.get(local)
        return known[-1].resource if known else None

    def put(self, seen: Seen, *resources: Resource) -> None:
        """New resources, or new versions; what changes nothing makes none."""
        for resource in resources:
            meta = replace(resource.meta or Meta(), version_id=str(seen.version), last_updated=seen.at)
            before = self.get(resource.local)
            if before is None or replace(before, meta=None) != replace(resource, meta=None):
                version = Version(
                    replace(resource, meta=meta), seen.place, seen.at, str(seen.version), seen.stands or seen.place
                )
                self._add(resource.local, version)

    def current(self) -> Iterable[Version]:
        """Every resource as it stands, in the order of its last change."""
        return sorted((known[-1] for known in self.versions.values()), key=order)

    def left_by(self, place: Place) -> Iterable[Version]:
        """The resources that the event at this place was the last to change."""
        return (known[-1] for known in self.versions.values() if known[-1].place == place)

    def _add(self, local: str, version: Version) -> None:
        known = self.versions.setdefault(local, [])
        if known and known[-1].number == version.number and known[-1].place == version.place:
            known.pop()  # one event touched it twice
        known.append(version)


def order(version: Version) -> tuple[datetime, Place, str]:
    """By the moment of the last change; what one event changed goes by name."""
    return version.at, version.place, version.resource.local
