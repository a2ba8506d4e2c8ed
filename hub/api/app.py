"""FastAPI factory: the workers and their services in, an application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from hub.api import fhir, health, process_message
from hub.api.dependencies import served
from hub.api.description import VERSION, describe
from hub.api.middleware import Observer
from hub.api.problems import install
from hub.api.route import GuardedRoute
from hub.api.v1 import (
    births,
    cases,
    compliance,
    concerns,
    consents,
    corrections,
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
from hub.bootstrap.workers import Workers
from hub.observability import log

ROUTERS = (
    cases.router,
    cases.acts,
    course.router,
    births.router,
    consents.router,
    referrals.router,
    requests.router,
    disclosures.router,
    corrections.router,
    concerns.router,
    concerns.papers,
    plans.router,
    decisions.router,
    compliance.router,
    deliveries.router,
    obligations.router,
    obligations.acts,
    law.router,
    messages.router,
    messages.acts,
    process_message.router,
    fhir.router,
    health.router,
)


def create_app(workers: Workers) -> FastAPI:
    """The hub's doors. Starting the app starts the workers; stopping it stops them. The services stay open."""
    services = workers.services

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        workers.start()
        log.info("hub-started", env=services.settings.env)
        yield
        workers.close()
        log.info("hub-stopped")

    app = FastAPI(
        title="Tvaerspor hub",
        version=VERSION,
        lifespan=life,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the path and believe the Host header
        generate_unique_id_function=lambda route: route.name,  # a handler's name is its operation id
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold paths, and so ids
    )
    app.state.served = served(workers)
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
