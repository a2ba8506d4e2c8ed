"""Every pull is itself recorded: who, what, for which purpose."""

from uuid import UUID

from hub.domain.access_log import RecordRead
from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors
from tests.api.fhir.conftest import Told
from tests.api.fhir.reading import CPR_TOKEN, got, issue, local, pages, resources
from tests.people import CHARITY, CLINIC, FAMILIES, KAJA


def last(doors: Doors, case: str) -> RecordRead:
    """The last look at a case."""
    return doors.services.read_log.look_ups(UUID(case))[-1]


def test_a_read_names_what_was_shown_and_why(story: Told) -> None:
    got(story.doors.at(FAMILIES).get(f"/fhir/Patient/{story.case}", Purpose_Of_Use="sagsbehandling"))
    look = last(story.doors, story.case)
    assert (look.by, look.door, look.purpose) == (FAMILIES, "GET /fhir/Patient/{id}", "sagsbehandling")
    assert look.what == (f"Patient/{story.case}",)


def test_a_search_names_each_resource_on_its_page(story: Told) -> None:
    bundle = got(story.doors.at(CLINIC).get("/fhir/Task", {"patient": story.case, "_count": "2"}))
    look = last(story.doors, story.case)
    assert (look.by, look.door) == (CLINIC, "GET /fhir/Task")
    assert look.what == tuple(local(resource) for resource in resources(bundle))


def test_what_comes_along_was_shown_too(story: Told) -> None:
    query = {"patient": story.case, "_count": "2", "_include": "Task:patient", "_revinclude": "Provenance:target"}
    bundle = got(story.doors.at(CLINIC).get("/fhir/Task", query))
    assert f"Patient/{story.case}" in {local(resource) for resource in resources(bundle, "include")}
    assert last(story.doors, story.case).what == tuple(local(resource) for resource in resources(bundle))


def test_a_search_by_number_that_shows_nothing_is_a_look_all_the_same(story: Told) -> None:
    query = {"patient.identifier": CPR_TOKEN, "status": "nothing"}
    assert "entry" not in got(story.doors.at(CLINIC).door.post("/fhir/Task/_search", data=query))
    look = last(story.doors, story.case)
    assert (look.door, look.what) == ("POST /fhir/Task/_search", ())
    assert KAJA.cpr.digits not in str(look)


def test_history_everything_and_documents_are_looks(story: Told) -> None:
    door = story.doors.at(CLINIC)
    got(door.get(f"/fhir/EpisodeOfCare/{story.case}/_history"))
    assert last(story.doors, story.case).door == "GET /fhir/EpisodeOfCare/{id}/_history"
    got(door.get(f"/fhir/EpisodeOfCare/{story.case}/$everything", {"_type": "Patient"}))
    assert last(story.doors, story.case).what == (f"Patient/{story.case}",)
    (paper, *_) = resources(got(door.get("/fhir/DocumentReference", {"patient": story.case})))
    assert door.get(f"/fhir/{paper['content'][0]['attachment']['url']}").status_code == 200
    assert last(story.doors, story.case).what == (f"Binary/{paper['id']}",)


def test_a_look_becomes_an_audit_event_of_the_one_who_looked(story: Told) -> None:
    got(story.doors.at(FAMILIES).get(f"/fhir/Patient/{story.case}", Purpose_Of_Use="sagsbehandling"))
    query = {"patient": story.case, "_sort": "-_lastUpdated", "_count": "1"}
    (event,) = resources(got(story.doors.at(FAMILIES).get("/fhir/AuditEvent", query)))
    assert event["meta"]["profile"] == [
        "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
    ]
    assert event["action"] == "R"
    assert event["purposeOfEvent"] == [{"text": "sagsbehandling"}]
    assert [entity["what"]["reference"] for entity in event["entity"]] == [f"Patient/{story.case}"] * 2
    assert {agent["type"]["coding"][0]["code"] for agent in event["agent"]} == {"110152", "110153"}
    issue(story.doors.at(CLINIC).get(f"/fhir/AuditEvent/{event['id']}"), 404)


def test_the_looks_of_two_units_never_share_an_id(story: Told) -> None:
    """However often each of them has looked: what one reads under an id is not another look for the other."""
    seen = []
    for unit in (FAMILIES, CLINIC):
        for _ in range(12 - len(looks_of(story, unit))):
            got(story.doors.at(unit).get(f"/fhir/Patient/{story.case}"))
        seen.append(looks_of(story, unit))
    assert min(map(len, seen)) >= 12
    assert not seen[0] & seen[1]


def looks_of(story: Told, unit: Unit) -> set[str]:
    """The ids of a unit's own looks, as it reads them itself; this is one more."""
    found = resources(got(story.doors.at(unit).get("/fhir/AuditEvent", {"patient": story.case, "_count": "100"})))
    return {look["id"] for look in found if look["type"]["code"] == "rest"}


def test_who_is_shown_nothing_leaves_no_trace_on_the_case(story: Told) -> None:
    before = story.doors.services.read_log.look_ups(UUID(story.case))
    issue(story.doors.at(CHARITY).get(f"/fhir/Patient/{story.case}"), 404)
    got(story.doors.at(CHARITY).door.post("/fhir/Patient/_search", data={"identifier": CPR_TOKEN}))
    got(story.doors.at(CHARITY).get("/fhir/Patient", {"_id": story.case}))
    assert story.doors.services.read_log.look_ups(UUID(story.case)) == before


def test_a_purpose_is_a_code_and_nothing_personal(story: Told) -> None:
    issue(story.doors.at(CLINIC).get("/fhir/Patient", Purpose_Of_Use="2103009996"), 400)


def test_the_directory_is_nobodys_secret(story: Told) -> None:
    before = story.doors.head
    every = resources(got(story.doors.at(CHARITY).get("/fhir/Organization")))
    one = next(organisation for organisation in every if organisation["name"] == "Familieafdelingen")
    answer = story.doors.at(CHARITY).get(f"/fhir/Organization/{one['id']}")
    assert got(answer) == one
    tag = answer.headers["etag"]
    assert story.doors.at(CHARITY).get(f"/fhir/Organization/{one['id']}", If_None_Match=tag).status_code == 304
    token = f"{one['identifier'][-1]['system']}|{one['identifier'][-1]['value']}"
    assert resources(got(story.doors.at(CHARITY).get("/fhir/Organization", {"identifier": token}))) == [one]
    assert one in resources(got(story.doors.at(CHARITY).get("/fhir/Organization", {"name": "familieafd"})))
    issue(story.doors.at(CHARITY).get("/fhir/Organization/nobody"), 404)
    issue(story.doors.at(CHARITY).get("/fhir/Organization", {"identifier": "29189854"}), 400)
    assert story.doors.head == before


def test_the_directory_goes_page_by_page_for_whoever_asks(story: Told) -> None:
    door = story.doors.at(CHARITY)
    every = resources(got(door.get("/fhir/Organization")))
    walk = list(pages(story.doors, CHARITY, "/fhir/Organization", _count="60"))
    assert [len(resources(page)) for page in walk[:-1]] == [60] * (len(walk) - 1)
    assert [one for page in walk for one in resources(page)] == every
    named = list(pages(story.doors, CHARITY, "/fhir/Organization", _count="1", name="Familieafd"))
    assert len(named) == len(resources(got(door.get("/fhir/Organization", {"name": "Familieafd"})))) > 1
    for wrong in ({"_count": "0"}, {"cursor": "x"}):
        issue(door.get("/fhir/Organization", wrong), 400)
