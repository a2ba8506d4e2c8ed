"""`POST /fhir/$process-message`: MedCom messages in, each answered with an Acknowledgement (FHIR R4 §2.4.3).

A message that can be read is answered with 200 and an Acknowledgement that says ok, fatal-error or transient-error; an
Acknowledgement itself gets a plain 200. What is no message at all gets an OperationOutcome, and a token may send only
for its own unit. The bytes are kept as they came and never written anew.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from adapters.fhir.outcome import Issue, operation_outcome
from adapters.medcom import systems
from adapters.medcom.acknowledgement import Unanswerable, acknowledgement, issue
from adapters.medcom.envelope import Envelope, NotAMessage, content_digest, opened
from adapters.medcom.intake import Numbers, cpr_of, numbers, receipt, told
from adapters.medcom.message import Message
from hub.api.route import GuardedRoute, TooLarge, WrongMediaType, WrongParameter, bounded, once
from hub.api.strict_json import shown_name
from hub.api.v1.perform import up_to_date
from hub.bootstrap.build import House
from hub.domain.message import Finding, Verdict
from hub.errors import Contradiction, KeyReused, NotPermitted, TryAgainLater, Unreadable
from hub.intake.deduplication import Arrival, Sending
from hub.observability import MESSAGES
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit

MEDIA = "application/fhir+json"
HEADER = "Bundle.entry[0].resource"
OK, FATAL, TRANSIENT = "ok", "fatal-error", "transient-error"


class MessageDoor(GuardedRoute):
    """A route that takes a message as bytes: the caller is named, the body bounded and left as it came."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the gate."""
        handle = APIRoute.get_route_handler(self)

        async def enter(request: Request) -> Response:
            once(request, ("authorization",))
            request.state.actor = request.app.state.gate.actor(request.headers.get("authorization", ""))
            try:
                once(request)
                _no_parameters(request)
                _plain_fhir(request)
                request.state.content = await bounded(request, request.app.state.settings.message_limit)
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
    request.app.state.house.receiving.refuse_unread(request.state.actor, size, finding)


_UNREAD: dict[type[Unreadable], tuple[str, str]] = {
    TooLarge: ("msg-size", "Bundle"),
    WrongMediaType: ("http-media-type", ""),
    WrongParameter: ("http-parameters", ""),
    Unreadable: ("http-headers", ""),
}
router = APIRouter(prefix="/fhir", route_class=MessageDoor)


@router.post("/$process-message", summary="Take in a MedCom message", include_in_schema=False)
def process_message(request: Request) -> Response:
    """CareCommunication 5.0, HospitalNotification 3.0, Acknowledgement 2.0; `application/fhir+json`, up to 16 MiB."""
    house, actor, content = request.app.state.house, request.state.actor, request.state.content
    try:
        posted = _Posted(house, actor, opened(content))
        if posted.envelope.event == systems.ACK_EVENT:
            up_to_date(request)
        return posted.answered()
    except NotAMessage as refusal:
        house.receiving.refuse(actor, content, (refusal.finding,))
        return _outcome(400 if refusal.finding.rule == "msg-json" else 422, (refusal.finding,))


