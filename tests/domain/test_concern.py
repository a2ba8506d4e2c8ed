"""Underretning: reported, assessed, received, answered – each by the unit whose act it is, each once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.case import ConcernCommand
from hub.domain.concern import AssessConcern
from hub.domain.ruling import rule
from hub.law.facts import Flags, Notification
from hub.law.hjemmel import DutyCode, Reason
from hub.vocabulary.information import Item
from tests.domain.acts import (
    CONCERN,
    FEEDBACK,
    RECEIPT,
    STARTED,
    a_case,
    answer_facts,
    concern_assessed,
    concern_facts,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    feedback_given,
    give_feedback,
    give_receipt,
    receipt_given,
    refused,
    report_concern,
    ruling_of,
)
from tests.people import CHARITY, CLINIC, COPENHAGEN, FAMILIES, FRIDAY, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

REPORTED = (a_case(), concern_reported(TUESDAY))


def assess(at: object = WEDNESDAY, by: object = FAMILIES) -> AssessConcern:
    return AssessConcern(concern=CONCERN, at=at, by=by, acute=True)


class TestReporting:
    """The duty is the notifier's own: want of consent never stops an underretning (R13)."""

    def test_it_is_made(self) -> None:
        given(a_case()).when(report_concern(TUESDAY)).then(concern_reported(TUESDAY)).because(
            Reason.OK_STATUTORY_DUTY, citing="BL-133-1-2"
        )

    def test_a_withdrawn_consent_does_not_stop_it(self) -> None:
        consents = (consent_given(MONDAY), consent_withdrawn(TUESDAY))
        expected = concern_facts(WEDNESDAY, consent_fact(MONDAY, withdrawn_at=TUESDAY))
        given(a_case(), *consents).when(report_concern(WEDNESDAY)).then(
            replace(concern_reported(WEDNESDAY), ruling=ruling_of(refused(expected)))
        ).because(Reason.OK_STATUTORY_DUTY)

    @pytest.mark.parametrize(
        "cited", [None, "BL-133-1-1", "BL-133-1-4", "BL-135", "SEL-153-1-2", "SEL-153-1-4", "SEL-154"]
    )
    def test_a_wrong_number_does_not_stop_it(self, cited: str | None) -> None:
        """Nobody's underretning fails on a number (R22)."""
        reported = concern_reported(TUESDAY, basis_invoked=cited)
        given(a_case()).when(report_concern(TUESDAY, basis=cited)).then(reported).because(Reason.OK_STATUTORY_DUTY)
        assert reported.ruling.decision.basis == "BL-133-1-2"

    def test_abuse_by_another_is_known_from_abuse_by_a_parent(self) -> None:
        """R35: only a parent's silences consent and the parents' hearing."""
        parent, other = (
            concern_reported(TUESDAY, notification=Notification(consent_sought="no", abuse=by))
            for by in ("by_parent", "by_other")
        )
        given(a_case()).when(report_concern(TUESDAY, notification=other.ruling.facts.notification)).then(other)
        owed = DutyCode.INFORM_SUBJECT_BEFORE
        assert owed in other.ruling.decision.duties
        assert owed not in parent.ruling.decision.duties

    def test_the_clocks_of_the_municipality_start(self) -> None:
        due = concern_reported(TUESDAY).ruling.decision.due
        assert {deadline.duty for deadline in due} == {DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT}

    def test_what_the_municipality_does_not_need_stays(self) -> None:
        flags = Flags(not_needed=("rusmiddel",))
        given(a_case()).when(report_concern(TUESDAY, flags=flags)).then(
            refused(concern_facts(TUESDAY, flags=flags), CONCERN)
        ).because(Reason.SURPLUS_INFORMATION)

    def test_an_organisation_has_no_duty_for_the_unborn(self) -> None:
        given(a_case()).when(report_concern(TUESDAY, discloser=CHARITY, discloser_role=None)).then(
            refused(concern_facts(TUESDAY, discloser=CHARITY, discloser_role=None), CONCERN)
        ).because(Reason.DISCLOSER_NOT_COVERED)

    def test_what_was_not_asked_for_in_time_is_owed(self) -> None:
        unasked = Notification(consent_sought="no", parents_informed=False)
        reported = concern_reported(TUESDAY, notification=unasked)
        given(a_case()).when(report_concern(TUESDAY, notification=unasked)).then(reported)
        assert {DutyCode.RECORD_NO_CONSENT_REASON, DutyCode.INFORM_SUBJECT_BEFORE} <= set(
            reported.ruling.decision.duties
        )

    def test_one_that_was_made_by_phone_is_marked_so(self) -> None:
        given(a_case()).when(report_concern(TUESDAY, already_made=True)).then(
            concern_reported(TUESDAY, already_made=True)
        )


