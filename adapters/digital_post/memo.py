"""A MeMo message, editions 1.1 and 1.2: what we put into one, written in the order that the schema fixes.

Every element carries the prefix `memo` literally, because SF1601 has been seen to refuse any other (secure-mail guide
§6). What the schema allows and we never send – notifications, actions, persons to look for, technical documents, NemSMS
– has no place here.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from lxml import etree

from adapters.digital_post.xml import PREFIXES, at, named, parse, written
from hub.errors import Unreadable
from hub.ports.directory import Kle

V1_1, V1_2 = "1.1", "1.2"
SCHEMA_VERSION = {V1_1: "1.1.0", V1_2: None}  # the attribute memoSchVersion went away with 1.2
POST_TYPE = "MYNDIGHEDSPOST"
SYSTEM = "Tværspor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An organisation, and the unit of it that writes."""

    cvr: str
    label: str
    sor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An organisation, and the contact point that sorts its post."""

    cvr: str
    label: str
    contact_point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The message this one answers: its id, its reference, and the contact point it named."""

    message: UUID
    case: str
    contact_point: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One file, always in Danish."""

    media_type: str
    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"File({self.name}, {self.media_type}, {len(self.content)} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """All that we say in a MeMo. `citizen` is a CPR number, only where the receiver routes on it."""

    version: str
    uuid: UUID
    reference: str
    code: str
    label: str
    created: datetime
    sender: Sender
    recipient: Recipient
    main: File
    reply: bool = False
    reply_by: datetime | None = None
    citizen: str | None = None
    kle: Kle | None = None
    answers: Reply | None = None
    additional: tuple[File, ...] = ()

    def __repr__(self) -> str:
        return f"Message({self.uuid})"


def write(message: Message) -> bytes:
    """The message as XML in UTF-8; the same message gives the same bytes."""
    root = etree.Element(named("memo:Message"), nsmap=PREFIXES)
    root.set("memoVersion", message.version)
    if (schema := SCHEMA_VERSION[message.version]) is not None:
        root.set("memoSchVersion", schema)
    _header(_beneath(root, "memo:MessageHeader"), message)
    _body(_beneath(root, "memo:MessageBody"), message)
    return written(root)


def _header(header: etree._Element, message: Message) -> None:
    _say(header, "memo:messageType", "DIGITALPOST")
    _say(header, "memo:messageUUID", str(message.uuid))
    _say(header, "memo:messageID", message.reference)
    _say(header, "memo:messageCode", message.code)
    _say(header, "memo:label", message.label)
    _say(header, "memo:reply", "true" if message.reply else "false")
    _say(header, "memo:replyByDateTime", zulu(message.reply_by) if message.reply_by else None)
    _say(header, "memo:mandatory", "false")
    _say(header, "memo:legalNotification", "false")
    _say(header, "memo:postType", POST_TYPE)
    _sender(_beneath(header, "memo:Sender"), message.sender)
    _recipient(_beneath(header, "memo:Recipient"), message.recipient)
    _content_data(_beneath(header, "memo:ContentData"), message)
    if message.answers is not None:
        _reply(_beneath(header, "memo:ReplyData"), message.answers)


def _sender(element: etree._Element, sender: Sender) -> None:
    _say(element, "memo:senderID", sender.cvr)
    _say(element, "memo:idType", "CVR")
    _say(element, "memo:label", sender.label)
    attention = _beneath(element, "memo:AttentionData")
    system = _beneath(attention, "memo:GeneratingSystem")
    _say(system, "memo:generatingSystemID", SYSTEM)
    if sender.sor is not None:
        _say(_beneath(attention, "sor:SORdata"), "sor:sorIdentifier", sender.sor)


def _recipient(element: etree._Element, recipient: Recipient) -> None:
    _say(element, "memo:recipientID", recipient.cvr)
    _say(element, "memo:idType", "CVR")
    _say(element, "memo:label", recipient.label)
    _say(_beneath(element, "memo:ContactPoint"), "memo:contactPointID", recipient.contact_point)


def _content_data(element: etree._Element, message: Message) -> None:
    if message.citizen is not None:
        _say(_beneath(element, "grd:CPRdata"), "grd:cprNumber", message.citizen)
    case = _beneath(element, "memo:CaseID")
    _say(case, "memo:caseID", message.reference)
    _say(case, "memo:caseSystem", SYSTEM)
    if message.kle is not None:
        kle = _beneath(element, "kle:KLEdata")
        _say(kle, "kle:subjectKey", message.kle.key)
        _say(kle, "kle:version", message.kle.version)
        _say(kle, "kle:label", message.kle.label)


def _reply(element: etree._Element, answered: Reply) -> None:
    _say(element, "memo:messageUUID", str(answered.message))
    _say(element, "memo:caseID", answered.case)
    _say(element, "memo:contactPointID", answered.contact_point)


def _body(body: etree._Element, message: Message) -> None:
    _say(body, "memo:createdDateTime", zulu(message.created))
    _document(body, "memo:MainDocument", message.main)
    for file in message.additional:
        _document(body, "memo:AdditionalDocument", file)


def _document(body: etree._Element, kind: str, file: File) -> None:
    element = _beneath(_beneath(body, kind), "memo:File")
    _say(element, "memo:encodingFormat", file.media_type)
    _say(element, "memo:filename", file.name)
    _say(element, "memo:language", "da")
    _say(element, "memo:content", b64encode(file.content).decode())


def _beneath(parent: etree._Element, tag: str) -> etree._Element:
    return etree.SubElement(parent, named(tag))


def _say(parent: etree._Element, tag: str, text: str | None) -> None:
    if text is not None:
        try:
            _beneath(parent, tag).text = text
        except ValueError:  # lxml refuses what XML cannot hold, such as a control character
            raise Unreadable("text that XML can hold", field=tag) from None


def zulu(moment: datetime) -> str:
    """A moment as MeMo writes it: UTC, whole seconds, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(document: bytes) -> Message:
    """What one of our messages, of either edition, says; `Unreadable` for anything else.

    Reading is not judging: adapters.digital_post.rules says whether a message may be sent or taken in.
    """
    root = parse(document)
    try:
        return _read(root)
    except (AttributeError, KeyError, ValueError):
        raise Unreadable("a MeMo message from one organisation to another", source="MeMo 1.1, 1.2") from None


