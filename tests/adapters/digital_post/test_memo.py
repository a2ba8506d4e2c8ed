"""MeMo as text: the prefix, the order, both editions against the schemas, and reading back."""

import re
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.digital_post.memo import File, Message, Recipient, Reply, Sender, read, write
from adapters.digital_post.rules import broken
from adapters.digital_post.schema import Schemas
from adapters.digital_post.xml import LARGEST, PREFIXES, named, parse
from hub.errors import Unreadable
from tests.adapters.digital_post.messages import KLE, MUNICIPALITY, PDF, POINT, REGION, packed
from tests.adapters.documents.letters import EVERY, RECORDED

FULL = Message(
    version="1.2",
    uuid=UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d"),
    reference="k7t2-9fqd-xm4w",
    code="TV-anmodning",
    label="Sikker post: anmodning [k7t2-9fqd-xm4w]",
    created=datetime(2024, 5, 7, 12, 41, tzinfo=UTC),
    sender=Sender(cvr=REGION, label="Sygehus Sønderjylland, Familieambulatoriet", sor="468031000016004"),
    recipient=Recipient(cvr=MUNICIPALITY, label="Aabenraa Kommune, Familieafdelingen", contact_point=POINT),
    main=File("application/pdf", "anmodning-k7t2-9fqd-xm4w.pdf", PDF),
    reply=True,
    reply_by=datetime(2024, 5, 21, 21, 59, 59, tzinfo=UTC),
    citizen="2911829996",
    kle=KLE,
    answers=Reply(message=UUID("7e1f0f5c-5d43-4b2f-8f55-0a4b9f0d6e11"), case="aaaa-bbbb-cccc", contact_point=POINT),
    additional=(File("application/pdf", "anmodning-k7t2-9fqd-xm4w-1.pdf", PDF),),
)


@pytest.fixture(scope="session")
def schemas(shared: Path) -> Schemas:
    """The MeMo schemas as an operator would lay them in a folder; missing together with ../shared, and said so."""
    return Schemas.read(shared / "standards" / "memo")


@pytest.mark.parametrize("edition", ["1.1", "1.2"])
def test_a_message_with_everything_in_it_is_valid(edition: str, schemas: Schemas) -> None:
    """SM-24."""
    root = parse(write(replace(FULL, version=edition)))
    assert schemas.editions == ("1.1", "1.2")
    assert schemas.allows(root)
    assert broken(root) == ()


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("edition", ["1.1", "1.2"])
def test_every_letter_is_valid(kind: str, edition: str, schemas: Schemas) -> None:
    """SM-24."""
    assert schemas.allows(parse(packed(kind, memo=edition)))


@pytest.mark.parametrize(("edition", "other"), [("1.1", "1.2"), ("1.2", "1.1")])
def test_one_edition_is_not_taken_for_the_other(edition: str, other: str, schemas: Schemas) -> None:
    root = parse(write(replace(FULL, version=edition)))
    root.set("memoVersion", other)
    assert not schemas.allows(root) or broken(root)


@pytest.mark.parametrize("spoilt", [b"<memo:idType>", b"<memo:recipientID>", b"<memo:messageUUID>", b"<memo:content>"])
def test_a_schema_refuses_what_is_out_of_order(spoilt: bytes, schemas: Schemas) -> None:
    document = write(FULL).replace(spoilt, b"<memo:reply>", 1).replace(spoilt.replace(b"<", b"</"), b"</memo:reply>", 1)
    assert not schemas.allows(parse(document))


def test_the_prefix_is_memo_on_every_element_and_the_text_is_utf_8() -> None:
    """SM-25."""
    text = write(FULL)
    assert text.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<memo:Message ")
    assert set(re.findall(rb"</?([a-z]+):", text)) == {b"memo", b"grd", b"kle", b"sor"}
    assert not re.search(rb"</?[A-Za-z]+[ >/]", text)
    assert b"xmlns=" not in text
    assert "Sønderjylland".encode() in text


def test_every_moment_ends_in_z_and_every_uuid_is_version_4() -> None:
    """SM-25."""
    text = write(replace(FULL, created=RECORDED)).decode()
    moments = re.findall(r"DateTime>([^<]+)<", text)
    assert moments == ["2024-05-21T21:59:59Z", "2024-05-07T12:41:00Z"]
    assert {UUID(found).version for found in re.findall(r"UUID>([^<]+)<", text)} == {4}


def test_mandatory_and_legal_notification_are_written_out_and_notifications_are_not_there() -> None:
    """SM-27."""
    text = write(FULL).decode()
    assert "<memo:mandatory>false</memo:mandatory><memo:legalNotification>false</memo:legalNotification>" in text
    assert "otification>" not in text.replace("legalNotification", "")


def test_the_schema_attribute_belongs_to_1_1_alone() -> None:
    assert b' memoVersion="1.2"' in write(FULL)
    assert b"memoSchVersion" not in write(FULL)
    assert b' memoVersion="1.1" memoSchVersion="1.1.0"' in write(replace(FULL, version="1.1"))


