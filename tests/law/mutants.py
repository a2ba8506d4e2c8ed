"""What `make mutants` runs against every mutant of hub/law: all cases in one test, because pytest is the slow part.

No part of the suite (the name keeps pytest from collecting it): tests/law/test_cases.py asks the same case by case, and
says more when one fails. A mutant wakes after the modules were loaded, so what runs while they load is run again here.
"""

import importlib
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from hub.law import barnets_lov, catalogue
from hub.law.facts import Facts, Notification, Subject
from hub.vocabulary.organisations import Unit
from tests.law.cases import cases
from tests.law.test_cases import decided_as_it_says

NOTICE = Facts(
    at=datetime(2025, 3, 29, 13, 30, tzinfo=UTC),
    act="underretning",
    initiative="discloser",
    discloser=Unit.parse("hospital/foedeafdeling@Sygehus Nord"),
    recipient=Unit.parse("kommune/familieafdeling@Byby"),
    subject=Subject("gravid", 29),
    basis_invoked="BL-133-1-2",
    purpose="underretning",
    categories=("rusmiddel",),
    notification=Notification(consent_sought="yes", parents_informed=True),
)


def test_every_case_is_decided_as_it_says() -> None:
    for case in cases():
        decided_as_it_says(case)


def test_the_catalogue_reads_the_same_again() -> None:
    assert _loaded(catalogue) == _loaded(importlib.reload(catalogue))


def test_the_provisions_of_barnets_lov_are_bound_the_same_again() -> None:
    before = {key: provision(NOTICE) for key, provision in barnets_lov.PROVISIONS.items()}
    again = importlib.reload(barnets_lov).PROVISIONS
    assert before == {key: provision(NOTICE) for key, provision in again.items()}


def _loaded(module: ModuleType) -> dict[str, Any]:
    """What the module worked out when it was loaded; the values only, since classes are made anew nowhere here."""
    return {name: value for name, value in vars(module).items() if name.startswith("_") and name.isupper()}
