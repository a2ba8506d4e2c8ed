"""The one entrance: facts in, Decision out, whatever the basis.

Closed by default: nothing passes unless the provision cited is in force, speaks of these parties and says yes. The
tests stand in the order of rule R28; the first that fails is the reason. What is owed afterwards follows R29, what a
refused sender should do next R31.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from hub.law import (
    almindelige,
    barnets_lov,
    catalogue,
    citation,
    frister,
    retssikkerhedsloven,
    sundhedsloven,
    underretningspligt,
)
from hub.law.citation import DEADLINE, Citation
from hub.law.facts import UNDERRETNING, Facts
from hub.law.hjemmel import Decision, DutyCode, Hjemmel, Outcome, Provision, Reason, Subsumption
from hub.law.provisions import Basis, Refused
from hub.vocabulary.period import local_day

PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {
        **sundhedsloven.PROVISIONS,
        **retssikkerhedsloven.PROVISIONS,
        **barnets_lov.PROVISIONS,
        **almindelige.PROVISIONS,
    }
)
"""Every provision something can pass on. The rest of the catalogue is bars, forms, steps and duties beside a basis."""

NO_BASIS_KINDS = frozenset({"bar", "form", "procedure"})
_PLACE = {code: place for place, code in enumerate(DutyCode)}
MUNICIPAL_PLANS = frozenset({"handleplan", "barnets_plan", "ungeplan"})


def decide(facts: Facts) -> Decision:
    """May this act go ahead, on which provision, and what is then owed? Never raises; the uncovered is refused."""
    day = local_day(facts.at)
    cited = citation.settle(facts, day)
    if cited.basis is None or cited.failure is not None:
        failure = cited.failure or Reason.NO_LEGAL_BASIS
        return _refuse(facts, day, cited, Subsumption("", failure, False, contested=cited.open_point))
    answer = _deadline(facts, cited.basis) if facts.act == DEADLINE else _subsume(facts, cited.basis)
    if not answer.met:
        return _refuse(facts, day, cited, answer)
    return _permit(facts, day, cited, cited.basis, answer)


def _subsume(facts: Facts, basis: Basis) -> Subsumption:
    """Kind, sender, receiver, then the provision itself (R28)."""
    provision = PROVISIONS.get(basis.id) or _nothing_passes_on(basis)
    if basis.kind in NO_BASIS_KINDS:
        return provision(facts)
    if basis.id in retssikkerhedsloven.PROVISIONS and basis.is_on_track(facts.act, facts.initiative, facts.purpose):
        return provision(facts)  # a request has an order of tests of its own
    return _failing_of_the_parties(facts, basis) or provision(facts)


def _nothing_passes_on(basis: Basis) -> Provision:
    return lambda _: Hjemmel(basis.id).not_met(Reason.BASIS_NOT_APPLICABLE)


def _failing_of_the_parties(facts: Facts, basis: Basis) -> Subsumption | None:
    """Does the provision speak of this sender and this receiver?"""
    hjemmel = Hjemmel(basis.id)
    if not basis.covers_discloser(facts.discloser, facts.discloser_role):
        return hjemmel.not_met(Reason.DISCLOSER_NOT_COVERED, contested=_open_point_of_sender(facts, basis))
    if not basis.covers_recipient(facts.recipient):
        return hjemmel.not_met(Reason.RECIPIENT_NOT_COVERED, contested=_open_point_of_receiver(facts))
    return None


def _open_point_of_sender(facts: Facts, basis: Basis) -> str | None:
    notifies = facts.act == UNDERRETNING and basis.id in barnets_lov.PROVISIONS
    unborn = barnets_lov.concerns_an_unborn_child(facts)
    return "unborn-child-private-notifier" if notifies and unborn else None


def _open_point_of_receiver(facts: Facts) -> str | None:
    parties = (facts.discloser.code, facts.recipient.code)
    internal = facts.discloser.organisation == facts.recipient.organisation
    return "health-visitor" if internal and parties == ("kommune/sundhedspleje", "kommune/familieafdeling") else None


def _deadline(facts: Facts, basis: Basis) -> Subsumption:
    """A deadline is decided like the duty it stands for, whatever its kind; a permit has none (R32)."""
    hjemmel = Hjemmel(basis.id)
    if basis.kind == "permit" or all(catalogue.duty(code).always for code in basis.duties):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    reason = Reason.OK_FEEDBACK if "kvittering" in basis.acts else Reason.OK_STATUTORY_DUTY
    return _failing_of_the_parties(facts, basis) or hjemmel.met(reason)


def _permit(facts: Facts, day: date, cited: Citation, basis: Basis, answer: Subsumption) -> Decision:
    withheld = tuple(c for c in dict.fromkeys(facts.categories) if c in answer.surplus or c in answer.declined)
    passes = tuple(c for c in dict.fromkeys(facts.categories) if c not in withheld)
    duties = _duties(facts, cited, basis, answer, passes)
    due = frister.due(duties, facts)
    open_point = answer.contested or (frister.open_point(due, facts) if facts.act == DEADLINE else None)
    return Decision(
        outcome=Outcome.PERMIT_WITH_DUTIES if duties or withheld else Outcome.PERMIT,
        basis=basis.id,
        edition=str(basis.edition(day)),
        gate=basis.gate if catalogue.is_health_person(facts.discloser) else None,
        reason=_reason(answer),
        duties=duties,
        due=due,
        granted=passes if withheld else (),
        withheld=withheld,
        passes=passes,
        next_step=None,
        contested=open_point is not None,
        contested_why=_why(open_point),
        rules=catalogue.rules_behind(_reason(answer), duties, open_point, answer.rules),
        consents=tuple(dict.fromkeys(consent for _, consents in answer.carried for consent in consents)),
        carried=answer.carried,
        invoked=facts.basis_invoked,
        tested=basis.id,
        citation=basis.citation(day),
        successor=(),
        act=facts.act,
        rule_set=catalogue.rule_set(),
        open_point=open_point,
    )


def _reason(answer: Subsumption) -> Reason:
    """Where part stays behind, the reason names the part: surplus before declined (R30)."""
    if answer.surplus:
        return Reason.SURPLUS_INFORMATION
    return Reason.ITEM_NOT_OBLIGED if answer.declined else answer.reason


def _duties(
    facts: Facts, cited: Citation, basis: Basis, answer: Subsumption, passes: tuple[str, ...]
) -> tuple[DutyCode, ...]:
    """The provision's duties, plus what the facts make due, less what they show as done (R29)."""
    owed = {*basis.duties, *answer.duties}
    if cited.corrected:
        owed.add(DutyCode.CORRECT_CITATION)
    if answer.surplus:
        owed.add(DutyCode.WITHHOLD_SURPLUS)
    if facts.act == UNDERRETNING and barnets_lov.told_of(facts).channel == "oral":
        owed.add(DutyCode.NOTE_ORAL)
    if facts.act != DEADLINE and facts.recipient.kind == "hospital" and not MUNICIPAL_PLANS.isdisjoint(passes):
        owed.add(DutyCode.JOURNAL_INCOMING_PLAN)
    owed.difference_update(answer.settled)
    return tuple(sorted(owed, key=_PLACE.__getitem__))


