"""Many MeMo messages in one `.tar.lzma`, as Digital Post takes them over SFTP: one `<messageUUID>.xml` each.

For bulk only: single cases leave by the single interface, because bulk is what slows receipts (secure-mail guide §6).
What comes in is read in a stream under caps, and anything but a regular file with such a name is refused (guide §12,
SM-31). The name of an entry was not confirmed by a public source (guide §15).
"""

import io
import lzma
import re
import tarfile
from collections.abc import Iterable, Iterator
from typing import IO, Protocol
from uuid import UUID

from adapters.digital_post.xml import LARGEST
from hub.errors import Unreadable

MOST, TOTAL = 1000, 512 * 1024 * 1024  # entries, and bytes of all of them
MEMORY = 128 * 1024 * 1024  # that a dictionary may ask for, whatever the header says
RATIO, FREE = 200, 1024 * 1024  # how far content may unfold, once it is more than this
_NAME = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.xml")


class Source(Protocol):
    """Bytes that come in."""

    def read(self, size: int, /) -> bytes:
        """At most so many; none at the end."""
        ...


def pack(messages: Iterable[tuple[UUID, bytes]], out: IO[bytes]) -> int:
    """Write the messages one after the other; how many. The same messages give the same bytes."""
    count = 0
    with lzma.LZMAFile(out, "wb", format=lzma.FORMAT_ALONE) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        for message, content in messages:
            entry = tarfile.TarInfo(f"{message}.xml")
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
            count += 1
    return count


def unpack(source: Source) -> Iterator[tuple[UUID, bytes]]:
    """Each message with the id that its entry is named by, never more than one in memory; `Unreadable` for the rest."""
    seen: set[UUID] = set()
    try:
        inside = _Unfolding(source)
        with tarfile.open(fileobj=inside, mode="r|") as tar:
            for entry in tar:
                message = _message(entry)
                if message in seen or len(seen) >= MOST:
                    raise Unreadable(f"at most {MOST} messages, each once", source="Digital Post container")
                seen.add(message)
                file = tar.extractfile(entry)
                yield message, b"" if file is None else file.read()
        while inside.read(1 << 16):
            pass  # to its very end: a container that was cut off is not whole
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError):
        raise Unreadable("a .tar.lzma of MeMo messages", source="Digital Post container") from None


def _message(entry: tarfile.TarInfo) -> UUID:
    named = _NAME.fullmatch(entry.name)
    if named is None or not entry.isreg() or entry.issparse():
        raise Unreadable("regular files named <messageUUID>.xml and nothing else", source="Digital Post container")
    if entry.size > LARGEST:
        raise Unreadable(f"entries of at most {LARGEST} bytes", source="Digital Post container")
    return UUID(named[1])


class _Unfolding(io.RawIOBase):
    """The bytes inside, as long as they stay within the caps; what is beyond is never unfolded."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lzma = lzma.LZMADecompressor(format=lzma.FORMAT_ALONE, memlimit=MEMORY)
        self._came = self._gave = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most so many."""
        wanted, parts = (1 << 16) if size < 0 else size, b""
        while len(parts) < wanted and not self._lzma.eof:
            fresh = self._source.read(1 << 16) if self._lzma.needs_input else b""
            if self._lzma.needs_input and not fresh:
                raise EOFError
            self._came += len(fresh)
            parts += self._counted(self._lzma.decompress(fresh, wanted - len(parts)))
        return parts

    def _counted(self, piece: bytes) -> bytes:
        self._gave += len(piece)
        if self._gave > TOTAL or self._gave > FREE + RATIO * self._came:
            raise Unreadable("content within the limits of a container", source="Digital Post container")
        return piece
