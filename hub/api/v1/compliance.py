"""The compliance officer's door: who told whom what, when, on which hjemmel – from the record itself.

A token sees what its own unit passed on or was refused, and what was passed on to it – there without what is the
discloser's own, such as what was withheld and which consents stood behind it. Two units of one organisation are two
readers (catalogue rule R20); a wider look belongs to the access issue.
"""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from hub.api.dependencies import Context
from hub.api.fields import AskedMoment, Code, UnitAsked
from hub.api.route import GuardedRoute
from hub.api.schemas.codes import RegisterOutcome
from hub.api.schemas.lists import DisclosureRegisterAnswer
from hub.api.v1 import presenter
from hub.application.case_repository import CaseRepository
from hub.compliance.replay import Question, answers
from hub.errors import EvidenceBroken, Unreadable
from hub.store import Recorded, Vector
from hub.vocabulary.jsonable import plain
from hub.vocabulary.organisations import Unit
from projections.disclosure_register import cases_with

router = APIRouter(prefix="/v1/compliance", route_class=GuardedRoute, tags=["compliance"])
PAGE = 100


@router.get(
    "/disclosures",
    response_model=DisclosureRegisterAnswer,
    summary="Every act that passed information on or was refused, and every message",
)
def list_disclosures(
    context: Context,
    case: UUID | None = None,
    since: Annotated[AskedMoment | None, Query(alias="from", description="acts at or after this moment")] = None,
    until: Annotated[AskedMoment | None, Query(alias="to", description="acts before this moment")] = None,
    basis: Annotated[Code | None, Query(description="an id of the law catalogue, carrying or invoked")] = None,
    discloser: UnitAsked | None = None,
    recipient: UnitAsked | None = None,
    outcome: RegisterOutcome | None = None,
    as_of: Annotated[AskedMoment | None, Query(description="by what had been recorded then")] = None,
    legal_time: Annotated[bool, Query(description="with as_of: by what held then, by all known today")] = False,
    after: Annotated[UUID | None, Query(description="the `next` of the page before")] = None,
) -> Response:
    """One line per act, cases by id, acts in the order they were recorded; `next` leads on."""
    if legal_time and as_of is None:
        raise Unreadable("goes with as_of", field="legal_time")
    hub, own = context.handler, context.unit
    context.up_to_date()
    question = Question(
        since=since,
        until=until,
        reader=own,
        formerly=context.actor.formerly,
        basis=basis,
        discloser=None if discloser is None else Unit.parse(discloser),
        recipient=None if recipient is None else Unit.parse(recipient),
        outcome=outcome.value if outcome else None,
    )
    with hub.record.engine.connect() as connection:
        found = cases_with(
            connection,
            own,
            formerly=context.actor.formerly,
            case=case,
            since=since,
            until=until,
            basis=basis,
            discloser=question.discloser,
            recipient=question.recipient,
            outcome=question.outcome,
            after=after,
            limit=PAGE,
        )
    upto = hub.record.as_of(as_of) if as_of is not None and not legal_time else None
    for case_id in found:
        context.reads.record(case_id, context.actor, "GET /v1/compliance/disclosures", "compliance", [])
    histories, damaged = _sound(hub.cases, found, upto)
    lines = answers(histories, question, legal=as_of if legal_time else None)
    body = {
        "disclosures": [presenter.line(line, context.actor.units, hub.keys.content_commitment) for line in lines],
        "as_of": plain(as_of),
        "next": str(found[-1]) if len(found) == PAGE else None,
        "damaged": damaged,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _sound(
    cases: CaseRepository, wanted: Iterable[UUID], upto: Vector | None
) -> tuple[list[tuple[Recorded, ...]], int]:
    """What happened in these cases; and how many the record no longer proves, which are set aside."""
    histories, damaged = list[tuple[Recorded, ...]](), 0
    for case in wanted:
        try:
            histories.append(cases.history(case, upto))
        except EvidenceBroken:
            damaged += 1
    return histories, damaged
