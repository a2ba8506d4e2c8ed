"""The case: one pregnancy's course across the sectors, one aggregate, one stream.

Consents, requests, disclosures and concerns stand in one order, so that "withdrawn" and "disclosed" can never pass each
other unseen: the one that is stored second is decided on the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from hub.domain import concern, consent, disclosure, duplicates, duty, message, plan, referral, sent_acts
from hub.domain.addressed import Addressed, Bringing, is_told_at_once
from hub.domain.concern import ConcernCommand, ConcernEvent, ConcernReported, Concerns
from hub.domain.consent import ConsentCommand, ConsentEvent, Consents
from hub.domain.correction.events import ActCorrected, CorrectAct, CorrectionEvent
from hub.domain.course import death
from hub.domain.course import decider as course
from hub.domain.course.decider import Course
from hub.domain.course.events import CaseOpened, CourseCommand, CourseEvent, OpenCase, ReopenCase
from hub.domain.course.plausibility import require_lifetime
from hub.domain.delivery import DeliveryCompleted, DeliveryDeparted, DeliveryFailed, bounces
from hub.domain.disclosure import CorrectDisclosure, Disclose, DisclosureCommand, DisclosureEvent, Disclosures
from hub.domain.duplicates import Duplicates
from hub.domain.duty import DutyFulfilled, FulfilDuty, Owed
from hub.domain.identity import act_of
from hub.domain.message import Incoming, IncomingEvent, ReceiveMessage
from hub.domain.notifier import ConcernReceived
from hub.domain.plan import AgreePlan, PlanCommand, PlanEvent, Plans, RevisePlan
from hub.domain.rectification import acts as rectification
from hub.domain.referral import ReferralCommand, ReferralEvent, Referrals
from hub.domain.request import decider as request
from hub.domain.request.decider import Requests
from hub.domain.request.events import RequestAnswered, RequestCommand, RequestEvent
from hub.domain.sent_acts import SentActs
from hub.domain.succession import RecordSuccession, UnitSucceeded, heir_of
from hub.errors import Contradiction, NotFound
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class CompleteDelivery:
    """Register on the case what became of a letter (hub.delivery.dispatcher)."""

    event: DeliveryCompleted | DeliveryFailed


@dataclass(frozen=True, slots=True)
class LetDepart:
    """Register on the case that a letter left (hub.delivery.dispatcher)."""

    event: DeliveryDeparted


CaseCommand = (
    CourseCommand
    | RecordSuccession
    | ConsentCommand
    | ReferralCommand
    | RequestCommand
    | DisclosureCommand
    | CorrectAct
    | ConcernCommand
    | PlanCommand
    | FulfilDuty
    | CompleteDelivery
    | LetDepart
    | ReceiveMessage
)
CaseEvent = (
    CourseEvent
    | ConsentEvent
    | ReferralEvent
    | RequestEvent
    | DisclosureEvent
    | CorrectionEvent
    | ConcernEvent
    | PlanEvent
    | DutyFulfilled
    | UnitSucceeded
    | DeliveryDeparted
    | DeliveryCompleted
    | DeliveryFailed
    | IncomingEvent
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands."""

    course: Course
    consents: Consents = field(default_factory=Consents)
    referrals: Referrals = field(default_factory=Referrals)
    requests: Requests = field(default_factory=Requests)
    disclosures: Disclosures = field(default_factory=Disclosures)
    concerns: Concerns = field(default_factory=Concerns)
    plans: Plans = field(default_factory=Plans)
    owed: Owed = field(default_factory=dict)
    incoming: Incoming = field(default_factory=Incoming)
    duplicates: Duplicates = field(default_factory=Duplicates)
    sent: SentActs = field(default_factory=SentActs)
    told: frozenset[Unit] = frozenset()
    named: Mapping[tuple[UUID | None, Unit], Citizen] = field(default_factory=dict)  # in which act of whom, as whom
    in_letters: frozenset[UUID] = frozenset()  # answers whose declined items are told with them
    departed: frozenset[UUID] = frozenset()
    settled: frozenset[UUID] = frozenset()
    successors: Mapping[Unit, Unit] = field(default_factory=dict)

    def heir(self, unit: Unit) -> Unit:
        """Who stands for this unit on the case: itself, or the last of its successors."""
        return heir_of(self.successors, unit)

    def knows(self, unit: Unit) -> bool:
        """May this unit learn that the case exists: has it joined by itself, or has anything left for it?"""
        return self.heir(unit) in self.course.joined or self.heir(unit) in self.told

    def named_in(self, act: UUID | None, sender: Unit) -> Citizen:
        """The woman as an act of this unit, or a message, names her: as it knew her when the act was recorded.

        That she is protected is known by now, or was then: a letter learns of it until it leaves.
        """
        now = self.course.citizen_by(self.heir(sender))
        then = self.named.get((act, sender), now)
        return replace(then, protected=then.protected or now.protected)

    def is_closed_to(self, *units: Unit) -> bool:
        """Has every one of these units that knows the case closed it for itself?"""
        knowing = {self.heir(unit) for unit in units if self.knows(unit)}
        return bool(knowing) and knowing <= self.course.closed_by


