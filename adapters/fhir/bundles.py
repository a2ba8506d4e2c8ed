"""Bundles that the read doors answer with: what a search found, and how a resource came to be what it is.

Resources go in as they were encoded; nothing is built twice.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from adapters.fhir.datatypes import Element
from adapters.fhir.dossier import Version
from adapters.fhir.resources import Resource

NEXT, SELF = "next", "self"


class Link(Element, frozen=True, kw_only=True):
    """Where this page stands, or the one behind it."""

    relation: str
    url: str


class _Search(Element, frozen=True, kw_only=True):
    mode: str


class _Request(Element, frozen=True, kw_only=True):
    method: str
    url: str


class _Response(Element, frozen=True, kw_only=True):
    status: str
    last_modified: datetime
    etag: str


class _Entry(Element, frozen=True, kw_only=True):
    full_url: str | None = None
    resource: Resource | msgspec.Raw
    search: _Search | None = None
    request: _Request | None = None
    response: _Response | None = None


class Listing(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Bundle"):
    """A bundle of type `searchset` or `history`."""

    type: str
    total: int | None = None
    link: tuple[Link, ...]
    entry: tuple[_Entry, ...] = ()


def searchset(
    matches: Iterable[Resource],
    included: Iterable[Resource],
    *,
    base: str,
    self_url: str,
    next_url: str | None,
    outcome: bytes | None = None,
) -> bytes:
    """One page of what was found. `total` is left out: counting would need every case to be read.

    `outcome` is an OperationOutcome about the search itself (FHIR R4 §3.1.1.4.19).
    """
    links = [Link(relation=SELF, url=self_url), *([Link(relation=NEXT, url=next_url)] if next_url else [])]
    entries = [*_found(matches, base, "match"), *_found(included, base, "include")]
    if outcome is not None:
        entries.append(_Entry(resource=msgspec.Raw(outcome), search=_Search(mode="outcome")))
    return msgspec.json.encode(Listing(type="searchset", link=tuple(links), entry=tuple(entries)))


def history(versions: Iterable[Version], *, base: str, self_url: str) -> bytes:
    """Every version of one resource, the newest first (FHIR R4 §3.1.0.12)."""
    entries = tuple(_version(version, base, first=number == 0) for number, version in enumerate(versions))[::-1]
    links = (Link(relation=SELF, url=self_url),)
    return msgspec.json.encode(Listing(type="history", total=len(entries), link=links, entry=entries))


def _found(resources: Iterable[Resource], base: str, mode: str) -> Iterable[_Entry]:
    return (
        _Entry(full_url=f"{base}/{resource.local}", resource=resource, search=_Search(mode=mode))
        for resource in resources
    )


def _version(version: Version, base: str, *, first: bool) -> _Entry:
    """A resource comes about by what the hub recorded, so a reader sees it as put there under its id."""
    local = version.resource.local
    return _Entry(
        full_url=f"{base}/{local}",
        resource=version.resource,
        request=_Request(method="PUT", url=local),
        response=_Response(status="201" if first else "200", last_modified=version.at, etag=version.tag),
    )
