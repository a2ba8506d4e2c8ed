"""What every FHIR door does first: name the caller, agree on JSON, gather the parameters from wherever they stand.

A search by POST carries its parameters as a form (FHIR R4 §3.1.1.2), so that a CPR number never stands in a URL.
"""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

from hub.api.dependencies import RequestContext
from hub.api.fhir.cursor_seal import INBOX_CURSOR, SEARCH_CURSOR, CursorSeal
from hub.api.fhir.cursors import SearchCursor
from hub.api.route import (
    FhirBytes,
    GuardedRoute,
    NotAcceptable,
    WrongMediaType,
    WrongParameter,
    bounded,
    name_caller,
    once,
)
from hub.api.schemas.problem import ResourceAnswer
from hub.api.strict_json import shown_name
from hub.errors import Unreadable
from projections.fhir_inbox.page import Cursor

MEDIA = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
PURPOSE = "Purpose-Of-Use"
JSON_ONLY = "this hub speaks FHIR as JSON only: json, application/json or application/fhir+json"
_JSON = frozenset({"json", "application/json", MEDIA, "text/json"})
_ANY = frozenset({"*/*", "application/*", "*"})
_PURPOSE = re.compile(r"[a-zæøå _-]{0,60}")
MOST = 100_000  # bytes of a form


@dataclass(frozen=True, slots=True)
class FhirQuery:
    """The parameters of a request in their order, without `_format`; `lenient` passes unknown ones over."""

    pairs: tuple[tuple[str, str], ...]
    lenient: bool = False

    def known(
        self, names: frozenset[str], *, form_only: frozenset[str] = frozenset(), form: bool = False
    ) -> "FhirQuery":
        """Only what this door knows; `WrongParameter` names any other, unless the client is lenient."""
        for name, _ in self.pairs:
            if name in form_only and not form:
                raise WrongParameter("by POST _search only: a CPR number never stands in a URL", field=name)
            if name not in names | form_only and not self.lenient:
                here = ", ".join(sorted(names | form_only)) or "none but _format"
                raise WrongParameter(
                    f"no such parameter: {shown_name(name)}; there are: {here}", field=shown_name(name)
                )
        return FhirQuery(tuple(pair for pair in self.pairs if pair[0] in names | form_only))

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return tuple(value for pair, value in self.pairs if pair == name)

    def one(self, name: str) -> str | None:
        """The value of a parameter that stands once, or not at all."""
        values = self.all(name)
        if len(values) > 1:
            raise WrongParameter("stands more than once", field=name)
        return values[0] if values else None


class FhirContext(RequestContext):
    """The same of a request to a FHIR door, with its parameters and why the caller looks."""

    __slots__ = ("asked", "purpose")

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.asked: FhirQuery = request.state.asked
        self.purpose: str = request.state.purpose

    def known(self, names: frozenset[str], *, form_only: frozenset[str] = frozenset()) -> FhirQuery:
        """The parameters, of which the door knows these; what it does not know is none from here on."""
        self.asked = self.asked.known(names, form_only=form_only, form=self.request.method == "POST")
        return self.asked

    @property
    def query(self) -> str:
        """The query as a link says it: what was taken note of. A form's parameters stay out of every link."""
        return "" if self.request.method == "POST" else urlencode(self.asked.pairs, safe=",:/|")

    @property
    def search_cursors(self) -> CursorSeal[SearchCursor]:
        """How searches go on."""
        return CursorSeal(self.services.keys.token_key(), SEARCH_CURSOR)

    @property
    def inbox_cursors(self) -> CursorSeal[Cursor]:
        """How pulls go on."""
        return CursorSeal(self.services.keys.token_key(), INBOX_CURSOR)


async def fhir_context_of(request: Request) -> FhirContext:
    """For every FHIR door."""
    return FhirContext(request)


Fhir = Annotated[FhirContext, Depends(fhir_context_of)]


class FhirRoute(GuardedRoute):
    """A FHIR route: parameters are judged by the door itself, which alone knows what they mean."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options |= {"response_model": ResourceAnswer, "response_class": FhirBytes, "response_description": "FHIR R4"}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the gate."""
        handle = APIRoute.get_route_handler(self)
        gives_json = not self.path.startswith("/fhir/Binary")

        async def enter(request: Request) -> Response:
            once(request)
            name_caller(request)
            pairs = await _pairs(request)
            if gives_json:
                json_wanted(request, [value for name, value in pairs if name == "_format"])
            asked = tuple(pair for pair in pairs if pair[0] != "_format")
            request.state.asked = FhirQuery(asked, is_lenient(request))
            request.state.purpose = purpose_of(request)
            return await handle(request)

        return enter


def is_lenient(request: Request) -> bool:
    """Does the client prefer that unknown parameters are passed over? FHIR R4 §3.1.1.3 has servers do so by itself.

    This one does it only when asked to: whoever misspells `patient` must not be shown everybody.
    """
    stated = ",".join(request.headers.getlist("prefer")).lower()
    preferences = {"".join(word.split()).replace('"', "") for word in re.split("[,;]", stated)}
    return "handling=lenient" in preferences and "handling=strict" not in preferences


def json_wanted(request: Request, formats: list[str]) -> None:
    """JSON, or `NotAcceptable`; `_format` outdoes Accept (FHIR R4 §3.1.0.1.11). A `+` may stand in it as it is."""
    wanted = [media_type.replace("/fhir ", "/fhir+") for media_type in formats] or [
        word.partition(";")[0] for word in request.headers.get("accept", "*/*").split(",")
    ]
    if not any(media_type.strip().lower().partition(";")[0] in _JSON | _ANY for media_type in wanted):
        raise NotAcceptable(JSON_ONLY, field="_format" if formats else "Accept")


def purpose_of(request: Request) -> str:
    """Why the caller looks, as its header Purpose-Of-Use says; empty when it does not say."""
    stated = request.headers.get(PURPOSE, "")
    if not _PURPOSE.fullmatch(stated):
        raise WrongParameter("why you look, as a code of at most 60 letters; nothing personal", field=PURPOSE)
    return stated


async def _pairs(request: Request) -> list[tuple[str, str]]:
    if request.method != "POST":
        return request.query_params.multi_items()
    if request.url.query:
        raise WrongParameter("a search by POST has its parameters in the body", field="query")
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise WrongMediaType(FORM, field="Content-Type")
    try:
        text = (await bounded(request, MOST)).decode()
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=100, errors="strict")
    except ValueError:
        raise Unreadable(f"a form in UTF-8 ({FORM}) of at most 100 fields", field="body") from None
