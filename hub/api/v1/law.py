"""The law as the hub applies it: every provision with its editions, source and open points."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from hub.api.fields import Day
from hub.api.route import GuardedRoute
from hub.api.schemas.lists import BasesAnswer, BasisAnswer
from hub.errors import NotFound
from hub.law import catalogue, report
from hub.vocabulary.jsonable import plain

router = APIRouter(prefix="/v1/law", route_class=GuardedRoute, tags=["law"])


@router.get("/bases", response_model=BasesAnswer, summary="Every provision the hub applies")
def list_bases() -> Response:
    """In the order of the catalogue, with the version of the rule set."""
    return JSONResponse({"rule_set": catalogue.rule_set(), "bases": [plain(basis) for basis in report.bases()]})


@router.get("/bases/{basis}", response_model=BasisAnswer, summary="One provision")
def read_basis(
    basis: str, on: Annotated[Day | None, Query(description="in the edition of this day")] = None
) -> Response:
    """Whole; with `on`, the edition in force that day, and its successor if it was repealed by then."""
    if catalogue.find(basis) is None:
        raise NotFound("no such provision in the catalogue")
    found = report.basis(basis) if on is None else report.basis(basis, on)
    return JSONResponse({"rule_set": catalogue.rule_set()} | plain(found))
