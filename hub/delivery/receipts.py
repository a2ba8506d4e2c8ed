"""Word of letters comes back: what it may change is judged by the letter it quotes, never by itself.

A delivery report is unsigned, and whoever saw the subject of our mail can forge it: it must name the letter's reference
and its receiver, and a letter that was handed over, and it never does more than the guide's table says. It lifts no
bounce, no end and no alarm, and a bounce that follows it counts (secure-mail guide §0 and §7). An answer counts when
its manifest names the letter, and it comes from the mailbox and the organisation that the letter went to, to the one it
came from; our own letter that comes back is none. A note that somebody opened a mail is kept, and ends nothing.
"""

from collections.abc import Iterator
from uuid import UUID

from hub.delivery.channels import USUAL
from hub.delivery.dispatcher import Dispatcher
from hub.domain.delivery import BOUNCED, Delivery, DeliveryNoted
from hub.errors import Contradiction, NotFound
from hub.observability import RECEIPTS, log
from hub.ports.clock import Clock
from hub.ports.directory import Address, Directory, entry_on
from hub.ports.receipts import DeliveryReceipt, Receipts
from hub.store import Record
from hub.vocabulary.period import local_day
from projections import outbox
from projections.outbox import OutboxEntry

REPORTS = ("delivered", "relayed", "delayed", "failed")
HAS_LEFT = ("attempted", "accepted", "rejected", "received", "abandoned")
HANDED_OVER = ("accepted", "received", "abandoned")  # before that a mail server has nothing to report
FOR_A_PERSON = ("answered-in-words",)  # notes that somebody must read


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
        rows = self._letters_of(signal.reference, signal.message)
        if len(rows) != 1:
            log.warning("receipt-unmatched", source=signal.source[:16], what=signal.what, why=signal.why)
            return
        (due,) = rows
        standing = self._dispatcher.deliveries.of(due.delivery).state
        if standing is None or signal.source in standing.heard:
            return
        if standing.status == "attempted" and _is_mail_report(signal):
            raise Contradiction("the letter is being handed over", code="delivery-under-way")
        refused = self._objection(signal, standing, due)
        if refused is not None:
            log.error("receipt-refused", delivery=str(due.delivery), source=signal.source[:16], why=refused)
            self._note(due, "refused", refused, None)
            return
        self._record_it(due, signal, standing)

    def _record_it(self, due: OutboxEntry, signal: DeliveryReceipt, standing: Delivery) -> None:
        is_report = _is_mail_report(signal)
        match signal.what:
            case "acknowledged":
                self._dispatcher.received(due, signal.what)
            case "delivered" if not (is_report and standing.status == "abandoned"):
                self._dispatcher.received(due, signal.what)
            case "failed" if standing.status != "received" or (is_report and standing.proof == "delivered"):
                self._dispatcher.bounced(due, signal.why or BOUNCED)
            case _:
                self._note(due, signal.what, signal.why, signal.source)
                if signal.why in FOR_A_PERSON:
                    self._dispatcher.deliveries.escalate(due, signal.why)

    def _objection(self, signal: DeliveryReceipt, standing: Delivery, due: OutboxEntry) -> str | None:
        if signal.answer is not None and self._letters_of(None, signal.answer.delivery):
            return "receipt-is-our-own-letter"
        sender, recipient = self._directory.find(due.sender), self._directory.find(due.recipient)
        now = entry_on(self._directory, due.recipient, local_day(self._clock()))
        refused = objection(signal, standing, sender, recipient)
        return refused if refused is None else objection(signal, standing, sender, now)  # its successor may answer

    def _letters_of(self, reference: str | None, message: UUID | None) -> list[OutboxEntry]:
        with self._record.engine.connect() as connection:
            return outbox.quoted(connection, reference=reference, message=message)

    def _note(self, due: OutboxEntry, what: str, why: str | None, source: str | None) -> None:
        """A refusal is one for each reason, however often it comes: nobody fills the record with forged receipts."""
        noted = DeliveryNoted(delivery=due.delivery, what=what, why=why, source=source, at=self._clock())
        self._dispatcher.deliveries.note(due, noted)


def objection(
    signal: DeliveryReceipt, standing: Delivery, sender: Address | None, recipient: Address | None
) -> str | None:
    """Why this signal is not believed of this letter, as a code; None when it is."""
    if signal.what == "refused":
        return signal.why or "receipt-not-readable"
    if standing.status not in HAS_LEFT or not standing.attempts:
        return "receipt-before-sending"
    if sender is None or recipient is None:
        return "receipt-from-nobody-known"
    if signal.what in REPORTS and signal.channel != (recipient.channel or USUAL):
        return "receipt-by-another-channel"
    if _is_mail_report(signal):
        return _objection_to_report(signal, standing, recipient)
    return _objection_to_answer(signal, sender, recipient) if signal.what == "acknowledged" else None


def _objection_to_report(signal: DeliveryReceipt, standing: Delivery, recipient: Address) -> str | None:
    if standing.status not in HANDED_OVER:
        return "receipt-before-sending"
    return None if signal.recipient == recipient.mailbox else "receipt-for-another-recipient"


def _objection_to_answer(signal: DeliveryReceipt, sender: Address, recipient: Address) -> str | None:
    if signal.signed_by is None or signal.signed_by != recipient.cvr:
        return "receipt-signed-by-another-organisation"
    if signal.answer is None or signal.answer.sender != recipient.mailbox:
        return "receipt-from-another-sender"
    return None if signal.answer.recipient == sender.mailbox else "receipt-to-another-recipient"


def _is_mail_report(signal: DeliveryReceipt) -> bool:
    """A delivery status notification: unsigned, unlike the receipts of Digital Post."""
    return signal.what in REPORTS and signal.channel == USUAL
