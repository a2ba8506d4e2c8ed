"""What the hub may rely on from any Renderer."""

from dataclasses import replace
from uuid import UUID

import pytest

from hub.ports.letter import Renderer
from tests.adapters.documents.letters import DRAWN, FHIR


class RendererContract:
    """Inherit, and say in `renderer` which one it is about."""

    def renderer(self) -> Renderer:
        """A renderer that is ready."""
        raise NotImplementedError

    @pytest.mark.parametrize("kind", DRAWN)
    def test_every_act_becomes_a_pdf(self, kind: str) -> None:
        pdf = self.renderer().render(DRAWN[kind](), FHIR)
        assert pdf.startswith(b"%PDF-")
        assert pdf.rstrip().endswith(b"%%EOF")

    @pytest.mark.parametrize("kind", DRAWN)
    def test_the_same_letter_gives_the_same_bytes(self, kind: str) -> None:
        assert self.renderer().render(DRAWN[kind](), FHIR) == self.renderer().render(DRAWN[kind](), FHIR)

    @pytest.mark.parametrize("kind", DRAWN)
    def test_another_letter_gives_other_bytes(self, kind: str) -> None:
        letter = DRAWN[kind]()
        other = replace(letter, reference="another-reference", message_id=UUID(int=7))
        assert self.renderer().render(letter, FHIR) != self.renderer().render(other, FHIR)
        assert self.renderer().render(letter, FHIR) != self.renderer().render(letter, FHIR + b" ")
