"""Nothing in the repository names a living person, the machine it was made on, or where packages come from."""

import re

from tests.architecture.sources import texts

CPR_LIKE = re.compile(r"(?<![\w.\-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?![\w\-])")
PUBLISHED = "tests/people.py"
# Bracketed letters keep this very line from being what it looks for.
REGISTRY = re.compile(
    r"py[p]i\.org|pythonhoste[d]|npmj[s]\.|crate[s]\.io|golan[g]\.org|mave[n]\.org|deb\.debia[n]|ghc[r]\.io|docke[r]\.io"
)
MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e])/\w")
BESIDE = re.compile(r"\.\./share[d]\b")


def test_every_cpr_number_is_a_published_test_number() -> None:
    listed = {_digits(number) for path, text in texts(beneath=(PUBLISHED,)) for number in CPR_LIKE.findall(text)}
    assert listed, f"{PUBLISHED} lists the test numbers that may be used"
    used = {(str(path), number) for path, text in texts() for number in CPR_LIKE.findall(text)}
    assert {path for path, number in used if _digits(number) not in listed} == set()


def test_no_file_names_a_package_registry() -> None:
    assert {path for path, text in texts() if REGISTRY.search(text)} == set()


def test_no_file_names_this_machine() -> None:
    assert {path for path, text in texts() if MACHINE.search(text)} == set()


def test_only_tests_know_the_shared_examples() -> None:
    assert {path for path, text in texts() if path.parts[0] != "tests" and BESIDE.search(text)} == set()


def _digits(number: str) -> str:
    return number.replace("-", "")
