"""The pages name modules and pages that are there: a reader who follows a path arrives."""

import re

import pytest

from tests.architecture.sources import ROOT, texts

MODULE = re.compile(r"`((?:\.\./)*[a-z_0-9]+(?:/[a-z_0-9]+)*\.py)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
PAGES = sorted(str(path) for path, _ in texts() if path.suffix == ".md" and path.name != "CHANGELOG.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_module_on_a_page_is_there(page: str) -> None:
    """A path counts from the page's folder, or from the root."""
    here = (ROOT / page).parent
    named = MODULE.findall((ROOT / page).read_text(encoding="utf-8"))
    assert {path for path in named if not (here / path).exists() and not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_on_a_page_leads_somewhere(page: str) -> None:
    here = (ROOT / page).parent
    assert {
        link for link in LINK.findall((ROOT / page).read_text(encoding="utf-8")) if not (here / link).exists()
    } == set()


def test_the_walk_through_the_hub_leads_past_its_modules() -> None:
    assert len(MODULE.findall((ROOT / "hub" / "README.md").read_text(encoding="utf-8"))) > 30
