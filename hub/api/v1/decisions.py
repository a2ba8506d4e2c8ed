"""Ask the law and record nothing. The body is the `facts` block of a law scenario as JSON."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from hub.api.route import GuardedRoute
from hub.api.v1 import presenter
from hub.law.decide import decide
from hub.law.explain import explain
from hub.law.parse import facts

router = APIRouter(prefix="/v1/decisions", route_class=GuardedRoute)


@router.post("", summary="May this be passed on?")
def ask(request: Request, body: dict[str, Any]) -> Response:
    """A refusal is 200 here: it is the answer to the question."""
    _ = request
    asked = facts(body, "")
    decision = decide(asked)
    return JSONResponse(presenter.decided(decision, explain(decision, asked)))
