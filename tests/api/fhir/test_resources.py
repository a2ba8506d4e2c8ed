"""The resources of a case: valid, linked, and only what the unit was told."""

import json
from collections import Counter
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class

from hub.api.fhir.resource_types import BY_TYPE
from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors, Json
from tests.api.fhir.conftest import Told
from tests.api.fhir.reading import everything, got, issue, local, references, resources
from tests.people import CHARITY, CLINIC, DAUGHTER_CPR, FAMILIES, KAJA, NURSES, SON_CPR

PARTIES = pytest.mark.parametrize("unit", [CLINIC, FAMILIES, NURSES], ids=lambda unit: unit.unit)


def of(kind: str, found: list[Json]) -> list[Json]:
    """Those of one type."""
    return [resource for resource in found if resource["resourceType"] == kind]


def one_of_each(found: list[Json]) -> list[Json]:
    """One resource of every type."""
    return list({resource["resourceType"]: resource for resource in found}.values())


@PARTIES
def test_every_resource_is_valid_and_survives_the_model(story: Told, unit: Unit) -> None:
    found = everything(story.doors, unit, story.case)
    for resource in found:
        model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert json.loads(model.model_dump_json(by_alias=True, exclude_none=True)) == resource
        assert resource["text"]["status"] == "generated"
    assert len({local(resource) for resource in found}) == len(found)


@PARTIES
def test_every_reference_leads_to_what_the_unit_may_read(story: Told, unit: Unit) -> None:
    found = everything(story.doors, unit, story.case)
    there = {local(resource) for resource in found}
    for reference in set(references(found)) - there:
        assert reference.startswith("Binary/"), reference
        answer = story.doors.at(unit).get(f"/fhir/{reference}")
        assert answer.content.startswith(b"%PDF-")
        as_fhir = got(story.doors.at(unit).get(f"/fhir/{reference}", Accept="application/fhir+json"))
        get_fhir_model_class("Binary").model_validate(as_fhir)


def test_the_story_brings_forth_every_kind(story: Told) -> None:
    found = Counter(
        resource["resourceType"]
        for unit in (CLINIC, FAMILIES, NURSES)
        for resource in everything(story.doors, unit, story.case)
    )
    assert set(found) == {*BY_TYPE, "Organization"}


def test_what_one_unit_stated_of_the_course_is_not_shown_to_another(story: Told) -> None:
    clinic, families = (
        of("EpisodeOfCare", everything(story.doors, unit, story.case))[0] for unit in (CLINIC, FAMILIES)
    )
    assert clinic["careManager"] == {"type": "PractitionerRole", "display": "Signe Lund"}
    assert {"type", "extension", "careManager", "team", "managingOrganization", "period"} <= set(clinic)
    assert not {"type", "extension", "careManager", "team", "managingOrganization", "period"} & set(families)
    assert not of("CareTeam", everything(story.doors, FAMILIES, story.case))


def test_only_the_discloser_sees_consents_and_refusals(story: Told) -> None:
    clinic = everything(story.doors, CLINIC, story.case)
    assert sorted(str(consent["status"]) for consent in of("Consent", clinic)) == ["inactive", "rejected"]
    assert [audit["outcome"] for audit in of("AuditEvent", clinic)].count("4") == 1
    families = everything(story.doors, FAMILIES, story.case)
    assert not of("Consent", families)
    assert all(audit["outcome"] == "0" for audit in of("AuditEvent", families))


def test_each_unit_is_given_its_own_letters_and_no_others(story: Told) -> None:
    def acts(unit: Unit) -> set[str]:
        told = of("Communication", everything(story.doors, unit, story.case))
        return {letter["category"][0]["coding"][0]["code"] for letter in told}

    assert acts(NURSES) == {"referral-sent"}
    assert "concern-reported" in acts(FAMILIES)
    assert "citizen-informed" in acts(CLINIC)
    assert not {"citizen-informed", "referral-sent"} & acts(FAMILIES)


def test_a_letter_that_was_held_is_not_given_to_its_receiver(story: Told) -> None:
    """The story withdraws the consent while the disclosure waits; the sender still sees what it wrote."""
    listed = story.doors.at(CLINIC).get("/v1/deliveries").json()["deliveries"]
    held = {letter["act"] for letter in listed if letter["detail"] == "consent-withdrawn"}
    assert len(held) == 2
    for act in held:
        assert story.doors.at(CLINIC).get(f"/fhir/Communication/{act}").status_code == 200
        for kind in ("Communication", "Provenance", "AuditEvent", "DocumentReference", "Binary"):
            issue(story.doors.at(FAMILIES).get(f"/fhir/{kind}/{act}"), 404)


def test_a_refusal_says_which_provision_and_passes_nothing_on(story: Told) -> None:
    (refused,) = (
        audit for audit in of("AuditEvent", everything(story.doors, CLINIC, story.case)) if audit["outcome"] == "4"
    )
    assert refused["purposeOfEvent"][0]["coding"][0]["code"] == "SUL-43-1"
    assert {"system": "urn:tvaerspor:reason", "code": "CONSENT_WITHDRAWN"} in refused["subtype"]
    issue(story.doors.at(CLINIC).get(f"/fhir/Communication/{refused['id']}"), 404)


