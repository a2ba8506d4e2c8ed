"""Any value of the domain as JSON knows it: what the HTTP doors answer with, and what the command line prints."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from hub.errors import Unreadable
from hub.vocabulary.identification import ForeignNumber, ReplacementNumber
from hub.vocabulary.identifiers import Cpr, Ean
from hub.vocabulary.organisations import Unit


def plain(value: Any) -> Any:
    """Any value of the domain as JSON knows it."""
    match value:
        case None | str() | bool() | int():
            return value.value if isinstance(value, Enum) else value
        case datetime() | date():
            return value.isoformat()
        case UUID() | Unit():
            return str(value)
        case Cpr() | Ean():
            return value.digits
        case ReplacementNumber() | ForeignNumber():
            return value.written
        case bytes():
            return b64encode(value).decode()
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | frozenset():
            return [plain(inner) for inner in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise Unreadable("a value that has a JSON form", field=type(value).__name__)
