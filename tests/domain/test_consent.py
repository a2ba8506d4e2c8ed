"""Consent: given, declined, withdrawn – and what a stored withdrawal stops."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.domain.case import fold
from hub.domain.consent import ConfirmConsent, ConsentConfirmed, ConsentDeclined, DeclineConsent
from hub.domain.correction.events import Point
from hub.domain.disclosure import CorrectDisclosure, DisclosureCorrected
from hub.domain.ruling import rule
from hub.errors import NotFound
from hub.law.hjemmel import Reason
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    CONSENT,
    CORRECTION,
    DISCLOSURE,
    PRESENT,
    PURPOSE,
    RETRACTION,
    a_case,
    consent_fact,
    consent_given,
    consent_withdrawn,
    disclose,
    facts,
    give_consent,
    joined,
    known_as,
    made,
    refused,
    terms,
    withdraw_consent,
)
from tests.domain.test_correction import retracted
from tests.people import CHARITY, CLINIC, DAY, FAMILIES, FRIDAY, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY
from tests.spec import given

ANOTHER = known_as("another consent")
STORED_WITHDRAWAL = (a_case(), consent_given(MONDAY), consent_withdrawn(WEDNESDAY))


def test_a_consent_is_registered_as_she_gave_it() -> None:
    given(a_case()).when(give_consent(TUESDAY)).then(consent_given(TUESDAY))


def test_a_no_is_registered_too() -> None:
    given(a_case()).when(DeclineConsent(CONSENT, TUESDAY, CLINIC, terms())).then(
        ConsentDeclined(CONSENT, TUESDAY, CLINIC, terms())
    )


def test_a_consent_that_was_withdrawn_is_not_given_again_under_its_id() -> None:
    given(*STORED_WITHDRAWAL).when(give_consent(THURSDAY)).then_contradicts("consent-already-given")


def declined_fact(at: Any, **other: Any) -> Any:
    """A no as the law is told of it: given and taken back at once."""
    return consent_fact(at, ANOTHER, withdrawn_at=at, **other)


def test_a_later_no_to_the_same_takes_out_the_earlier_yes() -> None:
    """She consented on Monday; asked again on Wednesday, she said no."""
    said_no = (a_case(), consent_given(MONDAY), ConsentDeclined(ANOTHER, WEDNESDAY, CLINIC, terms()))
    given(*said_no).when(disclose(THURSDAY)).then(
        refused(facts(THURSDAY, consent_fact(MONDAY), declined_fact(WEDNESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN, citing="SUL-43-1")
    given(*said_no).when(disclose(TUESDAY)).then(  # stored after her no, whatever moment it claims
        refused(facts(TUESDAY, consent_fact(MONDAY), declined_fact(TUESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN, citing="SUL-43-1")


def test_a_no_to_somebody_else_takes_nothing_out() -> None:
    elsewhere = terms(recipients=(CHARITY,))
    given(a_case(), consent_given(MONDAY), ConsentDeclined(ANOTHER, WEDNESDAY, CLINIC, elsewhere)).when(
        disclose(THURSDAY)
    ).then(made(facts(THURSDAY, consent_fact(MONDAY), declined_fact(WEDNESDAY, recipients=(CHARITY,)))))


def test_a_yes_after_a_no_stands() -> None:
    given(a_case(), ConsentDeclined(ANOTHER, MONDAY, CLINIC, terms()), consent_given(WEDNESDAY)).when(
        disclose(THURSDAY)
    ).then(made(facts(THURSDAY, declined_fact(MONDAY), consent_fact(WEDNESDAY))))


def test_a_no_carries_nothing() -> None:
    given(a_case(), ConsentDeclined(CONSENT, MONDAY, CLINIC, terms())).when(disclose(TUESDAY)).then(
        refused(facts(TUESDAY))
    ).because(Reason.CONSENT_MISSING, citing="SUL-43-1")


def test_a_consent_carries_a_disclosure() -> None:
    given(a_case(), consent_given(MONDAY)).when(disclose(TUESDAY)).then(
        made(facts(TUESDAY, consent_fact(MONDAY)))
    ).because(Reason.OK_CONSENT_WRITTEN)


def test_a_withdrawal_is_registered() -> None:
    given(a_case(), consent_given(MONDAY)).when(withdraw_consent(TUESDAY)).then(consent_withdrawn(TUESDAY))


FROM_A_STRANGER = consent_given(
    MONDAY, by=CHARITY
)  # the clinic may tell the familieafdeling, it says; "received by" it


def test_she_may_take_it_back_through_the_unit_that_registered_it_or_a_discloser_it_names() -> None:
    for by in (CHARITY, CLINIC):
        given(a_case(), FROM_A_STRANGER).when(withdraw_consent(TUESDAY, by=by)).then(consent_withdrawn(TUESDAY, by=by))


@pytest.mark.parametrize("stranger", [CHARITY, NURSES, FAMILIES])
def test_the_id_of_a_consent_gives_no_power(stranger: Unit) -> None:
    """C24: to a unit that was not told of it, its receiver included, there is no such consent."""
    theirs = given(a_case(), joined(stranger), consent_given(MONDAY))
    theirs.when(withdraw_consent(TUESDAY, by=stranger)).then_not_found()
    theirs.when(ConfirmConsent(CONSENT, TUESDAY, stranger)).then_not_found()


def test_a_consent_that_a_stranger_registered_carries_nothing() -> None:
    """C24: the charity says that she lets the clinic tell; the clinic has not heard her say it."""
    given(a_case(), FROM_A_STRANGER).when(disclose(TUESDAY)).then(refused(facts(TUESDAY))).because(
        Reason.CONSENT_MISSING, citing="SUL-43-1"
    )


def test_a_consent_carries_a_discloser_that_has_confirmed_it() -> None:
    told = given(a_case(), FROM_A_STRANGER)
    confirmed = ConsentConfirmed(CONSENT, TUESDAY, CLINIC)
    told.when(ConfirmConsent(CONSENT, TUESDAY, CLINIC)).then(confirmed)
    told.and_then(confirmed).when(disclose(WEDNESDAY)).then(made(facts(WEDNESDAY, consent_fact(MONDAY)))).because(
        Reason.OK_CONSENT_WRITTEN
    )


def test_each_discloser_confirms_for_itself() -> None:
    """One unit's word is not another's: what the clinic confirmed does not carry the nurses."""
    both = consent_given(MONDAY, by=CHARITY, disclosers=(CLINIC, NURSES))
    given(a_case(), both, ConsentConfirmed(CONSENT, TUESDAY, CLINIC)).when(disclose(WEDNESDAY, discloser=NURSES)).then(
        refused(facts(WEDNESDAY, discloser=NURSES))
    ).because(Reason.CONSENT_MISSING)


def test_a_no_is_heard_whoever_brings_it() -> None:
    """It can only keep something back, and a later yes that the clinic itself takes covers it again (rule R24)."""
    narrowing = consent_given(TUESDAY, ANOTHER, by=CHARITY, excludes=("rusmiddel",))
    given(a_case(), consent_given(MONDAY), narrowing).when(disclose(WEDNESDAY)).then(
        refused(
            facts(
                WEDNESDAY, consent_fact(MONDAY), consent_fact(TUESDAY, ANOTHER, categories=(), excludes=("rusmiddel",))
            )
        )
    ).because(Reason.CONSENT_WITHDRAWN)
    said_no = ConsentDeclined(ANOTHER, TUESDAY, CHARITY, terms())
    given(a_case(), consent_given(MONDAY), said_no).when(disclose(WEDNESDAY)).then(
        refused(facts(WEDNESDAY, consent_fact(MONDAY), declined_fact(TUESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN)


def test_a_strangers_yes_lifts_no_no() -> None:
    said_no = (a_case(), consent_given(MONDAY, ANOTHER), consent_withdrawn(TUESDAY, ANOTHER))
    given(*said_no, consent_given(WEDNESDAY, by=CHARITY)).when(disclose(THURSDAY)).then(
        refused(facts(THURSDAY, consent_fact(MONDAY, ANOTHER, withdrawn_at=TUESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN)


def test_a_consent_is_confirmed_once_and_not_by_the_unit_that_registered_it() -> None:
    told = given(a_case(), FROM_A_STRANGER, ConsentConfirmed(CONSENT, TUESDAY, CLINIC))
    told.when(ConfirmConsent(CONSENT, WEDNESDAY, CLINIC)).then_contradicts("consent-already-confirmed")
    given(a_case(), consent_given(MONDAY)).when(ConfirmConsent(CONSENT, TUESDAY, CLINIC)).then_contradicts(
        "consent-already-confirmed"
    )


def test_a_consent_cannot_be_confirmed_before_it_was_given_nor_once_it_is_withdrawn() -> None:
    told = given(a_case(), consent_given(TUESDAY, by=CHARITY))
    told.when(ConfirmConsent(CONSENT, MONDAY, CLINIC)).then_contradicts("confirmed-too-early")
    told.and_then(consent_withdrawn(WEDNESDAY, by=CHARITY)).when(
        ConfirmConsent(CONSENT, THURSDAY, CLINIC)
    ).then_contradicts("consent-already-withdrawn")


def test_a_withdrawn_consent_carries_nothing_more() -> None:
    given(a_case(), consent_given(MONDAY), consent_withdrawn(TUESDAY)).when(disclose(WEDNESDAY)).then(
        refused(facts(WEDNESDAY, consent_fact(MONDAY, withdrawn_at=TUESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN, citing="SUL-43-1")


def test_a_stored_withdrawal_stops_an_act_that_claims_to_lie_before_it() -> None:
    given(*STORED_WITHDRAWAL).when(disclose(TUESDAY)).then(
        refused(facts(TUESDAY, consent_fact(MONDAY, withdrawn_at=TUESDAY)))
    ).because(Reason.CONSENT_WITHDRAWN)


def test_a_stored_withdrawal_stops_even_the_registration_of_an_act_already_made() -> None:
    given(*STORED_WITHDRAWAL).when(disclose(TUESDAY, already_made=True)).then(
        refused(facts(TUESDAY, consent_fact(MONDAY, withdrawn_at=TUESDAY)), already_made=True)
    )


def test_a_withdrawal_stops_a_correction_as_well() -> None:
    told = made(facts(TUESDAY, consent_fact(MONDAY)))
    given(a_case(), consent_given(MONDAY), told, consent_withdrawn(WEDNESDAY)).when(
        CorrectDisclosure(correction=CORRECTION, disclosure=DISCLOSURE, at=THURSDAY, by=CLINIC, items=told.items)
    ).then(
        refused(facts(THURSDAY, consent_fact(MONDAY, withdrawn_at=WEDNESDAY)), CORRECTION),
        retracted(told, Point("rusmiddel", 1), key=RETRACTION),
    )


def test_before_the_withdrawal_a_correction_is_sent() -> None:
    told = made(facts(TUESDAY, consent_fact(MONDAY)))
    asked = facts(THURSDAY, consent_fact(MONDAY))
    given(a_case(), consent_given(MONDAY), told).when(
        CorrectDisclosure(correction=CORRECTION, disclosure=DISCLOSURE, at=THURSDAY, by=CLINIC, items=told.items)
    ).then(
        DisclosureCorrected(
            correction=CORRECTION,
            disclosure=DISCLOSURE,
            at=THURSDAY,
            by=CLINIC,
            recipient=FAMILIES,
            purpose=asked.purpose,
            items=told.items,
            ruling=rule(asked),
        )
    )


def test_a_new_consent_after_a_withdrawal_carries_again() -> None:
    both = (consent_fact(MONDAY, withdrawn_at=WEDNESDAY), consent_fact(THURSDAY, ANOTHER))
    given(*STORED_WITHDRAWAL, consent_given(THURSDAY, ANOTHER)).when(disclose(FRIDAY)).then(
        made(facts(FRIDAY, *both))
    ).because(Reason.OK_CONSENT_WRITTEN)


def test_a_new_consent_does_not_carry_what_claims_to_lie_before_it() -> None:
    both = (consent_fact(MONDAY, withdrawn_at=TUESDAY), consent_fact(THURSDAY, ANOTHER))
    given(*STORED_WITHDRAWAL, consent_given(THURSDAY, ANOTHER)).when(disclose(TUESDAY)).then(
        refused(facts(TUESDAY, *both))
    )


def test_withdrawing_one_consent_stops_an_older_one_on_the_same_matter() -> None:
    """R24: what a withdrawal mentions is out, until a still later consent covers it again."""
    history = (a_case(), consent_given(MONDAY, ANOTHER), consent_given(TUESDAY), consent_withdrawn(WEDNESDAY))
    both = (consent_fact(MONDAY, ANOTHER), consent_fact(TUESDAY, withdrawn_at=WEDNESDAY))
    given(*history).when(disclose(THURSDAY)).then(refused(facts(THURSDAY, *both))).because(Reason.CONSENT_WITHDRAWN)


def test_a_stored_narrowing_is_heard_by_an_act_that_claims_to_lie_before_it() -> None:
    narrowing = consent_given(WEDNESDAY, ANOTHER, categories=("fremmoede",), excludes=("rusmiddel",))
    both = (
        consent_fact(MONDAY),
        consent_fact(TUESDAY, ANOTHER, categories=(), excludes=("rusmiddel",)),
    )
    given(a_case(), consent_given(MONDAY), narrowing).when(disclose(TUESDAY)).then(
        refused(facts(TUESDAY, *both))
    ).because(Reason.CONSENT_WITHDRAWN)


def test_only_what_the_consent_names_is_passed_on() -> None:
    more = Item("psykisk_helbred", "Sover dårligt.")
    asked = facts(TUESDAY, consent_fact(MONDAY), categories=("psykisk_helbred", "fremmoede"))
    given(a_case(), consent_given(MONDAY)).when(disclose(TUESDAY, items=(more, PRESENT))).then(
        made(asked, PRESENT)
    ).because(Reason.SURPLUS_INFORMATION)


@pytest.mark.parametrize(
    ("received_by", "word"), [(CLINIC, "discloser"), (FAMILIES, "recipient"), (CHARITY, "requester")]
)
def test_who_took_the_consent_is_told_to_the_law(received_by: object, word: str) -> None:
    expected = facts(TUESDAY, consent_fact(MONDAY, given_to=word))
    decided = given(a_case(), consent_given(MONDAY, received_by=received_by)).when(disclose(TUESDAY))
    decided.then(made(expected) if word == "discloser" else refused(expected))


def test_consents_are_told_to_the_law_in_the_order_they_were_given() -> None:
    both = (consent_fact(MONDAY, ANOTHER), consent_fact(TUESDAY))
    given(a_case(), consent_given(TUESDAY), consent_given(MONDAY, ANOTHER)).when(disclose(WEDNESDAY)).then(
        made(facts(WEDNESDAY, *both))
    )


def test_a_consent_cannot_be_withdrawn_twice() -> None:
    given(a_case(), consent_given(MONDAY), consent_withdrawn(TUESDAY)).when(
        withdraw_consent(WEDNESDAY)
    ).then_contradicts("consent-already-withdrawn")


def test_a_consent_cannot_be_withdrawn_before_it_was_given() -> None:
    given(a_case(), consent_given(TUESDAY)).when(withdraw_consent(MONDAY)).then_contradicts("withdrawn-too-early")


def test_two_clocks_that_differ_do_not_stop_her_from_changing_her_mind() -> None:
    at = TUESDAY - timedelta(seconds=90)
    given(a_case(), consent_given(TUESDAY)).when(withdraw_consent(at)).then(consent_withdrawn(at))


def test_a_consent_nobody_registered_cannot_be_withdrawn() -> None:
    given(a_case()).when(withdraw_consent(TUESDAY)).then_not_found()


def test_a_no_cannot_be_withdrawn() -> None:
    given(a_case(), ConsentDeclined(CONSENT, MONDAY, CLINIC, terms())).when(withdraw_consent(TUESDAY)).then_not_found()


@pytest.mark.parametrize(
    ("given_on", "valid_until", "first_day_without"),
    [
        ("2024-03-04", None, "2025-03-04"),
        ("2024-02-29", None, "2025-02-28"),
        ("2024-03-04", "2024-06-30", "2024-07-01"),
        ("2024-03-04", "2026-01-01", "2025-03-04"),
    ],
)
def test_a_consent_lapses_after_a_year_or_on_its_own_day(
    given_on: str, valid_until: str | None, first_day_without: str
) -> None:
    own = None if valid_until is None else date.fromisoformat(valid_until)
    moment = MONDAY.replace(month=int(given_on[5:7]), day=int(given_on[8:]))
    assert terms(valid_until=own).lapses_on(moment) == date.fromisoformat(first_day_without)


@pytest.mark.parametrize(
    ("other", "ends"),
    [
        ({"purposes": ("behandling",)}, None),
        ({"purposes": ("behandling",), "valid_until": date(2024, 6, 30)}, date(2024, 7, 1)),
        ({"purposes": ("behandling", PURPOSE)}, date(2025, 3, 4)),
        ({"disclosers": (FAMILIES,)}, None),
        ({"disclosers": (FAMILIES, NURSES)}, date(2025, 3, 4)),
    ],
)
def test_the_year_is_for_health_persons_and_other_purposes_than_treatment(
    other: dict[str, Any], ends: date | None
) -> None:
    """Sundhedsloven § 44(2) speaks of § 43(1) alone; what a municipality passes on has no such year."""
    assert terms(**other).lapses_on(MONDAY) == ends


def test_the_last_day_of_a_consent_carries_and_the_next_does_not() -> None:
    year = DAY * 364
    given(a_case(), consent_given(MONDAY)).when(disclose(MONDAY + year)).then(
        made(facts(MONDAY + year, consent_fact(MONDAY)))
    )
    given(a_case(), consent_given(MONDAY)).when(disclose(MONDAY + year + DAY)).then(
        refused(facts(MONDAY + year + DAY, consent_fact(MONDAY)))
    ).because(Reason.CONSENT_EXPIRED)


def test_two_units_of_one_municipality_are_two_receivers() -> None:
    given(a_case(), consent_given(MONDAY)).when(disclose(TUESDAY, recipient=NURSES)).then(
        refused(facts(TUESDAY, consent_fact(MONDAY), recipient=NURSES))
    ).because(Reason.CONSENT_WRONG_RECIPIENT)


def test_a_case_tells_its_consents_apart() -> None:
    case = fold((a_case(), consent_given(MONDAY)))
    assert case is not None
    assert case.consents[CONSENT].terms == terms()
    with pytest.raises(NotFound):
        case.consents[ANOTHER]
