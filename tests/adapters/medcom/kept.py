"""What MedCom allows and the nine valid messages do not have: changes after which a message still keeps every rule."""

from adapters.fhir import systems as systems_of_dk
from adapters.medcom import systems
from tests.adapters.medcom.messages import Json, one, resources
from tests.adapters.medcom.mutants import Change, entity, identifier, number, payload, put, team

CPR = "urn:oid:1.2.208.176.1.2"
TEAM = {"reference": "CareTeam/6a1f0c52-9a35-4f0e-8c41-5d1c7d3f9b10"}
LPR3 = {"system": systems.LPR3, "value": "urn:uuid:3f1c2b9a-7d65-5f0e-8b1a-5c4d3e2f1a00"}


def _role_at_the_receiver(m: Json) -> None:
    one(m, "PractitionerRole")["organization"] = {"reference": f"Organization/{resources(m, 'Organization')[1]['id']}"}
    one(m, "Communication")["recipient"] = [{"reference": f"PractitionerRole/{one(m, 'PractitionerRole')['id']}"}]


def _sent_by_a_team(m: Json) -> None:
    team()(m)
    one(m, "Communication")["extension"] = [{"url": systems.SENDER, "valueReference": TEAM}]


def _to_a_team(m: Json) -> None:
    team(of=1)(m)
    one(m, "Communication")["recipient"] = [TEAM]


def _urgent(m: Json) -> None:
    one(m, "Communication")["category"][0]["coding"][0]["code"] = "regarding-referral"
    one(m, "Communication")["priority"] = "asap"


def _other(m: Json) -> None:
    one(m, "Communication")["category"][0]["coding"][0]["code"] = "other"
    one(m, "Communication")["topic"] = {"text": "Praktisk"}


def _repeats_the_title_only(m: Json) -> None:
    for said in one(m, "Communication")["payload"]:
        document = said.get("contentAttachment")
        if document is not None and said in one(m, "Communication")["payload"][:2]:
            document.pop("data", None)
            document.pop("contentType", None)


def _told_of_a_repeat(m: Json) -> None:
    one(m, "MessageHeader")["response"]["code"] = "ok"
    one(m, "OperationOutcome")["issue"][0]["severity"] = "information"


def _follows_an_edifact_letter(m: Json) -> None:
    entity(-1, what={"identifier": {"value": "5790000123456#BREV-7"}})(m)


def _report_to(m: Json) -> None:
    where = {"reference": f"Organization/{resources(m, 'Organization')[1]['id']}"}
    one(m, "MessageHeader")["extension"].append({"url": systems.REPORT_RECIPIENT, "valueReference": where})


def _in_words(m: Json) -> None:
    one(m, "PractitionerRole")["code"] = [{"text": "familiebehandler"}]


def _for_a_foreigner(system: str, value: str) -> Change:
    return identifier(0, "Patient", CPR, system=system, value=value, use="temp")


KEPT: dict[str, tuple[tuple[str, Change], ...]] = {
    "msg-id": (
        ("new", lambda m: m.update(identifier={"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{m['id']}"})),
    ),
    "org-use": (("new", identifier(0, "Organization", systems.GLN_SYSTEMS[0], use="official")),),
    "org-cvr": (("new", number("Organization", systems_of_dk.CVR, "29190909")),),
    "org-kombit": (("new", number("Organization", systems.KOMBIT, "urn:uuid:9e1c1bc1-6b47-4d4c-8f0b-9b8ce6a8a001")),),
    "pra-authorisation": (("new", number("Practitioner", systems.AUTHORISATION, "0BCD1")),),
    "pat-cpr-use": (("admit", identifier(0, "Patient", CPR, use="official")),),
    "pat-ecpr": (
        ("new", _for_a_foreigner(systems.X_ECPR, "070392VJ4X")),
        ("new", _for_a_foreigner(f"{systems.D_ECPR}.7", "A-7")),
    ),
    "pat-deceased": (("new", put("Patient", "deceasedBoolean", value=False)),),
    "enc-class": (
        ("stay", put("Encounter", "class", {"system": systems.ACT_CODE, "code": "AMB"})),
        (
            "stay",
            put("Encounter", "class", {"system": f"{systems.TERMINOLOGY}/medcom-core-encounter", "code": "other"}),
        ),
    ),
    "enc-episode": (
        ("stay", put("Encounter", "episodeOfCare", [{"identifier": LPR3}])),
        ("admit", put("Encounter", "episodeOfCare", [{"identifier": LPR3}])),
    ),
    "prov-entity-what": (("reply", _follows_an_edifact_letter),),
    "cc-core-profile": (("new", team()),),
    "cc-definition": (("new", put("MessageHeader", "definition", f"{systems.DEFINITION}|5.04")),),
    "cc-topic": (("new", _other),),
    "cc-priority": (("new", _urgent),),
    "cc-recipient": (("new", _role_at_the_receiver), ("new", _to_a_team)),
    "cc-sender": (("new", _sent_by_a_team),),
    "cc-role-code": (("new", _in_words),),
    "cc-media": (("new", payload(1, lambda said: said["contentAttachment"].update(contentType="image/tiff"))),),
    "cc-document": (("reply", _repeats_the_title_only),),
    "hn-leave-end": (
        (
            "leave",
            lambda m: one(m, "Encounter")["extension"][0]["valuePeriod"].update(end="2025-04-09T08:00:00+02:00"),
        ),
    ),
    "hn-report-recipient": (("admit", _report_to),),
    "ack-information": (("nack", _told_of_a_repeat),),
    "ack-issue-code": (
        (
            "nack",
            lambda m: one(m, "OperationOutcome")["issue"][0].update(
                details={"coding": [{"system": systems.HL7_ISSUES, "code": "MSG_DATE_FORMAT"}]}
            ),
        ),
    ),
    "ack-issue-details": (
        ("nack", lambda m: one(m, "OperationOutcome")["issue"][0].update(details={"text": "Kan ikke læses"})),
    ),
}
