"""Error tree → RFC 9457 problem, in one table. A legal no is no error, but answers in the same form (`refusal`).

`type` is stable: `urn:tvaerspor:problem:` and a code. No problem repeats what was sent.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import Scope

from adapters.fhir.outcome import Issue, operation_outcome
from hub.access.rate_limit import TooManyRequests
from hub.access.tokens import Unauthorised
from hub.api.dependencies import Behind
from hub.api.route import NotAcceptable, TooLarge, WrongMediaType, WrongParameter
from hub.api.schemas.problem import FHIR, MEDIA, TYPE
from hub.api.strict_json import NotJson, shown_name
from hub.errors import (
    Contradiction,
    EvidenceBroken,
    HubError,
    KeyReused,
    NotFound,
    NotPermitted,
    StaleVersion,
    TryAgainLater,
    Undeliverable,
    Unreadable,
    Unsendable,
)
from hub.observability import log, whereabouts
from hub.store import RecordFull, RecordUnreachable

_TABLE: tuple[tuple[type[HubError], int, str, str], ...] = (  # the narrowest first
    (Unauthorised, 401, "unauthorised", "Who calls is not known"),
    (NotPermitted, 403, "not-permitted", "The caller may not speak for that unit, or that unit not say so"),
    (TooManyRequests, 429, "too-many", "Too many searches by this client for now"),
    (NotFound, 404, "not-found", "Nothing by that name that the caller may know of"),
    (TooLarge, 413, "too-large", "The body is too large"),
    (WrongMediaType, 415, "wrong-media-type", "The body must be JSON"),
    (NotJson, 400, "not-json", "The body is not strict JSON"),
    (WrongParameter, 400, "wrong-parameter", "The search cannot be understood"),
    (NotAcceptable, 406, "not-acceptable", "The answer has another form than the one wanted"),
    (StaleVersion, 412, "stale-version", "The case has moved on"),
    (KeyReused, 422, "idempotency-key-reused", "The idempotency key belongs to another request"),
    (Unreadable, 422, "unreadable", "What came in cannot be understood"),
    (Unsendable, 422, "cannot-be-carried", "It could never leave the house, so nothing was recorded"),
    (
        TryAgainLater,
        503,
        "cannot-be-carried-now",
        "It cannot leave now, so nothing was recorded; repeat under the same key",
    ),
    (Undeliverable, 422, "cannot-be-carried", "It cannot leave the house until an operator mends the cause"),
    (Contradiction, 409, "contradiction", "It cannot follow what the record holds"),
    (
        RecordFull,
        503,
        "record-full",
        "The record's disk is full, so nothing was recorded; what is recorded can be read",
    ),
    (RecordUnreachable, 503, "record-unreachable", "The record cannot be reached; repeat under the same key"),
    (Behind, 503, "behind", "The answer is being brought up to date; ask again"),
    (EvidenceBroken, 500, "evidence-broken", "The record does not prove what it should"),
    (HubError, 500, "hub-error", "The hub could not do this"),
)
_HEADERS = frozenset(
    {"Authorization", "Content-Encoding", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"}
)
_RULES = {  # pydantic's words for these repeat what was sent, or say less than ours
    "missing": "required",
    "extra_forbidden": "unknown field",
    "model_attributes_type": "an object",
    "model_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
    "string_type": "a string",
    "uuid_parsing": "an id as the hub gave it out",
    "uuid_type": "an id as the hub gave it out",
    "too_long": "at most {max_length} of them",
    "too_short": "at least {min_length} of them",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "{min_length} or more characters",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
}
_MEND = "tell the receiver by another safe way, and the hub's operator the code in detail"
_PLACES = frozenset({"body", "query", "path", "header"})


def problem(
    status: int,
    code: str,
    title: str,
    *,
    detail: str | None = None,
    errors: list[dict[str, str]] | None = None,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """One problem, as RFC 9457 writes it."""
    body: dict[str, Any] = {"type": TYPE + code, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JSONResponse(body | dict(more or {}), status, headers=dict(headers or {}), media_type=MEDIA)


def install(app: FastAPI) -> None:
    """The handlers of every error the hub raises, and of the framework's own; a fault beyond is the observer's."""
    app.add_exception_handler(HubError, _hub_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(away, _away)


def fault(scope: Scope) -> Response:
    """The answer when something broke that nobody foresaw."""
    return _answer(Request(scope), 500, "bug", "The hub has a fault; it is logged")


def _answer(request: Request, status: int, code: str, title: str, **more: Any) -> Response:
    if not request.scope["path"].startswith("/fhir"):
        return problem(status, code, title, **more)
    errors = more.get("errors") or [{}]
    text = errors[0].get("rule") or more.get("detail") or title
    field = errors[0].get("field", "")
    where: dict[str, Any] = {"expression": (field,)} if field.startswith("Bundle") else {"parameter": field}
    issue = Issue("error", _FHIR.get(status, "processing"), text, **where)
    return Response(operation_outcome(issue), status, headers=more.get("headers"), media_type=FHIR)


_FHIR = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    500: "exception",
    503: "transient",
}


async def _hub_error(request: Request, error: Exception) -> Response:
    status, code, title = next((s, c, t) for kind, s, c, t in _TABLE if isinstance(error, kind))
    if isinstance(error, Unreadable):
        if status == 422 and error.field in _HEADERS:
            status = 400
        return _answer(request, status, code, title, errors=[_named(error.field, error.rule, error.source)])
    if isinstance(error, Unsendable):
        errors = [_named(error.field, error.rule, "")]
        return _answer(request, status, code, title, detail=error.code, errors=errors)
    if isinstance(error, Undeliverable):  # its text is a code, which docker/README.md says what to do about
        log.warning("cannot-be-carried", code=str(error), at=whereabouts(error))
        headers = {"Retry-After": "60"} if status == 503 else {}
        errors = [_named("recipient", _MEND, "docker/README.md")]
        return _answer(request, status, code, title, detail=str(error), errors=errors, headers=headers)
    if isinstance(error, Contradiction):
        errors = [_named(error.field, error.detail, "")] if error.field else []
        return _answer(request, status, error.code, title, detail=error.detail, errors=errors)
    if status >= 500:
        log.error("hub-error", kind=type(error).__name__, at=whereabouts(error))
        return _answer(request, status, code, title, headers={"Retry-After": "1"} if status == 503 else {})
    if isinstance(error, TooManyRequests):
        caller = request.state.actor
        log.warning("too-many", client=caller.client, unit=str(caller.unit))
        return _answer(request, status, code, title, headers={"Retry-After": str(ceil(error.after))})
    headers = {"WWW-Authenticate": 'Bearer realm="tvaerspor"'} if status == 401 else {}
    errors = [_named(error.field, str(error), "")] if isinstance(error, NotFound) and error.field else []
    return _answer(request, status, code, title, detail=str(error), headers=headers, errors=errors)


async def _away(request: Request, error: Exception) -> Response:
    """The database is away or does not keep up. What the driver says may hold anything, so only its kind is told."""
    return await _hub_error(request, RecordUnreachable(type(error).__name__).with_traceback(error.__traceback__))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    errors = [_complaint(complaint) for complaint in found if not _follows(complaint, found)][:20]
    return _answer(request, 422, "unreadable", "What came in cannot be understood", errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    titles = {404: ("not-found", "No such door"), 405: ("method-not-allowed", "This door does not do that")}
    code, title = titles.get(error.status_code, ("http", "The request cannot be served"))
    return _answer(request, error.status_code, code, title, headers=error.headers or {})


def _follows(complaint: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Is this list called too short only because an entry of it was not understood?"""
    depth = len(complaint["loc"])
    inside = (other for other in found if len(other["loc"]) > depth and other["loc"][:depth] == complaint["loc"])
    return complaint["type"] == "too_short" and any(inside)


def _complaint(complaint: Mapping[str, Any]) -> dict[str, str]:
    """One pydantic complaint: where and which rule, never the value."""
    context = complaint.get("ctx", {})
    loc = complaint["loc"][1:] if complaint["loc"][:1] and complaint["loc"][0] in _PLACES else complaint["loc"]
    place = ".".join(
        shown_name(part) if isinstance(part, str) else str(part) for part in (*loc, *context.get("at", ()))
    )
    rule = context.get("rule") or _RULES.get(complaint["type"], "").format_map(context) or complaint["msg"]
    return _named(place, rule, context.get("source", ""))


def _named(field: str, rule: str, source: str) -> dict[str, str]:
    return {"field": field or "body", "rule": rule} | ({"source": source} if source else {})
