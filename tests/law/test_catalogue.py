"""The catalogue as data: whole, consistent, and in step with the code."""

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.law import VERSION, catalogue
from hub.law.decide import NO_BASIS_KINDS, PROVISIONS
from hub.law.facts import ACTS, CONSENT_HOLDERS, INITIATIVES
from hub.law.hjemmel import DutyCode, Reason
from hub.law.provisions import Basis, Refused

each_basis = pytest.mark.parametrize("basis", catalogue.bases(), ids=lambda basis: basis.id)


@each_basis
def test_a_provision_is_cited_dated_and_sourced(basis: Basis) -> None:
    assert basis.ref
    assert basis.title
    assert basis.text.endswith(".")
    assert basis.source
    assert set(basis.certainty.split("+")) <= {"V", "S", "G"}
    assert basis.certainty
    assert basis.editions
    assert basis.kind in {"permit", "duty", "bar", "form", "procedure"}


@each_basis
def test_editions_follow_one_another_without_gap_or_overlap(basis: Basis) -> None:
    for earlier, later in zip(basis.editions, basis.editions[1:], strict=False):
        assert earlier.valid_to is not None
        assert later.valid_from == earlier.valid_to + timedelta(days=1)


@each_basis
def test_a_provision_names_only_what_exists(basis: Basis) -> None:
    for other in (*basis.twins, *basis.companions, *([basis.gate] if basis.gate else [])):
        assert catalogue.find(other) is not None
    assert basis.acts <= ACTS
    assert basis.initiative in {"", "either", *INITIATIVES}
    assert basis.consent.given_to <= CONSENT_HOLDERS | {"any"}
    assert all(catalogue.record_set(name) for name in basis.record)


@each_basis
def test_succession_is_told_from_both_sides_and_leaves_no_day_out(basis: Basis) -> None:
    for successor in basis.successor:
        heir = catalogue.basis(successor)
        assert basis.id in heir.predecessor
        last, first = basis.editions[-1].valid_to, heir.editions[0].valid_from
        assert last is not None
        assert first == last + timedelta(days=1)


@each_basis
def test_what_something_can_pass_on_is_decided_by_a_function(basis: Basis) -> None:
    opens = basis.kind == "permit" or (basis.kind == "duty" and bool(basis.acts))
    assert opens == (basis.id in PROVISIONS)
    assert bool(basis.yes) <= opens


def test_what_is_switched_off_answers_no() -> None:
    assert [basis.id for basis in catalogue.bases() if basis.switched_off] == ["BL-SSD"]
    assert catalogue.basis("BL-SSD").yes == ()


def test_every_rule_is_there_and_sourced() -> None:
    assert [rule.id for rule in catalogue.rules()] == [f"R{number:02}" for number in range(1, 37)]
    assert all(rule.text.endswith(".") and rule.source for rule in catalogue.rules())


def test_reasons_duties_and_open_points_cite_rules_that_exist() -> None:
    known = {rule.id for rule in catalogue.rules()}
    assert {question.rule for question in catalogue.open_questions()} <= known
    for reason in Reason:
        assert set(catalogue.rules_behind(reason, tuple(DutyCode), None)) <= known
        assert catalogue.rules_behind(reason, (), None)


def test_every_duty_has_somebody_who_owes_it() -> None:
    assert all(catalogue.duty(code).who for code in DutyCode)


def test_every_consent_reason_has_its_place_in_the_order() -> None:
    assert set(catalogue.consent_order()) == {reason for reason in Reason if reason.startswith("CONSENT_")}
    assert len(set(catalogue.request_order())) == len(catalogue.request_order())


def test_the_rule_set_is_the_version_and_a_digest() -> None:
    version, digest = catalogue.rule_set().split("+")
    assert version == VERSION
    assert re.fullmatch(r"[0-9a-f]{16}", digest)


def test_an_edition_is_written_as_an_interval_and_in_words() -> None:
    old, new = catalogue.basis("RSL-11c-1-1").editions
    assert (str(old), str(new)) == ("../2023-12-31", "2024-01-01/..")
    assert (old.days("da"), new.days("en")) == ("til 31. december 2023", "from 1 January 2024")
    assert old.in_words == ", gældende til 31. december 2023"
    assert new.in_words == ", gældende fra 1. januar 2024"
    assert catalogue.basis("SEL-154").citation(date(2025, 1, 1)) == "serviceloven § 154, gældende til 31. december 2023"
    assert catalogue.basis("ANON").citation(date(2025, 1, 1)) == "ingen personoplysninger"