def _refuse(facts: Facts, day: date, cited: Citation, answer: Subsumption) -> Decision:
    basis, reason, open_point = cited.basis, answer.reason, answer.contested
    edition = basis.edition(day) if basis else None
    successor = (basis.id,) if basis and edition and reason is Reason.BASIS_NOT_IN_FORCE else cited.successor
    return Decision(
        outcome=Outcome.REFUSE,
        basis=None,
        edition=str(edition) if edition else None,
        gate=None,
        reason=reason,
        duties=(),
        due=(),
        granted=(),
        withheld=(),
        passes=(),
        next_step=catalogue.next_step(_refused(facts, basis, reason)),
        contested=open_point is not None,
        contested_why=_why(open_point),
        rules=catalogue.rules_behind(reason, (), open_point, answer.rules),
        consents=(),
        carried=(),
        invoked=facts.basis_invoked,
        tested=basis.id if basis else None,
        citation=basis.citation(day) if basis else None,
        successor=successor,
        act=facts.act,
        rule_set=catalogue.rule_set(),
        open_point=open_point,
    )


def _refused(facts: Facts, basis: Basis | None, reason: Reason) -> Refused:
    return Refused(
        reason=reason,
        act=facts.act,
        starts=facts.initiative,
        basis=basis.id if basis else None,
        sender_has_a_duty=underretningspligt.sender_has_a_duty(facts),
        abuse=barnets_lov.told_of(facts).abuser,
    )


def _why(open_point: str | None) -> str | None:
    return catalogue.open_question(open_point).why if open_point else None
