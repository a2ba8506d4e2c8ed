"""Letters: what left the house for whom, and what became of it. The units of the directory."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from hub.api.dependencies import Context
from hub.api.route import GuardedRoute
from hub.api.schemas.codes import DeliveryStatus
from hub.api.schemas.lists import DeliveriesAnswer, UnitsAnswer
from hub.api.v1 import presenter
from projections.outbox import deliveries_of

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


@router.get(
    "/deliveries",
    response_model=DeliveriesAnswer,
    summary="Letters this unit sent or received",
    tags=["deliveries"],
)
def list_deliveries(
    context: Context,
    case: UUID | None = None,
    status: DeliveryStatus | None = None,
    count: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Response:
    """Newest first. Accepted is what a carrier says; received is proof that it arrived."""
    context.up_to_date()
    wanted = status.value if status else None
    with context.record.engine.connect() as connection:
        rows = deliveries_of(
            connection, context.unit, case=case, status=wanted, limit=count, formerly=context.actor.formerly
        )
    for case_id in {row.case for row in rows}:
        context.reads.record(case_id, context.actor, "GET /v1/deliveries", "", [])
    return JSONResponse({"deliveries": [presenter.letter(row) for row in rows]}, headers={"Cache-Control": "no-store"})


@router.get("/units", response_model=UnitsAnswer, summary="The units of the directory", tags=["units"])
def list_units(context: Context) -> Response:
    """Whom a body may name; letters to a unit with a successor go there from the day named."""
    entries = context.services.directory.all()
    return JSONResponse(
        {
            "units": [
                {
                    "unit": str(entry.unit),
                    "organisation": entry.organisation_name,
                    "name": entry.unit_name,
                    "successor": str(entry.successor) if entry.successor else None,
                    "successor_from": entry.succeeded_on.isoformat() if entry.succeeded_on else None,
                }
                for entry in entries
            ]
        }
    )
