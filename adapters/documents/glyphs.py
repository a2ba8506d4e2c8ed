"""Which signs the fonts can show, and what stands in place of one they cannot.

PDF/A forbids a sign without a glyph, and typst refuses the whole letter for it. A letter is never held up by an odd
sign: it is shown by its code point, as ⟨U+1F600⟩. So are control characters and direction overrides, which could make a
text read otherwise than it was written. What the letters' own fonts lack is set in the fonts of its script
(adapters.documents.scripts).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from adapters.documents import scripts

FONTS = Path(__file__).parent / "fonts"
UNBROKEN, BREATH = 40, 10  # a run of more signs than any Danish word has may break a line at every tenth
_BREAK = "\u200b"
_JOINERS = frozenset("\u200c\u200d")
_SILENT = frozenset("\u00ad\u200b")  # may break a line here: shown as nothing, which is what they mean
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LONG_RUN = re.compile(rf"[^\s\u00ad\u200b-]{{{UNBROKEN + 1},}}")
_PIECE = re.compile(rf".{{{BREATH}}}(?=.)")


def shown(text: str) -> str:
    """The text as the fonts can set it: composed (NFC), one kind of line break, odd signs by their code point."""
    plain = unicodedata.normalize("NFC", _NEWLINE.sub("\n", text).replace("\t", " "))
    visible = "".join(_sign(plain, place) for place in range(len(plain)))
    return _LONG_RUN.sub(_breathing, visible)


def foreign(text: str) -> set[int]:
    """The code points of a text as it is shown that the letters' own fonts lack."""
    return set(map(ord, text)) - own() - {ord(sign) for sign in ("\n", *_SILENT)}


def _sign(text: str, place: int) -> str:
    sign = text[place]
    if sign == "\n" or sign in _SILENT:
        return sign
    if sign in _JOINERS and place and ord(text[place - 1]) in scripts.covered() - own():
        return sign  # shapes the letters of Persian and of Indian scripts
    if ord(sign) in covered() and unicodedata.category(sign) not in _HIDDEN:
        return sign
    return f"⟨U+{ord(sign):04X}⟩"


def _breathing(run: re.Match[str]) -> str:
    """A long run with places to break; a script without spaces has its own places, and a break would tear its signs."""
    return run[0] if foreign(run[0]) else _PIECE.sub(rf"\g<0>{_BREAK}", run[0])


@cache
def own() -> frozenset[int]:
    """The code points that every font of the letters themselves has."""
    fonts = sorted(FONTS.glob("SourceSans3-*.ttf"))
    return frozenset.intersection(*(frozenset(scripts.characters(path)) for path in fonts))


@cache
def covered() -> frozenset[int]:
    """The code points that can be shown at all."""
    return own() | scripts.covered()
