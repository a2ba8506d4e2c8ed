"""Which provision answers: the one cited, in the edition of the day of the act (rule R22).

The hub never picks a better basis. It swaps an edition only where the sender fulfils a duty of its own accord, so that
an old paragraph does not stop an underretning; and it finds the sender's own duty for an underretning that cites
nothing, or the wrong number of §§ 133 and 135.
"""

from dataclasses import dataclass
from datetime import date

from hub.law import barnets_lov, catalogue, samtykkegiver, underretningspligt
from hub.law.facts import UNDERRETNING, Facts
from hub.law.hjemmel import Reason
from hub.law.provisions import Basis

OF_ITS_OWN_ACCORD = frozenset({UNDERRETNING, "flytteunderretning", "kvittering"})
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
    if facts.act == UNDERRETNING and underretningspligt.is_a_number(cited.id):
        return _numbered(cited, facts, day)
    if cited.edition(day) is not None:
        return Citation(cited)
    twins = _in_force(cited.twins, day)
    if twins and _may_be_corrected(cited, facts.act):
        return Citation(_twin_that_fits(twins, facts), corrected=True)
    return Citation(cited, failure=Reason.BASIS_NOT_IN_FORCE, successor=twins)


def _uncited(facts: Facts, day: date) -> Citation:
    nothing = facts.act == UNDERRETNING and not facts.basis_invoked
    duty = own_duty(facts, day) if nothing else None
    if duty is None:
        return Citation(None, failure=Reason.NO_LEGAL_BASIS, open_point=_open_point(facts))
    return Citation(duty)


def _numbered(cited: Basis, facts: Facts, day: date) -> Citation:
    """As cited where the facts fall under it, else the sender's own duty; where there is none, as cited and refused."""
    (in_force,) = _in_force((cited.id, *cited.twins), day)
    duty = None if underretningspligt.stands(in_force, facts) else own_duty(facts, day)
    if duty is not None:
        return Citation(duty, corrected=True)
    return Citation(catalogue.basis(in_force), corrected=in_force != cited.id)


def own_duty(facts: Facts, day: date) -> Basis | None:
    """The sender's own duty that this act fulfils, in the statute of that day; None when there is none."""
    fitting = underretningspligt.duty_that_fits(facts)
    if fitting is None:
        return None
    (in_force,) = _in_force((fitting.id, barnets_lov.SERVICELOVEN[fitting].id), day)
    return catalogue.basis(in_force)


def _in_force(bases: tuple[str, ...], day: date) -> tuple[str, ...]:
    return tuple(basis_id for basis_id in bases if catalogue.basis(basis_id).edition(day) is not None)


def _open_point(facts: Facts) -> str | None:
    unborn = facts.act == UNDERRETNING and barnets_lov.concerns_an_unborn_child(facts)
    return "unborn-child-private-notifier" if unborn and not facts.basis_invoked else None


def _may_be_corrected(cited: Basis, act: str) -> bool:
    """A duty fulfilled of the sender's own accord by this act, or the deadline of a duty or a step in a case."""
    return act == DEADLINE or (act in OF_ITS_OWN_ACCORD and act in cited.acts)


def _twin_that_fits(twins: tuple[str, ...], facts: Facts) -> Basis:
    """Of several successors the one about expectant parents when the child is unborn, else the first."""
    unborn = facts.subject.role in ("gravid", samtykkegiver.THE_UNBORN)
    return catalogue.basis(twins[-1] if unborn else twins[0])
