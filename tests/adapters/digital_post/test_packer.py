"""A letter becomes one MeMo to one contact point, or stays here with a code that says why."""

from base64 import b64decode
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from adapters.digital_post.memo import Message, read
from adapters.digital_post.packer import DOCUMENT_TYPES, MemoPacker
from adapters.digital_post.schema import Schemas
from hub.domain.addressed import Addressed
from hub.domain.disclosure import DisclosureMade
from hub.errors import TryAgainLater, Undeliverable
from hub.ports.letter import Answered, Letter
from tests.adapters.digital_post.messages import KLE, MUNICIPALITY, PDF, POINT, REGION, letter, packed
from tests.adapters.documents.letters import EARLIER, EVERY, FHIR, FORM, PLAN, request
from tests.people import KIRSTEN

LABEL = {"anmodning": "Sikker post: anmodning", "svar": "Sikker post: svar", "kvittering": "Sikker post: kvittering"}


def memo(kind: str = "videregivelse", **box: object) -> Message:
    return read(packed(kind, **box))


def test_every_act_that_leaves_has_a_document_type() -> None:
    assert set(DOCUMENT_TYPES) == set(get_args(Addressed))
    assert {kind: DOCUMENT_TYPES[type(make().event)] for kind, make in EVERY.items()} == {kind: kind for kind in EVERY}


@pytest.mark.parametrize("kind", EVERY)
def test_the_header_says_who_to_whom_about_which_reference_and_no_more(kind: str) -> None:
    """SM-11, SM-26."""
    made, told = letter(kind), memo(kind)
    assert (told.uuid, told.reference) == (made.message_id, made.reference)
    assert told.code == f"TV-{kind}"
    assert told.label == f"{LABEL.get(kind, 'Sikker post')} [{made.reference}]"
    assert told.created == made.recorded_at
    assert told.sender.cvr == (REGION if made.sender.unit.kind == "hospital" else MUNICIPALITY)
    assert told.recipient.contact_point == POINT
    assert made.recipient.unit_name in told.recipient.label
    assert told.citizen is None


def test_the_pdf_is_the_main_document_and_what_comes_along_an_additional_one() -> None:
    told = memo()
    assert (told.main.name, told.main.content) == ("videregivelse-k7t2-9fqd-xm4w.pdf", PDF)
    assert [(file.name, file.content) for file in told.additional] == [
        ("videregivelse-k7t2-9fqd-xm4w-1.pdf", PLAN.content)
    ]


@pytest.mark.parametrize("other", [{"content_type": "image/jpeg"}, {"content": b"MZ\x90"}])
def test_a_document_that_is_no_pdf_is_refused_and_never_left_out(other: dict[str, Any]) -> None:
    made = letter("videregivelse")
    assert isinstance(made.event, DisclosureMade)
    event = replace(made.event, items=(replace(made.event.items[-1], attachment=replace(PLAN, **other)),))
    assert refused(replace(made, event=event)) == "document-not-pdf"


def test_a_request_may_be_answered_until_the_end_of_its_day() -> None:
    told = memo("anmodning")
    assert told.reply
    assert told.reply_by is not None
    assert told.reply_by.isoformat() == "2024-05-21T21:59:59+00:00"
    assert not memo("svar").reply
    made = letter("anmodning")
    open_ended = replace(made, event=request(replace(FORM, answer_by=None)).event)
    assert read(MemoPacker().pack(open_ended, PDF, FHIR).body).reply_by is None
    winter = replace(made, event=request(replace(FORM, answer_by=date(2024, 12, 2))).event)
    told = read(MemoPacker().pack(winter, PDF, FHIR).body)
    assert told.reply_by is not None
    assert told.reply_by.isoformat() == "2024-12-02T22:59:59+00:00"


def test_an_answer_names_the_message_it_answers() -> None:
    made = replace(letter("svar"), answers=Answered(EARLIER, "aaaa-bbbb-cccc"))
    told = read(MemoPacker().pack(made, PDF, FHIR).body).answers
    assert told is not None
    assert (told.message, told.case, told.contact_point) == (EARLIER, "aaaa-bbbb-cccc", POINT)
    assert memo("svar").answers is None


