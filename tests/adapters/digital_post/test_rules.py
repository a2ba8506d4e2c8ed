"""Our own rules for a MeMo: every letter keeps them all, and each has something that breaks it."""

from base64 import b64encode
from collections.abc import Iterable

import pytest
from lxml import etree

from adapters.digital_post.rules import RULES, broken
from adapters.digital_post.xml import PREFIXES, named, parse
from tests.adapters.digital_post.messages import KLE, Spoil, attribute, message, packed, put, said
from tests.adapters.documents.letters import EVERY
from tests.people import KIRSTEN

HEADER, BODY = "memo:MessageHeader", "memo:MessageBody"
FILE = f"{BODY}/memo:MainDocument/memo:File"


def no_prefix(root: etree._Element) -> etree._Element:
    """The same message with the namespace as the default one."""
    return parse(etree.tostring(root).replace(b"memo:", b"").replace(b"xmlns:memo=", b"xmlns="))


def another_prefix(root: etree._Element) -> etree._Element:
    return parse(etree.tostring(root).replace(b"memo:", b"m:").replace(b"xmlns:memo=", b"xmlns:m="))


def two_letters(root: etree._Element) -> None:
    document = root.find(f"{BODY}/memo:MainDocument", PREFIXES)
    assert document is not None
    document.append(parse(etree.tostring(document[0])))


def another_root(root: etree._Element) -> None:
    root.tag = named("memo:MessageHeader")


def twice_the_name(root: etree._Element) -> None:
    names = root.findall(".//memo:filename", PREFIXES)
    names[1].text = names[0].text


def as_text(content: bytes) -> str:
    return b64encode(content).decode()


