"""A plan as CarePlan, version by version."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B.careplan import CarePlan as Model

from adapters.fhir.dossier import Ledger
from adapters.fhir.records import CarePlan
from hub.domain.plan import PlanAgreed, PlanEvent, PlanRevised, PlanTask, TaskDone
from tests.adapters.fhir.letters import AMBULATORY, AT, CASE, NURSES
from tests.adapters.fhir.test_case import BY, ledger
from tests.domain.acts import PLAN

THE: dict[str, Any] = {"plan": PLAN, "at": AT, "by": BY}
EARLIER = AT - timedelta(hours=1)
VISIT = PlanTask(number=1, what="Besøg <hver> uge", responsible=NURSES.unit, due=date(2024, 9, 1))
TALK = PlanTask(number=2, what="Samtale", responsible=BY)
AGREED = PlanAgreed(
    title="Støtte", agreed_with_citizen_at=EARLIER, tasks=(VISIT, TALK), review_on=date(2024, 7, 1), **THE
)
ANEW = PlanTask(number=3, what="Samtale hver uge", responsible=BY)
REVISED = PlanRevised(agreed_with_citizen_at=AT, tasks=(ANEW,), **THE)
GIVEN_UP = PlanRevised(agreed_with_citizen_at=AT, tasks=(), **THE)


def done(task: int) -> TaskDone:
    """One task is done."""
    return TaskDone(task=task, **THE)


def versions(*events: PlanEvent) -> list[CarePlan]:
    """What the plan went through, every version of it held against the model."""
    found: Ledger = ledger(*events)
    every = [version.resource for version in found.versions[f"CarePlan/{PLAN}"]]
    for resource in every:
        Model.model_validate_json(msgspec.json.encode(resource))
    return [resource for resource in every if isinstance(resource, CarePlan)]


def test_a_plan_says_what_was_agreed_with_whom_and_who_does_it() -> None:
    (care_plan,) = versions(AGREED)
    assert (care_plan.status, care_plan.intent, care_plan.title) == ("active", "plan", "Støtte")
    assert (care_plan.period.start, care_plan.period.end, care_plan.created) == (EARLIER, None, AT)
    assert care_plan.author.display == AMBULATORY.unit_name
    assert care_plan.subject.reference == f"Patient/{CASE}"
    first = care_plan.activity[0].detail
    assert first.scheduled_period is not None
    assert (first.status, first.scheduled_period.end) == ("not-started", VISIT.due)
    assert [performer.display for performer in first.performer] == [NURSES.unit_name]
    assert care_plan.text is not None
    assert "Besøg &lt;hver&gt; uge" in care_plan.text.div


@pytest.mark.parametrize(
    ("after", "statuses"),
    [
        ((done(1), done(2)), ["active", "active", "completed"]),
        ((done(1), GIVEN_UP), ["active", "active", "revoked"]),
        ((done(1), done(2), REVISED, done(3)), ["active", "active", "completed", "active", "completed"]),
    ],
)
def test_it_is_active_while_a_task_is_open(after: tuple[PlanEvent, ...], statuses: list[str]) -> None:
    found = versions(AGREED, *after)
    assert [plan.status for plan in found] == statuses
    assert [plan.period.end is None for plan in found] == [status == "active" for status in statuses]


def test_a_revision_keeps_what_was_done_under_its_number() -> None:
    last = versions(AGREED, done(1), REVISED)[-1]
    assert [(entry.id, entry.detail.status) for entry in last.activity] == [("1", "completed"), ("3", "not-started")]
    assert [note.time for note in last.activity[0].progress] == [AT]
    assert last.extension == ()


def test_what_follows_on_a_plan_that_is_not_shown_leaves_no_trace() -> None:
    assert not ledger(done(1), REVISED).versions
