"""Errors: the drawing is the tree, and the core raises nothing but what stands in it."""

import ast
import builtins
import inspect
import re
from collections.abc import Iterator

from hub import errors
from tests.architecture.sources import CORE, modules

DRAWN = re.compile(r"^(?P<indent>[\s│]*)(?P<branch>[├└]── )?(?P<name>[A-Z]\w+)(?=\s{2,}|$)")
BUILT_IN = {
    name for name, value in vars(builtins).items() if inspect.isclass(value) and issubclass(value, BaseException)
}
CATCH_ALL = {"Exception", "BaseException"}


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    classes = {
        (name, None if kind is errors.HubError else kind.__mro__[1].__name__)
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == errors.__name__
    }
    assert set(_drawn(errors.__doc__ or "")) == classes


def test_every_error_of_the_hub_descends_from_the_root() -> None:
    rootless = {
        f"{path}:{node.lineno} {node.name}"
        for path, module in modules(beneath=("hub", "adapters", "projections"))
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and any(_name(base) in BUILT_IN for base in node.bases)
    }
    assert {error.split()[1] for error in rootless} == {"HubError"}, rootless


def test_the_core_raises_no_built_in_error() -> None:
    raised = {
        f"{path}:{node.lineno} {name}"
        for path, module in modules(beneath=CORE)
        for node in ast.walk(module)
        if isinstance(node, ast.Raise) and (name := _name(node.exc)) in BUILT_IN
    }
    assert not raised


def test_the_core_catches_by_name() -> None:
    caught = {
        f"{path}:{node.lineno}"
        for path, module in modules(beneath=CORE)
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _name(node.type) in CATCH_ALL)
    }
    assert not caught


def test_the_root_is_caught_in_two_places_only() -> None:
    caught = {
        str(path)
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler) and "HubError" in {_name(part) for part in _parts(node.type)}
    }
    assert caught <= {"hub/api/problems.py", "hub/cli/__init__.py"}


def _drawn(text: str) -> Iterator[tuple[str, str | None]]:
    """Each name of the drawing with the nearest name above it that stands further left."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if (found := DRAWN.match(line)) and (found["branch"] or found["name"] == "HubError"):
            column = found.start("name")
            while above and above[-1][0] >= column:
                above.pop()
            yield found["name"], above[-1][1] if above else None
            above.append((column, found["name"]))


def _parts(node: ast.expr | None) -> list[ast.expr | None]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _name(node: ast.expr | None) -> str | None:
    match node:
        case ast.Call(func=called):
            return _name(called)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
