"""A case as one unit may see it, as FHIR resources with their history: a pure fold over what it is handed.

It invents nothing and looks nothing up: what is not in the dossier is in no resource, so the guard that made the
dossier is the only one there need be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from uuid import UUID

from adapters.fhir.audit import looked, refused
from adapters.fhir.births import born
from adapters.fhir.consents import consented
from adapters.fhir.course import died, told_of, went_on
from adapters.fhir.datatypes import Reference
from adapters.fhir.dossier import Dossier, Ledger, Place, Seen
from adapters.fhir.duties import owed_now
from adapters.fhir.exchange import arrived, asked, informed, notified, referred, retracted, said
from adapters.fhir.papers import document
from adapters.fhir.parties import parties
from adapters.fhir.plans import planned
from adapters.fhir.received import came
from hub.domain import duty
from hub.domain.access_log import RecordRead
from hub.domain.addressed import Addressed
from hub.domain.case import CaseEvent
from hub.domain.consent import ConsentEvent
from hub.domain.correction.events import ActsRetracted
from hub.domain.course import births, death
from hub.domain.course.births import BirthEvent, Births
from hub.domain.course.death import Deaths
from hub.domain.course.events import CourseEvent
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed, DeliveryQueued
from hub.domain.disclosure import CitizenInformed, DisclosureRefused
from hub.domain.duty import Owed
from hub.domain.identity import act_of
from hub.domain.message import IncomingEvent
from hub.domain.notifier import ConcernReceived
from hub.domain.plan import PlanEvent, Plans
from hub.domain.referral import ReferralEvent
from hub.domain.request.events import Declined, RequestAnswered, RequestEvent, RequestItemDeclined
from hub.domain.succession import UnitSucceeded, heir_of
from hub.ports.letter import Letter
from hub.vocabulary.organisations import Unit


def resources_of(dossier: Dossier) -> Ledger:
    """Every resource that the dossier makes, with its versions."""
    declined: dict[UUID, tuple[Declined, ...]] = {}
    for event in (seen.event for seen in dossier.seen):
        if isinstance(event, RequestItemDeclined):
            left = Declined(category=event.category, reason=event.reason)
            declined[event.answer] = (*declined.get(event.answer, ()), left)
    fold = _Fold(dossier, declined)
    for seen in dossier.seen:
        fold.take(seen)
    return fold.ledger


@dataclass(slots=True)
class _Fold:
    dossier: Dossier
    declined: Mapping[UUID, tuple[Declined, ...]]
    ledger: Ledger = field(default_factory=Ledger)
    letters: dict[Place, Letter] = field(default_factory=dict)
    owed: Owed = field(default_factory=dict)
    plans: Plans = field(default_factory=Plans)
    births: dict[Unit, Births] = field(default_factory=dict)
    successors: dict[Unit, Unit] = field(default_factory=dict)
    deaths: Deaths = field(default_factory=dict)

    def take(self, seen: Seen) -> None:
        """One more event: its words, what it changes, what it leaves owed."""
        event = seen.event
        about = self._said(seen, event) if isinstance(event, Addressed) else None
        if isinstance(event, ConcernReceived):
            about = notified(self.ledger, self.dossier, seen, event)
        if isinstance(event, DeliveryQueued):
            self._written(seen, event)
        else:
            self._changed(seen, event)
        known, self.deaths = self.deaths, death.evolve(self.deaths, event)
        if self.deaths != known:
            mine = self.deaths.get(self.dossier.unit)
            died(self.ledger, self.dossier, seen, mine.died_on if mine else None)
        owed, self.owed = self.owed, duty.handed_on(duty.evolve(self.owed, event), self._heir)
        act = act_of(event)
        if seen.told_at is not None and act is not None:
            self.owed = duty.told(self.owed, act, seen.told_at)
        before, after = duty.looked_at_again(owed, known), duty.looked_at_again(self.owed, self.deaths)
        owed_now(self.ledger, self.dossier, seen, before, after, about)

    def _heir(self, unit: Unit) -> Unit:
        return heir_of(self.successors, unit)

    def _succeeded(self, event: UnitSucceeded) -> None:
        self.successors[event.unit] = event.successor
        if event.unit in self.births:
            own = self.births.get(event.successor, Births())
            self.births[event.successor] = births.inherited(own, self.births.pop(event.unit))

    def _stated(self) -> Births:
        """What the unit stated of the birth, and those that it stands for."""
        own = self.births.get(self.dossier.unit, Births())
        others = (stated for unit, stated in self.births.items() if unit != self.dossier.unit)
        return reduce(births.inherited, others, own)

    def _said(self, seen: Seen, event: Addressed) -> Reference:
        if seen.names is not None or self.ledger.get(f"Patient/{self.dossier.case}") is None:
            told_of(self.ledger, self.dossier, seen, seen.names or self.dossier.citizen)
        letter = self.letters[seen.stands or seen.place] = self._letter(seen, event)
        return said(self.ledger, self.dossier, seen, letter)

    def _written(self, seen: Seen, event: DeliveryQueued) -> None:
        """The letter for people, of an act that this unit sent or got."""
        letter = self.letters.get((seen.place[0], event.position))
        if letter is not None:
            letter = replace(letter, message_id=event.message_id, reference=event.reference)
            self.ledger.put(seen, document(letter, parties(letter)))

    def _changed(self, seen: Seen, event: CaseEvent | RecordRead) -> None:
        ledger, dossier = self.ledger, self.dossier
        if isinstance(event, BirthEvent):
            self.births[event.by] = births.evolve(self.births.get(event.by, Births()), event)
            born(ledger, dossier, seen, self._stated(), event)
        elif isinstance(event, UnitSucceeded):
            self._succeeded(event)
        elif isinstance(event, CourseEvent):
            went_on(ledger, dossier, seen, event)
        elif isinstance(event, ConsentEvent):
            consented(ledger, dossier, seen, event)
        elif isinstance(event, ReferralEvent):
            referred(ledger, dossier, seen, event)
        elif isinstance(event, RequestEvent):
            asked(ledger, seen, event)
        elif isinstance(event, PlanEvent):
            self.plans = planned(ledger, dossier, seen, self.plans, event)
        elif isinstance(event, IncomingEvent):
            came(ledger, dossier, seen, event)
        elif isinstance(event, ActsRetracted):
            retracted(ledger, seen, event)
        elif isinstance(event, DeliveryCompleted | DeliveryFailed):
            arrived(ledger, seen, event)
        elif isinstance(event, CitizenInformed):
            ledger.put(seen, informed(dossier, seen, event))
        elif isinstance(event, DisclosureRefused):
            ledger.put(seen, refused(dossier, seen, event))
        elif isinstance(event, RecordRead):
            ledger.put(seen, looked(dossier, seen, event))

    def _letter(self, seen: Seen, event: Addressed) -> Letter:
        """The act as it would be written. What only a queued letter has – its ids – is drawn when it is queued."""
        act = act_of(event)
        assert act is not None
        return Letter(
            event=event,
            name=seen.name,
            recorded_at=seen.recorded_at or seen.at,
            case=self.dossier.case,
            act=act,
            citizen=self.dossier.citizen,
            sender=self.dossier.address(event.by),
            recipient=self.dossier.address(event.recipient),
            person=seen.person,
            role=seen.role,
            message_id=act,
            reference="",
            declined=self.declined.get(event.answer, ()) if isinstance(event, RequestAnswered) else (),
            mark=seen.mark,
        )
