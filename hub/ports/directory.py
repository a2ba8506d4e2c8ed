"""The organisations and units that the hub knows, and where each takes its letters."""

from collections.abc import Iterable
from dataclasses import dataclass
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


class Directory(Protocol):
    """The organisations and units that the hub knows."""

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry, or None for a unit nobody has entered."""
        ...

    def all(self) -> Iterable[Address]:
        """Every entry, ordered by unit."""
        ...
