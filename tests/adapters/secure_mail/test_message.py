"""A letter as a message: what everybody may read of it, what only the receiver may, and what stops it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.directory.toml_file import TomlDirectory
from adapters.secure_mail.message import PLAIN, SUBJECTS, MailPacker, document_type
from hub.domain.addressed import Addressed
from hub.domain.disclosure import DisclosureMade
from hub.errors import TryAgainLater, Undeliverable, Unsendable
from hub.ports.carrier import Parcel
from hub.ports.letter import Letter
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import KINDS, Attachment, Citizen, DocumentKind
from tests.adapters.documents.letters import EVERY, PLAN, disclosure, request
from tests.people import KIRSTEN

PDF, FHIR = b"%PDF-1.7\n\xe2\xe3\xcf\xd3 invented\r\n.\r\n%%EOF\n", b'{"resourceType":"Bundle","type":"message"}\n'
SUBJECT = {"anmodning": "Sikker post: anmodning", "svar": "Sikker post: svar", "kvittering": "Sikker post: kvittering"}


def pack(letter: Letter) -> Parcel:
    return MailPacker().pack(letter, PDF, FHIR)


def opened(parcel: Parcel) -> EmailMessage:
    message = message_from_bytes(parcel.body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(params=EVERY)
def letter(request: pytest.FixtureRequest) -> Letter:
    return EVERY[request.param]()


def test_every_act_that_leaves_has_a_document_type() -> None:
    assert {type(make().event) for make in EVERY.values()} == set(get_args(Addressed))
    assert {document_type(make().event) for make in EVERY.values()} == set(EVERY) | {"praecisering", "afklaring"}


def test_the_headers_say_who_to_whom_when_and_no_more(letter: Letter) -> None:
    message = opened(pack(letter))
    assert message["From"] == letter.sender.mailbox
    assert message["To"] == letter.recipient.mailbox
    assert message["Date"].datetime == letter.recorded_at
    assert message["Auto-Submitted"] == "auto-generated"
    sender = str(letter.sender.mailbox)
    assert message["Message-ID"] == f"<{letter.message_id}@{sender.partition('@')[2]}>"
    assert set(message.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
    }


@pytest.mark.parametrize("kind", EVERY)
def test_the_subject_is_from_the_closed_list(kind: str) -> None:
    letter = EVERY[kind]()
    assert opened(pack(letter))["Subject"] == f"{SUBJECT.get(kind, 'Sikker post')} [{letter.reference}]"
    assert set(SUBJECTS.values()) | {PLAIN} == {*SUBJECT.values(), "Sikker post"}


def test_pdf_before_fhir_named_by_type_and_reference(letter: Letter) -> None:
    parts = list(opened(pack(letter)).iter_attachments())
    kind = document_type(letter.event)
    *pdfs, fhir = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in parts]
    assert pdfs[0] == (f"{kind}-{letter.reference}.pdf", "application/pdf", PDF)
    assert fhir == (f"{kind}-{letter.reference}.json", "application/fhir+json", FHIR)
    documents = [PLAN.content] if kind == "videregivelse" else []
    assert pdfs[1:] == [(f"{kind}-{letter.reference}-1.pdf", "application/pdf", content) for content in documents]


BYTES = {
    "pdf": b"%PDF-1.7",
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "heic": b"\0\0\0\x18ftypheic",
    "docx": b"PK\x03\x04",
}


def bringing(*documents: Attachment) -> Letter:
    letter = disclosure()
    assert isinstance(letter.event, DisclosureMade)
    items = tuple(replace(letter.event.items[-1], attachment=document) for document in documents)
    return replace(letter, event=replace(letter.event, items=items))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.ending)
def test_a_document_travels_as_itself_under_a_name_that_tells_nothing(kind: DocumentKind) -> None:
    """C16: the number is the one that the FHIR message names; its own name stands in the letter."""
    letter = bringing(Attachment("Løn til Kirsten.PDF", kind.media_type, BYTES[kind.ending]), PLAN)
    mail = opened(MailPacker().pack(letter, PDF, FHIR))
    named = f"videregivelse-{letter.reference}"
    parts = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert parts[f"{named}-1.{kind.ending}"] == BYTES[kind.ending]
    assert set(parts) == {f"{named}.pdf", f"{named}-2.pdf", f"{named}.json", f"{named}-1.{kind.ending}"}
    assert next(iter(parts)) == f"{named}.pdf", "the letter first"


@pytest.mark.parametrize(
    "document",
    [
        Attachment("a.html", "text/html", b"<p>"),
        Attachment("a.docm", "application/vnd.ms-word.document.macroEnabled.12", b"PK\x03\x04"),
        Attachment("a.pdf", "application/pdf", b"MZ\x90"),
        Attachment("a.png", "image/png", b"%PDF-"),
    ],
)
def test_another_kind_or_one_in_disguise_is_refused_with_the_list(document: Attachment) -> None:
    with pytest.raises(Unsendable) as stopped:
        MailPacker().refuse(bringing(document), 1, 1)
    assert (stopped.value.code, stopped.value.field) == ("document-kind-not-allowed", "items")
    assert all(kind.media_type in stopped.value.rule for kind in KINDS)


def test_the_cover_is_plain_danish_text_about_nobody(letter: Letter) -> None:
    message = opened(pack(letter))
    body = message.get_body()
    assert body is not None
    assert body.get_content_type() == "text/plain"
    text = body.get_content()
    assert letter.sender.organisation_name in text
    assert letter.reference in text
    assert not [word for word in ("Kirsten", "Berggren", "291182", "gravid", "Testpark") if word in text]
    assert {part.get_content_type() for part in message.walk()} == {
        *("multipart/mixed", "text/plain", "application/pdf", "application/fhir+json"),
    }


def test_the_same_letter_gives_the_same_bytes(letter: Letter) -> None:
    assert pack(letter) == pack(letter)


def test_every_line_ends_with_crlf_and_is_short_enough_for_smtp(letter: Letter) -> None:
    lines = pack(letter).body.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 998
    assert all(line.isascii() for line in lines)


def test_the_parcel_knows_its_delivery_and_its_two_ends(letter: Letter) -> None:
    parcel = pack(letter)
    assert (parcel.sender, parcel.recipient) == (letter.sender.mailbox, letter.recipient.mailbox)
    assert parcel.delivery == letter.message_id


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    parcel = pack(replace(disclosure(), recorded_at=datetime(2024, 5, 7, 12, 41, tzinfo=UTC)))
    assert opened(parcel)["Date"].datetime == disclosure().recorded_at


def refused(letter: Letter) -> str:
    with pytest.raises(Undeliverable) as stopped:
        pack(letter)
    assert not isinstance(stopped.value, TryAgainLater)
    return str(stopped.value)


def to(mailbox: str | None) -> Letter:
    letter = disclosure()
    return replace(letter, recipient=replace(letter.recipient, mailbox=mailbox))


def test_a_unit_without_a_mailbox_gets_no_mail_and_sends_none() -> None:
    assert refused(to(None)) == "recipient-has-no-mailbox"
    letter = disclosure()
    assert refused(replace(letter, sender=replace(letter.sender, mailbox=None))) == "sender-has-no-mailbox"


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "nobody",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: thief@evil.example",
        "a@b.example>\r\nRCPT TO:<thief@evil.example>",
        "<a@b.example>",
        "Familien <a@b.example>",
        "a@b.example\u2028Bcc: x@y.example",
        "a b@c.example",
        "a@b@c.example",
        "æ@b.example",
        "a@b.example.",
        "a@-b.example",
        "a@localhost",
        "a" * 65 + "@b.example",
    ],
)
def test_one_address_and_nothing_that_could_be_a_second(mailbox: str) -> None:
    assert refused(to(mailbox)) == "recipient-mailbox-not-an-address"


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "kort",
        "../../etc/passwd",
        "a" * 41,
        "abc def ghij",
        "abc\r\nBcc: x",
        "abcdefgh\u202e",
        "-abcdefgh",
        "æøåæøåæø",
    ],
)
def test_a_reference_is_opaque_and_plain(reference: str) -> None:
    assert refused(replace(disclosure(), reference=reference)) == "reference-not-opaque"


@given(st.text(min_size=1, max_size=60))
def test_no_reference_adds_a_header(reference: str) -> None:
    try:
        parcel = pack(replace(request(), reference=reference))
    except Undeliverable:
        return
    assert set(opened(parcel).keys()) == set(opened(pack(request())).keys())


CITIZENS: dict[str, Callable[[Citizen], Citizen]] = {
    "cpr": lambda her: her,
    "surname": lambda her: replace(her, name="Kirsten Bergsø"),
    "street": lambda her: replace(her, address="Møllevej 3"),
}


@pytest.mark.parametrize(
    ("reference", "who"),
    [
        ("291182-9996", "cpr"),
        ("2911829996", "cpr"),
        ("29-11-82-9996", "cpr"),
        ("ref-291182-x", "cpr"),
        ("131016-9996", "cpr"),
        ("sag-131016-9996", "cpr"),
        ("berggren-2024", "cpr"),
        ("bergsoe-2024x", "surname"),
        ("moellevej-3-x", "street"),
    ],
)
def test_a_reference_made_from_a_person_is_refused_and_not_repeated(reference: str, who: str) -> None:
    """SM-12: CPR variants and names from the payload itself; refused, never masked."""
    code = refused(replace(disclosure(), reference=reference, citizen=CITIZENS[who](KIRSTEN)))
    assert code == "personal-data-in-subject"


@pytest.mark.parametrize(
    "mailbox",
    [
        "gravide@aabenraa.example",
        "team.misbrug@aabenraa.example",
        "psykiatri@aabenraa.example",
        "rusmiddelcenter@aabenraa.example",
        "kirsten.berggren@aabenraa.example",
        "b291182@aabenraa.example",
        "291182-9996@aabenraa.example",
        "sag-20240507@aabenraa.example",
    ],
)
def test_a_mailbox_that_tells_something_is_refused(mailbox: str) -> None:
    assert refused(to(mailbox)) == "personal-data-in-mailbox"


@pytest.mark.parametrize("name", ["Anna Post", "Anna Sikker", "Anna Svarre Vollesen", "Bo", "Ida Aabenraa"])
def test_a_woman_whose_name_is_one_of_our_words_gets_her_letters_sent(name: str) -> None:
    for kind in ("svar", "kvittering", "underretning"):
        pack(replace(EVERY[kind](), citizen=Citizen(Cpr.parse("2911829996"), name, "Postvej 1, 6200 Aabenraa")))


@given(st.binary(min_size=8, max_size=8))
def test_a_random_reference_is_not_taken_for_a_person(noise: bytes) -> None:
    assert pack(replace(disclosure(), reference=noise.hex())).body


def test_secure_mail_accepts_every_mailbox_of_the_sample_directory() -> None:
    for address in TomlDirectory.sample().all():
        pack(replace(disclosure(), recipient=address))
