"""Is the hub alive, and is it ready? And its counters. The only doors without a token: they tell nothing of anybody."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError

from hub.api.dependencies import Open
from hub.api.schemas.lists import LiveAnswer, ReadyAnswer
from hub.errors import EvidenceBroken
from hub.observability import METRICS, PARKED

router = APIRouter(tags=["health"])
_OPEN = {"security": list[str]()}


@router.get("/health/live", response_model=LiveAnswer, openapi_extra=_OPEN, summary="The process answers")
def read_liveness() -> Response:
    """Always 200."""
    return JSONResponse({"status": "live"})


@router.get(
    "/health/ready",
    response_model=ReadyAnswer,
    responses={503: {"model": ReadyAnswer, "description": "not ready"}},
    openapi_extra=_OPEN,
    summary="The record answers and the read models follow",
)
def read_readiness(here: Open) -> Response:
    """200 when the record is whole as far as it was read, has room, and the read models hold all of it, else 503."""
    services, workers = here.services, here.workers
    try:
        services.record.head()
        parked = [event for follower in services.followers for event in follower.parked()]
    except DBAPIError:
        return JSONResponse({"status": "no-record"}, 503)
    PARKED.set(len(parked))
    damaged = services.record.damage.places or any(event.error == EvidenceBroken.__name__ for event in parked)
    troubles = {"damaged": damaged, "full": services.read_log.owed, "behind": not workers.following}
    status = next((name for name, is_so in (troubles | {"incomplete": parked}).items() if is_so), "ready")
    return JSONResponse({"status": status, "parked": len(parked)}, 200 if status == "ready" else 503)


@router.get("/metrics", response_class=PlainTextResponse, openapi_extra=_OPEN, summary="Counters")
def read_metrics() -> Response:
    """In Prometheus text format."""
    return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)
