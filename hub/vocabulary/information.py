"""What may travel: items of information, each of one category, about one person.

Categories and purposes are open words (law/decisions.yaml): one that no consent or request names is covered by nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from hub.vocabulary.identification import ForeignNumber, Identification, NameAndBirth, ReplacementNumber
from hub.vocabulary.identifiers import Cpr


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document that goes along as it is: its media type, the ending of its name, and how its bytes begin."""

    media_type: str
    ending: str
    beginning: re.Pattern[bytes]


KINDS = (
    DocumentKind("application/pdf", "pdf", re.compile(rb"%PDF-")),
    DocumentKind("image/jpeg", "jpg", re.compile(rb"\xff\xd8\xff")),
    DocumentKind("image/png", "png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    DocumentKind("image/heic", "heic", re.compile(rb".{4}ftyp(?:heic|heix|mif1)", re.DOTALL)),
    DocumentKind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", re.compile(rb"PK\x03\x04")
    ),
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that goes along. `content` is the bytes as they came; they are never re-encoded."""

    name: str
    content_type: str
    content: bytes

    @property
    def kind(self) -> DocumentKind | None:
        """The kind that it says it is and begins like; None for every other, and for one that is not what it says."""
        said = (kind for kind in KINDS if kind.media_type == self.content_type)
        return next((kind for kind in said if kind.beginning.match(self.content)), None)

    @property
    def is_pdf(self) -> bool:
        """Is it what it says, and a form that a person can open as it is?"""
        return self.kind is not None and self.kind.ending == "pdf"

    def __repr__(self) -> str:
        return f"Attachment({self.content_type}, {len(self.content)} bytes)"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of information: its category, its words or its document, and whether it stands in the journal."""

    category: str
    text: str = ""
    journalised: bool = True
    attachment: Attachment | None = None

    def __repr__(self) -> str:
        return f"Item({self.category})"


@dataclass(frozen=True, slots=True)
class Citizen:
    """The woman the case is about, as a unit stated her: by a number, or by her name and date of birth alone.

    `protected` says that her name and address are protected (CPR-loven § 28). `born` is for a woman without a CPR
    number; with one, the number says it.
    """

    cpr: Cpr | None
    name: str
    address: str = ""
    protected: bool = False
    replacement: ReplacementNumber | None = None
    foreign: ForeignNumber | None = None
    born: date | None = None

    @property
    def birth_date(self) -> date | None:
        """From the CPR number, or else as stated; a replacement number does not state the century."""
        return self.cpr.birth_date if self.cpr else self.born

    @property
    def numbers(self) -> tuple[Identification, ...]:
        """The numbers she is known by, the strongest first; each is one woman's alone."""
        return tuple(number for number in (self.cpr, self.replacement, self.foreign) if number is not None)

    @property
    def by_strongest(self) -> "Citizen":
        """The same, known by her strongest number alone: what a letter names her by, without her aliases."""
        numbers = self.numbers[:1]
        return replace(
            self,
            replacement=self.replacement if self.replacement in numbers else None,
            foreign=self.foreign if self.foreign in numbers else None,
        )

    @property
    def identifications(self) -> tuple[Identification, ...]:
        """All that she is known by, the strongest first. Her name is one where a date of birth was stated with it."""
        return self.numbers if self.born is None else (*self.numbers, NameAndBirth(self.name, self.born))

    def known_before_as(self, earlier: "Citizen") -> "Citizen":
        """The same with what she was known by before and is not stated anew: the earlier stays as an alias."""
        return replace(
            self,
            cpr=self.cpr or earlier.cpr,
            replacement=self.replacement or earlier.replacement,
            foreign=self.foreign or earlier.foreign,
            born=self.born or earlier.born,
        )

    def __repr__(self) -> str:
        return "Citizen(…)"


ELSEWHERE = ("municipality", "abroad", "unknown")  # outside the directory: another municipality, another country, …


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where she lives when it is no municipality of the directory: another one, abroad, or at no known address.

    `name` is the municipality, or the country if it is known, in words.
    """

    where: str
    name: str = ""


def categories(items: tuple[Item, ...]) -> tuple[str, ...]:
    """The categories of these items, each once, in the order they first appear."""
    return tuple(dict.fromkeys(item.category for item in items))


def content_digest(items: tuple[Item, ...]) -> str:
    """SHA-256, in hexadecimal, of the words and documents: each part preceded by its length in eight bytes."""
    digest = sha256()
    for item in items:
        attachment = item.attachment
        parts = [item.category.encode(), item.text.encode()]
        parts += [attachment.name.encode(), attachment.content_type.encode(), attachment.content] if attachment else []
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
