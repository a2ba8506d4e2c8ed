"""Bytes → verdict: the cheap look, the one full validation, then MedCom's rules. Stores nothing, asks nobody."""

import msgspec

from adapters.medcom import systems
from adapters.medcom.envelope import Envelope, opened
from adapters.medcom.message import Message
from adapters.medcom.rules import OF_EVENT
from hub.domain.message import Finding, Verdict
from hub.ports.intake import NotAMessage

FATAL = "fatal-error"


def check(body: bytes) -> Verdict:
    """What this message would be answered with, and why."""
    try:
        envelope = opened(body)
    except NotAMessage as refusal:
        return Verdict(FATAL, (refusal.finding,))
    return validated(envelope)


def validated(envelope: Envelope) -> Verdict:
    """The verdict on a message that the cheap look let pass."""
    from adapters.medcom import base  # the models take long to load, and a process that never validates needs none

    if envelope.event not in systems.SPOKEN:
        says = f"one of {', '.join(sorted(systems.SPOKEN))}"
        at = "Bundle.entry[0].resource.eventCoding.code"
        return Verdict(
            FATAL, (Finding(severity="error", code=systems.UNABLE, element=at, rule="hdr-event", says=says),)
        )
    found = base.findings(envelope)
    found += _ruled(envelope, told=bool(found))
    return Verdict(FATAL if any(finding.severity == "error" for finding in found) else "ok", found)


def _ruled(envelope: Envelope, *, told: bool) -> tuple[Finding, ...]:
    """What the rules find. A resource that has not even the shape of its kind is base FHIR's matter, if not `told`."""
    try:
        message = Message(envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        says = "elements of the types that FHIR R4 gives them"
        wrong = Finding(severity="error", code=systems.WRONG_TYPE, element="Bundle.entry", rule="r4", says=says)
        return () if told else (wrong,)
    return tuple(finding for rule in OF_EVENT[envelope.event] for finding in rule.findings(message))
