"""A letter and its forms as sealed bytes, and who takes them out of the house."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from hub.ports.directory import Address
from hub.ports.letter import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Sealed bytes with what the carrier must know. Nothing here tells anything about a person.

    `content_sha256` is the hash of the clear content that was signed: unlike the sealed bytes it can be made again.
    `certificates` are the fingerprints of those that it was signed with and sealed to.
    """

    delivery: UUID
    sender: str
    recipient: str
    body: bytes
    reference: str = ""
    content_sha256: str | None = None
    certificates: tuple[str, ...] = ()


class Packer(Protocol):
    """Letter and its forms → the parcel that leaves."""

    def refuse(self, letter: Letter, pdf: int, fhir: int) -> None:
        """Raise `Unsendable` when the receiver cannot be reached this way, or forms of these sizes are too large.

        Nothing is made to find out, so it is asked before an act is recorded, and again before it is rendered.
        """
        ...

    def pack(self, letter: Letter, pdf: bytes, fhir: bytes) -> Parcel:
        """One parcel to one mailbox, the act's documents inside; `Undeliverable` if the receiver has none."""
        ...

    def stale(self, parcel: Parcel, sender: Address, recipient: Address) -> str | None:
        """Why a parcel packed earlier may not leave as it is, as a code; None when it would be packed alike now.

        Asked before every further attempt, with both ends as the directory has them now. `TryAgainLater` when it cannot
        be known for now.
        """
        ...


class Carrier(Protocol):
    """Takes parcels out of the house."""

    name: str

    def carry(self, parcel: Parcel) -> None:
        """Return once the carrier has taken it; `TryAgainLater` or `Undeliverable` (with a code) if it has not."""
        ...
