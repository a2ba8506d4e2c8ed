"""The OpenAPI 3.1 description: what FastAPI reads from the routes, and what every door has in common.

Exported to openapi/hub.yaml by `tvaerspor openapi`, there with the examples that lie beside it, so that what a reader
copies is what the tests send; a test holds the file against the app.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from hub.api.problems import FHIR, MEDIA, TYPE
from hub.api.route import JSON
from hub.api.schemas import ANSWERS, RecordedAnswer

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
    "description": "An ETag of the case; 412 when this unit has stated or been told more since.",
    "schema": {"type": "string", "pattern": r'^("[0-9]{1,12}(-[0-9a-f]{16})?"|\*)$'},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was seen; 304 when the answer would be the same.",
    "schema": {"type": "string", "pattern": r'^"[0-9]{1,12}-[0-9a-f]{16}"$'},
}
_TAG = {
    "ETag": {
        "description": "the version of the case after the act, as this unit knows it",
        "schema": {"type": "string"},
    }
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
_ALWAYS = {
    400: "a header is missing or wrong, or the body is not strict JSON",
    401: "no token, or none of this hub's",
    403: "not permitted, or the law said no",
    422: "a field or parameter breaks a rule, or the key belongs to another request; `errors` names field and rule",
    503: "the record or a read model is away; ask again, an act under the same key",
}
_OF_BODIES = {413: "too large", 415: "not said to be JSON"}
_OF_CASES = {404: "nothing by that name that this unit may know of"}
_OF_RECORDS = {409: "it contradicts the record", 412: "the case has moved on"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of these routes, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=_INTRO, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        refs = _answers(schemas)
        schemas["Problem"] = _PROBLEM
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        made["security"] = [{"token": []}]
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation, refs)
        app.openapi_schema = made
    return app.openapi_schema


def with_examples(description: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The description with the bodies that lie in this folder, each under its file's name, at the door it is for."""
    files = sorted(folder.glob("*.json"))
    for path, methods in description["paths"].items():
        for operation in (methods[method] for method in methods if "requestBody" in methods[method]):
            own = [file for file in files if file.stem.partition(".")[0] == example_of(path)]
            found = {file.stem: {"value": json.loads(file.read_text(encoding="utf-8"))} for file in own}
            if found:
                operation["requestBody"]["content"][JSON]["examples"] = found
    return description


def example_of(path: str) -> str:
    """`/v1/cases/{case}/consents` has its examples under `consent`; `completion` alone is a referral's."""
    if path.endswith("{task}/completion"):
        return "task-completion"
    last = path.rpartition("/")[2]
    return _EXAMPLES.get(last, last)


_EXAMPLES = {
    "cases": "open-case",
    "parties": "party",
    "consents": "consent",
    "referrals": "referral",
    "information-requests": "information-request",
    "disclosures": "disclosure",
    "concerns": "concern",
    "plans": "plan",
    "obligations": "fulfilment",
    "decisions": "decision",
}


def _answers(schemas: dict[str, Any]) -> dict[type, dict[str, str]]:
    """Put the schemas of the answers among the others; by which reference each is found."""
    refs: dict[type, dict[str, str]] = {}
    for kind in (RecordedAnswer, *dict.fromkeys(ANSWERS.values())):
        made = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= made.pop("$defs", {})
        schemas[kind.__name__] = made
        refs[kind] = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return refs


def _complete(path: str, method: str, operation: dict[str, Any], refs: dict[type, dict[str, str]]) -> None:
    """What the gate, the reader of bodies, the error table and the answers add to one operation."""
    tags = operation.pop("tags", [])
    responses = operation["responses"]
    kind = RecordedAnswer if "records" in tags else ANSWERS.get(f"{method} {path}")
    success = "201" if "records" in tags else "200"
    if kind is not None:
        responses[success] = {"description": "as asked", "content": {JSON: {"schema": refs[kind]}}}
    if path.rpartition("/")[2] == "{message}":
        responses[success] = {"description": "byte for byte", "content": {FHIR: {"schema": {"type": "object"}}}}
    if "health" in tags:
        _open(path, operation)
        return
    operation["tags"] = [path.strip("/").split("/")[0] if path.startswith("/fhir") else _matter(path)]
    if "records" in tags:
        responses[success] = {
            "description": "recorded",
            "content": {JSON: {"schema": refs[RecordedAnswer]}},
            "headers": _TAG,
        }
        operation.setdefault("parameters", []).extend([_KEY, _IF_MATCH] if "{case}" in path else [_KEY])
    if f"{method} {path}" == "get /v1/cases/{case}":
        operation["parameters"].append(_IF_NONE_MATCH)
        responses["304"] = {"description": "the case stands as it was seen"}
    _problems(path, method, operation, recording="records" in tags)


def _open(path: str, operation: dict[str, Any]) -> None:
    """A door without a token."""
    operation["security"], operation["tags"] = [], ["health"]
    responses = operation["responses"]
    if path == "/health/ready":
        responses["503"] = responses["200"] | {"description": "not ready"}
    if path == "/metrics":
        responses["200"] = {"description": "counters", "content": {"text/plain": {"schema": {"type": "string"}}}}


def _problems(path: str, method: str, operation: dict[str, Any], *, recording: bool) -> None:
    """Every no that the door may answer."""
    known = _ALWAYS | (_OF_BODIES if method == "post" else {}) | (_OF_RECORDS if recording else {})
    if "{" in path:
        known |= _OF_CASES
    if path.startswith("/fhir"):
        operation["responses"]["200"] = {"description": "FHIR R4", "content": {FHIR: {"schema": {"type": "object"}}}}
        known |= {406: "only JSON is spoken here"}
        schema: dict[str, Any] = {"type": "object", "required": ["resourceType", "issue"]}
    else:
        schema = {"$ref": "#/components/schemas/Problem"}
    media = FHIR if path.startswith("/fhir") else MEDIA
    for status, text in sorted(known.items()):
        operation["responses"][str(status)] = {"description": text, "content": {media: {"schema": schema}}}


def _matter(path: str) -> str:
    """`/v1/cases/{case}/consents/{consent}/withdrawal` is about consents."""
    words = [word for word in path.strip("/").split("/")[1:] if not word.startswith("{")]
    return words[1] if words[0] == "cases" and len(words) > 1 else words[0]
