"""The base that a message may be presumed to rest on: between health persons, unless she has said no."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.case import fold
from hub.domain.consent import ConsentDeclined
from hub.domain.presumption import presumed
from hub.law.hjemmel import Reason
from hub.vocabulary.organisations import Unit
from tests.domain.acts import a_case, consent_given, consent_withdrawn, known_as
from tests.domain.test_message import CAME
from tests.people import CLINIC, DOCTOR, FAMILIES, MONDAY, NURSES, THURSDAY, TUESDAY, WEDNESDAY

TREATMENT = {"recipients": (NURSES,), "purposes": ("behandling",)}
YES, NO = Reason.OK_TREATMENT_CURRENT, Reason.PATIENT_OPTED_OUT


def reason(*history: Any, by: Unit = CLINIC, recipient: Unit = NURSES) -> Reason:
    """What the law answers about a message of Thursday's."""
    case = fold((a_case(), *history))
    return presumed(replace(CAME, at=THURSDAY, by=by, recipient=recipient), case).decision.reason


@pytest.mark.parametrize(
    ("by", "recipient", "answer"),
    [
        (CLINIC, NURSES, YES),
        (NURSES, CLINIC, YES),
        (DOCTOR, CLINIC, YES),
        (CLINIC, FAMILIES, Reason.RECIPIENT_NOT_COVERED),
        (FAMILIES, CLINIC, Reason.DISCLOSER_NOT_COVERED),
    ],
)
def test_between_whom(by: Unit, recipient: Unit, answer: Reason) -> None:
    assert reason(by=by, recipient=recipient) == answer
    message = replace(CAME, at=THURSDAY, by=by, recipient=recipient)
    assert presumed(message, None).decision.reason == answer


@pytest.mark.parametrize(
    ("history", "answer"),
    [
        ((consent_given(MONDAY),), YES),
        ((consent_given(MONDAY, excludes=("psykiatri",)),), NO),
        ((consent_given(MONDAY, **TREATMENT), consent_withdrawn(TUESDAY)), NO),
        ((consent_given(MONDAY), consent_withdrawn(TUESDAY)), YES),  # taken back for another purpose
        ((ConsentDeclined(known_as("no"), TUESDAY, CLINIC, consent_given(MONDAY, **TREATMENT).terms),), NO),
        ((ConsentDeclined(known_as("no"), TUESDAY, CLINIC, consent_given(MONDAY).terms),), YES),
        (
            (
                consent_given(MONDAY, **TREATMENT),
                consent_withdrawn(TUESDAY),
                replace(consent_given(WEDNESDAY, **TREATMENT), consent=known_as("again")),
            ),
            YES,
        ),
    ],
    ids=["a yes", "an exclusion", "taken back", "another purpose's", "declined", "another's declined", "a later yes"],
)
def test_a_no_of_hers_that_reaches_treatment_stops_it(history: tuple[Any, ...], answer: Reason) -> None:
    assert reason(*history) == answer


def test_what_its_sender_does_not_know_of_is_not_told_by_the_answer() -> None:
    no = replace(consent_given(MONDAY, excludes=("psykiatri",), disclosers=(FAMILIES,)), by=FAMILIES)
    assert reason(no) == YES