def test_a_disclosure_has_its_hjemmel_in_provenance_and_audit(story: Told) -> None:
    found = everything(story.doors, CLINIC, story.case)
    by_id = {local(resource): resource for resource in found}
    audits = [audit for audit in of("AuditEvent", found) if audit.get("outcomeDesc")]
    disclosed = [audit for audit in audits if audit["outcome"] == "0"]
    assert len(disclosed) == len(of("Provenance", found))
    for audit in disclosed:
        provenance = by_id[f"Provenance/{audit['id']}"]
        assert provenance.get("reason") == audit.get("purposeOfEvent")
        assert local(by_id[provenance["target"][0]["reference"]]) == audit["entity"][1]["what"]["reference"]


def test_duties_are_tasks_of_those_who_owe_them(story: Told) -> None:
    def duties(unit: Unit) -> dict[str, str]:
        tasks = of("Task", everything(story.doors, unit, story.case))
        return {str(task["id"]).partition(".")[2]: str(task["status"]) for task in tasks if "." in str(task["id"])}

    assert duties(FAMILIES) | {"assess-24h": "completed", "ack-receipt": "completed", "feedback": "completed"} == (
        duties(FAMILIES)
    )
    assert "assess-24h" not in duties(CLINIC), "what the municipality has assessed is its own knowledge"
    assert duties(CLINIC)["ack-receipt"] == "completed"
    tasks = of("Task", everything(story.doors, CLINIC, story.case))
    weighed = [str(task["status"]) for task in tasks if str(task["id"]).endswith(".record-balancing")]
    assert weighed == ["completed", "requested"], "the words that corrected it are weighed anew"


def test_who_is_no_party_finds_nothing_by_any_id(story: Told) -> None:
    for resource in one_of_each(everything(story.doors, CLINIC, story.case)):
        if resource["resourceType"] != "Organization":
            issue(story.doors.at(CHARITY).get(f"/fhir/{local(resource)}"), 404)
            issue(story.doors.at(CHARITY).get(f"/fhir/{local(resource)}/_history"), 404)
            found = got(story.doors.at(CHARITY).get(f"/fhir/{resource['resourceType']}", {"_id": resource["id"]}))
            assert "entry" not in found
    for kind in BY_TYPE:
        assert "entry" not in got(story.doors.at(CHARITY).get(f"/fhir/{kind}"))


def test_no_unit_reads_another_units_resource(story: Told) -> None:
    given = {local(resource) for resource in everything(story.doors, FAMILIES, story.case)}
    others = [resource for resource in everything(story.doors, CLINIC, story.case) if local(resource) not in given]
    for resource in one_of_each(others):
        if resource["resourceType"] != "Organization":
            issue(story.doors.at(FAMILIES).get(f"/fhir/{local(resource)}"), 404)


def test_the_child_is_born_but_its_number_stays_out(story: Told) -> None:
    told = json.dumps(everything(story.doors, CLINIC, story.case))
    assert not {number.digits for number in (DAUGHTER_CPR, SON_CPR) if number.digits in told}


def test_a_patient_is_named_as_the_unit_knows_her(story: Told) -> None:
    for unit, name in ((CLINIC, "Kaja Test Hansen"), (NURSES, "Kaja Hansen")):
        patient = got(story.doors.at(unit).get(f"/fhir/Patient/{story.case}"))
        assert patient["name"][0]["text"] == name
        linked = [{"system": "urn:oid:1.2.208.176.1.6.1.1", "value": "2103002AB4"}] if unit == CLINIC else []
        assert patient["identifier"] == [{"system": "urn:oid:1.2.208.176.1.2", "value": KAJA.cpr.digits}, *linked]
        assert not {"address", "birthDate", "gender", "telecom"} & set(patient)


def test_an_erased_case_is_gone_from_every_door(tmp_path: object, doors: Doors) -> None:
    from hub.domain.course.events import CaseKeyDestroyed
    from hub.store import Meta, Save
    from tests.api.doors import NOW

    case = doors.open(cpr="2512489996", name="Nancy Ann Test Berggren")
    assert got(doors.at(CLINIC).get(f"/fhir/Patient/{case}"))["id"] == case
    record, key = doors.record, UUID(case)
    version = record.stream(key)[-1].version
    gone = CaseKeyDestroyed(at=NOW, reason="test")
    meta = Meta(client="test", unit="-", received_at=NOW)
    record.shred(Save(stream=key, case=key, expected_version=version, command=key, events=(gone,), meta=meta))
    issue(doors.at(CLINIC).get(f"/fhir/Patient/{case}"), 404)
    assert case not in {resource["id"] for resource in resources(got(doors.at(CLINIC).get("/fhir/Patient")))}
