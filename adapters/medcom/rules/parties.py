"""Organisations with their numbers, the patient with hers (DK Core 3.4, MedCom core 3.0)."""

import re
from collections.abc import Callable, Iterator

from adapters.fhir.systems import CPR, CVR, SOR
from adapters.medcom import systems
from adapters.medcom.elements import Encounter, Identifier, Organization, Patient, Practitioner
from adapters.medcom.message import Message, Placed, is_backwards, is_urn_uuid, is_uuid, sor_of
from adapters.medcom.rule import Rule
from hub.errors import Unreadable
from hub.vocabulary.identifiers import Cpr, Ean

_SOR = re.compile(r"[0-9]{11,18}", re.ASCII)
_CPR = re.compile(r"[0-9]{10}", re.ASCII)
_CVR, _CVR_WEIGHTS = re.compile(r"[0-9]{8}", re.ASCII), (2, 7, 6, 5, 4, 3, 2, 1)
_AUTHORISATION = re.compile(r"[0-9B-DF-HJ-NP-TV-XZ]{5}")
_X_ECPR = re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[0-9A-Z]{4}")


def sor(m: Message) -> Iterator[str]:
    for element in _messaging(m):
        if not any(one.system == SOR for one in element.resource.identifier):
            yield f"{element.path}.identifier"
    for path, one in _identifiers(m.of(Organization)):
        if one.system == SOR and not _SOR.fullmatch(one.value or ""):
            yield f"{path}.value"


def gln(m: Message) -> Iterator[str]:
    for element in _messaging(m):
        if not any(one.system in systems.GLN_SYSTEMS for one in element.resource.identifier):
            yield f"{element.path}.identifier"
    for path, one in _identifiers(m.of(Organization)):
        if one.system in systems.GLN_SYSTEMS and not _parses(Ean.parse, one.value):
            yield f"{path}.value"


def cvr(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Organization)):
        if one.system == CVR and not _is_cvr(one.value or ""):
            yield f"{path}.value"


def kombit(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Organization)):
        if one.system == systems.KOMBIT and not is_urn_uuid(one.value):
            yield f"{path}.value"


def authorisation(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Practitioner)):
        if one.system == systems.AUTHORISATION and not _AUTHORISATION.fullmatch(one.value or ""):
            yield f"{path}.value"


def organisation_use(m: Message) -> Iterator[str]:
    fixed = {SOR, *systems.GLN_SYSTEMS}
    for path, one in _identifiers(m.of(Organization)):
        if one.system in fixed and one.use not in (None, "official"):
            yield f"{path}.use"


def number(m: Message) -> Iterator[str]:
    """A CPR number or a replacement for one."""
    for patient in m.of(Patient):
        if not any(_is_cpr_system(one.system) for one in patient.resource.identifier):
            yield f"{patient.path}.identifier"


def cpr(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Patient)):
        if one.system == CPR and not _is_cpr(one.value):
            yield f"{path}.value"


def cpr_use(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Patient)):
        if one.system == CPR and one.use not in (None, "official"):
            yield f"{path}.use"


def replacement(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Patient)):
        if one.system == systems.X_ECPR and not _X_ECPR.fullmatch(one.value or ""):
            yield f"{path}.value"
        if _is_d_ecpr(one.system) and not (one.value or "").strip():
            yield f"{path}.value"


def replacement_use(m: Message) -> Iterator[str]:
    for path, one in _identifiers(m.of(Patient)):
        if (one.system == systems.X_ECPR or _is_d_ecpr(one.system)) and one.use not in (None, "temp"):
            yield f"{path}.use"


def one_of_each(m: Message) -> Iterator[str]:
    for patient in m.of(Patient):
        for system in (CPR, systems.X_ECPR):
            if sum(one.system == system for one in patient.resource.identifier) > 1:
                yield f"{patient.path}.identifier"


def name(m: Message) -> Iterator[str]:
    for patient in m.of(Patient):
        official = [one for one in patient.resource.name if one.use == "official"]
        if len(official) != 1 or not official[0].family:
            yield f"{patient.path}.name"


def deceased(m: Message) -> Iterator[str]:
    return (
        f"{patient.path}.deceasedDateTime"
        for patient in m.of(Patient)
        if patient.resource.deceased_date_time is not None
    )


def patient_profile(m: Message) -> Iterator[str]:
    for patient in m.of(Patient):
        if patient.resource.profiles and systems.PATIENT not in patient.resource.profiles:
            yield f"{patient.path}.meta.profile"


