"""Plans as CarePlan: what a unit has agreed with the woman, each task an activity.

A plan is its author's alone, so it stands in nobody else's Patient/{id}/$everything, whoever is named as performer. Its
period begins when she last agreed to it and has an end once no task is open. A task that a revision replaced is no
part of the plan any more; earlier versions show it.
"""

from datetime import datetime

from adapters.fhir import systems
from adapters.fhir.course import place_of, woman
from adapters.fhir.datatypes import Annotation, Extension, Period
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.narrative import LANGUAGE, legal, narrative
from adapters.fhir.parties import by_urn, organization
from adapters.fhir.records import Activity, ActivityDetail, CarePlan
from hub.domain import plan
from hub.domain.plan import Plan, PlanEvent, Plans, PlanTask

STATES = {"active": "I gang", "completed": "Gennemført", "revoked": "Opgivet"}


def planned(ledger: Ledger, dossier: Dossier, seen: Seen, before: Plans, event: PlanEvent) -> Plans:
    """The plans after one more event; the one it is about is a new version of its CarePlan."""
    after = plan.evolve(before, event)
    standing = after.by_id.get(event.plan)
    if standing is not None:
        ledger.put(seen, _care_plan(dossier, standing, event.at))
    return after


def _care_plan(dossier: Dossier, standing: Plan, at: datetime) -> CarePlan:
    over = None if standing.open else at
    review = (Extension(url=systems.REVIEW_ON, value_date=standing.review_on),) if standing.review_on else ()
    return CarePlan(
        id=str(standing.plan),
        language=LANGUAGE,
        text=narrative(standing.title, _lines(dossier, standing)),
        extension=review,
        identifier=(by_urn(standing.plan),),
        status=standing.status,
        intent="plan",
        title=legal(standing.title),
        subject=woman(dossier.case),
        period=Period(start=standing.agreed_with_citizen_at, end=over),
        created=standing.at,
        author=organization(dossier.address(standing.author)),
        supporting_info=(place_of(dossier.case),),
        activity=tuple(_activity(dossier, task, done) for task, done in standing.tasks),
    )


def _activity(dossier: Dossier, task: PlanTask, done: datetime | None) -> Activity:
    return Activity(
        id=str(task.number),
        progress=(Annotation(time=done, text="Udført"),) if done else (),
        detail=ActivityDetail(
            kind="Task",
            status="completed" if done else "not-started",
            scheduled_period=Period(end=task.due) if task.due else None,
            performer=(organization(dossier.address(task.responsible)),),
            description=legal(task.what),
        ),
    )


def _lines(dossier: Dossier, standing: Plan) -> list[tuple[str, str]]:
    head = [("Status", STATES[standing.status]), ("Aftalt med borgeren", _minute(standing.agreed_with_citizen_at))]
    head += [("Følges op", standing.review_on.isoformat())] if standing.review_on else []
    return [*head, *((f"Opgave {task.number}", _words(dossier, task, done)) for task, done in standing.tasks)]


def _words(dossier: Dossier, task: PlanTask, done: datetime | None) -> str:
    who = organization(dossier.address(task.responsible)).display or ""
    due = [f"senest {task.due.isoformat()}"] if task.due else []
    state = [f"udført {_minute(done)}"] if done else []
    return "\n".join([task.what, ", ".join([who, *due, *state])])


def _minute(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
