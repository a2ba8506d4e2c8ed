"""Cases: open, find, read, and the course they take. A CPR number never stands in a URL."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from hub.api.door import Door, unchanged
from hub.api.v1 import present
from hub.api.v1.call import admit, answer, envelope, hub_of, municipality_entered, perform, unit_of
from hub.api.words import (
    ActBody,
    AskedMoment,
    Body,
    Code,
    CprNumber,
    Day,
    Moment,
    Name,
    SomeLine,
    SomeWords,
    UnitName,
    Words,
)
from hub.domain import course
from hub.errors import Unreadable
from hub.vocabulary.information import Citizen
from projections.case_view import Shown, shown, view

router = APIRouter(prefix="/v1/cases", route_class=Door)
RECORDS: list[str | Enum] = ["records"]
Purpose = Annotated[
    str,
    Query(
        max_length=60, pattern=r"^[a-zæøå _-]*$", description="why you look, as a code; a URL holds nothing personal"
    ),
]
LegalTime = Annotated[bool, Query(description="with as_of: what held then by all that is recorded today")]
AsOf = Annotated[AskedMoment | None, Query(description="the case as it stood then; with zone")]


class OpenBody(ActBody):
    """A citizen, as the opening unit knows her."""

    cpr: CprNumber
    name: Name
    address: SomeLine = ""
    due_date: Day | None = None
    municipality: Code | None = Field(
        None, description="the directory's key of her municipality", examples=["aabenraa"]
    )


class SearchBody(Body):
    """Find a citizen's open case by CPR number, in the body and never in a URL."""

    cpr: CprNumber
    purpose: SomeWords = ""


@router.post("", status_code=201, tags=RECORDS, summary="Open a case, or join the citizen's open one")
def open_case(request: Request, body: OpenBody) -> Response:
    """One woman, one open case: a unit that opens a second joins the first, and is shown nothing by it."""
    hub, sent = hub_of(request), envelope(request, body)

    def opening(case: UUID) -> course.OpenCase:
        admit(request, body, sent.came)
        municipality_entered(request, body.municipality)
        return course.OpenCase(
            case=case,
            at=body.at,
            by=sent.actor.unit,
            citizen=Citizen(body.cpr, body.name, body.address),
            due_date=body.due_date,
            municipality=body.municipality,
        )

    outcome = hub.open_case(sent, opening)
    return answer(outcome, outcome.case, "case")


@router.post("/search", summary="Find a citizen's open case")
def search(request: Request, body: SearchBody) -> Response:
    """The citizen's cases that this unit may know of; the look-up is recorded on each."""
    hub, actor = hub_of(request), request.state.actor
    found: list[dict[str, Any]] = []
    for each in hub.record.cases_of(hub.keys.citizen_digest(body.cpr.digits)):
        version, standing = hub.load(each.case)
        if standing.knows(actor.unit):
            hub.read(each.case, actor, "POST /v1/cases/search", body.purpose, [])
            found.append({"case": str(each.case), "version": version, "status": "open" if each.open else "closed"})
    return JSONResponse({"cases": found})


@router.get("/{case}", summary="The case as this unit knows it")
def read_case(
    request: Request, case: UUID, as_of: AsOf = None, legal_time: LegalTime = False, purpose: Purpose = ""
) -> Response:
    """As it stands, as it was recorded by `as_of`, or with `legal_time` as it held at `as_of` by all known today."""
    hub = hub_of(request)
    version, _ = hub.known_to(case, request.state.actor)
    if as_of is None and unchanged(request, f'"{version}"'):
        return Response(status_code=304, headers={"ETag": f'"{version}"'})
    then, events = _seen(request, case, as_of, legal_time)
    hub.read(case, request.state.actor, "GET /v1/cases/{case}", purpose, [])
    body = present.case(view(events, unit_of(request), as_of or hub.clock()), case, then)
    return JSONResponse(body, headers={"ETag": f'"{version}"', "Cache-Control": "no-store"})


@router.get("/{case}/events", summary="The events of the case that this unit may see")
def read_events(
    request: Request,
    case: UUID,
    as_of: AsOf = None,
    legal_time: LegalTime = False,
    after: Annotated[int, Query(ge=0, description="only events after this version")] = 0,
    purpose: Purpose = "",
) -> Response:
    """In the order they were recorded, whole where this unit made them, as told where it was told."""
    hub = hub_of(request)
    version, _ = hub.known_to(case, request.state.actor)
    then, events = _seen(request, case, as_of, legal_time)
    hub.read(case, request.state.actor, "GET /v1/cases/{case}/events", purpose, [])
    rows = [present.event(each) for each in events if each.recorded.version > after]
    body = {"case": str(case), "version": then, "events": rows}
    return JSONResponse(body, headers={"ETag": f'"{version}"', "Cache-Control": "no-store"})


