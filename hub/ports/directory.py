"""The organisations and units that the hub knows, and where each takes its letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kle:
    """What a municipality files post under: number in KL's plan of subjects, edition of the plan, name."""

    key: str
    version: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBox:
    """A unit's place in Digital Post: its contact point, which edition of MeMo it reads, and what it routes on."""

    contact_point: str
    memo: str = "1.2"
    routes_on_citizen: bool = False
    kle: Kle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A unit as the directory knows it. Names are for people; `mailbox` is where its letters go, None if it has none.

    `certificates` are the fingerprints (SHA-256, hexadecimal) of the certificates approved for sealing to it; `channel`
    is how it wants its letters, None for whatever it can take.

    A unit that merged, closed or was renamed keeps its entry, for old acts keep its name; `successor` takes over its
    letters, cases and duties from the day `succeeded_on`, when tokens of the old unit stop.
    """

    unit: Unit
    organisation_name: str
    unit_name: str
    mailbox: str | None = None
    cvr: str | None = None
    sor: str | None = None
    gln: str | None = None
    phone: str | None = None
    pulls: bool = False
    certificates: tuple[str, ...] = ()
    channel: str | None = None
    post_box: PostBox | None = None
    successor: Unit | None = None
    succeeded_on: date | None = None


class Directory(Protocol):
    """The organisations and units that the hub knows."""

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry, or None for a unit nobody has entered."""
        ...

    def all(self) -> Iterable[Address]:
        """Every entry, ordered by unit."""
        ...


def entry_on(directory: Directory, unit: Unit, on: date) -> Address | None:
    """Who stands for the unit on this day: itself, or the last of its successors; None for a unit nobody entered."""
    seen = set[Unit]()
    entry = directory.find(unit)
    while entry is not None and entry.unit not in seen and _is_succeeded(entry, on):
        seen.add(entry.unit)
        assert entry.successor is not None
        entry = directory.find(entry.successor) or entry
    return entry


def predecessors(directory: Directory, unit: Unit, on: date) -> frozenset[Unit]:
    """The units that this one stands for on this day, itself left out."""
    succeeded = (entry.unit for entry in directory.all() if entry.successor is not None)
    ends = ((former, entry_on(directory, former, on)) for former in succeeded)
    return frozenset(former for former, end in ends if end is not None and end.unit == unit) - {unit}


def _is_succeeded(entry: Address, on: date) -> bool:
    return entry.successor is not None and entry.succeeded_on is not None and entry.succeeded_on <= on
