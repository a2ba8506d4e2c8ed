"""Bounds on what one connection may cost before anybody knows who calls: header bytes, seconds, and their number.

uvicorn bounds none of it for its fast parser (h11_max_incomplete_event_size is h11's alone). The rules are those of
Apache's mod_reqtimeout and LimitRequestFieldSize: a head in a few seconds, a body at a least rate, or 408; a head of a
few KiB, or 431 (RFC 6585 §5).
"""

import json
from asyncio import TimerHandle, Transport
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.observability import CONNECTIONS, log

TYPE = "urn:tvaerspor:problem:"  # as hub.api.problems writes it; here there is no app yet to ask


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What a stranger may take. Seconds, bytes, bytes a second, and how many connections at once."""

    head_bytes: int = 32 * 1024  # ours have under 6 KiB, token included
    head_seconds: float = 10
    body_seconds: float = 20  # and as many more as what has come takes at the least rate
    body_rate: int = 16 * 1024
    answer_seconds: float = 60  # for a client that does not read what it asked for
    connections: int = 512  # of the 1024 files that a process may have open as a rule


def bounded(limits: ConnectionLimits) -> type[HttpToolsProtocol]:
    """uvicorn's protocol with these limits, for its setting `http`."""

    class Bounded(BoundedProtocol):
        bounds = limits

    return Bounded


class BoundedProtocol(HttpToolsProtocol):
    """One connection. It is waited for while a head or a body is due, and closed when it does not come."""

    bounds: ClassVar[ConnectionLimits] = ConnectionLimits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = 0  # bytes fed to the parser that it has handed nothing out for yet
        self._head_done = self._refused = False
        self._waits_since = self._until = 0.0
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Make room if there is none: whoever has waited longest without a request goes, else the newcomer."""
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        if len(self.connections) > self.bounds.connections:
            held = [other for other in self.connections if isinstance(other, BoundedProtocol) and not other._refused]
            waiting = [other for other in held if other.is_waiting]  # the newcomer is one of them
            if len(held) > self.bounds.connections:
                min(waiting, key=lambda other: other._waits_since)._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too-many")
        self._wait(self.bounds.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._rest()
        super().connection_lost(exc)

    @property
    def is_waiting(self) -> bool:
        """Is there no request that the hub is at work on?"""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless more is held than a head may have."""
        if self._refused:
            return
        self._held += len(data)
        super().data_received(data)
        if self._held > self.bounds.head_bytes and not self._refused:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_done = False
        self._wait(self.bounds.head_seconds)

    def on_headers_complete(self) -> None:
        """A head is whole: from here on a body is waited for, at a least rate."""
        self._held, self._head_done = 0, True
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.bounds.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large")
            return
        self._wait(self.bounds.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of the body: it may take as much longer."""
        self._held = 0
        if not self._refused:
            self._until += len(body) / self.bounds.body_rate
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; how long its answer takes is ours to say."""
        self._held = 0
        self._rest()
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """It waits again, from now."""
        self._waits_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._wait(self.bounds.answer_seconds)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        self._rest()

    def _wait(self, seconds: float) -> None:
        self._until = self.loop.time() + seconds
        if self._timer is None:
            self._timer = self.loop.call_at(self._until, self._look)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """What was waited for has come, or may take longer, or is not waited for any more."""
        self._timer = None
        if self.loop.time() < self._until:
            self._timer = self.loop.call_at(self._until, self._look)
        elif self.flow.read_paused or not (self.is_waiting or self.cycle.more_body):  # it waits for us
            self._wait(self.bounds.head_seconds)
        elif self.flow.write_paused:
            self._refused = True
            CONNECTIONS.labels("answer-not-read").inc()
            self.transport.abort()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "body-too-slow" if self._head_done else "head-too-slow")

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """Say so, unless an answer is under way or nothing was asked since the last, and close."""
        self._refused = True
        self._rest()
        CONNECTIONS.labels(why).inc()
        log.info("connection-refused", why=why)
        answered = self.cycle is not None and self.cycle.response_started
        if not answered or (self.is_waiting and self._held):
            body = json.dumps({"type": TYPE + why, "title": status.phrase, "status": status}).encode()
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode("ascii") + body)
        self.transport.close()
