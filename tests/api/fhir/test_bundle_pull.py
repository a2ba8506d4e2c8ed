"""Pulling letters: what counts as received, and what is stopped by a withdrawal on its way."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from tests.api.doors import NOW, Doors, Json, example, serving
from tests.api.fhir.reading import issue
from tests.people import CLINIC, FAMILIES


@pytest.fixture
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose dispatcher moves only when a test says so."""
    with serving(tmp_path_factory.mktemp("still"), dispatch=False) as doors:
        yield doors


def passed_on(doors: Doors) -> tuple[str, str, str]:
    """A case with a written consent and a disclosure that rests on it; the ids of all three."""
    case = doors.open()
    said = {"at": NOW.isoformat()}
    consent = doors.at(CLINIC).post(f"/v1/cases/{case}/consents", example("consent") | said)
    told = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", example("disclosure") | said)
    assert (consent.status_code, told.status_code) == (201, 201), told.text
    return case, consent.json()["id"], told.json()["id"]


def withdrawn(doors: Doors, case: str, consent: str) -> None:
    """She takes the consent back."""
    body = example("withdrawal") | {"at": NOW.isoformat()}
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents/{consent}/withdrawal", body).status_code == 201


def queued(doors: Doors) -> None:
    """The dispatcher opens the deliveries that are due, and does no more."""
    doors.workers.caught_up()
    assert doors.workers.delivery.carry() > 0


def pull(doors: Doors, **query: str) -> tuple[list[str], dict[str, str]]:
    """The acts that a pull gives to the municipality, and the query that leads on."""
    answer = doors.at(FAMILIES).get("/fhir/Bundle", query)
    assert answer.status_code == 200, answer.text
    entries = answer.json().get("entry", [])
    onward = urlsplit(answer.json()["link"][-1]["url"]).query
    return [_act(entry["resource"]) for entry in entries], {
        name: values[0] for name, values in parse_qs(onward).items()
    }


def status_of(doors: Doors, act: str) -> tuple[str, str | None]:
    """How the letter of an act stands, as its sender sees it."""
    doors.workers.caught_up()
    listed = doors.at(CLINIC).get("/v1/deliveries").json()["deliveries"]
    return next((letter["status"], letter["detail"]) for letter in listed if letter["act"] == act)


