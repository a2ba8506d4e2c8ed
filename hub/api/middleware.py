"""Sees every request come and go: counts, times, logs, and catches what nobody else caught.

A path may hold an id and an exception may hold anything, so neither is ever a label, a log line or an answer: a request
is told by its route, a fault by its kind and the place in our code.
"""

import time
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.api.problems import fault
from hub.observability import REQUESTS, SECONDS, log, whereabouts

METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
GONE = 499  # the client left before the answer, as nginx writes it


class Observer:
    """ASGI middleware, outermost of ours. Nothing passes it upwards: a server would print what an exception holds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything else, as the start and the stop of the app, goes straight through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            status = GONE
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, the client gets an answer
            log.error("bug", kind=type(error).__name__, at=whereabouts(error), route=route_of(scope))
            if not status:
                await fault(scope)(scope, receive, watched)
        _seen(scope, status, time.perf_counter() - started)


def route_of(scope: Scope) -> str:
    """The route, such as `/v1/cases/{case}`; `-` where none was found."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "-"))


def _seen(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = route_of(scope)
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
