"""C06, through the doors: a woman without a CPR number is written to, found, linked; a stranger is told nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from adapters.fhir import systems
from hub.domain.delivery import DeliveryQueued
from hub.vocabulary.identification import index_key
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.adapters.documents.reading import opened
from tests.adapters.medcom.messages import directory, dumped, one, parsed
from tests.api.doors import NOW, Doors, Json, serving
from tests.api.story import AT
from tests.api.test_process_message import about, answer, events, parked, post, why
from tests.api.test_told import CONCERN, WHO
from tests.people import AMIRA, BRITA, CLINIC, ELSA, FAMILIES, KAJA, NADIA, NURSES

NUMBERS: dict[str, tuple[Citizen, Json]] = {
    "X-eCPR": (AMIRA, {"replacement_number": "070392-1VJ4"}),
    "foreign": (ELSA, {"foreign_number": {"issuer": "SE", "number": "19890511 TEST"}}),
    "name": (NADIA, {"birth_date": "1996-04-17"}),
}
WAYS = sorted(NUMBERS)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Doors]:
    """A hub of its own, whose clinic and sundhedspleje have SOR ids."""
    with serving(tmp_path, directory_file=directory(tmp_path / "directory.toml"), dispatch=False) as doors:
        yield doors


def open_for(doors: Doors, way: str, unit: Unit = CLINIC) -> str:
    """A case of hers, opened by what she is known by."""
    woman, known_by = NUMBERS[way]
    answered = doors.at(unit).post("/v1/cases", {"at": AT, "name": woman.name, "relation": "raadgivning"} | known_by)
    assert answered.status_code == 201, answered.text
    case: str = answered.json()["case"]
    return case


def searched(doors: Doors, way: str, unit: Unit = CLINIC) -> list[str]:
    """The cases that the unit finds her by."""
    woman, known_by = NUMBERS[way]
    named = {"name": woman.name.upper()} if way == "name" else {}
    return found(doors, known_by | named, unit)


def found(doors: Doors, known_by: Json, unit: Unit = CLINIC) -> list[str]:
    answered = doors.at(unit).post("/v1/cases/search", known_by)
    assert answered.status_code == 200, answered.text
    return [case["case"] for case in answered.json()["cases"]]


def identify(doors: Doors, case: str, known_by: Json, unit: Unit = CLINIC, status: int = 201) -> Json:
    """A number of hers comes."""
    answered = doors.at(unit).post(f"/v1/cases/{case}/identification", WHO | known_by)
    assert answered.status_code == status, answered.text
    told: Json = answered.json()
    return told


@pytest.mark.parametrize("way", WAYS)
def test_she_is_found_by_it_and_a_stranger_finds_nothing(hub: Doors, way: str) -> None:
    assert searched(hub, way) == []
    case = open_for(hub, way)
    assert searched(hub, way) == [case]
    assert searched(hub, way, FAMILIES) == []
    searches = hub.services.citizen_search.searches(CLINIC)
    woman = NUMBERS[way][0]
    keys = {hub.services.keys.citizen_digest(index_key(known_by)).hex() for known_by in woman.identifications}
    assert searches[-1].citizen in keys


@pytest.mark.parametrize("way", WAYS)
def test_an_underretning_goes_as_for_anybody(hub: Doors, way: str) -> None:
    case, woman = open_for(hub, way), NUMBERS[way][0]
    sent = hub.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN)
    assert sent.status_code == 201, sent.text
    act = UUID(sent.json()["id"])
    assert hub.at(FAMILIES).get(f"/v1/cases/{case}").json()["citizen"]["name"] == woman.name
    queued = next(row for row in hub.record.scan() if isinstance(row.event, DeliveryQueued) and row.event.act == act)
    letter, channels = hub.services.letters.leaving(queued, NOW.date()), hub.services.channels
    assert letter is not None
    message = channels.translator.message(letter)
    paper = opened(channels.renderer.render(letter, message))
    shown = {
        "X-eCPR": "Erstatnings-CPR-nummer 070392-1VJ4",
        "foreign": "Udenlandsk nummer (SE) 19890511 TEST",
        "name": "Fødselsdato 17. april 1996",
    }
    assert shown[way] in paper
    patient = one(parsed(message), "Patient")
    systems_of_hers = {
        "X-eCPR": [{"system": systems.X_ECPR, "value": "0703921VJ4"}],
        "foreign": [{"system": f"{systems.FOREIGN}SE", "value": "19890511 TEST"}],
        "name": None,
    }
    assert patient.get("identifier") == systems_of_hers[way]
    assert searched(hub, way, FAMILIES) == [case]


@pytest.mark.parametrize("way", WAYS)
def test_the_number_comes_and_she_is_found_by_both(hub: Doors, way: str) -> None:
    case = open_for(hub, way)
    told = identify(hub, case, {"cpr": BRITA.cpr.digits})
    assert told["events"] == ["citizen-identified.v1"]
    assert found(hub, {"cpr": BRITA.cpr.digits}) == [case] == searched(hub, way)
    assert hub.at(CLINIC).get(f"/v1/cases/{case}").json()["citizen"]["cpr"] == BRITA.cpr.digits
    patient = hub.at(CLINIC).get(f"/fhir/Patient/{case}").json()
    assert patient["identifier"][0] == {"system": systems.CPR, "value": BRITA.cpr.digits}
    joined = hub.open(NURSES, BRITA.cpr.digits)
    assert joined == case, "one woman, one open case"
    assert searched(hub, way, NURSES) == [], "who knows her by her CPR number alone finds her by nothing else"
    for number, no in ((BRITA, "already-identified"), (KAJA, "another-number")):
        again = identify(hub, case, {"cpr": number.cpr.digits}, status=409)
        assert again["type"] == f"urn:tvaerspor:problem:{no}"
    hub.record.verify()


def test_a_receiver_learns_the_number_with_the_next_letter(hub: Doors) -> None:
    case, number = open_for(hub, "X-eCPR"), {"cpr": BRITA.cpr.digits}
    assert hub.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN).status_code == 201
    assert searched(hub, "X-eCPR", FAMILIES) == [case]
    identify(hub, case, number)
    assert found(hub, number, FAMILIES) == []
    assert hub.at(FAMILIES).get(f"/v1/cases/{case}").json()["citizen"]["cpr"] is None
    assert hub.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN | {"occasion": "Igen."}).status_code == 201
    assert found(hub, number, FAMILIES) == [case]
    assert hub.at(FAMILIES).get(f"/v1/cases/{case}").json()["citizen"]["cpr"] == BRITA.cpr.digits
    identifiers = hub.at(FAMILIES).get(f"/fhir/Patient/{case}").json()["identifier"]
    assert {number["value"] for number in identifiers} == {BRITA.cpr.digits, "0703921VJ4"}


def test_the_number_of_somebody_who_has_a_case_is_linked_without_a_word_of_it(hub: Doors) -> None:
    other = hub.open(FAMILIES, BRITA.cpr.digits)
    case = open_for(hub, "X-eCPR")
    alone = open_for(hub, "foreign")
    told, as_usual = identify(hub, case, {"cpr": BRITA.cpr.digits}), identify(hub, alone, {"cpr": KAJA.cpr.digits})
    assert {**told, "case": "", "id": "", "recorded_at": ""} == {**as_usual, "case": "", "id": "", "recorded_at": ""}
    assert found(hub, {"cpr": BRITA.cpr.digits}) == [case]
    assert found(hub, {"cpr": BRITA.cpr.digits}, FAMILIES) == [other]
    hub.record.verify()


def test_two_units_that_know_nothing_but_her_name_have_a_case_each(hub: Doors) -> None:
    """Several women share a name and a day: nobody is put on another's case by it."""
    first, second = open_for(hub, "name"), open_for(hub, "name", NURSES)
    assert first != second
    assert open_for(hub, "name") == first, "her own unit goes on with its case"
    assert (searched(hub, "name"), searched(hub, "name", NURSES)) == ([first], [second])


