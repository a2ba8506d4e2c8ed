"""What comes back about letters that have left."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """What a signed answer says of itself: the id it was sent under, and the mailboxes it goes from and to."""

    delivery: UUID
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """Something that came back about a letter. It is a claim: what it may change is judged by the letter it quotes.

    `what`: delivered, relayed, delayed, failed, noted, acknowledged, refused. `source` is the SHA-256 of what came in;
    `recipient` the mailbox a delivery report speaks of, `signed_by` the CVR number of whoever signed an answer and
    `answer` what that says of itself;
    `channel` is how it came, and a report about a letter comes the way the letter went.
    """

    what: str
    source: str
    reference: str | None = None
    message: UUID | None = None
    recipient: str | None = None
    signed_by: str | None = None
    answer: SignedAnswer | None = None
    why: str | None = None
    channel: str = "secure-mail"


class Receipts(Protocol):
    """Where word of letters comes back."""

    def heard(self) -> Iterable[DeliveryReceipt]:
        """What came in and is not done with; the same again until it is."""
        ...

    def done(self, signal: DeliveryReceipt) -> None:
        """It was recorded, or is nothing to record: do not tell of it again."""
        ...
