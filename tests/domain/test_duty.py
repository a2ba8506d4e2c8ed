"""Duties as obligations: who owes what to whom by when, and what fulfils it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hub.domain.case import CaseEvent, fold
from hub.domain.delivery import DeliveryDeparted
from hub.domain.disclosure import CitizenInformed
from hub.domain.duty import DutyFulfilled, FulfilDuty, Obligation, obligations
from hub.law.facts import Notification
from hub.law.hjemmel import DutyCode
from tests.domain.acts import (
    ANSWER,
    CONCERN,
    a_case,
    concern_assessed,
    concern_facts,
    concern_reported,
    facts,
    feedback_given,
    information_requested,
    known_as,
    receipt_given,
    refused,
    request_answered,
)
from tests.people import CLINIC, COPENHAGEN, DAY, FAMILIES, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

UNTOLD = Notification(consent_sought="no", parents_informed=False)
REPORTED = concern_reported(TUESDAY, notification=UNTOLD)
TOLD_HER = CitizenInformed(about=CONCERN, at=THURSDAY, by=CLINIC, how="telefon")
NOBODY_YET: dict[DutyCode, datetime | None] = {
    DutyCode.RECORD_NO_CONSENT_REASON: None,
    DutyCode.RECORD_BALANCING: None,
    DutyCode.INFORM_SUBJECT_BEFORE: None,
    DutyCode.ASSESS_24H: None,
    DutyCode.ACK_RECEIPT: None,
    DutyCode.FEEDBACK: None,
}


def fulfil(duty: DutyCode, by: Any = CLINIC, at: datetime = WEDNESDAY) -> FulfilDuty:
    return FulfilDuty(act=CONCERN, duty=duty, at=at, by=by, words="Barnets tarv vejer tungest.")


def fulfilled(duty: DutyCode, at: datetime = WEDNESDAY) -> DutyFulfilled:
    return DutyFulfilled(act=CONCERN, duty=duty, at=at, by=CLINIC, words="Barnets tarv vejer tungest.")


def when_fulfilled(*events: CaseEvent) -> dict[DutyCode, datetime | None]:
    """Every duty of the case and when it was fulfilled; the case and a fold of the events by themselves agree."""
    case = fold((a_case(), *events))
    assert case is not None
    assert tuple(case.owed.values()) == obligations(events)
    return {deadline.duty: deadline.fulfilled_at for deadline in case.owed.values()}


def left(at: datetime, **more: Any) -> DeliveryDeparted:
    """The letter of the underretning left."""
    return DeliveryDeparted(
        delivery=known_as("letter"),
        act=CONCERN,
        carried=(2,),
        sender=CLINIC,
        recipient=FAMILIES,
        door="secure-mail",
        at=at,
        **more,
    )


def dues(*events: CaseEvent) -> dict[DutyCode, Any]:
    """By when each duty of the case is due, of those that have a day or a moment."""
    case = fold((a_case(), *events))
    assert case is not None
    return {owed.duty: owed.due for owed in case.owed.values() if owed.due is not None}


def test_a_receivers_clocks_run_from_when_the_letter_left() -> None:
    """C02: it answers for no hour in which the letter was held."""
    assert dues(REPORTED) == {DutyCode.ASSESS_24H: TUESDAY + DAY, DutyCode.ACK_RECEIPT: date(2024, 3, 12)}
    later = dues(REPORTED, left(THURSDAY))
    assert later == {DutyCode.ASSESS_24H: THURSDAY + DAY, DutyCode.ACK_RECEIPT: date(2024, 3, 14)}
    assert dues(REPORTED, left(TUESDAY)) == dues(REPORTED), "and from the act when it left at once"


def test_who_comes_for_its_letters_answers_from_when_they_lay_ready() -> None:
    """Not to come for them wins no time."""
    assert dues(REPORTED, left(FRIDAY, available_at=WEDNESDAY))[DutyCode.ASSESS_24H] == WEDNESDAY + DAY


def test_a_letter_that_left_late_moves_nothing_that_is_done_nor_what_its_sender_owes() -> None:
    assessed = when_fulfilled(REPORTED, concern_assessed(WEDNESDAY), left(THURSDAY))
    assert assessed[DutyCode.ASSESS_24H] == WEDNESDAY
    case = fold((a_case(), REPORTED, concern_assessed(WEDNESDAY), left(THURSDAY)))
    assert case is not None
    assert case.owed[CONCERN, DutyCode.ASSESS_24H].due == TUESDAY + DAY
    assert case.owed[CONCERN, DutyCode.RECORD_BALANCING].since == TUESDAY


def test_an_underretning_leaves_both_sides_something_to_do() -> None:
    hers = [DutyCode.RECORD_NO_CONSENT_REASON, DutyCode.RECORD_BALANCING, DutyCode.INFORM_SUBJECT_BEFORE]
    theirs: list[tuple[DutyCode, Any]] = [
        (DutyCode.ASSESS_24H, TUESDAY + DAY),
        (DutyCode.ACK_RECEIPT, date(2024, 3, 12)),
        (DutyCode.FEEDBACK, None),
    ]
    assert set(obligations([REPORTED])) == {
        *(Obligation(act=CONCERN, duty=duty, owed_by=CLINIC, owed_to=FAMILIES, since=TUESDAY) for duty in hers),
        *(
            Obligation(act=CONCERN, duty=duty, owed_by=FAMILIES, owed_to=CLINIC, since=TUESDAY, due=due)
            for duty, due in theirs
        ),
    }


@pytest.mark.parametrize(
    ("more", "closes"),
    [
        ((), {}),
        ((concern_assessed(WEDNESDAY),), {DutyCode.ASSESS_24H: WEDNESDAY}),
        ((receipt_given(WEDNESDAY),), {DutyCode.ACK_RECEIPT: WEDNESDAY}),
        ((feedback_given(THURSDAY), feedback_given(FRIDAY)), {DutyCode.FEEDBACK: THURSDAY}),
        ((TOLD_HER,), {DutyCode.INFORM_SUBJECT_BEFORE: THURSDAY}),
        ((fulfilled(DutyCode.RECORD_BALANCING),), {DutyCode.RECORD_BALANCING: WEDNESDAY}),
    ],
    ids=["nothing", "assessment", "receipt", "feedback", "telling her", "statement"],
)
def test_what_fulfils_it(more: tuple[CaseEvent, ...], closes: dict[DutyCode, datetime]) -> None:
    assert when_fulfilled(REPORTED, *more) == NOBODY_YET | closes


def test_what_was_refused_or_only_asked_for_leaves_nothing_owed() -> None:
    assert when_fulfilled(refused(facts(TUESDAY)), information_requested(TUESDAY)) == {}


def test_an_answer_is_journalised() -> None:
    owed = obligations([information_requested(TUESDAY), request_answered(WEDNESDAY)])
    assert [(duty.act, duty.duty, duty.owed_by) for duty in owed] == [(ANSWER, DutyCode.JOURNAL_REQUEST, CLINIC)]


def test_what_the_hub_does_itself_is_owed_by_nobody() -> None:
    corrected = concern_reported(TUESDAY, basis_invoked="SEL-153-1-2")
    assert DutyCode.CORRECT_CITATION in corrected.ruling.decision.duties
    assert {obligation.duty for obligation in obligations([corrected])} == {
        DutyCode.ASSESS_24H,
        DutyCode.ACK_RECEIPT,
        DutyCode.FEEDBACK,
    }


class TestStating:
    """A duty that no act closes is stated as fulfilled, once, by the unit that owes it."""

    def test_the_balancing_is_written_down(self) -> None:
        given(a_case(), REPORTED).when(fulfil(DutyCode.RECORD_BALANCING)).then(fulfilled(DutyCode.RECORD_BALANCING))

    def test_once(self) -> None:
        given(a_case(), REPORTED, fulfilled(DutyCode.RECORD_BALANCING)).when(
            fulfil(DutyCode.RECORD_BALANCING, at=THURSDAY)
        ).then_contradicts("duty-already-fulfilled")

    @pytest.mark.parametrize("duty", [DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK])
    def test_the_act_itself_cannot_be_replaced_by_a_statement(self, duty: DutyCode) -> None:
        given(a_case(), REPORTED).when(fulfil(duty, by=FAMILIES)).then_contradicts("duty-closed-by-act")

    @pytest.mark.parametrize(
        ("duty", "by"),
        [(DutyCode.RECORD_BALANCING, FAMILIES), (DutyCode.ASSESS_24H, CLINIC), (DutyCode.SEND_CASE_MATERIAL, CLINIC)],
        ids=["somebody else's", "the other side's", "not owed at all"],
    )
    def test_nothing_that_one_does_not_owe(self, duty: DutyCode, by: Any) -> None:
        given(a_case(), REPORTED).when(fulfil(duty, by=by)).then_not_found()


class TestDeadlines:
    """A moment is a moment; a day lasts until midnight in Denmark."""

    def owed(self, due: Any, **more: Any) -> Obligation:
        return Obligation(
            act=CONCERN, duty=DutyCode.ACK_RECEIPT, owed_by=FAMILIES, owed_to=CLINIC, since=MONDAY, due=due, **more
        )

    def test_a_moment(self) -> None:
        assert not self.owed(TUESDAY).overdue(TUESDAY - timedelta(seconds=1))
        assert self.owed(TUESDAY).overdue(TUESDAY)

    def test_a_day(self) -> None:
        midnight = datetime(2024, 3, 6, tzinfo=COPENHAGEN)
        assert not self.owed(date(2024, 3, 5)).overdue(midnight - timedelta(seconds=1))
        assert self.owed(date(2024, 3, 5)).overdue(midnight)

    def test_what_has_no_deadline_is_never_overdue(self) -> None:
        assert not self.owed(None).overdue(MONDAY + DAY * 1000)

    def test_what_was_done_is_not_overdue_however_late(self) -> None:
        assert not self.owed(TUESDAY, fulfilled_at=FRIDAY).overdue(FRIDAY)


def test_facts_of_the_underretning_stand_in_its_ruling() -> None:
    assert REPORTED.ruling.facts == concern_facts(TUESDAY, notification=UNTOLD)
