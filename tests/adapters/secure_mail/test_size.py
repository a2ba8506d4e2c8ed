"""A mail never becomes larger than it was reckoned: what the door admits is never refused as too large afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.documents.renderer import TypstRenderer
from adapters.medcom.translator import MedComTranslator
from adapters.secure_mail import size
from adapters.secure_mail.message import LIMIT, MailPacker, refuse_large, sizes
from hub.domain.disclosure import DisclosureMade
from hub.errors import Unsendable
from hub.ports.letter import Letter
from hub.settings import Settings
from hub.vocabulary.information import Attachment, Item
from tests.adapters.documents.letters import EVERY
from tests.adapters.secure_mail.letters import to_town
from tests.adapters.secure_mail.pki import pki, sealing, write_lists

TRANSLATOR, RENDERER = MedComTranslator("https://hub.example/fhir"), TypstRenderer()
MIB = 1024 * 1024


PNG = b"\x89PNG\r\n\x1a\n"


def bringing(*documents: Attachment) -> Letter:
    """A disclosure that brings these along."""
    letter = to_town()
    assert isinstance(letter.event, DisclosureMade)
    return replace(letter, event=replace(letter.event, items=tuple(Item("rusmiddel", attachment=d) for d in documents)))


def test_lines_of_base64_are_counted_to_the_byte() -> None:
    from adapters.secure_mail import mime

    for length in (0, 1, 2, 3, 56, 57, 58, 1000, 57 * 1024 + 1):
        assert size.in_base64(length) == len(mime.joined(mime.base64_lines(bytes(length))))


@pytest.mark.parametrize("count", [1, 2, 100_000, 3_000_000])
def test_a_mail_is_never_larger_than_reckoned_and_hardly_smaller(tmp_path: Path, count: int) -> None:
    """SM-36."""
    plan = Attachment("plan.pdf", "application/pdf", b"%PDF-" + bytes(count))
    picture = Attachment("scan.png", "image/png", PNG + bytes(count))
    letter = bringing(plan, picture)
    pdf, fhir = b"%PDF-1.7" + bytes(40_000), TRANSLATOR.message(letter)
    parts = sizes(letter, len(pdf), len(fhir))
    write_lists(tmp_path)
    sealed = sealing(tmp_path, pki().town, limit=LIMIT).pack(letter, pdf, fhir).body
    clear = MailPacker().pack(letter, pdf, fhir).body
    for body, reckoned in ((sealed, size.sealed(parts)), (clear, size.in_clear(parts))):
        assert len(body) <= reckoned <= len(body) + 256 * 1024


@pytest.mark.parametrize("kind", EVERY)
def test_a_pdf_is_never_larger_than_its_renderer_says(kind: str) -> None:
    letter = EVERY[kind]()
    fhir = TRANSLATOR.message(letter)
    assert len(RENDERER.render(letter, fhir)) <= RENDERER.at_most(letter, fhir)


@pytest.mark.parametrize("words", ["abc def ghi. ", "".join(map(chr, range(0x21, 0x17F))) + " ", "&<> "])
def test_nor_is_a_long_one_in_whatever_letters(words: str) -> None:
    letter = to_town()
    assert isinstance(letter.event, DisclosureMade)
    items = tuple(Item("rusmiddel", (words * 20_000)[:20_000]) for _ in range(5))
    letter = replace(letter, event=replace(letter.event, items=items))
    fhir = TRANSLATOR.message(letter)
    assert len(RENDERER.render(letter, fhir)) <= RENDERER.at_most(letter, fhir)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png"])
def test_by_default_a_mail_carries_every_document_that_an_act_may_bring(kind: str) -> None:
    """The limits fit together: `ATTACHMENT_LIMIT` goes into `MAIL_LIMIT`, sealed, whatever kind of document it is."""
    defaults = Settings()
    assert defaults.secure_mail.limit == LIMIT
    beginning = b"%PDF-" if kind == "application/pdf" else PNG
    largest = Attachment("x", kind, beginning + bytes(defaults.server.attachment_limit - len(beginning)))
    letter = bringing(largest)
    fhir = TRANSLATOR.message(letter)
    refuse_large(size.sealed(sizes(letter, RENDERER.at_most(letter, fhir), len(fhir))), defaults.secure_mail.limit)
    too_many = sizes(bringing(largest, largest), 0, 0)
    with pytest.raises(Unsendable, match=r"^mail-too-large$"):
        refuse_large(size.sealed(too_many), defaults.secure_mail.limit)
