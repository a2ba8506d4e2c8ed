"""What may be attached to secure mail, and what it may be called: the same rules on the way out and on the way in.

`<document type>-<reference>[-<n>].<ext>`, with the ending of its kind, checked against what the bytes begin with: the
letter's own forms (secure-mail guide §3), and the kinds of document that an act may bring. Its own name, which may tell
of a person, stands in the letter only (guide §12). An attachment that came in is never opened here; XML and JSON are
only looked through for what would harm a reader: document types, entities, bottomless nesting.
"""

import re
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from xml.parsers import expat

from hub.errors import Undeliverable
from hub.vocabulary.information import KINDS

LONGEST_NAME = 80
DEEPEST = 100  # levels of JSON
MOST = 20  # attachments in one mail
LETTER = "application/pdf"
MEDIA_TYPES = {
    "pdf": frozenset({LETTER}),
    "json": frozenset({"application/fhir+json"}),
    "xml": frozenset({"application/fhir+xml", "application/xml"}),
} | {kind.ending: frozenset({kind.media_type}) for kind in KINDS}
_NAME = re.compile(rf"[a-z]+-[a-z0-9]+(?:-[a-z0-9]+)*\.({'|'.join(MEDIA_TYPES)})")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment: its name, its media type, and its bytes as they are."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What a manifest says of it."""
        return sha256(self.content).hexdigest()

    def __repr__(self) -> str:
        return f"Attached({self.name}, {self.media_type}, {len(self.content)} bytes)"


def refuse_attachment(attached: Attached) -> None:
    """Raise `Undeliverable` with a code unless name, type and beginning agree with each other and with the list."""
    named = _NAME.fullmatch(attached.name) if len(attached.name) <= LONGEST_NAME else None
    if named is None:
        raise Undeliverable("attachment-name-not-allowed")
    if attached.media_type not in MEDIA_TYPES[named[1]]:
        raise Undeliverable("attachment-type-not-allowed")


def refuse_content(attached: Attached) -> None:
    """Raise `Undeliverable` with a code for bytes that are not what the name says, or that would harm a reader."""
    ending = attached.name.rpartition(".")[2]
    harmless = {"json": _is_json, "xml": _is_xml}.get(ending, partial(_begins, ending))
    if not harmless(attached.content):
        raise Undeliverable("attachment-content-not-allowed")


def _begins(ending: str, content: bytes) -> bool:
    return any(kind.ending == ending and kind.beginning.match(content) for kind in KINDS)


def _is_json(content: bytes) -> bool:
    """An object that is not nested deeper than a reader can follow; what it says is the reader's to judge."""
    if not content.lstrip(b" \t\r\n").startswith(b"{"):
        return False
    depth = 0
    for sign in re.findall(rb"[\[{\]}]", _QUOTED.sub(b"", content)):
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST:
            return False
    return depth == 0


def _is_xml(content: bytes) -> bool:
    """Well-formed, without a document type: nothing can be expanded, and nothing fetched (guide §12)."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, Undeliverable):
        return False
    return True


def _no_doctype(*_: object) -> None:
    raise Undeliverable("attachment-content-not-allowed")
