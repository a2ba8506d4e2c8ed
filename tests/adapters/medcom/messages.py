"""Messages to test with: CareCommunications that the hub writes, a hospital's notifications, Acknowledgements.

Everybody is invented but the CPR number, a published test number; SOR ids are test values, GLNs begin with GS1's 952.
"""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from adapters.medcom import systems
from adapters.medcom.acknowledgement import acknowledgement
from adapters.medcom.care_communication import CareCommunications
from adapters.medcom.envelope import opened
from adapters.medcom.thread import forward, reply
from hub.domain.message import Finding, Verdict
from hub.ports.letter import Letter
from hub.vocabulary.information import Attachment, Item
from tests.adapters.fhir import letters
from tests.people import ELMER_CPR

Json = dict[str, Any]
BASE = "https://hub.example/fhir"
CARE = CareCommunications(BASE)
FAMILY_UNIT = replace(letters.FAMILY_UNIT, sor="999081000016001", gln="9521000000018", phone="+4573760018")
WARD = replace(letters.AMBULATORY, sor="999071000016001", gln="9521000001114", phone="+4573760001")
NURSES = replace(letters.NURSES, sor="999071000016002", gln="9521000000025", phone="+4573760002")
FAR_NURSES = replace(NURSES, unit_name="Sundhedsplejen, Odense", sor="999071000016003", gln="9521000000728")
RECEIVED = datetime(2025, 4, 7, 10, 0, 3, tzinfo=timezone(timedelta(hours=2)))
PICTURE = Attachment("scanning.png", "image/png", b"\x89PNG picture")


def letter_to_nurses(**changes: Any) -> Letter:
    """A disclosure to the sundhedspleje, with a document."""
    letter = letters.disclosure((*letters.ITEMS, Item("scanning", "", True, PICTURE)))
    return replace(letter, **({"sender": WARD, "recipient": NURSES} | changes))


def answering(number: int = 1, **changes: Any) -> Letter:
    """A letter the other way."""
    back = {"sender": NURSES, "recipient": WARD, "person": "Sanne Test Dahl", "role": "sundhedsplejerske"}
    key = {"message_id": uuid5(letters.MESSAGE, f"answer {number}")}
    return letter_to_nurses(**(back | key | changes))


def new() -> bytes:
    """A new message of the hub's."""
    return CARE.new(letter_to_nurses())


def replied() -> bytes:
    """The answer to it."""
    return reply(CARE, answering(), new())


def forwarded() -> bytes:
    """The first message passed on."""
    return forward(CARE, answering(recipient=FAR_NURSES), new())


def acknowledged(code: str = "ok", of: bytes | None = None, at: datetime = RECEIVED) -> bytes:
    """An Acknowledgement of a message, of the first one unless another is given."""
    why = Finding(severity="error", code=systems.UNKNOWN_VALUE, element="Bundle.entry[2]", rule="cc-status", says="x")
    return acknowledgement(opened(of or new()), Verdict(code, () if code == "ok" else (why,)), at, BASE)


def parsed(message: bytes) -> Json:
    """The message as plain JSON, to be changed."""
    tree: Json = json.loads(message)
    return tree


def resources(message: Json, kind: str) -> list[Json]:
    """Every resource of a kind."""
    return [entry["resource"] for entry in message["entry"] if entry["resource"]["resourceType"] == kind]


def one(message: Json, kind: str) -> Json:
    """The first resource of a kind."""
    return resources(message, kind)[0]


_STAY = UUID("3f1c2b9a-7d65-4f0e-8b1a-5c4d3e2f1a00")
_ADMITTED = datetime(2025, 4, 7, 8, 0, tzinfo=UTC)


