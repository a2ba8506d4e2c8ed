"""Barnets lov §§ 132-138 and 151, with serviceloven §§ 65 and 152-155 b as the edition to the end of 2023.

Underretning, the receipt and feedback it is answered with, the notice when a family moves, and the turn to
Ankestyrelsen. The two statutes ask the same here, so one function answers for both; which one is in force on the day of
the act is settled before (hub.law.citation). The duty is the notifier's own: want of consent never stops an
underretning, it only leaves something owed (R13, R14).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hub.law import catalogue, samtykkegiver
from hub.law.facts import Facts, Notification
from hub.law.hjemmel import DutyCode, Hjemmel, Provision, Reason, Subsumption
from hub.vocabulary.period import local_day

FOEDT_BARN = Hjemmel("BL-133-1-1")
UFOEDT_BARN = Hjemmel("BL-133-1-2")
OVERGREB = Hjemmel("BL-133-1-4")
ENHVER = Hjemmel("BL-135")
FLYTNING = Hjemmel("BL-132-1")
KVITTERING = Hjemmel("BL-KVIT")
ANKESTYRELSEN = Hjemmel("BL-151")
TIDLIGT_SAMARBEJDE = Hjemmel("BL-SSD")
SERVICELOVEN = {
    FOEDT_BARN: Hjemmel("SEL-153-1-1"),
    UFOEDT_BARN: Hjemmel("SEL-153-1-2"),
    OVERGREB: Hjemmel("SEL-153-1-4"),
    ENHVER: Hjemmel("SEL-154"),
    FLYTNING: Hjemmel("SEL-152-1"),
    KVITTERING: Hjemmel("SEL-155b-1"),
    ANKESTYRELSEN: Hjemmel("SEL-65"),
    TIDLIGT_SAMARBEJDE: Hjemmel("SEL-49a"),
}

IN_PUBLIC_SERVICE = frozenset({"hospital", "gp", "kommune"})
_PARENTS_OF_A_BORN_CHILD = frozenset({"mor", "partner"})
_EXPECTING = frozenset({"gravid", "partner", samtykkegiver.THE_UNBORN})
ABUSED = frozenset({"by_parent", "by_other"})  # § 133, stk. 1, nr. 4, reaches abuse by anyone (R35)
RECEIPT, STARTED = "kvittering", "sag_aabnet"
SUPPORT, LENGTH = "type_af_indsats", "varighed"


def foedt_barn(facts: Facts, hjemmel: Hjemmel = FOEDT_BARN) -> Subsumption:
    """Must a person in public service notify that a born child may need support (§ 133, stk. 1, nr. 1)?"""
    if _is_off_track(facts, hjemmel) or not concerns_a_born_child(facts):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    return _notified(facts, hjemmel, Reason.OK_STATUTORY_DUTY)


def ufoedt_barn(facts: Facts, hjemmel: Hjemmel = UFOEDT_BARN) -> Subsumption:
    """Must she notify that a child may need support right after birth (§ 133, stk. 1, nr. 2)?"""
    if _is_off_track(facts, hjemmel) or not concerns_an_unborn_child(facts):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    return _notified(facts, hjemmel, Reason.OK_STATUTORY_DUTY)


def overgreb(facts: Facts, hjemmel: Hjemmel = OVERGREB) -> Subsumption:
    """Must she notify known or suspected abuse, whoever it is by (§ 133, stk. 1, nr. 4; rule R35)?"""
    if _is_off_track(facts, hjemmel) or not concerns_abuse_of_a_born_child(facts):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    return _notified(facts, hjemmel, Reason.OK_STATUTORY_DUTY)


def enhver(facts: Facts, hjemmel: Hjemmel = ENHVER) -> Subsumption:
    """Must anyone notify that a born child is neglected or in danger (§ 135)? For the unborn the hub says no."""
    if _is_off_track(facts, hjemmel) or not concerns_a_born_child(facts):
        unborn = concerns_an_unborn_child(facts)
        return hjemmel.not_met(
            Reason.BASIS_NOT_APPLICABLE, contested="unborn-child-private-notifier" if unborn else None
        )
    return _notified(facts, hjemmel, Reason.OK_GENERAL_DUTY)


def ankestyrelsen(facts: Facts, hjemmel: Hjemmel = ANKESTYRELSEN) -> Subsumption:
    """May she turn to Ankestyrelsen because the municipality does not act (§§ 151-153)?"""
    if _is_off_track(facts, hjemmel):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    return _notified(facts, hjemmel, Reason.OK_ANKESTYRELSEN)


def flytning(facts: Facts, hjemmel: Hjemmel = FLYTNING) -> Subsumption:
    """Must the municipality a family has left tell the new one about a need of special support (§ 132)?"""
    moved = facts.flags.moved_at is not None and facts.flags.moved_at <= local_day(facts.at)
    if facts.discloser.organisation == facts.recipient.organisation:
        return hjemmel.not_met(Reason.RECIPIENT_NOT_COVERED)
    if _is_off_track(facts, hjemmel) or not moved or not facts.flags.special_support_need:
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    return hjemmel.met(Reason.OK_MOVE_NOTICE)


def owed_on_receipt(*, professional: bool, anonymous: bool, oral: bool) -> tuple[DutyCode, ...]:
    """What an underretning leaves the municipality owing, whoever it came from and under whatever number (R21, R33).

    The child's clock runs for every one of them (§ 136); a receipt is for whoever can be given one, and what was
    started for professionals.
    """
    answers = (
        () if anonymous else (DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK) if professional else (DutyCode.ACK_RECEIPT,)
    )
    return (DutyCode.ASSESS_24H, *answers, *((DutyCode.NOTE_ORAL,) if oral else ()))


def kvittering(facts: Facts, hjemmel: Hjemmel = KVITTERING) -> Subsumption:
    """May this go back to the one who notified: the receipt, and to a professional what was started (R33)?"""
    if _is_off_track(facts, hjemmel):
        return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)
    if not _may_go_back(facts).issuperset(facts.categories):
        return hjemmel.not_met(Reason.FEEDBACK_BEYOND_SCOPE)
    return hjemmel.met(Reason.OK_FEEDBACK, settled=(DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK))


def tidligt_samarbejde(_: Facts, hjemmel: Hjemmel = TIDLIGT_SAMARBEJDE) -> Subsumption:
    """Early prevention (serviceloven § 49 a) needs a purpose no fact of the hub can show; its successor is off."""
    return hjemmel.not_met(Reason.BASIS_NOT_APPLICABLE)


def concerns_a_born_child(facts: Facts) -> bool:
    """Is the child at issue born and under eighteen? A pregnant girl under eighteen is a child herself."""
    role = facts.subject.role
    if role in _PARENTS_OF_A_BORN_CHILD:
        return True
    years = samtykkegiver.age(facts, local_day(facts.at))
    if role in samtykkegiver.THE_CHILD:
        return years is None or years < samtykkegiver.AGE_OF_MAJORITY
    return role == "gravid" and years is not None and years < samtykkegiver.AGE_OF_MAJORITY


def concerns_an_unborn_child(facts: Facts) -> bool:
    """Is the child at issue not born yet?"""
    return facts.subject.role in _EXPECTING


def concerns_abuse_of_a_born_child(facts: Facts) -> bool:
    """Is abuse of a born child known or suspected, by a parent or by somebody else?"""
    return concerns_a_born_child(facts) and told_of(facts).abuser in ABUSED


def told_of(facts: Facts) -> Notification:
    """How the underretning came about; nothing stated where nothing is."""
    return facts.notification or _NOTHING_TOLD


def _may_go_back(facts: Facts) -> frozenset[str]:
    """The receipt to everyone; more to a professional only, and only without a special regard against it."""
    flags = facts.flags
    if not flags.notifier_professional or flags.special_regard:
        return frozenset({RECEIPT})
    essential = {SUPPORT, LENGTH} if flags.essential_for_support else frozenset[str]()
    return frozenset({RECEIPT, STARTED}).union(essential)


def _notified(facts: Facts, hjemmel: Hjemmel, reason: Reason) -> Subsumption:
    """The underretning passes without what the municipality does not need (R15), and leaves owed what R13 says."""
    needed = [category for category in facts.categories if category not in facts.flags.not_needed]
    if facts.categories and not needed:
        return hjemmel.not_met(Reason.SURPLUS_INFORMATION)
    owed = _owed_for_want_of_consent(facts, hjemmel)
    refused = told_of(facts).consent_sought == "refused"
    return hjemmel.met(
        reason,
        surplus=tuple(category for category in facts.categories if category not in needed),
        duties=owed,
        settled=(DutyCode.ACK_RECEIPT,) if facts.flags.receipt_sent else (),
        contested="balancing" if refused and DutyCode.RECORD_BALANCING in owed else None,
        rules=("R35",) if told_of(facts).abuser in ABUSED else (),
    )


def _owed_for_want_of_consent(facts: Facts, hjemmel: Hjemmel) -> tuple[DutyCode, ...]:
    """R13 and R14: what the record still lacks when consent was refused or never sought, and the parents not told.

    Suspicion of a parent silences both; suspicion of somebody else does not (R35).
    """
    told = told_of(facts)
    if catalogue.basis(hjemmel.id).consent.mode != "seek_first" or told.abuser == "by_parent":
        return ()
    balancing = () if told.balancing_recorded else (DutyCode.RECORD_BALANCING,)
    parents = () if told.parents_informed else (DutyCode.INFORM_SUBJECT_BEFORE,)
    if told.consent_sought == "yes" or _was_not_asked_of(facts, told):
        return parents
    if told.consent_sought == "refused":  # the refusal itself stands in the record
        return balancing + parents
    return (DutyCode.RECORD_NO_CONSENT_REASON, *balancing, *parents)


def _was_not_asked_of(facts: Facts, told: Notification) -> bool:
    """Consent was no matter for this notifier: "n/a", from someone who is not in public service."""
    return told.consent_sought == "n/a" and facts.discloser.kind not in IN_PUBLIC_SERVICE


def _is_off_track(facts: Facts, hjemmel: Hjemmel) -> bool:
    return not catalogue.basis(hjemmel.id).is_on_track(facts.act, facts.initiative, facts.purpose)


_NOTHING_TOLD = Notification()


def _under(hjemmel: Hjemmel, answer: Callable[[Facts, Hjemmel], Subsumption]) -> Provision:
    return lambda facts: answer(facts, hjemmel)


_ANSWERS: Mapping[Hjemmel, Callable[[Facts, Hjemmel], Subsumption]] = {
    FOEDT_BARN: foedt_barn,
    UFOEDT_BARN: ufoedt_barn,
    OVERGREB: overgreb,
    ENHVER: enhver,
    FLYTNING: flytning,
    KVITTERING: kvittering,
    ANKESTYRELSEN: ankestyrelsen,
    TIDLIGT_SAMARBEJDE: tidligt_samarbejde,
}
PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {now.id: _under(now, answer) for now, answer in _ANSWERS.items()}
    | {SERVICELOVEN[now].id: _under(SERVICELOVEN[now], answer) for now, answer in _ANSWERS.items()}
)
