"""A letter read back: its words, where they stand, and what kind of PDF it is."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from adapters.documents.renderer import TypstRenderer
from hub.ports.letter import Letter
from tests.adapters.documents.letters import FHIR


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text and the page and point at which it begins."""

    text: str
    page: int
    x: float
    y: float


def read(letter: Letter) -> PdfReader:
    """The rendered letter, opened."""
    return PdfReader(io.BytesIO(TypstRenderer().render(letter, FHIR)))


def words(letter: Letter) -> str:
    """All text of the letter on one line, as a person reads it; invisible break points are left out."""
    return opened(TypstRenderer().render(letter, FHIR))


def opened(pdf: bytes) -> str:
    """The same of a PDF that is there already."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", re.sub("[\u00ad\u200b]", "", text))


def headings(pdf: PdfReader) -> list[str]:
    """The titles of the outline, in reading order."""
    return [str(entry["/Title"]) for entry in _flat(pdf.outline)]


def _flat(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def placed(letter: Letter) -> list[Placed]:
    """Every piece of text with its place on the page, in points from the lower left corner."""
    found: list[Placed] = []
    for number, page in enumerate(read(letter).pages):

        def visit(text: str, cm: list[float], tm: list[float], *_: object, number: int = number) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                found.append(Placed(text, number, x, y))

        page.extract_text(visitor_text=visit)
    return found
