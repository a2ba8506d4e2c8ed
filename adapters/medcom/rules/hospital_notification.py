"""HospitalNotification 3.0: a tight data set, sent without consent, and so nothing beside it."""

from collections.abc import Iterator

import msgspec

from adapters.fhir.systems import CPR
from adapters.medcom import systems
from adapters.medcom.elements import Encounter, Organization, Patient
from adapters.medcom.message import Message, extensions, is_backwards, is_zoned
from adapters.medcom.rule import Rule

STATUS = frozenset({"in-progress", "onleave", "finished", "entered-in-error"})
ENCOUNTER = f"{systems.HOSPITAL}/medcom-hospitalNotification-encounter"


def profile(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        if ENCOUNTER not in encounter.resource.profiles:
            yield f"{encounter.path}.meta.profile"


def cpr_only(m: Message) -> Iterator[str]:
    for patient in m.of(Patient):
        if [one.system for one in patient.resource.identifier] != [CPR]:
            yield f"{patient.path}.identifier"


def status(m: Message) -> Iterator[str]:
    return (f"{encounter.path}.status" for encounter in m.of(Encounter) if encounter.resource.status not in STATUS)


def klass(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        found = encounter.resource.class_
        if found is None or found.system != systems.ACT_CODE or found.code not in ("IMP", "EMER"):
            yield f"{encounter.path}.class"


def episode(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        found = encounter.resource.episode_of_care
        if not found or any(one.identifier is None or one.reference is not None for one in found):
            yield f"{encounter.path}.episodeOfCare"


def start(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        if encounter.resource.period is None or not is_zoned(encounter.resource.period.start):
            yield f"{encounter.path}.period.start"


def end(m: Message) -> Iterator[str]:
    """A stay has an end once it is over; as long as it lasts it has none to be trusted."""
    for encounter in m.of(Encounter):
        said = encounter.resource.period.end if encounter.resource.period else None
        if (encounter.resource.status == "finished" or said is not None) and not is_zoned(said):
            yield f"{encounter.path}.period.end"


def provider(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        if m.led_to(encounter.resource.service_provider, Organization) is None:
            yield f"{encounter.path}.serviceProvider"


def leave(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        said = extensions(encounter.resource.extension, systems.LEAVE_PERIOD)
        started = [one.value_period is not None and is_zoned(one.value_period.start) for one in said]
        if len(said) > 1 or not all(started) or (encounter.resource.status == "onleave" and not said):
            yield f"{encounter.path}.extension"


def leave_end(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        for place, one in enumerate(encounter.resource.extension):
            if one.url == systems.LEAVE_PERIOD and is_backwards(one.value_period):
                yield f"{encounter.path}.extension[{place}].valuePeriod.end"


def forbidden(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        there = msgspec.json.decode(encounter.raw, type=dict[str, msgspec.Raw]).keys()
        yield from (f"{encounter.path}.{name}" for name in systems.STAY_FORBIDS if name in there)


def use_case(m: Message) -> Iterator[str]:
    """Activity, class and status agree, as in the table of use cases; a death repeats the current activity."""
    for encounter in m.of(Encounter):
        code = encounter.resource.class_.code if encounter.resource.class_ else None
        said = _activity(m)
        kind, _, rest = said.partition("-")
        stay = systems.STAYS.get(rest if kind in ("revise", "cancel") else said)
        if stay is None:
            continue
        classes, then = stay
        wanted = systems.CANCELLED[rest] if kind == "cancel" else then
        dead = any(one.resource.deceased_boolean for one in m.of(Patient))
        if code not in classes:
            yield f"{encounter.path}.class.code"
        if encounter.resource.status != wanted and not (dead and encounter.resource.status == "finished"):
            yield f"{encounter.path}.status"


def death(m: Message) -> Iterator[str]:
    for patient in m.of(Patient):
        over = all(one.resource.status == "finished" for one in m.of(Encounter))
        if patient.resource.deceased_boolean and not over:
            yield f"{patient.path}.deceasedBoolean"


def previous(m: Message) -> Iterator[str]:
    """Only an admission begins; whatever else is told revises or removes an earlier message."""
    for element in m.current:
        named = [one for one in element.resource.entity if one.role in ("revision", "removal")]
        begins = _activity(m).startswith("admit-")
        if (not begins and len(named) != 1) or len(named) > 1:
            yield f"{element.path}.entity"


def removal(m: Message) -> Iterator[str]:
    for element in m.current:
        for place, one in enumerate(element.resource.entity):
            if one.role == "removal" and not _activity(m).startswith("cancel-"):
                yield f"{element.path}.entity[{place}].role"


def report(m: Message) -> Iterator[str]:
    for extension in extensions(m.header.extension, systems.REPORT_OF_ADMISSION):
        if extension.value_boolean is None:
            yield f"{m.at}.extension"


def report_recipient(m: Message) -> Iterator[str]:
    for extension in extensions(m.header.extension, systems.REPORT_RECIPIENT):
        if m.led_to(extension.value_reference, Organization) is None:
            yield f"{m.at}.extension"


def _activity(m: Message) -> str:
    """What this message tells, as a code."""
    for element in m.current:
        for coding in element.resource.activity.coding if element.resource.activity else ():
            return coding.code or ""
    return ""


RULES = (
    Rule("hn-profile", "the Encounter claims medcom-hospitalNotification-encounter", profile),
    Rule("hn-cpr", "a CPR number and no other number of the patient", cpr_only),
    Rule("hn-status", "in-progress, onleave, finished or entered-in-error", status, systems.UNKNOWN_VALUE),
    Rule("hn-class", f"IMP or EMER of {systems.ACT_CODE}", klass, systems.UNKNOWN_VALUE),
    Rule("hn-episode", "at least one episodeOfCare, each by identifier and not by reference", episode),
    Rule("hn-start", "period.start, with its time zone", start, systems.DATE_FORMAT),
    Rule("hn-end", "period.end once the stay is finished, with its time zone", end, systems.DATE_FORMAT),
    Rule("hn-provider", "serviceProvider: an Organization of the Bundle", provider),
    Rule("hn-leave", "the leave period once at most, with its start; required while on leave", leave),
    Rule("hn-leave-end", "the leave does not end before it starts (per-1)", leave_end, systems.DATE_FORMAT),
    Rule("hn-forbidden", "nothing beside the tight data set", forbidden),
    Rule("hn-use-case", "activity, class and status agree (STAA to SLHJ, RE_, AN_)", use_case),
    Rule("hn-death", "a death is told with a stay that is finished (MORS)", death),
    Rule("hn-previous", "whatever is no admission names the one message it follows on", previous),
    Rule("hn-removal", "only a cancellation removes", removal),
    Rule("hn-report", "the report of admission is asked for by a boolean", report),
    Rule("hn-report-recipient", "who gets the report of admission: an Organization of the Bundle", report_recipient),
)