def _seen(request: Request, case: UUID, as_of: datetime | None, legal_time: bool) -> tuple[int, list[Shown]]:
    """The version the case had, 0 before it began, and what this unit may see of it."""
    if legal_time and as_of is None:
        raise Unreadable("goes with as_of", field="legal_time")
    record = hub_of(request).record.case(case)
    if as_of is not None and not legal_time:
        record = tuple(each for each in record if each.recorded_at <= as_of)
    seen = list(shown(record, unit_of(request)))
    if as_of is not None and legal_time:
        seen = [each for each in seen if getattr(each.recorded.event, "at", as_of) <= as_of]
    return max((each.version for each in record if each.stream == case), default=0), seen


class PartyBody(ActBody):
    """A party of the case. Naming another unit tells that unit nothing."""

    unit: UnitName


class ChildBody(Body):
    """A newborn."""

    born_at: Moment
    cpr: CprNumber | None = None


class BirthBody(ActBody):
    """The birth."""

    children: Annotated[tuple[ChildBody, ...], Field(min_length=1, max_length=8)]


class MunicipalityBody(ActBody):
    """A move: the directory's key of the new municipality."""

    municipality: Code


class DueDateBody(ActBody):
    """When the child is expected."""

    due_date: Day


class CareLevelBody(ActBody):
    """The level of care."""

    level: Annotated[int, Field(ge=1, le=4, strict=True)]


class PersonBody(ActBody):
    """A person at this unit."""

    name: Name


class ReasonBody(ActBody):
    """Why."""

    reason: Words


@router.post("/{case}/parties", status_code=201, tags=RECORDS, summary="Name a party")
def join(request: Request, case: UUID, body: PartyBody) -> Response:
    """A unit that names itself joins; a unit named by another learns nothing by it."""

    def make(_key: UUID, _case: object) -> course.JoinParty:
        return course.JoinParty(unit=body.unit, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "party", [body.unit])


@router.post("/{case}/birth", status_code=201, tags=RECORDS, summary="Register the birth")
def birth(request: Request, case: UUID, body: BirthBody) -> Response:
    """From here on a newborn is a subject of its own."""

    def make(_key: UUID, _case: object) -> course.RegisterBirth:
        children = tuple(course.Child(child.born_at, child.cpr) for child in body.children)
        return course.RegisterBirth(children=children, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "birth")


@router.post("/{case}/pregnancy-end", status_code=201, tags=RECORDS, summary="Register a pregnancy's end without birth")
def pregnancy_end(request: Request, case: UUID, body: ActBody) -> Response:
    """The pregnancy ended without a live birth."""
    return perform(
        request, case, body, lambda _key, _case: course.EndPregnancy(at=body.at, by=unit_of(request)), "pregnancy-end"
    )


@router.post("/{case}/municipality", status_code=201, tags=RECORDS, summary="Register a move")
def move(request: Request, case: UUID, body: MunicipalityBody) -> Response:
    """A consent that names the old municipality does not reach the new one."""

    def make(_key: UUID, _case: object) -> course.ChangeMunicipality:
        municipality_entered(request, body.municipality)
        return course.ChangeMunicipality(to=body.municipality, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "municipality")


@router.post("/{case}/due-date", status_code=201, tags=RECORDS, summary="Set the due date")
def due_date(request: Request, case: UUID, body: DueDateBody) -> Response:
    """When the child is expected."""

    def make(_key: UUID, _case: object) -> course.SetDueDate:
        return course.SetDueDate(due_date=body.due_date, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "due-date")


@router.post("/{case}/care-level", status_code=201, tags=RECORDS, summary="Assign the level of care")
def care_level(request: Request, case: UUID, body: CareLevelBody) -> Response:
    """Niveau 1 to 4."""

    def make(_key: UUID, _case: object) -> course.AssignCareLevel:
        return course.AssignCareLevel(level=body.level, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "care-level")


@router.post("/{case}/coordinator", status_code=201, tags=RECORDS, summary="Appoint the coordinator")
def coordinator(request: Request, case: UUID, body: PersonBody) -> Response:
    """Who holds the threads."""

    def make(_key: UUID, _case: object) -> course.AppointCoordinator:
        return course.AppointCoordinator(person=body.name, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "coordinator")


@router.post("/{case}/contact-person", status_code=201, tags=RECORDS, summary="Assign the contact person")
def contact_person(request: Request, case: UUID, body: PersonBody) -> Response:
    """Whom the woman calls at this unit."""

    def make(_key: UUID, _case: object) -> course.AssignContactPerson:
        return course.AssignContactPerson(person=body.name, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "contact-person")


@router.post("/{case}/closure", status_code=201, tags=RECORDS, summary="Close the case")
def close(request: Request, case: UUID, body: ReasonBody) -> Response:
    """The child is followed up, or the case ends for another reason."""

    def make(_key: UUID, _case: object) -> course.CloseCase:
        return course.CloseCase(reason=body.reason, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "closure")


@router.post("/{case}/reopening", status_code=201, tags=RECORDS, summary="Reopen the case")
def reopen(request: Request, case: UUID, body: ReasonBody) -> Response:
    """The case goes on after all."""

    def make(_key: UUID, _case: object) -> course.ReopenCase:
        return course.ReopenCase(reason=body.reason, at=body.at, by=unit_of(request))

    return perform(request, case, body, make, "reopening")
