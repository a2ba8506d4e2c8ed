"""Cases: open, find, read. A CPR number never stands in a URL.

The version of a case is that of the unit that asks: it counts what this unit stated and was told, and nobody else's.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import (
    ActBody,
    AskedMoment,
    Body,
    Code,
    CprNumber,
    Day,
    Flag,
    ForeignNumberBody,
    Name,
    ReplacementText,
    SomeLine,
    SomeWords,
)
from hub.api.route import IF_NONE_MATCH, GuardedRoute, RecordingRoute, unchanged
from hub.api.schemas.case import CaseAnswer, CaseSearchAnswer, EventsAnswer
from hub.api.schemas.codes import CaseRelation
from hub.api.v1 import presenter
from hub.api.v1.home import ElsewhereBody, home
from hub.api.v1.perform import admit, answer, command_context, tagged
from hub.application.visibility import VisibleCase, shown
from hub.domain.course.events import OpenCase
from hub.errors import Unreadable
from hub.vocabulary.identification import Identification, NameAndBirth
from hub.vocabulary.information import Citizen, Elsewhere
from projections.case_view.view import view

router = APIRouter(prefix="/v1/cases", route_class=GuardedRoute, tags=["cases"])
acts = APIRouter(prefix="/v1/cases", route_class=RecordingRoute, tags=["cases"])
Purpose = Annotated[
    str,
    Query(
        max_length=60, pattern=r"^[a-zæøå _-]*$", description="why you look, as a code; a URL holds nothing personal"
    ),
]
LegalTime = Annotated[bool, Query(description="with as_of: what held then by all that is recorded today")]
AsOf = Annotated[AskedMoment | None, Query(description="the case as it stood then; with zone")]


class OpenBody(ActBody):
    """A citizen, as the opening unit knows her: by a CPR number, or else by another number or her date of birth."""

    cpr: CprNumber | None = None
    replacement_number: ReplacementText | None = None
    foreign_number: ForeignNumberBody | None = None
    birth_date: Day | None = Field(None, description="of a woman without a CPR number, which states it")
    name: Name
    relation: CaseRelation = Field(
        description="what this unit has to do with her; a number alone opens nothing, and compliance is told"
    )
    address: SomeLine = ""
    address_protected: Flag = Field(
        False, description="her name and address are protected (CPR-loven § 28); left out, nothing is said of it"
    )
    due_date: Day | None = None
    municipality: Code | None = Field(
        None, description="the directory's key of her municipality", examples=["aabenraa"]
    )
    elsewhere: ElsewhereBody | None = None


class SearchBody(Body):
    """Find a citizen's cases by one thing that she is known by, in the body and never in a URL."""

    cpr: CprNumber | None = None
    replacement_number: ReplacementText | None = None
    foreign_number: ForeignNumberBody | None = None
    name: Name | None = Field(None, description="goes with birth_date")
    birth_date: Day | None = Field(None, description="goes with name")
    purpose: SomeWords = ""

    @property
    def known_by(self) -> Identification:
        """What is looked for; `Unreadable` unless it is exactly one thing."""
        if (self.name is None) != (self.birth_date is None):
            raise Unreadable("name and birth_date together", field="name" if self.name is None else "birth_date")
        foreign = self.foreign_number.foreign if self.foreign_number else None
        named = NameAndBirth(self.name, self.birth_date) if self.name and self.birth_date else None
        asked = [known_by for known_by in (self.cpr, self.replacement_number, foreign, named) if known_by is not None]
        if len(asked) != 1:
            rule = "one of cpr, replacement_number, foreign_number, or name and birth_date"
            raise Unreadable(rule, field="cpr")
        return asked[0]


