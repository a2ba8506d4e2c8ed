"""Which provision answers: the one cited, in the edition of the day of the act (rule R22).

The hub never picks a better basis. It swaps an edition only where the sender fulfils a duty of its own accord, so that
an old paragraph number does not stop an underretning; and it finds the duty for an underretning that cites nothing.
"""

from dataclasses import dataclass
from datetime import date

from hub.law import barnets_lov, catalogue, samtykkegiver
from hub.law.facts import Facts
from hub.law.hjemmel import Reason
from hub.law.provisions import Basis

OF_ITS_OWN_ACCORD = frozenset({"underretning", "flytteunderretning", "kvittering"})
DEADLINE = "frist"


@dataclass(frozen=True, slots=True)
class Citation:
    """The provision to test, corrected or not; or why none is tested, and what took its place."""

    basis: Basis | None
    corrected: bool = False
    failure: Reason | None = None
    successor: tuple[str, ...] = ()
    open_point: str | None = None


def settle(facts: Facts, day: date) -> Citation:
    """The provision that answers on that day, or the reason why none does."""
    cited = catalogue.find(facts.basis_invoked)
    if cited is None:
        return _uncited(facts, day)
    if cited.edition(day) is not None:
        return Citation(cited)
    twins = tuple(twin for twin in cited.twins if catalogue.basis(twin).edition(day) is not None)
    if twins and _may_be_corrected(cited, facts.act):
        return Citation(_twin_that_fits(twins, facts), corrected=True)
    return Citation(cited, failure=Reason.BASIS_NOT_IN_FORCE, successor=twins)


def _uncited(facts: Facts, day: date) -> Citation:
    fitting = barnets_lov.duty_that_fits(facts) if facts.act == "underretning" and not facts.basis_invoked else None
    if fitting is None:
        return Citation(None, failure=Reason.NO_LEGAL_BASIS, open_point=_open_point(facts))
    basis = catalogue.basis(fitting.id)
    if basis.edition(day) is None:
        basis = catalogue.basis(barnets_lov.SERVICELOVEN[fitting].id)
    return Citation(basis, corrected=True)


def _open_point(facts: Facts) -> str | None:
    unborn = facts.act == "underretning" and barnets_lov.concerns_an_unborn_child(facts)
    return "unborn-child-private-notifier" if unborn and not facts.basis_invoked else None


def _may_be_corrected(cited: Basis, act: str) -> bool:
    """A duty fulfilled of the sender's own accord by this act, or the deadline of a duty or a step in a case."""
    return act == DEADLINE or (act in OF_ITS_OWN_ACCORD and act in cited.acts)


def _twin_that_fits(twins: tuple[str, ...], facts: Facts) -> Basis:
    """Of several successors the one about expectant parents when the child is unborn, else the first."""
    unborn = facts.subject.role in ("gravid", samtykkegiver.THE_UNBORN)
    return catalogue.basis(twins[-1] if unborn else twins[0])
