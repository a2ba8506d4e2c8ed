"""One broken message for every rule: what is changed in a valid one so that this rule, and a reader, must object."""

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from adapters.fhir import systems as systems_of_dk
from adapters.medcom import systems
from tests.adapters.medcom.messages import (
    Json,
    acknowledged,
    changed,
    forwarded,
    new,
    notification,
    one,
    parsed,
    replied,
    resources,
)

Change = Callable[[Json], object]
WARD_CPR = "urn:oid:1.2.208.176.1.2"
OLD = f"{systems.MESSAGING}/of-another-house"


@cache
def _valid(kind: str) -> Json:
    make: dict[str, Callable[[], Json]] = {
        "new": lambda: parsed(new()),
        "reply": lambda: parsed(replied()),
        "forward": lambda: parsed(forwarded()),
        "ack": lambda: parsed(acknowledged()),
        "nack": lambda: parsed(acknowledged("fatal-error")),
        "admit": notification,
        "discharge": partial(notification, "discharge-inpatient-home", status="finished", ended=True),
        "leave": partial(notification, "start-leave-inpatient", status="onleave", leave=True),
        "stay": _with_stay,
    }
    return make[kind]()


def valid(kind: str) -> Json:
    """A valid message of this kind, to be changed."""
    return changed(_valid(kind))


def _with_stay() -> Json:
    """A new message that names the woman's stay in hospital."""
    message = parsed(new())
    stay = changed(one(_valid("discharge"), "Encounter"))
    stay["meta"] = {"profile": [systems.ENCOUNTER]}
    stay["subject"] = {"reference": f"Patient/{one(message, 'Patient')['id']}"}
    del stay["serviceProvider"]
    message["entry"].append({"fullUrl": f"https://hub.example/fhir/Encounter/{stay['id']}", "resource": stay})
    one(message, "Communication")["encounter"] = {"reference": f"Encounter/{stay['id']}"}
    return message


def put(kind: str, name: str, value: Any) -> Change:
    """This element of the first resource of a kind is now that."""
    return lambda m: one(m, kind).__setitem__(name, value)


def drop(kind: str, name: str) -> Change:
    """The first resource of a kind has lost this element."""
    return lambda m: one(m, kind).pop(name)


def without(kind: str) -> Change:
    """No resource of this kind is left."""

    def change(m: Json) -> None:
        m["entry"] = [entry for entry in m["entry"] if entry["resource"]["resourceType"] != kind]

    return change


def payload(number: int, change: Callable[[Json], object]) -> Change:
    """What one payload says is changed."""
    return lambda m: change(one(m, "Communication")["payload"][number])


def mark(url: str, /, **values: Any) -> Change:
    """An extension of the first payload holds something else."""

    def change(said: Json) -> None:
        next(extension for extension in said["extension"] if extension["url"] == url).update(values)

    return payload(0, change)


def unmarked(number: int, url: str) -> Change:
    """A payload has lost an extension."""
    return payload(
        number,
        lambda said: said.__setitem__(
            "extension", [extension for extension in said["extension"] if extension["url"] != url]
        ),
    )


def identifier(number: int, kind: str, known_by: str, /, **values: Any) -> Change:
    """A number of a resource is another."""

    def change(m: Json) -> None:
        found = resources(m, kind)[number]["identifier"]
        next(entry for entry in found if entry["system"] == known_by).update(values)

    return change


def number(kind: str, system: str, value: str) -> Change:
    """The first resource of a kind has one number more."""
    return lambda m: one(m, kind).setdefault("identifier", []).append({"system": system, "value": value})


def doubled(number: int, url: str) -> Change:
    """A payload says something twice."""

    def change(said: Json) -> None:
        said["extension"].append(next(extension for extension in said["extension"] if extension["url"] == url))

    return payload(number, change)


def team(profile: str = systems.CARE_TEAM, of: int = 0) -> Change:
    """A care team of an organisation goes along."""

    def change(m: Json) -> None:
        key = "6a1f0c52-9a35-4f0e-8c41-5d1c7d3f9b10"
        owner = resources(m, "Organization")[of]["id"]
        made = {
            "resourceType": "CareTeam",
            "id": key,
            "meta": {"profile": [profile]},
            "text": one(m, "Patient")["text"],
            "managingOrganization": [{"reference": f"Organization/{owner}"}],
        }
        m["entry"].append({"fullUrl": f"https://hub.example/fhir/CareTeam/{key}", "resource": made})

    return change


