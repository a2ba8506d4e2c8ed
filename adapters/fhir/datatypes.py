"""FHIR R4 data types, as far as the hub writes them.

Plain structs that encode straight to JSON; what is None or empty is left out, as FHIR asks (R4 §2.6.2). They check
nothing: the tests hold every bundle against fhir.resources.
"""

from datetime import date, datetime

from msgspec import Struct


class Element(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Anything that stands inside a resource."""


class Coding(Element, frozen=True, kw_only=True):
    """A code of a system."""

    system: str | None = None
    version: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element, frozen=True, kw_only=True):
    """A concept, as codes and in words."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Period(Element, frozen=True, kw_only=True):
    """From and to, each included."""

    start: datetime | date | None = None
    end: datetime | date | None = None


class Identifier(Element, frozen=True, kw_only=True):
    """A number by which somebody else knows the thing."""

    system: str | None = None
    value: str | None = None


class Reference(Element, frozen=True, kw_only=True):
    """Points to another resource: by `reference` inside the bundle, by `identifier` outside it."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class HumanName(Element, frozen=True, kw_only=True):
    """A name; `text` is the whole of it."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str, ...] = ()


class Attachment(Element, frozen=True, kw_only=True):
    """A document's bytes, or where they are. `hash` is their SHA-1, as FHIR R4 has it (§2.24.0.8)."""

    content_type: str | None = None
    data: bytes | None = None
    url: str | None = None
    size: int | None = None
    hash: bytes | None = None
    title: str | None = None
    creation: datetime | None = None


class Extension(Element, frozen=True, kw_only=True):
    """What FHIR has no element for."""

    url: str
    value_coding: Coding | None = None
    value_boolean: bool | None = None
    value_date: date | None = None
    value_date_time: datetime | None = None
    value_reference: Reference | None = None


class Annotation(Element, frozen=True, kw_only=True):
    """A remark, when it was made and by whom."""

    author_reference: Reference | None = None
    time: datetime | None = None
    text: str


class Narrative(Element, frozen=True, kw_only=True):
    """The resource for people, as XHTML."""

    status: str
    div: str


class Meta(Element, frozen=True, kw_only=True):
    """Which version this is, since when, which profiles it keeps, and how guarded it must be."""

    version_id: str | None = None
    last_updated: datetime | None = None
    profile: tuple[str, ...] = ()
    security: tuple[Coding, ...] = ()
