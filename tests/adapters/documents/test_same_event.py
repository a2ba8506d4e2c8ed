"""What people read and what systems read come from one event, and say the same (SM-34)."""

import json
import re
from typing import Any

import pytest

from adapters.documents.renderer import TypstRenderer
from adapters.fhir.message import FhirTranslator
from hub.vocabulary.information import Item
from tests.adapters.documents.letters import EVERY
from tests.adapters.documents.reading import opened


def strings(value: Any) -> str:
    """Every text of a JSON document, one after the other."""
    match value:
        case str():
            return value
        case dict():
            return " ".join(map(strings, value.values()))
        case list():
            return " ".join(map(strings, value))
        case _:
            return ""


@pytest.mark.parametrize("kind", EVERY)
def test_the_letter_and_its_fhir_message_say_the_same(kind: str) -> None:
    """SM-34: who, about whom, on which hjemmel, and every word that was passed on."""
    letter = EVERY[kind]()
    fhir = FhirTranslator("https://hub.example/fhir").message(letter)
    pdf = opened(TypstRenderer().render(letter, fhir))
    message = re.sub(r"\s+", " ", strings(json.loads(fhir)))
    items = [item for item in getattr(letter.event, "items", ()) if isinstance(item, Item)]
    said = [" ".join(item.text.split()) for item in items]
    for words in (letter.sender.organisation_name, letter.recipient.organisation_name, letter.citizen.name, *said):
        assert words in pdf, words
        assert words in message, words
    assert letter.citizen.cpr.digits in pdf.replace("-", "")
    assert letter.citizen.cpr.digits in message
    ruling = getattr(letter.event, "ruling", None)
    if ruling is not None and ruling.decision.citation:
        assert ruling.decision.citation in pdf
