"""C31: what a stranger may cost, over real sockets: heads, silence, slowness, numbers; others are still served."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from hub.api.connections import ConnectionLimits
from tests.api.doors import Doors, serving
from tests.people import CLINIC
from tests.waiting import PATIENCE, until

HEAD = 16 * 1024
PIECE = b"a" * 65536
SILENT = 12  # connections at once in this test


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub that takes small heads, and waits for them longer than any test runs, for a few."""
    hours = 3600
    limits = ConnectionLimits(head_bytes=HEAD, head_seconds=hours, body_seconds=hours, connections=SILENT)
    with serving(tmp_path_factory.mktemp("narrow"), limits, dispatch=False) as doors:
        yield doors


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub that waits for nobody: on a busy machine not even for whoever goes on."""
    limits = ConnectionLimits(head_seconds=0.3, body_seconds=0.3, body_rate=1 << 20)
    with serving(tmp_path_factory.mktemp("hasty"), limits, dispatch=False) as doors:
        yield doors


def test_a_head_without_end_is_cut_off(narrow: Doors) -> None:
    """150 MiB of one header value; what the kernel buffers is all that can be sent."""
    with _connected(narrow) as line:
        line.sendall(b"GET /health/live HTTP/1.1\r\nhost: hub\r\nx: ")
        sent = 0
        with pytest.raises(OSError):  # noqa: PT012 - the pieces before the end are the point
            for _ in range(150 * 16):
                line.sendall(PIECE)
                sent += len(PIECE)
        assert sent < 32 << 20
    assert _serves(narrow)


@pytest.mark.parametrize("lines", [1, 200], ids=["one line", "many lines"])
@pytest.mark.parametrize(("more", "answer"), [(2000, b"HTTP/1.1 431 "), (-5000, b"HTTP/1.1 200 ")])
def test_a_head_that_is_too_large_is_told_so(narrow: Doors, lines: int, more: int, answer: bytes) -> None:
    header = b"x: " + b"a" * ((HEAD + more) // lines) + b"\r\n"
    head = b"GET /health/live HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n" + header * lines + b"\r\n"
    assert _said(narrow, head).startswith(answer)


def test_trailers_are_bounded_like_a_head(narrow: Doors) -> None:
    chunked = b"GET /health/live HTTP/1.1\r\nhost: hub\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: "
    with _connected(narrow) as line:
        line.sendall(chunked)
        with pytest.raises(OSError):  # noqa: PT012 - the pieces before the end are the point
            for _ in range(150 * 16):
                line.sendall(PIECE)


@pytest.mark.parametrize(
    ("beginning", "answer"),
    [
        (b"", b"HTTP/1.1 408 "),
        (b"GET /health/live HTTP/1.1\r\nhost:", b"HTTP/1.1 408 "),
        (b"POST /v1/cases HTTP/1.1\r\nhost: hub\r\ncontent-length: 9\r\n%b\r\n\r\n{", b"HTTP/1.1 408 "),
    ],
    ids=["silent", "half a head", "half a body"],
)
def test_whoever_does_not_go_on_is_not_waited_for(hasty: Doors, beginning: bytes, answer: bytes) -> None:
    mine = f"authorization: Bearer {hasty.token(CLINIC)}\r\nidempotency-key: slow\r\ncontent-type: application/json"
    assert _said(hasty, beginning.replace(b"%b", mine.encode())).startswith(answer)
    until(lambda: _serves(hasty), "nobody is served any more")


def test_silence_in_numbers_keeps_nobody_out(narrow: Doors) -> None:
    """1 100 silent sockets: each newcomer takes the place of whoever has waited longest."""
    lines = [_connected(narrow) for _ in range(SILENT * 3)]
    try:
        for _ in range(3):
            assert _serves(narrow)
        told = [_read(line) for line in lines[:SILENT]]
        assert all(answer.startswith(b"HTTP/1.1 503 ") for answer in told), "the first that came have been told to go"
    finally:
        for line in lines:
            line.close()


def test_whoever_is_slow_but_goes_on_is_served(narrow: Doors) -> None:
    """Each byte of a body may take its time at the least rate; a head that comes in pieces is one head."""
    with _connected(narrow) as line:
        for part in (b"GET /health", b"/live HTTP/1.1\r\nho", b"st: hub\r\nconnection: close\r\n", b"\r\n"):
            line.sendall(part)
        assert _read(line).startswith(b"HTTP/1.1 200 ")


def _connected(doors: Doors) -> socket.socket:
    host, port = doors.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=PATIENCE)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    return line


def _said(doors: Doors, request: bytes) -> bytes:
    """Everything that was answered until the hub closed."""
    with _connected(doors) as line:
        line.sendall(request)
        return _read(line)


def _read(line: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionError):  # it may have closed before it read everything
        while piece := line.recv(65536):
            answer += piece
    return answer


def _serves(doors: Doors) -> bool:
    ask = b"GET /health/live HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n"
    return _said(doors, ask).startswith(b"HTTP/1.1 200 ")
