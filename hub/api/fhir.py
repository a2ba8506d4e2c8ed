"""FHIR R4 doors, first cut: metadata, and the pull of message bundles for the calling unit.

A unit pulls what was lawfully sent to it and nothing else. The page a client has come back for is proof that it got the
page before: only then is a letter counted as received.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from adapters.fhir.capability import Parameter, Served, Server, capability_statement
from hub.api.description import VERSION
from hub.api.door import Door
from hub.api.v1.call import hub_of, unit_of
from hub.api.words import Moment
from hub.errors import Unreadable
from projections import fhir_inbox, outbox

router = APIRouter(prefix="/fhir", route_class=Door)
MEDIA = "application/fhir+json"
RELEASED = datetime(2026, 11, 21, tzinfo=UTC)
SERVED = (
    Served(
        "Bundle",
        ("search-type",),
        (
            Parameter("_lastUpdated", "date", "ge and a moment with zone: what came at or after it, ascending"),
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


@router.get("/Bundle", summary="Message bundles sent to the calling unit, oldest first")
def pull(
    request: Request,
    last_updated: Annotated[
        str | None, Query(alias="_lastUpdated", pattern="^ge", examples=["ge2025-03-10T10:00:00Z"])
    ] = None,
    count: Annotated[int, Query(alias="_count", ge=1, le=100)] = 30,
    cursor: Annotated[str | None, Query(max_length=400, description="from the `next` link of the page before")] = None,
    sort: Annotated[str | None, Query(alias="_sort", pattern="^_lastUpdated$")] = None,
    format_: Annotated[
        str | None, Query(alias="_format", pattern="^(json|application/fhir\\+json|application/json)$")
    ] = None,
) -> Response:
    """Ascending `_lastUpdated`; the `next` link is always there, so that a client asks again with it when there is more."""
    _ = sort, format_
    hub, house, unit = hub_of(request), request.app.state.house, unit_of(request)
    house.caught_up()
    secret = house.keys.token_key()
    with hub.record.engine.connect() as connection:
        after = None if cursor is None else fhir_inbox.Cursor.parse(cursor, unit, secret)
        page = fhir_inbox.pull(connection, unit, _since(last_updated), after, count)
        proven = [] if after is None else fhir_inbox.unproven(connection, unit, after)
        known = [outbox.by_delivery(connection, delivery) for delivery in proven]
    for each in known:
        if each is not None:
            house.dispatcher.received(each, "pulled")
    for case in {row.case for row in page.rows}:
        acts = [str(row.act) for row in page.rows if row.case == case]
        hub.read(case, request.state.actor, "GET /fhir/Bundle", "pull", acts)
    base = f"{request.app.state.settings.public_url}/fhir/Bundle"
    onward = f"{base}?_count={count}&cursor={page.cursor.token(unit, secret)}"
    body = fhir_inbox.searchset(page, str(request.url), onward)
    return Response(body, media_type=MEDIA, headers={"Cache-Control": "no-store"})


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Moment).validate_python(text.removeprefix("ge"))
    except ValidationError:
        raise Unreadable("ge and a moment with zone", field="_lastUpdated", source="FHIR R4 §3.1.1.4.7") from None
