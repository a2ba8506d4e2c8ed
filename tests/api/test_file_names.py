"""What a document may be called: as people in Denmark name their files, and nothing that leads anywhere."""

import unicodedata

import pytest

from hub.api.fields import AttachmentBody


@pytest.mark.parametrize(
    "name",
    ["løn.pdf", "A.PDF", "Ærø åben (2).docx", "IMG_0042.HEIC", "fødsels-plan.v2.pdf", "scan", "Ultralyd & svar.jpg"],
)
def test_a_name_is_kept_as_it_came(name: str) -> None:
    """C16."""
    assert _named(name) == name


def test_a_name_that_a_system_took_apart_is_put_together() -> None:
    apart = unicodedata.normalize("NFD", "Åse.pdf")
    assert apart != "Åse.pdf"
    assert _named(apart) == "Åse.pdf"


def _named(name: str) -> str:
    return AttachmentBody.model_validate({"name": name, "content_type": "a/b", "content": "AAAA"}).name
