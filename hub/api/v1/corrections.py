"""Corrections (berigtigelse): every act that left, put right with whoever got it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from hub.api.dependencies import Context
from hub.api.fields import MAX_LIST, ItemBody, LeavingBody, SomeWords, complain
from hub.api.route import RecordingRoute
from hub.api.v1.perform import items, perform
from hub.domain.case import Case
from hub.domain.correction.events import CorrectAct, Fault
from hub.domain.sent_acts import is_name

router = APIRouter(prefix="/v1/cases/{case}/acts", route_class=RecordingRoute, tags=["corrections"])


def _point(text: str) -> str:
    if not is_name(text):
        raise complain("the name of a field of the act, item-N or declined-N", "GDPR art. 16")
    return text


PointName = Annotated[str, AfterValidator(_point), Field(examples=["item-2", "occasion"])]


class ActCorrectionBody(LeavingBody):
    """What of an act was wrong, and what is right, if anything is to take its place; both stand."""

    wrong: tuple[PointName, ...] = Field(
        (), max_length=MAX_LIST, description="fields by name, items by place; left out: the whole act was wrong"
    )
    fault: Fault = Field(Fault.WRONG, description="not-hers: it was about somebody else")
    words: SomeWords = Field("", description="in the place of the fields that were wrong")
    items: tuple[ItemBody, ...] = Field(
        (), max_length=MAX_LIST, description="in the place of the items that were wrong"
    )


@router.post("/{act}/correction", summary="Put an act right with whoever got it")
def correct_act(context: Context, case: UUID, act: UUID, body: ActCorrectionBody) -> Response:
    """The receiver is told at once what was wrong, whatever became of the base (GDPR art. 19).

    What is right goes on the base of the act, judged anew: 201, or 403 and why; that it was wrong is told all the same.
    """

    def make(key: UUID, _case: Case) -> CorrectAct:
        return CorrectAct(
            correction=key,
            act=act,
            at=body.at,
            by=context.unit,
            wrong=body.wrong,
            fault=body.fault,
            words=body.words,
            items=items(body.items),
        )

    return perform(context, case, body, make, "correction")