def encounter_class(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        found = encounter.resource.class_
        known = found is not None and (
            (found.system == systems.ACT_CODE and found.code in systems.ACT_CODES)
            or ((found.system or "").startswith(systems.TERMINOLOGY) and found.code == "other")
        )
        if not known:
            yield f"{encounter.path}.class"


def encounter_status(m: Message) -> Iterator[str]:
    return (f"{encounter.path}.status" for encounter in m.of(Encounter) if not encounter.resource.status)


def encounter_subject(m: Message) -> Iterator[str]:
    for encounter in m.of(Encounter):
        if m.led_to(encounter.resource.subject, Patient) is None:
            yield f"{encounter.path}.subject"


def encounter_period(m: Message) -> Iterator[str]:
    return (f"{encounter.path}.period.end" for encounter in m.of(Encounter) if is_backwards(encounter.resource.period))


def episode(m: Message) -> Iterator[str]:
    """LPR3: the register's system and a URN of a UUID version 5. Local: the SOR address and a hyphenated UUID."""
    for encounter in m.of(Encounter):
        for place, one in enumerate(encounter.resource.episode_of_care):
            if one.identifier is not None and not _is_episode(one.identifier):
                yield f"{encounter.path}.episodeOfCare[{place}].identifier"


def _is_episode(identifier: Identifier) -> bool:
    if identifier.system == systems.LPR3:
        return is_urn_uuid(identifier.value, version=5)
    value = identifier.value or ""
    return sor_of(identifier.system) is not None and (is_uuid(value) or is_urn_uuid(value))


def _messaging(m: Message) -> Iterator[Placed[Organization]]:
    """The organisations that a message goes between, each once."""
    parties = {element.path: element for element in (m.sender, m.receiver) if element is not None}
    claiming = {
        organization.path: organization
        for organization in m.of(Organization)
        if systems.ORGANIZATION in organization.resource.profiles
    }
    yield from (parties | claiming).values()


def _identifiers(
    resources: tuple[Placed[Organization], ...] | tuple[Placed[Patient], ...] | tuple[Placed[Practitioner], ...],
) -> Iterator[tuple[str, Identifier]]:
    for resource in resources:
        for place, one in enumerate(resource.resource.identifier):
            yield f"{resource.path}.identifier[{place}]", one


def _is_cpr(value: str | None) -> bool:
    return value is not None and _CPR.fullmatch(value) is not None and _parses(Cpr.parse, value)


def _is_cvr(value: str) -> bool:
    """Eight digits whose weighted sum is divisible by eleven (Erhvervsstyrelsen: how a CVR number is made)."""
    if not _CVR.fullmatch(value):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_CVR_WEIGHTS, value, strict=True)) % 11 == 0


def _parses(parse: Callable[[str], object], value: str | None) -> bool:
    try:
        parse(value or "")
    except Unreadable:
        return False
    return True


def _is_d_ecpr(system: str | None) -> bool:
    return (system or "").startswith(f"{systems.D_ECPR}.")


def _is_cpr_system(system: str | None) -> bool:
    return system in (CPR, systems.X_ECPR) or _is_d_ecpr(system)


RULES = (
    Rule("org-sor", f"a SOR id ({SOR}) of at least 11 digits", sor, systems.UNKNOWN_RECEIVER),
    Rule("org-gln", "a GLN: 13 digits, the last a modulus 10 check digit", gln, systems.UNKNOWN_RECEIVER),
    Rule("org-cvr", "a CVR number: eight digits, the last by modulus 11", cvr),
    Rule("org-kombit", "KOMBIT's id of an organisation: urn:uuid:", kombit),
    Rule("org-use", "the use of a SOR id or GLN is `official` where it stands", organisation_use),
    Rule("pat-number", "a CPR number or a replacement for one (X-eCPR, D-eCPR)", number, systems.UNKNOWN_SYSTEM),
    Rule("pat-cpr", "ten digits without hyphen whose first six are a date", cpr, systems.WRONG_TYPE),
    Rule("pat-cpr-use", "the use of a CPR number is `official` where it stands", cpr_use),
    Rule("pat-ecpr", "an X-eCPR: date of birth, then four characters; a D-eCPR that is not empty", replacement),
    Rule("pat-ecpr-use", "the use of a replacement number is `temp` where it stands", replacement_use),
    Rule("pat-number-once", "one CPR number and one X-eCPR at most", one_of_each),
    Rule("pat-name", "one name of use `official`, with a family name", name),
    Rule("pat-deceased", "death is said by deceasedBoolean", deceased),
    Rule("pat-profile", "the Patient claims medcom-core-patient", patient_profile),
    Rule("pra-authorisation", "an authorisation id: five consonants or digits", authorisation),
    Rule("enc-status", "Encounter.status", encounter_status),
    Rule("enc-class", "a class of v3-ActCode, or MedCom's `other`", encounter_class, systems.UNKNOWN_VALUE),
    Rule("enc-subject", "the Patient of the message", encounter_subject),
    Rule("enc-period", "the stay does not end before it starts (per-1)", encounter_period, systems.DATE_FORMAT),
    Rule("enc-episode", "an LPR3 id or a local id, each with its system and its UUID", episode),
)