def _twice_over(list_of: list[Json]) -> None:
    list_of.append(changed(list_of[-1]))


def destination(**values: Any) -> Change:
    """The destination says something else."""
    return lambda m: one(m, "MessageHeader")["destination"][0].update(values)


def again(kind: str) -> Change:
    """A second resource of this kind, under a URL of its own."""

    def change(m: Json) -> None:
        twin = changed(next(entry for entry in m["entry"] if entry["resource"]["resourceType"] == kind))
        twin["resource"]["id"] = "00000000-0000-4000-8000-000000000000"
        twin["fullUrl"] = f"https://hub.example/fhir/{kind}/{twin['resource']['id']}"
        m["entry"].append(twin)

    return change


def entity(number: int, **values: Any) -> Change:
    """An entity of the first Provenance says something else."""
    return lambda m: one(m, "Provenance")["entity"][number].update(values)


def _use(code: str) -> list[Json]:
    coding = {"system": systems.DESTINATION_USE, "code": code}
    return [{"url": systems.DESTINATION_USE_EXTENSION, "valueCoding": coding}]


def _role_of_sender(m: Json) -> Json:
    return {"reference": f"PractitionerRole/{one(m, 'PractitionerRole')['id']}"}


def _relative(m: Json) -> None:
    for entry in m["entry"]:
        entry["fullUrl"] = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"


def _twin_url(m: Json) -> None:
    m["entry"].append(changed(m["entry"][1]))


def _sor(value: str) -> Change:
    def change(m: Json) -> None:
        identifier(0, "Organization", "urn:oid:1.2.208.176.1.1", value=value)(m)

    return change


def _code(value: str) -> Change:
    return lambda m: one(m, "Communication")["category"][0]["coding"][0].update(code=value)


def _history(m: Json) -> None:
    one(m, "Provenance")["entity"].append({"role": "revision", "what": {"reference": "MessageHeader/earlier"}})


def _dead(m: Json) -> None:
    one(m, "Patient")["deceasedBoolean"] = True


def _issue(**values: Any) -> Change:
    return lambda m: one(m, "OperationOutcome")["issue"][0].update(values)


def _like_2023(m: Json) -> None:
    """A header's id with a sign that is no hexadecimal digit, wherever it is named."""
    key = one(m, "MessageHeader")["id"]
    m.update(json.loads(json.dumps(m).replace(key, "g" + key[1:])))


def _old_agent(m: Json) -> None:
    resources(m, "Provenance")[1]["agent"] = [{"who": {"reference": "Organization/gone"}}]


def _twice(m: Json) -> None:
    said = one(m, "Communication")["payload"]
    said[1]["extension"] = changed(said[0]["extension"])


def _referring(said: Json) -> None:
    del said["contentAttachment"]
    said["contentReference"] = {"display": "brev"}


def _response(**values: Any) -> Change:
    return lambda m: one(m, "MessageHeader")["response"].update(values)


def _extension(url: str, **value: Any) -> Change:
    return lambda m: one(m, "MessageHeader").__setitem__("extension", [{"url": url} | value])


