"""Every requirement SM-1 … SM-42 of the secure-mail guide, and every threat of its §12, has a test that names it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = {f"SM-{number}" for number in range(1, 43)}
THREATS = {  # guide §12, row by row → the test that stands for it
    "header injection": "test_no_reference_adds_a_header",
    "recipient injection": "test_a_parcel_that_could_reach_a_second_receiver_is_refused_before_the_socket_opens",
    "SMTP smuggling": "test_a_dot_on_a_line_of_its_own_is_not_the_end",
    "STARTTLS stripped": "test_a_server_without_starttls",
    "weak TLS": "test_a_server_that_speaks_tls_11_at_most",
    "fallback to a weaker channel": "test_a_channel_that_is_not_configured_is_never_replaced_by_another",
    "weak algorithms by default": "test_the_algorithms_are_said_out_loud",
    "wrong certificate": "test_another_municipalitys_certificate_is_refused_although_it_is_sound",
    "expired, revoked, foreign certificate": "test_a_certificate_that_is_not_fit_is_refused",
    "wrong recipient": "test_a_municipality_she_has_left_is_held",
    "replay of a receipt": "test_a_replayed_report_has_no_second_effect",
    "replay of an answer": "test_an_answer_whose_manifest_is_over_is_refused",
    "surreptitious forwarding": "test_another_recipient_is_refused",
    "CBC tampering": "test_any_changed_bit_is_refused_in_the_same_words",
    "signature wrapping": "test_parts_around_what_is_signed_are_refused",
    "forged report": "test_a_forged_report_is_one_note_however_often_it_comes",
    "receipt for another's message": "test_anothers_answer_is_refused",
    "malicious attachment": "test_content_that_would_harm_a_reader_is_refused",
    "oversized attachment": "test_a_payload_above_the_limit_is_refused_before_anything_is_built",
    "bounce with the subject in clear": "test_a_bounce_that_carries_the_subject_in_clear_tells_nobody_anything",
    "leak in logs": "test_no_log_line_and_no_error_tells_anything_about_her",
    "test keys in production": "test_a_root_for_tests_is_refused_in_production",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A test that pytest would run, and the requirements that it or its class names."""

    name: str
    names: frozenset[str]


@pytest.fixture(scope="module")
def written() -> tuple[Written, ...]:
    """Every test function there is."""
    return tuple(_written())


def test_the_requirements_are_the_guides_own(shared: Path) -> None:
    guide = (shared / "standards" / "secure-mail.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (SM-\d+) \|", guide, re.MULTILINE)) == REQUIREMENTS


def test_every_requirement_has_a_test_that_names_it(written: tuple[Written, ...]) -> None:
    named = {requirement for test in written for requirement in test.names}
    assert REQUIREMENTS - named == set()
    assert named - REQUIREMENTS == set(), "no such requirement"


def test_every_threat_has_its_test(written: tuple[Written, ...]) -> None:
    there = {test.name for test in written}
    assert {threat for threat, name in THREATS.items() if name not in there} == set()


def _written() -> Iterator[Written]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        module = ast.parse(text)
        lines = text.splitlines()
        for node, about in _functions(module):
            said = "\n".join([about, *lines[node.lineno - 1 : node.end_lineno]])
            names = frozenset(re.findall(r"\bSM-\d+\b", said)) if path != Path(__file__) else frozenset()
            yield Written(node.name, names)


def _functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """The test functions, each with the docstring of its class, which speaks for all in it."""
    for node in module.body:
        inside = [node] if isinstance(node, ast.FunctionDef) else node.body if isinstance(node, ast.ClassDef) else []
        about = ast.get_docstring(node) or "" if isinstance(node, ast.ClassDef) else ""
        for entry in inside:
            if isinstance(entry, ast.FunctionDef) and entry.name.startswith("test"):
                yield entry, about
