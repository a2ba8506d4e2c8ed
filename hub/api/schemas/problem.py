"""The noes, described: RFC 9457 problems at `/v1`, OperationOutcomes at `/fhir`, and which status means what."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from hub.api.schemas.act import ExplanationAnswer
from hub.law.hjemmel import DutyCode, Reason

TYPE = "urn:tvaerspor:problem:"
MEDIA = "application/problem+json"
FHIR = "application/fhir+json"

_Left = SkipJsonSchema[None]  # never null: left out where there is nothing to say
_ALWAYS = {
    400: "a header is missing or wrong, or the body is not strict JSON",
    401: "no token, or none of this hub's",
    403: "not permitted, or the law said no",
    422: "a field or parameter breaks a rule, or the key belongs to another request; `errors` names field and rule",
    503: "the record or a read model is away; ask again, an act under the same key",
}
_OF_CONNECTIONS = {  # said before anybody knows which door was meant, and so as a problem everywhere
    408: "head or body came too slowly",
    431: "path, query and headers are longer than the hub reads",
}
_OF_BODIES = {413: "too large", 415: "not said to be JSON"}
_OF_CASES = {404: "nothing by that name that this unit may know of"}
_OF_SEARCHES = {429: "too many searches by this client; `Retry-After` says when there may be more"}
_OF_RECORDS = {409: "it contradicts the record", 412: "the case has moved on"}
_OF_FHIR = {406: "only JSON is spoken here"}


def _left_out(schema: dict[str, Any]) -> None:
    """Without a default: a member that is left out has none."""
    schema.pop("default", None)


class BrokenRule(BaseModel):
    """Which field breaks which rule, and where the rule stands. What was sent is never repeated."""

    field: str
    rule: str
    source: str | _Left = Field(None, json_schema_extra=_left_out)


class InvokedBasis(BaseModel):
    """The provision that a refused act invoked."""

    invoked: str | None = None
    citation: str | None = None
    edition: str | None = None


class Problem(BaseModel):
    """A no. `type` is stable; from `reason` on the members are a refusal's, which is recorded."""

    type: str = Field(examples=[TYPE + "refused"], json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str | _Left = Field(None, json_schema_extra=_left_out)
    errors: list[BrokenRule] | _Left = Field(None, json_schema_extra=_left_out)
    reason: Reason | _Left = Field(None, json_schema_extra=_left_out)
    hjemmel: InvokedBasis | _Left = Field(None, json_schema_extra=_left_out)
    decision: UUID | _Left = Field(None, description="the stored refusal", json_schema_extra=_left_out)
    next_step: DutyCode | None = Field(None, json_schema_extra=_left_out)
    retraction: UUID | _Left = Field(
        None, description="tells the receiver that what was to be corrected was wrong", json_schema_extra=_left_out
    )
    explanation: ExplanationAnswer | _Left = Field(None, json_schema_extra=_left_out)


class ResourceAnswer(BaseModel):
    """A FHIR R4 resource; `GET /fhir/metadata` says which profiles it keeps."""

    model_config = ConfigDict(extra="allow")

    resource_type: str = Field(alias="resourceType")


class OperationOutcomeAnswer(ResourceAnswer):
    """What was wrong, as FHIR says it."""

    issue: list[dict[str, Any]]


def refusals(path: str, method: str, *, recording: bool) -> dict[int | str, dict[str, Any]]:
    """Every no that a door may answer, as FastAPI's `responses` takes it."""
    known = _ALWAYS | (_OF_BODIES if method == "POST" else {}) | (_OF_RECORDS if recording else {})
    if path.endswith("search"):
        known |= _OF_SEARCHES
    if "{" in path:
        known |= _OF_CASES
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}  # FastAPI knows one media type a route, the success's
    content = {MEDIA: {"schema": schema}}
    if path.startswith("/fhir"):
        known |= _OF_FHIR
        outcomes: dict[int | str, dict[str, Any]] = {
            status: {"description": text, "model": OperationOutcomeAnswer} for status, text in known.items()
        }
        return outcomes | {
            status: {"description": text, "content": content} for status, text in _OF_CONNECTIONS.items()
        }
    known |= _OF_CONNECTIONS
    return {status: {"description": text, "content": content} for status, text in sorted(known.items())}