# Each line breaks the rule it is listed under; the guide's negative list (§6, SM-24) is all here.
BREAKS: dict[str, Iterable[Spoil]] = {
    "memo-root": [another_root],
    "memo-prefix": [no_prefix, another_prefix],
    "memo-version": [attribute("memoVersion", "9.9"), attribute("memoVersion", "1.20"), attribute("memoVersion", None)],
    "memo-schema-version": [attribute("memoSchVersion", "1.1.0"), attribute("memoVersion", "1.1")],
    "memo-header": [said(HEADER, None)],
    "memo-body": [said(BODY, None)],
    "message-type": [said(f"{HEADER}/memo:messageType", "NEMSMS")],
    "message-uuid": [said(f"{HEADER}/memo:messageUUID", None)],
    "uuid-v4": [
        said(f"{HEADER}/memo:messageUUID", "0199aaaa-0b5c-7d1e-8f00-a1b2c3d4e5f6"),  # version 7
        said(f"{HEADER}/memo:messageUUID", "c232ab00-9414-11ec-b3c8-9f6bdeced846"),  # version 1
        said(f"{HEADER}/memo:messageUUID", "k7t2"),
    ],
    "date-time-z": [
        said(f"{BODY}/memo:createdDateTime", "2024-05-07T14:41:00+02:00"),
        said(f"{BODY}/memo:createdDateTime", "2024-05-07T14:41:00"),
        said(f"{BODY}/memo:createdDateTime", "2024-02-30T14:41:00Z"),
    ],
    "created": [said(f"{BODY}/memo:createdDateTime", None)],
    "reference": [
        said(f"{HEADER}/memo:messageID", None),
        said(f"{HEADER}/memo:ContentData/memo:CaseID/memo:caseID", "another-case"),
        said(f"{HEADER}/memo:messageID", "kort"),
    ],
    "label": [said(f"{HEADER}/memo:label", text) for text in ("Om din sag", "Sikker post", "Sikker post [andet]")],
    "no-notification": [
        put(HEADER, "memo:notification", "Du har post"),
        put(HEADER, "memo:additionalNotification", "Du har post"),
    ],
    "no-personal-data": [
        said(f"{HEADER}/memo:label", "Sikker post [Kirsten]"),
        said(f"{HEADER}/memo:label", "Til den gravide"),
        said(f"{HEADER}/memo:label", "291182-9996"),
        said(f"{HEADER}/memo:label", "Født 291182"),
        said(f"{FILE}/memo:filename", "svar-berggren.pdf"),
        put(f"{BODY}/memo:MainDocument", "memo:label", "Testpark Allé 48"),
        put(HEADER, "memo:additionalNotification", "Besked til Kirsten"),
    ],
    "not-mandatory": [said(f"{HEADER}/memo:mandatory", text) for text in ("true", "1", None)],
    "no-legal-notification": [said(f"{HEADER}/memo:legalNotification", text) for text in ("true", None)],
    "post-type": [said(f"{HEADER}/memo:postType", text) for text in ("FYSISK", None)],
    "reply-by": [put(HEADER, "memo:replyByDateTime", "2024-05-21T21:59:59Z")],
    "id-type": [
        said(f"{HEADER}/memo:Sender/memo:idType", "P-nummer"),
        said(f"{HEADER}/memo:Recipient/memo:idType", "cvr"),
        said(f"{HEADER}/memo:Recipient/memo:idType", None),
    ],
    "sender-cvr": [said(f"{HEADER}/memo:Sender/memo:idType", "CPR")],
    "recipient-cvr": [said(f"{HEADER}/memo:Recipient/memo:idType", "CPR")],
    "cvr-number": [
        said(f"{HEADER}/memo:Recipient/memo:recipientID", "2918985"),
        said(f"{HEADER}/memo:Recipient/memo:recipientID", "02918985"),
        said(f"{HEADER}/memo:Sender/memo:senderID", "291898541"),
        said(f"{HEADER}/memo:Sender/memo:senderID", None),
    ],
    "contact-point": [
        said(f"{HEADER}/memo:Recipient/memo:ContactPoint", None),
        said(f"{HEADER}/memo:Recipient/memo:ContactPoint/memo:contactPointID", "  "),
    ],
    "no-person": [
        put(f"{HEADER}/memo:Sender/memo:AttentionData", f"memo:{name}") for name in ("AttentionPerson", "EMail")
    ],
    "no-action": [put(f"{BODY}/memo:MainDocument", "memo:Action")],
    "one-letter": [two_letters, said(FILE, None)],
    "no-technical-document": [put(BODY, "memo:TechnicalDocument")],
    "media-type": [
        said(f"{FILE}/memo:encodingFormat", text) for text in ("text/plain", "application/x-msdownload", "")
    ],
    "file-name": [
        said(f"{FILE}/memo:filename", name)
        for name in (
            *(
                "../../etc/passwd",
                "svar-a/b.pdf",
                "C:\\svar-x.pdf",
                "svar-x.pdf.exe",
                "Svar-x.pdf",
                "svar-\u202efdp.pdf",
            ),
            *(f"svar-{'x' * 80}.pdf", "svar x.pdf", "svar.pdf", "svar-k7t2.json", ""),
        )
    ]
    + [twice_the_name],
    "language": [said(f"{FILE}/memo:language", text) for text in ("en", "dansk", None)],
    "content": [said(f"{FILE}/memo:content", text) for text in ("", " ", "%%%", None)],
    "content-type": [said(f"{FILE}/memo:content", as_text(b)) for b in (b"This is a test", b"MZ\x90", b"{}")],
    "text-length": [said(f"{HEADER}/memo:Sender/memo:label", "x" * 257)],
}


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("edition", ["1.1", "1.2"])
def test_every_letter_keeps_every_rule(kind: str, edition: str) -> None:
    """SM-11, SM-24 … SM-27: what we send is what we demand."""
    root = parse(packed(kind, memo=edition, kle=KLE, routes_on_citizen=True))
    assert broken(root, (KIRSTEN.name, KIRSTEN.address, KIRSTEN.cpr.digits)) == ()


def test_every_rule_has_something_that_breaks_it() -> None:
    assert set(BREAKS) == set(RULES)


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, ways in BREAKS.items() for n in range(len(list(ways)))]
)
def test_a_message_that_breaks_a_rule_is_refused_for_that_rule(rule: str, number: int) -> None:
    root = message()
    spoilt = list(BREAKS[rule])[number](root)
    assert rule in broken(root if spoilt is None else spoilt, (KIRSTEN.name, KIRSTEN.address, KIRSTEN.cpr.digits))


def test_the_citizen_a_message_names_is_known_to_the_search() -> None:
    """SM-12: names come from the message itself, too."""
    root = message(routes_on_citizen=True)
    put(f"{HEADER}/memo:ContentData/grd:CPRdata", "grd:name", "Emilie Testesen")(root)
    assert "no-personal-data" not in broken(root)
    said(f"{HEADER}/memo:label", "Plads til Emilie")(root)
    assert "no-personal-data" in broken(root)


def test_a_message_between_organisations_names_no_cpr_number_unless_the_receiver_routes_on_it() -> None:
    """SM-26."""
    number = KIRSTEN.cpr.digits.encode()
    assert number not in packed()
    assert packed(routes_on_citizen=True).count(number) == 1
