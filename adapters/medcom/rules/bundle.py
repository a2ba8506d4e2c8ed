"""The envelope and the header of any MedCom message (medcom-messaging-message and -messageHeader 4.0)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from adapters.medcom import systems
from adapters.medcom.elements import (
    Communication,
    Encounter,
    MessageHeader,
    Organization,
    Patient,
    Provenance,
    Resource,
)
from adapters.medcom.message import URN, Message, Placed, extensions, is_uuid, is_zoned, sor_of
from adapters.medcom.narrative import is_harmless
from adapters.medcom.rule import Rule

_REFERENCE = re.compile(rb'"reference"\s*:\s*"((?:[^"\\]|\\.)*)"')
_UUID_SHAPE = re.compile(r"[0-9A-Za-z]{8}(-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}")
_UUID_AT_END = re.compile(r"(?:.*-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FOCUS: dict[str, type[Resource]] = {systems.CARE_EVENT: Communication, systems.HOSPITAL_EVENT: Encounter}


def bundle_id(m: Message) -> Iterator[str]:
    """MedCom's own test files of 2024 write the name of the test before the UUID; that is read."""
    if not _UUID_AT_END.fullmatch(m.bundle.id or ""):
        yield "Bundle.id"


def timestamp(m: Message) -> Iterator[str]:
    if not is_zoned(m.bundle.timestamp):
        yield "Bundle.timestamp"


def one_header(m: Message) -> Iterator[str]:
    return (header.path for header in m.of(MessageHeader)[1:])


def two_organisations(m: Message) -> Iterator[str]:
    if len(m.of(Organization)) < 2:
        yield "Bundle.entry"


def patients(m: Message) -> Iterator[str]:
    """Exactly one (cc-2 and HospitalNotification); an Acknowledgement carries none."""
    found = m.of(Patient)
    if m.event == systems.ACK_EVENT:
        yield from (element.path for element in found)
    elif len(found) != 1:
        yield found[1].path if found else "Bundle.entry"


def a_provenance(m: Message) -> Iterator[str]:
    if not m.of(Provenance):
        yield "Bundle.entry"


def full_url(m: Message) -> Iterator[str]:
    """Every entry has one, and it ends as the resource is called, or is a UUID's URN."""
    for number, entry in enumerate(m.entries):
        url = entry.full_url or ""
        named = url == entry.resource.local or url.endswith(f"/{entry.resource.local}")
        if not (named or (url.startswith(URN) and is_uuid(url[len(URN) :]))):
            yield f"Bundle.entry[{number}].fullUrl"


def full_url_once(m: Message) -> Iterator[str]:
    times = Counter(entry.full_url for entry in m.entries)
    return (f"Bundle.entry[{number}].fullUrl" for number, entry in enumerate(m.entries) if times[entry.full_url] > 1)


def full_url_absolute(m: Message) -> Iterator[str]:
    """FHIR R4 bdl-8 and §2.36.4 ask for it; the HospitalNotifications and Acknowledgements of 2023 do not keep it."""
    relative = (n for n, entry in enumerate(m.entries) if ":" not in (entry.full_url or ":"))
    return (f"Bundle.entry[{number}].fullUrl" for number in relative)


def references(m: Message) -> Iterator[str]:
    """All lead into the bundle, but those of a Provenance to an earlier header."""
    for entry in m.entries:
        said = {_text(match) for match in _REFERENCE.findall(entry.raw)}
        away = {one for one in said if not _may_dangle(m, entry, one)}
        if away:
            yield from _paths(entry.path, msgspec.json.decode(entry.raw), away)


def old_agents(m: Message) -> Iterator[str]:
    """MedCom's examples of 2023 keep an earlier Provenance without the organisation it names."""
    if m.event != systems.HOSPITAL_EVENT:
        return
    for element in m.history:
        for place, agent in enumerate(element.resource.agent):
            said = (agent.who.reference if agent.who else None) or ""
            if said and not m.resolves(said):
                yield f"{element.path}.agent[{place}].who"


def _text(found: bytes) -> str:
    text: str = msgspec.json.decode(b'"' + found + b'"')
    return text


def _may_dangle(m: Message, element: Placed[Resource], said: str) -> bool:
    if m.resolves(said) or said.startswith("#"):
        return True
    if not isinstance(element.resource, Provenance):
        return False
    agents = {agent.who.reference for agent in element.resource.agent if agent.who}
    if said in agents:
        return m.event == systems.HOSPITAL_EVENT and element not in m.current
    return "MessageHeader/" in said or said.startswith(URN)