def _act(bundle: Json) -> str:
    (act,) = (
        entry["resource"]["id"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Communication"
    )
    return str(act)


def test_who_comes_back_has_got_what_stood_on_the_page(still: Doors) -> None:
    *_, act = passed_on(still)
    queued(still)
    given, onward = pull(still)
    assert given == [act]
    assert status_of(still, act)[0] == "queued"
    assert pull(still, **onward)[0] == []
    assert status_of(still, act) == ("received", "pulled")


def test_a_pull_is_recorded_with_the_purpose_that_is_stated(still: Doors) -> None:
    case, *_ = passed_on(still)
    queued(still)
    for stated, kept in (({}, "pull"), ({"Purpose_Of_Use": "stoette_graviditet"}, "stoette_graviditet")):
        assert still.at(FAMILIES).get("/fhir/Bundle", **stated).status_code == 200
        look = still.services.read_log.look_ups(UUID(case))[-1]
        assert (look.by, look.door, look.purpose) == (FAMILIES, "GET /fhir/Bundle", kept)
    assert still.at(FAMILIES).get("/fhir/Bundle", Purpose_Of_Use="2103009996").status_code == 400


def test_a_pull_speaks_json_only(still: Doors) -> None:
    for form in ("json", "application/fhir+json"):
        assert still.at(FAMILIES).get("/fhir/Bundle", {"_format": form}).status_code == 200
    assert "JSON only" in issue(still.at(FAMILIES).get("/fhir/Bundle", {"_format": "xml"}), 406)
    assert "JSON only" in issue(still.at(FAMILIES).get("/fhir/Bundle", Accept="application/fhir+xml"), 406)


def test_what_a_client_skipped_is_not_received(still: Doors) -> None:
    *_, skipped = passed_on(still)
    queued(still)
    still.set_clock(NOW + timedelta(hours=1))
    *_, given = passed_on(still)
    queued(still)
    acts, onward = pull(still, _lastUpdated=f"gt{NOW.isoformat()}")
    assert acts == [given]
    pull(still, **onward)
    assert status_of(still, given) == ("received", "pulled")
    assert status_of(still, skipped)[0] != "received"


def test_a_letter_whose_consent_was_withdrawn_after_it_was_queued_is_not_pulled(still: Doors) -> None:
    case, consent, act = passed_on(still)
    queued(still)
    withdrawn(still, case, consent)
    given, onward = pull(still)
    assert given == []
    assert status_of(still, act) == ("held", "consent-withdrawn")
    assert pull(still, **onward)[0] == []
    assert status_of(still, act) == ("held", "consent-withdrawn")


def test_a_letter_that_was_pulled_before_the_withdrawal_was_received(still: Doors) -> None:
    case, consent, act = passed_on(still)
    queued(still)
    given, onward = pull(still)
    assert given == [act]
    withdrawn(still, case, consent)
    queued(still)
    assert status_of(still, act) == ("held", "consent-withdrawn")
    pull(still, **onward)
    assert status_of(still, act) == ("received", "pulled")


def test_what_has_left_by_mail_before_the_withdrawal_may_still_be_pulled(still: Doors) -> None:
    case, consent, act = passed_on(still)
    queued(still)
    queued(still)
    assert status_of(still, act)[0] == "accepted"
    withdrawn(still, case, consent)
    given, onward = pull(still)
    assert given == [act]
    pull(still, **onward)
    assert status_of(still, act) == ("received", "pulled")


def test_a_letter_that_was_held_because_she_moved_is_its_receivers_through_no_door(still: Doors) -> None:
    """What has not left is not shown; what had left stays, and the sender sees what became of both."""
    case, _, left = passed_on(still)
    queued(still)
    queued(still)
    told = still.at(CLINIC).post(f"/v1/cases/{case}/disclosures", example("disclosure") | {"at": NOW.isoformat()})
    held = told.json()["id"]
    body = example("municipality") | {"at": NOW.isoformat(), "municipality": "odense"}
    assert still.at(CLINIC).post(f"/v1/cases/{case}/municipality", body).status_code == 201
    queued(still)
    assert status_of(still, left)[0] == "accepted"
    assert status_of(still, held) == ("held", "municipality-changed")
    for unit, seen in ((FAMILIES, {left}), (CLINIC, {left, held})):
        doors = still.at(unit)
        case_view = doors.get(f"/v1/cases/{case}").json()
        assert {disclosure["id"] for disclosure in case_view["disclosures"]} == seen
        assert {act for act in (left, held) if doors.get(f"/fhir/Communication/{act}").status_code == 200} == seen
        events = doors.get(f"/v1/cases/{case}/events").text
        assert {act for act in (left, held) if act in events} == seen
    assert pull(still)[0] == [left]


def links(doors: Doors, **query: str) -> tuple[list[str], list[str]]:
    """The acts of a pull, and how its links are called."""
    body = doors.at(FAMILIES).get("/fhir/Bundle", query).json()
    return [_act(entry["resource"]) for entry in body.get("entry", [])], [link["relation"] for link in body["link"]]


def test_a_full_page_does_not_tell_of_letters_that_may_not_leave(still: Doors) -> None:
    """C02: that there is another page would tell that there is a letter."""
    still.letters_wait = True
    case, consent, given = passed_on(still)
    queued(still)
    queued(still)
    assert links(still, _count="1") == ([given], ["self", "urn:tvaerspor:resume"])
    held = still.at(CLINIC).post(f"/v1/cases/{case}/disclosures", example("disclosure") | {"at": NOW.isoformat()})
    assert held.status_code == 201
    queued(still)
    withdrawn(still, case, consent)
    assert links(still, _count="1") == ([given], ["self", "urn:tvaerspor:resume"])
    assert links(still, _count="30")[0] == [given]


def test_a_full_page_leads_on_to_a_letter_behind_one_that_may_not_leave(still: Doors) -> None:
    still.letters_wait = True
    case, consent, first = passed_on(still)
    queued(still)
    queued(still)
    body = example("disclosure") | {"at": NOW.isoformat()}
    assert still.at(CLINIC).post(f"/v1/cases/{case}/disclosures", body).status_code == 201
    queued(still)
    withdrawn(still, case, consent)
    still.set_clock(NOW + timedelta(minutes=5))
    later = {"at": (NOW + timedelta(minutes=5)).isoformat()}
    given = still.at(CLINIC).post(f"/v1/cases/{case}/consents", example("consent") | later)
    last = still.at(CLINIC).post(f"/v1/cases/{case}/disclosures", example("disclosure") | later)
    assert (given.status_code, last.status_code) == (201, 201), last.text
    queued(still)
    acts, relations = links(still, _count="1")
    assert (acts, relations) == ([first], ["self", "next"])
    answer, onward = pull(still, _count="1")
    assert answer == [first]
    assert pull(still, **onward)[0] == [last.json()["id"]]