def _read(root: etree._Element) -> Message:
    header, body = _found(root, "memo:MessageHeader"), _found(root, "memo:MessageBody")
    version = root.get("memoVersion", "")
    if root.tag != named("memo:Message") or root.get("memoSchVersion") != SCHEMA_VERSION[version]:
        raise KeyError
    (main,) = _files(body, "memo:MainDocument")
    reply_by = at(header, "memo:replyByDateTime")
    return Message(
        version=version,
        uuid=UUID(_text(header, "memo:messageUUID")),
        reference=_text(header, "memo:messageID"),
        code=_text(header, "memo:messageCode"),
        label=_text(header, "memo:label"),
        created=datetime.fromisoformat(_text(body, "memo:createdDateTime")),
        sender=Sender(
            cvr=_text(header, "memo:Sender/memo:senderID"),
            label=_text(header, "memo:Sender/memo:label"),
            sor=at(header, "memo:Sender/memo:AttentionData/sor:SORdata/sor:sorIdentifier"),
        ),
        recipient=Recipient(
            cvr=_text(header, "memo:Recipient/memo:recipientID"),
            label=_text(header, "memo:Recipient/memo:label"),
            contact_point=_text(header, "memo:Recipient/memo:ContactPoint/memo:contactPointID"),
        ),
        main=main,
        reply=at(header, "memo:reply") in ("true", "1"),
        reply_by=datetime.fromisoformat(reply_by) if reply_by else None,
        citizen=at(header, "memo:ContentData/grd:CPRdata/grd:cprNumber"),
        kle=_read_kle(header.find("memo:ContentData/kle:KLEdata", PREFIXES)),
        answers=_read_reply(header.find("memo:ReplyData", PREFIXES)),
        additional=_files(body, "memo:AdditionalDocument"),
    )


def _read_kle(element: etree._Element | None) -> Kle | None:
    if element is None:
        return None
    return Kle(
        key=_text(element, "kle:subjectKey"),
        version=_text(element, "kle:version"),
        label=_text(element, "kle:label"),
    )


def _read_reply(element: etree._Element | None) -> Reply | None:
    if element is None:
        return None
    return Reply(
        message=UUID(_text(element, "memo:messageUUID")),
        case=_text(element, "memo:caseID"),
        contact_point=at(element, "memo:contactPointID"),
    )


def _files(body: etree._Element, kind: str) -> tuple[File, ...]:
    return tuple(
        File(
            _text(file, "memo:encodingFormat"),
            _text(file, "memo:filename"),
            b64decode(_text(file, "memo:content"), validate=True),
        )
        for file in body.findall(f"{kind}/memo:File", PREFIXES)
    )


def _found(root: etree._Element, path: str) -> etree._Element:
    element = root.find(path, PREFIXES)
    if element is None:
        raise KeyError
    return element


def _text(root: etree._Element, path: str) -> str:
    text = at(root, path)
    if not text:
        raise KeyError
    return text
