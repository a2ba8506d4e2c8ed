"""Referral: sent or refused, accepted or declined, first contact, no-show, completed."""

from datetime import timedelta
from typing import Any

import pytest

from hub.domain.case import CaseEvent, fold
from hub.domain.referral import (
    AcceptReferral,
    CompleteReferral,
    DeclineReferral,
    FirstContactMade,
    MakeFirstContact,
    NoShowReported,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
    ReportNoShow,
)
from hub.law.hjemmel import Reason
from tests.domain.acts import (
    REFERRAL,
    a_case,
    referral_facts,
    referral_sent,
    refused,
    send_referral,
)
from tests.people import CLINIC, DOCTOR, FAMILIES, MONDAY, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

SENT = (a_case(), referral_sent(TUESDAY, by=DOCTOR))
THE: dict[str, Any] = {"referral": REFERRAL, "at": WEDNESDAY, "by": CLINIC}
ACCEPTED, IN_CONTACT = ReferralAccepted(**THE), FirstContactMade(**THE)
DECLINED, COMPLETED = ReferralDeclined(reason="ikke i målgruppen", **THE), ReferralCompleted(**THE)
NO_SHOW = NoShowReported(**THE)
THEN = THE | {"at": THURSDAY}


def test_she_is_referred_for_the_treatment_under_way() -> None:
    given(a_case()).when(send_referral(TUESDAY, by=DOCTOR)).then(referral_sent(TUESDAY, by=DOCTOR)).because(
        Reason.OK_TREATMENT_CURRENT, citing="SUL-41-2-1"
    )


def test_a_referral_out_of_treatment_needs_another_basis() -> None:
    asked = referral_facts(TUESDAY, by=DOCTOR, recipient=FAMILIES)
    given(a_case()).when(send_referral(TUESDAY, by=DOCTOR, recipient=FAMILIES)).then(refused(asked, REFERRAL)).because(
        Reason.RECIPIENT_NOT_COVERED
    )


@pytest.mark.parametrize(
    ("before", "command", "event"),
    [
        ((), AcceptReferral(**THEN), ReferralAccepted(**THEN)),
        ((), DeclineReferral(reason="fuldt hus", **THEN), ReferralDeclined(reason="fuldt hus", **THEN)),
        ((), MakeFirstContact(**THEN), FirstContactMade(**THEN)),
        ((), ReportNoShow(**THEN), NoShowReported(**THEN)),
        ((ACCEPTED,), MakeFirstContact(**THEN), FirstContactMade(**THEN)),
        ((ACCEPTED,), ReportNoShow(**THEN), NoShowReported(**THEN)),
        ((ACCEPTED,), CompleteReferral(**THEN), ReferralCompleted(**THEN)),
        ((IN_CONTACT,), ReportNoShow(**THEN), NoShowReported(**THEN)),
        ((IN_CONTACT,), CompleteReferral(**THEN), ReferralCompleted(**THEN)),
        ((NO_SHOW,), AcceptReferral(**THEN), ReferralAccepted(**THEN)),
    ],
    ids=lambda value: (
        type(value).__name__ if not isinstance(value, tuple) else "-".join(type(e).__name__ for e in value)
    ),
)
def test_what_may_follow(before: tuple[CaseEvent, ...], command: Any, event: CaseEvent) -> None:
    given(*SENT, *before).when(command).then(event)


@pytest.mark.parametrize(
    ("before", "command"),
    [
        (ACCEPTED, AcceptReferral(**THEN)),
        (ACCEPTED, DeclineReferral(reason="", **THEN)),
        (DECLINED, AcceptReferral(**THEN)),
        (DECLINED, ReportNoShow(**THEN)),
        (IN_CONTACT, MakeFirstContact(**THEN)),
        (IN_CONTACT, AcceptReferral(**THEN)),
        (COMPLETED, CompleteReferral(**THEN)),
        (COMPLETED, ReportNoShow(**THEN)),
    ],
)
def test_what_may_not_follow(before: CaseEvent, command: Any) -> None:
    given(*SENT, before).when(command).then_contradicts("referral-state")


def test_a_referral_nobody_took_on_is_not_completed() -> None:
    given(*SENT).when(CompleteReferral(**THEN)).then_contradicts("referral-state")


def test_nothing_follows_before_it_was_sent() -> None:
    given(*SENT).when(AcceptReferral(referral=REFERRAL, at=MONDAY, by=CLINIC)).then_contradicts("referral-order")


def test_clocks_may_differ_a_little() -> None:
    at = TUESDAY - timedelta(minutes=2)
    given(*SENT).when(AcceptReferral(referral=REFERRAL, at=at, by=CLINIC)).then(
        ReferralAccepted(referral=REFERRAL, at=at, by=CLINIC)
    )


@pytest.mark.parametrize("by", [DOCTOR, FAMILIES])
def test_only_the_receiver_takes_her_on(by: Any) -> None:
    given(*SENT).when(AcceptReferral(referral=REFERRAL, at=WEDNESDAY, by=by)).then_not_found()


def test_there_must_be_a_referral() -> None:
    given(a_case()).when(AcceptReferral(**THEN)).then_not_found()


def test_a_referral_stands_as_the_last_act_left_it() -> None:
    def status(*more: CaseEvent) -> str:
        case = fold((*SENT, *more))
        assert case is not None
        return case.referrals.received_by(REFERRAL, CLINIC).status

    assert [status(*more) for more in ((), (ACCEPTED,), (DECLINED,), (IN_CONTACT, NO_SHOW), (COMPLETED,))] == [
        "sent",
        "accepted",
        "declined",
        "in-contact",
        "completed",
    ]
