"""Events and decisions as JSON bodies, for the unit that reads them.

Only its author is shown an act's facts, reason and what was withheld; its receiver is shown what arrived, on which
provision, and what it now owes.
"""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from hub.application.citizen_search import FoundCase
from hub.application.command_context import CommandResult
from hub.application.visibility import VisibleCase, VisibleEvent
from hub.compliance.columns import row
from hub.compliance.disclosure_entry import DisclosureEntry
from hub.domain.audience import Unsigned
from hub.domain.correction.events import ActsRetracted
from hub.domain.course.events import DueDateSet
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import DisclosureRefused
from hub.domain.duty import OWED_BY_RECIPIENT
from hub.domain.ruling import ruling_of
from hub.law import frister
from hub.law.explain import Explanation
from hub.law.hjemmel import Decision, Due
from hub.vocabulary.jsonable import plain
from hub.vocabulary.organisations import Unit
from projections.case_view.view import View
from projections.outbox import OutboxEntry

MATTERS = (
    *("consents", "referrals", "information_requests", "disclosures", "corrections", "retractions", "refusals"),
    *("concerns", "plans", "messages", "hospital_notifications", "deliveries"),
)
DISCLOSERS_OWN = frozenset(
    {"client", "invoked", "reason", "withheld", "consents", "citizen_informed_at", "citizen_informed_how"}
)
NOBODYS = frozenset({"partition", "position"})  # a place in the record counts what all others write
NOBODYS |= {"content_sha256"}  # words that are few are found again by their hash
Commit = Callable[[UUID, UUID, str], str]


def decided(decision: Decision, told: Explanation) -> dict[str, Any]:
    """A decision, whole, with its explanation in Danish and English."""
    return {
        "decision": decision.outcome.value,
        "basis": decision.basis,
        "invoked": decision.invoked,
        "citation": decision.citation,
        "edition": decision.edition,
        "gate": decision.gate,
        "reason": decision.reason.value,
        "duties": [duty.value for duty in decision.duties],
        "due": decision.deadlines,
        "granted": list(decision.granted),
        "withheld": list(decision.withheld),
        "next_step": decision.next_step,
        "successor": list(decision.successor),
        "contested": decision.contested,
        "contested_why": decision.contested_why,
        "consents": list(decision.consents),
        "rules": list(decision.rules),
        "rule_set": decision.rule_set,
        "explanation": {"da": told.da, "en": told.en},
    }


def told(decision: Decision, dues: tuple[Due, ...]) -> dict[str, Any]:
    """What the receiver of an act learns of the decision behind it, and by when it owes what."""
    return {
        "basis": decision.basis,
        "citation": decision.citation,
        "edition": decision.edition,
        "gate": decision.gate,
        "due": {due.duty.value: str(due) for due in dues if due.duty in OWED_BY_RECIPIENT},
    }


def event(shown: VisibleEvent) -> dict[str, Any]:
    """One event as this unit may see it."""
    recorded = shown.recorded
    body: dict[str, Any] = plain(recorded.event)
    ruling = ruling_of(recorded.event)
    if ruling is not None:
        whole = {"decision": decided(ruling.decision, ruling.explanation), "facts": plain(ruling.facts)}
        dues = frister.recounted(ruling.decision.due, shown.told_at, ruling.facts.at)
        body["ruling"] = whole if shown.whole else {"decision": told(ruling.decision, dues)}
    return {
        "name": recorded.name,
        "version": shown.number,
        "recorded_at": recorded.recorded_at.isoformat(),
        "event": body,
    }


def recorded(outcome: CommandResult, key: UUID | None, what: str) -> dict[str, Any]:
    """The answer to a command: the same for a repeat as for the first time."""
    first = outcome.events[0]
    body: dict[str, Any] = {"case": str(outcome.case), "version": outcome.version}
    if key is not None:
        body["id"] = str(key)
        body["kind"] = what
    body["recorded_at"] = first.recorded_at.isoformat()
    body["events"] = [entry.name for entry in outcome.events]
    ruling = next((ruling for entry in outcome.events if (ruling := ruling_of(entry.event))), None)
    if ruling is not None:
        body["decision"] = decided(ruling.decision, ruling.explanation)
    gone = retraction(outcome)
    if gone not in (None, key):
        body["retraction"] = str(gone)
    if outcome.looks_like is not None:
        body["looks_like"] = str(outcome.looks_like)
    return body


def line(entry: DisclosureEntry, readers: Collection[Unit], commit: Commit) -> dict[str, Any]:
    """One line of the register; what only its discloser is shown is left out for the unit that received.

    `commit` makes of case, act and the digest of the words what stands for them without letting them be guessed.
    """
    shown, digest = plain(row(entry)), entry.content.sha256
    shown["content_commitment"] = commit(entry.act.case, entry.act.id, digest) if digest else None
    body = _without(shown, NOBODYS)
    if entry.parties.discloser in readers:
        return body
    body["duties"] = [duty for duty in entry.ruling.duties if duty in OWED_BY_RECIPIENT]
    return _without(body, DISCLOSERS_OWN)


def letter(entry: OutboxEntry) -> dict[str, Any]:
    """One letter and how it stands."""
    return _without(plain(entry), NOBODYS)


def _without(body: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def refused(outcome: CommandResult) -> DisclosureRefused | None:
    """The refusal, if that is what the command recorded."""
    event_ = outcome.events[0].event
    return event_ if isinstance(event_, DisclosureRefused) else None


def retraction(outcome: CommandResult) -> UUID | None:
    """The retraction that goes with a correction, whatever the law said of the right words."""
    return next((event.event.retraction for event in outcome.events if isinstance(event.event, ActsRetracted)), None)


def found(known: FoundCase, visible: VisibleCase, *, closed: bool) -> dict[str, Any]:
    """A case among several of hers: what tells it apart, by what this unit stated and was told and nothing else."""
    dues = [seen.event.due_date for seen in visible.events if isinstance(seen.event, DueDateSet)]
    acts = (seen.event for seen in visible.events)
    first = next((act for act in acts if not isinstance(act, Unsigned | DeliveryCompleted | DeliveryFailed)), None)
    return {
        "case": str(known.case),
        "version": known.version,
        "status": "closed" if closed else "open",
        "due_date": dues[-1].isoformat() if dues else None,
        "known_since": first.at.isoformat() if first else None,
        "known_from": str(first.by) if first else None,
    }


def case(seen: View, key: UUID, version: int) -> dict[str, Any]:
    """The case as one unit knows it."""
    body: dict[str, Any] = {"case": str(key), "version": version} | seen.frame
    body["parties"] = list(seen.parties.values())
    for matter in MATTERS:
        rows = seen.rows.get(matter, {})
        body[matter] = [{"id": str(act)} | row for act, row in rows.items()]
    answer: dict[str, Any] = plain(body)
    return answer
