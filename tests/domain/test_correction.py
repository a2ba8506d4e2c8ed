"""Every act that left is put right with whoever got it: what was wrong always, what is right where a base allows."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hub.domain.addressed import Addressed
from hub.domain.case import CaseEvent, decide, fold
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectAct, CorrectedAct, Fault, Point
from hub.domain.delivery import DeliveryDeparted
from hub.domain.disclosure import CorrectDisclosure
from hub.domain.duty import obligations
from hub.domain.hindrance import FIRST_NOT_LEFT, ground_of, hindrance
from hub.domain.identity import act_of
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, RequestItemDeclined
from hub.domain.ruling import rule
from hub.domain.sent_acts import kind_of
from hub.domain.succession import UnitSucceeded
from hub.errors import Unreadable
from hub.law.facts import Flags
from hub.law.hjemmel import Reason
from hub.store.serialisation.events import NAMES
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    ANSWER,
    CLARIFICATION,
    CLEAN,
    CONCERN,
    CORRECTION,
    DISCLOSURE,
    FEEDBACK,
    PRESENT,
    RECEIPT,
    REFERRAL,
    REQUEST,
    RETRACTION,
    a_case,
    answer_request,
    closed,
    concern_facts,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    facts,
    feedback_given,
    information_requested,
    joined,
    known_as,
    made,
    receipt_given,
    referral_sent,
    refused,
    request_answered,
    request_facts,
)
from tests.people import CLINIC, FAMILIES, FRIDAY, KIRSTEN, MIDWIVES, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

TOLD = made(facts(TUESDAY, consent_fact(MONDAY), categories=("rusmiddel", "fremmoede")), CLEAN, PRESENT)
HISTORY = (a_case(), consent_given(MONDAY), TOLD)
RIGHT = Item("rusmiddel", "Har været uden stof i seks uger.")
ITEM_1, ITEM_2 = Point("rusmiddel", 1), Point("fremmoede", 2)


def correct(act: UUID = DISCLOSURE, *wrong: str, by: Unit = CLINIC, **more: Any) -> CorrectAct:
    """A unit says on Thursday what of an act was wrong."""
    return CorrectAct(correction=CORRECTION, act=act, at=THURSDAY, by=by, wrong=wrong, **more)


def corrected_act(act: Addressed, *points: Point) -> CorrectedAct:
    """As a correction names it."""
    key = act_of(act)
    assert key is not None
    return CorrectedAct(act=key, kind=kind_of(type(act)), at=act.at, points=points)


def retracted(act: Addressed, *points: Point, key: UUID = CORRECTION, **more: Any) -> ActsRetracted:
    """Its receiver is told that this must not be relied on."""
    return ActsRetracted(
        retraction=key,
        acts=(corrected_act(act, *points),),
        fault=more.pop("fault", Fault.WRONG),
        at=THURSDAY,
        by=act.by,
        recipient=act.recipient,
    )


def departed(act: Addressed, version: int) -> DeliveryDeparted:
    """Its letter has left."""
    key = act_of(act)
    assert key is not None
    return DeliveryDeparted(
        delivery=known_as("delivery"),
        act=key,
        carried=(version,),
        sender=act.by,
        recipient=act.recipient,
        door="smtp",
        at=WEDNESDAY,
    )


def test_a_wrong_item_is_taken_back_without_a_word_in_its_place() -> None:
    given(*HISTORY).when(correct(DISCLOSURE, "item-2")).then(retracted(TOLD, ITEM_2))


def test_what_is_right_goes_on_the_base_of_the_act() -> None:
    ruling = rule(facts(THURSDAY, consent_fact(MONDAY)))
    right = ActCorrected(
        correction=CORRECTION,
        corrects=corrected_act(TOLD, ITEM_1),
        at=THURSDAY,
        by=CLINIC,
        recipient=FAMILIES,
        words="",
        items=(RIGHT,),
        ruling=ruling,
    )
    given(*HISTORY).when(correct(DISCLOSURE, "item-1", items=(RIGHT,))).then(
        right, retracted(TOLD, ITEM_1, key=RETRACTION)
    )


def test_after_a_withdrawal_the_retraction_goes_and_the_new_words_do_not() -> None:
    asked = facts(THURSDAY, replace(consent_fact(MONDAY), withdrawn_at=WEDNESDAY))
    given(*HISTORY, consent_withdrawn(WEDNESDAY)).when(correct(DISCLOSURE, "item-1", items=(RIGHT,))).then(
        refused(asked, CORRECTION), retracted(TOLD, ITEM_1, key=RETRACTION)
    ).because(Reason.CONSENT_WITHDRAWN)


def test_the_old_door_takes_back_what_it_may_not_put_right() -> None:
    asked = facts(THURSDAY, replace(consent_fact(MONDAY), withdrawn_at=WEDNESDAY))
    command = CorrectDisclosure(correction=CORRECTION, disclosure=DISCLOSURE, at=THURSDAY, by=CLINIC, items=(RIGHT,))
    given(*HISTORY, consent_withdrawn(WEDNESDAY)).when(command).then(
        refused(asked, CORRECTION), retracted(TOLD, ITEM_1, key=RETRACTION)
    )


REPORTED = concern_reported(TUESDAY)
ASKED = information_requested(TUESDAY)
ANSWERED = request_answered(WEDNESDAY)
REFERRED = referral_sent(TUESDAY, by=NURSES)
QUESTION = ClarificationAsked(
    request=REQUEST,
    at=WEDNESDAY,
    by=CLINIC,
    recipient=FAMILIES,
    question="Hvornår?",
    clarification=CLARIFICATION,
    ruling=rule(request_facts(WEDNESDAY)),
)
CLEARED = ClarificationGiven(
    request=REQUEST,
    at=WEDNESDAY,
    by=FAMILIES,
    recipient=CLINIC,
    items=("rusmiddel",),
    words="Fra marts.",
    clarification=CLARIFICATION,
    ruling=rule(request_facts(WEDNESDAY)),
)
# Every kind of act that leaves: what came before it, by which id it is corrected, and what it says.
KINDS: list[tuple[tuple[CaseEvent, ...], Addressed, UUID, str, Point]] = [
    ((), TOLD, DISCLOSURE, "item-1", ITEM_1),
    ((), REFERRED, REFERRAL, "reason", Point("reason")),
    ((), REPORTED, CONCERN, "occasion", Point("occasion")),
    ((), REPORTED, CONCERN, "item-1", ITEM_1),
    ((REPORTED,), feedback_given(WEDNESDAY), FEEDBACK, "item-1", Point("sag_aabnet", 1)),
    ((), ASKED, REQUEST, "reason", Point("reason")),
    ((), ASKED, REQUEST, "item-2", ITEM_2),
    ((ASKED,), ANSWERED, ANSWER, "item-2", ITEM_2),
    ((ASKED,), QUESTION, CLARIFICATION, "question", Point("question")),
    ((ASKED,), CLEARED, CLARIFICATION, "words", Point("words")),
]


@pytest.mark.parametrize(
    ("before", "act", "key", "name", "point"), KINDS, ids=lambda part: type(part).__name__ if part else "-"
)
def test_every_act_that_leaves_can_be_taken_back(
    before: tuple[CaseEvent, ...], act: Addressed, key: UUID, name: str, point: Point
) -> None:
    gone = replace(corrected_act(act, point), act=key)
    given(a_case(), *before, act).when(correct(key, name, by=act.by)).then(replace(retracted(act, point), acts=(gone,)))


@pytest.mark.parametrize(
    ("before", "act", "key"),
    [*((before, act, key) for before, act, key, *_ in KINDS), ((REPORTED,), receipt_given(WEDNESDAY), RECEIPT)],
    ids=lambda part: type(part).__name__ if part else "-",
)
def test_every_act_that_leaves_can_be_taken_back_whole(
    before: tuple[CaseEvent, ...], act: Addressed, key: UUID
) -> None:
    gone = replace(corrected_act(act), act=key)
    command = correct(key, by=act.by, fault=Fault.NOT_HERS)
    given(a_case(), *before, act).when(command).then(replace(retracted(act, fault=Fault.NOT_HERS), acts=(gone,)))


def test_the_kinds_are_named_as_the_record_names_them() -> None:
    assert all(kind_of(kind.event) == kind.newest.partition(".")[0] for kind in NAMES.types)


def test_the_words_of_an_underretning_are_put_right_under_the_same_duty() -> None:
    given(a_case(), REPORTED).when(correct(CONCERN, "occasion", words="Udeblevet én gang.")).then(
        ActCorrected(
            correction=CORRECTION,
            corrects=corrected_act(REPORTED, Point("occasion")),
            at=THURSDAY,
            by=CLINIC,
            recipient=FAMILIES,
            words="Udeblevet én gang.",
            items=(),
            ruling=rule(concern_facts(THURSDAY)),
        ),
        retracted(REPORTED, Point("occasion"), key=RETRACTION),
    )


def test_a_corrected_underretning_asks_its_receiver_nothing_twice() -> None:
    history = (a_case(), REPORTED)
    added = decide(fold(history), correct(CONCERN, "occasion", words="Udeblevet én gang."))
    assert {owed.act for owed in obligations((*history, *added)) if owed.owed_by == FAMILIES} == {CONCERN}


def test_the_reason_of_a_declined_item_can_be_taken_back() -> None:
    declined = RequestItemDeclined(
        answer=ANSWER,
        request=REQUEST,
        at=WEDNESDAY,
        by=CLINIC,
        recipient=FAMILIES,
        category="mor_barn_observation",
        reason="Vi har ikke set hende.",
        ruling=ANSWERED.ruling,
    )
    given(a_case(), ASKED, ANSWERED, declined).when(correct(ANSWER, "declined-1")).then(
        retracted(ANSWERED, Point("declined", 1))
    )


def test_a_request_that_was_taken_back_is_answered_no_more() -> None:
    gone = retracted(ASKED, Point("consent"))
    given(a_case(), ASKED, gone).when(answer_request(FRIDAY)).then_contradicts("request-taken-back")
    aside = retracted(ASKED, Point("contact"))
    assert decide(fold((a_case(), ASKED, aside)), answer_request(FRIDAY))


def test_what_was_corrected_can_be_corrected() -> None:
    first, _ = decide(fold(HISTORY), correct(DISCLOSURE, "item-1", items=(RIGHT,)))
    assert isinstance(first, ActCorrected)
    again = replace(correct(CORRECTION, "item-1"), correction=known_as("again"), at=FRIDAY)
    (gone,) = decide(fold((*HISTORY, first)), again)
    assert isinstance(gone, ActsRetracted)
    assert gone.acts == (corrected_act(first, ITEM_1),)


def test_what_was_taken_back_is_not_taken_back_twice() -> None:
    gone = retracted(TOLD, ITEM_1)
    given(*HISTORY, gone).when(correct(DISCLOSURE, "item-1")).then_contradicts("already-retracted")
    (right,) = decide(fold((*HISTORY, gone)), replace(correct(DISCLOSURE, "item-1", items=(RIGHT,)), at=FRIDAY))
    assert isinstance(right, ActCorrected)
    whole = retracted(TOLD)
    given(*HISTORY, whole).when(correct(DISCLOSURE, "item-2")).then_contradicts("already-retracted")


def test_a_retraction_is_not_taken_back_itself() -> None:
    given(*HISTORY, retracted(TOLD, ITEM_1)).when(correct(CORRECTION)).then_contradicts("corrects-retraction")


def test_right_things_take_the_place_of_wrong_ones_only() -> None:
    given(*HISTORY).when(correct(DISCLOSURE, "item-2", items=(RIGHT,))).then_contradicts("correction-adds")
    given(*HISTORY).when(correct(DISCLOSURE, "item-1", words="Mere.")).then_contradicts("correction-adds")
    given(*HISTORY).when(correct(DISCLOSURE, fault=Fault.NOT_HERS, items=(RIGHT,))).then_contradicts(
        "correction-not-hers"
    )


def test_only_its_author_corrects_an_act_and_only_after_it() -> None:
    given(*HISTORY, joined(FAMILIES)).when(correct(DISCLOSURE, "item-1", by=FAMILIES)).then_not_found()
    early = replace(correct(DISCLOSURE, "item-1"), at=MONDAY)
    given(*HISTORY).when(early).then_contradicts("correction-order")


def test_a_point_that_the_act_has_not_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        decide(fold(HISTORY), correct(DISCLOSURE, "item-1", "item-3"))
    assert caught.value.field == "wrong.1"


def test_a_unit_that_has_closed_the_case_can_still_take_back_what_it_said() -> None:
    given(*HISTORY, closed(WEDNESDAY)).when(correct(DISCLOSURE, "item-1")).then(retracted(TOLD, ITEM_1))


def test_a_retraction_waits_for_the_letter_that_it_takes_back_and_is_stopped_by_nothing_else() -> None:
    gone = retracted(TOLD, ITEM_1)
    history = (*HISTORY, consent_withdrawn(WEDNESDAY), gone)
    case, left = fold(history), fold((*history, departed(TOLD, 3)))
    assert case is not None
    assert left is not None
    assert hindrance(ground_of(gone), case, lambda: history) == FIRST_NOT_LEFT
    assert hindrance(ground_of(gone), left, lambda: history) is None


def test_new_words_are_stopped_by_a_withdrawal_before_they_left() -> None:
    right, gone = decide(fold(HISTORY), correct(DISCLOSURE, "item-1", items=(RIGHT,)))
    assert isinstance(right, ActCorrected)
    assert isinstance(gone, ActsRetracted)
    case = fold((*HISTORY, departed(TOLD, 3), right, gone, consent_withdrawn(FRIDAY)))
    assert case is not None
    assert hindrance(ground_of(right), case, tuple) == "consent-withdrawn"
    assert hindrance(ground_of(gone), case, tuple) is None


def test_a_correction_of_an_answer_holds_journalised_information_only() -> None:
    loose = Item("rusmiddel", "Hørt i gangen.", journalised=False)
    no, gone = decide(fold((a_case(), ASKED, ANSWERED)), correct(ANSWER, "item-1", items=(loose,)))
    asked = request_facts(
        THURSDAY,
        discloser_role="jordemoder",
        categories=("rusmiddel",),
        flags=Flags(birth_date=KIRSTEN.birth_date, journalised=False),
    )
    assert no == refused(asked, CORRECTION)
    assert isinstance(gone, ActsRetracted)


def test_a_departure_is_of_that_letter() -> None:
    other = replace(departed(TOLD, 3), sender=FAMILIES, recipient=CLINIC)
    case = fold((*HISTORY, other))
    assert case is not None
    assert not case.sent.have_left((DISCLOSURE,))


def test_a_successor_takes_back_what_its_predecessor_said() -> None:
    """C05 and C07: the letter bears the old name, and leaves late."""
    succeeded = UnitSucceeded(unit=CLINIC, successor=MIDWIVES, since=TUESDAY.date(), carried=(), at=WEDNESDAY)
    history = (*HISTORY, succeeded)
    gone = replace(retracted(TOLD, ITEM_1), by=MIDWIVES)
    given(*history).when(correct(DISCLOSURE, "item-1", by=MIDWIVES)).then(gone)
    case = fold((*history, departed(TOLD, 3), gone))
    assert case is not None
    assert hindrance(ground_of(gone), case, tuple) is None
