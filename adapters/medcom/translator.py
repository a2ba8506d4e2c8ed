"""Which form a letter takes: a CareCommunication where MedCom has one for it, else the hub's own FHIR message."""

from adapters.fhir.message import FhirTranslator
from adapters.medcom.care_communication import CareCommunications, fits
from hub.ports import Letter


class MedComTranslator:
    """The Translator port. Between a hospital and a sundhedspleje, both with SOR id and GLN, MedCom is spoken."""

    def __init__(self, base: str) -> None:
        self._care, self._own = CareCommunications(base), FhirTranslator(base)

    def message(self, letter: Letter) -> bytes:
        """The message as JSON; the same letter gives the same bytes."""
        return self._care.new(letter) if fits(letter) else self._own.message(letter)
