"""The types that bodies are made of: parsed once, at the edge, into the hub's own nouns.

Every refusal names the field (pydantic's location), the rule, and where there is one the rule's source.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hub.errors import Unreadable
from hub.law.facts import FIRST_YEAR, LAST_YEAR
from hub.vocabulary.identification import ForeignNumber, ReplacementNumber
from hub.vocabulary.identifiers import Cpr, Ean
from hub.vocabulary.information import Attachment, Item
from hub.vocabulary.organisations import Unit

MAX_LIST = 200  # entries in one list
MAX_TEXT = 20_000  # characters in one field; a journal note is shorter
MAX_NAME = 200  # characters in a line: a name, an address
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_D = TypeVar("_D", date, datetime)
_NAME = re.compile(r"[^\W_](?:[\w .,()&+'-]{0,118}[\w)])?")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")


def complain(rule: str, source: str = "", at: str = "") -> PydanticCustomError:
    """The complaint about one field, as pydantic carries it; `at` is where inside the field, if it has parts."""
    return PydanticCustomError("rule", "{rule}", {"rule": rule, "source": source, "at": (at,) if at else ()})


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise complain("a moment with zone, e.g. 2024-05-07T14:30:00+02:00", "RFC 3339")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise complain("a moment that exists, with zone, e.g. 2024-05-07T14:30:00+02:00", "RFC 3339") from None
    return _in_these_centuries(moment)


def _asked(value: object) -> object:
    """In a query a `+` that was not escaped arrives as a space; a moment holds no other."""
    return value.replace(" ", "+") if isinstance(value, str) else value


def _in_these_centuries(day: _D) -> _D:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise complain(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise complain("a day, e.g. 2024-05-07", "RFC 3339 full-date")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise complain("a day that exists, e.g. 2024-05-07", "RFC 3339 full-date") from None
    return _in_these_centuries(day)


def _speakable(value: str) -> str:
    """Free text holds no control characters but line breaks and tabs, no lone surrogates, no reordering marks."""
    for sign in value:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t":
            raise complain("text without control characters")
        if sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff":
            raise complain("text without marks that reorder what is read")
    return value


def _composed(value: str) -> str:
    """As most systems write it: some take `å` apart in the names of files (Unicode, NFC)."""
    return unicodedata.normalize("NFC", value)


def _stated(value: str) -> str:
    """More than blanks."""
    if not value.strip():
        raise complain("words, not only blanks")
    return value


def _line(value: str) -> str:
    if any(sign in value for sign in "\n\t\u2028\u2029"):
        raise complain("one line")
    return value


def _parsed(kind: type, parse: Callable[[str], object]) -> Callable[[object], object]:
    def read(value: object) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise complain("a string")
        try:
            return parse(value)
        except Unreadable as complaint:
            raise complain(complaint.rule, complaint.source) from None

    return read


def _content(value: object) -> bytes:
    if not isinstance(value, str):
        raise complain("base64", "RFC 4648 §4")
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise complain("base64", "RFC 4648 §4") from None
    if not content:
        raise complain("a document of at least one byte")
    return content


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise complain("true or false")
    return value


def _matching(pattern: re.Pattern[str], rule: str) -> Any:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise complain(rule)
        return value

    return AfterValidator(check)


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
AskedMoment = Annotated[Moment, BeforeValidator(_asked)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_speakable), AfterValidator(_stated)]
SomeWords = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_speakable)]
Name = Annotated[
    str,
    *(Field(min_length=1, max_length=MAX_NAME), AfterValidator(_speakable), AfterValidator(_stated)),
    AfterValidator(_line),
]
SomeLine = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_speakable), AfterValidator(_line)]
Code = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"),
]
_UNIT_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "description": "kind/unit@organisation",
        "pattern": "^[a-z_]+/([a-z][a-z0-9_]*|-)@[^@/]+$",
        "examples": ["kommune/familieafdeling@aabenraa"],
    }
)
UnitName = Annotated[Unit, PlainValidator(_parsed(Unit, Unit.parse)), PlainSerializer(str), _UNIT_SCHEMA]
UnitAsked = Annotated[
    str, AfterValidator(lambda text: str(_parsed(Unit, Unit.parse)(text))), _UNIT_SCHEMA
]  # in a query
CprNumber = Annotated[
    Cpr,
    BeforeValidator(_parsed(Cpr, Cpr.parse)),
    WithJsonSchema({"type": "string", "description": "personnummer", "pattern": r"^\d{6}-?\d{4}$"}),
]
ReplacementText = Annotated[
    ReplacementNumber,
    BeforeValidator(_parsed(ReplacementNumber, ReplacementNumber.parse)),
    WithJsonSchema(
        {"type": "string", "description": "X-eCPR: a replacement for a personnummer", "examples": ["0703921VJ4"]}
    ),
]
EanNumber = Annotated[
    Ean,
    BeforeValidator(_parsed(Ean, Ean.parse)),
    WithJsonSchema({"type": "string", "description": "GLN / EAN location number", "pattern": r"^\d{13}$"}),
]
Key = Annotated[UUID, Field(description="an id the hub gave out")]
Codes = Annotated[tuple[Code, ...], Field(max_length=MAX_LIST)]
Units = Annotated[tuple[UnitName, ...], Field(max_length=MAX_LIST)]


class Body(BaseModel):
    """A body, or part of one: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AttachmentBody(Body):
    """A document that goes along; its bytes are kept as they came."""

    name: Annotated[
        str,
        AfterValidator(_composed),
        _matching(_NAME, "a file name of letters, digits, spaces and . , _ - ( ) & + ', at most 120 characters"),
    ]
    content_type: Annotated[str, _matching(_MEDIA, "a media type, e.g. application/pdf")]
    content: Annotated[
        bytes,
        BeforeValidator(_content),
        WithJsonSchema({"type": "string", "contentEncoding": "base64", "minLength": 4}),
    ]


