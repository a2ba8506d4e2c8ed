"""Every row of MedCom's guide is a rule of ours: what keeps it passes, what breaks it is refused for that row."""

import re
from pathlib import Path

import pytest

from adapters.medcom.check import check
from adapters.medcom.rules import ALL
from hub.domain.message import Verdict
from tests.adapters.medcom import rows
from tests.adapters.medcom.kept import KEPT
from tests.adapters.medcom.messages import dumped, notification, one
from tests.adapters.medcom.mutants import MUTANTS, Change, valid

KINDS = ("new", "reply", "forward", "ack", "nack", "admit", "discharge", "leave", "stay")
CHEAP = {"msg-header-first", "hdr-event", "hdr-id"}  # found before anything is validated, and told alone
BROKEN = [(rule, number, *mutant) for rule, mutants in MUTANTS.items() for number, mutant in enumerate(mutants)]
SOUND = [(rule, number, *kept) for rule, changes in KEPT.items() for number, kept in enumerate(changes)]
WARNINGS = {rule.id for rule in ALL if rule.severity == "warning"}
STAYS = {  # medcom.md §6: classes and status by activity
    "admit-emergency": ({"EMER"}, "in-progress"),
    "admit-inpatient": ({"IMP"}, "in-progress"),
    "start-leave-inpatient": ({"IMP"}, "onleave"),
    "end-leave-inpatient": ({"IMP"}, "in-progress"),
    "discharge-emergency-home": ({"EMER"}, "finished"),
    "discharge-inpatient-home": ({"IMP"}, "finished"),
}
STAYS |= {f"revise-{activity}": told for activity, told in STAYS.items()} | {
    "cancel-admit-emergency": ({"EMER"}, "entered-in-error"),
    "cancel-admit-inpatient": ({"IMP"}, "entered-in-error"),
    "cancel-start-leave-inpatient": ({"IMP"}, "in-progress"),
    "cancel-end-leave-inpatient": ({"IMP"}, "onleave"),
    "cancel-discharge-emergency-home": ({"EMER"}, "in-progress"),
    "cancel-discharge-inpatient-home": ({"IMP"}, "in-progress"),
}
STATUSES = ("in-progress", "onleave", "finished", "entered-in-error")


def test_every_rule_has_a_mutant_and_its_own_id() -> None:
    ids = [rule.id for rule in ALL]
    assert len(set(ids)) == len(ids)
    assert set(MUTANTS) == {*ids, "hdr-event", "msg-type"}


def test_every_rule_keeps_a_row_of_the_guide() -> None:
    assert rows.rules() | rows.ALL_MESSAGES == {*MUTANTS, *rows.OF_THE_DOOR}


def test_every_row_of_the_guide_has_its_rules(shared: Path) -> None:
    """Table by table, row by row: a row that the guide gains, or words otherwise, fails here."""
    found = _tables((shared / "standards" / "medcom.md").read_text(encoding="utf-8"))
    assert {name: list(table) for name, table in rows.TABLES.items()} == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_valid_message_breaks_no_rule(kind: str) -> None:
    verdict = check(dumped(valid(kind)))
    assert (verdict.code, verdict.findings) == ("ok", ())


@pytest.mark.parametrize(("rule", "number", "kind", "change"), SOUND, ids=[f"{row[0]}-{row[1]}" for row in SOUND])
def test_what_a_row_allows_passes(rule: str, number: int, kind: str, change: Change) -> None:
    assert rule in MUTANTS
    message = valid(kind)
    change(message)
    assert dumped(message) != dumped(valid(kind))
    assert check(dumped(message)) == Verdict("ok"), number


@pytest.mark.parametrize(("rule", "number", "kind", "change"), BROKEN, ids=[f"{row[0]}-{row[1]}" for row in BROKEN])
def test_a_message_that_breaks_a_row_is_refused_for_that_row(rule: str, number: int, kind: str, change: Change) -> None:
    message = valid(kind)
    change(message)
    verdict = check(dumped(message))
    told = [finding for finding in verdict.findings if finding.rule == rule]
    assert told, [(finding.rule, finding.element) for finding in verdict.findings]
    assert verdict.code == ("ok" if rule in WARNINGS else "fatal-error")
    assert all(finding.element.startswith("Bundle") and finding.says for finding in told)
    assert all(finding.severity == ("warning" if rule in WARNINGS else "error") for finding in told)


@pytest.mark.parametrize("activity", STAYS)
def test_every_use_case_of_a_stay_has_its_class_and_its_status_and_no_other(activity: str) -> None:
    classes, wanted = STAYS[activity]
    for kind in ("IMP", "EMER"):
        for status in STATUSES:
            stay = notification(
                activity, kind=kind, status=status, ended=status == "finished", leave=status == "onleave"
            )
            broken = {finding.rule for finding in check(dumped(stay)).findings}
            assert broken == (set() if kind in classes and status == wanted else {"hn-use-case"}), (kind, status)


@pytest.mark.parametrize("activity", ["admit-inpatient", "end-leave-inpatient", "discharge-inpatient-home"])
def test_a_death_repeats_the_current_activity(activity: str) -> None:
    assert check(dumped(notification(activity, status="finished", ended=True, dead=True))).code == "ok"


@pytest.mark.parametrize("end", ["2025-04-07T08:00:00Z", "2025-04-07T09:00:00+01:00", "2025-04-07T08:00:00.001Z"])
def test_a_stay_may_end_at_the_moment_it_starts(end: str) -> None:
    message = valid("discharge")
    one(message, "Encounter")["period"]["end"] = end
    assert check(dumped(message)).findings == ()


def test_gln_is_read_under_both_systems() -> None:
    message = dumped(valid("new")).replace(b"https://www.gs1.org/gln", b"http://www.gs1.org/gln")
    assert check(message).code == "ok"


def test_urn_full_urls_with_urn_references_are_read() -> None:
    message = dumped(valid("new")).decode()
    for entry in valid("new")["entry"]:
        kind, key = entry["resource"]["resourceType"], entry["resource"]["id"]
        message = message.replace(f'"{entry["fullUrl"]}"', f'"urn:uuid:{key}"').replace(
            f'"{kind}/{key}"', f'"urn:uuid:{key}"'
        )
    assert check(message.encode()).findings == ()


def test_no_finding_repeats_what_stood_there() -> None:
    message = valid("new")
    for entry in message["entry"]:
        entry["resource"]["2103009996"] = "2103009996"
    message["entry"][2]["resource"]["identifier"][0]["value"] = "Kaja Test"
    said = repr(check(dumped(message)))
    assert "2103009996" not in said
    assert "Kaja" not in said


def _tables(text: str) -> dict[str, list[str]]:
    """The tables that speak of elements and use cases, by name: the first cell of each of their rows."""
    found: dict[str, list[str]] = {}
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        for table in re.findall(r"(?:^\|.*\n)+", section, flags=re.MULTILINE):
            head, _, *lines = [re.split(r"(?<!\\)\|", line)[1].strip() for line in table.splitlines()]
            name = next((known for known in rows.TABLES if _is_named(known, title, head)), None)
            if name is not None:
                found[name] = lines
    return found


def _is_named(name: str, title: str, head: str) -> bool:
    heading, _, first = name.partition(", ")
    return title.startswith(heading) and first in ("", head)
