"""Scenarios from outside: what is accepted, and what is refused by the name of the field."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.law import parse
from hub.vocabulary.period import COPENHAGEN
from tests.people import ELMER_CPR


def facts(**changed: Any) -> dict[str, Any]:
    """The facts of a plain disclosure, as YAML and JSON give them."""
    return {
        "at": "2025-03-10T10:00",
        "act": "videregivelse",
        "initiative": "discloser",
        "discloser": "hospital/foedeafdeling@Sygehus Nord",
        "recipient": "kommune/familieafdeling@Byby",
        "subject": {"role": "gravid", "age": 29},
        "basis_invoked": "SUL-43-1",
        "purpose": "stoette_graviditet",
        "categories": ["rusmiddel"],
    } | changed


def consent(**changed: Any) -> dict[str, Any]:
    """One consent, the least that is a consent."""
    return {"given_at": "2025-01-10T10:00", "form": "written", "given_by": "gravid"} | changed


def at(text: object, **flags: Any) -> datetime:
    """When an act took place that is written so."""
    return parse.facts(facts(at=text, flags=flags)).at


def complaint(mapping: object) -> Unreadable:
    """What is wrong with these facts."""
    with pytest.raises(Unreadable) as caught:
        parse.facts(mapping)
    assert caught.value.source
    return caught.value


def test_what_is_not_stated_stays_not_stated() -> None:
    parsed = parse.facts(facts(purpose="-", basis_invoked=None, request=None, flags=None, discloser_role="-"))
    assert (parsed.purpose, parsed.basis_invoked, parsed.request, parsed.discloser_role) == ("-", None, None, None)
    assert parsed.flags.opted_out is None


def test_a_consent_may_leave_its_elements_open() -> None:
    (parsed,) = parse.facts(facts(consents=[consent(recipients=["-", None], purposes="-", given_by="")])).consents
    assert (parsed.id, parsed.recipients, parsed.purposes, parsed.given_by) == ("consents[0]", (), (), "-")
    assert (parsed.direction, parsed.given_to, parsed.journalised) == (None, None, False)


def test_local_time_is_danish_summer_and_winter() -> None:
    assert at("2025-03-10T10:00") == datetime(2025, 3, 10, 9, tzinfo=UTC)
    assert at("2025-07-10 10:00:30") == datetime(2025, 7, 10, 8, 0, 30, tzinfo=UTC)
    assert at(datetime(2025, 7, 10, 10)) == datetime(2025, 7, 10, 8, tzinfo=UTC)  # noqa: DTZ001 – as YAML gives it


def test_a_zone_that_is_written_counts() -> None:
    assert at("2025-07-10T10:00Z") == datetime(2025, 7, 10, 10, tzinfo=UTC)
    assert at(datetime(2025, 7, 10, 10, tzinfo=timezone(timedelta(hours=-3)))) == datetime(2025, 7, 10, 13, tzinfo=UTC)


def test_of_two_equal_hours_the_first_is_meant_unless_utc_says_otherwise() -> None:
    assert at("2025-10-26T02:30") == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert at("2025-10-26T02:30", at_utc="2025-10-26T01:30") == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    unzoned = datetime(2025, 10, 26, 1, 30)  # noqa: DTZ001 – as YAML gives it
    assert at("2025-10-26T02:30", at_utc=unzoned) == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_utc_that_tells_of_another_moment_is_an_error() -> None:
    assert complaint(facts(flags={"at_utc": "2025-03-10T10:00"})).field == "facts.at"


def test_a_time_the_clocks_skip_is_an_error() -> None:
    assert "skipped" in complaint(facts(at="2025-03-30T02:30")).rule


def test_days_come_as_days_or_as_times() -> None:
    parsed = parse.facts(
        facts(flags={"moved_at": "2025-03-09T23:30", "aware_at": date(2025, 3, 8), "birth_date": "2000-02-29"})
    )
    assert (parsed.flags.moved_at, parsed.flags.aware_at) == (date(2025, 3, 9), date(2025, 3, 8))
    assert parsed.flags.birth_date == date(2000, 2, 29)
    assert parse.facts(facts(flags={"moved_at": datetime(2025, 3, 9, 23, 30, tzinfo=UTC)})).flags.moved_at == date(
        2025, 3, 10
    )


@pytest.mark.parametrize(
    ("written", "meant"), [("yes", "yes"), (True, "yes"), (False, "no"), ("refused", "refused"), ("n/a", "n/a")]
)
def test_yaml_may_read_yes_and_no_as_truth(written: object, meant: str) -> None:
    notification = parse.facts(facts(notification={"consent_sought": written})).notification
    assert notification is not None
    assert notification.consent_sought == meant


@pytest.mark.parametrize(
    ("told", "abuser"),
    [
        ({}, "none"),
        ({"abuse_suspected": True}, "by_parent"),
        ({"abuse_suspected": False}, "none"),
        ({"abuse": "by_other"}, "by_other"),
        ({"abuse_suspected": True, "abuse": "none"}, "none"),
        ({"abuse_suspected": False, "abuse": "by_parent"}, "by_parent"),
    ],
)
def test_suspicion_without_more_is_of_a_parent(told: dict[str, object], abuser: str) -> None:
    notification = parse.facts(facts(notification=told)).notification
    assert notification is not None
    assert notification.abuser == abuser


def test_abuse_by_anybody_else_is_an_unknown_answer() -> None:
    assert complaint(facts(notification={"abuse": "by_neighbour"})).field == "facts.notification.abuse"


def test_words_of_open_lists_are_taken_as_they_are() -> None:
    parsed = parse.facts(
        facts(purpose="noget nyt", categories=["æ"], subject={"role": "bedstemor"}, request={"case_type": "X"})
    )
    assert parsed.request is not None
    assert (parsed.purpose, parsed.categories, parsed.subject.role, parsed.request.case_type) == (
        "noget nyt",
        ("æ",),
        "bedstemor",
        "X",
    )


@pytest.mark.parametrize(
    ("changed", "field", "named"),
    [
        ({"act": "sladder"}, "facts.act", "sladder"),
        ({"initiative": "ingen"}, "facts.initiative", "ingen"),
        ({"basis_invoked": "SUL-99"}, "facts.basis_invoked", "SUL-99"),
        ({"discloser": "skole/klasse@Byby"}, "facts.discloser", "skole"),
        ({"recipient": "kommune"}, "facts.recipient", "kind/unit@organisation"),
        ({"recipient": 7}, "facts.recipient", "text"),
        ({"fremmed": 1}, "facts.fremmed", "unknown field"),
        ({"consents": [consent(form="sms")]}, "facts.consents[0].form", "sms"),
        ({"consents": [consent(direction="frem")]}, "facts.consents[0].direction", "frem"),
        ({"consents": [consent(given_to="naboen")]}, "facts.consents[0].given_to", "naboen"),
        ({"consents": [consent(scope="altid")]}, "facts.consents[0].scope", "altid"),
        ({"consents": [consent(signatur=True)]}, "facts.consents[0].signatur", "unknown field"),
        ({"consents": [consent(id="C"), consent(id="C")]}, "facts.consents", "id of its own"),
        ({"consents": [consent(valid_until="2025-02-30")]}, "facts.consents[0].valid_until", "calendar"),
        ({"consents": [consent(valid_until="2025-02-01T10:00")]}, "facts.consents[0].valid_until", "YYYY-MM-DD"),
        ({"consents": {"0": consent()}}, "facts.consents", "a list"),
        ({"consents": [None, "ja"]}, "facts.consents[1]", "a mapping"),
        ({"request": {"consent_form_term": "1 år"}}, "facts.request.consent_form_term", "P1Y"),
        ({"request": {"case_open": "ja"}}, "facts.request.case_open", "true or false"),
        ({"request": {"item": []}}, "facts.request.item", "unknown field"),
        ({"notification": {"consent_sought": "måske"}}, "facts.notification.consent_sought", "måske"),
        ({"notification": {"channel": "røgsignal"}}, "facts.notification.channel", "røgsignal"),
        ({"flags": {"channel": "due"}}, "facts.flags.channel", "due"),
        ({"flags": {"identifiable": 0}}, "facts.flags.identifiable", "true or false"),
        ({"flags": {"current": True}}, "facts.flags.current", "unknown field"),
        ({"subject": {"role": "gravid", "age": -1}}, "facts.subject.age", "0 to 150"),
        ({"subject": {"role": "gravid", "age": True}}, "facts.subject.age", "whole number"),
        ({"subject": {"role": "gravid", "navn": "x"}}, "facts.subject.navn", "unknown field"),
        ({"subject": {"age": 20}}, "facts.subject.role", "missing"),
        ({"at": None}, "facts.at", "missing"),
        ({"at": "2025-03-10"}, "facts.at", "YYYY-MM-DDTHH:MM"),
        ({"at": "2025-03-10T25:00"}, "facts.at", "clock"),
        ({"at": date(2025, 3, 10)}, "facts.at", "YYYY-MM-DDTHH:MM"),
        ({"at": "1066-10-14T09:00"}, "facts.at", "1900"),
        ({"at": "0001-01-01T00:00+14:00"}, "facts.at", "1900"),
        ({"categories": ["a\x00b"]}, "facts.categories[0]", "control characters"),
        ({"categories": ["a\u202eb"]}, "facts.categories[0]", "control characters"),
        ({"categories": ["x" * 121]}, "facts.categories[0]", "120 characters"),
        ({"categories": ["x"] * 1001}, "facts.categories", "1000 entries"),
        ({"categories": [["x"]]}, "facts.categories[0]", "text"),
        ({"flags": []}, "facts.flags", "a mapping"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(changed: dict[str, Any], field: str, named: str) -> None:
    wrong = complaint(facts(**changed))
    assert wrong.field == field
    assert named in str(wrong)


def test_a_year_that_slips_away_with_its_zone_is_unreadable() -> None:
    assert "1900" in complaint(facts(at="1900-01-01T00:00+14:00")).rule


def test_only_what_looks_like_a_code_is_repeated() -> None:
    assert ELMER_CPR.digits not in str(complaint(facts(act=ELMER_CPR.digits)))
    assert "Karen" not in str(complaint(facts(**{"Karen Jensen, født 1990": 1})))
    assert complaint(facts(**{"Karen Jensen, født 1990": 1})).field == "facts"


def test_facts_are_a_mapping() -> None:
    nothing: list[Any] = []
    for odd in (None, nothing, "facts", 7):
        assert complaint(odd).field == "facts"


def test_a_key_that_is_no_text_is_unknown() -> None:
    odd_keys: dict[Any, Any] = {**facts(), 7: 1}
    assert "unknown field" in str(complaint(odd_keys))


def test_depth_is_no_way_in() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert complaint(facts(categories=deep)).field == "facts.categories[0]"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def outcome(mapping: object) -> str:
    """Where the facts are wrong, or that they could be read."""
    try:
        return f"facts of {parse.facts(mapping).act}"
    except Unreadable as wrong:
        return wrong.field


@given(st.sampled_from(sorted(facts())), _json)
def test_whatever_stands_in_a_field_nothing_else_is_raised(field: str, value: object) -> None:
    assert outcome(facts(**{field: value})).startswith("facts")


@given(st.sampled_from(["request", "notification", "flags", "consents", "subject"]), _json, _json)
def test_whatever_stands_deeper_nothing_else_is_raised(block: str, first: object, second: object) -> None:
    names = {
        "request": ("consent_given_at", "consent_form_term"),
        "notification": ("consent_sought", "channel"),
        "flags": ("birth_date", "at_utc"),
        "consents": ("given_at", "disclosers"),
        "subject": ("role", "age"),
    }[block]
    inner: Any = dict(zip(names, (first, second), strict=True))
    value = [consent(**inner)] if block == "consents" else inner
    assert outcome(facts(**{block: value})).startswith("facts")


@given(st.dictionaries(st.text(max_size=6), _json, max_size=4) | _json)
def test_whatever_a_file_holds_nothing_else_is_raised(document: object) -> None:
    with suppress(Unreadable):
        assert isinstance(parse.scenarios(document), tuple)


# --- scenarios


def scenario(**changed: Any) -> dict[str, Any]:
    """One whole scenario."""
    return {"id": "X-1", "title": "et eksempel", "facts": facts()} | changed


def test_a_scenario_stands_alone_in_a_list_or_in_a_table() -> None:
    one = parse.scenarios(scenario())
    assert parse.scenarios([scenario()]) == one
    assert parse.scenarios({"schema_version": 1, "scenarios": [scenario()]}) == one


def test_what_a_scenario_says_of_itself_is_kept() -> None:
    parsed = parse.scenario(
        scenario(why="derfor", rules=["R01"], citation="§ 1", certainty="V", contested=True, contested_why="uklart")
    )
    assert (parsed.why, parsed.rules, parsed.citation, parsed.certainty) == ("derfor", ("R01",), "§ 1", "V")
    assert (parsed.contested, parsed.contested_why, parsed.expected) == (True, "uklart", None)


def test_the_expected_answer_is_read() -> None:
    expected = parse.scenario(
        scenario(
            expected={
                "decision": "permit-with-duties",
                "basis": "BL-136",
                "reason": "OK_STATUTORY_DUTY",
                "duties": ["ASSESS_24H", "ACK_RECEIPT"],
                "due": {
                    "ASSESS_24H": datetime(2024, 5, 8, 14, 30),  # noqa: DTZ001 – as YAML gives it
                    "ACK_RECEIPT": date(2024, 5, 15),
                    "FEEDBACK": None,
                },
            }
        )
    ).expected
    assert expected is not None
    assert expected.duties == ("ASSESS_24H", "ACK_RECEIPT")
    assert expected.due == (("ACK_RECEIPT", "2024-05-15"), ("ASSESS_24H", "2024-05-08T14:30"))


@pytest.mark.parametrize(
    ("document", "field", "named"),
    [
        ([scenario(), {"id": "X-2"}], "scenarios[1].facts", "missing"),
        ({"scenarios": [scenario()], "forfatter": "x"}, "forfatter", "unknown field"),
        (scenario(facts=facts(act="sladder")), "facts.act", "sladder"),
        ([scenario(facts=facts(act="sladder"))], "scenarios[0].facts.act", "sladder"),
        (scenario(tittel="x"), "tittel", "unknown field"),
        (scenario(expected={"reason": "OK_FEEDBACK"}), "expected.decision", "missing"),
        (scenario(expected={"decision": "måske"}), "expected.decision", "måske"),
        (scenario(expected={"decision": "permit", "reason": "FORDI"}), "expected.reason", "FORDI"),
        (scenario(expected={"decision": "permit", "duties": ["SYNGE"]}), "expected.duties[0]", "SYNGE"),
        (scenario(expected={"decision": "permit", "basis": "SUL-99"}), "expected.basis", "SUL-99"),
        (scenario(expected={"decision": "permit", "due": {"SYNGE": "2024-05-15"}}), "expected.due.SYNGE", "unknown"),
        (scenario(expected={"decision": "permit", "due": {"FEEDBACK": "i morgen"}}), "expected.due.FEEDBACK", "day"),
        (scenario(expected={"decision": "permit", "due": {"FEEDBACK": "til næste år"}}), "expected.due.FEEDBACK", "HH"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_scenario_is_named(document: object, field: str, named: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse.scenarios(document)
    assert caught.value.field == field
    assert named in str(caught.value)


def test_facts_built_by_hand_carry_a_zone_and_a_year_of_ours() -> None:
    parsed = parse.facts(facts(consents=[consent(withdrawn_at="2025-02-01T10:00")]))
    with pytest.raises(Unreadable, match="zone"):
        replace(parsed, at=parsed.at.replace(tzinfo=None))
    with pytest.raises(Unreadable, match="1900"):
        replace(parsed, at=datetime(1850, 1, 1, tzinfo=UTC))
    assert parsed.consents[0].withdrawn_at == datetime(2025, 2, 1, 10, tzinfo=COPENHAGEN)
