"""FHIR R4 doors, first cut: metadata, and the pull of message bundles for the calling unit.

A unit pulls what was lawfully sent to it and nothing else. The page a client has come back for is proof that it got the
page before: only then is a letter counted as received.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from adapters.fhir.capability import Parameter, Served, Server, capability_statement
from hub.api.description import VERSION
from hub.api.door import Door
from hub.api.v1.call import hub_of, unit_of
from hub.api.words import Moment
from hub.errors import Unreadable
from projections import fhir_inbox, outbox

router = APIRouter(prefix="/fhir", route_class=Door)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_SOURCE = "FHIR R4 §3.1.1.4.7"
Since = Annotated[str | None, Query(alias="_lastUpdated", pattern="^g[et]", examples=["ge2025-03-10T10:00:00Z"])]
Count = Annotated[int, Query(alias="_count", ge=1, le=100)]
Onward = Annotated[str | None, Query(max_length=20_000, description="from the `next` link of the page before")]
Sort = Annotated[str | None, Query(alias="_sort", pattern="^_lastUpdated$")]
Format = Annotated[str | None, Query(alias="_format", pattern=r"^(json|application/json|application/fhir\+json)$")]
MEDIA = "application/fhir+json"
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


@router.get("/Bundle", summary="Message bundles sent to the calling unit, oldest first")
def pull(
    request: Request,
    last_updated: Since = None,
    count: Count = 30,
    cursor: Onward = None,
    sort: Sort = None,
    format_: Format = None,
) -> Response:
    """Ascending `_lastUpdated`. Keep the last link: it leads on when there is more, now or later."""
    _ = sort, format_
    hub, house, unit = hub_of(request), request.app.state.house, unit_of(request)
    house.caught_up()
    seal: fhir_inbox.CursorSeal = request.app.state.cursors
    after = None if cursor is None else seal.open(unit, cursor)
    with hub.record.engine.connect() as connection:
        page = fhir_inbox.pull(connection, unit, since=_since(last_updated), after=after, count=count)
        proven = [] if after is None else outbox.fetched(connection, unit, after.reached, after.gaps)
    for each in proven:
        house.dispatcher.received(each, "pulled")
    for case in {message.case for message in page.messages}:
        acts = [str(message.act) for message in page.messages if message.case == case]
        hub.read(case, request.state.actor, "GET /fhir/Bundle", "pull", acts)
    base = f"{house.settings.public_url}/fhir"
    self_url = f"{base}/Bundle?{request.url.query}".rstrip("?")
    onward = f"{base}/Bundle?_count={count}&cursor={seal.close(unit, page.cursor)}"
    body = fhir_inbox.searchset(page, base=base, self_url=self_url, onward_url=onward)
    return Response(body, media_type=MEDIA, headers={"Cache-Control": "no-store"})


def _since(text: str | None) -> datetime | None:
    """`gt` gives what came later, `ge` what came then or later."""
    if text is None:
        return None
    try:
        moment = _MOMENT.validate_python(text[2:].replace(" ", "+"))  # a `+` that was not escaped
    except ValidationError:
        raise Unreadable("ge or gt and a moment with zone", field="_lastUpdated", source=_SOURCE) from None
    return moment - timedelta(microseconds=1) if text.startswith("ge") else moment
