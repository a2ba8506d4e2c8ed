"""Nothing personal leaves by the side doors: log lines, metrics, problems, URLs, exceptions, what the server prints."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from hub import observability
from hub.domain import consent
from tests.api.doors import Doors, new_key, serving
from tests.api.story import ACTS, AT, Told, told
from tests.people import CLINIC, FAMILIES, KAJA, NURSES

SECRETS = ("Kaja", "Hansen", "Signe", "Lund", KAJA.cpr.digits, "210300-9996", "hash", "påvirket", "nysgerrig")


LOGGERS = (
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "fastapi",
    "asyncio",
    "sqlalchemy",
    "eventsourcing",
    "pydantic",
)


class Broken(Exception):
    """Holds what an exception may hold when a driver or a parser raises it."""


class Kept(logging.Handler):
    """Every line that the libraries would log, written out as an operator's handler would."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback if it has one."""
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def story(hub: Doors) -> list[Told]:
    """One of every act."""
    return list(told(hub, "private"))


@pytest.fixture
def silence(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """What reaches standard output and error meanwhile, from our log and everybody's, holds no secret and no trace."""
    handler, servers = Kept(), [logging.getLogger(name) for name in LOGGERS]
    for server in servers:
        server.addHandler(handler)
        server.setLevel(logging.DEBUG)
    observability.configure("debug")
    capfd.readouterr()
    yield
    for server in servers:
        server.removeHandler(handler)
        server.setLevel(logging.NOTSET)
    observability.configure("info")
    said = "".join([*capfd.readouterr(), *handler.lines])
    for secret in SECRETS:
        assert secret not in said, secret
    assert "Traceback" not in said


def test_a_whole_story_leaves_nothing_personal_behind(doors: Doors, silence: None, story: list[Told]) -> None:
    case = story[0].answer.json()["case"]
    for unit in (CLINIC, FAMILIES, NURSES):
        caller = doors.at(unit)
        caller.post("/v1/cases/search", {"cpr": KAJA.cpr.digits, "purpose": "fordi Kaja Hansen ringede"})
        for path in (f"/v1/cases/{case}", f"/v1/cases/{case}/events", "/v1/compliance/disclosures", "/fhir/Bundle"):
            assert caller.get(path).status_code == 200
    metrics = doors.at(CLINIC).get("/metrics").text
    for secret in (*SECRETS, case, story[3].answer.json()["id"], "aabenraa", "system of"):
        assert secret not in metrics, secret
    for element in story:
        assert not any(secret in element.path for secret in SECRETS)
        assert not any(secret in value for value in element.answer.headers.values() for secret in SECRETS)


def test_what_is_wrong_is_not_repeated_anywhere(doors: Doors, silence: None) -> None:
    clinic, case = doors.at(CLINIC), doors.open()
    for act in ACTS:
        path = "/".join(case if part.startswith("{") else part for part in act.path.split("/"))
        for name in act.body:
            for wrong in (
                {"Kaja Hansen": KAJA.cpr.digits},
                f"Kaja Hansen {KAJA.cpr.digits}",
                [KAJA.cpr.digits],
                2103009996,
            ):
                answer = clinic.post(path, act.body | {name: wrong, "Kaja Hansen": "Signe Lund"})
                assert answer.status_code in (404, 422), answer.text
                assert not any(secret in answer.text for secret in SECRETS), answer.text
        answer = clinic.raw(path, json.dumps(act.body | {KAJA.cpr.digits: "Kaja"}).encode()[:-1])
        assert answer.status_code == 400
        assert not any(secret in answer.text for secret in SECRETS)


def test_a_fault_says_where_it_is_and_nothing_else(
    doors: Doors, silence: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case = doors.open()

    def broken(*_: object) -> None:
        raise Broken(f"Kaja Hansen {KAJA.cpr.digits}")

    monkeypatch.setattr(consent, "decide", broken)
    body = next(act.body for act in ACTS if act.path.endswith("/consents"))
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/consents", body)
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:tvaerspor:problem:bug",
        "title": "The hub has a fault; it is logged",
        "status": 500,
    }
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    bug = next(line for line in said if line["event"] == "bug")
    assert bug["kind"] == "Broken"
    assert bug["at"].startswith("hub/domain/case.py:")
    assert bug["route"] == "/v1/cases/{case}/consents"
    assert case not in json.dumps(bug)
    monkeypatch.undo()
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents", body).status_code == 201


def test_a_database_that_is_away_is_no_fault_and_says_nothing(
    doors: Doors, silence: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, key = doors.open(), new_key()
    body = {"at": AT, "level": 2}

    def away(*_: object) -> None:
        raise OperationalError(f"SELECT '{KAJA.cpr.digits}'", {"name": "Kaja Hansen"}, Broken("Kaja Hansen"))

    monkeypatch.setattr(doors, "letters_wait", True)
    monkeypatch.setattr(doors.record, "stream_of", away)
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/care-level", body, key=key)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:tvaerspor:problem:record-unreachable")
    assert answer.headers["retry-after"] == "1"
    monkeypatch.undo()
    monkeypatch.setattr(doors, "letters_wait", True)
    monkeypatch.setattr(doors.record, "head", away)
    assert doors.at(CLINIC).get("/health/ready").status_code == 503
    assert doors.at(FAMILIES).get("/fhir/Bundle").json()["resourceType"] == "OperationOutcome"
    monkeypatch.undo()
    assert doors.at(CLINIC).post(f"/v1/cases/{case}/care-level", body, key=key).status_code == 201


def test_readers_that_lag_give_no_half_answer(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(doors.workers), "caught_up", lambda *_: False)
    for path in ("/v1/compliance/disclosures", "/v1/deliveries"):
        answer = doors.at(CLINIC).get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:tvaerspor:problem:behind")


def test_every_look_up_is_recorded_before_anything_is_shown(doors: Doors) -> None:
    case = doors.open()
    clinic = doors.at(CLINIC)
    clinic.get(f"/v1/cases/{case}", params={"purpose": "behandling"})
    clinic.get(f"/v1/cases/{case}/events")
    clinic.get(f"/v1/cases/{case}/obligations")
    clinic.post("/v1/cases/search", {"cpr": KAJA.cpr.digits, "purpose": "telefon fra hende selv"})
    reads = [recorded.event for recorded in doors.record.case(UUID(case)) if recorded.name == "record-read.v1"]
    doors_read = [(getattr(read, "door", ""), getattr(read, "purpose", "")) for read in reads][-4:]
    assert doors_read == [
        ("GET /v1/cases/{case}", "behandling"),
        ("GET /v1/cases/{case}/events", ""),
        ("GET /v1/cases/{case}/obligations", ""),
        ("POST /v1/cases/search", "telefon fra hende selv"),
    ]
    assert {getattr(read, "by", None) for read in reads} <= {CLINIC, FAMILIES, NURSES}


def test_a_receiver_is_not_shown_what_is_the_disclosers_own(doors: Doors, story: list[Told]) -> None:
    case = story[0].answer.json()["case"]
    query = {"case": case, "recipient": str(FAMILIES), "outcome": "made"}
    answer = doors.at(FAMILIES).get("/v1/compliance/disclosures", params=query)
    assert answer.status_code == 200, answer.text
    told_lines = answer.json()["disclosures"]
    own_lines = doors.at(CLINIC).get("/v1/compliance/disclosures", params=query).json()["disclosures"]
    assert told_lines
    made = {line["act"]: line for line in own_lines}
    assert {act for act, line in made.items() if line["delivery"].startswith("held")} == {*made} - {
        line["act"] for line in told_lines
    }
    for shown in told_lines:
        own = made[shown["act"]]
        hidden = {"client", "invoked", "reason", "withheld", "consents", "citizen_informed_at", "citizen_informed_how"}
        assert own.keys() - shown.keys() == hidden
    refused = {"case": case, "outcome": "refused"}
    assert doors.at(CLINIC).get("/v1/compliance/disclosures", params=refused).json()["disclosures"]
    assert doors.at(FAMILIES).get("/v1/compliance/disclosures", params=refused).json()["disclosures"] == []


def test_nothing_personal_lies_readable_in_the_database(tmp_path: Path) -> None:
    """The log, the read models, what waits for its carrier: without a key, nobody reads there who she is."""
    with serving(tmp_path) as doors:
        list(told(doors, "lying"))
        assert doors.workers.caught_up()
        doors.at(FAMILIES).get("/fhir/Bundle")
    files = sorted(entry for entry in (tmp_path / "data").iterdir() if entry.name.startswith("tvaerspor.db"))
    assert files
    lying = b"".join(file.read_bytes() for file in files)
    assert b"disclosure-made" in lying
    for secret in SECRETS:
        assert secret.encode() not in lying, secret