@pytest.mark.parametrize("edition", ["1.1", "1.2"])
def test_what_is_written_is_read_again(edition: str) -> None:
    message = replace(FULL, version=edition)
    assert read(write(message)) == message
    plain = replace(message, citizen=None, kle=None, answers=None, reply=False, reply_by=None, additional=())
    assert read(write(plain)) == plain


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1).filter(
    lambda text: text == text.strip()
)


@given(TEXTS)
def test_any_text_stays_text(text: str) -> None:
    message = replace(FULL, sender=replace(FULL.sender, label=text))
    assert read(write(message)) == message


@pytest.mark.parametrize("text", ["a\x00b", "\x08", "\ud800", "\ufffe"])
def test_text_that_xml_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as complaint:
        write(replace(FULL, label=text))
    assert complaint.value.field == "memo:label"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<memo",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x.dtd">%b;]><a/>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"<a>" + b" " * LARGEST + b"</a>",
    ],
)
def test_xml_is_read_without_document_types_entities_or_network(document: bytes) -> None:
    """SM-32."""
    with pytest.raises(Unreadable) as complaint:
        parse(document)
    assert "passwd" not in str(complaint.value)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a SYSTEM "{file}"><a/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "{file}">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY % b SYSTEM "{file}">%b;]><a/>',
    ],
)
def test_the_file_that_a_document_type_names_is_never_opened(doctype: str, tmp_path: Path) -> None:
    """SM-32: whoever opened it would stumble over what stands there, and complain of that."""
    (tmp_path / "spoilt").write_bytes(b"<!ENTITY \x00 <")
    with pytest.raises(Unreadable, match="without a document type"):
        parse(doctype.format(file=(tmp_path / "spoilt").as_uri()).encode())


def test_no_schema_is_fetched(tmp_path: Path) -> None:
    """SM-32: a schema that imports from elsewhere is refused, and nobody is asked for it."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        (tmp_path / "MeMo_core.xsd").write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="1.1"><xs:import namespace="urn:x" '
            f'schemaLocation="http://127.0.0.1:{elsewhere.getsockname()[1]}/x.xsd"/>'
            '<xs:element name="a" type="x:a" xmlns:x="urn:x"/></xs:schema>'
        )
        with pytest.raises(Unreadable, match="imports lie beside it"):
            Schemas.read(tmp_path)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_a_bomb_of_entities_is_refused_at_once() -> None:
    """SM-32."""
    levels = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(Unreadable):
        parse(f'<!DOCTYPE a [<!ENTITY x0 "ha">{levels}]><a>&x11;</a>'.encode())


@pytest.mark.parametrize(
    "document",
    [b"<a/>", write(FULL).replace(b'"1.2"', b'"1.1"'), write(FULL).replace(b"0b8f6c1e", b"not-a-id", 1)],
)
def test_another_document_is_no_message_of_ours(document: bytes) -> None:
    with pytest.raises(Unreadable):
        read(document)


def test_neither_a_message_nor_a_file_shows_what_it_holds() -> None:
    assert "2911829996" not in repr(FULL)
    assert "%PDF" not in repr(FULL.main)


def test_a_folder_without_schemas_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="MeMo_core"):
        Schemas.read(tmp_path)
    (tmp_path / "MeMo_core.xsd").write_text("no schema")
    with pytest.raises(Unreadable, match="MeMo_core"):
        Schemas.read(tmp_path)


def test_a_message_of_an_edition_without_a_schema_is_left_to_our_rules(tmp_path: Path) -> None:
    (tmp_path / "MeMo_core.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="1.1"><xs:element name="nothing"/></xs:schema>'
    )
    schemas = Schemas.read(tmp_path)
    assert schemas.allows(parse(write(FULL)))
    assert not schemas.allows(parse(write(replace(FULL, version="1.1"))))
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "MeMo_core.xsd").write_text((tmp_path / "MeMo_core.xsd").read_text())
    with pytest.raises(Unreadable, match="each edition"):
        Schemas.read(tmp_path)


def test_the_published_samples_are_read_and_refused(shared: Path, schemas: Schemas) -> None:
    """They are addressed to persons and hold a stand-in for a PDF; the schema lets both through, and we do not."""
    samples = sorted((shared / "standards" / "memo" / "samples").glob("*.xml"))
    assert len(samples) >= 3
    for sample in samples:
        root = parse(sample.read_bytes())
        assert schemas.allows(root)
        assert {"recipient-cvr", "contact-point", "content-type", "file-name"} <= set(broken(root))


def test_the_child_in_the_official_full_sample_is_found() -> None:
    """SM-12, guide §6: the full sample tells a child's name in additionalNotification; here the child is invented."""
    root = parse(write(replace(FULL, citizen=None)))
    content = root.find(".//memo:ContentData", PREFIXES)
    assert content is not None
    etree.SubElement(etree.SubElement(content, named("grd:CPRdata")), named("grd:name")).text = "Emilie Testesen"
    notice = etree.SubElement(root[0], named("memo:additionalNotification"))
    notice.text = "Du har fået digital post om din ansøgning om børnehaveplads til Emilie Testesen"
    assert {"no-notification", "no-personal-data"} <= set(broken(root))
    notice.text = "Du har fået digital post om din ansøgning om børnehaveplads"
    assert "no-personal-data" not in broken(root)
    assert "no-notification" in broken(root)
