"""`tvaerspor law …`: the rules asked and told, without a record."""

import json
from pathlib import Path

import yaml

from hub.cli.actions import lookup
from hub.cli.actions.arguments import text_of
from hub.domain.ruling import rule
from hub.errors import Unreadable
from hub.law import report
from hub.law.parse import scenarios
from hub.vocabulary.jsonable import plain

_SAFE = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader  # ten times as quick, where it comes along


def decide(file: Path, *, as_json: bool, in_words: bool = False) -> int:
    """Decide the scenarios of a file; 1 when one differs from what it expects."""
    try:
        document = yaml.load(text_of(file), Loader=_SAFE)  # noqa: S506 - both of them are the safe one
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        raise Unreadable(f"{where} is neither YAML nor JSON", field=str(file.name)) from None
    differs = False
    for scenario in scenarios(document):
        verdict = report.judge(scenario)
        differs |= verdict.matches is False
        print(json.dumps(report.as_json(verdict), ensure_ascii=False) if as_json else report.as_line(verdict))
        if in_words:
            told = rule(scenario.facts).explanation
            print(f"  da: {told.da}\n  en: {told.en}")
    return 1 if differs else 0


def list_bases(*, as_json: bool) -> None:
    """Every provision."""
    for basis in report.bases():
        print(json.dumps(plain(basis), ensure_ascii=False) if as_json else report.basis_line(basis))


def show(basis: str, *, as_json: bool) -> None:
    """One provision."""
    found = report.basis(lookup.basis("BASIS", basis))
    print(json.dumps(plain(found), ensure_ascii=False) if as_json else report.basis_text(found))
