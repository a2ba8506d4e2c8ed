"""What every door does before its own work: name the caller, read and bound the body, find the key.

A body is read once, with a limit, as strict JSON: UTF-8, no duplicate keys, no NaN, no lone surrogates, a bounded depth.
"""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from hub.errors import Unreadable

MAX_DEPTH = 24
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'(?:W/)?"(\d{1,12})"')


class TooLarge(Unreadable):
    """The body is over the limit of the route."""


class NotJson(Unreadable):
    """The body is not strict JSON."""


class WrongMediaType(Unreadable):
    """The body is not said to be JSON."""


class Door(APIRoute):
    """A route whose caller is named and whose body has been read before FastAPI looks at it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the gate."""
        handle = super().get_route_handler()
        records = "records" in self.tags

        async def enter(request: Request) -> Response:
            request.state.actor = request.app.state.gate.actor(request)
            if request.method == "POST":
                request.state.key = idempotency_key(request) if records else None
                settings = request.app.state.settings
                request = await read(request, settings.attachment_limit if takes_files else settings.body_limit)
            return await handle(request)

        takes_files = "attachments" in self.tags
        return enter


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
    """The version of the case that the caller saw, from If-Match; None when it does not say."""
    stated = request.headers.get("if-match")
    if stated is None or stated.strip() == "*":
        return None
    tag = _TAG.fullmatch(stated.strip())
    if tag is None:
        raise Unreadable('one entity tag as the hub gave it, e.g. "7"', field="If-Match", source="RFC 9110 §13.1.1")
    return int(tag[1])


async def read(request: Request, limit: int) -> Request:
    """The same request with its JSON body read and judged."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise WrongMediaType("application/json", field="Content-Type")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(f"at most {limit} bytes", field="body")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"at most {limit} bytes", field="body")
    request.state.body = strict_json(bytes(body))
    known = Request(request.scope, request.receive)
    known._body = bytes(body)  # Starlette keeps what was read here, and FastAPI reads it again
    known._json = request.state.body  # the same, parsed
    return known


def strict_json(body: bytes) -> Any:
    """The JSON value; `NotJson` says what is wrong and where, never what stood there."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as problem:
        rule = f"JSON expected; it breaks off at character {problem.pos}"
        raise NotJson(rule, field="body", source="RFC 8259") from None
    except UnicodeDecodeError as problem:
        raise NotJson(f"UTF-8 expected; byte {problem.start} is none", field="body", source="RFC 8259 §8.1") from None
    except RecursionError:
        raise NotJson(f"at most {MAX_DEPTH} levels", field="body") from None
    except ValueError:
        raise NotJson("a number in it is too long to be read", field="body", source="RFC 8259 §9") from None
    return _bounded(value)


def canonical(request: Request) -> bytes:
    """Method, path and body, so that the same key with another request is told apart."""
    stated = json.dumps(request.state.body, sort_keys=True, separators=(",", ":"))
    return f"{request.method} {request.url.path}\n{stated}".encode()


def _bounded(value: Any) -> Any:
    """The value, if it is no deeper than MAX_DEPTH and holds only text that can be written down again."""
    level = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                deeper.extend(each.values())
            elif isinstance(each, list):
                deeper.extend(each)
        level = [each for each in deeper if isinstance(each, dict | list)]
        if not level:
            return value
    raise NotJson(f"at most {MAX_DEPTH} levels", field="body")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a name stands twice in one object", field="body", source="RFC 8259 §4")
    return found


def _constant(name: str) -> Any:
    raise NotJson(f"{name} is no JSON number", field="body", source="RFC 8259 §6")
