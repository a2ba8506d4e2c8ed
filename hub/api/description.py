"""The OpenAPI 3.1 description: what FastAPI reads from the routes, and what every door has in common.

Exported to openapi/hub.yaml by `tvaerspor openapi`; a test holds the file against the app. Examples come from
openapi/examples, so that what a reader copies is what the tests send.
"""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.api.problems import MEDIA, TYPE

VERSION = version("tvaerspor")
_INTRO = (
    "The hub through which hospitals, municipalities, GPs and organisations pass on what they know about vulnerable "
    "pregnant women. Every act is asked of the law; a no is 403 with reason and hjemmel, and it is recorded. "
    "Errors are RFC 9457 problems."
)
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for every act. A repeat returns the first answer; the same key with another body is 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": 'The case version that was seen, e.g. "7"; 412 when the case has moved on.',
    "schema": {"type": "string", "pattern": r'^((W/)?"\d{1,12}"|\*)$'},
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": [TYPE + "refused"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "rule"],
                "properties": {"field": {"type": "string"}, "rule": {"type": "string"}, "source": {"type": "string"}},
            },
        },
        "reason": {"type": "string", "description": "reason code of the law catalogue, on a refusal"},
        "hjemmel": {
            "type": "object",
            "properties": {
                "invoked": {"type": ["string", "null"]},
                "citation": {"type": ["string", "null"]},
                "edition": {"type": ["string", "null"]},
            },
        },
        "decision": {"type": "string", "format": "uuid", "description": "the stored refusal"},
        "next_step": {"type": ["string", "null"]},
        "explanation": {
            "type": "object",
            "properties": {"da": {"type": "string"}, "en": {"type": "string"}},
        },
    },
}
_ALWAYS = {401: "no token, or none of this hub's", 403: "not permitted, or the law said no"}
_OF_BODIES = {
    400: "not strict JSON, or no Idempotency-Key",
    413: "too large",
    415: "not said to be JSON",
    422: "a field breaks a rule; `errors` names field, rule and source",
}
_OF_CASES = {404: "no such case for this unit"}
_OF_RECORDS = {409: "it contradicts the record", 412: "the case has moved on"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of these routes, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=_INTRO, routes=app.routes)
        components = made.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        components.setdefault("schemas", {})["Problem"] = _PROBLEM
        made["security"] = [{"token": []}]
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """What the gate, the reader of bodies and the error table add to one operation."""
    tags = operation.pop("tags", [])
    if "health" in tags:
        operation["security"] = []
        return
    known = dict(_ALWAYS)
    if method == "post":
        known |= _OF_BODIES
    if "{case}" in path:
        known |= _OF_CASES
    if operation.get("parameters"):
        known[422] = _OF_BODIES[422]
    if "records" in tags:
        known |= _OF_RECORDS
        operation.setdefault("parameters", []).extend([_KEY, _IF_MATCH])
    operation["tags"] = [path.strip("/").split("/")[0] if path.startswith("/fhir") else _matter(path)]
    media = "application/fhir+json" if path.startswith("/fhir") else MEDIA
    schema = {} if path.startswith("/fhir") else {"$ref": "#/components/schemas/Problem"}
    for status, text in sorted(known.items()):
        operation["responses"][str(status)] = {"description": text, "content": {media: {"schema": schema}}}


def _matter(path: str) -> str:
    """`/v1/cases/{case}/consents/{consent}/withdrawal` is about consents."""
    words = [word for word in path.strip("/").split("/")[1:] if not word.startswith("{")]
    return words[1] if words[0] == "cases" and len(words) > 1 else words[0]