@dataclass(frozen=True)
class _Posted:
    """One message on its way in."""

    house: House
    actor: Actor
    envelope: Envelope

    def answered(self) -> Response:
        """The answer, once the message has had its effect."""
        self._require_own_sender()
        try:
            earlier = self.house.receiving.arrivals.earlier(self.actor.unit, self._sending)
        except KeyReused:
            return self._reused(f"{HEADER}.id", "msg-duplicate", "a new id for new content")
        if earlier is not None:
            self.house.receiving.arrivals.came_again(self.actor, earlier, self._sending)
            return self._answer(Verdict(FATAL if earlier.findings else OK, earlier.findings), earlier.at)
        if self.house.receiving.arrivals.is_anothers(self.actor.unit, self._sending):
            return self._reused("Bundle.id", "msg-envelope", "a new Bundle.id for another message")
        try:
            verdict = self.house.validator.verdict(self.envelope.body)
        except TryAgainLater:
            return self._answer(_verdict(TRANSIENT, systems.OUT_OF_OPERATION, "", "hub-busy", "send it again"))
        return self._refused(verdict) if verdict.code != OK else self._taken(verdict)

    def _taken(self, verdict: Verdict) -> Response:
        message = self._message
        if message is None or numbers(message.sender) is None:
            raise self._not_its_own()
        try:
            if self.envelope.event == systems.ACK_EVENT:
                said = receipt(message)
                self.house.receiving.acknowledged(self.actor, self._sending, said.acknowledges, said.answer)
                return self._answer(verdict)
            recipient = self._unit(numbers(message.receiver))
            if recipient is None:
                at = f"{HEADER}.destination[0].receiver"
                says = "a receiver that this hub knows"
                return self._refused(_verdict(FATAL, systems.UNKNOWN_RECEIVER, at, "receiver-known", says))
            event = told(message, self.actor.unit, recipient)
            arrival = Arrival(event=event, cpr=cpr_of(message), content=self.envelope.body, sending=self._sending)
            return self._answer(verdict, self.house.receiving.receive(self.actor, arrival))
        except Unreadable as complaint:
            return self._refused(_verdict(FATAL, systems.DATE_FORMAT, complaint.field, "moments", complaint.rule))
        except KeyReused:
            return self._reused(f"{HEADER}.id", "msg-duplicate", "a new id for new content")
        except Contradiction:  # the case is written to by others without pause
            return self._answer(_verdict(TRANSIENT, systems.OUT_OF_OPERATION, "", "hub-busy", "send it again"))

    def _refused(self, verdict: Verdict) -> Response:
        errors = tuple(finding for finding in verdict.findings if finding.severity == "error")
        at = self.house.receiving.refuse(self.actor, self.envelope.body, errors, self._sending)
        return self._answer(Verdict(verdict.code, errors), at)

    def _reused(self, element: str, rule: str, says: str) -> Response:
        """An id is known with something else: an error that is not held against the message, and the first stands."""
        verdict = _verdict(FATAL, systems.DUPLICATE_ID, element, rule, says)
        return self._answer(verdict, self.house.receiving.refuse(self.actor, self.envelope.body, verdict.findings))

    def _answer(self, verdict: Verdict, at: datetime | None = None) -> Response:
        MESSAGES.labels(self.envelope.event, verdict.code).inc()
        if self.envelope.event == systems.ACK_EVENT:  # never acknowledged
            return Response(status_code=200) if verdict.code == OK else _outcome(422, verdict.findings)
        base = f"{self.house.settings.public_url}/fhir"
        try:
            body = acknowledgement(self.envelope, verdict, at or self.house.clock(), base)
        except Unanswerable:
            return _outcome(422, verdict.findings)
        return Response(body, media_type=MEDIA, headers={"Cache-Control": "no-store"})

    def _require_own_sender(self) -> None:
        """Who may send for whom: the token's unit is the message's sender, by SOR id and GLN in the directory."""
        sender = numbers(self._message.sender) if self._message else None
        if sender is not None and self._unit(sender) != self.actor.unit:
            raise self._not_its_own()  # a sender that cannot be made out breaks a rule, and is told so

    def _not_its_own(self) -> NotPermitted:
        """The refusal of a message that another unit seems to have sent, once it is recorded."""
        says = "the token's own unit"
        at = f"{HEADER}.sender"
        finding = Finding(severity="error", code=systems.BAD_FORMAT, element=at, rule="sender-own", says=says)
        self.house.receiving.refuse(self.actor, self.envelope.body, (finding,))
        return NotPermitted("the message's sender is not the token's unit")

    def _unit(self, wanted: Numbers | None) -> Unit | None:
        """The unit with these numbers in the directory."""
        if wanted is None:
            return None
        found = (
            address for address in self.house.directory.all() if address.sor is not None and address.gln is not None
        )
        return next((address.unit for address in found if (address.sor, address.gln) == (wanted.sor, wanted.gln)), None)

    @cached_property
    def _sending(self) -> Sending:
        ids = {"message": self.envelope.header.id or "", "bundle": self.envelope.bundle.id or ""}
        return Sending(**ids, digest=content_digest(self.envelope))

    @cached_property
    def _message(self) -> Message | None:
        """The message, opened; None when a resource has not the shape of its kind, which the validation will tell."""
        try:
            return Message(self.envelope)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None


def _verdict(code: str, issue_code: str, element: str, rule: str, says: str) -> Verdict:
    return Verdict(code, (Finding(severity="error", code=issue_code, element=element, rule=rule, says=says),))


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
