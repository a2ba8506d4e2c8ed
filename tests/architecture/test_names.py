"""Names: one class, one name; and a module bears the trade's term, or a word that means what the dictionary says."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT, files, modules

NAMED = ("hub", "projections")

# Words that mean in a module's name what they mean anywhere. A term of the trade, or an image of ours, belongs into
# GLOSSARY.md instead, with its source.
PLAIN = frozenset(Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8").split())


def test_no_two_public_classes_share_a_name() -> None:
    named = defaultdict[str, set[str]](set)
    for path, module in modules(beneath=NAMED):
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].add(str(path))
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_no_module_is_named_by_an_activity() -> None:
    """A gerund says that something is done, not what stands there; a noun that ends so is a word like any other."""
    gerunds = {word for path in _named() for word in path.stem.split("_") if word.endswith("ing")}
    assert gerunds <= _glossary()


def test_a_module_is_named_by_the_trade_or_by_the_dictionary() -> None:
    unknown = {
        str(path): words
        for path in _named()
        if (words := _words(path) - {_singular(word) for word in PLAIN} - _glossary())
    }
    assert unknown == {}, "say in GLOSSARY.md what the word means, and where it comes from"


def test_a_variable_says_what_it_holds() -> None:
    """`each` says only that there are several."""
    nameless = {
        f"{path}:{node.lineno}"
        for path, module in modules(beneath=(*PACKAGES, "tests"))
        for node in ast.walk(module)
        if (isinstance(node, ast.Name) and node.id == "each") or (isinstance(node, ast.arg) and node.arg == "each")
    }
    assert nameless == set()


def _named() -> set[Path]:
    """Every module and folder of the hub and its read models."""
    sources = {path for path in files() if path.suffix == ".py" and path.parts[0] in NAMED}
    return {path for source in sources for path in (source, *source.parents) if path.parts and path.stem != "__init__"}


def _words(path: Path) -> set[str]:
    return {_singular(word) for word in path.stem.split("_")} - {*NAMED, ""}


def _singular(word: str) -> str:
    """`parcels` is explained where `parcel` is, `deliveries` where `delivery` is."""
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    return word if word.endswith("ss") else word.removesuffix("s")


def _glossary() -> set[str]:
    """The words that stand as code in a table of GLOSSARY.md: `CommandHandler` and `command_handler` are two each."""
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    terms = (term for line in text.splitlines() if line.startswith("|") for term in re.findall(r"`([^`]+)`", line))
    split = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", term).lower() for term in terms)
    return {_singular(word) for term in split for word in re.findall(r"[a-zæøå0-9]+", term)}
