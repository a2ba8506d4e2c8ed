"""Bytes behind a reference: a letter for people as PDF, or a document that an act brought along.

Each comes as it was sent, or as a Binary resource for a client that asks for FHIR.
"""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from adapters.fhir.dossier import Ledger, Version
from adapters.fhir.keys import document_number
from adapters.fhir.papers import binary, enclosed
from adapters.fhir.resources import Binary
from hub.api.fhir.dossiers import Cases
from hub.api.fhir.route import MEDIA, Fhir, FhirContext, FhirRoute
from hub.api.fhir.search_parameters import case_behind
from hub.errors import NotFound
from hub.store import Recorded

router = APIRouter(prefix="/fhir", route_class=FhirRoute, include_in_schema=False)
DOOR = "GET /fhir/Binary/{id}"
NO_STORE = {"Cache-Control": "no-store"}
AS_IT_IS = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}  # no page of ours, whatever it is


@router.get("/Binary/{key}", summary="A letter as PDF, or a document that came with an act")
def read_binary(context: Fhir, key: str) -> Response:
    """Whoever may see the resource that names it may have it: the DocumentReference, or the act's Communication."""
    context.asked.known(frozenset())
    case, number = case_behind(context, key), document_number(key)
    ledger = Cases(context, ()).known(case) if case is not None else None
    found = None
    if ledger is not None:
        found = _letter(context, ledger, key) if number is None else _document(context, ledger, key, number)
    if case is None or found is None:
        raise NotFound("no such document")
    context.reads.record(case, context.actor, DOOR, context.purpose, [f"Binary/{key}"])
    if _fhir_wanted(context):
        return Response(msgspec.json.encode(found), media_type=MEDIA, headers=NO_STORE)
    return Response(found.data, media_type=found.content_type, headers=NO_STORE | AS_IT_IS)


def _letter(context: FhirContext, ledger: Ledger, key: str) -> Binary | None:
    versions = ledger.versions.get(f"DocumentReference/{key}")
    if not versions:
        return None
    services = context.services
    letter = services.letters.as_read_now(_recorded(context, versions[-1]))
    if letter is None:
        return None
    return binary(letter, services.channels.renderer.render(letter, services.channels.translator.message(letter)))


def _document(context: FhirContext, ledger: Ledger, key: str, number: int) -> Binary | None:
    act = key.partition(".")[0]
    versions = ledger.versions.get(f"Communication/{act}")
    return enclosed(_recorded(context, versions[0]).event, UUID(act), number) if versions else None


def _recorded(context: FhirContext, version: Version) -> Recorded:
    """The event that brought this version about."""
    partition, position = version.stands
    return context.record.read(partition, position - 1, 1)[0]


def _fhir_wanted(context: FhirContext) -> bool:
    """A Binary comes as it is unless a FHIR form is asked for (FHIR R4 §2.40)."""
    accept = context.request.headers.get("accept", "").lower()
    return "json" in accept or "json" in context.request.query_params.get("_format", "")
