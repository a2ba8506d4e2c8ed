"""Invented citizens, the units they meet, and the week in which it happens.

The CPR numbers are the only ones that may stand in this repository (tests/architecture/test_secrets.py). Each is on
MedCom's published list "Nationale test-CPR-numre" (medcom.dk, Standarder, Tabeller), made after the CPR office's
instructions with serial numbers so high that nobody is given them; names and families of the list are fictitious.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.vocabulary.actors import Actor
from hub.vocabulary.identification import ForeignNumber, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

# MedCom, Nationale test-CPR-numre: the Berggren family, in HL7 Denmark's DK Core examples as well
KIRSTEN = Citizen(Cpr.parse("291182-9996"), "Kirsten Test Berggren", "Testpark Allé 48, 3400 Hillerød")
BRITA = Citizen(Cpr.parse("150981-9996"), "Brita Test Berggren", "Testpark Allé 48, 3400 Hillerød")
NANCY = Citizen(Cpr.parse("251248-9996"), "Nancy Ann Test Berggren", "Testpark Allé 48, 3400 Hillerød")
# MedCom, Nationale test-CPR-numre: the woman of the demo (openapi/examples)
KAJA = Citizen(Cpr.parse("210300-9996"), "Kaja Test Hansen", "Testsøjlerne 4, 6200 Aabenraa")
# MedCom's examples of CareCommunication, HospitalNotification and Acknowledgement (Bruno Test Elmer)
ELMER_CPR = Cpr.parse("250947-9989")
# MedCom, Nationale test-CPR-numre: born 11 October 2010, so thirteen in the week below
YOUNG = Citizen(Cpr.parse("111010-9996"), "Ung Test Berggren")
# Without a CPR number: the X-eCPR is of MedCom's example R-Tek-CPR-1, the Swedish number and the names are made up
AMIRA = Citizen(None, "Amira Test Haddad", replacement=ReplacementNumber.parse("0703921VJ4"), born=date(1992, 3, 7))
ELSA = Citizen(None, "Elsa Test Lindqvist", foreign=ForeignNumber.parse("SE|19890511-TEST"), born=date(1989, 5, 11))
NADIA = Citizen(None, "Nadia Test Rahimi", "Testgade 1, 6200 Aabenraa", born=date(1996, 4, 17))
# MedCom, Nationale test-CPR-numre: twins born 13 October 2016
DAUGHTER_CPR, SON_CPR = Cpr.parse("131016-9996"), Cpr.parse("131016-9995")

CLINIC = Unit.parse("hospital/familieambulatorium@sygehus-soenderjylland")
MIDWIVES = Unit.parse("hospital/foedeafdeling@sygehus-soenderjylland")
MATERNITY_WARD = Unit.parse("hospital/barselsafsnit@sygehus-soenderjylland")
FAMILIES = Unit.parse("kommune/familieafdeling@aabenraa")
NURSES = Unit.parse("kommune/sundhedspleje@aabenraa")
ADDICTION = Unit.parse("kommune/rusmiddelcenter@aabenraa")
FAMILIES_AWAY = Unit.parse("kommune/familieafdeling@odense")
DOCTOR = Unit.parse("gp/klinik@laegehuset-nord")
CHARITY = Unit.parse("ngo/raadgivning@moedrehjaelpen")
EVERYBODY = (CLINIC, MIDWIVES, MATERNITY_WARD, FAMILIES, NURSES, ADDICTION, FAMILIES_AWAY, DOCTOR, CHARITY)

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAY = timedelta(days=1)
MONDAY = datetime(2024, 3, 4, 9, 30, tzinfo=COPENHAGEN)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + DAY * count for count in range(1, 5))


def acting_for(unit: Unit, client: str | None = None) -> Actor:
    """A midwife, a case worker: somebody of this unit, through the unit's own system."""
    return Actor(client or f"system of {unit.unit}", unit, "Test Testesen", "sagsbehandler")
