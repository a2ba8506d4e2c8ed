"""CareCommunication 5.0.4: header, Communication and the thread. What a payload must hold stands in payload.py."""

import re
from collections.abc import Iterator

from adapters.medcom import systems
from adapters.medcom.elements import (
    CareTeam,
    Coding,
    Communication,
    Encounter,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Provenance,
    Reference,
    Resource,
)
from adapters.medcom.message import Message, Placed, extensions, is_urn_uuid
from adapters.medcom.rule import Rule

_CORE: dict[type[Resource], str] = {
    Encounter: systems.ENCOUNTER,
    Practitioner: systems.PRACTITIONER,
    PractitionerRole: systems.PRACTITIONER_ROLE,
    CareTeam: systems.CARE_TEAM,
}
_DEFINITION = re.compile(re.escape(systems.DEFINITION) + r"\|5\.\d{1,2}", re.ASCII)


def definition(m: Message) -> Iterator[str]:
    if not _DEFINITION.fullmatch(m.header.definition or ""):
        yield f"{m.at}.definition"


def profile(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        if systems.COMMUNICATION not in communication.resource.profiles and communication.resource.profiles:
            yield f"{communication.path}.meta.profile"


def core_profiles(m: Message) -> Iterator[str]:
    """Whoever else takes part claims MedCom's core profile, if any."""
    for kind, wanted in _CORE.items():
        for element in m.of(kind):
            if element.resource.profiles and wanted not in element.resource.profiles:
                yield f"{element.path}.meta.profile"


def thread(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        found = communication.resource.identifier
        if len(found) != 1 or found[0].system is not None or not is_urn_uuid(found[0].value, version=4):
            yield f"{communication.path}.identifier"


def status(m: Message) -> Iterator[str]:
    return (
        f"{communication.path}.status"
        for communication in m.of(Communication)
        if communication.resource.status != "unknown"
    )


def category(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        codings = [coding for concept in communication.resource.category for coding in concept.coding]
        if len(communication.resource.category) != 1 or len(codings) != 1 or not codings[0].code:
            yield f"{communication.path}.category"


def category_system(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        for coding in _categories(communication):
            if coding.system != systems.CATEGORIES:
                yield f"{communication.path}.category[0].coding[0].system"


def category_code(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        for coding in _categories(communication):
            if coding.code and coding.code not in systems.CATEGORY_CODES:
                yield f"{communication.path}.category[0].coding[0].code"


def topic(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        said = communication.resource.topic
        if said is None and _is(communication, "other"):
            yield f"{communication.path}.topic"
        elif said is not None and not (said.text or "").strip():
            yield f"{communication.path}.topic.text"


def priority(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        said = communication.resource.priority
        if said is not None and (not _is(communication, "regarding-referral") or said not in ("routine", "asap")):
            yield f"{communication.path}.priority"


def subject(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        if m.led_to(communication.resource.subject, Patient) is None:
            yield f"{communication.path}.subject"


def encounter(m: Message) -> Iterator[str]:
    """Named exactly when one is there (cc-15)."""
    there = m.of(Encounter)
    for communication in m.of(Communication):
        named, found = communication.resource.encounter, m.led_to(communication.resource.encounter, Encounter)
        if len(there) > 1 or bool(there) != (named is not None) or (named is not None and found is None):
            yield f"{communication.path}.encounter"


def encounter_episode(m: Message) -> Iterator[str]:
    for element in m.of(Encounter):
        found = [one.identifier for one in element.resource.episode_of_care]
        if not found or any(one is None or not one.system or not one.value for one in found):
            yield f"{element.path}.episodeOfCare"


def recipient(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        said = communication.resource.recipient
        if len(said) > 1 or any(not _works_for(m, one, m.receiver) for one in said):
            yield f"{communication.path}.recipient"


def sender(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        said = extensions(communication.resource.extension, systems.SENDER)
        if len(said) > 1 or any(not _works_for(m, one.value_reference, m.sender) for one in said):
            yield f"{communication.path}.extension"


def history_of_new(m: Message) -> Iterator[str]:
    """A new message follows on nothing."""
    for element in m.current:
        if _activity(element) == systems.NEW and (
            m.history or any(one.role == "revision" for one in element.resource.entity)
        ):
            yield f"{element.path}.entity"


def history_of_others(m: Message) -> Iterator[str]:
    """A reply and a forward name the one message they follow on."""
    for element in m.current:
        revised = [one for one in element.resource.entity if one.role == "revision"]
        if _activity(element) in (systems.REPLY, systems.FORWARD) and len(revised) != 1:
            yield f"{element.path}.entity"


def sources(m: Message) -> Iterator[str]:
    """What a message adds it names, one source for each payload; none names what is not there."""
    identifiers = _payloads(m)
    for provenance in m.of(Provenance):
        named = [
            one.what.identifier for one in provenance.resource.entity if one.role == "source" and one.what is not None
        ]
        values = [one.value if one is not None else None for one in named]
        if not named or len(set(values)) != len(values) or (provenance in m.current and not set(values) <= identifiers):
            yield f"{provenance.path}.entity"


def every_payload(m: Message) -> Iterator[str]:
    """Every payload is the source of one Provenance of the chain."""
    added = {
        one.what.identifier.value
        for provenance in m.of(Provenance)
        for one in provenance.resource.entity
        if one.role == "source" and one.what is not None and one.what.identifier is not None
    }
    for communication in m.of(Communication):
        for place, payload in enumerate(communication.resource.payload):
            named = {
                one.value_identifier.value
                for one in extensions(payload.extension, systems.IDENTIFIER)
                if one.value_identifier is not None
            }
            if not named <= added:
                yield f"{communication.path}.payload[{place}]"


def _payloads(m: Message) -> set[str | None]:
    return {
        one.value_identifier.value
        for communication in m.of(Communication)
        for payload in communication.resource.payload
        for one in extensions(payload.extension, systems.IDENTIFIER)
        if one.value_identifier is not None
    }


def _activity(provenance: Placed[Provenance]) -> str | None:
    coding = provenance.resource.activity.coding if provenance.resource.activity else ()
    return coding[0].code if coding else None


def _categories(communication: Placed[Communication]) -> tuple[Coding, ...]:
    return communication.resource.category[0].coding[:1] if communication.resource.category else ()


def _is(communication: Placed[Communication], code: str) -> bool:
    return any(coding.code == code for coding in _categories(communication))


def _works_for(m: Message, said: Reference | None, organisation: Placed[Organization] | None) -> bool:
    """A role or a care team whose organisation is this one."""
    role, team = m.led_to(said, PractitionerRole), m.led_to(said, CareTeam)
    owners = [role.resource.organization] if role else list(team.resource.managing_organization) if team else []
    found = [m.led_to(one, Organization) for one in owners]
    return organisation is not None and bool(found) and all(one is organisation for one in found)


RULES = (
    Rule("cc-definition", f"{systems.DEFINITION}|5.x", definition, systems.UNABLE),
    Rule("cc-profile", "the Communication claims medcom-careCommunication-communication", profile),
    Rule("cc-core-profile", "Encounter, roles, persons and teams claim medcom-core profiles", core_profiles),
    Rule("cc-identifier", "one identifier: urn:uuid: and a lower-case UUID version 4, no system", thread),
    Rule("cc-status", "`unknown`", status, systems.UNKNOWN_VALUE),
    Rule("cc-category", "one category with one code", category),
    Rule("cc-category-system", systems.CATEGORIES, category_system, systems.UNKNOWN_SYSTEM),
    Rule("cc-category-code", "a code of medcom-careCommunication-categories", category_code, systems.UNKNOWN_VALUE),
    Rule("cc-topic", "topic.text; required with category `other` (cc-6)", topic),
    Rule("cc-priority", "routine or asap, and only with category `regarding-referral` (cc-5)", priority),
    Rule("cc-subject", "the Patient of the message", subject),
    Rule("cc-encounter", "named exactly when an Encounter is in the Bundle (cc-15)", encounter),
    Rule("cc-episode", "an Encounter names its episodeOfCare by identifier (cc-9)", encounter_episode),
    Rule("cc-recipient", "one role or care team at most, of the receiver (cc-12)", recipient),
    Rule("cc-sender", "one role or care team at most, of the sender (cc-11)", sender),
    Rule("cc-new", "a new message has no history", history_of_new),
    Rule("cc-revision", "a reply and a forward name exactly one message they follow on", history_of_others),
    Rule("cc-sources", "each Provenance names as source the payloads its message added", sources),
    Rule("cc-payload-source", "every payload is the source of a Provenance", every_payload),
)