def test_two_units_that_know_the_same_number_have_one_case(hub: Doors) -> None:
    for way in ("X-eCPR", "foreign"):
        assert open_for(hub, way) == open_for(hub, way, NURSES)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "cpr"),
        ({"cpr": KAJA.cpr.digits, "replacement_number": "0703921VJ4"}, "cpr"),
        ({"name": "Nadia Test Rahimi"}, "birth_date"),
        ({"birth_date": "1996-04-17"}, "name"),
        ({"replacement_number": "070392"}, "replacement_number"),
        ({"foreign_number": {"issuer": "SE"}}, "foreign_number.number"),
        ({"foreign_number": {"issuer": "DK", "number": "1"}}, "foreign_number"),
    ],
)
def test_a_search_is_by_one_thing(doors: Doors, body: Json, field: str) -> None:
    answered = doors.at(CLINIC).post("/v1/cases/search", body)
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["field"] == field


def test_a_case_is_opened_by_something(doors: Doors) -> None:
    answered = doors.at(CLINIC).post("/v1/cases", {"at": AT, "name": "Uden Noget", "relation": "raadgivning"})
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["field"] == "cpr"


@pytest.mark.parametrize(
    ("token", "hits"),
    [
        (f"{systems.X_ECPR}|0703921VJ4", True),
        (f"{systems.X_ECPR}|0703921VJ5", False),
        ("urn:oid:1.2.3|0703921VJ4", False),
    ],
)
def test_fhir_finds_her_by_her_number(hub: Doors, token: str, hits: bool) -> None:
    case = open_for(hub, "X-eCPR")
    door = hub.at(CLINIC).door
    bundle = door.post("/fhir/Patient/_search", data={"identifier": token}).json()
    found_ids = [entry["resource"]["id"] for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]
    assert found_ids == ([case] if hits else [])


