"""FastAPI factory: a house in, an application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from hub.access.gate import Gate
from hub.api import fhir, health, process_message
from hub.api.description import VERSION, describe
from hub.api.fhir.cursors import SearchSeal
from hub.api.middleware import Observer
from hub.api.problems import install
from hub.api.route import GuardedRoute
from hub.api.v1 import (
    cases,
    compliance,
    concerns,
    consents,
    course,
    decisions,
    deliveries,
    disclosures,
    law,
    messages,
    obligations,
    plans,
    referrals,
    requests,
)
from hub.bootstrap.build import House
from hub.observability import log
from projections.fhir_inbox import CursorSeal

ROUTERS = (
    cases.router,
    course.router,
    consents.router,
    referrals.router,
    requests.router,
    disclosures.router,
    concerns.router,
    plans.router,
    decisions.router,
    compliance.router,
    deliveries.router,
    obligations.router,
    law.router,
    messages.router,
    process_message.router,
    fhir.router,
    health.router,
)


def create_app(house: House) -> FastAPI:
    """The hub's doors. Starting the app starts the followers; stopping it closes the house."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        house.start()
        log.info("hub-started", env=house.settings.env)
        yield
        house.close()
        log.info("hub-stopped")

    app = FastAPI(
        title="Tværspor",
        version=VERSION,
        lifespan=life,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the path and believe the Host header
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold paths, and so ids
    )
    app.state.house, app.state.hub, app.state.settings = house, house.hub, house.settings
    app.state.directory = house.directory
    units = [address.unit for address in house.directory.all()]
    app.state.municipalities = frozenset(unit.organisation for unit in units if unit.kind == "kommune")
    app.state.cursors = CursorSeal(house.keys.token_key())
    app.state.searches = SearchSeal(house.keys.token_key())
    app.state.gate = Gate(house.keys.token_key(), house.directory, house.clock)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(_description)
    app.add_middleware(Observer)
    install(app)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # FastAPI's own way to extend the description
    return app


_description = APIRouter(route_class=GuardedRoute)


@_description.get("/openapi.json", include_in_schema=False)
def _openapi(request: Request) -> Response:
    """The description of the doors, OpenAPI 3.1."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi())
