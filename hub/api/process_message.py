"""`POST /fhir/$process-message`: MedCom messages in, each answered with an Acknowledgement (FHIR R4 §2.4.3).

The protocol is hub.intake.conversation's; here it is HTTP. A message that can be read is answered with 200 and an
Acknowledgement that says ok, fatal-error or transient-error; an Acknowledgement itself gets a plain 200. What is no
message at all gets an OperationOutcome.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from adapters.fhir.outcome import Issue, operation_outcome
from adapters.medcom import systems
from adapters.medcom.acknowledgement import issue
from hub.api.dependencies import Context, served_at
from hub.api.route import GuardedRoute, TooLarge, WrongMediaType, WrongParameter, bounded, name_caller, once
from hub.api.strict_json import shown_name
from hub.domain.message import Finding
from hub.errors import Unreadable
from hub.intake.conversation import ConversationAnswer
from hub.observability import MESSAGES
from hub.ports.intake import NotAMessage, Reply

MEDIA = "application/fhir+json"


class MessageDoor(GuardedRoute):
    """A route that takes a message as bytes: the caller is named, the body bounded and left as it came."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the gate."""
        handle = APIRoute.get_route_handler(self)

        async def enter(request: Request) -> Response:
            once(request, ("authorization",))
            name_caller(request)
            try:
                once(request)
                _no_parameters(request)
                _plain_fhir(request)
                request.state.content = await bounded(
                    request, served_at(request).services.settings.server.message_limit
                )
            except Unreadable as refusal:
                await run_in_threadpool(_came_to_nothing, request, refusal)
                raise
            return await handle(request)

        return enter


def _came_to_nothing(request: Request, refusal: Unreadable) -> None:
    """That something came is recorded, whatever it was that nobody read."""
    rule, element = next((told for kind, told in _UNREAD.items() if isinstance(refusal, kind)), _UNREAD[Unreadable])
    finding = Finding(severity="error", code=systems.BAD_FORMAT, element=element, rule=rule, says=refusal.rule)
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isascii() and declared.isdigit() and len(declared) <= 12 else None
    served_at(request).services.intake.refuse_unread(request.state.actor, size, finding)


_UNREAD: dict[type[Unreadable], tuple[str, str]] = {
    TooLarge: ("msg-size", "Bundle"),
    WrongMediaType: ("http-media-type", ""),
    WrongParameter: ("http-parameters", ""),
    Unreadable: ("http-headers", ""),
}
router = APIRouter(prefix="/fhir", route_class=MessageDoor)


@router.post("/$process-message", summary="Take in a MedCom message", include_in_schema=False)
def process_message(context: Context) -> Response:
    """CareCommunication 5.0, HospitalNotification 3.0, Acknowledgement 2.0; `application/fhir+json`, up to 16 MiB."""
    conversation, actor = context.services.conversation, context.actor
    try:
        message = conversation.read(actor, context.request.state.content)
    except NotAMessage as refusal:
        return _outcome(400 if refusal.finding.rule == "msg-json" else 422, (refusal.finding,))
    if message.is_acknowledgement:
        context.up_to_date()
    answered: ConversationAnswer = conversation.answer(actor, message)
    MESSAGES.labels(answered.event, answered.verdict.code).inc()
    if answered.acknowledgement is not None:
        return Response(answered.acknowledgement, media_type=MEDIA, headers={"Cache-Control": "no-store"})
    if message.is_acknowledgement and answered.verdict.code == Reply.OK:
        return Response(status_code=200)
    return _outcome(422, answered.verdict.findings)


def _outcome(status: int, findings: tuple[Finding, ...]) -> Response:
    """What was wrong, as FHIR says it outside of a message."""
    told_of = [finding for finding in findings if finding.severity == "error"]
    issues = [
        Issue(
            finding.severity,
            issue(finding).code or "invalid",
            f"{finding.rule}: {finding.says}",
            (finding.element,) if finding.element else (),
            (systems.issue_system(finding.code), finding.code),
        )
        for finding in told_of
    ]
    return Response(operation_outcome(*issues), status, media_type=MEDIA, headers={"Cache-Control": "no-store"})


def _no_parameters(request: Request) -> None:
    """`async` and `response-url` of the operation are not offered: the answer is the answer."""
    for name, value in request.query_params.multi_items():
        if name != "_format" or value not in ("json", "application/json", MEDIA):
            raise WrongParameter("this door takes no parameters but _format=json", field=shown_name(name))


def _plain_fhir(request: Request) -> None:
    """JSON, in UTF-8, of FHIR R4, not encoded any further."""
    media, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if media not in (MEDIA, "application/json"):
        raise WrongMediaType(f"{MEDIA}; XML is not spoken here", field="Content-Type")
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name == "fhirversion" and value.strip('"') not in ("4.0", "4.0.1"):
            raise WrongMediaType("FHIR R4: fhirVersion=4.0", field="Content-Type", source="FHIR R4 §3.1.0.1.10.1")
        if name == "charset" and value.strip('"') != "utf-8":
            raise WrongMediaType("charset=utf-8", field="Content-Type")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("no encoding: the body as it is", field="Content-Encoding", source="RFC 9110 §8.4")
