"""What becomes of a request for information: asked or refused, clarified, answered.

What nobody may answer is refused when it is asked; a vague request is recorded, because whoever is asked must clarify
it first. An answer holds what was asked for, journalised, and no more (rules R09 to R12).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.domain.backdating import precedes
from hub.domain.consent import Consents
from hub.domain.correction.events import ActsRetracted, CorrectedAct, CorrectionEvent
from hub.domain.disclosure import DisclosureRefused, Passing, granted, judge, refusal, require_another
from hub.domain.request.events import (
    AnswerRequest,
    AskClarification,
    AskInformation,
    ClarificationAsked,
    ClarificationGiven,
    Declined,
    Form,
    GiveClarification,
    InformationRequested,
    RequestAnswered,
    RequestCommand,
    RequestEvent,
    RequestItemDeclined,
)
from hub.domain.ruling import Ruling
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound, Unreadable
from hub.law.facts import Flags
from hub.law.hjemmel import Reason
from hub.vocabulary.information import Citizen, categories
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

ANSWER = "anmodning_besvarelse"
ASIDE = frozenset(
    {"reason", "agreements_at_birth", "contraception", "contact", "ean", "answer_by"}
)  # no answer rests on these


@dataclass(frozen=True, slots=True)
class InformationRequest:
    """One request as it stands."""

    request: UUID
    requester: Unit
    asked: Unit
    asked_at: datetime
    form: Form
    unclear: bool = False
    answered: bool = False
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Requests:
    """Every request of a case."""

    by_id: Mapping[UUID, InformationRequest] = field(default_factory=dict)

    def to(self, request: UUID, unit: Unit) -> InformationRequest:
        """The request, if it was put to this unit."""
        standing = self.by_id.get(request)
        if standing is None or standing.asked != unit:
            raise NotFound("no such request to this unit on this case")
        return standing

    def by(self, request: UUID, unit: Unit) -> InformationRequest:
        """The request, if this unit put it."""
        standing = self.by_id.get(request)
        if standing is None or standing.requester != unit:
            raise NotFound("no such request by this unit on this case")
        return standing


def decide(
    requests: Requests, command: RequestCommand, citizen: Citizen, consents: Consents
) -> tuple[RequestEvent | DisclosureRefused, ...]:
    """What the command adds to the record."""
    match command:
        case AskInformation():
            return (_ask(command, citizen, consents),)
        case AskClarification():
            asked = _open(requests.to(command.request, command.by), command.at)
            return (_put(asked, command, citizen, consents),)
        case GiveClarification():
            asked = _open(requests.by(command.request, command.by), command.at)
            return (_specified(asked, command, citizen, consents),)
        case AnswerRequest():
            asked = _open(requests.to(command.request, command.by), command.at)
            return _answer(asked, command, citizen, consents)
        case _:
            assert_never(command)


def evolve(requests: Requests, event: RequestEvent) -> Requests:
    """The requests as they stand after one more event."""
    match event:
        case InformationRequested(request=key, at=at, by=by, recipient=recipient, form=form):
            now = InformationRequest(key, by, recipient, at, form)
        case ClarificationAsked(request=key):
            now = replace(requests.by_id[key], unclear=True)
        case ClarificationGiven(request=key, items=items):
            asked = requests.by_id[key]
            now = replace(asked, unclear=False, form=replace(asked.form, items=items))
        case RequestAnswered(request=key):
            now = replace(requests.by_id[key], answered=True)
        case RequestItemDeclined():
            return requests
        case _:
            assert_never(event)
    return Requests({**requests.by_id, now.request: now})


def handed_on(requests: Requests, heir: Heir) -> Requests:
    """The same, with whoever stands now for those that asked and were asked."""
    return Requests(
        {
            key: replace(standing, requester=heir(standing.requester), asked=heir(standing.asked))
            for key, standing in requests.by_id.items()
        }
    )


def correct(requests: Requests, event: CorrectionEvent) -> Requests:
    """A request that its sender took back, whole or in what an answer rests on, is answered no more."""
    if not isinstance(event, ActsRetracted):
        return requests
    gone = {
        act.act: replace(requests.by_id[act.act], taken_back=True)
        for act in event.acts
        if act.act in requests.by_id and _carries_an_answer(act)
    }
    return Requests({**requests.by_id, **gone}) if gone else requests


def _carries_an_answer(act: CorrectedAct) -> bool:
    return not act.points or any(point.name not in ASIDE for point in act.points)


def _passing(
    form: Form,
    *,
    asked: Unit,
    requester: Unit,
    at: datetime,
    clear: bool,
    sends: tuple[str, ...],
    role: str | None = None,
    flags: Flags | None = None,
) -> Passing:
    return Passing(
        act=ANSWER,
        initiative="recipient",
        discloser=asked,
        discloser_role=role,
        recipient=requester,
        at=at,
        basis=form.basis,
        purpose=form.purpose,
        categories=sends,
        subject=form.subject,
        request=form.as_law(clear=clear),
        flags=flags or Flags(),
    )


def _ask(command: AskInformation, citizen: Citizen, consents: Consents) -> InformationRequested | DisclosureRefused:
    """A request that no answer could lawfully follow is refused; a vague one goes on, to be clarified."""
    form = command.form
    if form.answer_by is not None and form.answer_by < local_day(command.at):
        raise Unreadable("the day of the act or a later one", field="answer_by", source="GDPR art. 5(1)(d)")
    require_another(command.recipient, command.by)
    passing = _passing(form, asked=command.recipient, requester=command.by, at=command.at, clear=True, sends=form.items)
    ruling = judge(passing, citizen, consents)
    if not ruling.permits and ruling.decision.reason is not Reason.REQUEST_NOT_SPECIFIC:
        no = refusal(command.request, command.by, passing, ruling, already_made=command.already_made)
        return replace(no, recipient=command.recipient)  # a request goes the other way than what it asks for
    return InformationRequested(
        request=command.request,
        at=command.at,
        by=command.by,
        recipient=command.recipient,
        form=form,
        ruling=ruling,
        already_made=command.already_made,
    )


def _put(
    asked: InformationRequest, command: AskClarification, citizen: Citizen, consents: Consents
) -> ClarificationAsked | DisclosureRefused:
    """A question in items and days may always be put: it tells the requester nothing but what it asked for itself.

    It is what rule R31 points to when no answer may follow (ASK_CLARIFICATION). Words go only where an answer could.
    """
    if set(command.items) - set(asked.form.items):
        raise Contradiction("only what was asked for can be asked about", code="clarifies-unasked", field="items")
    passing = _passing(
        asked.form,
        asked=command.by,
        requester=asked.requester,
        at=command.at,
        clear=True,
        sends=command.items or asked.form.items,
    )
    ruling = judge(passing, citizen, consents)
    if not ruling.permits and command.question:
        return refusal(command.clarification, command.by, passing, ruling, already_made=command.already_made)
    return ClarificationAsked(
        request=command.request,
        at=command.at,
        by=command.by,
        recipient=asked.requester,
        question=command.question,
        items=command.items,
        since=command.since,
        until=command.until,
        ruling=ruling,
        already_made=command.already_made,
        clarification=command.clarification,
    )


def _specified(
    asked: InformationRequest, command: GiveClarification, citizen: Citizen, consents: Consents
) -> ClarificationGiven | DisclosureRefused:
    """What is wanted now is judged as if it were asked for anew."""
    form = replace(asked.form, items=command.items)
    passing = _passing(form, asked=asked.asked, requester=command.by, at=command.at, clear=True, sends=command.items)
    ruling = judge(passing, citizen, consents)
    if not ruling.permits and (command.words or ruling.decision.reason is not Reason.REQUEST_NOT_SPECIFIC):
        no = refusal(command.clarification, command.by, passing, ruling, already_made=command.already_made)
        return replace(no, recipient=asked.asked)
    return ClarificationGiven(
        request=command.request,
        at=command.at,
        by=command.by,
        recipient=asked.asked,
        items=command.items,
        words=command.words,
        since=command.since,
        until=command.until,
        ruling=ruling,
        already_made=command.already_made,
        clarification=command.clarification,
    )


def _answer(
    asked: InformationRequest, command: AnswerRequest, citizen: Citizen, consents: Consents
) -> tuple[RequestEvent | DisclosureRefused, ...]:
    declined = tuple(item.category for item in command.declined)
    unasked = set(declined) - set(asked.form.items)
    if unasked:
        raise Contradiction(
            "only an item that was asked for can be declined", code="declined-unasked", field="declined"
        )
    flags = replace(
        command.flags,
        hospital_declines=declined,
        journalised=all(item.journalised for item in command.items) and command.flags.journalised is not False,
    )
    passing = _passing(
        asked.form,
        asked=command.by,
        requester=asked.requester,
        at=command.at,
        clear=not asked.unclear,
        sends=tuple(dict.fromkeys((*categories(command.items), *declined))),
        role=command.role,
        flags=flags,
    )
    ruling = judge(passing, citizen, consents)
    told = tuple(_declined(command, asked.requester, item, ruling) for item in command.declined)
    if not ruling.permits:
        no = refusal(command.answer, command.by, passing, ruling, already_made=command.already_made)
        # Nothing is left to send, but the requester is still told what is declined and why (EXPLAIN_DECLINE).
        return (no, *told) if ruling.decision.reason is Reason.ITEM_NOT_OBLIGED else (no,)
    if not set(declined) <= set(ruling.decision.withheld):
        raise Contradiction("this item must be answered (rule R12)", code="declined-obligation", field="declined")
    answered = RequestAnswered(
        answer=command.answer,
        request=command.request,
        at=command.at,
        by=command.by,
        recipient=asked.requester,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made,
    )
    return (answered, *told)


def _declined(answer: AnswerRequest, requester: Unit, item: Declined, ruling: Ruling) -> RequestItemDeclined:
    return RequestItemDeclined(
        answer=answer.answer,
        request=answer.request,
        at=answer.at,
        by=answer.by,
        recipient=requester,
        category=item.category,
        reason=item.reason,
        ruling=ruling,
    )


def _open(asked: InformationRequest, at: datetime) -> InformationRequest:
    if asked.answered:
        raise Contradiction("this request has been answered", code="request-already-answered")
    if asked.taken_back:
        raise Contradiction("this request was taken back; a new one may be made", code="request-taken-back")
    if precedes(at, asked.asked_at):
        raise Contradiction("this would lie before the request", code="request-order", field="at")
    return asked
