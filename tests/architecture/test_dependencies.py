"""What is imported is declared, and what is declared is used."""

import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.sources import PACKAGES, ROOT, imported, modules, normal

# Found by name at run time, never imported by us: uvicorn's parser and loop, zones, the URL's driver, fonts.
LOADED_BY_NAME = {"httptools", "psycopg", "tzdata", "uvloop", "manimgx-fonts", "manimgx-fonts-cjk"}
OWN = {*PACKAGES, "tests"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_packages_import_only_what_operators_get() -> None:
    assert _imported(PACKAGES) - _declared(PROJECT["project"]["dependencies"]) == set()


def test_the_tests_import_only_what_is_declared() -> None:
    declared = _declared(PROJECT["project"]["dependencies"]) | _declared(PROJECT["dependency-groups"]["dev"])
    assert _imported(("tests",)) - declared == set()


def test_every_runtime_dependency_is_used() -> None:
    assert _declared(PROJECT["project"]["dependencies"]) - _imported(PACKAGES) - LOADED_BY_NAME == set()


def _imported(beneath: tuple[str, ...]) -> set[str]:
    """The distributions that these folders import, as an index writes their names."""
    tops = {name.split(".")[0] for _, module in modules(beneath=beneath) for _, name in imported(module)}
    installed = packages_distributions()
    foreign = tops - sys.stdlib_module_names - OWN
    return {normal(installed.get(top, [top])[0]) for top in foreign}


def _declared(requirements: list[str]) -> set[str]:
    return {normal(requirement) for requirement in requirements}
