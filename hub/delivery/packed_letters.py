"""What a letter was packed into, from the first attempt until it has left or never will (ADR 0004).

A retry, and the repeat after a crash between sending and recording, are the same bytes under the same ids, which the
receiver's duplicate rule makes safe (secure mail guide §7). What rests on a mailbox, an approval or a certificate that
no longer stands is never sent again: the letter is renewed, and packed under a new id (guide §0).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from hub.delivery.channels import Channels
from hub.documents.letters import Letters
from hub.domain.delivery import Delivery, DeliveryAttempted, DeliveryQueued, DeliveryRenewed
from hub.errors import Undeliverable
from hub.ports.carrier import Carrier
from hub.ports.clock import Clock
from hub.store import PackedParcel, Record
from hub.vocabulary.period import local_day
from projections.outbox import OutboxEntry


@dataclass(frozen=True, slots=True)
class Stale:
    """What was packed may not leave any more; `why` is a code."""

    why: str


class PackedLetters:
    """Packs each letter once and keeps it. Several workers may share the record."""

    def __init__(self, record: Record, letters: Letters, channels: Channels, clock: Clock) -> None:
        self._record, self._letters, self._channels, self._clock = record, letters, channels, clock
        self._parcels = record.parcels()

    def of(self, due: OutboxEntry, delivery: Delivery) -> PackedParcel | Stale | None:
        """What was packed for an earlier attempt, or packed now and kept; None when the case is erased.

        What was packed earlier is judged anew, by the directory and the certificates as they stand now.
        `Undeliverable` (with a code) when it can never be packed, `TryAgainLater` when it cannot be for now,
        `EvidenceBroken` when what is kept was altered, `Unreadable` when it cannot be written.
        """
        kept = self._kept(due, delivery)
        if kept is not None:
            why = self._channels.stale(kept, *self._letters.ends(delivery.queued, self._today()))
            if why is not None or self._shows_what_is_protected(due):
                return Stale(why or "address-protected")
        else:
            if not self._pack(due, delivery):
                return None
            kept = self._parcels.kept(due.case, due.delivery)  # another worker's, if it was first
        if kept and delivery.payload_sha256 not in (None, sha256(kept.parcel.body).hexdigest()):
            raise Undeliverable("packed-bytes-lost")  # other bytes would be a new delivery under the old ids
        return kept

    def _shows_what_is_protected(self, due: OutboxEntry) -> bool:
        """Was it packed before its sender knew that the address is not for this receiver (CPR-loven § 28)?"""
        rows = self._record.stream(due.delivery)
        packed_after = [row for row in rows if isinstance(row.event, DeliveryQueued | DeliveryRenewed)][-1]
        tries = (row for row in rows if isinstance(row.event, DeliveryAttempted) and row.version > packed_after.version)
        return self._letters.is_protected_since(rows[0], next(tries, packed_after))

    def _kept(self, due: OutboxEntry, delivery: Delivery) -> PackedParcel | None:
        """What is kept under the id that the letter has now; what a crash left under an older one is let go."""
        kept = self._parcels.kept(due.case, due.delivery)
        if kept is None or kept.parcel.delivery == delivery.message_id:
            return kept
        self.drop(due.delivery)
        return None

    def carrier_of(self, kept: PackedParcel) -> Carrier:
        """Who carries what was packed for that channel; `Undeliverable` when the hub is no longer set up for it."""
        return self._channels.carrier_of(kept.channel)

    def drop(self, delivery: UUID) -> None:
        """It has left, or never will."""
        self._parcels.drop(delivery)

    def tidy(self, is_over: Callable[[UUID], bool]) -> None:
        """Let go of what a crash left behind of letters that are over."""
        for delivery in self._parcels.deliveries():
            if is_over(delivery):
                self._parcels.drop(delivery)

    def _today(self) -> date:
        """The local day, by which successors take over."""
        return local_day(self._clock())

    def _pack(self, due: OutboxEntry, delivery: Delivery) -> bool:
        """Pack it and keep that; letter and parcel are let go of again, for either may be large."""
        letter = self._letters.leaving(self._record.stream(due.delivery)[0], self._today())
        if letter is None:
            return False
        carrier = self._channels.named(letter.recipient.channel).carrier
        parcel = self._channels.pack(letter, delivery.message_id)
        self._parcels.keep(due.case, due.delivery, PackedParcel(parcel, carrier.name))
        return True
