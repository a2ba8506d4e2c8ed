"""The Renderer port: a letter as PDF, with the FHIR message of the same letter inside."""

from adapters.documents import glyphs, typesetting
from adapters.documents.compose import content
from hub.errors import Unreadable
from hub.ports.letter import Letter

PAPER = 192 * 1024  # bytes: the page itself, and the glyphs of three fonts as far as letters ever use them
SET = 2.5  # bytes of page for each byte of FHIR, measured with words in every script the fonts know
SIGN = 1024  # bytes for each sign of another script, in two weights; measured: 300


class TypstRenderer:
    """Same letter, same bytes; safe to share between threads."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A-3a in Danish, tagged for screen readers, `fhir` inside; `Unreadable` when typst cannot set it."""
        try:
            inside = fhir.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("a FHIR message in UTF-8", field="fhir") from None
        return typesetting.pdf(content(letter), {"fhir": inside})

    def at_most(self, letter: Letter, fhir: bytes) -> int:
        """Paper and fonts, the message inside, what its words take as text and tags, and the signs of other scripts.

        What the message only repeats (`follows`) is not set as text.
        """
        repeated = len(letter.follows.message) if letter.follows else 0
        signs = len(glyphs.foreign(fhir.decode("utf-8", "replace")))
        return PAPER + len(fhir) + SIGN * signs + round(SET * max(0, len(fhir) - repeated))

    def pictures(self, letter: Letter, *, ppi: float = 72) -> list[bytes]:
        """The pages as PNG, for eyes and for the tests."""
        return typesetting.pictures(content(letter), ppi)
