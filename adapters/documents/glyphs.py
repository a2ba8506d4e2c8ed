"""Which signs the shipped fonts can show, and what stands in place of one they cannot.

PDF/A forbids a sign without a glyph, and typst refuses the whole letter for it. A letter is never held up by an odd
sign: it is shown by its code point, as ⟨U+1F600⟩. So are control characters and direction overrides, which could make a
text read otherwise than it was written.
"""

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
UNBROKEN, BREATH = 40, 10  # a run of more signs than any Danish word has may break a line at every tenth
_BREAK = "\u200b"
_SILENT = frozenset("\u00ad\u200b")  # may break a line here: shown as nothing, which is what they mean
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LONG_RUN = re.compile(rf"[^\s\u00ad\u200b-]{{{UNBROKEN + 1},}}")
_PIECE = re.compile(rf".{{{BREATH}}}(?=.)")


def shown(text: str) -> str:
    """The text as the fonts can set it: composed (NFC), one kind of line break, odd signs by their code point."""
    plain = unicodedata.normalize("NFC", _NEWLINE.sub("\n", text).replace("\t", " "))
    visible = "".join(map(partial(_sign, covered()), plain))
    return _LONG_RUN.sub(lambda run: _PIECE.sub(rf"\g<0>{_BREAK}", run[0]), visible)


def _sign(coverage: frozenset[int], sign: str) -> str:
    if sign == "\n" or sign in _SILENT:
        return sign
    if ord(sign) in coverage and unicodedata.category(sign) not in _HIDDEN:
        return sign
    return f"⟨U+{ord(sign):04X}⟩"


@cache
def covered() -> frozenset[int]:
    """The code points that every font of the text has."""
    return frozenset.intersection(
        *(frozenset(_characters(path.read_bytes())) for path in sorted(FONTS.glob("SourceSans3-*.ttf")))
    )


def _characters(font: bytes) -> Iterable[int]:
    """The code points of the font's character map, its table of format 12 (OpenType specification, `cmap`)."""
    table = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", table, 2)
    for entry in range(count):
        (offset,) = struct.unpack_from(">I", table, 8 + 8 * entry)
        (kind,) = struct.unpack_from(">H", table, offset)
        if kind == 12:
            (groups,) = struct.unpack_from(">I", table, offset + 12)
            for group in range(groups):
                first, last = struct.unpack_from(">II", table, offset + 16 + 12 * group)
                yield from range(first, last + 1)


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for entry in range(count):
        name, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * entry)
        if name == tag:
            return font[offset : offset + length]
    return b""
