"""The bulk container of Digital Post: a `.tar.lzma` with one `<messageUUID>.xml` per MeMo (secure-mail guide §6).

Single cases never travel in it; it is read when an operator is handed one, and written for the same. What comes in is
not trusted: only plain files with such names, so many, so large, and not more than so many times larger than they came.
"""

import lzma
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from hub.errors import Unreadable

MOST = 1_000  # messages
LARGEST, WHOLE = 50 * 1024 * 1024, 500 * 1024 * 1024  # bytes of one message, and of all
RATIO = 200  # a MeMo is base64 inside XML; honest ones shrink to a half
_NAME = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.xml", re.ASCII)
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Contained:
    """One message of a container, unparsed."""

    message: UUID
    xml: bytes


class _Counted(lzma.LZMAFile):
    """The unpacked stream, which ends in a complaint when it grows beyond its cap."""

    def __init__(self, packed: bytes) -> None:
        super().__init__(BytesIO(packed), format=lzma.FORMAT_ALONE)
        self._left = min(WHOLE, max(_BLOCK, RATIO * len(packed)))

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes, never more than a block at once."""
        block = super().read(_BLOCK if size is None or size < 0 else min(size, _BLOCK))
        self._left -= len(block)
        if self._left < 0:
            raise Unreadable("a container that unpacks to no more than it may", field="container")
        return block


def read(packed: bytes) -> Iterator[Contained]:
    """Each message in turn; `Unreadable` at the first thing that is not allowed, before it is unpacked further."""
    seen: set[UUID] = set()
    try:
        with _Counted(packed) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                message = _allowed(entry, seen)
                yield Contained(message, _content(archive, entry))
    except (lzma.LZMAError, tarfile.TarError, EOFError, ValueError, OSError):
        raise Unreadable("a .tar.lzma of MeMo messages", field="container") from None


def write(messages: Iterable[Contained]) -> bytes:
    """The container; the same messages give the same bytes."""
    written = BytesIO()
    with (
        lzma.LZMAFile(written, "w", format=lzma.FORMAT_ALONE) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for each in messages:
            entry = tarfile.TarInfo(f"{each.message}.xml")
            entry.size = len(each.xml)
            archive.addfile(entry, BytesIO(each.xml))
    return written.getvalue()


def _allowed(entry: tarfile.TarInfo, seen: set[UUID]) -> UUID:
    named = _NAME.fullmatch(entry.name)
    if not entry.isreg() or entry.issparse() or named is None:
        raise Unreadable("only plain files called <messageUUID>.xml", field="container")
    message = UUID(named[1])
    if message in seen or len(seen) >= MOST:
        raise Unreadable(f"each message once, at most {MOST}", field="container")
    if entry.size > LARGEST:
        raise Unreadable("a message of at most 50 MiB", field="container")
    seen.add(message)
    return message


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(entry)
    content = b"" if file is None else file.read()
    if len(content) != entry.size:
        raise Unreadable("whole messages", field="container")
    return content
