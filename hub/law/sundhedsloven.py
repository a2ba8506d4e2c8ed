"""Sundhedsloven §§ 40-44: when health persons may pass on what they know of a patient.

Between health persons for treatment (§ 41), looking up (§ 42 a), and for everything else (§ 43). § 40 is the silence
these provisions lift. Each function takes over where parties and edition are in order (hub.law.decide, rule R28) and
tests what the provision itself asks, in the order of that rule.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hub.law import catalogue, samtykke
from hub.law.facts import UNDERRETNING, Facts
from hub.law.hjemmel import DutyCode, Hjemmel, Provision, Reason, Subsumption

BEHANDLING_MED_SAMTYKKE = Hjemmel("SUL-41-1")
AKTUELT_FORLOEB = Hjemmel("SUL-41-2-1")
UDSKRIVNINGSBREV = Hjemmel("SUL-41-2-2")
BEHANDLING_VAESENTLIGE_HENSYN = Hjemmel("SUL-41-2-4")
OPSLAG = Hjemmel("SUL-42a-1")
ANDRE_FORMAAL_MED_SAMTYKKE = Hjemmel("SUL-43-1")
ANDEN_LOV = Hjemmel("SUL-43-2-1")
VAERDISPRING = Hjemmel("SUL-43-2-2")
TILSYN = Hjemmel("SUL-43-2-3")

FAMILIEAFDELING = "kommune/familieafdeling"
HEALTH_PERSONS_WHO_DECIDE = frozenset({"laege", "jordemoder", "sygeplejerske", "sundhedsplejerske"})  # § 43(3), R19


def behandling_med_samtykke(facts: Facts) -> Subsumption:
    """May this pass between health persons for treatment, on the patient's oral or written consent (§ 41, stk. 1)?"""
    if _is_off_track(facts, BEHANDLING_MED_SAMTYKKE):
        return BEHANDLING_MED_SAMTYKKE.not_met(Reason.BASIS_NOT_APPLICABLE)
    return samtykke.carries(facts, BEHANDLING_MED_SAMTYKKE, reason=Reason.OK_CONSENT_TREATMENT)


def aktuelt_forloeb(facts: Facts) -> Subsumption:
    """May this pass without consent, for the treatment now under way (§ 41, stk. 2, nr. 1)?"""
    if facts.flags.opted_out:
        return AKTUELT_FORLOEB.not_met(Reason.PATIENT_OPTED_OUT)
    if not facts.flags.current_course:
        return AKTUELT_FORLOEB.not_met(Reason.NO_CURRENT_TREATMENT)
    if _is_off_track(facts, AKTUELT_FORLOEB) or _is_needless(facts):
        return AKTUELT_FORLOEB.not_met(Reason.BASIS_NOT_APPLICABLE)
    return AKTUELT_FORLOEB.met(Reason.OK_TREATMENT_CURRENT)


def udskrivningsbrev(facts: Facts) -> Subsumption:
    """May the discharge letter go to the patient's own GP or the referring specialist (§ 41, stk. 2, nr. 2)?"""
    if not facts.flags.own_gp:
        return UDSKRIVNINGSBREV.not_met(Reason.RECIPIENT_NOT_COVERED)
    if facts.flags.opted_out:
        return UDSKRIVNINGSBREV.not_met(Reason.PATIENT_OPTED_OUT)
    if not facts.flags.discharge_letter or _is_off_track(facts, UDSKRIVNINGSBREV):
        return UDSKRIVNINGSBREV.not_met(Reason.BASIS_NOT_APPLICABLE)
    return UDSKRIVNINGSBREV.met(Reason.OK_DISCHARGE_LETTER)


def behandling_vaesentlige_hensyn(facts: Facts) -> Subsumption:
    """May this pass for treatment because a weighty interest makes it necessary (§ 41, stk. 2, nr. 4)?"""
    weighty_and_necessary = facts.flags.weighty_interest and facts.flags.necessary
    if not weighty_and_necessary or _is_off_track(facts, BEHANDLING_VAESENTLIGE_HENSYN):
        return BEHANDLING_VAESENTLIGE_HENSYN.not_met(Reason.BASIS_NOT_APPLICABLE)
    return BEHANDLING_VAESENTLIGE_HENSYN.met(Reason.OK_WEIGHTY_INTEREST)


