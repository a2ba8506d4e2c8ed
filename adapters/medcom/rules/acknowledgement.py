"""Acknowledgement 2.0.3: what became of a message."""

from collections.abc import Iterator

from adapters.medcom import systems
from adapters.medcom.elements import OperationOutcome, Provenance
from adapters.medcom.message import Message
from adapters.medcom.rule import Rule

CODES = {
    systems.MEDCOM_ISSUES: systems.MEDCOM_ISSUE_CODES,
    systems.HL7_ISSUES: None,  # HL7's list is long and example-bound; a code of it begins with MSG_ or SEARCH_
}


def identifier(m: Message) -> Iterator[str]:
    if m.header.response is None or not (m.header.response.identifier or "").strip():
        yield f"{m.at}.response.identifier"


def answers_the_header(m: Message) -> Iterator[str]:
    """It quotes MessageHeader.id, not Bundle.id; MedCom's own examples differ, so this is told and no more."""
    said = m.header.response.identifier if m.header.response else None
    if said is not None and _revised(m) not in (None, said):
        yield f"{m.at}.response.identifier"


def code(m: Message) -> Iterator[str]:
    if m.header.response is None or m.header.response.code not in systems.ANSWERS:
        yield f"{m.at}.response.code"


def details(m: Message) -> Iterator[str]:
    """Whatever is not ok says why."""
    said = m.header.response
    if said is None:
        return
    outcome = m.led_to(said.details, OperationOutcome)
    if outcome is None and (said.details is not None or said.code != "ok"):
        yield f"{m.at}.response.details"


def information(m: Message) -> Iterator[str]:
    """What is ok may be told of, as a message that came twice is; nothing is wrong with it."""
    if m.header.response is None or m.header.response.code != "ok":
        return
    for outcome in m.of(OperationOutcome):
        for place, one in enumerate(outcome.resource.issue):
            if one.severity != "information":
                yield f"{outcome.path}.issue[{place}].severity"


def issues(m: Message) -> Iterator[str]:
    for outcome in m.of(OperationOutcome):
        if not outcome.resource.issue:
            yield f"{outcome.path}.issue"
        for place, one in enumerate(outcome.resource.issue):
            if not one.severity or not one.code:
                yield f"{outcome.path}.issue[{place}]"


def issue_details(m: Message) -> Iterator[str]:
    for outcome in m.of(OperationOutcome):
        for place, one in enumerate(outcome.resource.issue):
            if one.details is None or not (one.details.coding or (one.details.text or "").strip()):
                yield f"{outcome.path}.issue[{place}].details"


def issue_system(m: Message) -> Iterator[str]:
    for path, system, _ in _codings(m):
        if system not in (*CODES, systems.OLD_ISSUES):
            yield f"{path}.system"


def issue_code(m: Message) -> Iterator[str]:
    for path, system, said in _codings(m):
        known = CODES.get(system or "", frozenset()) if system in CODES else None
        listed = known is not None and said in known
        hl7 = system == systems.HL7_ISSUES and (said or "").startswith(("MSG_", "SEARCH_"))
        if system in CODES and not (listed or hl7):
            yield f"{path}.code"


def old_system(m: Message) -> Iterator[str]:
    return (f"{path}.system" for path, system, _ in _codings(m) if system == systems.OLD_ISSUES)


def two_provenances(m: Message) -> Iterator[str]:
    """Its own, and the latest one of the message that is acknowledged."""
    found = m.of(Provenance)
    if len(found) != 2 or len(m.current) != 1:
        yield found[2].path if len(found) > 2 else "Bundle.entry"


def own_entity(m: Message) -> Iterator[str]:
    for element in m.current:
        named = [one for one in element.resource.entity if one.role == "revision"]
        if len(named) != 1 or len(element.resource.entity) != 1:
            yield f"{element.path}.entity"


def other_target(m: Message) -> Iterator[str]:
    """The other Provenance describes the message that is acknowledged."""
    for element in m.history:
        if _revised(m) is not None and not any(_id(one.reference) == _revised(m) for one in element.resource.target):
            yield f"{element.path}.target"


def nothing_else(m: Message) -> Iterator[str]:
    kinds = ("MessageHeader", "Provenance", "Organization", "OperationOutcome")
    return (entry.path for entry in m.entries if entry.resource.resource_type not in (*kinds, "Patient"))


def _revised(m: Message) -> str | None:
    """The header that its own Provenance says it answers."""
    for element in m.current:
        for one in element.resource.entity:
            if one.role == "revision" and one.what is not None:
                return _id(one.what.reference)
    return None


def _id(reference: str | None) -> str | None:
    return reference.rpartition("/")[2] if reference else None


def _codings(m: Message) -> Iterator[tuple[str, str | None, str | None]]:
    for outcome in m.of(OperationOutcome):
        for place, one in enumerate(outcome.resource.issue):
            for number, coding in enumerate(one.details.coding if one.details else ()):
                yield f"{outcome.path}.issue[{place}].details.coding[{number}]", coding.system, coding.code


RULES = (
    Rule("ack-identifier", "response.identifier: the MessageHeader.id of what is acknowledged", identifier),
    Rule("ack-quotes", "MessageHeader.id and not Bundle.id is quoted", answers_the_header, severity="warning"),
    Rule("ack-code", "ok, fatal-error or transient-error", code, systems.UNKNOWN_VALUE),
    Rule("ack-details", "an OperationOutcome of the Bundle, required unless the answer is ok", details),
    Rule("ack-information", "with ok, an OperationOutcome informs and no more", information),
    Rule("ack-issue", "at least one issue, each with severity and code", issues),
    Rule("ack-issue-details", "an issue is told by a code or in words", issue_details),
    Rule(
        "ack-issue-system",
        "a code system of medcom-acknowledgement-issue-details",
        issue_system,
        systems.UNKNOWN_SYSTEM,
    ),
    Rule("ack-issue-code", "a code of medcom-acknowledgement-issue-details", issue_code, systems.UNKNOWN_VALUE),
    Rule("ack-issue-old", "the code system of 2.0.1 has been replaced", old_system, severity="warning"),
    Rule("ack-provenances", "two Provenances: its own and the acknowledged message's latest", two_provenances),
    Rule("ack-entity", "its own Provenance names the one message it answers, role `revision`", own_entity),
    Rule("ack-acknowledged", "the other Provenance describes the message that is answered", other_target),
    Rule("ack-nothing-else", "an Acknowledgement carries no other resource", nothing_else),
)