@pytest.fixture
def published(shared: Path) -> dict[str, Any]:
    """The published catalogue."""
    found: dict[str, Any] = yaml.safe_load((shared / "law" / "catalogue.yaml").read_text("utf-8"))
    return found


def test_the_published_provisions_are_all_here_with_their_days_and_parties(published: dict[str, Any]) -> None:
    assert [basis.id for basis in catalogue.bases()] == [entry["id"] for entry in published["bases"]]
    for entry in published["bases"]:
        basis = catalogue.basis(entry["id"])
        assert [(e.valid_from, e.valid_to) for e in basis.editions] == [
            (e["valid_from"], e["valid_to"]) for e in entry["editions"]
        ]
        assert basis.kind == entry["kind"]
        assert basis.discloser == tuple(entry.get("discloser", ()))
        assert basis.recipient == tuple(entry.get("recipient", ()))
        assert basis.duties == tuple(entry.get("duties", ()))
        assert basis.gate == entry.get("gate")
        assert basis.consent.mode == entry.get("consent", {}).get("mode", "")
        assert basis.source == entry["certainty"]


def test_the_published_orders_and_codes_are_ours(published: dict[str, Any]) -> None:
    assert list(catalogue.consent_order()) == published["reason_precedence"]
    assert list(catalogue.request_order()) == published["request_precedence"]
    assert {reason.value for reason in Reason} == set(published["reason_vocab"])
    assert {code.value for code in DutyCode} == set(published["duty_vocab"])
    for line in published["next_step_map"]:
        for reason, act, basis in product(
            line.get("reasons", ["NO_LEGAL_BASIS"]), line.get("acts", ["videregivelse"]), line.get("bases", [None])
        ):
            refused = Refused(
                reason=Reason(reason),
                act=act,
                starts=line.get("starts", "recipient"),
                basis=basis,
                sender_has_a_duty=line.get("sender_has_a_duty", False),
                abuse=line.get("abuse", "none"),
            )
            assert catalogue.next_step(refused) == line["next_step"], line


def test_the_published_case_types_are_ours(published: dict[str, Any]) -> None:
    (asked,) = (entry for entry in published["bases"] if entry["id"] == "RSL-11c-1-1")
    ours = catalogue.basis("RSL-11c-1-1").editions
    assert [edition.case_types for edition in ours] == [frozenset(e["case_types"]) for e in asked["editions"]]


def test_the_published_rules_are_contested_here_where_they_are_there(published: dict[str, Any]) -> None:
    assert {rule.id: rule.contested for rule in catalogue.rules()} == {
        key: entry["contested"] for key, entry in published["rules"].items()
    }


def test_every_answer_a_provision_can_give_is_found_out_by_its_data() -> None:
    parties = (Reason.DISCLOSER_NOT_COVERED, Reason.RECIPIENT_NOT_COVERED)
    by_consent = tuple(reason for reason in Reason if reason in catalogue.consent_order())
    assert catalogue.reasons_of(catalogue.basis("SUL-43-1")) == (
        *(Reason.OK_CONSENT_WRITTEN, Reason.OK_CONSENT_ORAL_REASON),
        *by_consent,
        *(Reason.SURPLUS_INFORMATION, Reason.BASIS_NOT_APPLICABLE),
        *parties,
    )
    assert catalogue.reasons_of(catalogue.basis("BL-133-1-2")) == (
        *(Reason.OK_STATUTORY_DUTY, Reason.SURPLUS_INFORMATION, Reason.BASIS_NOT_IN_FORCE, Reason.BASIS_NOT_APPLICABLE),
        *parties,
    )
    repealed = catalogue.basis("SEL-50-1")
    assert not repealed.discloser
    assert Reason.BASIS_NOT_IN_FORCE in catalogue.reasons_of(repealed)
    assert set(parties).isdisjoint(catalogue.reasons_of(repealed))
    always = next(basis for basis in catalogue.bases() if len(basis.editions) == 1 and not basis.editions[0].valid_from)
    assert Reason.BASIS_NOT_IN_FORCE not in catalogue.reasons_of(always)


@pytest.mark.parametrize(
    "basis", [entry for entry in catalogue.bases() if entry.id in PROVISIONS], ids=lambda it: it.id
)
def test_where_a_purpose_or_a_role_decides_nothing_none_is_named(basis: Basis) -> None:
    """What tests/law/MUTANTS.md rests on: when the data comes to name one, those mutants are equivalent no longer."""
    if basis.law != "sundhedsloven":
        assert (basis.purposes, basis.discloser_role) == (frozenset(), ())
    if basis.id == "FVL-28":
        assert basis.initiative == "either"
    assert basis.kind not in NO_BASIS_KINDS
