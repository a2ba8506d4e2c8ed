"""The files of this repository, as the architecture tests look at them."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hub", "adapters", "projections")
CORE = tuple(
    part
    for part in ("hub/errors.py", "hub/vocabulary", "hub/law", "hub/agreements", "hub/domain", "hub/ports")
    if (ROOT / part).exists()
)
MADE = {".venv", "demo-out", "__pycache__", "mutants", "uv.lock"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or may be committed, relative to the root."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        answer = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return tuple(sorted(path for path in map(Path, answer.stdout.split("\0")[:-1]) if (ROOT / path).is_file()))
    return tuple(sorted(_walked(ROOT)))


def _walked(folder: Path) -> Iterator[Path]:
    """The same without git: everything but what make and the tools leave behind."""
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in {".ci", ".gitignore"}
        if hidden or path.name in MADE:
            continue
        if path.is_dir():
            yield from _walked(path)
        else:
            yield path.relative_to(ROOT)


def texts(*, beneath: tuple[str, ...] = ("",)) -> Iterator[tuple[Path, str]]:
    """Every text file under the given folders, with its content."""
    for path in files():
        if any(path.is_relative_to(folder) for folder in beneath):
            try:
                yield path, (ROOT / path).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def modules(*, beneath: tuple[str, ...] = PACKAGES) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python module under the given folders, parsed."""
    for path, text in texts(beneath=beneath):
        if path.suffix == ".py":
            yield path, ast.parse(text, str(path))


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every absolute import, wherever it stands in the module."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def normal(requirement: str) -> str:
    """The distribution's name as an index writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9.\-_]", requirement)[0]).lower()
