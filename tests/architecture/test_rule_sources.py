"""A complaint names where its rule stands: a page that its reader has, and a heading on it, never a module."""

import re

import pytest

from hub.domain import backdating
from hub.law import fields
from tests.architecture.sources import ROOT, files

_CITED = re.compile(r"(?P<page>\S+\.md), (?P<heading>.+)")
_A_SOURCE = re.compile(r"""(?i:source)\s*=\s*f?["'][^"']*\b\w+\.py\b""")


@pytest.mark.parametrize("source", [backdating.SOURCE, fields.SOURCE])
def test_the_page_that_a_rule_cites_has_the_heading(source: str) -> None:
    cited = _CITED.search(source)
    assert cited is not None
    page = (ROOT / cited["page"]).read_text(encoding="utf-8")
    assert f"\n## {cited['heading']}\n" in page


def test_no_rule_cites_a_module() -> None:
    citing = [path for path in files() if path.suffix == ".py" and _A_SOURCE.search((ROOT / path).read_text("utf-8"))]
    assert [path for path in citing if path.parts[0] != "tests"] == []
