"""Two pictures of a page, and how much of the page differs.

Reads the PNG that typst writes: eight bits, RGBA, not interlaced (RFC 2083).
"""

import struct
import zlib
from dataclasses import dataclass

CHANNELS = 4
NOTICEABLE = 32  # of 255; less is the rounding of another processor


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of bytes, four to a point."""

    width: int
    rows: tuple[bytes, ...]


def difference(one: bytes, other: bytes) -> float:
    """The share of points that differ noticeably, from 0 to 1; pictures of different size differ altogether."""
    if one == other:
        return 0.0
    first, second = _decoded(one), _decoded(other)
    if (first.width, len(first.rows)) != (second.width, len(second.rows)):
        return 1.0
    differing = sum(_differing(*rows) for rows in zip(first.rows, second.rows, strict=True) if rows[0] != rows[1])
    return differing / (first.width * len(first.rows))


def _differing(one: bytes, other: bytes) -> int:
    return sum(
        any(abs(one[at + channel] - other[at + channel]) > NOTICEABLE for channel in range(CHANNELS))
        for at in range(0, len(one), CHANNELS)
    )


def _decoded(png: bytes) -> Picture:
    width, height, depth, colour = struct.unpack_from(">IIBB", png, 16)
    assert (depth, colour) == (8, 6), "typst writes 8-bit RGBA"
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return Picture(width, _unfiltered(zlib.decompress(data), width * CHANNELS, height))


def _unfiltered(data: bytes, stride: int, height: int) -> tuple[bytes, ...]:
    rows, above = [], bytes(stride)
    for number in range(height):
        start = number * (stride + 1)
        above = _row(data[start], data[start + 1 : start + 1 + stride], above)
        rows.append(above)
    return tuple(rows)


def _row(kind: int, filtered: bytes, above: bytes) -> bytes:
    row = bytearray(filtered)
    for at in range(len(row)):
        left = row[at - CHANNELS] if at >= CHANNELS else 0
        corner = above[at - CHANNELS] if at >= CHANNELS else 0
        row[at] = (row[at] + _predicted(kind, left, above[at], corner)) & 0xFF
    return bytes(row)


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        distances = [(abs(above - corner), left), (abs(left - corner), above), (abs(left + above - 2 * corner), corner)]
        return min(distances, key=lambda pair: pair[0])[1]
    return (0, left, above, (left + above) // 2)[kind]
