"""Versions of a resource: tags, history, and what stood before."""

from fhir.resources.R4B.bundle import Bundle

from tests.api.doors import Json
from tests.api.fhir.conftest import Told
from tests.api.fhir.reading import everything, got, issue, local
from tests.people import CLINIC, FAMILIES


def history(story: Told, path: str) -> list[Json]:
    """The entries of a resource's history, the newest first."""
    bundle = got(story.doors.at(CLINIC).get(f"/fhir/{path}/_history"))
    Bundle.model_validate(bundle)
    assert bundle["type"] == "history"
    assert bundle["total"] == len(bundle["entry"])
    entries: list[Json] = bundle["entry"]
    return entries


def test_a_consent_was_active_before_it_was_withdrawn(story: Told) -> None:
    found = everything(story.doors, CLINIC, story.case)
    (consent,) = (resource for resource in found if resource.get("status") == "inactive")
    now, before = history(story, local(consent))
    assert (now["resource"]["status"], before["resource"]["status"]) == ("inactive", "active")
    assert (now["response"]["status"], before["response"]["status"]) == ("200", "201")
    for entry in (now, before):
        version = entry["resource"]["meta"]["versionId"]
        assert entry["response"]["etag"] == f'W/"{version}"'
        assert got(story.doors.at(CLINIC).get(f"/fhir/{local(consent)}/_history/{version}")) == entry["resource"]


def test_a_case_is_told_event_by_event(story: Told) -> None:
    statuses = [entry["resource"]["status"] for entry in history(story, f"EpisodeOfCare/{story.case}")][::-1]
    assert statuses[0] == "active"
    assert statuses[-2:] == ["finished", "active"]
    assert len(statuses) > 5


def test_a_referral_and_a_request_go_through_their_states(story: Told) -> None:
    def course(unit_path: str) -> list[str]:
        return [entry["resource"]["status"] for entry in history(story, unit_path)][::-1]

    found = everything(story.doors, CLINIC, story.case)
    (request,) = (resource for resource in found if resource["resourceType"] == "Task" and "." not in resource["id"])
    assert course(local(request)) == ["requested", "on-hold", "requested", "completed"]
    assert request["output"][0]["valueReference"]["reference"].startswith("Communication/")
    (referral,) = (resource for resource in found if resource["resourceType"] == "ServiceRequest")
    assert course(local(referral)) == ["active", "active", "completed"]


def test_every_current_version_is_the_last_of_its_history(story: Told) -> None:
    seen: set[str] = set()
    for resource in everything(story.doors, CLINIC, story.case):
        if resource["resourceType"] in seen | {"Organization"}:
            continue
        seen.add(resource["resourceType"])
        assert history(story, local(resource))[0]["resource"] == resource
        assert got(story.doors.at(CLINIC).get(f"/fhir/{local(resource)}")) == resource


def test_a_tag_that_still_holds_is_answered_with_nothing(story: Told) -> None:
    path = f"/fhir/EpisodeOfCare/{story.case}"
    answer = story.doors.at(CLINIC).get(path)
    tag = answer.headers["etag"]
    assert tag == f'W/"{answer.json()["meta"]["versionId"]}"'
    before = story.doors.head
    for stated in (tag, tag.removeprefix("W/"), f'"0", {tag}'):
        again = story.doors.at(CLINIC).get(path, If_None_Match=stated)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert story.doors.head == before, "what shows nothing is no look-up"
    assert story.doors.at(CLINIC).get(path, If_None_Match='W/"0"').status_code == 200


def test_there_is_no_version_that_never_was(story: Told) -> None:
    for version in ("0", "9999", "x", "1e3"):
        issue(story.doors.at(CLINIC).get(f"/fhir/Patient/{story.case}/_history/{version}"), 404)


def test_a_version_that_another_unit_made_is_not_there(story: Told) -> None:
    """The municipality sees one version of the case: that there is one."""
    bundle = got(story.doors.at(FAMILIES).get(f"/fhir/EpisodeOfCare/{story.case}/_history"))
    assert bundle["total"] == 1
