"""The byte form of an entry, spelt out by hand: whoever changes it breaks every proof ever given."""

import json
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from hub.evidence.canonical import LogEntry, body_hash, encode, leaf

VECTOR = json.loads((Path(__file__).parent / "vectors" / "entry.json").read_text())
ENTRY = LogEntry(
    partition=VECTOR["partition"],
    position=VECTOR["position"],
    stream=UUID(VECTOR["stream"]),
    version=VECTOR["version"],
    case=UUID(VECTOR["case"]),
    name=VECTOR["name"],
    recorded_at=VECTOR["recorded_at"],
    command=UUID(VECTOR["command"]),
    seq=VECTOR["seq"],
    key_id=VECTOR["key_id"],
    nonce=bytes.fromhex(VECTOR["nonce"]),
    body_hash=body_hash(bytes.fromhex(VECTOR["body"])),
)


def test_the_bytes_are_those_of_the_description():
    by_hand = b"".join(
        (
            b"tvaerspor-entry/1\x00",
            (3).to_bytes(4, "big"),
            (42).to_bytes(8, "big"),
            bytes.fromhex("00112233445566778899aabbccddeeff"),
            (7).to_bytes(8, "big"),
            bytes.fromhex("0f0e0d0c0b0a09080706050403020100"),
            (1_709_544_600_123_456).to_bytes(8, "big", signed=True),
            bytes.fromhex("11111111222283338444555555555555"),
            (1).to_bytes(4, "big"),
            b"\x00\x12disclosure-made.v1",
            b"\x00\x15case.0123456789abcdef",
            b"\x00\x0c" + bytes(range(12)),
            sha256(b"sealed").digest(),
        )
    )
    assert encode(ENTRY) == by_hand
    assert leaf(ENTRY) == sha256(b"\x00" + by_hand).digest()


def test_the_stored_vector():
    assert encode(ENTRY).hex() == VECTOR["canonical"]
    assert leaf(ENTRY).hex() == VECTOR["leaf"]


@pytest.mark.parametrize("name", [field.name for field in fields(LogEntry)])
def test_every_field_counts(name: str):
    value = getattr(ENTRY, name)
    other = {
        int: lambda: value + 1,
        str: lambda: value + "x",
        bytes: lambda: value[:-1] + b"\xff",
        UUID: lambda: UUID(int=0),
    }
    assert leaf(replace(ENTRY, **{name: other[type(value)]()})) != leaf(ENTRY)


def test_no_byte_can_move_from_one_field_to_the_next():
    assert encode(replace(ENTRY, name="ab", key_id="c")) != encode(replace(ENTRY, name="a", key_id="bc"))
