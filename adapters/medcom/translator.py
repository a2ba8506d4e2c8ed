"""Which form a letter takes: a CareCommunication where MedCom has one for it, else the hub's own FHIR message."""

from adapters.fhir.message import FhirTranslator
from adapters.medcom.care_communication import CareCommunications, fits
from adapters.medcom.thread import forward, reply
from hub.errors import Undeliverable
from hub.ports.letter import Letter


class MedComTranslator:
    """The Translator port. Between a hospital and a sundhedspleje, both with SOR id and GLN, MedCom is spoken."""

    def __init__(self, base: str) -> None:
        self._care, self._own = CareCommunications(base), FhirTranslator(base)

    def message(self, letter: Letter) -> bytes:
        """The message as JSON; the same letter gives the same bytes."""
        if not fits(letter):
            return self._own.message(letter)
        if letter.follows is None:
            return self._care.new(letter)
        goes_on = reply if letter.follows.how == "reply" else forward
        try:
            return goes_on(self._care, letter, letter.follows.message)
        except Undeliverable:  # the units' numbers are others than when the message came: what is said still goes
            return self._care.new(letter)
