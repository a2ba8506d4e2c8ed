"""Duties (pligter) as obligations on the case: who owes what to whom, by when, and what fulfilled it.

An act that the law permits with duties leaves them standing. Most are closed by the act that fulfils them – the
assessment, the receipt, the feedback, the citizen being told; the rest by a statement that it was done (DutyFulfilled).
What the hub does itself in the same breath – hold surplus back, cite the edition in force, tell which item is
declined – is never owed by anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from hub.domain.concern import ConcernAssessed, ConcernFeedbackGiven, ConcernReceiptGiven
from hub.domain.correction.events import ActCorrected
from hub.domain.course.death import Deaths
from hub.domain.delivery import DeliveryDeparted
from hub.domain.disclosure import THE_WOMAN, CitizenInformed, DisclosureRefused
from hub.domain.identity import act_of
from hub.domain.notifier import OUTSIDE, ConcernReceived
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    InformationRequested,
    RequestItemDeclined,
)
from hub.domain.ruling import ruling_of
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound
from hub.law import frister
from hub.law.hjemmel import DutyCode
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import COPENHAGEN

DONE_BY_THE_HUB = frozenset({DutyCode.WITHHOLD_SURPLUS, DutyCode.EXPLAIN_DECLINE, DutyCode.CORRECT_CITATION})
OWED_BY_RECIPIENT = frozenset(
    {
        DutyCode.ASSESS_24H,
        DutyCode.ACK_RECEIPT,
        DutyCode.FEEDBACK,
        DutyCode.NOTE_ORAL,
        DutyCode.JOURNAL_INCOMING_PLAN,
    }
)
CLOSED_BY_ACT = frozenset({DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK})
TO_HER = frozenset(  # duties that are met by speaking to the woman herself
    {
        DutyCode.SEEK_CONSENT_FIRST,
        DutyCode.INFORM_SUBJECT_BEFORE,
        DutyCode.INFORM_SUBJECT_AFTER,
        DutyCode.REQUEST_NEW_CONSENT,
        DutyCode.TELL_CONSEQUENCES,
    }
)
HER_OWN = (*THE_WOMAN, "kommende_barn")  # what is about her, and nobody else's to be told of in her place
ANSWERED = frozenset({DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK})  # whoever is owed these is told by the answer itself
INFORMING = frozenset({DutyCode.INFORM_SUBJECT_BEFORE, DutyCode.INFORM_SUBJECT_AFTER})


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilDuty:
    """State that a duty was fulfilled: the balancing written down, the consent or the request journalised."""

    act: UUID
    duty: DutyCode
    at: datetime
    by: Unit
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFulfilled:
    """A duty that an act left standing was fulfilled; `words` is what was to be written down, the balancing itself."""

    act: UUID
    duty: DutyCode
    at: datetime
    by: Unit
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One duty of one act. `due` is the latest moment, or the latest day (to its end), or None: as soon as possible.

    `lapsed_at` is when it fell away, for she has died.
    """

    act: UUID
    duty: DutyCode
    owed_by: Unit
    owed_to: Unit
    since: datetime
    due: datetime | date | None = None
    fulfilled_at: datetime | None = None
    lapsed_at: datetime | None = None
    about: str = field(default="", compare=False)

    @property
    def is_open(self) -> bool:
        """Is it still owed?"""
        return self.fulfilled_at is None and self.lapsed_at is None

    def is_known_to(self, unit: Unit) -> bool:
        """May this unit, which knows the act, follow the duty? Whoever owes it, and whoever its fulfilment comes to.

        That a receiver has assessed an underretning, say, is the receiver's own knowledge.
        """
        return unit == self.owed_by or (unit == self.owed_to and self.duty in ANSWERED)

    @property
    def deadline(self) -> datetime | None:
        """The moment after which it is overdue: a day ends at midnight in Denmark."""
        if self.due is None or isinstance(self.due, datetime):
            return self.due
        return datetime.combine(self.due + timedelta(days=1), time(), COPENHAGEN)

    def overdue(self, now: datetime) -> bool:
        """Is it still owed after its deadline?"""
        return self.is_open and self.deadline is not None and now >= self.deadline


Owed = Mapping[tuple[UUID, DutyCode], Obligation]


def decide(obligations: Iterable[Obligation], command: FulfilDuty) -> tuple[DutyFulfilled, ...]:
    """The statement, if this unit owes the duty and no act of its own closes it."""
    for obligation in obligations:
        if (obligation.act, obligation.duty) == (command.act, command.duty) and obligation.owed_by == command.by:
            if obligation.fulfilled_at is not None:
                raise Contradiction("this duty has been fulfilled", code="duty-already-fulfilled")
            if obligation.duty in CLOSED_BY_ACT:
                raise Contradiction("this duty is fulfilled by the act itself", code="duty-closed-by-act", field="duty")
            return (
                DutyFulfilled(act=command.act, duty=command.duty, at=command.at, by=command.by, words=command.words),
            )
    raise NotFound("no such duty of this unit on this case")


