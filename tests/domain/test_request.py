"""The municipality's request: asked or refused, clarified, answered with what was asked for and no more."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.request.events import (
    AskClarification,
    ClarificationAsked,
    ClarificationGiven,
    Declined,
    GiveClarification,
    RequestItemDeclined,
)
from hub.domain.ruling import rule
from hub.law.facts import Facts, Flags
from hub.law.hjemmel import Reason
from hub.vocabulary.information import Item
from tests.domain.acts import (
    ANSWER,
    CLARIFICATION,
    CLEAN,
    MIDWIFE,
    PRESENT,
    REQUEST,
    WATCHED,
    a_case,
    answer_request,
    ask_information,
    consent_fact,
    consent_given,
    consent_withdrawn,
    form,
    information_requested,
    refused,
    request_answered,
    request_facts,
    terms,
)
from tests.people import CLINIC, FAMILIES, KIRSTEN, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

ASKED = (a_case(), information_requested(TUESDAY))
INVESTIGATION = ("boernefaglig_undersoegelse",)  # what the request form is for
HERS = Flags(birth_date=KIRSTEN.birth_date, journalised=True)
OBSERVED = Declined(category="mor_barn_observation", reason="Kommunen kan selv sende en observatør.")


def not_observed(asked: Facts) -> RequestItemDeclined:
    return RequestItemDeclined(
        answer=ANSWER,
        request=REQUEST,
        at=WEDNESDAY,
        by=CLINIC,
        recipient=FAMILIES,
        category=OBSERVED.category,
        reason=OBSERVED.reason,
        ruling=rule(asked),
    )


def question(at: object = WEDNESDAY, by: object = CLINIC, **other: Any) -> AskClarification:
    put = {"question": "Hvilken periode?"} | other
    return AskClarification(clarification=CLARIFICATION, request=REQUEST, at=at, by=by, **put)


def specified(at: object = THURSDAY, by: object = FAMILIES, **other: Any) -> GiveClarification:
    said = {"items": ("rusmiddel",), "words": "De seneste tre måneder"} | other
    return GiveClarification(clarification=CLARIFICATION, request=REQUEST, at=at, by=by, **said)


def question_put(asked: Facts, **other: Any) -> ClarificationAsked:
    put: dict[str, Any] = {"question": "Hvilken periode?"} | other
    put |= {"clarification": CLARIFICATION, "ruling": rule(asked)}
    return ClarificationAsked(request=REQUEST, at=asked.at, by=CLINIC, recipient=FAMILIES, **put)


QUESTION_PUT = question_put(request_facts(WEDNESDAY))
SPECIFIED = ClarificationGiven(
    request=REQUEST,
    at=THURSDAY,
    by=FAMILIES,
    recipient=CLINIC,
    items=("rusmiddel",),
    words="De seneste tre måneder",
    clarification=CLARIFICATION,
    ruling=rule(request_facts(THURSDAY, form(items=("rusmiddel",)))),
)
VAGUE = ("alt_relevant",)


class TestAsking:
    """What nobody may answer is refused when it is asked."""

    def test_a_request_in_a_child_case_is_sent(self) -> None:
        given(a_case()).when(ask_information(TUESDAY)).then(information_requested(TUESDAY)).because(
            Reason.OK_STATUTORY_REQUEST_NO_CONSENT, citing="RSL-11c-1-1"
        )

    def test_another_unit_of_the_municipality_may_not_ask(self) -> None:
        asked = request_facts(TUESDAY, recipient=NURSES)
        given(a_case()).when(ask_information(TUESDAY, by=NURSES)).then(
            refused(asked, REQUEST, by=NURSES, recipient=CLINIC)
        ).because(Reason.REQUEST_UNIT_NOT_COMPETENT)

    def test_a_closed_case_asks_nobody(self) -> None:
        stated = form(case_open=False)
        given(a_case()).when(ask_information(TUESDAY, case_open=False)).then(
            refused(request_facts(TUESDAY, stated), REQUEST, by=FAMILIES, recipient=CLINIC)
        ).because(Reason.REQUEST_NO_OPEN_CASE)

    @pytest.mark.parametrize("items", [(), ("alt_relevant",), ("rusmiddel", "alt_relevant")])
    def test_a_vague_request_goes_on_to_be_clarified(self, items: tuple[str, ...]) -> None:
        given(a_case()).when(ask_information(TUESDAY, items=items)).then(
            information_requested(TUESDAY, items=items)
        ).because(Reason.REQUEST_NOT_SPECIFIC)

    def test_with_her_consent_the_statement_is_enough(self) -> None:
        stated: dict[str, Any] = {"basis": "RSL-11a-1", "consent": True}
        given(a_case()).when(ask_information(TUESDAY, **stated)).then(information_requested(TUESDAY, **stated)).because(
            Reason.OK_STATUTORY_REQUEST_CONSENT
        )

    def test_a_withdrawal_on_record_stops_the_request_on_consent(self) -> None:
        stated = form(basis="RSL-11a-1", consent=True)
        gone = consent_fact(MONDAY, withdrawn_at=MONDAY, purposes=INVESTIGATION)
        taken_back = consent_given(MONDAY, by=FAMILIES, purposes=INVESTIGATION), consent_withdrawn(MONDAY)
        given(a_case(), *taken_back).when(ask_information(TUESDAY, basis="RSL-11a-1", consent=True)).then(
            refused(request_facts(TUESDAY, stated, consents=(gone,)), REQUEST, by=FAMILIES, recipient=CLINIC)
        ).because(Reason.CONSENT_WITHDRAWN)

    def test_a_withdrawal_that_only_the_other_knows_of_stops_the_answer_and_is_not_told_by_the_question(self) -> None:
        stated: dict[str, Any] = {"basis": "RSL-11a-1", "consent": True}
        taken_back = (a_case(), consent_given(MONDAY, purposes=INVESTIGATION), consent_withdrawn(MONDAY))
        question = information_requested(TUESDAY, **stated)
        given(*taken_back).when(ask_information(TUESDAY, **stated)).then(question)
        gone = consent_fact(MONDAY, withdrawn_at=MONDAY, purposes=INVESTIGATION)
        asked = {"discloser_role": MIDWIFE, "categories": ("rusmiddel",), "flags": HERS, "consents": (gone,)}
        given(*taken_back, question).when(answer_request(WEDNESDAY, CLEAN)).then(
            refused(request_facts(WEDNESDAY, form(**stated), **asked), ANSWER)
        ).because(Reason.CONSENT_WITHDRAWN)


class TestClarifying:
    """Ask before answering. Words pass only where an answer could (case C23); items and days tell nothing of her."""

    def test_a_question_is_put(self) -> None:
        given(*ASKED).when(question()).then(QUESTION_PUT).because(
            Reason.OK_STATUTORY_REQUEST_NO_CONSENT, citing="RSL-11c-1-1"
        )

    def test_words_do_not_pass_under_a_request_that_nobody_may_answer_yet(self) -> None:
        vague = information_requested(TUESDAY, items=VAGUE)
        asked = request_facts(WEDNESDAY, form(items=VAGUE))
        given(a_case(), vague).when(question()).then(refused(asked, CLARIFICATION)).because(Reason.REQUEST_NOT_SPECIFIC)

    def test_items_and_days_do(self) -> None:
        vague = information_requested(TUESDAY, items=VAGUE)
        asked = request_facts(WEDNESDAY, form(items=VAGUE))
        named = {"question": "", "items": VAGUE, "since": MONDAY.date(), "until": TUESDAY.date()}
        given(a_case(), vague).when(question(**named)).then(question_put(asked, **named))

    def test_what_was_not_asked_for_is_no_word_for_an_item(self) -> None:
        given(*ASKED).when(question(items=("hun-drikker-igen",))).then_contradicts("clarifies-unasked")

    def test_once_her_consent_is_gone_no_words_pass_either_way(self) -> None:
        """A consent for the request's own purpose: one for another is no ground (rule R09)."""
        stated: dict[str, Any] = {"basis": "RSL-11a-1", "consent": True}
        purposes = ("boernefaglig_undersoegelse",)
        both = (
            consent_given(MONDAY, purposes=purposes),
            information_requested(TUESDAY, **stated),
            consent_withdrawn(TUESDAY),
        )
        gone = consent_fact(MONDAY, withdrawn_at=TUESDAY, purposes=purposes)
        asked = request_facts(WEDNESDAY, form(**stated), consents=(gone,))
        given(a_case(), *both).when(question()).then(refused(asked, CLARIFICATION)).because(Reason.CONSENT_WITHDRAWN)
        taken = consent_given(MONDAY, by=FAMILIES, purposes=purposes)
        hers = (a_case(), taken, information_requested(TUESDAY, **stated), consent_withdrawn(TUESDAY, by=FAMILIES))
        narrowed = form(items=("rusmiddel",), **stated)
        again = request_facts(THURSDAY, narrowed, consents=(gone,))
        given(*hers).when(specified()).then(refused(again, CLARIFICATION, by=FAMILIES, recipient=CLINIC)).because(
            Reason.CONSENT_WITHDRAWN
        )

    def test_once_her_consent_is_gone_the_authority_can_still_be_asked_which_items_and_days(self) -> None:
        """Rules R09 and R31: then the authority is asked, not the woman; and the question tells it nothing of her."""
        stated: dict[str, Any] = {"basis": "RSL-11a-1", "consent": True}
        purposes = ("boernefaglig_undersoegelse",)
        given_then = (a_case(), consent_given(MONDAY, purposes=purposes), information_requested(TUESDAY, **stated))
        gone = consent_fact(MONDAY, withdrawn_at=TUESDAY, purposes=purposes)
        asked = request_facts(WEDNESDAY, form(**stated), consents=(gone,))
        named = {"question": "", "since": MONDAY.date(), "until": TUESDAY.date()}
        given(*given_then, consent_withdrawn(TUESDAY)).when(question(**named)).then(
            question_put(asked, **named)
        ).because(Reason.CONSENT_WITHDRAWN)

    def test_a_clarification_that_is_vague_itself_goes_without_words(self) -> None:
        asked = request_facts(THURSDAY, form(items=VAGUE))
        given(*ASKED, QUESTION_PUT).when(specified(items=VAGUE)).then(
            refused(asked, CLARIFICATION, by=FAMILIES, recipient=CLINIC)
        ).because(Reason.REQUEST_NOT_SPECIFIC)
        still = replace(SPECIFIED, items=VAGUE, words="", ruling=rule(asked))
        given(*ASKED, QUESTION_PUT).when(specified(items=VAGUE, words="")).then(still)

    def test_an_open_question_stops_the_answer(self) -> None:
        asked = request_facts(
            THURSDAY,
            specific=False,
            discloser_role="jordemoder",
            categories=("rusmiddel", "fremmoede"),
            flags=HERS,
        )
        given(*ASKED, QUESTION_PUT).when(answer_request(THURSDAY)).then(refused(asked, ANSWER)).because(
            Reason.REQUEST_NOT_SPECIFIC
        )

    def test_the_requester_specifies(self) -> None:
        given(*ASKED, QUESTION_PUT).when(specified()).then(SPECIFIED)

    def test_from_then_on_only_that_is_asked_for(self) -> None:
        narrowed = form(items=("rusmiddel",))
        asked = request_facts(
            THURSDAY,
            narrowed,
            discloser_role="jordemoder",
            categories=("rusmiddel", "fremmoede"),
            flags=HERS,
        )
        expected = replace(request_answered(THURSDAY, CLEAN), ruling=refused(asked).ruling)
        given(*ASKED, QUESTION_PUT, SPECIFIED).when(answer_request(THURSDAY)).then(expected).because(
            Reason.SURPLUS_INFORMATION
        )

    @pytest.mark.parametrize("command", [question(by=FAMILIES), question(by=NURSES), specified(by=CLINIC)])
    def test_only_the_two_clarify(self, command: Any) -> None:
        given(*ASKED).when(command).then_not_found()


