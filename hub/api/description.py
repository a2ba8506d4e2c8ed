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

from hub.api.route import JSON
from hub.api.schemas.problem import Problem

VERSION = version("tvaerspor")
_INTRO = (
    "The hub through which hospitals, municipalities, GPs and organisations pass on what they know about vulnerable "
    "pregnant women. Every act is asked of the law; a no is 403 with reason and hjemmel, and it is recorded. "
    "Errors are RFC 9457 problems."
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of these routes, made once: FastAPI's own, with what every door has in common."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=_INTRO, routes=app.routes)
        problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
        schemas = made["components"]["schemas"]
        made["components"]["schemas"] = dict(sorted((schemas | problem.pop("$defs") | {"Problem": problem}).items()))
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        made["security"] = [{"token": []}]
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
    last = path.rpartition("/")[2]
    beneath = next((name for end, name in _BENEATH.items() if path.endswith(end)), None)
    return beneath or _EXAMPLES.get(last, last)


_BENEATH = {
    "{task}/completion": "task-completion",
    "{act}/correction": "act-correction",
    "{child}/cpr": "child-cpr",
    "{child}/correction": "birth-correction",
    "{child}/withdrawal": "birth-withdrawal",
    "pregnancy-end/withdrawal": "pregnancy-end-withdrawal",
    "death/withdrawal": "death-withdrawal",
}
_EXAMPLES = {
    "cases": "open-case",
    "parties": "party",
    "consents": "consent",
    "referrals": "referral",
    "information-requests": "information-request",
    "disclosures": "disclosure",
    "concerns": "concern",
    "received": "concern-received",
    "plans": "plan",
    "obligations": "fulfilment",
    "decisions": "decision",
}
