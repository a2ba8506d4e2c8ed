"""Reading and searching the resources of cases: each read is recorded on its case before anything is shown."""

from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from adapters.fhir.bundles import history, searchset
from adapters.fhir.dossier import Version
from adapters.fhir.outcome import INCOMPLETE
from hub.api.fhir.cursors import SearchCursor
from hub.api.fhir.dossiers import Cases
from hub.api.fhir.resource_types import EVERYTHING, KINDS, Kind
from hub.api.fhir.route import MEDIA, Fhir, FhirContext, FhirRoute
from hub.api.fhir.search import SearchPage, everybody, find
from hub.api.fhir.search_parameters import case_behind, everything_of, search_of
from hub.api.route import WrongParameter, unchanged
from hub.errors import NotFound

router = APIRouter(prefix="/fhir", route_class=FhirRoute, include_in_schema=False)
Handler = Callable[..., Response]
NO_STORE = {"Cache-Control": "no-store"}


def _read(kind: Kind) -> Handler:
    def read(context: Fhir, key: str) -> Response:
        """The resource as it stands."""
        context.asked.known(frozenset())
        case, versions = _versions(context, kind, key)
        if unchanged(context.request, versions[-1].tag.removeprefix("W/")):
            return Response(status_code=304, headers={"ETag": versions[-1].tag})
        return _shown(context, case, versions[-1], f"GET /fhir/{kind.type}/{{id}}")

    return read


def _read_version(kind: Kind) -> Handler:
    def read_version(context: Fhir, key: str, version: str) -> Response:
        """The resource as it stood at one version."""
        context.asked.known(frozenset())
        case, versions = _versions(context, kind, key)
        for task in versions:
            if task.number == version:
                return _shown(context, case, task, f"GET /fhir/{kind.type}/{{id}}/_history/{{version}}")
        raise NotFound("no such version")

    return read_version


def _history(kind: Kind) -> Handler:
    def read_history(context: Fhir, key: str) -> Response:
        """Every version that the unit may see, the newest first."""
        context.asked.known(frozenset())
        case, versions = _versions(context, kind, key)
        _record(context, case, f"GET /fhir/{kind.type}/{{id}}/_history", [versions[-1].resource.local])
        base = context.fhir_base
        body = history(versions, base=base, self_url=f"{base}/{kind.type}/{key}/_history")
        return Response(body, media_type=MEDIA, headers=NO_STORE)

    return read_history


def _search(kind: Kind) -> Handler:
    def search(context: Fhir) -> Response:
        """What the unit has been told, in the order it last changed."""
        wanted = _resumed(context, kind.type) or search_of(context, kind, kind.type)
        posted = "/_search" if context.request.method == "POST" else ""
        return _answer(context, wanted, f"{context.request.method} /fhir/{kind.type}{posted}")

    return search


def _everything(kind: Kind) -> Handler:
    def everything(context: Fhir, key: str) -> Response:
        """Every resource of the case, and the organisations they name."""
        path = f"{kind.type}/{key}/$everything"
        case, _ = _versions(context, kind, key)
        wanted = _resumed(context, path) or everything_of(context, case, path)
        return _answer(context, wanted, f"GET /fhir/{kind.type}/{{id}}/$everything")

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


def _versions(context: FhirContext, kind: Kind, key: str) -> tuple[UUID, list[Version]]:
    """The case of a resource, and the versions of it that the unit may see; `NotFound` for whatever it may not know."""
    case = case_behind(context, key)
    ledger = Cases(context, (kind.type,)).known(case) if case is not None else None
    versions = ledger.versions.get(f"{kind.type}/{key}") if ledger is not None else None
    if case is None or not versions:
        raise NotFound("no such resource")
    return case, versions


def _shown(context: FhirContext, case: UUID, version: Version, door: str) -> Response:
    _record(context, case, door, [version.resource.local])
    body = msgspec.json.encode(version.resource)
    return Response(body, media_type=MEDIA, headers={"ETag": version.tag, **NO_STORE})


def _resumed(context: FhirContext, path: str) -> SearchCursor | None:
    """The search that a `next` link goes on with."""
    asked = context.asked
    token = asked.one("cursor")
    if token is None:
        return None
    if len(asked.pairs) > 1 and not asked.lenient:
        raise WrongParameter("a cursor holds the whole search and stands alone", field="cursor")
    search = context.search_cursors.open(context.unit, token)
    if search.path != path:
        raise WrongParameter("this cursor belongs to another search", field="cursor")
    return search


def _answer(context: FhirContext, search: SearchCursor, door: str) -> Response:
    page = find(context, search)
    _record_page(context, search, page, door)
    parties = everybody(context, search) if search.parties_too and page.onward is None else ()
    base, seal = context.fhir_base, context.search_cursors
    onward = f"{base}/{search.path}?cursor={seal.close(context.unit, page.onward)}" if page.onward else None
    here = f"{base}/{search.path}?{context.query}".rstrip("?")
    matches = (match.version.resource for match in page.found)
    included = (match.version.resource for match in page.included)
    body = searchset(
        matches,
        (*included, *parties),
        base=base,
        self_url=here,
        next_url=onward,
        outcome=INCOMPLETE if page.is_incomplete else None,
    )
    return Response(body, media_type=MEDIA, headers=NO_STORE)


def _record_page(context: FhirContext, search: SearchCursor, page: SearchPage, door: str) -> None:
    """On each case that the page shows, what came along included; and on each that was asked for and showed nothing."""
    shown: dict[UUID, list[str]] = {case: [] for case in search.cases or ()}
    for row in (*page.found, *page.included):
        shown.setdefault(row.case, []).append(row.version.resource.local)
    context.reads.record_all(context.actor, door, context.purpose, shown)


def _record(context: FhirContext, case: UUID, door: str, what: Iterable[str]) -> None:
    context.reads.record(case, context.actor, door, context.purpose, what)