class ItemBody(Body):
    """One piece of information: a category of the law catalogue, and words or a document."""

    category: Code
    text: SomeWords = ""
    journalised: Flag = True
    attachment: AttachmentBody | None = None

    def item(self) -> Item:
        """As the domain knows it."""
        held = self.attachment
        attachment = None if held is None else Attachment(held.name, held.content_type, held.content)
        return Item(self.category, self.text, self.journalised, attachment)


Items = Annotated[tuple[ItemBody, ...], Field(min_length=1, max_length=MAX_LIST)]


class ActBody(Body):
    """What every act states: when it took place, and who did it. The acting unit is the token's, never the body's."""

    at: Moment = Field(description="when the act took place (legal time)", examples=["2025-03-10T10:00:00+01:00"])
    person: Name | None = Field(None, description="who acted or decided, as the sender names her")
    role: Code | None = Field(None, description="laege, jordemoder, sundhedsplejerske, socialraadgiver …")
    acting_unit: UnitName | None = Field(None, description="if stated, it must be the token's unit; another is 403")


class ForeignNumberBody(Body):
    """A number of another country, or a D-eCPR of a Danish region's own series."""

    issuer: Annotated[
        str,
        Field(max_length=80, description="ISO 3166-1 alpha-2, or the OID of the series", examples=["SE"]),
    ]
    number: Annotated[str, Field(max_length=40, examples=["19890511-TEST"])]

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        _ = self.foreign
        return self

    @property
    def foreign(self) -> ForeignNumber:
        """As the domain knows it."""
        try:
            return ForeignNumber.parse(f"{self.issuer}|{self.number}")
        except Unreadable as complaint:
            raise complain(complaint.rule, complaint.source) from None


class LeavingBody(ActBody):
    """An act that the hub carries out of the house, whoever did it before."""


class CarriedBody(ActBody):
    """An act that the hub carries out of the house."""

    already_made: Flag = Field(
        False, description="the act has been carried out already: it is recorded and marked so, and nothing is sent"
    )
