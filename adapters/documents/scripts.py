"""The scripts that people in Denmark write their names in, beside the Latin of the letters' own fonts.

Noto Sans by script, from two packages that hold nothing but fonts (SIL Open Font License 1.1). They are looked at only
for a text that needs one of them, so a letter without keeps its bytes.
"""

import struct
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
CJK = "Noto Sans CJK SC"  # its collection holds all of Han, kana and hangul; Han is drawn as in simplified Chinese
SCRIPTS = (
    *("", "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew"),
    *("Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai"),
)


def folders() -> list[Path]:
    """Where the fonts lie."""
    found = [find_spec(package) for package in PACKAGES]
    return [Path(spec.origin).parent for spec in found if spec is not None and spec.origin is not None]


@cache
def families() -> Mapping[str, frozenset[int]]:
    """The families in the order in which they are asked for a sign, each with the code points that it can show."""
    sans, cjk = folders()
    known = {f"Noto Sans {script}".strip(): sans / f"NotoSans{script}[wght].ttf" for script in SCRIPTS}
    known[CJK] = cjk / "NotoSansCJK-VF.otf.ttc"
    return {family: frozenset(characters(path)) for family, path in known.items()}


@cache
def covered() -> frozenset[int]:
    """The code points that one of them can show."""
    return frozenset[int]().union(*families().values())


def needed(signs: Iterable[int]) -> tuple[str, ...]:
    """The families that these code points take, in their order."""
    left, asked = set(signs), list[str]()
    for family, known in families().items():
        if left & known:
            asked.append(family)
            left -= known
    return tuple(asked)


def characters(path: Path) -> Iterable[int]:
    """The code points of a font's character map, of a collection's first font (OpenType specification, `cmap`)."""
    font = path.read_bytes()
    table = _table(font, b"cmap", struct.unpack_from(">I", font, 12)[0] if font.startswith(b"ttcf") else 0)
    (count,) = struct.unpack_from(">H", table, 2)
    for entry in range(count):
        (offset,) = struct.unpack_from(">I", table, 8 + 8 * entry)
        (kind,) = struct.unpack_from(">H", table, offset)
        if kind == 12:
            yield from _groups(table, offset)
        elif kind == 4:
            yield from _segments(table, offset)


def _groups(table: bytes, offset: int) -> Iterable[int]:
    (groups,) = struct.unpack_from(">I", table, offset + 12)
    for group in range(groups):
        first, last = struct.unpack_from(">II", table, offset + 16 + 12 * group)
        yield from range(first, last + 1)


def _segments(table: bytes, offset: int) -> Iterable[int]:
    """Format 4: segments of the lowest plane; a code point that maps to glyph 0 is none of the font's."""
    double = _short(table, offset + 6)
    ends, starts = offset + 14, offset + 16 + double
    deltas, ranges = starts + double, starts + 2 * double
    for segment in range(0, double, 2):
        end, start, delta, shift = (_short(table, at + segment) for at in (ends, starts, deltas, ranges))
        for sign in range(start, min(end, 0xFFFE) + 1):
            glyph = sign
            if shift:
                glyph = _short(table, ranges + segment + shift + 2 * (sign - start))
            if (shift == 0 or glyph) and (glyph + delta) % 0x10000:
                yield sign


def _short(table: bytes, offset: int) -> int:
    return int.from_bytes(table[offset : offset + 2])


def _table(font: bytes, tag: bytes, start: int) -> bytes:
    (count,) = struct.unpack_from(">H", font, start + 4)
    for entry in range(count):
        name, _, offset, length = struct.unpack_from(">4sIII", font, start + 12 + 16 * entry)
        if name == tag:
            return font[offset : offset + length]
    return b""
