"""What every door does before its own work: name the caller, judge headers and query, read and bound the body.

A body is read once, with a limit, as strict JSON (hub.api.strict_json). A header or a query parameter that would be
ignored or could be read in two ways is refused: whoever misspells `as_of` must not be shown today.
"""

import json
import re
from collections.abc import Callable, Coroutine, Iterable
from hashlib import sha256
from typing import Any, get_args

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

from hub.api.dependencies import served_at
from hub.api.fields import AttachmentBody
from hub.api.schemas.act import RecordedAnswer
from hub.api.schemas.problem import FHIR, refusals
from hub.api.strict_json import shown_name, strict_json
from hub.errors import Unreadable

JSON = "application/json"
_ONCE = ("authorization", "content-type", "content-encoding", "idempotency-key", "if-match", "if-none-match")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_TAG = re.compile(r'"(\d{1,12})(?:-[0-9a-f]{16})?"')


class TooLarge(Unreadable):
    """The body is over the limit of the route."""


class WrongParameter(Unreadable):
    """A search parameter that the door does not know, or cannot read."""


class NotAcceptable(Unreadable):
    """The answer is wanted in a form that the door does not speak."""


class WrongMediaType(Unreadable):
    """The body is not said to be plain JSON."""


class FhirBytes(JSONResponse):
    """A FHIR resource, as the bytes that it came or was made as."""

    media_type = FHIR

    def render(self, content: bytes) -> bytes:
        """As it is."""
        return content


class PdfBytes(Response):
    """Paper for people, to be printed: a download, never a page of ours."""

    media_type = "application/pdf"


class GuardedRoute(APIRoute):
    """A route whose caller is named and whose body has been read before FastAPI looks at it.

    Its `response_model` describes the answer and does not make it: handlers answer with a response of their own.
    """

    records = False

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        (method,) = options["methods"]
        options["responses"] = (options.get("responses") or {}) | refusals(path, method, recording=self.records)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the gate."""
        handle = super().get_route_handler()
        records = self.records
        takes_files = self.body_field is not None and _holds(self.body_field.field_info.annotation, AttachmentBody)
        known = frozenset(param.alias for param in self.dependant.query_params)

        async def enter(request: Request) -> Response:
            once(request)
            name_caller(request)
            _known(request, known)
            if request.method == "POST":
                request.state.key = idempotency_key(request) if records else None
                settings = served_at(request).services.settings
                request = await read(
                    request, settings.server.upload_limit if takes_files else settings.server.body_limit
                )
            try:
                return await handle(request)
            finally:  # a request is a knot of references, and what it brought may be large
                request.state.body = request._json = None

        return enter


def name_caller(request: Request) -> None:
    """Ask the gate who calls; `Unauthorised` or `NotPermitted` for whoever may not."""
    served = served_at(request)
    request.state.actor = served.gate.actor(request.headers.get("authorization", ""))
    served.services.successions.settle(request.state.actor)


class RecordingRoute(GuardedRoute):
    """A route that records one act: under a key of its own, answered with 201 and what was recorded."""

    records = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options |= {
            "status_code": 201,
            "response_model": RecordedAnswer,
            "response_description": "recorded",
            "responses": (options.get("responses") or {}) | {201: {"headers": _TAGGED}},
            "openapi_extra": {"parameters": [IDEMPOTENCY_KEY, IF_MATCH] if "{case}" in path else [IDEMPOTENCY_KEY]},
        }
        super().__init__(path, endpoint, **options)


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for every act. A repeat returns the first answer; the same key with another body is 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "An ETag of the case; 412 when this unit has stated or been told more since.",
    "schema": {"type": "string", "pattern": r'^("[0-9]{1,12}(-[0-9a-f]{16})?"|\*)$'},
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was seen; 304 when the answer would be the same.",
    "schema": {"type": "string", "pattern": r'^"[0-9]{1,12}-[0-9a-f]{16}"$'},
}
_TAGGED = {
    "ETag": {
        "description": "the version of the case after the act, as this unit knows it",
        "schema": {"type": "string"},
    }
}


def _holds(annotation: Any, part: type[BaseModel]) -> bool:
    """May a body of this type hold such a part?"""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.values()
        return annotation is part or any(_holds(field.annotation, part) for field in fields)
    return any(_holds(argument, part) for argument in get_args(annotation))


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key of a request that records; `Unreadable` without one."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Unreadable(
            "required on every POST that records: 1 to 200 visible ASCII characters, new for every act",
            field="Idempotency-Key",
            source="IETF draft httpapi-idempotency-key-header",
        )
    return key


def if_match(request: Request) -> int | None:
    """The version of the case that the caller saw, from If-Match; None when it does not say.

    It stands before the dash of an ETag; what follows tells one answer at that version from another. A weak tag never
    matches (RFC 9110 §13.1.1), so it is no tag the hub gave.
    """
    stated = request.headers.get("if-match")
    if stated is None or stated.strip() == "*":
        return None
    tag = _TAG.fullmatch(stated.strip())
    if tag is None:
        raise Unreadable('one entity tag as the hub gave it, e.g. "7"', field="If-Match", source="RFC 9110 §13.1.1")
    return int(tag[1])


def unchanged(request: Request, tag: str) -> bool:
    """Does If-None-Match name this tag? Weak comparison (RFC 9110 §13.1.2)."""
    stated = request.headers.get("if-none-match", "")
    return tag in {word.strip().removeprefix("W/") for word in stated.split(",")}


async def read(request: Request, limit: int) -> Request:
    """The same request with its JSON body read and judged."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON:
        raise WrongMediaType(JSON, field="Content-Type")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("no encoding: the body as it is", field="Content-Encoding", source="RFC 9110 §8.4")
    request.state.body = strict_json(await bounded(request, limit))
    known = Request(request.scope, request.receive)
    known._body = b"read"  # Starlette keeps what was read here, and FastAPI asks only whether there was something
    known._json = request.state.body  # the same, parsed
    return known


def canonical(request: Request) -> bytes:
    """Who, method, path and body, so that the same key with another request is told apart; of the body its digest."""
    digest = sha256()
    for piece in _CANONICAL.iterencode(request.state.body):  # piece by piece: a document in it may be large
        digest.update(piece.encode("ascii"))
    head = f"{request.state.actor.unit} {request.method} {request.scope['path']}"
    return f"{head}\n{digest.hexdigest()}".encode(errors="backslashreplace")


async def bounded(request: Request, limit: int) -> bytes:
    """The body; `TooLarge` as soon as more is announced or comes."""
    too_large = TooLarge(f"at most {limit} bytes", field="body")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 12 or int(declared) > limit):
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def once(request: Request, names: Iterable[str] = _ONCE) -> None:
    """A header that decides something stands once: two could be read in two ways."""
    for name in names:
        if len(request.headers.getlist(name)) > 1:
            raise Unreadable("stands more than once", field=name.title(), source="RFC 9110 §5.3")


def _known(request: Request, known: frozenset[str]) -> None:
    """Every query parameter is one of this door's, and stands once."""
    for name in request.query_params:
        if name not in known:
            rule = f"this door knows {', '.join(sorted(known))}" if known else "this door takes no parameters"
            raise Unreadable(rule, field=shown_name(name))
        if len(request.query_params.getlist(name)) > 1:
            raise Unreadable("stands more than once", field=name)
