"""What a letter says that puts an earlier one right, or takes it back."""

import pytest

from adapters.documents import words as danish
from hub.domain.correction.events import ActsRetracted, CorrectedAct, Fault, Point
from hub.domain.notifier import Account
from hub.domain.request.events import Form
from hub.domain.sent_acts import kind_of
from tests.adapters.documents import letters
from tests.adapters.documents.letters import EARLIER, EVERY, NOTIFIED
from tests.adapters.documents.reading import words


def test_a_retraction_names_letter_document_and_points_and_says_nothing_in_their_place() -> None:
    text = words(letters.retraction())
    assert "Oplysninger, der var forkerte" in text
    assert "Brug dem ikke, og læg dem ikke til grund for noget." in text
    assert f"Underretning af 2. maj 2024 Dokument {EARLIER}" in text
    assert "Anledning til underretningen" in text
    assert "Punkt 1: Rusmidler" in text
    assert "Svar på anmodning om oplysninger af 2. maj 2024" in text
    assert "Hele brevet." in text
    assert "Hjemmel: databeskyttelsesforordningens artikel 16 og 19." in text
    assert "samtykke" not in text


def test_what_is_not_hers_is_said_to_be_about_somebody_else_and_about_whom_is_not() -> None:
    text = words(letters.mistaken())
    assert "Oplysninger, der ikke handler om hende" in text
    assert "Brug dem ikke om hende" in text
    assert "var forkert" not in text
    assert "noget andet i stedet" not in text


def test_a_correction_says_what_was_wrong_and_what_is_right() -> None:
    text = words(letters.rectification())
    assert "Rettelse af et tidligere brev" in text
    assert "Underretning af 2. maj 2024" in text
    assert "Hun er udeblevet fra én aftale, ikke tre." in text
    assert "Rusmidler Urinprøven den 6. maj var negativ." in text
    assert "barnets lov § 133" in text
    assert "Det skal I gøre nu" not in text  # the first letter asked for it


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_of_letter_has_a_name(kind: str) -> None:
    event = EVERY[kind]().event
    assert danish.known("letter", kind_of(type(event))) or isinstance(event, ActsRetracted)


def test_every_field_that_can_be_wrong_has_a_heading() -> None:
    names = {*Account.__dataclass_fields__, *Form.__dataclass_fields__, "question", "words", "until", "declined"}
    assert {name for name in names - {"items"} if not danish.known("point", name)} == set()


@pytest.mark.parametrize(
    ("kind", "heading"), [("concern-reported", "Hvor længe det har stået på"), ("clarification-asked", "Perioden, fra")]
)
def test_a_heading_is_that_of_the_letter_it_stood_in(kind: str, heading: str) -> None:
    act = CorrectedAct(act=EARLIER, kind=kind, at=NOTIFIED, points=(Point("since"),))
    assert heading in words(letters.retraction(Fault.WRONG, act))
