"""The lock files hold what pyproject.toml asks for, every package with its hashes, and both agree."""

import re
import tomllib

import pytest

from tests.architecture.sources import ROOT, normal

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
PINNED = re.compile(
    r"^(?P<name>[a-z0-9\-]+)==(?P<version>[^ \\]+)(?P<rest>.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)*)", re.M
)


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert len(_pins(lock)) == sum(line[:1] not in {"", "#", " "} for line in text.splitlines())
    assert {found["name"] for found in PINNED.finditer(text) if "--hash" not in found["rest"]} == set()


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_every_dependency_is_locked(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if lock == DEVELOPMENT else [])
    assert {normal(line) for line in wanted} <= set(_pins(lock))


def test_development_runs_on_what_operators_get() -> None:
    assert _pins(RUNTIME).items() <= _pins(DEVELOPMENT).items()


def _pins(lock: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in PINNED.finditer((ROOT / lock).read_text())}
