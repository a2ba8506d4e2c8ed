"""Ask the law and record nothing. The body is the `facts` block of a law scenario as JSON."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import JsonValue, RootModel

from hub.api.route import GuardedRoute
from hub.api.schemas.act import DecisionAnswer
from hub.api.v1 import presenter
from hub.law.decide import decide
from hub.law.explain import explain
from hub.law.parse import facts

router = APIRouter(prefix="/v1/decisions", route_class=GuardedRoute, tags=["decisions"])


class FactsBody(RootModel[dict[str, JsonValue]]):
    """One act and everything known of it: the `facts` of a law scenario (hub/law/README.md)."""


@router.post("", response_model=DecisionAnswer, summary="May this be passed on?")
def ask_decision(body: FactsBody) -> Response:
    """A refusal is 200 here: it is the answer to the question."""
    asked = facts(body.root, "")
    decision = decide(asked)
    return JSONResponse(presenter.decided(decision, explain(decision, asked)))
