"""Acknowledgement 2.0.3 for a message that came in: the same message gets the same Acknowledgement, byte for byte.

Sender and receiver change places, and the latest Provenance of the message goes along as it came. An Acknowledgement is
never acknowledged.
"""

from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from adapters.medcom import systems
from adapters.medcom.elements import (
    CodeableConcept,
    Coding,
    Entity,
    Entry,
    Issue,
    MessageHeader,
    OperationOutcome,
    Organization,
    Provenance,
    Reference,
    Response,
    Source,
)
from adapters.medcom.envelope import Envelope, content_digest
from adapters.medcom.message import Message, Placed
from adapters.medcom.writer import destination, entry, event, known, profile, provenance, told, written
from hub.domain.message import Finding, Verdict
from hub.ports.intake import Unanswerable

_NAMESPACE = UUID("0d2f6b0e-93a4-5c0b-9d0f-6a1b7f0c2e51")  # of our own (RFC 9562 §5.5); never changes
MOST_ISSUES = 30
_TYPES = {  # issue-type by issue code; whatever else is broken content
    systems.DUPLICATE_ID: "duplicate",
    systems.UNABLE: "not-supported",
    systems.OUT_OF_OPERATION: "transient",
    systems.UNKNOWN_RECEIVER: "not-found",
    systems.NO_RECEIVER: "required",
    systems.UNKNOWN_VALUE: "code-invalid",
    systems.UNKNOWN_SYSTEM: "code-invalid",
    systems.WRONG_TYPE: "structure",
}


def acknowledgement(envelope: Envelope, verdict: Verdict, at: datetime, base: str) -> bytes:
    """The answer to this message; `at` is when the hub took it. `Unanswerable` when its parties cannot be made out."""
    parts = _Parts(envelope)
    key = uuid5(_NAMESPACE, f"{envelope.header.id} {content_digest(envelope).hex()} {verdict.code} {at.isoformat()}")
    outcome = _outcome(known(key, "outcome"), verdict) if verdict.code != "ok" else None
    header = _header(known(key, "header"), envelope.header, parts, verdict, outcome)
    own = provenance(
        known(key, "provenance"),
        systems.PROVENANCE_PROFILE[systems.ACK_EVENT],
        Reference(reference=header.local),
        systems.ACKNOWLEDGEMENT,
        parts.receiver_reference,
        at,
        at,
        (Entity(role="revision", what=Reference(reference=f"MessageHeader/{envelope.header.id}")),),
    )
    ours = [entry(base, resource) for resource in (header, *([outcome] if outcome else []), own)]
    entries = (*ours[:1], *ours[1:], *parts.theirs)
    return written(base, known(key, "bundle"), systems.MESSAGE_PROFILE[systems.ACK_EVENT], at, entries)


class _Parts:
    """What an Acknowledgement takes over from the message: both organisations, and its latest Provenance."""

    def __init__(self, envelope: Envelope) -> None:
        try:
            message = Message(envelope)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unanswerable from None
        if message.sender is None or message.receiver is None or len(message.current) != 1:
            raise Unanswerable
        (self.latest,) = message.current
        self.sender, self.receiver = message.sender, message.receiver
        agents = [message.led_to(agent.who, Organization) for agent in self.latest.resource.agent]
        if not agents or None in agents:
            raise Unanswerable
        carried = {
            agent.path: agent for agent in (self.latest, self.sender, self.receiver, *agents) if agent is not None
        }
        self.theirs = tuple(_as_it_came(element) for element in carried.values())
        self.sender_reference, self.receiver_reference = _led(self.sender), _led(self.receiver)


def _as_it_came(element: Placed[Provenance] | Placed[Organization]) -> Entry:
    return Entry(full_url=element.full_url, resource=element.raw)


def _led(organisation: Placed[Organization]) -> Reference:
    """A reference that leads to the organisation as it stands in the message."""
    url = organisation.full_url or ""
    return Reference(reference=url if url.startswith("urn:") else organisation.resource.local)


def _header(
    key: str, to: MessageHeader, parts: _Parts, verdict: Verdict, outcome: OperationOutcome | None
) -> MessageHeader:
    answered = to.id or ""
    return MessageHeader(
        resource_type="MessageHeader",
        id=key,
        meta=profile(systems.HEADER_PROFILE[systems.ACK_EVENT]),
        text=told("Kvittering", (("Id", key), ("Svar på", answered), ("Svar", verdict.code))),
        event_coding=event(systems.ACK_EVENT),
        destination=destination((to.source.endpoint if to.source else None) or "", parts.sender_reference),
        sender=parts.receiver_reference,
        source=Source(endpoint=to.destination[0].endpoint),
        response=Response(
            identifier=answered,
            code=verdict.code,
            details=Reference(reference=outcome.local) if outcome else None,
        ),
    )


def _outcome(key: str, verdict: Verdict) -> OperationOutcome:
    errors = [finding for finding in verdict.findings if finding.severity != "warning"][:MOST_ISSUES]
    return OperationOutcome(
        resource_type="OperationOutcome",
        id=key,
        meta=profile(systems.OUTCOME),
        text=told("Fejl", [(error.code, f"{error.element} [{error.rule}]: {error.says}") for error in errors]),
        issue=tuple(map(issue, errors)),
    )


def issue(finding: Finding) -> Issue:
    """A finding as an issue: the code for machines, rule and words for people, and where it is."""
    coding = Coding(system=systems.issue_system(finding.code), code=finding.code)
    return Issue(
        severity=finding.severity,
        code=_TYPES.get(finding.code, "invalid"),
        details=CodeableConcept(coding=(coding,), text=f"{finding.rule}: {finding.says}"),
        expression=(finding.element,) if finding.element else (),
    )
