"""Given, when, then: a case as its events, one command, and what it adds – compared whole.

    given(a_case(), consent_given(MONDAY), consent_withdrawn(TUESDAY)) \\
        .when(disclose(WEDNESDAY)) \\
        .then(refused(...)).because(Reason.CONSENT_WITHDRAWN, citing="SUL-43-1")

`given` takes what has happened, never what was asked for, so that a story does not depend on how it came about.
"""

from dataclasses import dataclass

import pytest

from hub.domain.case import Case, CaseCommand, CaseEvent, decide, fold
from hub.domain.ruling import Ruling
from hub.errors import Contradiction, NotFound
from hub.law.hjemmel import Reason


@dataclass(frozen=True, slots=True)
class Then:
    """What the command added."""

    events: tuple[CaseEvent, ...]
    after: Case | None

    def because(self, reason: Reason, *, citing: str | None = None) -> "Then":
        """The law answered with this reason, for an act that cited this provision."""
        answers = (getattr(event, "ruling", None) for event in self.events)
        rulings = _each_once([answer for answer in answers if isinstance(answer, Ruling)])
        assert [ruling.decision.reason for ruling in rulings] == [reason]
        if citing is not None:
            assert [ruling.facts.basis_invoked for ruling in rulings] == [citing]
        return self


def _each_once(rulings: list[Ruling]) -> list[Ruling]:
    """An answer and what it declines stand on one ruling."""
    return [ruling for number, ruling in enumerate(rulings) if ruling not in rulings[:number]]


@dataclass(frozen=True, slots=True)
class When:
    """A command on a case, ready to be judged."""

    history: tuple[CaseEvent, ...]
    command: CaseCommand

    def then(self, *expected: CaseEvent) -> Then:
        """It adds exactly these events, every field of them."""
        before = fold(self.history)
        added = decide(before, self.command)
        assert added == expected
        after = fold((*self.history, *added))
        assert fold(self.history) == before, "deciding changes nothing"
        return Then(added, after)

    def then_contradicts(self, code: str) -> None:
        """It cannot follow what the record holds."""
        with pytest.raises(Contradiction) as caught:
            decide(fold(self.history), self.command)
        assert caught.value.code == code

    def then_not_found(self) -> None:
        """There is nothing by that name that the unit may know of."""
        with pytest.raises(NotFound):
            decide(fold(self.history), self.command)


@dataclass(frozen=True, slots=True)
class Given:
    """What has happened."""

    history: tuple[CaseEvent, ...]

    def when(self, command: CaseCommand) -> When:
        """Then somebody asks for this."""
        return When(self.history, command)

    def and_then(self, *more: CaseEvent) -> "Given":
        """Something more has happened."""
        return Given((*self.history, *more))


def given(*history: CaseEvent) -> Given:
    """A case with this history."""
    return Given(history)
