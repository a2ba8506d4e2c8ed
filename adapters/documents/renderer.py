"""The Renderer port: a letter as PDF, with the FHIR message of the same letter inside."""

from adapters.documents import setting
from adapters.documents.compose import content
from hub.errors import Unreadable
from hub.ports import Letter


class TypstRenderer:
    """Same letter, same bytes; safe to share between threads."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A-3a in Danish, tagged for screen readers, `fhir` inside; `Unreadable` when typst cannot set it."""
        try:
            inside = fhir.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("a FHIR message in UTF-8", field="fhir") from None
        return setting.pdf(content(letter), {"fhir": inside})

    def pictures(self, letter: Letter, *, ppi: float = 72) -> list[bytes]:
        """The pages as PNG, for eyes and for the tests."""
        return setting.pictures(content(letter), ppi)
