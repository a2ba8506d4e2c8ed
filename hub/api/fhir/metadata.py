"""CapabilityStatement: read off the routes that the app serves, so that it cannot promise what nothing does."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from adapters.fhir.capability import Operation, Parameter, Served, Server, capability_statement
from hub.api.description import VERSION
from hub.api.fhir import bundle_pull, organisations
from hub.api.fhir.resource_types import BY_TYPE, includes, parameters, rev_includes
from hub.api.fhir.route import MEDIA, Fhir, FhirRoute

router = APIRouter(prefix="/fhir", route_class=FhirRoute, tags=["fhir"])
RELEASED = datetime(2026, 11, 21, tzinfo=UTC)
_DEFINED = "http://hl7.org/fhir/OperationDefinition/"
_DEFINITIONS = {
    "Patient/$everything": f"{_DEFINED}Patient-everything",
    "EpisodeOfCare/$everything": "urn:tvaerspor:operation:EpisodeOfCare-everything",  # FHIR defines none
    "$process-message": f"{_DEFINED}MessageHeader-process-message",
}
_PATHS = (
    (re.compile(r"GET /fhir/([A-Z]\w+)"), "search-type"),
    (re.compile(r"POST /fhir/([A-Z]\w+)/_search"), "search-type"),
    (re.compile(r"GET /fhir/([A-Z]\w+)/\{\w+\}"), "read"),
    (re.compile(r"GET /fhir/([A-Z]\w+)/\{\w+\}/_history"), "history-instance"),
    (re.compile(r"GET /fhir/([A-Z]\w+)/\{\w+\}/_history/\{\w+\}"), "vread"),
)
_OTHERS = {"Organization": organisations.PARAMETERS, "Bundle": bundle_pull.PARAMETERS}
_OF_TYPE = re.compile(r"GET /fhir/([A-Z]\w+)/\{\w+\}/(\$[a-z-]+)")
_OF_SYSTEM = re.compile(r"POST /fhir/(\$[a-z-]+)")
_ORDER = ("read", "vread", "history-instance", "search-type")


@router.get("/metadata", summary="CapabilityStatement")
def read_capabilities(context: Fhir) -> Response:
    """What the FHIR doors do."""
    context.asked.known(frozenset())
    return Response(statement(context.request.app, context.fhir_base), media_type=MEDIA)


def statement(app: FastAPI, base: str) -> bytes:
    """The statement of this app, whose FHIR doors are at this address."""
    doors = sorted(f"{method} {route.path}" for route in _routes(app.routes) for method in route.methods or ())
    types = sorted({found[1] for door in doors for pattern, _ in _PATHS if (found := pattern.fullmatch(door))})
    system = tuple(_operation(found[1]) for door in doors if (found := _OF_SYSTEM.fullmatch(door)))
    server = Server(base=base, version=VERSION, released=RELEASED)
    return capability_statement(server, tuple(_served(type_, doors) for type_ in types), system)


def _served(kind: str, doors: list[str]) -> Served:
    does = {code for door in doors for pattern, code in _PATHS if (at := pattern.fullmatch(door)) and at[1] == kind}
    known = BY_TYPE.get(kind)
    named = parameters(known) if known else _OTHERS.get(kind, ())
    return Served(
        kind,
        tuple(code for code in _ORDER if code in does),
        tuple(Parameter(*parameter) for parameter in named),
        tuple(
            _operation(f"{kind}/{found[2]}")
            for door in doors
            if (found := _OF_TYPE.fullmatch(door)) and found[1] == kind
        ),
        known.profiles if known else (),
        includes(known) if known else (),
        rev_includes(known) if known else (),
    )


def _operation(path: str) -> Operation:
    return Operation(path.rpartition("$")[2], _DEFINITIONS[path])


def _routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Every route, also those of the routers that the app was made of."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _routes(getattr(getattr(route, "original_router", route), "routes", ()))
