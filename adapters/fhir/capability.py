"""CapabilityStatement: what the FHIR door really does, said from the routes themselves (FHIR R4 §5.2).

The API hands in its routes as data, so the statement cannot promise what nothing serves.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from adapters.fhir.datatypes import Element, Narrative
from adapters.fhir.narrative import LANGUAGE, narrative

FHIR_VERSION = "4.0.1"
_DOCUMENTATION = (
    "A unit is given what it stated itself and what it was lawfully told, nothing else. Every read is recorded on the "
    "case; say why you look in the header Purpose-Of-Use, as a code. `_count` is at most 100, `_sort` is _lastUpdated "
    "or -_lastUpdated, `_format` is json. Follow the link `next`: its cursor holds the search as the record stood when "
    "it began. An unknown parameter is an error, unless Prefer says handling=lenient. CPR numbers travel in a POST to "
    "_search only."
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter; `type` is FHIR's search-param-type (token, date, reference, number …)."""

    name: str
    type: str
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation by its name without the `$` and the canonical of its definition."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Served:
    """One resource type: its interactions (FHIR's type-restful-interaction), parameters and operations."""

    type: str
    interactions: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    operations: tuple[Operation, ...] = ()
    profiles: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    rev_includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The installation: its public FHIR address, the release that runs, and when that release was made."""

    base: str
    version: str
    released: datetime


class _Software(Element, frozen=True, kw_only=True):
    name: str
    version: str


class _Implementation(Element, frozen=True, kw_only=True):
    description: str
    url: str


class _Named(Element, frozen=True, kw_only=True):
    code: str


class _Parameter(Element, frozen=True, kw_only=True):
    name: str
    type: str
    documentation: str | None = None


class _Operation(Element, frozen=True, kw_only=True):
    name: str
    definition: str


class _Resource(Element, frozen=True, kw_only=True):
    type: str
    supported_profile: tuple[str, ...] = ()
    interaction: tuple[_Named, ...] = ()
    versioning: str | None = None
    read_history: bool | None = None
    conditional_read: str | None = None
    search_include: tuple[str, ...] = ()
    search_rev_include: tuple[str, ...] = ()
    search_param: tuple[_Parameter, ...] = ()
    operation: tuple[_Operation, ...] = ()


class _Security(Element, frozen=True, kw_only=True):
    description: str


class _Rest(Element, frozen=True, kw_only=True):
    mode: str
    documentation: str
    security: _Security
    resource: tuple[_Resource, ...] = ()
    interaction: tuple[_Named, ...] = ()
    operation: tuple[_Operation, ...] = ()


class CapabilityStatement(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="CapabilityStatement"):
    """What a server can do."""

    language: str
    text: Narrative
    name: str
    title: str
    status: str
    date: datetime
    kind: str
    software: _Software
    implementation: _Implementation
    fhir_version: str
    format: tuple[str, ...]
    rest: tuple[_Rest, ...]


def capability_statement(server: Server, served: tuple[Served, ...], operations: tuple[Operation, ...] = ()) -> bytes:
    """The statement as JSON: the same routes give the same bytes. `operations` are those of the whole system."""
    lines = [(kind.type, ", ".join(kind.interactions)) for kind in served]
    statement = CapabilityStatement(
        language=LANGUAGE,
        text=narrative("Tværspor, FHIR R4", lines),
        name="Tvaerspor",
        title="Tværspor",
        status="active",
        date=server.released,
        kind="instance",
        software=_Software(name="Tværspor", version=server.version),
        implementation=_Implementation(description="Tværspor, FHIR R4", url=server.base),
        fhir_version=FHIR_VERSION,
        format=("json",),
        rest=(
            _Rest(
                mode="server",
                documentation=_DOCUMENTATION,
                security=_Security(description="Bearer token; a token speaks for one client and one unit."),
                resource=tuple(_resource(kind) for kind in served),
                operation=_operations(operations),
            ),
        ),
    )
    return msgspec.json.encode(statement)


def _resource(served: Served) -> _Resource:
    return _Resource(
        type=served.type,
        supported_profile=served.profiles,
        interaction=tuple(_Named(code=code) for code in served.interactions),
        versioning="versioned" if "vread" in served.interactions else None,
        read_history=True if "vread" in served.interactions else None,
        conditional_read="not-match" if "vread" in served.interactions else None,
        search_include=served.includes,
        search_rev_include=served.rev_includes,
        search_param=tuple(
            _Parameter(name=parameter.name, type=parameter.type, documentation=parameter.documentation or None)
            for parameter in served.parameters
        ),
        operation=_operations(served.operations),
    )


def _operations(operations: tuple[Operation, ...]) -> tuple[_Operation, ...]:
    return tuple(_Operation(name=operation.name, definition=operation.definition) for operation in operations)