def _paths(path: str, value: Any, away: set[str]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "reference" and isinstance(part, str) and part in away:
                yield f"{path}.reference"
            else:
                yield from _paths(f"{path}.{name}", part, away)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _paths(f"{path}[{number}]", part, away)


def narrative(m: Message) -> Iterator[str]:
    """`text` with status and div on every resource; a Bundle has none to give."""
    for entry in m.entries:
        text = entry.resource.text
        if text is None or not text.status or not text.div:
            yield f"{entry.path}.text"


def harmless(m: Message) -> Iterator[str]:
    for entry in m.entries:
        text = entry.resource.text
        if text is not None and text.div is not None and not is_harmless(text.div):
            yield f"{entry.path}.text.div"


def header_profile(m: Message) -> Iterator[str]:
    if systems.HEADER_PROFILE[m.event] not in m.header.profiles:
        yield f"{m.at}.meta.profile"


def message_profile(m: Message) -> Iterator[str]:
    claimed = tuple(canonical.partition("|")[0] for canonical in m.bundle.meta.profile) if m.bundle.meta else ()
    if systems.MESSAGE_PROFILE[m.event] not in claimed:
        yield "Bundle.meta.profile"


def header_id(m: Message) -> Iterator[str]:
    """Of the form of a UUID; CareCommunication 5.0 writes real ones, MedCom's older examples change a digit."""
    shaped = _UUID_SHAPE.fullmatch(m.header.id or "")
    if not shaped or (m.event == systems.CARE_EVENT and not is_uuid(m.header.id)):
        yield f"{m.at}.id"


def header_id_hexadecimal(m: Message) -> Iterator[str]:
    if m.event != systems.CARE_EVENT and _UUID_SHAPE.fullmatch(m.header.id or "") and not is_uuid(m.header.id):
        yield f"{m.at}.id"


def destination(m: Message) -> Iterator[str]:
    """One, and its use is `primary`; the slicing is closed, so `cc` is not for these messages."""
    if len(m.header.destination) != 1:
        yield f"{m.at}.destination"
    for number, addressee in enumerate(m.header.destination):
        uses = [use.value_coding for use in extensions(addressee.extension, systems.DESTINATION_USE_EXTENSION)]
        wanted = (systems.DESTINATION_USE, "primary")
        if len(uses) != 1 or uses[0] is None or (uses[0].system, uses[0].code) != wanted:
            yield f"{m.at}.destination[{number}].extension"


def destination_endpoint(m: Message) -> Iterator[str]:
    for number, addressee in enumerate(m.header.destination[:1]):
        sor = sor_of(addressee.endpoint)
        if sor is None or sor not in _sors(m.receiver, sor):
            yield f"{m.at}.destination[{number}].endpoint"


def source_endpoint(m: Message) -> Iterator[str]:
    sor = sor_of(m.header.source.endpoint if m.header.source else None)
    if sor is None or sor not in _sors(m.sender, sor):
        yield f"{m.at}.source.endpoint"


def _sors(who: Placed[Organization] | None, otherwise: str) -> Iterable[str | None]:
    """The SOR ids of an organisation; one that is missing, or has none, is another rule's matter."""
    found = (
        [identifier.value for identifier in who.resource.identifier if identifier.system == "urn:oid:1.2.208.176.1.1"]
        if who
        else []
    )
    return found or [otherwise]


def receiver(m: Message) -> Iterator[str]:
    if m.header.destination and not m.is_messaging(m.receiver):
        yield f"{m.at}.destination[0].receiver"


def sender(m: Message) -> Iterator[str]:
    if not m.is_messaging(m.sender):
        yield f"{m.at}.sender"


def focus(m: Message) -> Iterator[str]:
    wanted = _FOCUS.get(m.event)
    if wanted is None:
        if m.header.focus:
            yield f"{m.at}.focus"
    elif len(m.header.focus) != 1 or m.led_to(m.header.focus[0], wanted) is None or len(m.of(wanted)) != 1:
        yield f"{m.at}.focus"


RULES = (
    Rule("msg-id", "Bundle.id is a UUID, new for every transmission", bundle_id),
    Rule("msg-timestamp", "Bundle.timestamp is there, with its time zone", timestamp, systems.DATE_FORMAT),
    Rule("msg-header-first", "exactly one MessageHeader, first of all entries (medcom-messaging-1)", one_header),
    Rule("msg-provenance", "at least one Provenance (medcom-messaging-2)", a_provenance),
    Rule("msg-organizations", "at least two Organizations: sender and receiver", two_organisations),
    Rule("msg-patient", "exactly one Patient; none in an Acknowledgement", patients),
    Rule("msg-profile", "the Bundle claims the profile of its message", message_profile, severity="warning"),
    Rule("msg-fullurl", "fullUrl is there and ends in Type/id, or is urn:uuid:", full_url),
    Rule("msg-fullurl-once", "no fullUrl stands twice (bdl-7)", full_url_once),
    Rule("msg-fullurl-absolute", "fullUrl is absolute", full_url_absolute, severity="warning"),
    Rule("msg-references", "every reference leads to a resource in the Bundle", references),
    Rule("msg-old-agents", "an earlier Provenance's organisation goes along", old_agents, severity="warning"),
    Rule("msg-narrative", "every resource carries a narrative: text.status and text.div", narrative),
    Rule("msg-narrative-safe", "a narrative is XHTML of formatting elements only (txt-1, txt-2)", harmless),
    Rule("hdr-profile", "MessageHeader.meta.profile claims the header profile of the event", header_profile),
    Rule("hdr-id", "MessageHeader.id is a UUID", header_id),
    Rule("hdr-id-hex", "a UUID is written in hexadecimal", header_id_hexadecimal, severity="warning"),
    Rule("hdr-destination", "one destination, its use `primary` and no other", destination),
    Rule("hdr-destination-endpoint", "the SOR address of the receiver", destination_endpoint, systems.UNKNOWN_RECEIVER),
    Rule("hdr-receiver", "a messaging organization of this Bundle", receiver, systems.NO_RECEIVER),
    Rule("hdr-sender", "a messaging organization of this Bundle", sender),
    Rule("hdr-source-endpoint", "the SOR address of the sender", source_endpoint),
    Rule("hdr-focus", "one Communication or Encounter; none in an Acknowledgement", focus),
)
