"""Our own rules for a MeMo that leaves the house, each with an id; the schema lets through what these refuse.

Secure-mail guide §6 lists what the schemas accept and nobody should send: recipients that are persons, CVR numbers of
seven digits, messages without a body, any media type, empty files, paths as file names, editions that do not exist. The
unofficial 1.2 schema is necessary and not sufficient, so these rules are asked whether a schema is at hand or not.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from adapters.digital_post.memo import POST_TYPE, SCHEMA_VERSION
from adapters.digital_post.readable import tells_of_a_person
from adapters.digital_post.xml import MEMO, PREFIXES, at, named, said

LABELS = ("Sikker post", "Sikker post: anmodning", "Sikker post: svar", "Sikker post: kvittering")
LONGEST_NAME, TEXT, COMMENT = 80, 256, 512
DOCUMENTS = ("MainDocument", "AdditionalDocument")
PDF, BEGINNING = "application/pdf", b"%PDF-"
_NAME = re.compile(r"[a-z]+-[a-z0-9]+(?:-[a-z0-9]+)*\.pdf")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_CVR = re.compile(r"[1-9][0-9]{7}")
_ZULU = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
HEADER, BODY = "memo:MessageHeader", "memo:MessageBody"


@dataclass(frozen=True, slots=True)
class Asked:
    """A message under judgement, and what is known of the persons behind it."""

    root: etree._Element
    persons: tuple[str, ...] = ()

    def header(self, path: str) -> str | None:
        """The text at a path beneath the header."""
        return at(self.root, f"{HEADER}/{path}")

    def all(self, path: str) -> list[etree._Element]:
        """Every element of that name, wherever it stands."""
        return self.root.findall(f".//{path}", PREFIXES)

    def files(self) -> Iterator[tuple[str, etree._Element]]:
        """Every file with the kind of document it lies in."""
        for kind in DOCUMENTS:
            for file in self.root.findall(f"{BODY}/memo:{kind}/memo:File", PREFIXES):
                yield kind, file


def broken(root: etree._Element, persons: Iterable[str] = ()) -> tuple[str, ...]:
    """The ids of the rules that this message breaks, in the order of the table; none for one that may leave."""
    asked = Asked(root, tuple(persons))
    return tuple(rule for rule, holds in RULES.items() if not holds(asked))


def _is_a_message(asked: Asked) -> bool:
    return asked.root.tag == named("memo:Message")


def _prefix(asked: Asked) -> bool:
    ours = asked.root.iter(f"{{{MEMO}}}*")
    return all(element.prefix == "memo" for element in ours)


def _edition(asked: Asked) -> bool:
    return asked.root.get("memoVersion") in SCHEMA_VERSION


def _schema_attribute(asked: Asked) -> bool:
    return asked.root.get("memoSchVersion") == SCHEMA_VERSION.get(asked.root.get("memoVersion") or "")


def _digital_post(asked: Asked) -> bool:
    return asked.header("memo:messageType") == "DIGITALPOST"


def _has_header(asked: Asked) -> bool:
    return asked.root.find(HEADER, PREFIXES) is not None


def _has_body(asked: Asked) -> bool:
    return asked.root.find(BODY, PREFIXES) is not None


def _message_uuid(asked: Asked) -> bool:
    return asked.header("memo:messageUUID") is not None


def _uuids(asked: Asked) -> bool:
    given = [
        element for name in ("messageUUID", "replyUUID", "reservationUUID") for element in asked.all(f"memo:{name}")
    ]
    return all(_UUID4.fullmatch(said(element) or "") for element in given)


def _moments(asked: Asked) -> bool:
    names = ("createdDateTime", "replyByDateTime", "originalMessageDateTime", "startDateTime", "endDateTime")
    return all(_is_moment(said(element) or "") for name in names for element in asked.all(f"memo:{name}"))


def _is_moment(text: str) -> bool:
    if not _ZULU.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _created(asked: Asked) -> bool:
    return at(asked.root, f"{BODY}/memo:createdDateTime") is not None


def _reference(asked: Asked) -> bool:
    """One opaque reference, as the id of the message and of the case (guide §3)."""
    reference = asked.header("memo:messageID")
    case = asked.header("memo:ContentData/memo:CaseID/memo:caseID")
    return reference == case and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{6,38}[A-Za-z0-9]", reference or "") is not None


def _label(asked: Asked) -> bool:
    """The closed list of §5, then the reference."""
    return asked.header("memo:label") in {f"{label} [{asked.header('memo:messageID')}]" for label in LABELS}


def _no_notification(asked: Asked) -> bool:
    return not asked.all("memo:notification") and not asked.all("memo:additionalNotification")


def _readable(asked: Asked) -> bool:
    reference = asked.header("memo:messageID") or ""
    known = (*asked.persons, *_persons(asked))
    return not any(tells_of_a_person(text, reference=reference, known=known) for text in _readable_texts(asked))


def _readable_texts(asked: Asked) -> Iterator[str]:
    """What others than the receiver's own clerks may see: labels of the message and its documents, notices, names."""
    for name in ("messageID", "label", "notification", "additionalNotification"):
        yield asked.header(f"memo:{name}") or ""
    for kind in DOCUMENTS:
        for label in asked.all(f"memo:{kind}/memo:label"):
            yield said(label) or ""
    for _, file in asked.files():
        yield at(file, "memo:filename") or ""


