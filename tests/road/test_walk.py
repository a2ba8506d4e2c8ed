"""The walk-through of hub/README.md leads past files that are there."""

import re
from pathlib import Path

HUB = Path(__file__).resolve().parents[2] / "hub"
NAMED = re.compile(r"`((?:\.\./)?[a-z_]+(?:/[a-z_0-9]+)*(?:\.py|\.toml|/))`")
LINKED = re.compile(r"\]\(([^)#:]+)\)")


def test_every_file_on_the_road_is_there() -> None:
    named = NAMED.findall((HUB / "README.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    assert [path for path in named if not (HUB / path).exists()] == []


def test_every_page_that_the_first_pages_point_to_is_there() -> None:
    for page in (HUB.parent / "README.md", HUB / "README.md", HUB.parent / "openapi" / "examples" / "README.md"):
        linked = LINKED.findall(page.read_text(encoding="utf-8"))
        assert [path for path in linked if not (page.parent / path).exists()] == []
