"""Organizations: the directory, which every caller may read. No person is in it, so no look-up is recorded."""

import re
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Response

from adapters.fhir.bundles import searchset
from adapters.fhir.datatypes import Meta
from adapters.fhir.parties import unit
from adapters.fhir.resources import Organization, Resource
from hub.api.fhir.route import MEDIA, Fhir, FhirContext, FhirQuery, FhirRoute
from hub.api.fhir.search_parameters import count_of
from hub.api.route import WrongParameter, unchanged
from hub.errors import NotFound

router = APIRouter(prefix="/fhir", route_class=FhirRoute, include_in_schema=False)
_ID = re.compile("[0-9a-f-]{36}")
_REFERENCE = re.compile(rb'"Organization/([0-9a-f-]{36})"')
PARAMETERS = (
    ("_id", "token", "several with commas"),
    ("identifier", "token", "system|value: SOR, GLN, CVR or the hub's own name of a unit"),
    ("name", "string", "how the name begins"),
)


@router.get("/Organization", summary="Units and organisations of the directory")
def search_organizations(context: Fhir) -> Response:
    """All that match, by id: on one page, or page by page with `_count`."""
    asked = context.known(frozenset({"_count", "cursor", *(name for name, *_ in PARAMETERS)}))
    after = _after(asked)
    behind = sorted(
        (entry for entry in listed(context).values() if entry.id > after and _wanted(entry, asked)), key=_id
    )
    given = behind[: count_of(asked)] if asked.one("_count") is not None else behind
    door = context.fhir_base
    self_url = f"{door}/Organization?{context.query}".rstrip("?")
    next_url = f"{door}/Organization?{_onward(asked, given[-1].id)}" if len(given) < len(behind) else None
    return Response(searchset(given, (), base=door, self_url=self_url, next_url=next_url), media_type=MEDIA)


@router.get("/Organization/{key}", summary="One unit or organisation")
def read_organization(context: Fhir, key: str) -> Response:
    """As the directory has it now."""
    context.asked.known(frozenset())
    found = listed(context).get(key)
    if found is None or found.meta is None:
        raise NotFound("no such organisation")
    tag = f'W/"{found.meta.version_id}"'
    if unchanged(context.request, tag.removeprefix("W/")):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(msgspec.json.encode(found), media_type=MEDIA, headers={"ETag": tag})


def listed(context: FhirContext) -> dict[str, Organization]:
    """Every organisation of the directory, by id. It has no history: its version is a digest of what it says."""
    every = {entry.id: entry for address in context.services.directory.all() for entry in unit(address)}
    return {key: _versioned(entry) for key, entry in every.items()}


def referred_to(context: FhirContext, resources: Iterable[Resource]) -> tuple[Organization, ...]:
    """The organisations that these resources refer to, and those that they are part of."""
    known, wanted = listed(context), set[str]()
    for resource in resources:
        wanted |= _references(resource)
    wanted |= {key for part in wanted & set(known) for key in _references(known[part])}
    return tuple(known[key] for key in sorted(wanted & set(known)))


def _after(asked: FhirQuery) -> str:
    """The id that the page before ended with: the directory keeps no history that a cursor could be bound to."""
    cursor = asked.one("cursor")
    if cursor is not None and not _ID.fullmatch(cursor):
        raise WrongParameter("a cursor as the hub gave it out", field="cursor")
    return cursor or ""


def _onward(asked: FhirQuery, last: str) -> str:
    return urlencode([*(pair for pair in asked.pairs if pair[0] != "cursor"), ("cursor", last)], safe=",:/|")


def _id(organisation: Organization) -> str:
    return organisation.id


def _references(resource: Resource) -> set[str]:
    return {key.decode() for key in _REFERENCE.findall(msgspec.json.encode(resource))}


def _versioned(organisation: Organization) -> Organization:
    profile = organisation.meta.profile if organisation.meta else ()
    digest = sha256(msgspec.json.encode(organisation)).hexdigest()[:16]
    return msgspec.structs.replace(organisation, meta=Meta(version_id=digest, profile=profile))


def _wanted(organisation: Organization, asked: FhirQuery) -> bool:
    ids, token, name = asked.one("_id"), asked.one("identifier"), asked.one("name")
    if token is not None and "|" not in token:
        raise WrongParameter("system|value", field="identifier")
    numbers = {f"{number.system}|{number.value}" for number in organisation.identifier}
    return (
        (ids is None or organisation.id in ids.split(","))
        and (token is None or token in numbers)
        and (name is None or organisation.name.casefold().startswith(name.casefold()))
    )