class TestAnswering:
    """Only what was asked for, only what is journalised."""

    def test_it_is_answered(self) -> None:
        given(*ASKED).when(answer_request(WEDNESDAY)).then(request_answered(WEDNESDAY)).because(
            Reason.OK_STATUTORY_REQUEST_NO_CONSENT
        )

    def test_what_was_not_asked_for_is_held_back(self) -> None:
        more = Item("psykisk_helbred", "Sover dårligt.")
        expected = request_answered(WEDNESDAY, CLEAN, categories=("rusmiddel", "psykisk_helbred"))
        given(*ASKED).when(answer_request(WEDNESDAY, CLEAN, more)).then(expected).because(Reason.SURPLUS_INFORMATION)
        assert expected.ruling.decision.withheld == ("psykisk_helbred",)

    def test_an_observation_may_be_declined_with_a_reason(self) -> None:
        flags = replace(HERS, hospital_declines=("mor_barn_observation",))
        expected = request_answered(WEDNESDAY, CLEAN, categories=("rusmiddel", "mor_barn_observation"), flags=flags)
        given(*ASKED).when(answer_request(WEDNESDAY, CLEAN, declined=(OBSERVED,))).then(
            expected, not_observed(expected.ruling.facts)
        )

    def test_nothing_left_because_of_a_decline_is_refused_and_the_requester_told_why(self) -> None:
        flags = replace(HERS, hospital_declines=("mor_barn_observation",))
        asked = request_facts(WEDNESDAY, discloser_role="jordemoder", categories=("mor_barn_observation",), flags=flags)
        given(*ASKED).when(answer_request(WEDNESDAY, WATCHED, declined=(OBSERVED,))).then(
            refused(asked, ANSWER), not_observed(asked)
        ).because(Reason.ITEM_NOT_OBLIGED)

    def test_no_other_item_may_be_declined(self) -> None:
        unwilling = Declined(category="fremmoede", reason="Vi vil helst ikke.")
        given(*ASKED).when(answer_request(WEDNESDAY, CLEAN, declined=(unwilling,))).then_contradicts(
            "declined-obligation"
        )

    def test_what_was_not_asked_for_cannot_be_declined(self) -> None:
        unasked = Declined(category="foraeldreevne", reason="Ikke vores opgave.")
        given(*ASKED).when(answer_request(WEDNESDAY, CLEAN, declined=(unasked,))).then_contradicts("declined-unasked")

    @pytest.mark.parametrize(
        ("items", "stated"),
        [((CLEAN, replace(PRESENT, journalised=False)), Flags()), ((CLEAN, PRESENT), Flags(journalised=False))],
        ids=["one item is not", "the sender says so"],
    )
    def test_what_is_not_in_the_journal_is_not_passed_on(self, items: tuple[Item, ...], stated: Flags) -> None:
        asked = request_facts(
            WEDNESDAY,
            discloser_role="jordemoder",
            categories=("rusmiddel", "fremmoede"),
            flags=replace(HERS, journalised=False),
        )
        given(*ASKED).when(answer_request(WEDNESDAY, *items, flags=stated)).then(refused(asked, ANSWER)).because(
            Reason.NOT_JOURNALISED
        )

    def test_it_is_answered_once(self) -> None:
        answered = (*ASKED, request_answered(WEDNESDAY))
        for command in (answer_request(THURSDAY), question(THURSDAY), specified(THURSDAY)):
            given(*answered).when(command).then_contradicts("request-already-answered")

    def test_what_was_declined_with_an_answer_leaves_the_request_answered(self) -> None:
        declined = not_observed(request_facts(WEDNESDAY))
        given(*ASKED, request_answered(WEDNESDAY), declined).when(answer_request(THURSDAY)).then_contradicts(
            "request-already-answered"
        )

    @pytest.mark.parametrize("by", [FAMILIES, NURSES])
    def test_only_the_one_who_was_asked_answers(self, by: Any) -> None:
        given(*ASKED).when(answer_request(WEDNESDAY, by=by)).then_not_found()

    def test_there_must_be_a_request(self) -> None:
        for command in (answer_request(WEDNESDAY), question(), specified()):
            given(a_case()).when(command).then_not_found()

    def test_an_answer_does_not_lie_before_the_request(self) -> None:
        for command in (answer_request(MONDAY), question(MONDAY), specified(MONDAY)):
            given(*ASKED).when(command).then_contradicts("request-order")

    def test_an_answer_on_her_consent_stops_when_she_takes_it_back(self) -> None:
        """§ 11 a: the authority vouches, but the sender knows of the no."""
        stated = form(basis="RSL-11a-1", consent=True)
        history = (
            a_case(),
            consent_given(MONDAY, categories=("rusmiddel",), purposes=INVESTIGATION),
            information_requested(TUESDAY, basis="RSL-11a-1", consent=True),
            consent_withdrawn(WEDNESDAY),
        )
        gone = consent_fact(MONDAY, categories=terms().categories[:1], purposes=INVESTIGATION, withdrawn_at=WEDNESDAY)
        asked = request_facts(
            THURSDAY, stated, consents=(gone,), discloser_role="jordemoder", categories=("rusmiddel",), flags=HERS
        )
        given(*history).when(answer_request(THURSDAY, CLEAN)).then(refused(asked, ANSWER)).because(
            Reason.CONSENT_WITHDRAWN
        )

    def test_a_consent_to_something_else_may_be_taken_back_without_stopping_it(self) -> None:
        """§ 11 a: only a withdrawal for the same purpose and direction stops the answer (R09)."""
        stated: dict[str, Any] = {"basis": "RSL-11a-1", "consent": True}
        asked_for = information_requested(TUESDAY, **stated)
        history = (a_case(), consent_given(MONDAY), asked_for, consent_withdrawn(WEDNESDAY))
        gone = consent_fact(MONDAY, withdrawn_at=WEDNESDAY)
        asked = request_facts(
            THURSDAY, form(**stated), consents=(gone,), discloser_role=MIDWIFE, categories=("rusmiddel",), flags=HERS
        )
        given(*history).when(answer_request(THURSDAY, CLEAN)).then(
            replace(request_answered(THURSDAY, CLEAN), ruling=rule(asked))
        ).because(Reason.OK_STATUTORY_REQUEST_CONSENT)
