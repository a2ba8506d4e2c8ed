"""Ports in memory, held to the same contracts as the real ones, and a clock that a test sets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.errors import Undeliverable
from hub.ports.carrier import Parcel
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.organisations import Unit
from tests.people import EVERYBODY, MONDAY

Trouble = Callable[[], None]


@dataclass(slots=True)
class SetClock:
    """The time a test says it is."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        """That time."""
        return self.now

    def forward(self, by: timedelta) -> None:
        """Later, by so much."""
        self.now += by


@dataclass(slots=True)
class SmallDirectory:
    """The units of tests.people; one may be taken out."""

    units: list[Unit] = field(default_factory=lambda: sorted(EVERYBODY))
    successors: dict[Unit, tuple[Unit, date]] = field(default_factory=dict)

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry, if it has one."""
        if unit not in self.units:
            return None
        successor, since = self.successors.get(unit, (None, None))
        return Address(
            unit=unit,
            organisation_name=unit.organisation,
            unit_name=unit.unit,
            mailbox=f"{unit.unit}@{unit.organisation}.example",
            successor=successor,
            succeeded_on=since,
        )

    def all(self) -> Iterable[Address]:
        """Every entry."""
        return [entry for unit in self.units if (entry := self.find(unit))]


def no_trouble() -> None:
    """Nothing happens."""


@dataclass(slots=True)
class PlainForms:
    """Renderer, translator and packer at once: a letter is its words, one line each. `trouble` comes before each."""

    trouble: Trouble = no_trouble

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """What a person would read."""
        self.trouble()
        words = [item.text for item in getattr(letter.event, "items", ()) if not isinstance(item, str)]
        return "\n".join([letter.name, str(letter.message_id), letter.citizen.address, *words]).encode()

    def at_most(self, letter: Letter, fhir: bytes) -> int:
        """As long as its words."""
        return 0

    def message(self, letter: Letter) -> bytes:
        """What a system would read."""
        return letter.reference.encode()

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:
        """Nothing is too much."""

    def stale(self, parcel: Parcel, sender: Address, recipient: Address) -> str | None:
        """Whatever was packed may leave, but to another mailbox."""
        return None if parcel.recipient == recipient.mailbox else "mailbox-changed"

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """Both, to the receiver's mailbox."""
        sender, recipient = letter.sender.mailbox or "", letter.recipient.mailbox or ""
        return Parcel(delivery=letter.message_id, sender=sender, recipient=recipient, body=pdf + b"\n" + fhir)


@dataclass(slots=True)
class CarrierInMemory:
    """Keeps what it was given, once per delivery. `trouble` comes before it takes the parcel, `after` right after."""

    trouble: Trouble = no_trouble
    after: Trouble = no_trouble
    name: str = "memory"
    taken: dict[UUID, bytes] = field(default_factory=dict)
    calls: int = 0

    def carry(self, parcel: Parcel) -> None:
        """Take it, unless there is trouble."""
        self.calls += 1
        self.trouble()
        if self.taken.setdefault(parcel.delivery, parcel.body) != parcel.body:
            raise Undeliverable("delivery-carried-with-other-bytes")
        self.after()
