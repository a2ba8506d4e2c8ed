"""Nothing is switched off and nothing is brought in without a reason beside it."""

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator

from tests.architecture.sources import ROOT, files

# The silencer, its codes, and what is left: the reason.
SILENCER = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:[, ]+[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w\-, ]+\])?)(?P<rest>.*)")
DEPENDENCY = re.compile(r"^  \"(?P<name>[A-Za-z0-9.\-]+)[^\"]*>=[^\"]*\",(?P<reason>\s+# .*\w.*)?$", re.MULTILINE)


def test_every_silenced_warning_says_why() -> None:
    assert not {f"{where}: {comment}" for where, comment in _silencers() if not _says_something(comment)}


def test_every_silencer_names_what_it_silences() -> None:
    assert not {where for where, comment in _silencers() if not re.search(r"noqa: |ignore\[", comment)}


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    reasons = {found["name"]: found["reason"] for found in DEPENDENCY.finditer(text)}
    assert {name for line in wanted if not reasons.get(name := re.split(r"[^A-Za-z0-9.\-]", line)[0])} == set()


def _silencers() -> Iterator[tuple[str, str]]:
    for path in files():
        if path.suffix == ".py":
            source = io.StringIO((ROOT / path).read_text(encoding="utf-8"))
            for token in tokenize.generate_tokens(source.readline):
                if token.type == tokenize.COMMENT and SILENCER.search(token.string):
                    yield f"{path}:{token.start[0]}", token.string


def _says_something(comment: str) -> bool:
    found = SILENCER.search(comment)
    return found is not None and re.search(r"[a-z]{4}", SILENCER.sub("", found["rest"])) is not None
