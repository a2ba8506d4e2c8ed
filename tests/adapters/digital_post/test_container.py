"""Containers of many messages: written and read in a stream, and nothing let in that is more than that (SM-31)."""

import io
import lzma
import tarfile
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.digital_post import container
from adapters.digital_post.container import pack, unpack
from adapters.digital_post.memo import read
from adapters.digital_post.xml import LARGEST
from hub.errors import Unreadable
from tests.adapters.digital_post.messages import packed

IDS = tuple(UUID(f"0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b{number:02x}") for number in range(3))


def written(*messages: tuple[UUID, bytes]) -> bytes:
    out = io.BytesIO()
    assert pack(messages, out) == len(messages)
    return out.getvalue()


def folded(*entries: tuple[str, bytes], change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> bytes:
    """A container as a stranger might make it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            change(entry)
            tar.addfile(entry, io.BytesIO(content))
    return lzma.compress(plain.getvalue(), format=lzma.FORMAT_ALONE)


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as complaint:
        list(unpack(io.BytesIO(content)))
    return complaint.value.rule


def test_what_is_packed_is_unpacked_in_order() -> None:
    """SM-31."""
    messages = [(key, packed(kind)) for key, kind in zip(IDS, ("svar", "underretning", "anmodning"), strict=True)]
    content = written(*messages)
    assert list(unpack(io.BytesIO(content))) == messages
    assert [read(memo).code for _, memo in unpack(io.BytesIO(content))] == [
        "TV-svar",
        "TV-underretning",
        "TV-anmodning",
    ]
    assert content == written(*messages)


def test_an_empty_container_holds_nothing() -> None:
    assert list(unpack(io.BytesIO(written()))) == []


def linked(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(entry: tarfile.TarInfo) -> None:
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 0

    return change


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
def test_an_entry_that_is_no_regular_file_is_refused(kind: bytes) -> None:
    """SM-31: links, folders, devices."""
    assert "regular files" in refused(folded((f"{IDS[0]}.xml", b""), change=linked(kind)))


def thin(entry: tarfile.TarInfo) -> None:
    """A file of holes that would read as 9 MiB, as GNU tar's later format writes it."""
    entry.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,4",
        "GNU.sparse.size": str(9 * 1024 * 1024),
    }


def test_a_file_of_holes_is_refused() -> None:
    """SM-31: what is no byte in the container is counted by no cap."""
    assert "regular files" in refused(folded((f"{IDS[0]}.xml", b"<a/>"), change=thin))


@pytest.mark.parametrize(
    "name",
    [
        f"../{IDS[0]}.xml",
        f"/tmp/{IDS[0]}.xml",
        f"a/{IDS[0]}.xml",
        f"{IDS[0]}.xml.exe",
        f"{IDS[0]}.XML",
        "memo.xml",
        "0199aaaa-0b5c-7d1e-8f00-a1b2c3d4e5f6.xml",
    ],
)
def test_an_entry_with_another_name_is_refused(name: str) -> None:
    """SM-31: traversal, other kinds of file, ids that are not version 4."""
    assert "<messageUUID>.xml" in refused(folded((name, b"<a/>")))


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    """SM-31: thirty-two megabytes of nothing in a few kilobytes."""
    bomb = folded((f"{IDS[0]}.xml", bytes(32 * 1024 * 1024)))
    assert len(bomb) < 10_000
    assert "limits" in refused(bomb)


def test_an_entry_that_claims_to_be_larger_than_any_message_is_refused() -> None:
    header = tarfile.TarInfo(f"{IDS[0]}.xml")
    header.size = LARGEST + 1
    assert "at most" in refused(lzma.compress(header.tobuf() + bytes(1024), format=lzma.FORMAT_ALONE))


def test_more_messages_than_allowed_and_the_same_message_twice_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "each once" in refused(folded((f"{IDS[0]}.xml", b"<a/>"), (f"{IDS[0]}.xml", b"<b/>")))
    monkeypatch.setattr(container, "MOST", 2)
    assert "at most 2" in refused(written(*((uuid4(), b"<a/>") for _ in range(3))))


def test_all_together_stay_within_the_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "TOTAL", 20_000)
    assert "limits" in refused(written(*((uuid4(), bytes(9_000)) for _ in range(3))))


def test_a_dictionary_larger_than_the_memory_granted_is_refused() -> None:
    """SM-31: a header of thirteen bytes may ask for four gigabytes."""
    content = written((IDS[0], b"<a/>"))
    assert ".tar.lzma" in refused(content[:1] + b"\xff\xff\xff\xff" + content[5:])


@pytest.mark.parametrize("cut", [1, 13, 14, -1])
def test_a_container_that_ends_early_is_refused(cut: int) -> None:
    assert ".tar.lzma" in refused(written((IDS[0], packed("svar")))[:cut])


@given(st.binary(max_size=300))
def test_noise_is_unreadable_and_nothing_else(noise: bytes) -> None:
    refused(noise)
