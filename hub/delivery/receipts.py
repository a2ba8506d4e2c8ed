"""Word of letters comes back: what it may change is judged by the letter it quotes, never by itself.

A delivery report is unsigned and can be forged, so it must name the letter's reference and its receiver, and a letter
that has left; it never does more than the guide's table says (secure-mail guide §7). An answer counts when the
organisation that the letter went to has signed it. A note that somebody opened a mail is kept, and ends nothing.
"""

from collections.abc import Iterator

from hub.delivery.channels import USUAL
from hub.delivery.dispatcher import Dispatcher
from hub.domain.delivery import Delivery, DeliveryNoted
from hub.errors import Contradiction, NotFound
from hub.observability import RECEIPTS, log
from hub.ports.clock import Clock
from hub.ports.directory import Address, Directory
from hub.ports.receipts import DeliveryReceipt, Receipts
from hub.store import Record
from projections import outbox
from projections.outbox import OutboxEntry

REPORTS = ("delivered", "relayed", "delayed", "failed")
HAS_LEFT = ("attempted", "accepted", "rejected", "received", "abandoned")


class AllReceipts:
    """The Receipts port over several places. Each signal is told once its own place is done with it."""

    def __init__(self, *places: Receipts) -> None:
        self._places = places

    def heard(self) -> Iterator[DeliveryReceipt]:
        """What came in anywhere."""
        for place in self._places:
            yield from place.heard()

    def done(self, signal: DeliveryReceipt) -> None:
        """Only the place that it came from knows it."""
        for place in self._places:
            place.done(signal)


class ReceiptHandler:
    """Listens where receipts come in and records what they prove."""

    def __init__(
        self, record: Record, dispatcher: Dispatcher, directory: Directory, receipts: Receipts, clock: Clock
    ) -> None:
        self._record, self._dispatcher, self._directory = record, dispatcher, directory
        self._receipts, self._clock = receipts, clock

    def listen(self) -> int:
        """Take in everything that came; how much that was. What cannot be recorded now is heard again next time."""
        taken = 0
        for signal in self._receipts.heard():
            try:
                self.hear(signal)
            except (Contradiction, NotFound) as error:
                log.warning("receipt-waits", source=signal.source[:16], kind=type(error).__name__)
                continue
            self._receipts.done(signal)
            taken += 1
        return taken

    def hear(self, signal: DeliveryReceipt) -> None:
        """Record one signal on the letter it quotes. One that quotes none, or two, is told in the log and changes
        nothing.
        """
        RECEIPTS.labels(signal.what).inc()
        with self._record.engine.connect() as connection:
            rows = outbox.quoted(connection, reference=signal.reference, message=signal.message)
        if len(rows) != 1:
            log.warning("receipt-unmatched", source=signal.source[:16], what=signal.what, why=signal.why)
            return
        (due,) = rows
        standing = self._dispatcher.deliveries.of(due.delivery).state
        if standing is None or signal.source in standing.heard:
            return
        refused = objection(signal, standing, self._directory.find(due.recipient))
        if refused is not None:
            log.error("receipt-refused", delivery=str(due.delivery), source=signal.source[:16], why=refused)
            self._note(due, "refused", refused, None)
            return
        self._record_it(due, signal, standing)

    def _record_it(self, due: OutboxEntry, signal: DeliveryReceipt, standing: Delivery) -> None:
        match signal.what:
            case "delivered" | "acknowledged":
                self._dispatcher.received(due, signal.what)
            case "failed" if standing.status != "received":
                self._dispatcher.bounced(due, signal.why or "bounced")
            case _:
                self._note(due, signal.what, signal.why, signal.source)

    def _note(self, due: OutboxEntry, what: str, why: str | None, source: str | None) -> None:
        """A refusal is one for each reason, however often it comes: nobody fills the record with forged receipts."""
        noted = DeliveryNoted(delivery=due.delivery, what=what, why=why, source=source, at=self._clock())
        self._dispatcher.deliveries.note(due, noted)


def objection(signal: DeliveryReceipt, standing: Delivery, recipient: Address | None) -> str | None:
    """Why this signal is not believed of this letter, as a code; None when it is."""
    if signal.what == "refused":
        return signal.why or "receipt-not-readable"
    if standing.status not in HAS_LEFT or not standing.attempts:
        return "receipt-before-sending"
    if recipient is None:
        return "receipt-from-nobody-known"
    if signal.what in REPORTS and signal.channel != (recipient.channel or USUAL):
        return "receipt-by-another-channel"
    if signal.what in REPORTS and signal.channel == USUAL and signal.recipient != recipient.mailbox:
        return "receipt-for-another-recipient"
    if signal.what == "acknowledged" and (signal.signed_by is None or signal.signed_by != recipient.cvr):
        return "receipt-signed-by-another-organisation"
    return None
