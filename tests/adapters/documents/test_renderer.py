"""Every kind of letter can be set, and the same letter gives the same bytes."""

import pytest

from adapters.documents.renderer import TypstRenderer
from tests.adapters.documents.letters import EVERY


@pytest.mark.parametrize("kind", EVERY)
def test_a_letter_of_every_kind_is_the_same_twice(kind: str) -> None:
    first, second = (TypstRenderer().render(EVERY[kind]()) for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert first == second
