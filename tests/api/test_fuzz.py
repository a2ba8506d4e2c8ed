"""Schemathesis tries to break the doors from their own description; the hub answers all of it, and as described."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.vocabulary.organisations import Unit
from tests.api.doors import EXAMPLES, Doors, new_key, serving
from tests.api.story import ACTS, AT, Act
from tests.endurance import LONG, times
from tests.people import CLINIC, FAMILIES, NURSES

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EACH = times(3, 12)  # examples per door
schema = schemathesis.openapi.from_dict(yaml.safe_load((EXAMPLES.parent / "hub.yaml").read_text(encoding="utf-8")))
schema.config.phases.coverage.enabled = LONG  # its some 5 000 requests are two thirds of what this module costs


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub that has a case, so that some paths lead somewhere."""
    with serving(tmp_path_factory.mktemp("fuzzed")) as doors:
        doors.open()
        yield doors
        head = doors.head
        assert doors.record.verify().covers(head)


@pytest.mark.endures
@pytest.mark.filterwarnings(
    "ignore:Do not use the `random` module inside strategies"
)  # libraries of the hub beside it do
@schema.parametrize()
@settings(
    max_examples=EACH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_door_holds(case: Any, hub: Doors) -> None:
    headers = {"Authorization": f"Bearer {hub.token(CLINIC)}"}
    if case.meta is not None and case.meta.generation.mode.is_positive:
        headers |= {"Idempotency-Key": new_key()} if "Idempotency-Key" in (case.headers or {}) else {}
        if "case" in (case.path_parameters or {}):
            case.path_parameters["case"] = hub.open()
        case.body = plausible(case.body)
    case.call_and_validate(base_url=hub.url, headers=headers, checks=list(CHECKS))


def plausible(body: Any) -> Any:
    """What is well formed, made likely as well: units and times that the hub takes, so that the law is reached."""
    if not isinstance(body, dict):
        return body
    likely = {"at": AT, "recipient": str(FAMILIES), "unit": str(NURSES), "municipality": "odense", "basis": "SUL-43-1"}
    likely |= {"acting_unit": str(CLINIC), "received_by": str(CLINIC), "disclosers": [str(CLINIC)]}
    likely |= {"recipients": [str(FAMILIES)], "answer_by": "2025-06-01"}
    return {name: likely.get(name, value) if value is not None else None for name, value in body.items()}


ANYBODY = (CLINIC, FAMILIES, NURSES)
step = st.tuples(st.sampled_from(ANYBODY), st.sampled_from(ACTS), st.integers(0, 3), st.booleans())


@pytest.mark.endures
@given(steps=st.lists(step, min_size=1, max_size=14))
@settings(max_examples=times(8, 40), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_order_of_sound_requests_breaks_the_hub(hub: Doors, steps: list[tuple[Unit, Act, int, bool]]) -> None:
    made: dict[str, list[str]] = {"case": [hub.open(), str(uuid4())]}
    for unit, act, which, twice in steps:

        def named(name: str, which: int = which) -> str:
            return (made.get(name) or [str(uuid4())])[which % len(made.get(name) or [0])]

        names = {
            name: named(name) for name in ("case", "consent", "disclosure", "concern", "referral", "asked", "plan")
        }
        names["task"] = names["child"] = str(which + 1)
        body = {name: value.format(**names) if name == "act" else value for name, value in act.body.items()}
        key, path = new_key(), act.path.format(**names)
        answer = hub.at(unit).post(path, body, key=key)
        assert answer.status_code in (201, 403, 404, 409, 422), answer.text
        if answer.status_code == 201 and act.told:
            made.setdefault(act.told, []).append(answer.json()["id"])
        if twice and answer.status_code in (201, 403) and "decision" in answer.json():
            assert hub.at(unit).post(path, body, key=key).content == answer.content
    for unit in ANYBODY:
        seen = hub.at(unit).get(f"/v1/cases/{made['case'][0]}")
        assert seen.status_code in (200, 404)
