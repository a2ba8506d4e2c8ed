"""The general law beside the special statutes: forvaltningsloven § 28, and what is no personal data at all.

Databeskyttelsesloven § 8 and the duties of GDPR and the journal order open no disclosure in the hub: they are cited
beside a basis, never as one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hub.law import catalogue, samtykke
from hub.law.facts import Facts
from hub.law.hjemmel import Hjemmel, Provision, Reason, Subsumption

MYNDIGHEDERS_SAMTYKKE = Hjemmel("FVL-28")
STRAFBARE_FORHOLD = Hjemmel("DBL-8")
ANONYMT = Hjemmel("ANON")


def myndigheders_videregivelse_med_samtykke(facts: Facts) -> Subsumption:
    """May an authority tell another on an express, specific and informed consent (forvaltningsloven § 28)?"""
    if not catalogue.basis(MYNDIGHEDERS_SAMTYKKE.id).is_on_track(facts.act, facts.initiative, facts.purpose):
        return MYNDIGHEDERS_SAMTYKKE.not_met(Reason.BASIS_NOT_APPLICABLE)
    return samtykke.carries(facts, MYNDIGHEDERS_SAMTYKKE)


def strafbare_forhold(_: Facts) -> Subsumption:
    """Criminal matters (databeskyttelsesloven § 8) do not travel through the hub."""
    return STRAFBARE_FORHOLD.not_met(Reason.BASIS_NOT_APPLICABLE)


def ingen_personoplysninger(facts: Facts) -> Subsumption:
    """May this be talked about because nobody can be singled out? Where somebody can, it is a disclosure (R23)."""
    if facts.flags.identifiable is False:
        return ANONYMT.met(Reason.OK_NOT_PERSONAL_DATA)
    return ANONYMT.not_met(Reason.NO_LEGAL_BASIS)


PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {
        MYNDIGHEDERS_SAMTYKKE.id: myndigheders_videregivelse_med_samtykke,
        STRAFBARE_FORHOLD.id: strafbare_forhold,
        ANONYMT.id: ingen_personoplysninger,
    }
)
