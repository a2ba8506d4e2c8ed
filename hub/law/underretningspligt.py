"""Whose duty to notify it is, under which number: barnets lov §§ 133 and 135, serviceloven §§ 153 and 154 (rule R22).

An underretning never fails on a number. One that cites nothing, or the wrong one of these, is judged under the sender's
own duty that the facts show; only where the sender has none is it judged under what was cited, and refused.
"""

from collections.abc import Callable, Mapping

from hub.law import barnets_lov, catalogue, samtykkegiver
from hub.law.facts import UNDERRETNING, Facts
from hub.law.hjemmel import Hjemmel

_UNDER: Mapping[Hjemmel, Callable[[Facts], bool]] = {
    barnets_lov.FOEDT_BARN: barnets_lov.concerns_a_born_child,
    barnets_lov.UFOEDT_BARN: barnets_lov.concerns_an_unborn_child,
    barnets_lov.OVERGREB: barnets_lov.concerns_abuse_of_a_born_child,
    barnets_lov.ENHVER: barnets_lov.concerns_a_born_child,
}
_OTHER_DUTIES = {"flytteunderretning": barnets_lov.FLYTNING, "kvittering": barnets_lov.KVITTERING}
_CONDITION = {hjemmel.id: under for now, under in _UNDER.items() for hjemmel in (now, barnets_lov.SERVICELOVEN[now])}


def is_a_number(basis_id: str) -> bool:
    """Is this one of the numbers a notifier may mix up: § 133, stk. 1, nr. 1, 2 or 4, § 135, or a twin of them?"""
    return basis_id in _CONDITION


def stands(basis_id: str, facts: Facts) -> bool:
    """Do the facts fall under the number that was cited? To Ankestyrelsen none of them leads."""
    sender = catalogue.basis(basis_id).covers_discloser(facts.discloser, facts.discloser_role)
    return sender and facts.recipient.kind != "ankestyrelsen" and _CONDITION[basis_id](facts)


def duty_that_fits(facts: Facts) -> Hjemmel | None:
    """The sender's own duty that this act fulfils, as barnets lov numbers it; None when there is none."""
    if facts.act == UNDERRETNING:
        return _duty_to_notify(facts)
    other = _OTHER_DUTIES.get(facts.act)
    covered = other is not None and catalogue.basis(other.id).covers_discloser(facts.discloser, facts.discloser_role)
    return other if covered else None


def _duty_to_notify(facts: Facts) -> Hjemmel | None:
    if facts.recipient.kind == "ankestyrelsen":
        return barnets_lov.ANKESTYRELSEN
    if facts.discloser.kind not in barnets_lov.IN_PUBLIC_SERVICE:
        return barnets_lov.ENHVER if barnets_lov.concerns_a_born_child(facts) else None
    if facts.subject.role in ("gravid", samtykkegiver.THE_UNBORN):
        return barnets_lov.UFOEDT_BARN
    if barnets_lov.concerns_abuse_of_a_born_child(facts):
        return barnets_lov.OVERGREB
    return barnets_lov.FOEDT_BARN if barnets_lov.concerns_a_born_child(facts) else None


def sender_has_a_duty(facts: Facts) -> bool:
    """Is this act a duty of its sender, under whatever provision? Then it is never pointed to a consent (R31).

    An underretning is where a duty fits the facts, the other acts are for those in public service.
    """
    if facts.act == UNDERRETNING:
        return duty_that_fits(facts) is not None
    return facts.discloser.kind in barnets_lov.IN_PUBLIC_SERVICE
