"""What the law answered, kept whole in the event it answered for.

The facts asked about, the decision and the rule set's version stand together, so that anybody can ask again – under the
rules of then or of now – and compare.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from hub.law.decide import decide
from hub.law.explain import Explanation, explain
from hub.law.facts import Facts
from hub.law.hjemmel import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """The question, its answer, and the answer in words as it was given that day."""

    facts: Facts
    decision: Decision
    explanation: Explanation

    @property
    def permits(self) -> bool:
        """May it, or part of it, be passed on?"""
        return self.decision.outcome is not Outcome.REFUSE


@runtime_checkable
class RuledAct(Protocol):
    """An event that the law was asked about, and keeps the answer."""

    @property
    def ruling(self) -> Ruling | None:
        """The answer, yes or no; None in a record of before the law was asked about such events."""


def ruling_of(event: object) -> Ruling | None:
    """What the law answered about an event; None for one that it was not asked about."""
    return event.ruling if isinstance(event, RuledAct) else None


def rule(facts: Facts) -> Ruling:
    """Ask the law."""
    decision = decide(facts)
    return Ruling(facts, decision, explain(decision, facts))
