"""From a queued delivery to the letter it carries: the act, the woman, sender and receiver, the ids others see."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from uuid import UUID

from hub.domain.addressed import Addressed, leaves
from hub.domain.concern import ConcernEvent
from hub.domain.course.decider import Course
from hub.domain.delivery import DeliveryQueued, DeliveryRenewed
from hub.domain.disclosure import DisclosureMade
from hub.domain.identity import mark_of
from hub.domain.message import MessageKept, kept_in
from hub.domain.protection import as_told_to
from hub.domain.request.events import Declined, RequestAnswered, RequestEvent, RequestItemDeclined
from hub.errors import Undeliverable
from hub.ports.directory import Address, Directory, entry_on
from hub.ports.letter import Answered, Followed, Letter
from hub.store import Record, Recorded, Shredded
from hub.store.serialisation.events import NAMES
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit, UnitEntry
from hub.vocabulary.period import local_day

CourseAt = Callable[[Recorded, Recorded | None], Course]
_KEPT = tuple(field.name for field in fields(UnitEntry))


class Letters:
    """Makes letters from the record. `course_at` gives the course of an event's case as it stood at another, or now.

    Each names the woman as its sender had stated her when the act was recorded, protected if it knew that by the moment
    that counts: an address that is protected by then is not for everybody.
    """

    def __init__(self, record: Record, directory: Directory, course_at: CourseAt) -> None:
        self._record, self._directory, self._course_at = record, directory, course_at

    def of(self, recorded: Recorded) -> Letter | None:
        """The letter behind a DeliveryQueued; None for any other event, and for a case that is erased.

        Sender and receiver are named as the directory had them when it was queued, whatever became of them since: the
        same event gives the same letter for ever. It is for reading; to go anywhere it needs `leaving`.
        """
        return self._letter(recorded, self._ends_then, recorded)

    def as_read_now(self, recorded: Recorded) -> Letter | None:
        """The same letter for somebody who reads it again: an address that is protected by now stands there no more."""
        return self._letter(recorded, self._ends_then, None)

    def leaving(self, recorded: Recorded, on: date) -> Letter | None:
        """The same letter on its way: its ends are reached, and sealed to, as the directory has them on this day."""
        return self._letter(recorded, lambda queued: self.ends(queued, on), None)

    def is_protected_since(self, queued: Recorded, moment: Recorded) -> bool:
        """Has its sender learned after that event that the address in this letter is not for its receiver?"""
        event = queued.event
        assert isinstance(event, DeliveryQueued)
        carried = self._carried(queued.partition, event.position)
        course = self._course_at(carried, carried)
        then, now = (self._citizen(course, carried, event.sender, until) for until in (moment, None))
        return as_told_to(event.recipient, then).address != as_told_to(event.recipient, now).address

    def entries(self, sender: Unit, recipient: Unit, on: date) -> tuple[UnitEntry | None, UnitEntry | None]:
        """What the directory says of a letter's ends on this day, as it is kept with the letter; None for no entry."""
        return _entry(self._directory.find(sender)), _entry(entry_on(self._directory, recipient, on))

    def _letter(
        self,
        recorded: Recorded,
        ends: Callable[[DeliveryQueued], tuple[Address, Address]],
        protected_by: Recorded | None,
    ) -> Letter | None:
        queued = recorded.event
        if not isinstance(queued, DeliveryQueued):
            return None
        carried = self._carried(recorded.partition, queued.position)
        event = leaves(carried.event)
        if event is None or isinstance(carried.event, Shredded):
            return None
        sender, recipient = ends(queued)
        course = self._course_at(carried, carried)
        return Letter(
            event=event,
            name=carried.name,
            recorded_at=carried.recorded_at,
            case=carried.case,
            act=queued.act,
            citizen=as_told_to(recipient.unit, self._citizen(course, carried, queued.sender, protected_by)),
            sender=sender,
            recipient=recipient,
            person=carried.meta.person if carried.meta else None,
            role=carried.meta.role if carried.meta else None,
            message_id=queued.message_id,
            reference=queued.reference,
            declined=self._declined(carried),
            mark=mark_of(carried.command, carried.case),
            answers=self._answered(recorded, event),
            follows=followed(self._record, carried.case, event),
            died_on=course.died_on(queued.sender),
        )

    def ends(self, queued: DeliveryQueued, on: date) -> tuple[Address, Address]:
        """Sender, and receiver or its successor of this day; `Undeliverable` when one has left the directory."""
        sender, recipient = self._directory.find(queued.sender), entry_on(self._directory, queued.recipient, on)
        if sender is None or recipient is None:
            raise Undeliverable("unit-left-the-directory")
        return sender, recipient

    def _ends_then(self, queued: DeliveryQueued) -> tuple[Address, Address]:
        """As the directory had them; an older record does not say, and is read by the directory as it is."""
        if queued.sender_entry is None or queued.recipient_entry is None:
            return self.ends(queued, local_day(queued.at))
        return _address(queued.sender_entry), _address(queued.recipient_entry)

    def _citizen(self, course: Course, carried: Recorded, sender: Unit, until: Recorded | None) -> Citizen:
        """The woman as the sender named her then, and protected as it knows her by `until`, or by now."""
        named, known = course.citizen_by(sender), self._course_at(carried, until).citizen_by(sender)
        return replace(named, protected=named.protected or known.protected)

    def _carried(self, partition: int, position: int) -> Recorded:
        return self._record.read(partition, position - 1, 1)[0]

    def _answered(self, queued: Recorded, event: Addressed) -> Answered | None:
        """The letter of the same request or concern that its sender had been sent before this one was queued."""
        thread = _thread_of(event)
        if thread is None:
            return None
        names = [NAMES.of(event).newest for event in (DeliveryQueued, DeliveryRenewed)]  # not the acts, which are large
        rows = self._record.case(queued.case, names=names)
        before = [row.event for row in rows if row.position < queued.position]
        letters = (event for event in before if isinstance(event, DeliveryQueued) and event.act == thread)
        found = next((letter for letter in letters if letter.recipient == event.by), None)
        if found is None:
            return None
        renewed = (event for event in before if isinstance(event, DeliveryRenewed))
        ids = [event.message_id for event in renewed if event.delivery == found.delivery]
        return Answered([found.message_id, *ids][-1], found.reference)

    def _declined(self, answer: Recorded) -> tuple[Declined, ...]:
        """The items declined with an answer stand in the same command."""
        if not isinstance(answer.event, RequestAnswered):
            return ()
        beside = self._record.command(answer.stream, answer.command)
        return tuple(
            Declined(category=event.category, reason=event.reason)
            for event in (recorded.event for recorded in beside)
            if isinstance(event, RequestItemDeclined)
        )


def _entry(address: Address | None) -> UnitEntry | None:
    return None if address is None else UnitEntry(**{name: getattr(address, name) for name in _KEPT})


def _address(entry: UnitEntry) -> Address:
    return Address(**{name: getattr(entry, name) for name in _KEPT})


def _thread_of(act: Addressed) -> UUID | None:
    """The request or concern that an act opens or answers; None for an act that stands alone."""
    if isinstance(act, RequestEvent):
        return act.request
    return act.concern if isinstance(act, ConcernEvent) else None


def followed(record: Record, case: UUID, event: Addressed) -> Followed | None:
    """The message that an act goes on from, as it came."""
    follows = event.follows if isinstance(event, DisclosureMade) else None
    if follows is None:
        return None
    rows = (recorded.event for recorded in record.stream(kept_in(case, follows.message)))
    kept = next((event.content for event in rows if isinstance(event, MessageKept)), None)
    return None if kept is None else Followed(follows.how, kept)