def obligations(events: Iterable[object]) -> tuple[Obligation, ...]:
    """Every obligation that these events of a case leave, in the order they arose."""
    owed: Owed = {}
    for event in events:
        owed = evolve(owed, event)
    return tuple(owed.values())


def evolve(owed: Owed, event: object) -> Owed:
    """What is owed after one more event."""
    match event:
        case DisclosureRefused() | InformationRequested() | ClarificationAsked() | ClarificationGiven():
            return owed  # a request owes nothing before it is answered
        case RequestItemDeclined():
            return owed  # the answer's duties are the answer's
        case DeliveryDeparted(act=act):
            return told(owed, act, event.told_at)
        case DutyFulfilled(act=act, duty=duty, at=at):
            return _closed(owed, act, {duty}, at)
        case ConcernAssessed(concern=act, at=at):
            return _closed(owed, act, {DutyCode.ASSESS_24H}, at)
        case ConcernReceiptGiven(concern=act, at=at):
            return _closed(owed, act, {DutyCode.ACK_RECEIPT}, at)
        case ConcernFeedbackGiven(concern=act, at=at):
            return _closed(owed, act, {DutyCode.FEEDBACK}, at)
        case CitizenInformed(about=act, at=at):
            return _closed(owed, act, INFORMING, at)
        case _:
            arisen = {(deadline.act, deadline.duty): deadline for deadline in _arising(event)}
            return {**owed, **arisen} if arisen else owed


def handed_on(owed: Owed, heir: Heir) -> Owed:
    """The same, with whoever stands now for those that owe and are owed."""
    return {
        key: replace(obligation, owed_by=heir(obligation.owed_by), owed_to=heir(obligation.owed_to))
        for key, obligation in owed.items()
    }


def told(owed: Owed, act: UUID, at: datetime) -> Owed:
    """The receiver's own clocks run from when it could read the letter: it answers for no hour in which it was held."""
    return {
        key: _counted_from(at, obligation) if key[0] == act and key[1] in OWED_BY_RECIPIENT else obligation
        for key, obligation in owed.items()
    }


def _counted_from(at: datetime, obligation: Obligation) -> Obligation:
    if obligation.due is None or obligation.fulfilled_at is not None or at <= obligation.since:
        return obligation
    (later,) = frister.due_from((obligation.duty,), at)
    return replace(obligation, since=at, due=later.latest)


def looked_at_again(owed: Owed, deaths: Deaths) -> Owed:
    """The same, once those who owe it know that the woman has died: what she was to be told, nobody owes any more.

    It is owed again when the death is taken back. What is owed to others, or for a child that lives, stays.
    """
    return {key: _lapsed(obligation, deaths) for key, obligation in owed.items()} if deaths else owed


def _lapsed(obligation: Obligation, deaths: Deaths) -> Obligation:
    death = deaths.get(obligation.owed_by)
    is_hers = obligation.duty in TO_HER and obligation.about in HER_OWN
    if death is None or not is_hers or obligation.fulfilled_at is not None:
        return obligation
    return replace(obligation, lapsed_at=death.stated_at)


def _arising(event: object) -> Iterator[Obligation]:
    if isinstance(event, ConcernReceived):
        yield from _owed_for_what_came(event)
        return
    ruling, act = ruling_of(event), act_of(event)
    if ruling is None or act is None or not ruling.permits:
        return
    due = {deadline.duty: deadline.latest for deadline in ruling.decision.due}
    facts = ruling.facts
    for duty in ruling.decision.duties:
        if duty in DONE_BY_THE_HUB or (isinstance(event, ActCorrected) and duty in OWED_BY_RECIPIENT):
            continue  # what a corrected act asks of its receiver, the first has asked
        by_recipient = duty in OWED_BY_RECIPIENT
        yield Obligation(
            act=act,
            duty=duty,
            owed_by=facts.recipient if by_recipient else facts.discloser,
            owed_to=facts.discloser if by_recipient else facts.recipient,
            since=facts.at,
            due=due.get(duty),
            about=facts.subject.role,
        )


def _owed_for_what_came(event: ConcernReceived) -> Iterator[Obligation]:
    """An underretning from outside the hub, which no unit is owed anything for."""
    due = {deadline.duty: deadline.latest for deadline in event.due}
    for duty in event.duties:
        yield Obligation(
            act=event.concern,
            duty=duty,
            owed_by=event.by,
            owed_to=OUTSIDE,
            since=event.at,
            due=due.get(duty),
            about=event.subject.role,
        )


def _closed(owed: Owed, act: UUID, duties: Iterable[DutyCode], at: datetime) -> Owed:
    """The first statement counts; a second feedback does not move the moment of the first."""
    return {
        key: replace(obligation, fulfilled_at=at)
        if key[0] == act and key[1] in duties and obligation.fulfilled_at is None
        else obligation
        for key, obligation in owed.items()
    }
