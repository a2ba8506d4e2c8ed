"""CapabilityStatement: what the FHIR doors do."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from adapters.fhir.capability import Parameter, Served, Server, capability_statement
from hub.api.description import VERSION
from hub.api.door import Door
from hub.api.fhir.inbox import MEDIA

router = APIRouter(prefix="/fhir", route_class=Door)
RELEASED = datetime(2026, 11, 21, tzinfo=UTC)
SERVED = (
    Served(
        "Bundle",
        ("search-type",),
        (
            Parameter("_lastUpdated", "date", "ge or gt and a moment with zone; answers ascend"),
            Parameter("_count", "number", "1 to 100"),
        ),
    ),
)


@router.get("/metadata", summary="CapabilityStatement")
def metadata(request: Request) -> Response:
    """What the FHIR doors do."""
    base = f"{request.app.state.settings.public_url}/fhir"
    statement = capability_statement(Server(base=base, version=VERSION, released=RELEASED), SERVED)
    return Response(statement, media_type=MEDIA)
