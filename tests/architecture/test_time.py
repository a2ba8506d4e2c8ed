"""Time in the tests: nobody measures it, nobody sleeps through it, and whatever may go on for long is found."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import modules

WAIT = {"tests/waiting.py", "tests/postgres.py"}
KILL = {"tests/road/test_killed.py", "tests/store/test_sigkill.py"}  # at any moment
MEASURES = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time", "thread_time_ns"}


def of_tests() -> list[tuple[Path, ast.Module]]:
    """Every module of the tests that `make test` runs, and of what they stand on."""
    found = modules(beneath=("tests",))
    return [(path, tree) for path, tree in found if not path.is_relative_to("tests/bench")]


@pytest.mark.parametrize(("names", "may"), [(MEASURES, set()), ({"sleep"}, WAIT | KILL)], ids=["measures", "sleeps"])
def test_no_test_knows_how_long_something_takes(names: set[str], may: set[str]) -> None:
    """`asyncio.sleep(0)` is no sleep: it lets the others go on."""
    asked = {
        path.as_posix()
        for path, tree in of_tests()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
        if [argument.value for argument in node.args if isinstance(argument, ast.Constant)] != [0]
    }
    assert asked == may


def test_whoever_asks_how_often_bears_the_mark() -> None:
    for path, tree in of_tests():
        said = ast.unparse(tree)
        if "import times" in said:
            assert "pytest.mark.endures" in said, path
