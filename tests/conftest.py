"""What every test may ask for: real databases, the shared examples, and a report that hides nothing."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres
from tests.endurance import LONG
from tests.postgres import TestServer

SHARED = Path(__file__).resolve().parents[2] / "shared"
READS_SHARED = "reads_shared"
ENDURES = "endures"
SERVER = pytest.StashKey[TestServer]()

# Two busy cores make every deadline a coin toss, and whether a thousand examples come in a second as well. CI repeats
# the same examples; a developer's machine explores new ones.
settings.register_profile(
    "tvaerspor",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("tvaerspor")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database in a file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'tvaerspor.sqlite'}"


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> TestServer:
    """The real PostgreSQL of this run, for a test that needs more than one database on it."""
    return pytestconfig.stash[SERVER]


@pytest.fixture
def postgres_url(postgres_server: TestServer) -> Iterator[str]:
    """A fresh, empty database on a real PostgreSQL; the test fails where there is none."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database, once on each engine."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published examples beside the repository; without it the test is skipped and named at the end."""
    if not SHARED.is_dir():
        pytest.skip("no folder ../shared beside the repository")
    return SHARED


def pytest_configure(config: pytest.Config) -> None:
    """The run owns one server; a worker of pytest-xdist is told where it lies."""
    folder = getattr(config, "workerinput", {}).get("postgres")
    config.stash[SERVER] = TestServer(Path(folder)) if folder else TestServer.owned()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist about the run's server."""
    node.workerinput["postgres"] = str(node.config.stash[SERVER].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The owner stops the server; its workers only leave."""
    if not hasattr(config, "workerinput"):
        config.stash[SERVER].close()


def pytest_report_header() -> list[str]:
    """Say on what the tests stand."""
    beside = "found" if SHARED.is_dir() else "MISSING: the tests over its examples will be skipped"
    endurance = "at full length" if LONG else "shortened; `make endurance` runs them at full length"
    return [
        f"databases: SQLite {sqlite3.sqlite_version}; {postgres.described()}",
        f"../shared: {beside}",
        f"tests that endure: {endurance}",
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that read the shared examples, so that the summary can count them."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(READS_SHARED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests over the shared examples ran, and name those that did not, or that did not go on for long."""
    _tell_of_shared(terminalreporter)
    _tell_of_shortened(terminalreporter)


def _tell_of_shared(terminalreporter: pytest.TerminalReporter) -> None:
    counted = {
        outcome: _marked(terminalreporter, outcome, READS_SHARED)
        for outcome in ("passed", "failed", "error", "skipped")
    }
    total = sum(len(reports) for reports in counted.values())
    if not total:
        return
    terminalreporter.section("examples in ../shared")
    said = ", ".join(f"{len(reports)} {outcome}" for outcome, reports in counted.items() if reports)
    terminalreporter.line(f"{total} tests over ../shared: {said}")
    for report in counted["skipped"]:
        terminalreporter.line(f"NOT RUN {report.nodeid}")


def _tell_of_shortened(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in _marked(terminalreporter, outcome, ENDURES)]
    shortened = sorted({report.nodeid.partition("[")[0] for report in reports})
    if LONG or not shortened:
        return
    terminalreporter.section("endurance")
    terminalreporter.line(f"went on for a little only, and to the end in `make endurance`: {len(shortened)} tests")
    for test in shortened:
        terminalreporter.line(f"SHORTENED {test}")


def _marked(terminalreporter: pytest.TerminalReporter, outcome: str, mark: str) -> list[pytest.TestReport]:
    reports = terminalreporter.getreports(outcome)  # a file that could not be collected is among them
    return [report for report in reports if mark in getattr(report, "keywords", ())]