def _persons(asked: Asked) -> Iterator[str]:
    """The persons whom the message itself names."""
    for path in ("grd:CPRdata/grd:cprNumber", "grd:CPRdata/grd:name", "memo:AttentionPerson/memo:label"):
        yield from (said(element) or "" for element in asked.all(path))
    if asked.header("memo:Recipient/memo:idType") == "CPR":
        yield asked.header("memo:Recipient/memo:recipientID") or ""
        yield asked.header("memo:Recipient/memo:label") or ""


def _not_mandatory(asked: Asked) -> bool:
    return asked.header("memo:mandatory") == "false"


def _no_legal_notification(asked: Asked) -> bool:
    return asked.header("memo:legalNotification") == "false"


def _post_type(asked: Asked) -> bool:
    return asked.header("memo:postType") == POST_TYPE


def _reply_by(asked: Asked) -> bool:
    """A moment to answer by belongs to a message that may be answered."""
    return asked.header("memo:replyByDateTime") is None or asked.header("memo:reply") == "true"


def _id_types(asked: Asked) -> bool:
    return (
        all(said(element) in ("CVR", "CPR") for element in asked.all("memo:idType"))
        and len(asked.all("memo:idType")) > 1
    )


def _from_an_organisation(asked: Asked) -> bool:
    return asked.header("memo:Sender/memo:idType") == "CVR"


def _to_an_organisation(asked: Asked) -> bool:
    return asked.header("memo:Recipient/memo:idType") == "CVR"


def _cvr_numbers(asked: Asked) -> bool:
    ends = (("Sender", "senderID"), ("Recipient", "recipientID"), ("Sender/memo:Representative", "representativeID"))
    numbers = [
        asked.header(f"memo:{end}/memo:{name}") or ""
        for end, name in ends
        if asked.header(f"memo:{end}/memo:idType") == "CVR"
    ]
    return all(map(_CVR.fullmatch, numbers))


def _contact_point(asked: Asked) -> bool:
    return bool(asked.header("memo:Recipient/memo:ContactPoint/memo:contactPointID"))


def _no_person(asked: Asked) -> bool:
    """Organisations write to organisations: nobody to look for, no mail, no phone."""
    return not any(asked.all(f"memo:{name}") for name in ("AttentionPerson", "EMail", "Telephone", "ContactInfo"))


def _no_action(asked: Asked) -> bool:
    return not asked.all("memo:Action")


def _one_letter(asked: Asked) -> bool:
    """One main document in one format; further formats would have to say the same, and nobody checks that."""
    return [kind for kind, _ in asked.files()].count("MainDocument") == 1


def _media_types(asked: Asked) -> bool:
    return all(at(file, "memo:encodingFormat") == PDF for _, file in asked.files())


def _no_technical_document(asked: Asked) -> bool:
    """What machines read lies inside the PDF; which file types a technical document may have was not confirmed (§6)."""
    return not asked.all("memo:TechnicalDocument")


def _file_names(asked: Asked) -> bool:
    names = [at(file, "memo:filename") or "" for _, file in asked.files()]
    return len(set(names)) == len(names) and all(len(name) <= LONGEST_NAME and _NAME.fullmatch(name) for name in names)


def _language(asked: Asked) -> bool:
    return all(at(file, "memo:language") == "da" for _, file in asked.files())


def _content(asked: Asked) -> bool:
    return all(_decoded(file) for _, file in asked.files())


def _beginnings(asked: Asked) -> bool:
    """The bytes are a PDF, as far as their beginning tells."""
    return all(_decoded(file).lstrip().startswith(BEGINNING) for _, file in asked.files())


def _decoded(file: etree._Element) -> bytes:
    """The content of a file; nothing when it is empty or not base64."""
    try:
        return b64decode("".join((at(file, "memo:content") or "").split()), validate=True)
    except ValueError:
        return b""


def _lengths(asked: Asked) -> bool:
    for element in asked.root.iter(f"{{{MEMO}}}*"):
        name = etree.QName(element).localname
        if name != "content" and len(element.text or "") > (COMMENT if name == "comment" else TEXT):
            return False
    return True


RULES: dict[str, Callable[[Asked], bool]] = {
    "memo-root": _is_a_message,
    "memo-prefix": _prefix,
    "memo-version": _edition,
    "memo-schema-version": _schema_attribute,
    "memo-header": _has_header,
    "memo-body": _has_body,
    "message-type": _digital_post,
    "message-uuid": _message_uuid,
    "uuid-v4": _uuids,
    "date-time-z": _moments,
    "created": _created,
    "reference": _reference,
    "label": _label,
    "no-notification": _no_notification,
    "no-personal-data": _readable,
    "not-mandatory": _not_mandatory,
    "no-legal-notification": _no_legal_notification,
    "post-type": _post_type,
    "reply-by": _reply_by,
    "id-type": _id_types,
    "sender-cvr": _from_an_organisation,
    "recipient-cvr": _to_an_organisation,
    "cvr-number": _cvr_numbers,
    "contact-point": _contact_point,
    "no-person": _no_person,
    "no-action": _no_action,
    "one-letter": _one_letter,
    "no-technical-document": _no_technical_document,
    "media-type": _media_types,
    "file-name": _file_names,
    "language": _language,
    "content": _content,
    "content-type": _beginnings,
    "text-length": _lengths,
}
