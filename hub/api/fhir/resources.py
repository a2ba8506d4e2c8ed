"""Reading and searching the resources of cases: each read is recorded on its case before anything is shown."""

from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response

from adapters.fhir.bundles import history, searchset
from adapters.fhir.dossier import Version
from hub.api.fhir.cursor_seal import CursorSeal
from hub.api.fhir.cursors import SearchCursor
from hub.api.fhir.dossiers import Cases
from hub.api.fhir.resource_types import EVERYTHING, KINDS, Kind
from hub.api.fhir.route import MEDIA, FhirQuery, FhirRoute, query
from hub.api.fhir.search import SearchPage, everybody, find
from hub.api.fhir.search_parameters import case_behind, everything_of, search_of
from hub.api.route import WrongParameter, unchanged
from hub.api.v1.perform import reads_of, unit_of
from hub.errors import NotFound

router = APIRouter(prefix="/fhir", route_class=FhirRoute, include_in_schema=False)
Handler = Callable[..., Response]
NO_STORE = {"Cache-Control": "no-store"}


def _read(kind: Kind) -> Handler:
    def read(request: Request, key: str) -> Response:
        """The resource as it stands."""
        request.state.asked.known(frozenset())
        case, versions = _versions(request, kind, key)
        if unchanged(request, versions[-1].tag.removeprefix("W/")):
            return Response(status_code=304, headers={"ETag": versions[-1].tag})
        return _shown(request, case, versions[-1], f"GET /fhir/{kind.type}/{{id}}")

    return read


def _read_version(kind: Kind) -> Handler:
    def read_version(request: Request, key: str, version: str) -> Response:
        """The resource as it stood at one version."""
        request.state.asked.known(frozenset())
        case, versions = _versions(request, kind, key)
        for task in versions:
            if task.number == version:
                return _shown(request, case, task, f"GET /fhir/{kind.type}/{{id}}/_history/{{version}}")
        raise NotFound("no such version")

    return read_version


def _history(kind: Kind) -> Handler:
    def read_history(request: Request, key: str) -> Response:
        """Every version that the unit may see, the newest first."""
        request.state.asked.known(frozenset())
        case, versions = _versions(request, kind, key)
        _record(request, case, f"GET /fhir/{kind.type}/{{id}}/_history", [versions[-1].resource.local])
        base = _base(request)
        body = history(versions, base=base, self_url=f"{base}/{kind.type}/{key}/_history")
        return Response(body, media_type=MEDIA, headers=NO_STORE)

    return read_history


def _search(kind: Kind) -> Handler:
    def search(request: Request) -> Response:
        """What the unit has been told, in the order it last changed."""
        wanted = _resumed(request, kind.type) or search_of(request, kind, kind.type)
        posted = "/_search" if request.method == "POST" else ""
        return _answer(request, wanted, f"{request.method} /fhir/{kind.type}{posted}")

    return search


def _everything(kind: Kind) -> Handler:
    def everything(request: Request, key: str) -> Response:
        """Every resource of the case, and the organisations they name."""
        path = f"{kind.type}/{key}/$everything"
        case, _ = _versions(request, kind, key)
        wanted = _resumed(request, path) or everything_of(request, case, path)
        return _answer(request, wanted, f"GET /fhir/{kind.type}/{{id}}/$everything")

    return everything


def _serve(kind: Kind) -> None:
    """The routes of one type; each is named for what it does, `read_care_plan`."""
    at, one, many = f"/{kind.type}", kind.noun, kind.nouns
    router.add_api_route(at, _search(kind), methods=["GET"], name=f"search_{many}")
    router.add_api_route(f"{at}/_search", _search(kind), methods=["POST"], name=f"search_{many}_by_form")
    router.add_api_route(f"{at}/{{key}}", _read(kind), methods=["GET"], name=f"read_{one}")
    router.add_api_route(f"{at}/{{key}}/_history", _history(kind), methods=["GET"], name=f"read_{one}_history")
    version = f"{at}/{{key}}/_history/{{version}}"
    router.add_api_route(version, _read_version(kind), methods=["GET"], name=f"read_{one}_version")
    if kind.type in EVERYTHING:
        router.add_api_route(
            f"{at}/{{key}}/$everything", _everything(kind), methods=["GET"], name=f"read_{one}_everything"
        )


for served in KINDS:
    _serve(served)


def _versions(request: Request, kind: Kind, key: str) -> tuple[UUID, list[Version]]:
    """The case of a resource, and the versions of it that the unit may see; `NotFound` for whatever it may not know."""
    case = case_behind(request, key)
    ledger = Cases(request, (kind.type,)).known(case) if case is not None else None
    versions = ledger.versions.get(f"{kind.type}/{key}") if ledger is not None else None
    if case is None or not versions:
        raise NotFound("no such resource")
    return case, versions


def _shown(request: Request, case: UUID, version: Version, door: str) -> Response:
    _record(request, case, door, [version.resource.local])
    body = msgspec.json.encode(version.resource)
    return Response(body, media_type=MEDIA, headers={"ETag": version.tag, **NO_STORE})


def _resumed(request: Request, path: str) -> SearchCursor | None:
    """The search that a `next` link goes on with."""
    asked: FhirQuery = request.state.asked
    token = asked.one("cursor")
    if token is None:
        return None
    if len(asked.pairs) > 1 and not asked.lenient:
        raise WrongParameter("a cursor holds the whole search and stands alone", field="cursor")
    seal: CursorSeal[SearchCursor] = request.app.state.searches
    search = seal.open(unit_of(request), token)
    if search.path != path:
        raise WrongParameter("this cursor belongs to another search", field="cursor")
    return search


def _answer(request: Request, search: SearchCursor, door: str) -> Response:
    page = find(request, search)
    _record_page(request, search, page, door)
    parties = everybody(request, search) if search.parties_too and page.onward is None else ()
    base, seal = _base(request), request.app.state.searches
    onward = f"{base}/{search.path}?cursor={seal.close(unit_of(request), page.onward)}" if page.onward else None
    here = f"{base}/{search.path}?{query(request)}".rstrip("?")
    matches = (each.version.resource for each in page.found)
    included = (each.version.resource for each in page.included)
    body = searchset(matches, (*included, *parties), base=base, self_url=here, next_url=onward)
    return Response(body, media_type=MEDIA, headers=NO_STORE)


def _record_page(request: Request, search: SearchCursor, page: SearchPage, door: str) -> None:
    """On each case that the page shows, what came along included; and on each that was asked for and showed nothing."""
    shown: dict[UUID, list[str]] = {case: [] for case in search.cases or ()}
    for row in (*page.found, *page.included):
        shown.setdefault(row.case, []).append(row.version.resource.local)
    reads_of(request).record_all(request.state.actor, door, request.state.purpose, shown)


def _record(request: Request, case: UUID, door: str, what: Iterable[str]) -> None:
    reads_of(request).record(case, request.state.actor, door, request.state.purpose, what)


def _base(request: Request) -> str:
    return f"{request.app.state.settings.server.public_url}/fhir"
