"""The letters look as they did when somebody last looked at them.

After a change that is meant: run once with TVAERSPOR_REDRAW=1, look at every picture in pictures/, and commit them.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.documents.renderer import TypstRenderer
from hub.domain.protection import as_told_to
from tests.adapters.documents import letters
from tests.adapters.documents.letters import DRAWN, EVERY
from tests.adapters.documents.picture import difference
from tests.people import KIRSTEN

PICTURES = Path(__file__).parent / "pictures"
PPI = 60
TOLERANCE = 0.0002  # seventy points of a page at 60 ppi: less than one changed word


@pytest.mark.parametrize("kind", DRAWN)
def test_a_letter_looks_as_it_did(kind: str) -> None:
    assert looks_as_kept(kind, TypstRenderer().pictures(DRAWN[kind](), ppi=PPI))


@pytest.mark.parametrize("kind", ["beskyttet-myndighed", "beskyttet-privat"])
def test_a_protected_woman_is_marked_and_her_address_shown_to_few(kind: str) -> None:
    hidden = replace(KIRSTEN, protected=True)
    recipient = letters.DOCTOR if kind.endswith("privat") else letters.FAMILY_UNIT
    letter = replace(letters.disclosure(), recipient=recipient, citizen=as_told_to(recipient.unit, hidden))
    assert looks_as_kept(kind, TypstRenderer().pictures(letter, ppi=PPI))


def test_one_changed_word_would_be_seen() -> None:
    letter = EVERY["svar"]()
    one, other = (
        TypstRenderer().pictures(replace(letter, person=name), ppi=PPI)[0] for name in ("Mette Holm", "Mette Holt")
    )
    assert 0 < difference(one, other) < TOLERANCE
    longer = TypstRenderer().pictures(replace(letter, person="Marianne Holm"), ppi=PPI)[0]
    assert difference(one, longer) > TOLERANCE


def test_another_letter_is_another_picture() -> None:
    one, other = (TypstRenderer().pictures(EVERY[kind](), ppi=PPI)[0] for kind in ("svar", "videregivelse"))
    assert difference(one, other) > 50 * TOLERANCE


def looks_as_kept(kind: str, drawn: list[bytes]) -> bool:
    """As many pages as are kept, each as it was; or kept anew, when that is asked for."""
    if os.environ.get("TVAERSPOR_REDRAW"):
        _keep(kind, drawn)
    kept = [path.read_bytes() for path in sorted(PICTURES.glob(f"{kind}-?.png"))]
    return len(drawn) == len(kept) and max(map(difference, drawn, kept)) <= TOLERANCE


def _keep(kind: str, drawn: list[bytes]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob(f"{kind}-?.png"):
        old.unlink()
    for number, picture in enumerate(drawn, start=1):
        (PICTURES / f"{kind}-{number}.png").write_bytes(picture)
