"""The cheap look at what came in: is this a FHIR message at all, and which one? Refuses before anything is validated.

One pass over the bytes; the resources stay raw slices of them. A refusal costs well under 0.1 ms of CPU for a message
of ordinary size (tests/bench/bench_intake.py).
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from adapters.fhir.systems import ACT
from adapters.medcom import systems
from adapters.medcom.elements import Bundle, Entry, MessageHeader
from hub.ports.intake import NotAMessage

MAX_DEPTH = 40  # levels; MedCom's own messages have 13
MAX_ENTRIES = 500
MAX_BRACKETS = 200_000  # objects and lists, opened and closed; a large message is large by its documents
LONGEST_ID = 64  # FHIR R4 §2.24.0.1, `id`
_BOM = b"\xef\xbb\xbf"
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_EMPTY = re.compile(rb"\[\]|\{\}")
_OWN = (
    f"a code of {systems.EVENTS}; {ACT} is the hub's own event, of an act that MedCom has no message for: "
    "a FHIR message to be read as it is, no MedCom message to be checked or sent in"
)
_BUNDLE = msgspec.json.Decoder(Bundle)
_HEADER = msgspec.json.Decoder(MessageHeader)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as far as the cheap look goes: its header, and its entries as they came."""

    bundle: Bundle
    header: MessageHeader
    body: bytes = field(repr=False)

    @property
    def event(self) -> str:
        """Which message it is, a code of `systems.EVENTS`."""
        coding = self.header.event_coding
        return (coding.code if coding else None) or ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries in their order."""
        return self.bundle.entry


def opened(body: bytes) -> Envelope:
    """The envelope of these bytes, or `NotAMessage`."""
    body = body.removeprefix(_BOM)
    bundle = _bundle(body)
    if bundle.resource_type != "Bundle":
        raise NotAMessage("Bundle", "msg-bundle", "a resource of type Bundle")
    if bundle.type != "message":
        pulled = "; a searchset, as GET /fhir/Bundle gives it, holds one message in each entry[].resource"
        raise NotAMessage("Bundle.type", "msg-type", f"`message`{pulled if bundle.type == 'searchset' else ''}")
    if not 0 < len(bundle.entry) <= MAX_ENTRIES:
        raise NotAMessage("Bundle.entry", "msg-entries", f"1 to {MAX_ENTRIES} entries")
    brackets = body.translate(None, _NO_BRACKET)
    if len(brackets) > MAX_BRACKETS:
        raise NotAMessage("Bundle", "msg-elements", f"at most {MAX_BRACKETS // 2} objects and lists")
    if _too_deep(brackets):
        raise NotAMessage("Bundle", "msg-depth", f"at most {MAX_DEPTH} levels")
    return Envelope(bundle, _header(bundle.entry[0]), body)


def content_digest(envelope: Envelope) -> bytes:
    """SHA-256 of what the message says: its entries, in no order that means anything, spacing and names' order aside.

    Full URLs count: references are led by them, so that another one can make the same resources say something else.
    What a sender changes when it sends unchanged content again (Bundle.id and timestamp) does not count.
    `NotAMessage` for a slice that the first look passed over and that is no JSON after all.
    """
    encode, decode = msgspec.json.encode, msgspec.json.decode
    try:
        parts = sorted(encode((entry.full_url, decode(entry.resource)), order="sorted") for entry in envelope.entries)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        raise NotAMessage("Bundle.entry", "msg-json", "JSON in UTF-8 (RFC 8259)") from None
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _bundle(body: bytes) -> Bundle:
    try:
        return _BUNDLE.decode(body)
    except msgspec.ValidationError:
        raise NotAMessage("Bundle", "msg-bundle", "a FHIR Bundle whose entries hold resources") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotAMessage("Bundle", "msg-json", "JSON in UTF-8 (RFC 8259)") from None
    except RecursionError:
        raise NotAMessage("Bundle", "msg-depth", f"at most {MAX_DEPTH} levels") from None


def _header(first: Entry) -> MessageHeader:
    at = "Bundle.entry[0].resource"
    try:
        header = _HEADER.decode(first.resource)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotAMessage(at, "msg-header-first", "the MessageHeader, first of all entries") from None
    if header.resource_type != "MessageHeader":
        raise NotAMessage(at, "msg-header-first", "the MessageHeader, first of all entries")
    if header.id is None or not _ID.fullmatch(header.id):
        raise NotAMessage(f"{at}.id", "hdr-id", "a UUID, by which the message is acknowledged")
    if header.event_coding is None or header.event_coding.system != systems.EVENTS:
        says = _OWN if header.event_coding and header.event_coding.system == ACT else f"a code of {systems.EVENTS}"
        raise NotAMessage(f"{at}.eventCoding", "hdr-event", says, systems.UNKNOWN_SYSTEM)
    if header.event_coding.code not in systems.KNOWN_EVENTS:
        raise NotAMessage(f"{at}.eventCoding.code", "hdr-event", "a known event code", systems.UNKNOWN_VALUE)
    return header


def _too_deep(brackets: bytes) -> bool:
    """More than MAX_DEPTH levels of brackets, counted by taking empty pairs away, one level a pass.

    Brackets inside of strings can hide depth from this look; the full validation counts exactly.
    """
    for _ in range(MAX_DEPTH):
        fewer = _EMPTY.sub(b"", brackets)
        if len(fewer) == len(brackets):
            return False
        brackets = fewer
    return bool(brackets) and len(_EMPTY.sub(b"", brackets)) < len(brackets)
