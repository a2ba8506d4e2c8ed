"""Obligations: who owes what to whom by when, and what fulfilled it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from hub.api.dependencies import Context
from hub.api.fields import ActBody, SomeWords
from hub.api.route import GuardedRoute, RecordingRoute
from hub.api.schemas.case import ObligationsAnswer
from hub.api.v1.perform import perform, tagged
from hub.application.visibility import shown
from hub.domain.case import Case
from hub.domain.duty import FulfilDuty, Obligation, looked_at_again
from hub.law.explain import duty_in_words
from hub.law.hjemmel import DutyCode
from hub.vocabulary.jsonable import plain

PREFIX, TAG = "/v1/cases/{case}/obligations", "obligations"
router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=[TAG])
acts = APIRouter(prefix=PREFIX, route_class=RecordingRoute, tags=[TAG])


class FulfilmentBody(ActBody):
    """The duty was fulfilled; `words` is what was to be written down, such as the balancing itself."""

    act: UUID
    duty: DutyCode
    words: SomeWords = ""


@router.get("", response_model=ObligationsAnswer, summary="What is owed on the case, overdue first")
def list_obligations(
    context: Context,
    case: UUID,
    fulfilled: Annotated[bool, Query(description="also what has been fulfilled, or fell away")] = False,
) -> Response:
    """What this unit owes, and what is owed to it as far as the answer comes to it: overdue first, then by deadline."""
    hub, unit = context.handler, context.unit
    version, standing = hub.cases.known_to(case, context.actor)
    now, known = hub.clock(), shown(hub.cases.history(case), unit).acts
    owed = looked_at_again(standing.owed, standing.course.deaths)
    rows = [duty for duty in owed.values() if duty.act in known and duty.is_known_to(unit)]
    rows = [row for row in rows if fulfilled or row.is_open]
    rows.sort(key=lambda row: (not row.is_open, row.deadline is None, row.deadline or row.since))
    context.reads.record(case, context.actor, "GET /v1/cases/{case}/obligations", "", [])
    body = {"case": str(case), "version": version, "obligations": [_row(row, row.overdue(now)) for row in rows]}
    return tagged(body, version)


@acts.post("", summary="State that a duty was fulfilled")
def fulfil_obligation(context: Context, case: UUID, body: FulfilmentBody) -> Response:
    """For duties that no act of their own closes: the balancing, the journal entry, the note."""

    def make(_key: UUID, _case: Case) -> FulfilDuty:
        return FulfilDuty(act=body.act, duty=body.duty, at=body.at, by=context.unit, words=body.words)

    return perform(context, case, body, make, "fulfilment")


def _row(obligation: Obligation, overdue: bool) -> dict[str, Any]:
    words = duty_in_words(obligation.duty)
    row: dict[str, Any] = plain(obligation)
    del row["about"]
    return row | {"overdue": overdue, "text": {"da": words.da, "en": words.en}}