@acts.post("", summary="Open a case, or join the citizen's open one")
def open_case(context: Context, body: OpenBody) -> Response:
    """One woman, one open case: a unit that opens a second joins the first, and the answer is the same."""
    hub, sent = context.handler, command_context(context, body)

    def opening(case: UUID) -> OpenCase:
        admit(context, body, sent.came)
        where = home(context, body.municipality, body.elsewhere)
        return OpenCase(
            case=case,
            at=body.at,
            by=sent.actor.unit,
            citizen=Citizen(
                body.cpr,
                body.name,
                body.address,
                protected=body.address_protected,
                replacement=body.replacement_number,
                foreign=body.foreign_number.foreign if body.foreign_number else None,
                born=body.birth_date,
            ),
            due_date=body.due_date,
            municipality=where if isinstance(where, str) else None,
            elsewhere=where if isinstance(where, Elsewhere) else None,
            relation=body.relation.value,
        )

    outcome = hub.open_case(sent, opening)
    return answer(outcome, outcome.case, "case")


@router.post("/search", response_model=CaseSearchAnswer, summary="Find a citizen's open case")
def search_cases(context: Context, body: SearchBody) -> Response:
    """The citizen's cases that this unit may know of. The search is recorded, found or not, and a look-up on each."""
    actor, door = context.actor, "POST /v1/cases/search"
    found: list[dict[str, Any]] = []
    for case in context.searches.find(actor, body.known_by, door, body.purpose):
        context.reads.record(case.case, actor, door, body.purpose, [])
        closed = case.standing.is_closed_to(actor.unit)
        found.append(presenter.found(case, shown(context.handler.cases.history(case.case), actor.unit), closed=closed))
    return JSONResponse({"cases": sorted(found, key=lambda row: (row["status"] == "closed", row["case"]))})


@router.get(
    "/{case}",
    response_model=CaseAnswer,
    responses={304: {"description": "the case stands as it was seen"}},
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    summary="The case as this unit knows it",
)
def read_case(
    context: Context, case: UUID, as_of: AsOf = None, legal_time: LegalTime = False, purpose: Purpose = ""
) -> Response:
    """As it stands, as it was recorded by `as_of`, or with `legal_time` as it held at `as_of` by all known today."""
    hub, visible = context.handler, _visible(context, case, as_of, legal_time)
    seen = view(visible.events, context.unit, as_of or hub.clock())
    answered = tagged(presenter.case(seen, case, visible.version), visible.version)
    if unchanged(context.request, answered.headers["ETag"]):
        return Response(status_code=304, headers={"ETag": answered.headers["ETag"]})
    context.reads.record(case, context.actor, "GET /v1/cases/{case}", purpose, [])
    return answered


@router.get("/{case}/events", response_model=EventsAnswer, summary="The events of the case that this unit may see")
def read_events(
    context: Context,
    case: UUID,
    as_of: AsOf = None,
    legal_time: LegalTime = False,
    after: Annotated[int, Query(ge=0, description="only events after this version")] = 0,
    purpose: Purpose = "",
) -> Response:
    """In the order they were recorded, whole where this unit made them, as told where it was told."""
    visible = _visible(context, case, as_of, legal_time)
    context.reads.record(case, context.actor, "GET /v1/cases/{case}/events", purpose, [])
    rows = [presenter.event(event) for event in visible.events if event.number > after]
    return tagged({"case": str(case), "version": visible.version, "events": rows}, visible.version)


def _visible(context: Context, case: UUID, as_of: datetime | None, legal_time: bool) -> VisibleCase:
    """What this unit may see of the case; nothing, at version 0, of a moment before it did."""
    hub = context.handler
    hub.cases.known_to(case, context.actor)
    if legal_time and as_of is None:
        raise Unreadable("goes with as_of", field="legal_time")
    record = hub.cases.history(case)
    if as_of is not None and not legal_time:
        record = tuple(recorded for recorded in record if recorded.recorded_at <= as_of)
    visible = shown(record, context.unit)
    if as_of is not None and legal_time:
        then = tuple(event for event in visible.events if event.event.at <= as_of)
        return VisibleCase(visible.version, then)
    return visible
