"""Is the hub alive, and is it ready? And its counters. The only doors without a token: they tell nothing of anybody."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError

from hub.observability import METRICS

router = APIRouter()


@router.get("/health/live", summary="The process answers", tags=["health"])
def live() -> Response:
    """Always 200."""
    return JSONResponse({"status": "live"})


@router.get("/health/ready", summary="The record answers and the read models follow", tags=["health"])
def ready(request: Request) -> Response:
    """200 when the record can be read and the followers keep up, else 503."""
    services, workers = request.app.state.services, request.app.state.workers
    try:
        services.record.head()
        parked = sum(len(follower.parked()) for follower in services.followers)
    except DBAPIError:
        return JSONResponse({"status": "no-record"}, 503)
    status = "ready" if workers.following else "behind"
    return JSONResponse({"status": status, "parked": parked}, 200 if workers.following else 503)


@router.get("/metrics", summary="Counters", tags=["health"])
def metrics() -> Response:
    """In Prometheus text format."""
    return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)