def opslag(facts: Facts) -> Subsumption:
    """May a health person look this up for the treatment now under way (§ 42 a, stk. 1)? Not to notify (R36)."""
    if facts.flags.opted_out:
        return OPSLAG.not_met(Reason.PATIENT_OPTED_OUT)
    to_notify = ("R36",) if facts.purpose == UNDERRETNING else ()
    if not facts.flags.current_course:
        return OPSLAG.not_met(Reason.NO_CURRENT_TREATMENT, rules=to_notify)
    if _is_off_track(facts, OPSLAG) or _is_needless(facts):
        return OPSLAG.not_met(Reason.BASIS_NOT_APPLICABLE, rules=to_notify)
    return OPSLAG.met(Reason.OK_TREATMENT_CURRENT)


def andre_formaal_med_samtykke(facts: Facts) -> Subsumption:
    """May this pass for another purpose, on the consent of § 43, stk. 1, in the form and for the year of § 44?"""
    if _is_off_track(facts, ANDRE_FORMAAL_MED_SAMTYKKE):
        return ANDRE_FORMAAL_MED_SAMTYKKE.not_met(Reason.BASIS_NOT_APPLICABLE)
    return samtykke.carries(facts, ANDRE_FORMAAL_MED_SAMTYKKE)


def anden_lov(_: Facts) -> Subsumption:
    """§ 43, stk. 2, nr. 1 opens nothing by itself: the statute that orders the disclosure is the one to cite."""
    return ANDEN_LOV.not_met(Reason.BASIS_NOT_APPLICABLE)


def vaerdispring(facts: Facts) -> Subsumption:
    """May this pass for an obvious public interest or weighty interests (§ 43, stk. 2, nr. 2; stk. 3 and 4)?

    As an underretning it goes to the familieafdeling, and nowhere else.
    """
    flags = facts.flags
    if facts.act == UNDERRETNING and facts.recipient.code != FAMILIEAFDELING:
        return VAERDISPRING.not_met(Reason.RECIPIENT_NOT_COVERED)
    weighed = flags.weighty_interest and flags.necessary and flags.balancing_recorded
    if not weighed or _is_off_track(facts, VAERDISPRING):
        return VAERDISPRING.not_met(Reason.BASIS_NOT_APPLICABLE)
    if flags.decider not in HEALTH_PERSONS_WHO_DECIDE:
        return VAERDISPRING.not_met(Reason.DECIDER_MISSING)
    return VAERDISPRING.met(
        Reason.OK_WEIGHTY_INTEREST,
        settled=(DutyCode.RECORD_BALANCING,),
        contested="electronic-channel" if flags.channel == "electronic" else None,
    )


def tilsyn(_: Facts) -> Subsumption:
    """§ 43, stk. 2, nr. 3 needs a task of supervision, which no fact of the hub can show."""
    return TILSYN.not_met(Reason.BASIS_NOT_APPLICABLE)


def _is_off_track(facts: Facts, hjemmel: Hjemmel) -> bool:
    """Another act, another initiative or another purpose than the provision speaks of?"""
    return not catalogue.basis(hjemmel.id).is_on_track(facts.act, facts.initiative, facts.purpose)


def _is_needless(facts: Facts) -> bool:
    """Expressly said not to be necessary; necessity is otherwise the health person's own judgement."""
    return facts.flags.necessary is False


PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {
        BEHANDLING_MED_SAMTYKKE.id: behandling_med_samtykke,
        AKTUELT_FORLOEB.id: aktuelt_forloeb,
        UDSKRIVNINGSBREV.id: udskrivningsbrev,
        BEHANDLING_VAESENTLIGE_HENSYN.id: behandling_vaesentlige_hensyn,
        OPSLAG.id: opslag,
        ANDRE_FORMAAL_MED_SAMTYKKE.id: andre_formaal_med_samtykke,
        ANDEN_LOV.id: anden_lov,
        VAERDISPRING.id: vaerdispring,
        TILSYN.id: tilsyn,
    }
)
