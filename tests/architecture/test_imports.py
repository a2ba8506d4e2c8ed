"""Who may import whom: the contracts of pyproject.toml, and the list of what each part may use from outside."""

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.sources import CORE, PACKAGES, ROOT, imported, modules, texts

FROM_OUTSIDE = {
    **dict.fromkeys(CORE, frozenset[str]()),
    "hub/vocabulary": frozenset({"holidays"}),
    "hub/evidence": frozenset({"cryptography"}),
    "hub/access": frozenset({"jwt"}),
    "hub/store": frozenset({"cryptography", "eventsourcing", "msgspec", "psycopg", "sqlalchemy"}),
    "hub/bootstrap/clocks.py": frozenset[str](),
    "hub/documents/letters.py": frozenset[str](),
    "hub/compliance/disclosure_entry.py": frozenset[str](),
    "hub/compliance/reevaluation.py": frozenset[str](),
    "hub/compliance/replay.py": frozenset[str](),
    "hub/application": frozenset[str](),
}
# Reading packaged data is not asking the world; everything else here is.
NO_INPUT_OUTPUT = {"asyncio", "http", "logging", "os", "random", "shutil", "socket", "sqlite3", "subprocess", "urllib"}


def test_every_import_contract_holds(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_both_contracts_of_layers_name_every_part_of_the_hub() -> None:
    """The first is exhaustive by import-linter's own rule; the second draws adapters and read models into it."""
    inside, beside = (_layers(contract) for contract in _contracts() if contract["type"] == "layers")
    assert inside == [part.removeprefix("hub.") for part in beside if part.startswith("hub.")]


def test_the_whole_core_is_kept_from_frameworks() -> None:
    (contract,) = (contract for contract in _contracts() if contract["name"] == "The core knows no framework")
    assert contract["source_modules"] == [part.removesuffix(".py").replace("/", ".") for part in CORE]


@pytest.mark.parametrize("part", FROM_OUTSIDE)
def test_a_part_uses_nothing_from_outside_but_what_is_granted(part: str) -> None:
    assert (ROOT / part).exists()
    own = {*PACKAGES, *sys.stdlib_module_names}
    foreign = {
        f"{path}:{line} {name}"
        for path, module in modules(beneath=(part,))
        for line, name in imported(module)
        if name.split(".")[0] not in own | FROM_OUTSIDE[part]
    }
    assert not foreign


def test_holidays_are_asked_in_one_module() -> None:
    asking = {path for path, module in modules() for _, name in imported(module) if name.split(".")[0] == "holidays"}
    assert asking <= {Path("hub/vocabulary/period.py")}


def test_the_core_asks_no_clock_no_disk_and_no_network() -> None:
    asking = {
        f"{path}:{line} {name}"
        for path, module in modules(beneath=CORE)
        for line, name in imported(module)
        if name.split(".")[0] in NO_INPUT_OUTPUT
    }
    assert not asking


def _layers(contract: dict[str, Any]) -> list[str]:
    """Every module that a contract of layers names, from the top."""
    return [name.strip(" ()") for layer in contract["layers"] for name in layer.replace("|", ":").split(":")]


def _contracts() -> list[dict[str, Any]]:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contracts: list[dict[str, Any]] = tools["importlinter"]["contracts"]
    return contracts


def test_only_one_module_reaches_into_the_app() -> None:
    """Handlers are given what they need by its type (hub/api/dependencies.py); app.py puts it there."""
    reaching = {str(path) for path, text in texts(beneath=("hub",)) if path.suffix == ".py" and ".app.state" in text}
    assert reaching == {"hub/api/dependencies.py"}
