"""The message protocol: one message in, one answer out (MedCom, Reliable messaging; FHIR R4 §2.4.3).

A message that can be read is answered with an Acknowledgement that says ok, fatal-error or transient-error; an
Acknowledgement itself is taken without a word. The same content again gets the same answer; a unit may send only for
itself. Whatever came and was not taken is on record, without its words.
"""

from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.message import Finding, Verdict
from hub.errors import Contradiction, KeyReused, NotPermitted, TryAgainLater, Unreadable
from hub.intake.deduplication import Arrival, Sending
from hub.intake.intake import MessageIntake
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.ports.intake import (
    HEADER,
    IssueCode,
    MessageStandard,
    NotAMessage,
    Numbers,
    ReceivedMessage,
    Reply,
    Unanswerable,
)
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class ConversationAnswer:
    """What a message is answered with. Without an Acknowledgement, the verdict is told outside of one."""

    event: str
    verdict: Verdict
    acknowledgement: bytes | None = field(default=None, repr=False)


class Conversation:
    """Takes messages in and answers each. `intake` records them; threads may share it."""

    def __init__(self, intake: MessageIntake, standard: MessageStandard, directory: Directory, clock: Clock) -> None:
        self._intake, self._standard, self._directory, self._clock = intake, standard, directory, clock

    def read(self, actor: Actor, content: bytes) -> ReceivedMessage:
        """The message in these bytes; `NotAMessage`, once it is on record that something came."""
        try:
            return self._standard.read(content)
        except NotAMessage as refusal:
            self._intake.refuse(actor, content, (refusal.finding,))
            raise

    def answer(self, actor: Actor, message: ReceivedMessage) -> ConversationAnswer:
        """The answer, once the message has had its effect. `NotPermitted` when another unit seems to have sent it."""
        self._require_own_sender(actor, message)
        sending = Sending(message=message.id, bundle=message.envelope_id, digest=message.digest)
        arrivals = self._intake.arrivals
        try:
            earlier = arrivals.earlier(actor.unit, sending)
        except KeyReused:
            return self._reused(actor, message, f"{HEADER}.id", "msg-duplicate", "a new id for new content")
        if earlier is not None:
            arrivals.came_again(actor, earlier, sending)
            reply = Reply.FATAL if earlier.findings else Reply.OK
            return self._answered(message, Verdict(reply.value, earlier.findings), earlier.at)
        if arrivals.is_anothers(actor.unit, sending):
            return self._reused(actor, message, "Bundle.id", "msg-envelope", "a new Bundle.id for another message")
        try:
            verdict = self._standard.judge(message)
        except TryAgainLater:
            return self._busy(message)
        if verdict.code != Reply.OK:
            return self._refused(actor, message, sending, verdict)
        return self._taken(actor, message, sending, verdict)

    def _taken(self, actor: Actor, message: ReceivedMessage, sending: Sending, verdict: Verdict) -> ConversationAnswer:
        """The effect of a message that keeps the rules."""
        if message.sender is None:
            raise self._not_its_own(actor, message)
        try:
            if message.is_acknowledgement:
                said = message.acknowledged()
                self._intake.acknowledged(actor, sending, said.acknowledges, said.answer)
                return self._answered(message, verdict)
            return self._received(actor, message, sending, verdict)
        except Unreadable as complaint:
            wrong = _verdict(Reply.FATAL, IssueCode.DATE_FORMAT, complaint.field, "moments", complaint.rule)
            return self._refused(actor, message, sending, wrong)
        except KeyReused:
            return self._reused(actor, message, f"{HEADER}.id", "msg-duplicate", "a new id for new content")
        except Contradiction:  # the case is written to by others without pause
            return self._busy(message)

    def _received(
        self, actor: Actor, message: ReceivedMessage, sending: Sending, verdict: Verdict
    ) -> ConversationAnswer:
        recipient = self._unit(message.receiver)
        if recipient is None:
            at, says = f"{HEADER}.destination[0].receiver", "a receiver that this hub knows"
            unknown = _verdict(Reply.FATAL, IssueCode.UNKNOWN_RECEIVER, at, "receiver-known", says)
            return self._refused(actor, message, sending, unknown)
        event = message.told(actor.unit, recipient)
        arrival = Arrival(event=event, numbers=message.numbers, content=message.body, sending=sending)
        taken = self._intake.receive(actor, arrival)
        said = Verdict(Reply.FATAL.value, taken.findings) if taken.findings else verdict
        return self._answered(message, said, taken.at)

    def _refused(
        self, actor: Actor, message: ReceivedMessage, sending: Sending, verdict: Verdict
    ) -> ConversationAnswer:
        errors = tuple(finding for finding in verdict.findings if finding.severity == "error")
        at = self._intake.refuse(actor, message.body, errors, sending)
        return self._answered(message, Verdict(verdict.code, errors), at)

    def _reused(self, actor: Actor, message: ReceivedMessage, element: str, rule: str, says: str) -> ConversationAnswer:
        """An id is known with something else: an error that is not held against the message, and the first stands."""
        verdict = _verdict(Reply.FATAL, IssueCode.DUPLICATE_ID, element, rule, says)
        return self._answered(message, verdict, self._intake.refuse(actor, message.body, verdict.findings))

    def _busy(self, message: ReceivedMessage) -> ConversationAnswer:
        verdict = _verdict(Reply.TRANSIENT, IssueCode.OUT_OF_OPERATION, "", "hub-busy", "send it again")
        return self._answered(message, verdict)

    def _answered(self, message: ReceivedMessage, verdict: Verdict, at: datetime | None = None) -> ConversationAnswer:
        if message.is_acknowledgement:
            return ConversationAnswer(message.event, verdict)
        try:
            written = self._standard.acknowledgement(message, verdict, at or self._clock())
        except Unanswerable:
            return ConversationAnswer(message.event, verdict)
        return ConversationAnswer(message.event, verdict, written)

    def _require_own_sender(self, actor: Actor, message: ReceivedMessage) -> None:
        """Who may send for whom: the token's unit is the message's sender, by SOR id and GLN in the directory."""
        if message.sender is not None and self._unit(message.sender) != actor.unit:
            raise self._not_its_own(actor, message)  # a sender that cannot be made out breaks a rule, and is told so

    def _not_its_own(self, actor: Actor, message: ReceivedMessage) -> NotPermitted:
        """The refusal of a message that another unit seems to have sent, once it is recorded."""
        says, at = "the token's own unit", f"{HEADER}.sender"
        finding = Finding(severity="error", code=IssueCode.BAD_FORMAT.value, element=at, rule="sender-own", says=says)
        self._intake.refuse(actor, message.body, (finding,))
        return NotPermitted("the message's sender is not the token's unit")

    def _unit(self, wanted: Numbers | None) -> Unit | None:
        """The unit with these numbers in the directory."""
        if wanted is None:
            return None
        found = (entry for entry in self._directory.all() if entry.sor is not None and entry.gln is not None)
        return next((entry.unit for entry in found if (entry.sor, entry.gln) == (wanted.sor, wanted.gln)), None)


def _verdict(reply: Reply, code: IssueCode, element: str, rule: str, says: str) -> Verdict:
    finding = Finding(severity="error", code=code.value, element=element, rule=rule, says=says)
    return Verdict(reply.value, (finding,))