def decide(case: Case | None, command: CaseCommand) -> tuple[CaseEvent, ...]:
    """What the command adds to the record of the case; a `Contradiction` or `NotFound` adds nothing."""
    if case is None:
        if isinstance(command, OpenCase):
            return course.begin(command)
        raise NotFound("no such case")
    if isinstance(command, CompleteDelivery):
        is_told = command.event.delivery in case.settled and not bounces(command.event)
        return () if is_told else (command.event,)
    if isinstance(command, RecordSuccession):
        return () if command.event.unit in case.successors else (command.event,)
    if isinstance(command, LetDepart):
        return () if command.event.delivery in case.departed else (command.event,)
    if isinstance(command, ReceiveMessage):
        return message.decide(
            case.incoming, command, closed=case.is_closed_to(command.event.by, command.event.recipient)
        )
    if command.by in case.course.closed_by and not isinstance(command, OpenCase | ReopenCase | CorrectAct):
        raise Contradiction("this unit has closed the case; reopen it, or open one", code="case-closed")
    return _decide(case, command)


def _decide(case: Case, command: CaseCommand) -> tuple[CaseEvent, ...]:
    assert not isinstance(command, CompleteDelivery | LetDepart | ReceiveMessage | RecordSuccession)
    died_on = case.course.died_on(command.by)
    if isinstance(command, ConsentCommand):
        require_lifetime(command.at, died_on, "at")
        return consent.decide(case.consents, command, case.heir)
    citizen, consents = case.course.citizen_by(command.by), case.consents.known_to(command.by)
    if isinstance(command, ReferralCommand):
        return referral.decide(case.referrals, command, citizen, consents)
    if isinstance(command, RequestCommand):
        return request.decide(case.requests, command, citizen, consents)
    if isinstance(command, Disclose) and command.follows is not None:
        message.require_followed(case.incoming, command.follows, command.by, command.passing.recipient)
    if isinstance(command, CorrectAct):
        return rectification.decide(case.sent, command, citizen, consents)
    if isinstance(command, DisclosureCommand):
        decided = disclosure.decide(case.disclosures, command, citizen, consents)
        if isinstance(command, CorrectDisclosure):
            return (*decided, *rectification.after_refusal(case.sent, command, decided))
        return decided
    if isinstance(command, ConcernCommand):
        return concern.decide(case.concerns, command, citizen, consents)
    if isinstance(command, PlanCommand):
        if isinstance(command, AgreePlan | RevisePlan):
            require_lifetime(command.agreed_with_citizen_at, died_on, "agreed_with_citizen_at")
        return plan.decide(case.plans, command)
    if isinstance(command, FulfilDuty):
        return duty.decide(case.owed.values(), command)
    return course.decide(case.course, command)


def evolve(case: Case | None, event: CaseEvent) -> Case:
    """The case as it stands after one more event."""
    if isinstance(event, CaseOpened):
        return Case(course.first(event))
    if case is None:
        raise Contradiction("a case begins with CaseOpened", code="no-beginning")
    after = _tell(_evolve(case, event), event)
    return _handed_on(after) if after.successors else after


