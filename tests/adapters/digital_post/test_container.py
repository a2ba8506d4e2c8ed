"""The bulk container: read with caps, written the same every time."""

import io
import lzma
import os
import tarfile
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.digital_post import container
from adapters.digital_post.container import Contained, read, write
from hub.errors import Unreadable

MESSAGES = [Contained(uuid4(), os.urandom(count).hex().encode()) for count in (9, 300_000)]
NAME = f"{MESSAGES[0].message}.xml"


def packed(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A container as somebody else might make it."""
    written = io.BytesIO()
    with (
        lzma.LZMAFile(written, "w", format=lzma.FORMAT_ALONE) as stream,
        tarfile.open(fileobj=stream, mode="w|") as tar,
    ):
        for info, content in entries:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return written.getvalue()


def entry(name: str = NAME, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """One entry's head."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_what_is_written_is_read_again_and_is_the_same_every_time() -> None:
    """SM-31: writer and reader."""
    assert list(read(write(MESSAGES))) == MESSAGES
    assert write(MESSAGES) == write(MESSAGES)
    assert list(read(write([]))) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        f"../{NAME}",
        f"/{NAME}",
        f"x/{NAME}",
        "message.xml",
        NAME.upper(),
        NAME.replace(".xml", ".xml.exe"),
        f"{UUID(int=1)}.xml",
        "\u202e" + NAME,
    ],
)
def test_a_name_beside_the_pattern_is_refused(name: str) -> None:
    """SM-31: traversal."""
    with pytest.raises(Unreadable, match="only plain files"):
        list(read(packed((entry(name), b"<x/>"))))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_an_entry_that_is_no_plain_file_is_refused(kind: bytes) -> None:
    """SM-31: link entries, folders, devices."""
    with pytest.raises(Unreadable, match="only plain files"):
        list(read(packed((entry(kind=kind, link="/etc/passwd"), b""))))


def test_a_bomb_is_refused_long_before_it_is_unpacked() -> None:
    """SM-31: by its ratio."""
    bomb = packed((entry(), bytes(40 * 1024 * 1024)))
    assert len(bomb) < 20_000
    with pytest.raises(Unreadable, match="unpacks to no more"):
        list(read(bomb))


def test_caps_on_number_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """SM-31: so many, so large, each once."""
    monkeypatch.setattr(container, "MOST", 3)
    monkeypatch.setattr(container, "LARGEST", 100)
    assert len(list(read(write([Contained(uuid4(), b"<x/>") for _ in range(3)])))) == 3
    with pytest.raises(Unreadable, match="at most 3"):
        list(read(write([Contained(uuid4(), b"<x/>") for _ in range(4)])))
    with pytest.raises(Unreadable, match="each message once"):
        list(read(write([MESSAGES[0], MESSAGES[0]])))
    with pytest.raises(Unreadable, match="at most 50 MiB"):
        list(read(write([Contained(uuid4(), b"x" * 101)])))


@pytest.mark.parametrize(
    "broken", [b"", b"PK\x03\x04", write(MESSAGES)[:40], lzma.compress(b"not a tar", lzma.FORMAT_ALONE)]
)
def test_what_is_no_container_is_refused(broken: bytes) -> None:
    with pytest.raises(Unreadable):
        list(read(broken))


@given(st.binary(max_size=200))
def test_no_noise_gets_anything_out(noise: bytes) -> None:
    try:
        found = list(read(noise))
    except Unreadable:
        return
    assert found == []
