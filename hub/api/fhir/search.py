"""Answering a search: through the cases it is confined to, or along the index of what the unit may see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.fhir.dossier import Version
from adapters.fhir.resources import Resource
from hub.api.fhir import organisations
from hub.api.fhir.cursors import Key, SearchCursor
from hub.api.fhir.dossiers import Cases
from hub.api.fhir.resource_types import BY_TYPE
from hub.api.fhir.route import FhirContext
from hub.store import Vector
from hub.store.clock import micros
from projections import fhir_index
from projections.fhir_index import Change, Wanted

MOST_CHANGES = 300  # looked at for one page: a page may be short, or empty, and still have a next one
SUCCEEDED = "unit-succeeded"  # by which a unit comes to know what its predecessor knew
DEPARTED = "delivery-departed"  # by which a unit comes to know whatever went in a letter, of any type
LAST, FIRST = "~", ""  # behind and before every `Type/id`


@dataclass(frozen=True, slots=True)
class Match:
    """A resource that a search gives, as a match or along with one, and the case it stands in."""

    case: UUID
    version: Version

    @property
    def key(self) -> Key:
        """Its place in the order of all answers."""
        return (micros(self.version.at), *self.version.place, self.version.resource.local)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a search found, what comes along with it, and how it goes on; `is_incomplete` when a case was set aside."""

    found: tuple[Match, ...]
    included: tuple[Match, ...]
    onward: SearchCursor | None
    is_incomplete: bool = False


def find(context: FhirContext, search: SearchCursor) -> SearchPage:
    """The next page of a search, as the record stood when the search began."""
    cases = Cases(context, search.types, Vector(search.pin))
    found, onward = _confined(cases, search) if search.cases is not None else _along(context, cases, search)
    included = tuple(_included(cases, search, found))
    return SearchPage(found, included, onward, is_incomplete=cases.is_incomplete)


def _confined(cases: Cases, search: SearchCursor) -> tuple[tuple[Match, ...], SearchCursor | None]:
    every = [
        Match(case, version)
        for case in search.cases or ()
        if (ledger := cases.sound(case)) is not None
        for version in ledger.current()
    ]
    every.sort(key=lambda match: match.key, reverse=search.descending)
    return _page((match for match in every if _wanted(search, match)), search)


def _along(context: FhirContext, cases: Cases, search: SearchCursor) -> tuple[tuple[Match, ...], SearchCursor | None]:
    names = frozenset({DEPARTED, SUCCEEDED}).union(*(BY_TYPE[type_].events for type_ in search.types))
    wanted = Wanted(
        unit=context.unit,
        formerly=context.actor.formerly,
        names=names,
        upto=Vector(search.pin),
        since=search.since,
        until=search.until,
        descending=search.descending,
    )
    start = search.after[:3] if search.after else None
    context.up_to_date()
    given: list[Match] = []
    with context.record.engine.connect() as connection:
        for looked_at, change in enumerate(fhir_index.changes_of(connection, wanted, start)):
            if looked_at == MOST_CHANGES:
                before = (*change.place[:2], change.place[2] + (1 if search.descending else -1))
                return tuple(given), replace(search, after=(*before, FIRST if search.descending else LAST))
            for match in _changed(cases, change, search.descending):
                if not _wanted(search, match):
                    continue
                if len(given) == search.count:
                    return tuple(given), replace(search, after=given[-1].key)
                given.append(match)
    return tuple(given), None


def _changed(cases: Cases, change: Change, descending: bool) -> list[Match]:
    """The resources that this change left as they are; what changed later again comes later."""
    ledger = cases.sound(change.case)
    versions = ledger.left_by(change.place[1:]) if ledger is not None else ()
    return sorted(
        (Match(change.case, version) for version in versions), key=lambda match: match.key, reverse=descending
    )


def _page(wanted: Iterator[Match], search: SearchCursor) -> tuple[tuple[Match, ...], SearchCursor | None]:
    given: list[Match] = []
    for match in wanted:
        if len(given) == search.count:
            return tuple(given), replace(search, after=given[-1].key)
        given.append(match)
    return tuple(given), None


def _wanted(search: SearchCursor, found: Match) -> bool:
    resource, moment = found.version.resource, micros(found.version.at)
    kind, _, key = resource.local.partition("/")
    return (
        (not search.types or kind in search.types)
        and (search.ids is None or key in search.ids)
        and (search.statuses is None or getattr(resource, "status", None) in search.statuses)
        and (search.since is None or moment >= search.since)
        and (search.until is None or moment <= search.until)
        and search.is_behind(found.key)
    )


def _included(cases: Cases, search: SearchCursor, found: tuple[Match, ...]) -> Iterator[Match]:
    """The woman, and the Provenance of an act, each once."""
    for case in dict.fromkeys(row.case for row in found) if search.patient_too else ():
        yield from _standing(cases, case, f"Patient/{case}")
    for row in found if search.provenance_too else ():
        yield from _standing(cases, row.case, f"Provenance/{row.version.resource.id}")


def everybody(context: FhirContext, search: SearchCursor) -> tuple[Resource, ...]:
    """Every organisation that the resources of these cases refer to."""
    cases = Cases(context, search.types, Vector(search.pin))
    ledgers = (ledger for case in search.cases or () if (ledger := cases.sound(case)) is not None)
    return organisations.referred_to(context, (element.resource for ledger in ledgers for element in ledger.current()))


def _standing(cases: Cases, case: UUID, local: str) -> Iterator[Match]:
    versions = cases.ledger(case).versions.get(local)
    if versions:
        yield Match(case, versions[-1])
