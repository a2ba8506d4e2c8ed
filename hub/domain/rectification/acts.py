"""What becomes of a correction: the retraction always, new words and items where the base of the act still stands."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid5

from hub.domain.backdating import precedes
from hub.domain.consent import Consents
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectAct, CorrectionEvent, Fault, Point
from hub.domain.disclosure import CorrectDisclosure, DisclosureRefused, Passing, granted, judge, refusal
from hub.domain.ruling import Ruling
from hub.domain.sent_acts import SentAct, SentActs
from hub.errors import Contradiction
from hub.vocabulary.information import Citizen, categories

RETRACTION = "retraction"  # the name, under the id of the correction, of the retraction that goes with it


def decide(
    sent: SentActs, command: CorrectAct, citizen: Citizen, consents: Consents
) -> tuple[CorrectionEvent | DisclosureRefused, ...]:
    """What is right, or why it may not be said; and that what was wrong must not be relied on."""
    act = sent.of(command.act, command.by)
    wrong = act.named(command.wrong)
    if precedes(command.at, act.at):
        raise Contradiction("this would lie before the act", code="correction-order", field="at")
    if not command.words and not command.items:
        if not _is_news(act, wrong):
            raise Contradiction("this has been taken back already", code="already-retracted", field="wrong")
        return (_retraction(command.correction, command, act, wrong),)
    said = _right(act, wrong, command, citizen, consents)
    if not _is_news(act, wrong):
        return (said,)
    return said, _retraction(uuid5(command.correction, RETRACTION), command, act, wrong)


def after_refusal(sent: SentActs, command: CorrectDisclosure, decided: Iterable[object]) -> tuple[ActsRetracted, ...]:
    """What its receiver is told when the law does not let the right words of a disclosure pass: what was wrong."""
    act = sent.by_id.get(command.disclosure)
    if act is None or command.already_made or not any(isinstance(event, DisclosureRefused) for event in decided):
        return ()
    meant = categories(command.items)
    wrong = tuple(point for point in act.points if point.name in meant)
    if not wrong or not _is_news(act, wrong):
        return ()
    key = uuid5(command.correction, RETRACTION)
    return (_retracted(key, act, wrong, fault=Fault.WRONG, at_of=command),)


def _is_news(act: SentAct, wrong: tuple[Point, ...]) -> bool:
    """Has any of it not been taken back yet?"""
    return not (act.retracted.issuperset(wrong) if wrong else act.is_void)


def _retraction(key: UUID, command: CorrectAct, act: SentAct, wrong: tuple[Point, ...]) -> ActsRetracted:
    return _retracted(key, act, wrong, fault=command.fault, at_of=command)


def _retracted(
    key: UUID, act: SentAct, wrong: tuple[Point, ...], *, fault: Fault, at_of: CorrectAct | CorrectDisclosure
) -> ActsRetracted:
    return ActsRetracted(
        retraction=key,
        acts=(act.as_corrected(wrong),),
        fault=fault,
        at=at_of.at,
        by=act.by,
        recipient=act.recipient,
    )


def _right(
    act: SentAct, wrong: tuple[Point, ...], command: CorrectAct, citizen: Citizen, consents: Consents
) -> ActCorrected | DisclosureRefused:
    """The act said anew, on its own base, at the moment of the correction."""
    meant = wrong or act.points
    if command.fault is not Fault.WRONG:
        raise Contradiction("what is not about her is put right on a case of its own", code="correction-not-hers")
    if set(categories(command.items)) - {point.name for point in meant if point.place}:
        raise Contradiction("right items take the place of wrong ones", code="correction-adds", field="items")
    if command.words and all(point.place for point in meant):
        raise Contradiction("right words take the place of wrong fields", code="correction-adds", field="words")
    if act.ruling is None:
        raise Contradiction("nothing is known of the base of this act", code="no-base-known", field="act")
    passing = _passing(act.ruling, command)
    ruling = judge(passing, citizen, consents)
    if not ruling.permits:
        return replace(refusal(command.correction, command.by, passing, ruling), recipient=act.recipient)
    return ActCorrected(
        correction=command.correction,
        corrects=act.as_corrected(wrong),
        at=command.at,
        by=command.by,
        recipient=act.recipient,
        words=command.words,
        items=granted(command.items, ruling),
        ruling=ruling,
    )


def _passing(first: Ruling, command: CorrectAct) -> Passing:
    """Asked as the first was; words alone go where what it passed on could still go."""
    facts, flags = first.facts, first.facts.flags
    if facts.request is not None and command.items:
        flags = replace(flags, journalised=all(item.journalised for item in command.items))
    return Passing(
        act=facts.act,
        initiative=facts.initiative,
        discloser=facts.discloser,
        recipient=facts.recipient,
        at=command.at,
        basis=facts.basis_invoked,
        purpose=facts.purpose,
        categories=categories(command.items) or first.decision.passes or facts.categories,
        subject=facts.subject,
        discloser_role=facts.discloser_role,
        request=facts.request,
        notification=facts.notification,
        flags=flags,
    )
