"""The tree tells the story: prescribed folders, a README where one is due, modules that one can read in a sitting."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, files, modules, texts

FOLDERS = {*PACKAGES, "openapi", "tests", "docker", ".ci"}
FILES = {
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md", "NON-GOALS.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock", ".gitignore"),
}
EXPLAINED = ("hub", "hub/decisions", "adapters", "projections", "openapi", "docker", "tests")
LOOSE = {"__init__.py", "errors.py", "observability.py", "settings.py"}
LONGEST_MODULE = 350
SOUP = {"utils", "util", "common", "helpers", "manager", "service", "misc"}


def test_the_top_level_is_as_prescribed() -> None:
    assert {path.parts[0] for path in files() if len(path.parts) > 1} <= FOLDERS
    assert {path.name for path in files() if len(path.parts) == 1} == FILES


@pytest.mark.parametrize("folder", EXPLAINED)
def test_a_folder_says_what_belongs_there(folder: str) -> None:
    assert len((ROOT / folder / "README.md").read_text(encoding="utf-8").split()) > 30


def test_three_modules_lie_loose_in_the_hub_and_no_more() -> None:
    assert {path.name for path in _python("hub") if len(path.parts) == 2} == LOOSE


def test_every_folder_of_the_hub_says_what_belongs_there_and_what_does_not() -> None:
    for folder in sorted({path.parts[1] for path in _python("hub") if len(path.parts) > 2}):
        said = (ROOT / "hub" / folder / "README.md").read_text(encoding="utf-8")
        assert {"## What belongs here", "## What does not"} <= set(said.splitlines()), folder


def test_the_readme_of_a_folder_names_modules_that_are_there() -> None:
    gone = {
        f"{path}: {name}"
        for path, text in texts(beneath=("hub",))
        if path.name == "README.md" and len(path.parts) == 3 and path.parts[1] != "decisions"
        for name in re.findall(r"`([\w/]+\.(?:py|toml))`", text)
        if not any((ROOT / base / name).is_file() for base in (path.parent, ""))
    }
    assert gone == set()


def test_every_adapter_says_what_it_speaks() -> None:
    adapters = {path.parent for path in files() if len(path.parts) == 3 and path.parts[0] == "adapters"}
    assert {folder for folder in adapters if not (ROOT / folder / "README.md").is_file()} == set()


def test_no_module_is_longer_than_one_sitting() -> None:
    lengths = {path: text.count("\n") for path, text in texts(beneath=PACKAGES) if path.suffix == ".py"}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert {path for path, module in modules() if not ast.get_docstring(module) and module.body} == set()


def test_no_module_is_named_for_nothing() -> None:
    assert {path for path in files() if path.suffix == ".py" and path.stem in SOUP} == set()


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(
        int(path.name[:4]) for path in files() if path.parent == Path("hub/decisions") and path.name[0] == "0"
    )
    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_is_listed_and_says_what_a_decision_must() -> None:
    index = (ROOT / "hub" / "decisions" / "README.md").read_text(encoding="utf-8")
    for path, text in texts(beneath=("hub/decisions",)):
        if path.name != "README.md":
            assert f"({path.name})" in index, path
            assert {"Status:", "Date:"} <= set(text.split()), path
            assert {"Context", "Decision", "Consequences"} <= {line[3:] for line in text.splitlines()}, path


def _python(top: str) -> set[Path]:
    return {path for path in files() if path.suffix == ".py" and path.parts[0] == top}
