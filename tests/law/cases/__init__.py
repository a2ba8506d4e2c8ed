"""Cases in TOML, one file per statute: facts shared by a file, then case by case what differs and what follows.

[facts]            what the cases of this file share
[consent]          what their consents share
[[case]]
name = "…"
facts.at = "…"     what differs
consents = [{}]    each a consent, with what differs
expect = "permit SUL-43-1 OK_CONSENT_WRITTEN"      or "refuse CONSENT_EXPIRED"
duties, granted, withheld, gate, next, due         left out = none; due is compared only when stated
contested = "anniversary"                          the open point touched; left out = none
rules = ["R34"]                                    of R34 to R36, those it rests on; left out = none
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.law import parse
from hub.law.parse import Scenario

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario of ours, with the open point it should touch."""

    file: str
    scenario: Scenario
    open_point: str | None
    rules: frozenset[str]

    def __str__(self) -> str:
        return f"{self.file}: {self.scenario.title}"


def cases() -> Iterator[Case]:
    """Every case of every file."""
    for path, table in _tables():
        for number, case in enumerate(table["case"]):
            scenario = parse.scenario(_scenario(f"{path.stem}-{number}", table, case))
            yield Case(path.stem, scenario, case.get("contested"), frozenset(case.get("rules", ())))


def written() -> Iterator[dict[str, Any]]:
    """The same as plain values, as a file of scenarios holds them."""
    for path, table in _tables():
        for number, case in enumerate(table["case"]):
            yield _scenario(f"{path.stem}-{number}", table, case)


def _tables() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path in sorted(HERE.glob("*.toml")):
        yield path, tomllib.loads(path.read_text("utf-8"))


def _scenario(name: str, table: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(case) - {"name", "facts", "consents", "contested", "rules", "why", *_EXPECTED, "expect"}
    assert not unknown, f"{case['name']}: {unknown}"
    shared = table.get("consent", {})
    consents = [{"id": f"C{number}", **shared, **consent} for number, consent in enumerate(case.get("consents", ()))]
    facts = {**table["facts"], **case.get("facts", {}), "consents": consents}
    return {"id": name, "title": case["name"], "facts": facts, "expected": _expected(case)}


_EXPECTED = {"duties": "duties", "granted": "granted", "withheld": "withheld", "gate": "gate", "next": "next_step"} | {
    "due": "due"
}


def _expected(case: Mapping[str, Any]) -> dict[str, Any]:
    decision, *basis, reason = case["expect"].split()
    stated = {_EXPECTED[name]: case[name] for name in _EXPECTED if name in case}
    return {"decision": decision, "basis": basis[0] if basis else None, "reason": reason, **stated}
