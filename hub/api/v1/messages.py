"""MedCom messages that came in: those that wait for a person, placing one on a case, and the bytes of each."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from hub.access.gate import acting
from hub.api.dependencies import Context
from hub.api.fields import ActBody, Code
from hub.api.route import FhirBytes, GuardedRoute, RecordingRoute
from hub.api.schemas.lists import ParkedMessagesAnswer
from hub.api.schemas.problem import ResourceAnswer
from hub.api.v1.perform import admit
from hub.domain.presumption import StatedBase
from hub.errors import NotFound
from hub.intake.placement import Placement
from hub.vocabulary.jsonable import plain
from projections.parked_messages import waiting_for

router = APIRouter(prefix="/v1", route_class=GuardedRoute, tags=["messages"])
acts = APIRouter(prefix="/v1", route_class=RecordingRoute, tags=["messages"])
NO_STORE = {"Cache-Control": "no-store"}


class PlacementBody(ActBody):
    """Which case a message belongs to, by whoever has looked; and what it rests on, if its sender states it."""

    case: UUID = Field(examples=["8d0c4c1e-6b4f-8a52-9c1d-3f0e7a5b2c19"])
    basis: Code | None = Field(None, description="an id of the law catalogue; for a message that waits for a base")
    purpose: Code = "tvaersektoriel_indsats"
    categories: list[Code] = Field([], max_length=40, description="what the message tells, for the law to judge")

    @property
    def base(self) -> StatedBase | None:
        """What the sender states."""
        if self.basis is None:
            return None
        return StatedBase(self.at, self.basis, self.purpose, tuple(self.categories), self.role)


def _placing(context: Context) -> Placement:
    return Placement(context.handler)


@router.get(
    "/parked-messages",
    response_model=ParkedMessagesAnswer,
    summary="Messages that wait for this unit: to be placed on a case, or for a base",
)
def list_parked_messages(context: Context) -> Response:
    """Oldest first. `why`: no-cpr-number, no-case (that sender or receiver knows), ambiguous, case-closed; and
    no-base, of this unit's own messages that the law does not let pass on the base that can be presumed.
    """
    context.up_to_date()
    with context.record.engine.connect() as connection:
        rows = waiting_for(connection, context.unit, formerly=context.actor.formerly)
    return JSONResponse({"messages": [plain(row) for row in rows]}, headers=NO_STORE)


@router.get(
    "/parked-messages/{message}",
    response_model=ResourceAnswer,
    response_class=FhirBytes,
    summary="A message that waits, byte for byte as it came",
)
def read_parked_message(context: Context, message: UUID) -> Response:
    """For the unit that it waits for; the look is recorded."""
    waiting = _placing(context).waiting(context.actor.units, message)
    if waiting is None:
        raise NotFound("the message has been placed on a case")
    context.reads.record(message, context.actor, "GET /v1/parked-messages", "place", [str(message)])
    return FhirBytes(waiting[0].content, headers=NO_STORE)


@acts.post("/parked-messages/{message}/placement", summary="Place a message on a case")
def place_message(context: Context, message: UUID, body: PlacementBody) -> Response:
    """On a case that the unit knows, of the woman whom the message names. The same again changes nothing.

    The sender of a message that waits for a base states one; the law is asked, and a no is on record.
    """
    admit(context, body, context.handler.clock())
    actor = acting(context.actor, body.acting_unit, body.person, body.role)
    recorded = _placing(context).place(actor, message, body.case, body.base)
    version = context.handler.cases.version_after(recorded, actor.unit)
    headers = {"ETag": f'"{version}"', "Location": f"/v1/cases/{body.case}"}
    told = {
        "case": str(body.case),
        "version": version,
        "id": str(message),
        "kind": "message",
        "recorded_at": recorded.recorded_at.isoformat(),
        "events": [recorded.name],
    }
    return JSONResponse(told, 201, headers=headers)


@router.get(
    "/cases/{case}/messages/{message}",
    response_model=ResourceAnswer,
    response_class=FhirBytes,
    summary="A message on a case, byte for byte as it came",
)
def read_message(context: Context, case: UUID, message: str) -> Response:
    """For the unit that sent it and the one it was sent to; `message` is its MessageHeader.id. The look is recorded."""
    kept = _placing(context).kept(context.actor, case, message)
    context.reads.record(case, context.actor, "GET /v1/cases/{case}/messages", "read", [message])
    return FhirBytes(kept, headers=NO_STORE)