class TestMessages:
    """MedCom messages that name her by no CPR number."""

    def test_one_stands_on_the_case_its_sender_is_on_by_that_number(self, hub: Doors) -> None:
        case = open_for(hub, "X-eCPR")
        came = post(hub, about(AMIRA))
        assert answer(came) == "ok", why(came)
        assert [event["name"] for event in events(hub, case, NURSES)] == ["care-message-received.v1"]

    def test_one_is_parked_and_its_sender_told_whatever_the_receiver_knows(self, hub: Doors) -> None:
        unknown = post(hub, about(AMIRA))
        case = open_for(hub, "X-eCPR", NURSES)
        known = post(hub, about(AMIRA))
        for came in (unknown, known):
            assert (answer(came), [rule for _, rule in why(came)]) == ("fatal-error", ["no-cpr-number"])
        assert [row["why"] for row in parked(hub)] == ["no-cpr-number"] * 2
        message = parked(hub)[0]["id"]
        placed = hub.at(NURSES).post(f"/v1/parked-messages/{message}/placement", {"at": AT, "case": case})
        assert placed.status_code == 201, placed.text
        elsewhere = hub.open(NURSES, KAJA.cpr.digits)
        by_number = replace(AMIRA, replacement=None, cpr=BRITA.cpr)
        assert answer(post(hub, about(by_number))) == "ok"
        waits = parked(hub)[-1]["id"]
        other = hub.at(NURSES).post(f"/v1/parked-messages/{waits}/placement", {"at": AT, "case": elsewhere})
        assert other.status_code == 409

    def test_the_same_again_is_answered_the_same_until_it_is_placed(self, hub: Doors) -> None:
        message = about(AMIRA)
        first, again = post(hub, message), post(hub, message)
        assert first.content == again.content
        assert answer(first) == "fatal-error"
        case, waits = open_for(hub, "X-eCPR", NURSES), parked(hub)[-1]["id"]
        assert (
            hub.at(NURSES).post(f"/v1/parked-messages/{waits}/placement", {"at": AT, "case": case}).status_code == 201
        )
        assert answer(post(hub, message)) == "ok"

    def test_a_number_that_was_linked_leads_to_the_case_too(self, hub: Doors) -> None:
        case = open_for(hub, "X-eCPR")
        identify(hub, case, {"cpr": BRITA.cpr.digits})
        for woman in (AMIRA, BRITA):
            assert answer(post(hub, about(woman))) == "ok"
        assert len(events(hub, case, NURSES)) == 2

    def test_a_regional_number_leads_there_as_well(self, hub: Doors) -> None:
        regional = {"issuer": f"{systems.D_ECPR}.7", "number": "0703925AB1"}
        body = {"at": AT, "name": AMIRA.name, "foreign_number": regional, "relation": "raadgivning"}
        case = hub.at(CLINIC).post("/v1/cases", body).json()["case"]
        message = parsed(about(KAJA))
        one(message, "Patient")["identifier"] = [{"system": regional["issuer"], "value": regional["number"]}]
        came = post(hub, dumped(message))
        assert answer(came) == "ok", why(came)
        assert len(events(hub, case, NURSES)) == 1