def test_the_directory_decides_on_edition_routing_and_filing() -> None:
    """SM-24, SM-26."""
    told = memo(memo="1.1", routes_on_citizen=True, kle=KLE)
    assert (told.version, told.citizen, told.kle) == ("1.1", KIRSTEN.cpr.digits, KLE)


@pytest.mark.parametrize("kind", EVERY)
def test_the_same_letter_gives_the_same_bytes(kind: str) -> None:
    """SM-35."""
    packer = MemoPacker()
    assert packer.pack(letter(kind), PDF, FHIR) == packer.pack(letter(kind), PDF, FHIR)


def test_the_parcel_knows_its_delivery_and_its_two_ends() -> None:
    made = letter("underretning")
    parcel = MemoPacker().pack(made, PDF, FHIR)
    assert (parcel.delivery, parcel.reference) == (made.message_id, made.reference)
    assert (parcel.sender, parcel.recipient) == (MUNICIPALITY, MUNICIPALITY)


def refused(made: Letter, packer: MemoPacker | None = None, pdf: bytes = PDF) -> str:
    with pytest.raises(Undeliverable) as stopped:
        (packer or MemoPacker()).pack(made, pdf, FHIR)
    assert not isinstance(stopped.value, TryAgainLater)
    assert not [word for word in (KIRSTEN.name, KIRSTEN.cpr.digits, "Berggren") if word in str(stopped.value)]
    return str(stopped.value)


def test_a_unit_that_is_not_in_digital_post_gets_nothing() -> None:
    made = letter("svar")
    assert refused(replace(made, recipient=replace(made.recipient, post_box=None))) == "recipient-has-no-contact-point"
    assert refused(replace(made, recipient=replace(made.recipient, cvr=None))) == "recipient-has-no-cvr"
    assert refused(replace(made, sender=replace(made.sender, cvr=None))) == "sender-has-no-cvr"
    assert refused(replace(made, recipient=replace(made.recipient, cvr="2918985"))) == "memo-cvr-number"


@pytest.mark.parametrize("reference", ["berggren-2024", "ref-291182-x", "131016-9996"])
def test_a_reference_made_from_a_person_is_refused(reference: str) -> None:
    """SM-12, SM-40."""
    assert refused(replace(letter("svar"), reference=reference)) == "memo-no-personal-data"


@pytest.mark.parametrize("reference", ["../../etc/x", "a", "sag\r\nx-header", "fil.pdf.exe", "\u202efdp"])
def test_a_reference_is_opaque_and_plain(reference: str) -> None:
    """SM-13."""
    assert refused(replace(letter("svar"), reference=reference)).startswith("memo-")


@pytest.mark.parametrize("pdf", [b"", b"This is a test", b"<html>"])
def test_what_is_no_pdf_is_not_sent_as_one(pdf: bytes) -> None:
    assert refused(letter("svar"), pdf=pdf) in ("memo-content", "memo-content-type")


def test_what_is_too_large_is_refused_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """SM-36."""

    def never(_: Message) -> bytes:
        raise AssertionError("built")

    monkeypatch.setattr("adapters.digital_post.packer.write", never)
    assert refused(letter("videregivelse"), MemoPacker(limit=len(PDF) + len(PLAN.content) - 1)) == "message-too-large"


def test_ten_megabytes_pass_through_whole() -> None:
    """SM-36."""
    large = b"%PDF-1.7\n" + bytes(10 * 1024 * 1024 - 9)
    parcel = MemoPacker().pack(letter("svar"), large, FHIR)
    assert b64decode(parcel.body.partition(b"<memo:content>")[2].partition(b"<")[0]) == large


def test_an_operators_schema_has_the_last_word(tmp_path: Path) -> None:
    """SM-24."""
    (tmp_path / "MeMo_core.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="1.2"><xs:element name="nothing"/></xs:schema>'
    )
    assert refused(letter("svar"), MemoPacker(Schemas.read(tmp_path))) == "memo-schema"