class TestAnswering:
    """Assessment, receipt and feedback are the receiving unit's."""

    def test_it_is_assessed(self) -> None:
        given(*REPORTED).when(assess()).then(concern_assessed(WEDNESDAY, acute=True))

    def test_it_is_assessed_once(self) -> None:
        given(*REPORTED, concern_assessed(WEDNESDAY)).when(assess(THURSDAY)).then_contradicts(
            "concern-already-assessed"
        )

    def test_its_receipt_is_given(self) -> None:
        given(*REPORTED).when(give_receipt(WEDNESDAY)).then(receipt_given(WEDNESDAY)).because(
            Reason.OK_FEEDBACK, citing="BL-KVIT"
        )

    def test_a_receipt_of_2023_cites_serviceloven(self) -> None:
        then = datetime(2023, 11, 15, 9, tzinfo=COPENHAGEN)
        early = (a_case(then), concern_reported(then, basis_invoked="SEL-153-1-2"))
        day = then + timedelta(days=1)
        ruling = rule(answer_facts(day, "kvittering", basis_invoked="SEL-155b-1"))
        given(*early).when(give_receipt(day)).then(replace(receipt_given(day), ruling=ruling))
        assert ruling.decision.duties == ()

    def test_a_concern_cannot_get_its_receipt_twice(self) -> None:
        given(*REPORTED, receipt_given(WEDNESDAY)).when(give_receipt(THURSDAY)).then_contradicts(
            "receipt-already-given"
        )

    def test_a_professional_learns_what_was_started(self) -> None:
        given(*REPORTED).when(give_feedback(WEDNESDAY)).then(feedback_given(WEDNESDAY))

    def test_feedback_may_be_given_again(self) -> None:
        given(*REPORTED, feedback_given(WEDNESDAY)).when(give_feedback(FRIDAY)).then(feedback_given(FRIDAY))

    def test_special_regard_leaves_the_receipt_only(self) -> None:
        asked = answer_facts(WEDNESDAY, "sag_aabnet", flags=Flags(notifier_professional=True, special_regard=True))
        given(*REPORTED).when(give_feedback(WEDNESDAY, special_regard=True)).then(refused(asked, FEEDBACK)).because(
            Reason.FEEDBACK_BEYOND_SCOPE
        )

    def test_more_than_that_something_was_started_is_too_much(self) -> None:
        more = Item("indsats", "Døgnophold.")
        asked = answer_facts(WEDNESDAY, "", categories=("sag_aabnet", "indsats"))
        given(*REPORTED).when(give_feedback(WEDNESDAY, STARTED, more, STARTED)).then(refused(asked, FEEDBACK))

    def test_the_type_of_support_goes_back_where_it_is_essential_for_the_notifier(self) -> None:
        """R33: only when the municipality says so."""
        support = Item("type_af_indsats", "Familiebehandling.")
        flags = Flags(notifier_professional=True, special_regard=False, essential_for_support=True)
        told = answer_facts(WEDNESDAY, "", categories=("sag_aabnet", "type_af_indsats"), flags=flags)
        given(*REPORTED).when(give_feedback(WEDNESDAY, STARTED, support, essential_for_support=True)).then(
            replace(feedback_given(WEDNESDAY), items=(STARTED, support), ruling=rule(told))
        ).because(Reason.OK_FEEDBACK, citing="BL-KVIT")

    def test_the_type_of_support_does_not_go_back_unasked(self) -> None:
        support = Item("type_af_indsats", "Familiebehandling.")
        asked = answer_facts(WEDNESDAY, "", categories=("sag_aabnet", "type_af_indsats"))
        given(*REPORTED).when(give_feedback(WEDNESDAY, STARTED, support)).then(refused(asked, FEEDBACK)).because(
            Reason.FEEDBACK_BEYOND_SCOPE
        )

    def test_what_the_law_says_no_to_is_refused_as_a_receipt_too(self) -> None:
        """A receipt from a unit that is no municipality's has no provision behind it."""
        reported = replace(concern_reported(TUESDAY), recipient=CLINIC, by=NURSES)
        asked = answer_facts(WEDNESDAY, "kvittering", discloser=CLINIC, recipient=NURSES)
        given(a_case(), reported).when(give_receipt(WEDNESDAY, by=CLINIC)).then(refused(asked, RECEIPT)).because(
            Reason.DISCLOSER_NOT_COVERED
        )

    @pytest.mark.parametrize(
        "command",
        [assess(by=CLINIC), assess(by=NURSES), give_receipt(WEDNESDAY, by=NURSES)],
        ids=["notifier", "another unit", "another unit's receipt"],
    )
    def test_nobody_else_answers(self, command: ConcernCommand) -> None:
        given(*REPORTED).when(command).then_not_found()

    @pytest.mark.parametrize("command", [assess(), give_receipt(WEDNESDAY), give_feedback(WEDNESDAY)])
    def test_there_must_be_something_to_answer(self, command: ConcernCommand) -> None:
        given(a_case()).when(command).then_not_found()

    @pytest.mark.parametrize("command", [assess(MONDAY), give_receipt(MONDAY), give_feedback(MONDAY)])
    def test_an_answer_does_not_lie_before_the_underretning(self, command: ConcernCommand) -> None:
        given(*REPORTED).when(command).then_contradicts("concern-order")

    def test_clocks_may_differ_a_little(self) -> None:
        at = TUESDAY - timedelta(seconds=119)
        given(*REPORTED).when(give_receipt(at)).then(receipt_given(at))
