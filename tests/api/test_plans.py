"""Plans over HTTP: their author's alone, and each no names what it is about."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fhir.resources.R4B.careplan import CarePlan

from hub.vocabulary.organisations import Unit
from tests.api.doors import NOW, Doors, Json, new_key, serving
from tests.api.fhir.conftest import carry
from tests.api.fhir.reading import got, resources
from tests.api.story import AT, SOON
from tests.people import CLINIC, FAMILIES, MIDWIVES, NURSES

TASKS = [
    {"what": "Besøg hver anden uge", "responsible": str(NURSES), "due": SOON},
    {"what": "Samtale om hash", "responsible": str(CLINIC)},
]
PLAN = {"at": AT, "title": "Støtte frem til fødslen", "agreed_with_citizen_at": AT, "tasks": TASKS}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub of these tests' own."""
    with serving(tmp_path_factory.mktemp("plans"), dispatch=False) as doors:
        yield doors


@pytest.fixture
def case(hub: Doors) -> str:
    """A case that the clinic and the sundhedspleje have opened."""
    hub.open(NURSES)
    return hub.open()


def planned(doors: Doors, case: str, **other: Any) -> str:
    """The path of a new plan of the clinic's."""
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/plans", PLAN | other)
    assert answer.status_code == 201, answer.text
    return f"/v1/cases/{case}/plans/{answer.json()['id']}"


def done(doors: Doors, plan: str, task: int, unit: Unit = CLINIC, **headers: str) -> tuple[int, Json]:
    """Say that a task was done."""
    answer = doors.at(unit).post(f"{plan}/tasks/{task}/completion", {"at": AT}, **headers)
    return answer.status_code, answer.json()


def shown(doors: Doors, case: str, unit: Unit = CLINIC) -> list[Json]:
    """The plans that a unit is shown."""
    rows: list[Json] = doors.at(unit).get(f"/v1/cases/{case}").json()["plans"]
    return rows


def test_a_plan_is_shown_as_it_stands(hub: Doors, case: str) -> None:
    plan = planned(hub, case, review_on=SOON)
    assert done(hub, plan, 2)[0] == 201
    body = {"at": AT, "agreed_with_citizen_at": AT, "tasks": TASKS[:1]}
    assert hub.at(CLINIC).post(f"{plan}/revision", body).status_code == 201
    row = shown(hub, case)[-1]
    assert (row["id"], row["status"], row["review_on"]) == (plan.rpartition("/")[2], "active", None)
    assert [(task["task"], task["responsible"], task["due"], task["done_at"]) for task in row["tasks"]] == [
        (2, str(CLINIC), None, AT),
        (3, str(NURSES), SOON, None),
    ]
    assert done(hub, plan, 3)[0] == 201
    assert shown(hub, case)[-1]["status"] == "completed"


def test_whoever_is_responsible_is_told_nothing(hub: Doors, case: str) -> None:
    plan = planned(hub, case)
    key = plan.rpartition("/")[2]
    assert shown(hub, case, NURSES) == []
    events = hub.at(NURSES).get(f"/v1/cases/{case}/events").json()["events"]
    assert not any(event["name"].startswith("plan-") for event in events)
    assert hub.at(NURSES).get(f"/fhir/CarePlan/{key}").status_code == 404
    assert done(hub, plan, 1, NURSES)[0] == 404
    other = hub.at(CLINIC).post(
        f"/v1/cases/{case}/plans", PLAN | {"tasks": [TASKS[0] | {"responsible": str(FAMILIES)}]}
    )
    assert other.status_code == 201
    assert hub.at(FAMILIES).get(f"/v1/cases/{case}").status_code == 404


def test_a_no_names_what_it_is_about(hub: Doors, case: str) -> None:
    plan, nowhere = planned(hub, case), f"/v1/cases/{case}/plans/{case}"
    for path, task, status, field in ((nowhere, 1, 404, "plan"), (plan, 9, 404, "task"), (plan, 0, 422, "task")):
        answered, body = done(hub, path, task)
        assert (answered, [error["field"] for error in body["errors"]]) == (status, [field])
    assert done(hub, plan, 1)[0] == 201
    answered, body = done(hub, plan, 1)
    assert (answered, body["type"]) == (409, "urn:tvaerspor:problem:task-already-done")


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"tasks": []}, 422, "tasks"),
        ({"title": " "}, 422, "title"),
        ({"tasks": [TASKS[0] | {"responsible": "kommune/familieafdeling@ingen"}]}, 422, "tasks.0.responsible"),
        ({"tasks": [TASKS[0] | {"due": "2025-02-30"}]}, 422, "tasks.0.due"),
        ({"agreed_with_citizen_at": (NOW + timedelta(hours=1)).isoformat()}, 409, "agreed_with_citizen_at"),
    ],
)
def test_a_plan_that_cannot_be(hub: Doors, case: str, wrong: Json, status: int, field: str) -> None:
    before = hub.acts()
    answer = hub.at(CLINIC).post(f"/v1/cases/{case}/plans", PLAN | wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert hub.acts() == before


def test_a_task_is_done_once_under_its_key_and_at_the_version_that_was_seen(hub: Doors, case: str) -> None:
    plan, key = planned(hub, case), new_key()
    path = f"{plan}/tasks/1/completion"
    assert done(hub, plan, 1, If_Match='"0"')[0] == 412
    first = hub.at(CLINIC).post(path, {"at": AT}, key=key)
    assert hub.at(CLINIC).post(path, {"at": AT}, key=key).content == first.content
    assert hub.at(CLINIC).post(path, {"at": AT}).status_code == 409


def test_as_fhir_it_is_read_found_and_has_a_history(hub: Doors, case: str) -> None:
    plan = planned(hub, case)
    key = plan.rpartition("/")[2]
    done(hub, plan, 1)
    done(hub, plan, 2)
    carry(hub)
    door = hub.at(CLINIC)
    assert CarePlan.model_validate(got(door.get(f"/fhir/CarePlan/{key}"))).status == "completed"
    past = got(door.get(f"/fhir/CarePlan/{key}/_history"))["entry"]
    assert [entry["resource"]["status"] for entry in past] == ["completed", "active", "active"]
    for query, found in (({"patient": case, "status": "completed"}, True), ({"_id": key, "status": "revoked"}, False)):
        ids = [resource["id"] for resource in resources(got(door.get("/fhir/CarePlan", query)), "match")]
        assert (key in ids) is found
    every = {
        resource["id"] for resource in resources(got(door.get(f"/fhir/Patient/{case}/$everything", {"_count": "100"})))
    }
    assert key in every
    assert hub.at(MIDWIVES).get(f"/fhir/CarePlan/{key}").status_code == 404
