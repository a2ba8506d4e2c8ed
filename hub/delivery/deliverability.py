"""Before an act is recorded: could its letter ever leave?

The law is asked first, and its no is recorded: only an act that it permits gets this far. One that has no safe way to
its receiver, or documents too large for that way, is refused here with nothing stored, so that nothing stands as sent
that never can be. An act already made is not carried, and is not asked. Dispatch asks once more when it packs, for
directory and settings may have changed meanwhile.
"""

from datetime import datetime
from uuid import uuid4

from hub.delivery.channels import Channels
from hub.documents.letters import followed
from hub.domain.addressed import Addressed, leaves
from hub.domain.case import Case, CaseEvent
from hub.domain.identity import act_of
from hub.domain.request.events import Declined, RequestItemDeclined
from hub.errors import Unsendable
from hub.ports.directory import Address, Directory, entry_on
from hub.ports.letter import Letter
from hub.store import Record
from hub.store.serialisation.events import NAMES
from hub.vocabulary.actors import Actor
from hub.vocabulary.period import local_day

REFERENCE = "0" * 16  # as long as a real one


class Deliverability:
    """What the hub asks between deciding and recording."""

    def __init__(self, record: Record, directory: Directory, channels: Channels) -> None:
        self._record, self._directory, self._channels = record, directory, channels

    def refuse(self, case: Case, events: tuple[CaseEvent, ...], actor: Actor, at: datetime) -> None:
        """Raise `Unsendable` when one of these events, decided on this case, must leave and never could."""
        declined = tuple(
            Declined(category=event.category, reason=event.reason)
            for event in events
            if isinstance(event, RequestItemDeclined)
        )
        for event in events:
            act = leaves(event)
            if act is not None:
                letter = self._letter(case, act, actor, at, declined)
                self._channels.refuse(letter, self._channels.translator.message(letter))

    def _letter(self, case: Case, act: Addressed, actor: Actor, at: datetime, declined: tuple[Declined, ...]) -> Letter:
        """The letter as it would be, but for the ids that it is given when it is queued."""
        key = act_of(act)
        assert key is not None
        return Letter(
            event=act,
            name=NAMES.of(type(act)).newest,
            recorded_at=at,
            case=case.course.case,
            act=key,
            citizen=case.course.citizen_by(act.by),
            sender=self._entry(self._directory.find(act.by), "sender"),
            recipient=self._entry(entry_on(self._directory, act.recipient, local_day(at)), "recipient"),
            person=actor.person,
            role=actor.role,
            message_id=uuid4(),
            reference=REFERENCE,
            declined=declined,
            follows=followed(self._record, case.course.case, act),
            died_on=case.course.died_on(act.by),
        )

    @staticmethod
    def _entry(found: Address | None, field: str) -> Address:
        if found is None:
            raise Unsendable(
                "unit-left-the-directory", "a unit of the directory (GET /v1/units lists them)", field=field
            )
        return found
