"""The renderer keeps the port's contract, and is the kind of PDF it claims to be."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.documents.renderer import TypstRenderer
from hub.errors import Unreadable
from hub.ports.letter import Renderer
from tests.adapters.documents.letters import DRAWN, FHIR, concern
from tests.adapters.documents.reading import headings, read
from tests.adapters.renderer_contract import RendererContract


class TestTypstRenderer(RendererContract):
    def renderer(self) -> Renderer:
        return TypstRenderer()


@pytest.fixture(params=DRAWN)
def pdf(request: pytest.FixtureRequest) -> PdfReader:
    return read(DRAWN[request.param]())


def _catalog(pdf: PdfReader) -> Any:
    return pdf.trailer["/Root"].get_object()


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1(pdf: PdfReader) -> None:
    metadata = _catalog(pdf)["/Metadata"].get_object().get_data().decode("utf-8")
    assert re.search(r"<pdfaid:part>3</pdfaid:part>", metadata)
    assert re.search(r"<pdfaid:conformance>A</pdfaid:conformance>", metadata)
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)


def test_it_is_tagged_in_danish_with_a_title_and_a_colour_profile(pdf: PdfReader) -> None:
    catalog = _catalog(pdf)
    assert catalog["/Lang"] == "da-DK"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]
    assert catalog["/OutputIntents"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata
    assert pdf.metadata.title


def test_it_can_do_nothing_but_be_read(pdf: PdfReader) -> None:
    catalog = _catalog(pdf)
    assert not {"/OpenAction", "/AA", "/AcroForm", "/URI"} & set(catalog)
    assert all("/Annots" not in page and "/AA" not in page for page in pdf.pages)
    assert "/JavaScript" not in catalog.get("/Names", {})


def test_the_fhir_message_lies_inside_byte_for_byte(pdf: PdfReader) -> None:
    """SM-33, SM-34: attached as data, with its own media type, equal to what travels beside the PDF."""
    (specification,) = (reference.get_object() for reference in _catalog(pdf)["/AF"])
    embedded = specification["/EF"]["/F"].get_object()
    assert specification["/AFRelationship"] == "/Data"
    assert embedded["/Subtype"] == "/application/fhir+json"
    assert embedded.get_data() == FHIR
    assert re.fullmatch(r"[a-z]+-k7t2-9fqd-xm4w\.json", specification["/UF"])


def test_bytes_that_are_no_text_are_not_embedded() -> None:
    with pytest.raises(Unreadable):
        TypstRenderer().render(concern(), b"\xff{}")


def test_every_font_is_one_of_ours_and_embedded(pdf: PdfReader) -> None:
    pages: Any = pdf.pages
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert re.search(r"SourceSans3|SourceSerif4", font["/BaseFont"])
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_its_only_clock_is_the_day_of_the_letter(pdf: PdfReader) -> None:
    assert pdf.metadata
    assert {str(pdf.metadata["/CreationDate"]), str(pdf.metadata["/ModDate"])} == {"D:20240507000000Z"}


def test_the_title_leads_the_outline(pdf: PdfReader) -> None:
    assert pdf.metadata
    assert headings(pdf)[0] == pdf.metadata.title


def test_threads_may_share_a_renderer() -> None:
    renderer = TypstRenderer()
    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(lambda letter: renderer.render(letter, FHIR), [concern() for _ in range(12)])}) == 1
