"""Passing information on: what the law is asked, what is kept, corrected, and told to the citizen."""

from dataclasses import replace

import pytest

from hub.domain.case import CaseEvent
from hub.domain.disclosure import (
    CitizenInformed,
    CorrectDisclosure,
    DisclosureCorrected,
    InformCitizen,
)
from hub.domain.ruling import rule
from hub.law.facts import Flags, Subject
from hub.law.hjemmel import Reason
from tests.domain.acts import (
    ANSWER,
    CLEAN,
    CONCERN,
    CORRECTION,
    DISCLOSURE,
    PRESENT,
    REFERRAL,
    a_case,
    concern_reported,
    consent_fact,
    consent_given,
    disclose,
    facts,
    information_requested,
    made,
    referral_sent,
    refused,
    request_answered,
)
from tests.people import CLINIC, DAY, FAMILIES, KIRSTEN, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY, YOUNG
from tests.spec import given

TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
BOTH = made(facts(TUESDAY, consent_fact(MONDAY), categories=("rusmiddel", "fremmoede")), CLEAN, PRESENT)
HISTORY = (a_case(), consent_given(MONDAY))


def inform(about: object, by: object = CLINIC) -> InformCitizen:
    return InformCitizen(about=about, at=THURSDAY, by=by, how="i konsultationen", reaction="enig")


def test_without_a_basis_nothing_is_passed_on() -> None:
    given(*HISTORY).when(disclose(TUESDAY, basis=None)).then(
        refused(facts(TUESDAY, consent_fact(MONDAY), basis_invoked=None))
    ).because(Reason.NO_LEGAL_BASIS)


def test_a_basis_there_is_not_is_refused() -> None:
    given(*HISTORY).when(disclose(TUESDAY, basis="SUL-999")).then(
        refused(facts(TUESDAY, consent_fact(MONDAY), basis_invoked="SUL-999"))
    ).because(Reason.NO_LEGAL_BASIS, citing="SUL-999")


def test_what_was_already_made_is_marked_so() -> None:
    given(*HISTORY).when(disclose(TUESDAY, already_made=True)).then(
        made(facts(TUESDAY, consent_fact(MONDAY)), already_made=True)
    )


def test_her_age_is_read_from_her_own_number() -> None:
    """Thirteen, so a custody holder consents (R16): whatever age the sender states."""
    asked = facts(
        TUESDAY, consent_fact(MONDAY), flags=Flags(birth_date=YOUNG.birth_date), subject=Subject("gravid", 30)
    )
    given(a_case(citizen=YOUNG), consent_given(MONDAY)).when(disclose(TUESDAY, subject=Subject("gravid", 30))).then(
        refused(asked)
    ).because(Reason.CONSENT_GIVER_INCOMPETENT)


def test_whoever_has_a_case_can_be_singled_out() -> None:
    """Her letter names her (R23): nobody passes her on as nobody."""
    named = Flags(birth_date=KIRSTEN.birth_date, identifiable=True)
    asked = facts(TUESDAY, consent_fact(MONDAY), basis_invoked="ANON", flags=named)
    given(*HISTORY).when(disclose(TUESDAY, basis="ANON", flags=Flags(identifiable=False))).then(refused(asked)).because(
        Reason.NO_LEGAL_BASIS, citing="ANON"
    )


def test_another_persons_age_is_not_read_from_hers() -> None:
    partner = facts(TUESDAY, consent_fact(MONDAY), subject=Subject("partner", 35), flags=Flags())
    given(*HISTORY).when(disclose(TUESDAY, subject=Subject("partner", 35))).then(refused(partner)).because(
        Reason.CONSENT_WRONG_SUBJECT
    )


def test_the_circumstances_are_asked_about_as_stated() -> None:
    flags = Flags(necessary=True, channel="electronic")
    asked = facts(TUESDAY, consent_fact(MONDAY))
    asked = replace(asked, flags=replace(flags, birth_date=asked.flags.birth_date))
    given(*HISTORY).when(disclose(TUESDAY, flags=flags)).then(made(asked))


class TestCorrection:
    """A correction goes to the same receiver; the first words stay."""

    def correct(self, *items: object, by: object = CLINIC) -> CorrectDisclosure:
        return CorrectDisclosure(
            correction=CORRECTION,
            disclosure=DISCLOSURE,
            at=THURSDAY,
            by=by,
            items=items,
            already_made=True,
        )

    def test_it_holds_only_what_was_passed_on(self) -> None:
        given(*HISTORY, TOLD).when(self.correct(PRESENT)).then_contradicts("correction-adds")

    def test_a_part_may_be_corrected(self) -> None:
        asked = facts(THURSDAY, consent_fact(MONDAY), categories=("fremmoede",))
        given(*HISTORY, BOTH).when(self.correct(PRESENT)).then(
            DisclosureCorrected(
                correction=CORRECTION,
                disclosure=DISCLOSURE,
                at=THURSDAY,
                by=CLINIC,
                recipient=FAMILIES,
                purpose=asked.purpose,
                items=(PRESENT,),
                ruling=rule(asked),
                already_made=True,
            )
        )

    def test_it_is_judged_on_its_own_day(self) -> None:
        late = replace(self.correct(CLEAN), at=MONDAY + DAY * 365)
        given(*HISTORY, TOLD).when(late).then(
            refused(facts(late.at, consent_fact(MONDAY)), CORRECTION, already_made=True)
        ).because(Reason.CONSENT_EXPIRED)

    def test_it_is_the_senders(self) -> None:
        given(*HISTORY, TOLD).when(self.correct(CLEAN, by=FAMILIES)).then_not_found()

    def test_there_must_be_something_to_correct(self) -> None:
        given(*HISTORY).when(self.correct(CLEAN)).then_not_found()


CORRECTED = DisclosureCorrected(
    correction=CORRECTION,
    disclosure=DISCLOSURE,
    at=WEDNESDAY,
    by=CLINIC,
    recipient=FAMILIES,
    purpose="",
    items=(CLEAN,),
    ruling=TOLD.ruling,
)


class TestTellingHer:
    """She is told about any act that passed something on, by the unit that did it."""

    @pytest.mark.parametrize(
        ("before", "act"),
        [
            ((TOLD,), DISCLOSURE),
            ((TOLD, CORRECTED), CORRECTION),
            ((concern_reported(TUESDAY),), CONCERN),
            ((referral_sent(TUESDAY, by=CLINIC, recipient=NURSES),), REFERRAL),
            ((information_requested(MONDAY), request_answered(TUESDAY)), ANSWER),
        ],
        ids=["disclosure", "correction", "concern", "referral", "answer"],
    )
    def test_she_was_told(self, before: tuple[CaseEvent, ...], act: object) -> None:
        given(*HISTORY, *before).when(inform(act)).then(
            CitizenInformed(about=act, at=THURSDAY, by=CLINIC, how="i konsultationen", reaction="enig")
        )

    def test_of_what_somebody_else_did_nobody_else_can_say_so(self) -> None:
        given(*HISTORY, TOLD).when(inform(DISCLOSURE, by=FAMILIES)).then_not_found()

    def test_of_what_was_refused_there_is_nothing_to_tell(self) -> None:
        given(a_case(), refused(facts(TUESDAY))).when(inform(DISCLOSURE)).then_not_found()
