"""What can be asked: the case at earlier moments, the register by each filter, letters, the pull."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.doors import NOW, Doors
from tests.api.story import AT, Told, told
from tests.people import BRITA, CHARITY, CLINIC, FAMILIES, KAJA, KIRSTEN, NURSES


@pytest.fixture(scope="module")
def story(hub: Doors) -> list[Told]:
    """One of every act."""
    hub.set_clock(NOW)
    return list(told(hub, "read"))


@pytest.fixture(scope="module")
def case(story: list[Told]) -> str:
    """The case of the story."""
    found: str = story[0].answer.json()["case"]
    return found


def register(doors: Doors, unit: Any = CLINIC, **query: str) -> list[dict[str, Any]]:
    """Lines of the register as this unit is shown them."""
    named = {name.rstrip("_"): value for name, value in query.items()}
    answer = doors.at(unit).get("/v1/compliance/disclosures", params=named)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["disclosures"]
    return found


def test_the_register_lists_what_was_made_and_what_was_refused(doors: Doors, case: str) -> None:
    lines = register(doors, case=case)
    assert [line["kind"] for line in lines if line["discloser"] == str(CLINIC)] == [
        "party-joined",
        "disclosure-made",
        "disclosure-corrected",
        "disclosure-refused",
        "concern-reported",
        "act-corrected",
        "acts-retracted",
        "clarification-asked",
        "request-answered",
    ]
    made = next(line for line in lines if line["kind"] == "disclosure-made")
    assert made["consents"][0]["stood"] == "in force"
    assert made["consents"][0]["withdrawn_at"]
    assert made["citizen_informed_how"] == "i telefonen"
    assert len(made["content_commitment"]) == 64
    assert {line["case"] for line in lines} == {case}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"outcome": "refused"}, lambda line: line["outcome"] == "refused"),
        ({"outcome": "made"}, lambda line: line["outcome"] == "made"),
        ({"basis": "SUL-43-1"}, lambda line: "SUL-43-1" in (line["basis"], line.get("invoked"))),
        ({"basis": "BL-133-1-2"}, lambda line: line["basis"] == "BL-133-1-2"),
        ({"discloser": str(CLINIC)}, lambda line: line["discloser"] == str(CLINIC)),
        ({"discloser": str(FAMILIES)}, lambda line: line["discloser"] == str(FAMILIES)),
        ({"recipient": str(CLINIC)}, lambda line: line["recipient"] == str(CLINIC)),
        ({"recipient": str(FAMILIES), "outcome": "refused"}, lambda line: line["kind"] == "disclosure-refused"),
    ],
)
def test_each_filter_of_the_register_keeps_what_it_says(
    doors: Doors, case: str, query: dict[str, str], holds: Any
) -> None:
    everything = register(doors, case=case)
    kept = register(doors, case=case, **query)
    assert kept
    assert [line["act"] for line in kept] == [line["act"] for line in everything if holds(line)]


def test_the_register_keeps_a_period(doors: Doors, case: str) -> None:
    def acts(**query: str) -> list[str]:
        return [line["act"] for line in register(doors, case=case, **query)]

    later = (NOW + timedelta(seconds=1)).isoformat()
    assert acts(from_=AT) == acts(to=later) == acts()
    assert acts(to=AT) == acts(from_=later) == []
    assert acts(from_=AT.replace("+", " ")) == acts()  # a plus that nobody escaped


def test_the_register_as_it_stood(doors: Doors, case: str) -> None:
    doors.set_clock(NOW + timedelta(hours=2))
    body = {"at": AT, "recipient": str(FAMILIES), "basis": "SUL-43-1", "purpose": "x"}
    body |= {"items": [{"category": "rusmiddel", "text": "…"}], "already_made": True}
    refused = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", body)
    assert refused.status_code == 403
    now = register(doors, case=case)
    then = register(doors, case=case, as_of=(NOW + timedelta(hours=1)).isoformat())
    assert [line["act"] for line in then] == [line["act"] for line in now][:-1]
    legal = register(doors, case=case, as_of=(NOW + timedelta(hours=1)).isoformat(), legal_time="true")
    assert [line["act"] for line in legal] == [line["act"] for line in now]
    before = (NOW - timedelta(seconds=1)).isoformat()
    assert register(doors, case=case, as_of=before) == []
    assert register(doors, case=case, as_of=before, legal_time="true") == []


def test_the_register_is_read_page_by_page(doors: Doors, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.api.v1.compliance.PAGE", 1)
    other = doors.open(cpr=KIRSTEN.cpr.digits)
    body = {"at": AT, "recipient": str(FAMILIES), "purpose": "x", "items": [{"category": "rusmiddel", "text": "…"}]}
    assert doors.at(CLINIC).post(f"/v1/cases/{other}/disclosures", body | {"basis": "SUL-43-1"}).status_code == 403
    seen: list[str] = []
    query: dict[str, str] = {}
    for _ in range(5):
        page = doors.at(CLINIC).get("/v1/compliance/disclosures", params=query).json()
        seen += dict.fromkeys(line["case"] for line in page["disclosures"])
        if page["next"] is None:
            break
        query = {"after": page["next"]}
    assert seen == sorted({case, other})


def test_nobody_else_is_shown_the_register(doors: Doors, case: str) -> None:
    assert register(doors, CHARITY) == []
    assert {line["recipient"] for line in register(doors, NURSES, outcome="refused")} <= {str(FAMILIES)}


def test_a_case_as_it_stood(doors: Doors, case: str, story: list[Told]) -> None:
    clinic = doors.at(CLINIC)
    versions = {step.answer.json()["version"]: step for step in story if step.answer.status_code == 201}
    whole = clinic.get(f"/v1/cases/{case}/events").json()
    assert [event["version"] for event in whole["events"]] == sorted(event["version"] for event in whole["events"])
    assert clinic.get(f"/v1/cases/{case}/events", params={"after": "5"}).json()["events"][0]["version"] > 5
    before = clinic.get(f"/v1/cases/{case}", params={"as_of": (NOW - timedelta(seconds=1)).isoformat()}).json()
    assert (before["version"], before["disclosures"], before.get("citizen")) == (0, [], None)
    now = clinic.get(f"/v1/cases/{case}").json()
    assert now["version"] >= max(versions)
    assert now["citizen"]["cpr"] == KAJA.cpr.digits
    assert now["municipality"] == "odense"
    legal = {"as_of": (NOW - timedelta(seconds=1)).isoformat(), "legal_time": "true"}
    assert clinic.get(f"/v1/cases/{case}", params=legal).json()["disclosures"] == []


def test_letters_reach_both_ends(doors: Doors, case: str) -> None:
    doors.workers.caught_up()
    sent = doors.at(CLINIC).get("/v1/deliveries", params={"case": case}).json()["deliveries"]
    assert {row["sender"] for row in sent} | {row["recipient"] for row in sent} >= {str(CLINIC), str(FAMILIES)}
    assert doors.at(CLINIC).get("/v1/deliveries", params={"count": "1"}).json()["deliveries"] == sent[:1]
    for status in {row["status"] for row in sent}:
        rows = doors.at(CLINIC).get("/v1/deliveries", params={"case": case, "status": status}).json()["deliveries"]
        assert {row["status"] for row in rows} <= {status}
    assert doors.at(CHARITY).get("/v1/deliveries").json()["deliveries"] == []


def test_a_search_finds_what_one_may_know(doors: Doors, case: str) -> None:
    found = doors.at(CLINIC).post("/v1/cases/search", {"cpr": "210300-9996"}).json()["cases"]
    assert [(row["case"], row["status"]) for row in found] == [(case, "open")]
    assert doors.at(CHARITY).post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json() == {"cases": []}


def test_two_open_cases_of_hers_can_be_told_apart(doors: Doors) -> None:
    """One that was taken up again beside the next (case C15); each unit is told what it knows itself."""
    number, sooner, later = {"cpr": BRITA.cpr.digits}, "2025-06-01", "2025-12-01"
    first = doors.open(due_date=sooner, **number)
    doors.at(CLINIC).post(f"/v1/cases/{first}/pregnancy-end", {"at": AT})
    doors.at(CLINIC).post(f"/v1/cases/{first}/closure", {"at": AT, "reason": "Forløbet er slut."})
    doors.set_clock(NOW + timedelta(days=30))
    opened = (NOW + timedelta(days=30)).isoformat()
    second = doors.open(at=opened, due_date=later, **number)
    doors.at(CLINIC).post(f"/v1/cases/{first}/reopening", {"at": opened, "reason": "Der er mere."})
    assert second != first
    found = {row["case"]: row for row in doors.at(CLINIC).post("/v1/cases/search", number).json()["cases"]}
    assert [found[case]["status"] for case in (first, second)] == ["open", "open"]
    assert [found[case]["due_date"] for case in (first, second)] == [sooner, later]
    assert [found[case]["known_since"] for case in (first, second)] == [AT, opened]
    assert {row["known_from"] for row in found.values()} == {str(CLINIC)}
    joined = doors.open(NURSES, at=opened, **number)
    (hers,) = doors.at(NURSES).post("/v1/cases/search", number).json()["cases"]
    assert (hers["case"], hers["due_date"]) == (joined, None)
    assert (hers["known_since"], hers["known_from"]) == (opened, str(NURSES))


def test_the_law_is_asked_without_a_trace(doors: Doors, case: str) -> None:
    before = doors.acts()
    question = {"at": "2025-04-07T09:00", "act": "videregivelse", "initiative": "discloser"}
    question |= {"discloser": str(CLINIC), "recipient": str(FAMILIES), "subject": {"role": "gravid", "age": "-"}}
    answer = doors.at(CLINIC).post("/v1/decisions", question | {"basis_invoked": "SUL-43-1", "categories": ["x"]})
    assert (answer.status_code, answer.json()["decision"]) == (200, "refuse")
    assert doors.acts() == before