def fold(events: Iterable[CaseEvent]) -> Case | None:
    """The case that these events make."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case


def _evolve(case: Case, event: CaseEvent) -> Case:
    if isinstance(event, ConsentEvent):
        return replace(case, consents=consent.evolve(case.consents, event))
    if isinstance(event, ReferralEvent):
        return replace(case, referrals=referral.evolve(case.referrals, event))
    if isinstance(event, RequestEvent):
        return replace(case, requests=request.evolve(case.requests, event))
    if isinstance(event, DisclosureEvent):
        return replace(case, disclosures=disclosure.evolve(case.disclosures, event))
    if isinstance(event, CorrectionEvent):
        return replace(case, requests=request.correct(case.requests, event))
    if isinstance(event, ConcernEvent):
        return replace(case, concerns=concern.evolve(case.concerns, event))
    if isinstance(event, PlanEvent):
        return replace(case, plans=plan.evolve(case.plans, event))
    if isinstance(event, DutyFulfilled):
        return case
    if isinstance(event, UnitSucceeded):
        return replace(case, successors={**case.successors, event.unit: event.successor})
    if isinstance(event, IncomingEvent):
        told = replace(case.course, deaths=death.evolve(case.course.deaths, event))
        return replace(case, incoming=message.evolve(case.incoming, event), course=told)
    if isinstance(event, DeliveryDeparted):
        return replace(case, departed=case.departed | {event.delivery})
    if isinstance(event, DeliveryCompleted | DeliveryFailed):
        one = {event.delivery}
        settled = case.settled | one if isinstance(event, DeliveryCompleted) else case.settled - one
        return replace(case, settled=settled)
    return replace(case, course=course.evolve(case.course, event))


def _handed_on(case: Case) -> Case:
    """Whatever still names a unit that others stand for names them; what is recorded keeps the old name."""
    heir = case.heir
    return replace(
        case,
        course=course.handed_on(case.course, heir, case.course.joined | case.told),
        referrals=referral.handed_on(case.referrals, heir),
        requests=request.handed_on(case.requests, heir),
        disclosures=disclosure.handed_on(case.disclosures, heir),
        concerns=concern.handed_on(case.concerns, heir),
        plans=plan.handed_on(case.plans, heir),
        owed=duty.handed_on(case.owed, heir),
        incoming=message.handed_on(case.incoming, heir),
        sent=sent_acts.handed_on(case.sent, heir),
        told=frozenset(map(heir, case.told)),
    )


def _tell(case: Case, event: CaseEvent) -> Case:
    """Who has been told something, which acts the citizen may be told about, and what is owed."""
    acts, in_letters = case.disclosures, case.in_letters
    if isinstance(event, ConcernReported | ConcernReceived):
        acts = disclosure.told_about(acts, event.concern, event.by)
    elif isinstance(event, RequestAnswered):
        acts = disclosure.told_about(acts, event.answer, event.by)
        in_letters = in_letters if is_told_at_once(event) else in_letters | {event.answer}
    elif isinstance(event, referral.ReferralSent):
        acts = disclosure.told_about(acts, event.referral, event.by)
    elif isinstance(event, ActCorrected):
        acts = disclosure.told_about(acts, event.correction, event.by)
    told, frame, named = case.told, case.course, case.named
    if isinstance(event, Addressed):
        named = {**named, (act_of(event), event.by): case.course.citizen_by(event.by)}
    if isinstance(event, IncomingEvent) and event.protected:
        frame = replace(frame, protecting=frame.protecting | {event.by})
    if (telling := _telling(event)) is not None:
        act, sender, recipient = telling
        ends = case.heir(sender), case.heir(recipient)
        told, frame = told | {recipient}, frame.telling(*ends, case.named_in(act, sender))
    return replace(
        case,
        course=frame,
        named=named,
        told=told,
        in_letters=in_letters,
        disclosures=acts,
        owed=duty.evolve(case.owed, event),
        duplicates=duplicates.evolve(case.duplicates, event) if isinstance(event, Bringing) else case.duplicates,
        sent=sent_acts.evolve(case.sent, event),
    )


def _telling(event: CaseEvent) -> tuple[UUID | None, Unit, Unit] | None:
    """Which act of whom tells whom of the case by this event: a letter that leaves, a message, one told before."""
    if isinstance(event, DeliveryDeparted):
        return event.act, event.sender, event.recipient
    if isinstance(event, IncomingEvent) or (isinstance(event, Addressed) and is_told_at_once(event)):
        return act_of(event), event.by, event.recipient
    return None
