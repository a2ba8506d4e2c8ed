"""The rows of a case view: what a matter's first event tells a unit that may see it, or a plan as it stands."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from hub.domain.consent import ConsentDeclined, ConsentGiven
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectedAct
from hub.domain.course.births import Births
from hub.domain.disclosure import DisclosureRefused
from hub.domain.notifier import OUTSIDE, ConcernReceived
from hub.domain.plan import Plan
from hub.domain.referral import ReferralSent
from hub.domain.sent_acts import name_of
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

Row = dict[str, Any]


def person(citizen: Citizen, *, protected: bool) -> Row:
    """The woman, as this unit stated her or was told of her."""
    return {
        "citizen": {
            "cpr": citizen.cpr.digits if citizen.cpr else None,
            "replacement_number": citizen.replacement.written if citizen.replacement else None,
            "foreign_number": citizen.foreign.written if citizen.foreign else None,
            "birth_date": citizen.born,
            "name": citizen.name,
            "address": citizen.address or None,
            "protected": protected,
        }
    }


def birth(births: Births) -> Row:
    """The children that the unit registered, each by its number, and the end without a live birth."""
    children = [
        {
            "child": number,
            "born_at": child.born_at,
            "cpr": child.cpr.digits if child.cpr else None,
            "stillborn": child.stillborn,
        }
        for number, child in births.children.items()
    ]
    return {"children": children, "pregnancy_ended_at": births.ended_at}


def words(items: Iterable[Any]) -> list[Row]:
    """The items of an act; of an attachment, its name."""
    return [
        {"category": item.category, "text": item.text, "attachment": item.attachment.name if item.attachment else None}
        for item in items
    ]


def passed(event: Any) -> Row:
    """What sender and receiver of an act both know of it."""
    return {
        "at": event.at,
        "from": str(event.by),
        "to": str(event.recipient),
        "basis": event.ruling.decision.basis,
        "citation": event.ruling.decision.citation,
        "items": words(event.items),
        "already_made": event.already_made,
    }


def points(act: CorrectedAct) -> list[str]:
    """The points of an act that were wrong, by name; none for all of it."""
    return [name_of(point) for point in act.points]


def corrected(event: ActCorrected) -> Row:
    """What a correction puts right."""
    return {"corrects": str(event.corrects.act), "wrong": points(event.corrects), "words": event.words}


def retracted(event: ActsRetracted) -> Row:
    """What must not be relied on."""
    acts = [{"act": str(act.act), "kind": act.kind, "at": act.at, "wrong": points(act)} for act in event.acts]
    ends = {"at": event.at, "from": str(event.by), "to": str(event.recipient)}
    return ends | {"fault": event.fault.value, "acts": acts}


def received(event: ConcernReceived) -> Row:
    """An underretning that this unit got from outside the hub, and who made it as far as that was told."""
    notifier = {name: value for name, value in asdict(event.notifier).items() if value}
    return {
        "at": event.at,
        "from": str(OUTSIDE),
        "to": str(event.by),
        "basis": None,
        "citation": None,
        "items": words(event.items),
        "already_made": False,
        "notifier": notifier,
        "status": "reported",
        "due": {due.duty.value: str(due) for due in event.due},
    }


def refused(event: DisclosureRefused) -> Row:
    """What its author is told of a refusal."""
    decision = event.ruling.decision
    return {
        "at": event.at,
        "to": str(event.recipient),
        "act": decision.act,
        "reason": decision.reason.value,
        "invoked": decision.invoked,
        "next_step": decision.next_step,
        "already_made": event.already_made,
    }


def plan(standing: Plan) -> Row:
    """A plan as it stands, with its tasks."""
    told = ("at", "title", "agreed_with_citizen_at", "review_on", "status")
    tasks = [
        {"task": task.number, "what": task.what, "responsible": task.responsible, "due": task.due, "done_at": done}
        for task, done in standing.tasks
    ]
    return {name: getattr(standing, name) for name in told} | {"tasks": tasks}


def first_contact(event: ReferralSent) -> str | None:
    """Familieambulatoriet Plus: first contact within seven days of the referral (agreement, section 6)."""
    if event.recipient.unit != "familieambulatorium":
        return None
    return (local_day(event.at) + timedelta(days=7)).isoformat()


def consent(event: ConsentGiven, unit: Unit, on: datetime) -> Row:
    """The terms of a consent, who registered it, and whether it is in force at `on`.

    One that another unit registered carries nothing for this one until it has confirmed it.
    """
    terms = event.terms
    return {
        "given_at": event.at,
        "status": consent_status(terms.lapses_on(event.at), on) if event.by == unit else "unconfirmed",
        "lapses_on": terms.lapses_on(event.at),
        "registered_by": str(event.by),
        "received_by": str(terms.received_by),
        "confirmed_at": None,
        "form": terms.form,
        "given_by": terms.given_by,
        "direction": terms.direction,
        "disclosers": [str(unit) for unit in terms.disclosers],
        "recipients": [str(unit) for unit in terms.recipients],
        "categories": list(terms.categories),
        "purposes": list(terms.purposes),
        "subjects": list(terms.subjects),
        "excludes": list(terms.excludes),
        "journalised": terms.journalised,
        "withdrawn_at": None,
    }


def consent_status(lapses_on: date | None, on: datetime) -> str:
    """Is a consent that lapses then in force at `on`?"""
    return "in-force" if lapses_on is None or local_day(on) < lapses_on else "lapsed"


def declined(event: ConsentDeclined) -> Row:
    """A no, when it was said and who registered it."""
    return {"given_at": None, "declined_at": event.at, "status": "declined", "registered_by": str(event.by)}