CODED = {"coding": [{"system": "http://example.org/roles", "code": "x"}], "text": "begge dele"}
MUTANTS: dict[str, tuple[tuple[str, Change], ...]] = {
    "msg-type": (("new", lambda m: m.update(type="collection")), ("ack", lambda m: m.update(type="document"))),
    "msg-id": (("new", lambda m: m.update(id="not-a-uuid")), ("admit", lambda m: m.pop("id"))),
    "msg-timestamp": (
        ("new", lambda m: m.update(timestamp="2025-04-07T10:00:00")),
        ("ack", lambda m: m.pop("timestamp")),
    ),
    "msg-header-first": (
        ("new", lambda m: m["entry"].insert(0, m["entry"].pop())),
        ("admit", again("MessageHeader")),
        ("ack", without("MessageHeader")),
    ),
    "msg-provenance": (("new", without("Provenance")), ("admit", without("Provenance"))),
    "msg-organizations": (("admit", without("Organization")),),
    "msg-patient": (
        ("new", without("Patient")),
        ("admit", again("Patient")),
        ("ack", lambda m: m["entry"].append(valid("new")["entry"][2])),
    ),
    "msg-profile": (("new", lambda m: m["meta"].update(profile=[OLD])),),
    "msg-fullurl": (
        ("new", lambda m: m["entry"][2].pop("fullUrl")),
        ("admit", lambda m: m["entry"][1].update(fullUrl="https://hub.example/fhir/Patient/another")),
    ),
    "msg-fullurl-once": (("new", _twin_url),),
    "msg-fullurl-absolute": (("new", _relative),),
    "msg-references": (
        ("new", lambda m: one(m, "PractitionerRole").update(organization={"reference": "Organization/gone"})),
        ("reply", lambda m: resources(m, "Provenance")[1].update(agent=[{"who": {"reference": "Organization/gone"}}])),
        ("new", lambda m: m["entry"][2].update(fullUrl="urn:uuid:6f0f3c1c-58a5-4a54-93a1-10d2a5c6a001")),
    ),
    "msg-old-agents": (("discharge", _old_agent),),
    "msg-narrative": (("new", drop("Patient", "text")), ("ack", drop("Organization", "text"))),
    "msg-narrative-safe": (
        *(
            (
                "new",
                put(
                    "Patient",
                    "text",
                    {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{bad}</div>'},
                ),
            )
            for bad in (
                "<script>alert(1)</script>",
                '<p onclick="x()">x</p>',
                '<a href="javascript:x()">x</a>',
                "<p>x",
                " ",
            )
        ),
        ("new", put("Patient", "text", {"status": "generated", "div": '<!DOCTYPE d [<!ENTITY a "x">]><div>&a;</div>'})),
    ),
    "hdr-profile": (
        ("new", put("MessageHeader", "meta", {"profile": [OLD]})),
        ("admit", drop("MessageHeader", "meta")),
    ),
    "hdr-id": (("new", put("MessageHeader", "id", "1")), ("admit", drop("MessageHeader", "id"))),
    "hdr-id-hex": (("admit", _like_2023),),
    "hdr-event": (
        ("new", put("MessageHeader", "eventCoding", {"system": OLD, "code": systems.CARE_EVENT})),
        ("new", put("MessageHeader", "eventCoding", {"system": systems.EVENTS, "code": "care"})),
        ("new", put("MessageHeader", "eventCoding", {"system": systems.EVENTS, "code": "empty-message"})),
    ),
    "hdr-destination": (
        ("new", destination(extension=_use("cc"))),
        ("admit", destination(extension=[])),
        ("ack", lambda m: one(m, "MessageHeader")["destination"].append(one(m, "MessageHeader")["destination"][0])),
        ("new", drop("MessageHeader", "destination")),
    ),
    "hdr-destination-endpoint": (
        ("new", destination(endpoint="https://sor2.sum.dsdn.dk/#id=999071000016009")),
        ("admit", destination(endpoint="mailto:x@y.example")),
    ),
    "hdr-receiver": (
        ("new", destination(receiver={"display": "dem"})),
        ("ack", destination(receiver={"reference": "Patient/1"})),
        ("admit", lambda m: resources(m, "Organization")[1].update(meta={"profile": [OLD]})),
    ),
    "hdr-sender": (
        ("new", drop("MessageHeader", "sender")),
        ("admit", put("MessageHeader", "sender", {"display": "os"})),
        ("new", put("Organization", "meta", {"profile": [OLD]})),
    ),
    "hdr-source-endpoint": (
        ("new", put("MessageHeader", "source", {"endpoint": "https://sor2.sum.dsdn.dk/#id=x"})),
        ("ack", put("MessageHeader", "source", {"name": "x"})),
    ),
    "hdr-focus": (
        ("new", drop("MessageHeader", "focus")),
        ("new", again("Communication")),
        ("admit", again("Encounter")),
        (
            "admit",
            lambda m: one(m, "MessageHeader").update(focus=[{"reference": f"Patient/{one(m, 'Patient')['id']}"}]),
        ),
        ("ack", lambda m: one(m, "MessageHeader").update(focus=[one(m, "MessageHeader")["sender"]])),
    ),
    "org-sor": (
        ("new", _sor("1234567890")),
        ("admit", lambda m: one(m, "Organization")["identifier"].pop(1)),
        ("new", identifier(0, "Organization", "urn:oid:1.2.208.176.1.1", system=OLD)),
    ),
    "org-gln": (
        ("new", identifier(0, "Organization", systems.GLN_SYSTEMS[0], value="9521000001115")),
        ("ack", identifier(0, "Organization", systems.GLN_SYSTEMS[0], system="http://gs1.example/gln")),
    ),
    "org-cvr": (
        ("new", number("Organization", systems_of_dk.CVR, "29190908")),
        ("admit", number("Organization", systems_of_dk.CVR, "2919090")),
    ),
    "org-kombit": (("new", number("Organization", systems.KOMBIT, "9e1c1bc1-6b47-4d4c-8f0b-9b8ce6a8a001")),),
    "org-use": (("new", identifier(0, "Organization", systems.GLN_SYSTEMS[0], use="old")),),
    "pat-number": (
        ("new", identifier(0, "Patient", WARD_CPR, system="urn:oid:1.2.208.176.9")),
        ("new", drop("Patient", "identifier")),
    ),
    "pat-cpr": (
        ("new", identifier(0, "Patient", WARD_CPR, value="250947-9989")),
        ("admit", identifier(0, "Patient", WARD_CPR, value="3209479989")),
    ),
    "pat-cpr-use": (("new", identifier(0, "Patient", WARD_CPR, use="temp")),),
    "pat-ecpr": (
        ("new", identifier(0, "Patient", WARD_CPR, system=systems.X_ECPR, value="0703921vj4")),
        ("new", identifier(0, "Patient", WARD_CPR, system=f"{systems.D_ECPR}.7", value=" ")),
    ),
    "pat-ecpr-use": (
        ("new", identifier(0, "Patient", WARD_CPR, system=systems.X_ECPR, value="0703921VJ4", use="usual")),
    ),
    "pat-number-once": (("new", lambda m: one(m, "Patient")["identifier"].append(one(m, "Patient")["identifier"][0])),),
    "pat-name": (
        ("new", put("Patient", "name", [{"family": "Elmer"}])),
        ("admit", put("Patient", "name", [{"use": "official", "given": ["Bruno"]}])),
        ("new", drop("Patient", "name")),
    ),
    "pat-deceased": (("new", put("Patient", "deceasedDateTime", "2025-04-07T10:00:00Z")),),
    "pat-profile": (("new", put("Patient", "meta", {"profile": [OLD]})),),
    "pra-authorisation": (
        ("new", number("Practitioner", systems.AUTHORISATION, "0ABC1")),
        ("reply", number("Practitioner", systems.AUTHORISATION, "0BCD12")),
    ),
    "enc-status": (("stay", drop("Encounter", "status")),),
    "enc-class": (
        ("stay", put("Encounter", "class", {"system": systems.ACT_CODE, "code": "XYZ"})),
        ("stay", drop("Encounter", "class")),
    ),
    "enc-subject": (("stay", drop("Encounter", "subject")), ("admit", put("Encounter", "subject", {"display": "hun"}))),
    "enc-period": (
        ("discharge", lambda m: one(m, "Encounter")["period"].update(end="2025-04-07T08:59:59+01:00")),
        ("admit", lambda m: one(m, "Encounter")["period"].update(end="2025-04-06T23:00:00.5Z")),
        ("stay", lambda m: one(m, "Encounter")["period"].update(end="2024-04-08T08:00:00Z")),
    ),
    "enc-episode": (
        ("stay", lambda m: one(m, "Encounter")["episodeOfCare"][0]["identifier"].update(value="7")),
        ("admit", lambda m: one(m, "Encounter")["episodeOfCare"][0]["identifier"].update(system=OLD)),
        ("admit", lambda m: one(m, "Encounter")["episodeOfCare"][0]["identifier"].update(system=systems.LPR3)),
    ),
    "prov-target": (
        ("new", put("Provenance", "target", [{"reference": "MessageHeader/00000000-0000-4000-8000-000000000000"}])),
        ("admit", lambda m: one(m, "Provenance")["target"].append(one(m, "Provenance")["target"][0])),
        ("ack", drop("Provenance", "target")),
    ),
    "prov-occurred": (
        ("new", drop("Provenance", "occurredDateTime")),
        ("admit", put("Provenance", "occurredDateTime", "2025-04-07")),
    ),
    "prov-recorded": (
        ("new", put("Provenance", "recorded", "2025-04-07T10:00:00")),
        ("ack", drop("Provenance", "recorded")),
    ),
    "prov-activity-system": (
        ("new", drop("Provenance", "activity")),
        ("admit", put("Provenance", "activity", {"coding": [{"system": OLD, "code": "admit-inpatient"}]})),
        ("ack", lambda m: _twice_over(one(m, "Provenance")["activity"]["coding"])),
    ),
    "prov-activity": (
        ("new", put("Provenance", "activity", {"coding": [{"system": systems.ACTIVITIES, "code": "retract-message"}]})),
        (
            "new",
            put("Provenance", "activity", {"coding": [{"system": systems.ACTIVITIES, "code": "modified-message"}]}),
        ),
        ("admit", put("Provenance", "activity", {"coding": [{"system": systems.ACTIVITIES, "code": "new-message"}]})),
        ("ack", put("Provenance", "activity", {"coding": [{"system": systems.ACTIVITIES, "code": "new-message"}]})),
    ),
    "prov-agent": (
        ("new", drop("Provenance", "agent")),
        ("admit", put("Provenance", "agent", [{"who": {"display": "vi"}}])),
        ("new", put("Organization", "meta", {"profile": [OLD]})),
    ),
    "prov-entity-role": (("new", entity(0, role="derivation")), ("discharge", entity(0, role="quotation"))),
    "prov-entity-what": (
        ("reply", entity(-1, what={"reference": "Communication/1"})),
        ("discharge", entity(0, what={"identifier": {"value": "brev 7"}})),
    ),
    "prov-profile": (("new", drop("Provenance", "meta")), ("admit", put("Provenance", "meta", {"profile": [OLD]}))),
    "prov-chain": (
        ("reply", entity(-1, what={"reference": "MessageHeader/00000000-0000-4000-8000-000000000000"})),
        ("discharge", lambda m: m["entry"].pop()),
    ),
    "cc-definition": (
        ("new", drop("MessageHeader", "definition")),
        ("new", put("MessageHeader", "definition", f"{systems.DEFINITION}|4.0")),
        ("new", put("MessageHeader", "definition", f"{systems.DEFINITION}|5.100")),
    ),
    "cc-profile": (("new", put("Communication", "meta", {"profile": [OLD]})),),
    "cc-core-profile": (
        ("stay", put("Encounter", "meta", {"profile": [OLD]})),
        ("new", put("Practitioner", "meta", {"profile": [OLD]})),
        ("new", put("PractitionerRole", "meta", {"profile": [OLD]})),
        ("new", team(profile=OLD)),
    ),
    "cc-identifier": (
        ("new", put("Communication", "identifier", [{"value": "urn:uuid:5FDC8520-7A2F-497C-97ED-FCCA13F12F8B"}])),
        ("new", put("Communication", "identifier", [{"value": "urn:uuid:5fdc8520-7a2f-197c-97ed-fcca13f12f8b"}])),
        ("new", lambda m: one(m, "Communication")["identifier"][0].update(system="urn:ietf:rfc:3986")),
        ("new", drop("Communication", "identifier")),
    ),
    "cc-status": (("new", put("Communication", "status", "completed")),),
    "cc-category": (
        ("new", drop("Communication", "category")),
        ("new", lambda m: one(m, "Communication")["category"].append(one(m, "Communication")["category"][0])),
        ("new", lambda m: one(m, "Communication")["category"][0]["coding"][0].pop("code")),
        ("new", lambda m: _twice_over(one(m, "Communication")["category"][0]["coding"])),
    ),
    "cc-category-system": (("new", lambda m: one(m, "Communication")["category"][0]["coding"][0].update(system=OLD)),),
    "cc-category-code": (("new", _code("pregnancy")),),
    "cc-topic": (
        ("new", lambda m: (_code("other")(m), drop("Communication", "topic")(m))),
        ("new", put("Communication", "topic", {"coding": [{"code": "x"}]})),
    ),
    "cc-priority": (
        ("new", put("Communication", "priority", "asap")),
        ("new", lambda m: (_code("regarding-referral")(m), put("Communication", "priority", "urgent")(m))),
    ),
    "cc-subject": (("new", drop("Communication", "subject")),),
    "cc-encounter": (
        ("stay", drop("Communication", "encounter")),
        ("stay", without("Encounter")),
    ),
    "cc-episode": (
        ("stay", drop("Encounter", "episodeOfCare")),
        ("stay", lambda m: one(m, "Encounter")["episodeOfCare"][0]["identifier"].pop("system")),
    ),
    "cc-recipient": (("new", lambda m: one(m, "Communication").update(recipient=[_role_of_sender(m)])),),
    "cc-sender": (
        (
            "new",
            lambda m: one(m, "Communication").update(
                extension=[
                    {"url": systems.SENDER, "valueReference": {"reference": f"Patient/{one(m, 'Patient')['id']}"}}
                ]
            ),
        ),
    ),
    "cc-new": (("new", _history),),
    "cc-revision": (
        ("reply", lambda m: one(m, "Provenance")["entity"].pop()),
        ("forward", lambda m: one(m, "Provenance")["entity"].pop()),
        ("reply", lambda m: _twice_over(one(m, "Provenance")["entity"])),
    ),
    "cc-sources": (
        ("new", drop("Provenance", "entity")),
        ("new", entity(0, what={"identifier": {"value": "urn:uuid:00000000-0000-4000-8000-000000000000"}})),
    ),
    "cc-payload-source": (("new", lambda m: one(m, "Provenance")["entity"].pop()),),
    "cc-text": (("new", lambda m: one(m, "Communication")["payload"].pop(0)),),
    "cc-content": (("new", payload(1, _referring)),),
    "cc-line-break": (("new", payload(0, lambda said: said.update(contentString="en\r\nto"))),),
    "cc-date": (
        ("new", unmarked(0, systems.DATE)),
        ("new", unmarked(1, systems.DATE)),
        ("new", doubled(0, systems.DATE)),
        ("new", mark(systems.DATE, url=f"{systems.CARE}/medcom-carecommunication-datetime-extension")),
    ),
    "cc-date-zone": (("new", mark(systems.DATE, valueDateTime="2025-04-07")),),
    "cc-payload-id": (
        ("new", unmarked(0, systems.IDENTIFIER)),
        ("new", unmarked(1, systems.IDENTIFIER)),
        ("new", doubled(1, systems.IDENTIFIER)),
    ),
    "cc-payload-uuid": (("new", mark(systems.IDENTIFIER, valueIdentifier={"value": "c75a51cf"})),),
    "cc-payload-once": (("new", _twice),),
    "cc-assigner": (
        (
            "new",
            payload(
                0,
                lambda said: next(e for e in said["extension"] if "valueIdentifier" in e)["valueIdentifier"].pop(
                    "assigner"
                ),
            ),
        ),
    ),
    "cc-author": (
        ("new", unmarked(0, systems.AUTHOR)),
        ("new", doubled(0, systems.AUTHOR)),
        ("new", doubled(1, systems.AUTHOR)),
    ),
    "cc-author-role": (("new", mark(systems.AUTHOR, valueReference={"display": "mig"})),),
    "cc-contact": (
        ("new", unmarked(0, systems.CONTACT)),
        ("new", doubled(0, systems.CONTACT)),
        ("new", doubled(1, systems.CONTACT)),
    ),
    "cc-contact-phone": (
        ("new", mark(systems.CONTACT, valueContactPoint={"system": "email", "value": "a@b.example"})),
        ("new", mark(systems.CONTACT, valueContactPoint={"system": "phone", "value": "ring 1 gang"})),
    ),
    "cc-practitioner": (("new", drop("PractitionerRole", "practitioner")),),
    "cc-role-code": (("new", put("PractitionerRole", "code", [CODED])), ("new", drop("PractitionerRole", "code"))),
    "cc-practitioner-name": (("new", drop("Practitioner", "name")),),
    "cc-title": (("new", payload(1, lambda said: said["contentAttachment"].pop("title"))),),
    "cc-media": (("new", payload(1, lambda said: said["contentAttachment"].update(contentType="text/html"))),),
    "cc-creation": (("new", payload(1, lambda said: said["contentAttachment"].update(creation="2025-04-07"))),),
    "cc-document": (
        ("new", payload(1, lambda said: said["contentAttachment"].pop("data"))),
        ("forward", payload(1, lambda said: said["contentAttachment"].pop("data"))),
    ),
    "hn-profile": (("admit", drop("Encounter", "meta")),),
    "hn-cpr": (("admit", identifier(0, "Patient", WARD_CPR, system=systems.X_ECPR, value="0703921VJ4")),),
    "hn-status": (("admit", put("Encounter", "status", "arrived")),),
    "hn-class": (("admit", put("Encounter", "class", {"system": systems.ACT_CODE, "code": "AMB"})),),
    "hn-episode": (
        ("admit", drop("Encounter", "episodeOfCare")),
        ("admit", lambda m: one(m, "Encounter")["episodeOfCare"][0].update(reference="EpisodeOfCare/1")),
    ),
    "hn-start": (
        ("admit", drop("Encounter", "period")),
        ("admit", put("Encounter", "period", {"start": "2025-04-07"})),
    ),
    "hn-end": (("discharge", lambda m: one(m, "Encounter")["period"].pop("end")),),
    "hn-provider": (("admit", drop("Encounter", "serviceProvider")),),
    "hn-leave": (
        ("leave", drop("Encounter", "extension")),
        ("leave", lambda m: one(m, "Encounter")["extension"][0].update(valuePeriod={"end": "2025-04-08T10:00:00Z"})),
        ("leave", lambda m: _twice_over(one(m, "Encounter")["extension"])),
    ),
    "hn-leave-end": (
        (
            "leave",
            lambda m: one(m, "Encounter")["extension"][0]["valuePeriod"].update(end="2025-04-07T11:59:59+01:00"),
        ),
    ),
    "hn-forbidden": tuple(
        ("admit", put("Encounter", name, value))
        for name, value in (
            ("type", [{"text": "x"}]),
            ("serviceType", {"text": "x"}),
            ("priority", {"text": "x"}),
            ("participant", [{"individual": {"display": "x"}}]),
            ("length", {"value": 1}),
            ("reasonCode", [{"text": "x"}]),
            ("diagnosis", [{"condition": {"display": "x"}}]),
            ("hospitalization", {"destination": {"display": "x"}}),
            ("location", [{"location": {"display": "x"}}]),
            ("partOf", {"display": "x"}),
            ("account", [{"display": "x"}]),
            ("basedOn", [{"display": "x"}]),
            ("appointment", [{"display": "x"}]),
            ("reasonReference", [{"display": "x"}]),
        )
    ),
    "hn-use-case": (
        ("admit", put("Encounter", "class", {"system": systems.ACT_CODE, "code": "EMER"})),
        ("discharge", put("Encounter", "status", "in-progress")),
        ("leave", put("Encounter", "status", "in-progress")),
    ),
    "hn-death": (("admit", _dead),),
    "hn-previous": (("discharge", drop("Provenance", "entity")),),
    "hn-removal": (("discharge", entity(0, role="removal")),),
    "hn-report": (("admit", _extension(systems.REPORT_OF_ADMISSION, valueString="ja")),),
    "hn-report-recipient": (("admit", _extension(systems.REPORT_RECIPIENT, valueReference={"display": "x"})),),
    "ack-identifier": (("ack", lambda m: one(m, "MessageHeader")["response"].pop("identifier")),),
    "ack-quotes": (("ack", _response(identifier="00000000-0000-4000-8000-000000000000")),),
    "ack-code": (("ack", _response(code="maybe")), ("ack", drop("MessageHeader", "response"))),
    "ack-details": (("ack", _response(code="fatal-error")), ("nack", without("OperationOutcome"))),
    "ack-information": (("nack", _response(code="ok")),),
    "ack-issue": (
        ("nack", drop("OperationOutcome", "issue")),
        ("nack", lambda m: one(m, "OperationOutcome")["issue"][0].pop("severity")),
    ),
    "ack-issue-details": (("nack", lambda m: one(m, "OperationOutcome")["issue"][0].pop("details")),),
    "ack-issue-system": (("nack", _issue(details={"coding": [{"system": OLD, "code": "MSG_BAD_FORMAT"}]})),),
    "ack-issue-code": (
        ("nack", _issue(details={"coding": [{"system": systems.MEDCOM_ISSUES, "code": "MSG_OF_OURS"}]})),
        ("nack", _issue(details={"coding": [{"system": systems.HL7_ISSUES, "code": "bad"}]})),
    ),
    "ack-issue-old": (("nack", _issue(details={"coding": [{"system": systems.OLD_ISSUES, "code": "x"}]})),),
    "ack-provenances": (
        (
            "ack",
            lambda m: m["entry"].remove(next(e for e in m["entry"] if e["resource"] == resources(m, "Provenance")[1])),
        ),
        ("ack", again("Provenance")),
    ),
    "ack-entity": (("ack", drop("Provenance", "entity")), ("ack", entity(0, role="removal"))),
    "ack-acknowledged": (("ack", entity(0, what={"reference": "MessageHeader/00000000-0000-4000-8000-000000000000"})),),
    "ack-nothing-else": (("ack", lambda m: m["entry"].append(valid("new")["entry"][1])),),
}
