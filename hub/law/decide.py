"""The one entrance: facts in, Decision out, whatever the basis."""

from hub.law import catalogue
from hub.law.facts import Facts
from hub.law.hjemmel import Decision, Outcome, Reason


def decide(facts: Facts) -> Decision:
    """May this act go ahead, on which provision, and what is then owed? Never raises; the uncovered is refused."""
    return Decision(
        Outcome.REFUSE, None, None, None, Reason.NO_LEGAL_BASIS, (), (), (), (), (), None, False, None, (), (), (),
        facts.basis_invoked, None, None, (), facts.act, catalogue.rule_set(),
    )  # fmt: skip
