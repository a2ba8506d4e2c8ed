"""What a CareCommunication says, payload by payload: date, identifier, author and contact, words or a document."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from adapters.medcom import systems
from adapters.medcom.elements import Communication, Extension, Organization, Payload, Practitioner, PractitionerRole
from adapters.medcom.message import Message, Placed, extensions, is_urn_uuid, is_zoned
from adapters.medcom.rule import Rule

_PHONE = re.compile(r"(?:\+|00)?[0-9][0-9 ]{2,19}[0-9]", re.ASCII)
Said = tuple[str, Payload]


def text(m: Message) -> Iterator[str]:
    for communication in m.of(Communication):
        if not any(payload.content_string is not None for payload in communication.resource.payload):
            yield f"{communication.path}.payload"


def content(m: Message) -> Iterator[str]:
    """The slices are closed: `contentReference`, which base FHIR has, is none of them."""
    for path, said in _payloads(m):
        if said.content_string is None and said.content_attachment is None:
            yield path


def line_break(m: Message) -> Iterator[str]:
    return (f"{path}.contentString" for path, said in _payloads(m) if "\r" in (said.content_string or ""))


def _once(url: str, *, of_documents: bool) -> Callable[[Message], Iterator[str]]:
    """The extension stands once on every text; on a document once, or where it is optional once at most."""

    def broken(m: Message) -> Iterator[str]:
        for path, said in _payloads(m):
            least = 1 if said.content_attachment is None or of_documents else 0
            if not least <= len(extensions(said.extension, url)) <= 1:
                yield f"{path}.extension"

    return broken


def date(m: Message) -> Iterator[str]:
    for path, said in _extensions(m, systems.DATE):
        if not is_zoned(said.value_date_time):
            yield f"{path}.valueDateTime"


def identifier(m: Message) -> Iterator[str]:
    for path, said in _extensions(m, systems.IDENTIFIER):
        found = said.value_identifier
        if found is None or not is_urn_uuid(found.value, version=4):
            yield f"{path}.valueIdentifier.value"


def identifier_once(m: Message) -> Iterator[str]:
    values = [(path, said.value_identifier) for path, said in _extensions(m, systems.IDENTIFIER)]
    times = Counter(found.value for _, found in values if found is not None)
    return (path for path, found in values if found is not None and times[found.value] > 1)


def assigner(m: Message) -> Iterator[str]:
    for path, said in _extensions(m, systems.IDENTIFIER):
        found = said.value_identifier
        if found is not None and m.led_to(found.assigner, Organization) is None:
            yield f"{path}.valueIdentifier.assigner"


def author(m: Message) -> Iterator[str]:
    for path, said in _extensions(m, systems.AUTHOR):
        if m.led_to(said.value_reference, PractitionerRole) is None:
            yield f"{path}.valueReference"


def contact(m: Message) -> Iterator[str]:
    for path, said in _extensions(m, systems.CONTACT):
        found = said.value_contact_point
        if found is None or found.system != "phone" or not _PHONE.fullmatch(found.value or ""):
            yield f"{path}.valueContactPoint"


def practitioner(m: Message) -> Iterator[str]:
    for role in _authors(m):
        if m.led_to(role.resource.practitioner, Practitioner) is None:
            yield f"{role.path}.practitioner"


def role_code(m: Message) -> Iterator[str]:
    """In code or in words, never both and never neither (cc-7)."""
    for role in _authors(m):
        codes = role.resource.code
        if not codes or any(bool(one.coding) == bool((one.text or "").strip()) for one in codes):
            yield f"{role.path}.code"


def practitioner_name(m: Message) -> Iterator[str]:
    for role in _authors(m):
        person = m.led_to(role.resource.practitioner, Practitioner)
        if person is not None and not any(one.family or one.text or one.given for one in person.resource.name):
            yield f"{person.path}.name"


def title(m: Message) -> Iterator[str]:
    for path, said in _documents(m):
        if not (said.content_attachment and (said.content_attachment.title or "").strip()):
            yield f"{path}.contentAttachment.title"


def media(m: Message) -> Iterator[str]:
    for path, said in _documents(m):
        found = said.content_attachment
        optional = found is not None and found.data is None and found.url is None and found.content_type is None
        if found is not None and not optional and found.content_type not in systems.MEDIA:
            yield f"{path}.contentAttachment.contentType"


def creation(m: Message) -> Iterator[str]:
    for path, said in _documents(m):
        found = said.content_attachment
        if found is not None and found.creation is not None and not is_zoned(found.creation):
            yield f"{path}.contentAttachment.creation"


def document(m: Message) -> Iterator[str]:
    """The document goes along; only a reply may leave out what was exchanged before."""
    added = {
        one.what.identifier.value
        for element in m.current
        for one in element.resource.entity
        if one.role == "source" and one.what is not None and one.what.identifier is not None
    }
    reply = any(
        coding.code == systems.REPLY
        for element in m.current
        if element.resource.activity is not None
        for coding in element.resource.activity.coding
    )
    for path, said in _documents(m):
        found = said.content_attachment
        named = {
            one.value_identifier.value
            for one in extensions(said.extension, systems.IDENTIFIER)
            if one.value_identifier is not None
        }
        if found is not None and not found.data and not found.url and (not reply or named & added):
            yield f"{path}.contentAttachment.data"


def _payloads(m: Message) -> Iterator[Said]:
    for communication in m.of(Communication):
        for place, payload in enumerate(communication.resource.payload):
            yield f"{communication.path}.payload[{place}]", payload


def _documents(m: Message) -> Iterator[Said]:
    return ((path, said) for path, said in _payloads(m) if said.content_attachment is not None)


def _extensions(m: Message, url: str) -> Iterator[tuple[str, Extension]]:
    for path, said in _payloads(m):
        for place, extension in enumerate(said.extension):
            if extension.url == url:
                yield f"{path}.extension[{place}]", extension


def _authors(m: Message) -> tuple[Placed[PractitionerRole], ...]:
    """Every role that is an author of something here, each once."""
    found = (m.led_to(said.value_reference, PractitionerRole) for _, said in _extensions(m, systems.AUTHOR))
    return tuple({role.path: role for role in found if role is not None}.values())


RULES = (
    Rule("cc-text", "at least one payload of text (payload:string 1..*)", text),
    Rule("cc-content", "a payload is a text or a document, nothing else", content),
    Rule("cc-line-break", "a line ends with \\n alone", line_break),
    Rule("cc-date", "the date extension, once for each payload", _once(systems.DATE, of_documents=True)),
    Rule("cc-date-zone", "the moment a payload was written, with its time zone", date, systems.DATE_FORMAT),
    Rule(
        "cc-payload-id", "the identifier extension, once for each payload", _once(systems.IDENTIFIER, of_documents=True)
    ),
    Rule("cc-payload-uuid", "urn:uuid: and a lower-case UUID version 4", identifier),
    Rule("cc-payload-once", "no two payloads have one identifier", identifier_once, systems.DUPLICATE_ID),
    Rule("cc-assigner", "who gave the identifier: an Organization of the Bundle", assigner),
    Rule("cc-author", "the author extension, once for each text", _once(systems.AUTHOR, of_documents=False)),
    Rule("cc-author-role", "the author: a PractitionerRole of the Bundle", author),
    Rule("cc-contact", "the contact extension, once for each text", _once(systems.CONTACT, of_documents=False)),
    Rule("cc-contact-phone", "a telephone number, system `phone`", contact),
    Rule("cc-practitioner", "the author's role names a Practitioner of the Bundle (cc-13)", practitioner),
    Rule("cc-role-code", "the author's role in code or in words, not both (cc-7)", role_code),
    Rule("cc-practitioner-name", "the author has a name (cc-4, cc-8)", practitioner_name),
    Rule("cc-title", "a document has a title", title),
    Rule("cc-media", "a document is a PDF or an image: gif, jpeg, png, tiff, bmp", media, systems.UNKNOWN_VALUE),
    Rule("cc-creation", "the moment a document was made, with its time zone", creation, systems.DATE_FORMAT),
    Rule("cc-document", "a document is there as data or url; only what a reply repeats may lack it", document),
)