def notification(
    activity: str = "admit-inpatient",
    *,
    kind: str = "IMP",
    status: str = "in-progress",
    ended: bool = False,
    leave: bool = False,
    dead: bool = False,
    cpr: str = ELMER_CPR.digits,
    number: int = 1,
) -> Json:
    """A HospitalNotification; whatever is no admission follows on one."""
    header, admission = _id(f"header {activity} {number}"), _id("admission")
    entity = [] if activity.startswith("admit-") else [_revision(admission)]
    encounter: Json = {
        "resourceType": "Encounter",
        "id": _id("encounter"),
        "meta": {"profile": [f"{systems.HOSPITAL}/medcom-hospitalNotification-encounter"]},
        "text": _text("Ophold"),
        "status": status,
        "class": {"system": systems.ACT_CODE, "code": kind},
        "subject": {"reference": f"Patient/{_id('patient')}"},
        "episodeOfCare": [{"identifier": {"system": f"https://sor2.sum.dsdn.dk/#id={WARD.sor}", "value": _id("stay")}}],
        "period": {"start": _ADMITTED.isoformat()} | ({"end": _later(24)} if ended else {}),
        "serviceProvider": {"reference": f"Organization/{_id('ward')}"},
    }
    if leave:
        encounter["extension"] = [{"url": systems.LEAVE_PERIOD, "valuePeriod": {"start": _later(3)}}]
    woman: Json = {
        "resourceType": "Patient",
        "id": _id("patient"),
        "meta": {"profile": [systems.PATIENT]},
        "text": _text("Borger"),
        "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": cpr}],
        "name": [{"use": "official", "family": "Elmer"}],
    }
    if dead:
        woman["deceasedBoolean"] = True
    story = [_provenance("now", header, activity, entity)]
    story += [_provenance("before", admission, "admit-inpatient", [])] if entity else []
    everything = (_header(header), woman, encounter, _organisation("ward", WARD), _organisation("nurses", NURSES))
    return {
        "resourceType": "Bundle",
        "id": _id(f"bundle {activity} {number}"),
        "meta": {"profile": [systems.MESSAGE_PROFILE[systems.HOSPITAL_EVENT]]},
        "type": "message",
        "timestamp": _later(1),
        "entry": [
            {
                "fullUrl": f"https://medcomfhir.dk/ig/hn/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
            }
            for resource in (*everything, *story)
        ],
    }


def dumped(message: Json) -> bytes:
    """The message as bytes again."""
    return json.dumps(message, ensure_ascii=False).encode()


def changed(message: Json) -> Json:
    """A copy to change."""
    return copy.deepcopy(message)


def directory(file: Path, *more: str) -> Path:
    """The sample directory, in which the ward, the maternity ward and the nurses have test SOR ids as well."""
    text = files("adapters.directory").joinpath("sample.toml").read_text(encoding="utf-8")
    for who in (WARD, NURSES, FAR_NURSES, FAMILY_UNIT):
        assert who.gln is not None
        text = text.replace(f'"{who.gln}"', f'"{who.gln}", sor = "{who.sor}", phone = "{who.phone}"')
    file.write_text("\n".join((text, *more)), encoding="utf-8")
    return file


def _id(what: str) -> str:
    return str(uuid5(_STAY, what))


def _later(hours: int) -> str:
    return (_ADMITTED + timedelta(hours=hours)).isoformat()


def _text(title: str) -> Json:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{title}</p></div>'}


def _revision(header: str) -> Json:
    return {"role": "revision", "what": {"reference": f"MessageHeader/{header}"}}


def _header(key: str) -> Json:
    use = {"system": systems.DESTINATION_USE, "code": "primary"}
    return {
        "resourceType": "MessageHeader",
        "id": key,
        "meta": {"profile": [systems.HEADER_PROFILE[systems.HOSPITAL_EVENT]]},
        "text": _text("Advis"),
        "extension": [{"url": systems.REPORT_OF_ADMISSION, "valueBoolean": True}],
        "eventCoding": {"system": systems.EVENTS, "code": systems.HOSPITAL_EVENT},
        "destination": [
            {
                "extension": [{"url": systems.DESTINATION_USE_EXTENSION, "valueCoding": use}],
                "endpoint": f"https://sor2.sum.dsdn.dk/#id={NURSES.sor}",
                "receiver": {"reference": f"Organization/{_id('nurses')}"},
            }
        ],
        "sender": {"reference": f"Organization/{_id('ward')}"},
        "source": {"endpoint": f"https://sor2.sum.dsdn.dk/#id={WARD.sor}"},
        "focus": [{"reference": f"Encounter/{_id('encounter')}"}],
    }


def _organisation(key: str, who: Any) -> Json:
    return {
        "resourceType": "Organization",
        "id": _id(key),
        "meta": {"profile": [systems.ORGANIZATION]},
        "text": _text(who.unit_name),
        "identifier": [
            {"system": "https://www.gs1.org/gln", "value": who.gln},
            {"system": "urn:oid:1.2.208.176.1.1", "value": who.sor},
        ],
        "name": who.unit_name,
    }


def _provenance(key: str, header: str, activity: str, entity: list[Json]) -> Json:
    told: Json = {
        "resourceType": "Provenance",
        "id": _id(f"provenance {key}"),
        "meta": {"profile": [systems.PROVENANCE_PROFILE[systems.HOSPITAL_EVENT]]},
        "text": _text("Herkomst"),
        "target": [{"reference": f"MessageHeader/{header}"}],
        "occurredDateTime": _later(1),
        "recorded": _later(1),
        "activity": {"coding": [{"system": systems.ACTIVITIES, "code": activity}]},
        "agent": [{"who": {"reference": f"Organization/{_id('ward')}"}}],
    }
    return told | ({"entity": entity} if entity else {})
