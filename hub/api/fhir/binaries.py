"""The letters for people: a PDF as it was sent, or as a Binary resource for a client that asks for FHIR."""

import msgspec
from fastapi import APIRouter, Request, Response

from adapters.fhir.papers import PDF, binary
from hub.api.fhir.asking import case_behind
from hub.api.fhir.door import MEDIA, FhirDoor
from hub.api.fhir.dossiers import Cases
from hub.api.v1.call import hub_of
from hub.domain.delivery import DeliveryQueued
from hub.errors import NotFound

router = APIRouter(prefix="/fhir", route_class=FhirDoor, include_in_schema=False)
DOOR = "GET /fhir/Binary/{id}"


@router.get("/Binary/{key}", summary="A letter as PDF")
def read(request: Request, key: str) -> Response:
    """Whoever may see the DocumentReference may have the document."""
    request.state.asked.known(frozenset())
    case, hub, house = case_behind(request, key), hub_of(request), request.app.state.house
    ledger = Cases(request).known(case) if case is not None else None
    versions = ledger.versions.get(f"DocumentReference/{key}") if ledger is not None else None
    if case is None or not versions:
        raise NotFound("no such document")
    partition, position = versions[-1].place
    (queued,) = hub.record.read(partition, position - 1, 1)
    letter = house.letters.of(queued) if isinstance(queued.event, DeliveryQueued) else None
    if letter is None:
        raise NotFound("no such document")
    hub.read(case, request.state.actor, DOOR, request.state.purpose, [f"Binary/{key}"])
    pdf = house.hands.renderer.render(letter, house.hands.translator.message(letter))
    headers = {"Cache-Control": "no-store"}
    if _fhir_wanted(request):
        return Response(msgspec.json.encode(binary(letter, pdf)), media_type=MEDIA, headers=headers)
    return Response(pdf, media_type=PDF, headers=headers)


def _fhir_wanted(request: Request) -> bool:
    """A Binary comes as it is unless a FHIR form is asked for (FHIR R4 §2.40)."""
    accept = request.headers.get("accept", "").lower()
    return "json" in accept or "json" in request.query_params.get("_format", "")
