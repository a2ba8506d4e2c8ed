"""From the parameters of a request to a search: parsed once, refused by name when they cannot be understood."""

from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from adapters.fhir import systems
from adapters.fhir.keys import found_by
from adapters.fhir.parties import read_number
from hub.api.fhir.cursors import SearchCursor
from hub.api.fhir.resource_types import BY_TYPE, CONTROLS, FORM_ONLY, Kind, includes, parameters, rev_includes
from hub.api.fhir.route import FhirContext, FhirQuery
from hub.api.fields import Moment
from hub.api.route import WrongParameter
from hub.errors import NotFound, Unreadable
from hub.store.clock import micros
from hub.vocabulary.identifiers import Cpr
from projections import fhir_index

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
MOST = 100  # resources on a page
MOST_IDS = 100


def search_of(context: FhirContext, kind: Kind, path: str) -> SearchCursor:
    """The search that this request asks for, as the record stands now."""
    names = {name for name, *_ in parameters(kind)} | {*CONTROLS, "_include", "_revinclude"}
    asked = context.known(frozenset(names) - FORM_ONLY, form_only=FORM_ONLY & names)
    ids = _several(asked, "_id")
    since, until = _span(asked)
    return SearchCursor(
        types=(kind.type,),
        path=path,
        pin=context.record.head().positions,
        cases=_cases(context, asked, ids),
        ids=ids,
        statuses=_statuses(asked),
        since=since,
        until=until,
        count=count_of(asked),
        descending=_descending(asked),
        patient_too=_takes(asked, "_include", includes(kind)),
        provenance_too=_takes(asked, "_revinclude", rev_includes(kind)),
    )


def everything_of(context: FhirContext, case: UUID, path: str) -> SearchCursor:
    """All of one case: `$everything` (FHIR R4 §2.25.8), with `_type`, `_since` and `_count`."""
    asked = context.known(frozenset({"_type", "_since", "_count", "cursor"}))
    since, types = asked.one("_since"), _several(asked, "_type") or ()
    if not set(types) <= {*BY_TYPE, "Organization"}:
        raise WrongParameter(f"one or several of {', '.join(sorted({*BY_TYPE, 'Organization'}))}", field="_type")
    return SearchCursor(
        types=types,
        path=path,
        pin=context.record.head().positions,
        cases=(case,),
        since=None if since is None else micros(_moment(since, "_since")) + 1,
        count=count_of(asked),
        parties_too=not types or "Organization" in types,
    )


def count_of(asked: FhirQuery) -> int:
    """How many resources a page may hold."""
    stated = asked.one("_count")
    if stated is None:
        return 30
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) > 0):
        raise WrongParameter("a whole number from 1", field="_count")
    return min(int(stated), MOST)


def case_behind(context: FhirContext, key: str) -> UUID | None:
    """The case that an id leads to, if the unit knows it; None for every other id."""
    found = found_by(key)
    if found is None:
        return None
    if _knows(context, found):
        return found
    case = _indexed(context, found)
    if case is None:  # an act that was recorded a moment ago
        context.up_to_date()
        case = _indexed(context, found)
    return case if case is not None and _knows(context, case) else None


def _cases(context: FhirContext, asked: FhirQuery, ids: tuple[str, ...] | None) -> tuple[UUID, ...] | None:
    """The cases that the search is confined to: by patient, by CPR number, by ids; None if by nothing."""
    confined: list[set[UUID]] = []
    patient = asked.one("patient")
    if patient is not None:
        own = f"{context.fhir_base}/"  # a reference may be absolute (FHIR R4 §3.1.1.4.10)
        key = patient.removeprefix(own).removeprefix("Patient/")
        confined.append({found} if (found := found_by(key)) else set())
    token = asked.one("patient.identifier") or asked.one("identifier")
    if token is not None:
        confined.append(_cases_of(context, token))
    if ids is not None:
        confined.append({case for key in ids if (case := case_behind(context, key)) is not None})
    if not confined:
        return None
    return tuple(sorted(case for case in set.intersection(*confined) if _knows(context, case)))


def _indexed(context: FhirContext, key: UUID) -> UUID | None:
    with context.record.engine.connect() as connection:
        return fhir_index.case_of(connection, key)


def _knows(context: FhirContext, case: UUID) -> bool:
    try:
        context.handler.cases.known_to(case, context.actor)
    except NotFound:
        return False
    return True


def _cases_of(context: FhirContext, token: str) -> set[UUID]:
    """The cases of a citizen that the unit may know of; that it asked is on record."""
    system, bar, number = token.rpartition("|")
    known_by = read_number(system, number) if bar and system != systems.CPR else _cpr(number)
    if known_by is None:
        return set()
    door = f"POST {context.request.scope['path']}"
    return {case.case for case in context.searches.find(context.actor, known_by, door, context.purpose)}


def _cpr(number: str) -> Cpr:
    try:
        return Cpr.parse(number)
    except Unreadable as complaint:
        raise WrongParameter(f"{systems.CPR}|CPR number; {complaint.rule}", field="identifier") from None


def _several(asked: FhirQuery, name: str) -> tuple[str, ...] | None:
    values = asked.one(name)
    if values is None:
        return None
    several = tuple(dict.fromkeys(word for word in values.split(",") if word))
    if not several or len(several) > MOST_IDS:
        raise WrongParameter(f"1 to {MOST_IDS} values with commas between", field=name)
    return several


def _statuses(asked: FhirQuery) -> tuple[str, ...] | None:
    values = _several(asked, "status")
    return None if values is None else tuple(value.rpartition("|")[2] for value in values)


def _descending(asked: FhirQuery) -> bool:
    stated = asked.one("_sort")
    if stated not in (None, "_lastUpdated", "-_lastUpdated"):
        raise WrongParameter("_lastUpdated or -_lastUpdated", field="_sort")
    return stated == "-_lastUpdated"


def _takes(asked: FhirQuery, name: str, offered: tuple[str, ...]) -> bool:
    for value in asked.all(name):
        if value not in offered:
            raise WrongParameter(f"here: {', '.join(offered) or 'nothing'}", field=name)
    return bool(asked.all(name))


def _span(asked: FhirQuery) -> tuple[int | None, int | None]:
    """The first and the last microsecond that `_lastUpdated` lets in."""
    since: int | None = None
    until: int | None = None
    for value in asked.all("_lastUpdated"):
        prefix = value[:2]
        if prefix not in ("ge", "gt", "le", "lt"):
            raise WrongParameter("ge, gt, le or lt and a moment with zone", field="_lastUpdated")
        at = micros(_moment(value[2:], "_lastUpdated"))
        if prefix[0] == "g":
            since = max(-1 if since is None else since, at + (prefix == "gt"))
        else:
            until = min(at if until is None else until, at - (prefix == "lt"))
    return since, until


def _moment(text: str, field: str) -> datetime:
    try:
        return _MOMENT.validate_python(text.replace(" ", "+"))  # a `+` that was not escaped
    except ValidationError:
        raise WrongParameter("a moment with zone, e.g. 2025-03-10T10:00:00Z", field=field) from None
