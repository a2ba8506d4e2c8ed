"""One road for every command: who acts, which key, which moment; call; translate the outcome back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import JSONResponse

from hub.access.gate import acting
from hub.api.dependencies import RequestContext
from hub.api.fields import ActBody, CarriedBody, ItemBody, LeavingBody
from hub.api.problems import problem
from hub.api.route import canonical, if_match
from hub.api.v1 import presenter
from hub.application.command_context import CommandContext, CommandResult
from hub.domain.case import Case, CaseCommand
from hub.domain.disclosure import DisclosureRefused
from hub.domain.request.events import RequestItemDeclined
from hub.domain.ruling import ruling_of
from hub.errors import Unreadable
from hub.observability import DECISIONS
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit

Make = Callable[[UUID, Case], CaseCommand]


def command_context(context: RequestContext, body: ActBody) -> CommandContext:
    """What comes with the command that this request makes."""
    return CommandContext(
        actor=acting(context.actor, body.acting_unit, body.person, body.role),
        key=context.request.state.key,
        request=canonical(context.request),
        came=context.handler.clock(),
        if_match=if_match(context.request),
    )


def perform(
    context: RequestContext, case: UUID, body: ActBody, make: Make, what: str, units: Iterable[Unit] = ()
) -> Response:
    """Carry one command out and answer: 201 with what was recorded, or 403 when the law said no."""
    sent, named = command_context(context, body), tuple(units)

    def judged(key: UUID, standing: Case) -> CaseCommand:
        admit(context, body, sent.came)
        entered(context, named)
        return make(key, standing)

    outcome = context.handler.handle(case, sent, judged)
    return answer(outcome, outcome.act, what)


def admit(context: RequestContext, body: ActBody, came: datetime) -> None:
    """May an act be dated so? Judged the first time a command comes, not when it is repeated."""
    window = context.handler.window
    if isinstance(body, CarriedBody | LeavingBody):
        window.admit_carried(body.at, came, already_made=isinstance(body, CarriedBody) and body.already_made)
    else:
        window.admit(body.at, came)


def entered(context: RequestContext, units: Iterable[Unit]) -> None:
    """Every unit that a body names must be in the directory."""
    for unit in units:
        if context.services.directory.find(unit) is None:
            rule = "a unit of the directory (GET /v1/units lists them)"
            raise Unreadable(rule, field=_field(context.request.state.body, str(unit)))


def answer(outcome: CommandResult, act: UUID, what: str) -> Response:
    """201 and what was recorded, or the refusal as a problem; both carry the case's version as the unit knows it."""
    headers = {"ETag": f'"{outcome.version}"', "Location": f"/v1/cases/{outcome.case}"}
    no = presenter.refused(outcome)
    for recorded in outcome.events:
        ruling = ruling_of(recorded.event)
        if ruling is not None and not isinstance(recorded.event, RequestItemDeclined):  # the answer's, counted with it
            DECISIONS.labels(ruling.decision.outcome.value, ruling.decision.reason.value).inc()
    if no is not None:
        return refusal(outcome, no, headers)
    return JSONResponse(presenter.recorded(outcome, act, what), 201, headers=headers)


def refusal(outcome: CommandResult, no: DisclosureRefused, headers: dict[str, str]) -> Response:
    """The law said no: a stored event, and a problem that says why and what to do next."""
    decision, told = no.ruling.decision, no.ruling.explanation
    more: dict[str, Any] = {
        "reason": decision.reason.value,
        "hjemmel": {"invoked": decision.invoked, "citation": decision.citation, "edition": decision.edition},
        "decision": str(no.disclosure),
        "case": str(outcome.case),
        "version": outcome.version,
        "recorded_at": outcome.events[0].recorded_at.isoformat(),
        "next_step": decision.next_step,
        "successor": list(decision.successor),
        "contested": decision.contested,
        "explanation": {"da": told.da, "en": told.en},
    }
    if (retraction := presenter.retraction(outcome)) is not None:
        more["retraction"] = str(retraction)
    return problem(403, "refused", "The law does not permit this act", detail=told.en, more=more, headers=headers)


def tagged(body: dict[str, Any], version: int) -> JSONResponse:
    """What a unit is shown of a case at the version it knows.

    The ETag adds a digest of the answer: at one version it may change by time alone, as when a consent lapses, and by
    the withdrawal that stops a letter.
    """
    shown = JSONResponse(body, headers={"Cache-Control": "no-store"})
    shown.headers["ETag"] = f'"{version}-{sha256(shown.body).hexdigest()[:16]}"'
    return shown


def items(bodies: tuple[ItemBody, ...]) -> tuple[Item, ...]:
    """The items as the domain knows them."""
    return tuple(body.item() for body in bodies)


def _field(body: Any, value: str, path: str = "") -> str:
    """Where in the body this value stands."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, pair in pairs:
        here = f"{path}.{name}" if path else str(name)
        found = here if pair == value else _field(pair, value, here)
        if found:
            return found
    return ""
