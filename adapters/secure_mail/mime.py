"""MIME as bytes, written by ourselves: what is signed must be these very bytes, and 25 MB must not become 400 in
memory.

Headers are made by the standard library's `EmailMessage` under `policy.SMTP`, which refuses line breaks in a value;
they are never put together from text. Lines end with CRLF, contents are base64 in lines of 76 (RFC 2045 §6.8).
"""

from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from email import policy
from email.message import EmailMessage
from io import BytesIO

UNFOLDED = policy.SMTP.clone(max_line_length=998)  # RFC 5322 §2.1.1 allows it, and gateways lose folded Message-IDs
CRLF = b"\r\n"
_BLOCK = 57 * 1024  # 57 bytes make a line of 76


def headers(message: EmailMessage) -> bytes:
    """The header lines, and the empty line that ends them."""
    return b"".join(UNFOLDED.fold_binary(name, value) for name, value in message.raw_items()) + CRLF


def described(media_type: str, **parameters: str) -> EmailMessage:
    """The headers of a part, begun with its type."""
    message = EmailMessage(policy=UNFOLDED)
    message.add_header("Content-Type", media_type, **parameters)
    return message


def base64_lines(content: bytes) -> Iterator[bytes]:
    """The content as base64 in CRLF lines, block by block."""
    view = memoryview(content)
    for start in range(0, len(view), _BLOCK):
        block = b2a_base64(view[start : start + _BLOCK], newline=False)
        yield b"".join(block[at : at + 76] + CRLF for at in range(0, len(block), 76))


def part(about: EmailMessage, content: bytes) -> Iterator[bytes]:
    """A body part in base64: its headers, then its content."""
    about["Content-Transfer-Encoding"] = "base64"
    yield headers(about)
    yield from base64_lines(content)


def joined(chunks: Iterable[bytes]) -> bytes:
    """All of it in one piece, without keeping the pieces meanwhile."""
    written = BytesIO()
    written.writelines(chunks)
    return written.getvalue()


def multipart(boundary: str, parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The body of a multipart, without preamble or epilogue (RFC 2046 §5.1.1)."""
    delimiter = b"--" + boundary.encode("ascii")
    for chunks in parts:
        yield delimiter + CRLF
        yield from chunks
        yield CRLF
    yield delimiter + b"--" + CRLF
