"""How large a mail will be, reckoned from the sizes of its parts: never less than it becomes, and hardly more.

The one place for this arithmetic: the door asks it before an act is recorded, the packers before they write. Base64
makes 78 bytes of 57; a sealed mail is base64 twice, once inside what is encrypted and once around it, so a part
leaves as 1.87 times its size (secure-mail guide §4).
"""

from collections.abc import Iterable

HEAD = 4 * 1024  # the header lines of one layer
PART = 1024  # the header lines of one part, and its line of the manifest
AROUND = 32 * 1024  # cover, manifest, signature with its chain, the envelope's recipients
_IN, _OUT = 57, 78  # bytes of a line, and of the same line in base64 with CRLF


def in_base64(size: int) -> int:
    """So many bytes as lines of base64."""
    lines, rest = divmod(size, _IN)
    return lines * _OUT + (-(-rest // 3) * 4 + 2 if rest else 0)


def in_clear(parts: Iterable[int]) -> int:
    """A mail with parts of these sizes, as it is signed, or leaves where nothing seals it."""
    return HEAD + AROUND + sum(PART + in_base64(part) for part in parts)


def sealed(parts: Iterable[int]) -> int:
    """The same mail, signed and encrypted."""
    return HEAD + in_base64(AROUND + in_clear(parts))
