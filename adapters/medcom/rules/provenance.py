"""Where a message comes from and what it follows on (medcom-messaging-provenance)."""

import re
from collections.abc import Iterator

from adapters.medcom import systems
from adapters.medcom.elements import Entity, Organization, Provenance
from adapters.medcom.message import Message, codes_of, is_zoned
from adapters.medcom.rule import Rule

ROLES = {
    systems.CARE_EVENT: frozenset({"source", "revision"}),
    systems.HOSPITAL_EVENT: frozenset({"revision", "removal"}),
    systems.ACK_EVENT: frozenset({"revision", "removal", "source"}),  # one of them is another message's
}
_XML_LETTER = re.compile(r"[0-9]{13}#\S{1,64}")  # the location number and letter id of an EDIFACT or OIOXML message


def target(m: Message) -> Iterator[str]:
    """Each describes one message, and one of them describes this one."""
    for provenance in m.of(Provenance):
        said = provenance.resource.target
        if len(said) != 1 or ("MessageHeader/" not in (said[0].reference or "") and not _is_urn(said[0].reference)):
            yield f"{provenance.path}.target"
    if len(m.current) != 1:
        yield m.current[1].path + ".target" if m.current else "Bundle.entry"


def occurred(m: Message) -> Iterator[str]:
    for provenance in m.of(Provenance):
        if not is_zoned(provenance.resource.occurred_date_time):
            yield f"{provenance.path}.occurredDateTime"


def recorded(m: Message) -> Iterator[str]:
    return (
        f"{provenance.path}.recorded" for provenance in m.of(Provenance) if not is_zoned(provenance.resource.recorded)
    )


def activity_system(m: Message) -> Iterator[str]:
    for provenance in m.of(Provenance):
        coding = provenance.resource.activity.coding if provenance.resource.activity else ()
        if len(coding) != 1 or coding[0].system != systems.ACTIVITIES:
            yield f"{provenance.path}.activity"


def activity_code(m: Message) -> Iterator[str]:
    known = codes_of(m)
    for provenance in m.of(Provenance):
        coding = provenance.resource.activity.coding if provenance.resource.activity else ()
        ack = m.event == systems.ACK_EVENT and provenance in m.current
        wanted = frozenset({systems.ACKNOWLEDGEMENT}) if ack else known
        if coding and coding[0].code not in wanted:
            yield f"{provenance.path}.activity.coding[0].code"


def agent(m: Message) -> Iterator[str]:
    """Who acted is named; of this message, it is a messaging organisation of the Bundle."""
    for provenance in m.of(Provenance):
        if not provenance.resource.agent:
            yield f"{provenance.path}.agent"
        for place, one in enumerate(provenance.resource.agent):
            here = provenance in m.current and not m.is_messaging(m.led_to(one.who, Organization))
            if here or one.who is None or not one.who.reference:
                yield f"{provenance.path}.agent[{place}].who"


def entity_role(m: Message) -> Iterator[str]:
    known = ROLES[m.event]
    for provenance in m.of(Provenance):
        for place, one in enumerate(provenance.resource.entity):
            if one.role not in known:
                yield f"{provenance.path}.entity[{place}].role"


def entity_what(m: Message) -> Iterator[str]:
    """What follows on another message names its header, or location number and letter id of an XML one."""
    for provenance in m.of(Provenance):
        for place, one in enumerate(provenance.resource.entity):
            if one.role in ("revision", "removal") and not _is_message(one):
                yield f"{provenance.path}.entity[{place}].what"


def profile(m: Message) -> Iterator[str]:
    for provenance in m.of(Provenance):
        claims = provenance.resource.profiles
        wanted = systems.PROVENANCE_PROFILE[m.event]
        other = m.event == systems.ACK_EVENT and provenance in m.history and any("rovenance" in one for one in claims)
        if wanted not in claims and not other:
            yield f"{provenance.path}.meta.profile"


def chain(m: Message) -> Iterator[str]:
    """What this message revises is described by an earlier Provenance, which goes along."""
    if m.event == systems.ACK_EVENT:
        return
    described = {one.reference for element in m.history for one in element.resource.target}
    for element in m.current:
        for place, one in enumerate(element.resource.entity):
            said = one.what.reference if one.what else None
            if one.role in ("revision", "removal") and said is not None and said not in described:
                yield f"{element.path}.entity[{place}].what.reference"


def _is_message(entity: Entity) -> bool:
    if entity.what is None:
        return False
    if entity.what.reference is not None:
        return "MessageHeader/" in entity.what.reference or _is_urn(entity.what.reference)
    identifier = entity.what.identifier
    return identifier is not None and _XML_LETTER.fullmatch(identifier.value or "") is not None


def _is_urn(reference: str | None) -> bool:
    return (reference or "").startswith("urn:uuid:")


RULES = (
    Rule("prov-target", "each Provenance describes one MessageHeader, exactly one of them this one", target),
    Rule("prov-occurred", "occurredDateTime is there, with its time zone", occurred, systems.DATE_FORMAT),
    Rule("prov-recorded", "recorded is there, with its time zone", recorded, systems.DATE_FORMAT),
    Rule("prov-activity-system", f"one activity, of {systems.ACTIVITIES}", activity_system, systems.UNKNOWN_SYSTEM),
    Rule("prov-activity", "an activity that this kind of message has", activity_code, systems.UNKNOWN_VALUE),
    Rule("prov-agent", "who acted: a messaging organization", agent),
    Rule(
        "prov-entity-role", "an entity's role is one that this kind of message has", entity_role, systems.UNKNOWN_VALUE
    ),
    Rule("prov-entity-what", "an entity names the earlier MessageHeader, or [lokationsnummer]#[brevid]", entity_what),
    Rule("prov-profile", "Provenance.meta.profile claims the profile of the message", profile),
    Rule("prov-chain", "the Provenance of the message that is revised goes along", chain),
)
