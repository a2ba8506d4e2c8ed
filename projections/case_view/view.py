"""A fold over the events that one unit may be shown (hub.application.visibility).

Nothing is stored: a case has some fifty events.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub.application.visibility import VisibleEvent
from hub.domain import plan, referral
from hub.domain.concern import ConcernAssessed, ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.consent import ConsentConfirmed, ConsentDeclined, ConsentGiven, ConsentWithdrawn
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectedAct
from hub.domain.course import births, death
from hub.domain.course import events as course
from hub.domain.course.births import BirthEvent, Births
from hub.domain.course.citizen import AddressProtected, AddressProtectionEnded, CitizenIdentified
from hub.domain.course.death import Deaths
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import CitizenInformed, DisclosureCorrected, DisclosureMade, DisclosureRefused
from hub.domain.message import CareMessageReceived, IncomingEvent, kept_in
from hub.domain.notifier import ConcernReceived
from hub.domain.plan import PlanEvent, Plans
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    InformationRequested,
    RequestAnswered,
    RequestItemDeclined,
)
from hub.domain.succession import UnitSucceeded
from hub.law import frister
from hub.store import Recorded
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from projections.case_view import rows
from projections.case_view.rows import Row

_LETTER = ("category", "topic", "thread", "payloads", "attachments")
_STAY = ("kind", "status", "began", "ended", "leave_from", "leave_until", "deceased", "report_wanted")


@dataclass(slots=True)
class View:
    """What one unit knows of a case. `rows` holds the matters, each row with an id, in the order they began.

    `citizen` is the woman as the unit stated her, `named` as letters to it name her.
    """

    frame: Row = field(default_factory=dict)
    citizen: Citizen | None = None
    named: Citizen | None = None
    plans: Plans = field(default_factory=Plans)
    births: dict[Unit, Births] = field(default_factory=dict)
    deaths: Deaths = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    going_on: dict[Unit, bool] = field(default_factory=dict)
    parties: dict[str, Row] = field(default_factory=dict)
    rows: dict[str, dict[UUID, Row]] = field(default_factory=dict)

    def add(self, matter: str, key: UUID, row: Row) -> None:
        """A new row of a matter."""
        self.rows.setdefault(matter, {})[key] = row

    def amend(self, matter: str, key: UUID, more: Row) -> None:
        """More about a row, if this unit was told of it."""
        row = self.rows.get(matter, {}).get(key)
        if row is not None:
            row.update(more)


def view(events: Iterable[VisibleEvent], unit: Unit, on: datetime) -> View:
    """The case as this unit knows it at `on`, the moment that consents are judged at."""
    seen, known = View(), tuple(events)
    stands_for = {unit, *(visible.event.unit for visible in known if isinstance(visible.event, UnitSucceeded))}
    for event in known:
        if event.names is not None:
            _named(seen, event.names)
        _stated(seen, event, unit, stands_for)
        _born(seen, event.recorded.event, unit)
        _died(seen, event.recorded.event, unit)
        _matters(seen, event, unit, on)
        _planned(seen, event.recorded.event)
        _came(seen, event.recorded)
        _deliveries(seen, event.recorded.event)
    return seen


def _named(seen: View, names: Citizen) -> None:
    """Who she is by a letter or a message to this unit: what the unit stated itself stands before it."""
    if seen.citizen is None:
        told = replace(names, address="")
        seen.named = told.known_before_as(seen.named) if seen.named else told
        seen.frame |= rows.person(seen.named, protected=names.protected or _is_protected(seen))
    elif names.protected:
        _protect(seen, protected=True)


def _states(seen: View, citizen: Citizen) -> None:
    """Who she is as this unit says; what it knew her by before, and leaves out now, it knows her by still."""
    seen.citizen = citizen.known_before_as(seen.citizen) if seen.citizen else citizen
    seen.frame |= rows.person(seen.citizen, protected=citizen.protected or _is_protected(seen))


def _is_protected(seen: View) -> bool:
    return bool(seen.frame.get("citizen", {}).get("protected", False))


def _protect(seen: View, *, protected: bool) -> None:
    if "citizen" in seen.frame:
        seen.frame["citizen"] = seen.frame["citizen"] | {"protected": protected}


def _stated(seen: View, visible: VisibleEvent, unit: Unit, units: Collection[Unit]) -> None:
    """What the unit stated itself comes before the word of one that it took over from."""
    before, by = dict(seen.frame), getattr(visible.event, "by", None)
    _course(seen, visible, units)
    _closed(seen, visible.event)
    changed = {name for name, value in seen.frame.items() if before.get(name) != value} - {"status"}
    if by == unit:
        seen.own |= changed
    else:
        seen.frame |= {name: before[name] for name in changed & seen.own}


def _closed(seen: View, event: object) -> None:
    match event:
        case course.PartyJoined(unit=unit, by=by, citizen=citizen) if unit == by and citizen is not None:
            seen.going_on[by] = True
        case course.CaseReopened(by=by):
            seen.going_on[by] = True
        case course.CaseClosed(by=by):
            seen.going_on[by] = False
        case UnitSucceeded(unit=unit, successor=successor) if unit in seen.going_on:
            seen.going_on[successor] = seen.going_on.pop(unit) or seen.going_on.get(successor, False)
        case _:
            return
    seen.frame["status"] = "open" if any(seen.going_on.values()) else "closed"


def _course(seen: View, visible: VisibleEvent, units: Collection[Unit]) -> None:
    match visible.recorded.event:
        case course.PartyJoined() as event:
            seen.parties[str(event.unit)] = {"unit": str(event.unit), "joined_at": event.at}
            if event.citizen is not None and event.unit in units:
                _states(seen, event.citizen)
                seen.frame |= {"relation": event.relation} if event.relation else {}
        case CitizenIdentified() as event:
            _states(seen, event.citizen)
        case AddressProtected() | AddressProtectionEnded() as event:
            _protect(seen, protected=isinstance(event, AddressProtected))
        case course.PartyLeft() as event:
            seen.parties.pop(str(event.unit), None)
        case course.CareLevelAssigned() as event:
            seen.frame["care_level"] = event.level
        case course.DueDateSet() as event:
            seen.frame["due_date"] = event.due_date
        case course.CoordinatorAppointed() as event:
            seen.frame["coordinator"] = event.person
        case course.ContactPersonAssigned() as event:
            seen.frame["contact_person"] = event.person
        case course.MunicipalityChanged() as event:
            seen.frame["municipality"] = event.to
            seen.frame.pop("elsewhere", None)
        case course.MovedElsewhere(to=to):
            seen.frame |= {"municipality": None, "elsewhere": {"where": to.where, "name": to.name or None}}


def _born(seen: View, event: object, unit: Unit) -> None:
    if isinstance(event, BirthEvent):
        seen.births[event.by] = births.evolve(seen.births.get(event.by, Births()), event)
    elif isinstance(event, UnitSucceeded) and event.unit in seen.births:
        own = seen.births.get(event.successor, Births())
        seen.births[event.successor] = births.inherited(own, seen.births.pop(event.unit))
    else:
        return
    if unit in seen.births:
        seen.frame |= rows.birth(seen.births[unit])


def _died(seen: View, event: object, unit: Unit) -> None:
    deaths = death.evolve(seen.deaths, event)
    if deaths != seen.deaths:
        seen.deaths = deaths
        seen.frame["died_on"] = deaths[unit].died_on if unit in deaths else None


def _matters(seen: View, visible: VisibleEvent, unit: Unit, on: datetime) -> None:
    match visible.recorded.event:
        case ConsentGiven() as event:
            seen.add("consents", event.consent, rows.consent(event, unit, on))
        case ConsentConfirmed() as event:
            lapses = seen.rows.get("consents", {}).get(event.consent, {}).get("lapses_on")
            confirmed: Row = {"confirmed_at": event.at, "status": rows.consent_status(lapses, on)}
            seen.amend("consents", event.consent, confirmed)
        case ConsentDeclined() as event:
            seen.add("consents", event.consent, rows.declined(event))
        case ConsentWithdrawn() as event:
            withdrawn: Row = {"withdrawn_at": event.at, "withdrawn_by": str(event.by), "status": "withdrawn"}
            seen.amend("consents", event.consent, withdrawn)
        case referral.ReferralSent() as event:
            row = rows.passed(event) | {"reason": event.reason, "status": "sent"}
            seen.add("referrals", event.referral, row | {"first_contact_due": rows.first_contact(event)})
        case referral.ReferralAccepted() as event:
            seen.amend("referrals", event.referral, {"status": "accepted", "accepted_at": event.at})
        case referral.ReferralDeclined() as event:
            seen.amend("referrals", event.referral, {"status": "declined", "declined_at": event.at})
        case referral.FirstContactMade() as event:
            seen.amend("referrals", event.referral, {"status": "in-contact", "first_contact_at": event.at})
        case referral.NoShowReported() as event:
            seen.amend("referrals", event.referral, {"no_show_at": event.at})
        case referral.ReferralCompleted() as event:
            seen.amend("referrals", event.referral, {"status": "completed", "completed_at": event.at})
        case DisclosureMade() as event:
            seen.add("disclosures", event.disclosure, rows.passed(event))
        case DisclosureCorrected() as event:
            seen.amend("disclosures", event.disclosure, {"corrected_at": event.at})
        case ActCorrected() as event:
            seen.add("corrections", event.correction, rows.passed(event) | rows.corrected(event))
        case ActsRetracted() as event:
            seen.add("retractions", event.retraction, rows.retracted(event))
            for act in event.acts:
                _taken_back(seen, act, event)
        case DisclosureRefused() as event:
            seen.add("refusals", event.disclosure, rows.refused(event))
        case CitizenInformed() as event:
            for matter in ("disclosures", "concerns", "referrals"):
                seen.amend(matter, event.about, {"citizen_informed_at": event.at})
            for row in seen.rows.get("information_requests", {}).values():
                row |= {"citizen_informed_at": event.at} if row.get("answer") == str(event.about) else {}
        case _:
            _exchanges(seen, visible)


def _taken_back(seen: View, act: CorrectedAct, event: ActsRetracted) -> None:
    """Whoever reads an act reads at once that it, or part of it, must not be relied on."""
    more: Row = {"retracted_at": event.at, "fault": event.fault.value, "retracted": rows.points(act)}
    for matter in ("disclosures", "concerns", "referrals", "information_requests", "corrections"):
        seen.amend(matter, act.act, more)
    for row in seen.rows.get("information_requests", {}).values():
        row |= {f"answer_{name}": what for name, what in more.items()} if row.get("answer") == str(act.act) else {}


def _exchanges(seen: View, visible: VisibleEvent) -> None:
    match visible.recorded.event:
        case InformationRequested() as event:
            row: Row = {"at": event.at, "from": str(event.by), "to": str(event.recipient), "status": "asked"}
            row |= {"items": list(event.form.items), "basis": event.form.basis, "answer_by": event.form.answer_by}
            seen.add("information_requests", event.request, row)
        case ClarificationAsked() as event:
            seen.amend("information_requests", event.request, {"status": "to-be-clarified", "question": event.question})
        case ClarificationGiven() as event:
            clear: Row = {"status": "asked", "items": list(event.items), "clarified": event.words}
            seen.amend("information_requests", event.request, clear)
        case RequestAnswered() as event:
            more: Row = {"status": "answered", "answered_at": event.at, "answer": str(event.answer)}
            seen.amend("information_requests", event.request, more | {"answered": rows.words(event.items)})
        case RequestItemDeclined() as event:
            row = seen.rows.get("information_requests", {}).get(event.request, {})
            row["declined"] = [*row.get("declined", []), {"category": event.category, "reason": event.reason}]
        case ConcernReported() as event:
            dues = frister.recounted(event.ruling.decision.due, visible.told_at, event.at)
            due = {due.duty.value: str(due) for due in dues}
            seen.add("concerns", event.concern, rows.passed(event) | {"status": "reported", "due": due})
        case ConcernReceived() as event:
            seen.add("concerns", event.concern, rows.received(event))
        case ConcernAssessed() as event:
            seen.amend("concerns", event.concern, {"assessed_at": event.at, "acute": event.acute})
        case ConcernReceiptGiven() as event:
            seen.amend("concerns", event.concern, {"status": "received", "receipt_at": event.at})
        case ConcernFeedbackGiven() as event:
            seen.amend("concerns", event.concern, {"feedback_at": event.at, "feedback": rows.words(event.items)})


def _planned(seen: View, event: object) -> None:
    if isinstance(event, PlanEvent):
        seen.plans = plan.evolve(seen.plans, event)
        standing = seen.plans.by_id.get(event.plan)
        if standing is not None:
            seen.add("plans", event.plan, rows.plan(standing))


def _came(seen: View, recorded: Recorded) -> None:
    """A message that came in: who wrote when, and what its frame tells. Its words are behind its own door."""
    event = recorded.event
    if isinstance(event, IncomingEvent):
        if event.protected:
            _protect(seen, protected=True)
        row = {"message": event.message, "at": event.at, "from": str(event.by), "to": str(event.recipient)}
        letter = isinstance(event, CareMessageReceived)
        told = ("activity", "follows", *(_LETTER if letter else _STAY))
        row |= {name: getattr(event, name) for name in told}
        seen.add("messages" if letter else "hospital_notifications", kept_in(recorded.case, event.message), row)


def _deliveries(seen: View, event: object) -> None:
    if isinstance(event, DeliveryCompleted | DeliveryFailed):
        done = isinstance(event, DeliveryCompleted)
        state = event.proof if isinstance(event, DeliveryCompleted) else event.why
        row = {"act": str(event.act), "to": str(event.recipient), "at": event.at, "how": state}
        seen.add("deliveries", event.delivery, row | {"status": "arrived" if done else "failed"})
