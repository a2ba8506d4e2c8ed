"""Searching: every parameter, every page once, and no number in any URL."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import pytest

from adapters.fhir import systems
from tests.api.doors import NOW, Doors
from tests.api.fhir.conftest import Told
from tests.api.fhir.reading import CPR_TOKEN, everything, got, issue, local, pages, resources
from tests.people import CHARITY, CLINIC, FAMILIES, KAJA, NURSES


def disclosed(doors: Doors, case: str, words: str) -> str:
    """One more act on the case, on no consent: an underretning; its id."""
    body = {
        "at": NOW.isoformat(),
        "person": "Signe Lund",
        "role": "jordemoder",
        "recipient": str(FAMILIES),
        "subject": {"role": "gravid"},
        "basis": "BL-133-1-2",
        "occasion": words,
        "seen_and_heard": "Påvirket.",
        "items": [{"category": "rusmiddel", "text": words}],
        "notification": {"consent_sought": "refused", "balancing_recorded": True, "parents_informed": True},
    }
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", body)
    assert answer.status_code == 201, answer.text
    act: str = answer.json()["id"]
    return act


def ids(found: list[dict[str, Any]]) -> list[str]:
    """The ids, in order."""
    return [resource["id"] for resource in found]


def test_by_cpr_number_in_a_form_and_never_in_a_url(story: Told) -> None:
    for kind, name in (("Patient", "identifier"), ("Communication", "patient.identifier")):
        answer = story.doors.at(CLINIC).door.post(f"/fhir/{kind}/_search", data={name: CPR_TOKEN, "_count": "1"})
        bundle = got(answer)
        assert resources(bundle)
        assert KAJA.cpr.digits not in json.dumps(bundle["link"])
        text = issue(story.doors.at(CLINIC).get(f"/fhir/{kind}", {name: "x"}), 400)
        assert text == "by POST _search only: a CPR number never stands in a URL"
        text = issue(story.doors.at(CLINIC).door.post(f"/fhir/{kind}/_search?{name}=x", data={"_count": "1"}), 400)
        assert text == "a search by POST has its parameters in the body"


def test_a_search_by_cpr_number_goes_on_without_it(story: Told) -> None:
    query = {"patient.identifier": CPR_TOKEN, "_count": "2"}
    first = got(story.doors.at(CLINIC).door.post("/fhir/Communication/_search", data=query))
    onward = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = got(story.doors.at(CLINIC).get(onward.removeprefix(story.doors.services.settings.server.public_url)))
    every = [resource for page in pages(story.doors, CLINIC, "/fhir/Communication") for resource in resources(page)]
    mine = [resource for resource in every if resource["subject"]["reference"] == f"Patient/{story.case}"]
    assert ids(resources(first) + resources(second)) == ids(mine)[:4]


def test_a_number_of_nobody_and_of_another_system_finds_nothing(story: Told) -> None:
    for token in (f"{systems.CPR}|2512489996", f"urn:oid:1.2.3|{KAJA.cpr.digits}"):
        answer = story.doors.at(CLINIC).door.post("/fhir/Patient/_search", data={"identifier": token})
        assert "entry" not in got(answer)
    text = issue(story.doors.at(CLINIC).door.post("/fhir/Patient/_search", data={"identifier": "12"}), 400)
    assert "ten digits" in text


def test_by_patient_id_status_and_moment(story: Told) -> None:
    def found(kind: str, **query: Any) -> list[dict[str, Any]]:
        return resources(got(story.doors.at(CLINIC).get(f"/fhir/{kind}", query)))

    tasks = found("Task", patient=f"Patient/{story.case}")
    assert tasks == found("Task", patient=story.case)
    own = story.doors.services.settings.server.public_url
    assert tasks == found("Task", patient=f"{own}/fhir/Patient/{story.case}")
    assert found("Task", patient=f"https://elsewhere.example/fhir/Patient/{story.case}") == []
    assert {task["status"] for task in tasks} == {"completed", "requested"}
    assert found("Task", patient=story.case, status="requested") == [
        task for task in tasks if task["status"] == "requested"
    ]
    assert ids(found("Task", patient=story.case, status="http://hl7.org/fhir/task-status|completed,requested")) == ids(
        tasks
    )
    assert ids(found("Task", _id=f"{tasks[0]['id']},{tasks[1]['id']}")) == ids(tasks[:2])
    moment = tasks[0]["meta"]["lastUpdated"]
    assert ids(found("Task", patient=story.case, _lastUpdated=f"ge{moment}"))[0] == tasks[0]["id"]
    assert found("Task", patient=story.case, _lastUpdated=f"lt{moment}") == []
    assert found("Task", patient=story.case, _lastUpdated=[f"ge{moment}", f"le{moment}"])
    assert ids(found("Task", patient=story.case, _sort="-_lastUpdated")) == ids(tasks)[::-1]


def test_the_woman_and_the_provenance_come_along(story: Told) -> None:
    query = {"patient": story.case, "_include": "Communication:patient", "_revinclude": "Provenance:target"}
    bundle = got(story.doors.at(FAMILIES).get("/fhir/Communication", query))
    matches, included = resources(bundle, "match"), resources(bundle, "include")
    assert {local(resource) for resource in included} == {
        f"Patient/{story.case}",
        *(f"Provenance/{match['id']}" for match in matches),
    }


@pytest.mark.parametrize("sort", ["_lastUpdated", "-_lastUpdated"])
@pytest.mark.parametrize("confined", [True, False], ids=["of one patient", "over all cases"])
def test_pages_miss_nothing_and_repeat_nothing_while_writes_go_on(doors: Doors, sort: str, confined: bool) -> None:
    case = doors.open(cpr="2512489996", name="Nancy Ann Test Berggren")
    for number in range(6):
        doors.set_clock(NOW + timedelta(minutes=number))
        disclosed(doors, case, f"Nr. {number}")
    query = {"_sort": sort, "_count": "2"} | ({"patient": case} if confined else {})
    before = ids(resources(got(doors.at(FAMILIES).get("/fhir/Communication", query | {"_count": "100"}))))
    given: list[str] = []
    for page in pages(doors, FAMILIES, "/fhir/Communication", **query):
        given += ids(resources(page))
        disclosed(doors, case, "Mens der læses")
    assert given == before
    later = ids(resources(got(doors.at(FAMILIES).get("/fhir/Communication", query | {"_count": "100"}))))
    assert set(before) < set(later)


def test_a_resource_that_changes_between_two_pages_is_given_once_as_it_stood(doors: Doors) -> None:
    case = doors.open(cpr="1509819996", name="Brita Test Berggren")
    acts = [disclosed(doors, case, f"Nr. {number}") for number in range(3)]
    walk = pages(doors, FAMILIES, "/fhir/Task", patient=case, _count="1")
    given = resources(next(walk))
    answer = doors.at(FAMILIES).post(
        f"/v1/cases/{case}/concerns/{acts[-1]}/assessment", {"at": NOW.isoformat(), "acute": False}
    )
    assert answer.status_code == 201
    given += [resource for page in walk for resource in resources(page)]
    assert len(ids(given)) == len(set(ids(given))) == 9
    assert {task["status"] for task in given} == {"requested"}
    now = resources(got(doors.at(FAMILIES).get("/fhir/Task", {"_id": f"{acts[-1]}.assess-24h"})))
    assert [task["status"] for task in now] == ["completed"]


def test_over_all_cases_a_unit_finds_each_of_its_own_once(either: Doors) -> None:
    cases = {either.open(CLINIC, cpr) for cpr in (KAJA.cpr.digits, "2512489996", "1509819996")}
    either.open(NURSES, KAJA.cpr.digits)
    acts = {disclosed(either, case, "Nyt") for case in sorted(cases)}
    for unit, kind, wanted in (
        (CLINIC, "EpisodeOfCare", cases),
        (FAMILIES, "Patient", cases),
        (FAMILIES, "Communication", acts),
        (CHARITY, "Patient", set()),
    ):
        found = [resource for page in pages(either, unit, f"/fhir/{kind}", _count="1") for resource in resources(page)]
        assert len(found) == len(wanted)
        assert set(ids(found)) == wanted
    assert len(resources(got(either.at(NURSES).get("/fhir/Patient")))) == 1


def test_everything_comes_in_pages_too(story: Told) -> None:
    whole = [local(resource) for resource in everything(story.doors, CLINIC, story.case)]
    path = f"/fhir/Patient/{story.case}/$everything"
    paged = [local(resource) for page in pages(story.doors, CLINIC, path, _count="7") for resource in resources(page)]
    kinds = ("Communication", "Organization")
    some = [
        local(resource)
        for page in pages(story.doors, CLINIC, path, _type=",".join(kinds))
        for resource in resources(page)
    ]
    looks = {reference for reference in paged + whole if reference.startswith("AuditEvent/")}
    assert set(paged) - looks == set(whole) - looks
    assert len(set(paged)) == len(paged)
    assert some == [reference for reference in whole if reference.startswith(kinds)]
    assert "entry" not in got(story.doors.at(CLINIC).get(path, {"_since": "2030-01-01T00:00:00Z", "_type": "Task"}))


def test_a_cursor_is_its_units_and_its_searchs_alone(story: Told) -> None:
    first = got(story.doors.at(CLINIC).get("/fhir/Communication", {"_count": "1"}))
    token = first["link"][-1]["url"].partition("cursor=")[2]
    door = story.doors.at(CLINIC)
    assert got(door.get("/fhir/Communication", {"cursor": token}))["entry"]
    assert "belongs to another search" in issue(door.get("/fhir/Task", {"cursor": token}), 400)
    assert "stands alone" in issue(door.get("/fhir/Communication", {"cursor": token, "_count": "2"}), 400)
    for wrong in (token[:-2], token + "AAAA", "x", ""):
        assert "as the hub gave it out" in issue(door.get("/fhir/Communication", {"cursor": wrong}), 400)
    assert "as the hub gave it out" in issue(
        story.doors.at(FAMILIES).get("/fhir/Communication", {"cursor": token}), 400
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"foo": "1"}, "foo"),
        ({"_summary": "count"}, "_summary"),
        ({"_count": "0"}, "whole number"),
        ({"_count": "-1"}, "whole number"),
        ({"_count": "many"}, "whole number"),
        ({"_count": ["1", "2"]}, "more than once"),
        ({"_sort": "status"}, "_lastUpdated or -_lastUpdated"),
        ({"_lastUpdated": "2025"}, "ge, gt, le or lt"),
        ({"_lastUpdated": "ge2025-04-07"}, "a moment with zone"),
        ({"_include": "Patient:link"}, "Communication:patient"),
        ({"_revinclude": "Task:focus"}, "Provenance:target"),
        ({"status": ","}, "1 to 100 values"),
        ({"status:not": "active"}, "status:not"),
        ({"patient.name": "x"}, "patient.name"),
        ({"2512489996": "x"}, "(a name that is no field)"),
    ],
)
def test_what_cannot_be_understood_is_named(story: Told, query: dict[str, Any], names: str) -> None:
    assert names in issue(story.doors.at(CLINIC).get("/fhir/Communication", query), 400)


def test_a_lenient_client_is_answered_without_what_nobody_knows(story: Told) -> None:
    strict = got(story.doors.at(CLINIC).get("/fhir/Communication"))
    lenient = got(story.doors.at(CLINIC).get("/fhir/Communication", {"foo": "1"}, Prefer="handling=lenient"))
    assert ids(resources(lenient)) == ids(resources(strict))
    cpr = story.doors.at(CLINIC).get("/fhir/Communication", {"patient.identifier": "1"}, Prefer="handling=lenient")
    assert "never stands in a URL" in issue(cpr, 400)


@pytest.mark.parametrize("path", ["/fhir/Communication", "/fhir/Bundle", "/fhir/Organization", "/fhir/Patient"])
def test_every_search_is_strict_unless_the_client_prefers_otherwise(story: Told, path: str) -> None:
    door = story.doors.at(CLINIC)
    for preference in ({}, {"Prefer": "handling=strict"}, {"Prefer": "handling=lenient, handling=strict"}):
        for unknown in ({"foo": "1"}, {"2512489996": "x"}):
            assert issue(door.get(path, unknown, **preference), 400)
    for preferred in ("handling=lenient", 'respond-async; HANDLING = "Lenient"'):
        bundle = got(door.get(path, {"foo": "1", "_format": "json"}, Prefer=preferred))
        here = next(link["url"] for link in bundle["link"] if link["relation"] == "self")
        assert here.endswith(path)


def test_lenience_reads_no_wrong_value_and_follows_a_cursor(story: Told) -> None:
    door, lenient = story.doors.at(CLINIC), {"Prefer": "handling=lenient"}
    for path in ("/fhir/Communication", "/fhir/Bundle"):
        assert door.get(path, {"_lastUpdated": "yesterday", "foo": "1"}, **lenient).status_code in (400, 422)
    first = got(door.get("/fhir/Communication", {"_count": "1"}))
    onward = next(link["url"] for link in first["link"] if link["relation"] == "next")
    path = onward.removeprefix(story.doors.services.settings.server.public_url)
    assert got(door.get(f"{path}&foo=1", **lenient)) == got(door.get(path)) | {"link": ANY}


def test_only_json_is_spoken_and_that_is_said(story: Told) -> None:
    door = story.doors.at(CLINIC)
    path = f"/fhir/Patient/{story.case}"
    for form in ("json", "application/json", "application/fhir+json", "application/fhir+json; fhirVersion=4.0"):
        got(door.get(path, {"_format": form}))
        if "/" in form:
            got(door.get(path, Accept=f"text/html, {form};q=0.8"))
    got(door.get(path, {"_format": "json"}, Accept="application/fhir+xml"))
    got(door.get(f"{path}?_format=application/fhir+json"))
    for form in ("xml", "application/fhir+xml", "ttl"):
        assert "JSON only" in issue(door.get(path, {"_format": form}), 406)
    assert "JSON only" in issue(door.get(path, Accept="application/fhir+xml"), 406)
    assert "x-www-form-urlencoded" in issue(door.door.post("/fhir/Patient/_search", json={}), 415)
