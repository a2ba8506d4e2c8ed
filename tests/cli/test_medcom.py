"""`tvaerspor medcom check`: a line each, nothing stored, exit 1 when one is not ok."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.fhir.message import FhirTranslator
from hub.cli import app
from hub.cli.actions.medcom import judged
from hub.domain.message import Verdict
from hub.errors import Unreadable
from tests.adapters.fhir.letters import disclosure
from tests.adapters.medcom.messages import Json, acknowledged, dumped, new, one, parsed
from tests.api.doors import EXAMPLES

RUN = CliRunner()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A good message and a broken one, in a folder where nothing else appears."""
    monkeypatch.chdir(tmp_path)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(new())
    message = parsed(new())
    one(message, "Communication")["status"] = "completed"
    bad.write_bytes(dumped(message))
    return good, bad


def test_a_line_for_each_file_with_code_element_and_rule(files: tuple[Path, Path]) -> None:
    good, bad = files
    ran = RUN.invoke(app, ["medcom", "check", str(good), str(bad)])
    first, second = ran.stdout.splitlines()
    assert ran.exit_code == 1
    assert first == f"{good}: ok"
    assert second.startswith(
        f"{bad}: fatal-error | MSG_VALUESET_VALUE_UNKNOWN Bundle.entry[1].resource.status [cc-status]"
    )
    assert set(good.parent.iterdir()) == {good, bad}


def test_all_ok_is_exit_zero(files: tuple[Path, Path]) -> None:
    files[1].write_bytes(acknowledged())
    assert RUN.invoke(app, ["medcom", "check", *map(str, files)]).exit_code == 0


def test_one_json_object_a_line_for_machines(files: tuple[Path, Path]) -> None:
    ran = RUN.invoke(app, ["medcom", "check", "--json", str(files[1])])
    told: Json = json.loads(ran.stdout)
    assert (told["file"], told["verdict"]) == (str(files[1]), "fatal-error")
    assert told["issues"][0] == {
        "severity": "error",
        "code": "MSG_VALUESET_VALUE_UNKNOWN",
        "element": "Bundle.entry[1].resource.status",
        "rule": "cc-status",
        "says": "`unknown`",
    }


def test_standard_input() -> None:
    assert RUN.invoke(app, ["medcom", "check", "-"], input=new()).stdout == "-: ok\n"
    assert RUN.invoke(app, ["medcom", "check", "-"], input=b"{").exit_code == 1


def test_a_message_of_the_hubs_own_is_told_to_be_none_of_medcoms(files: tuple[Path, Path]) -> None:
    files[0].write_bytes(FhirTranslator("https://hub.example/fhir").message(disclosure()))
    said = RUN.invoke(app, ["medcom", "check", str(files[0])]).stdout
    assert "Bundle.entry[0].resource.eventCoding [hdr-event]: a code of http://medcomfhir.dk/" in said
    assert "urn:tvaerspor:act is the hub's own event" in said
    files[0].write_bytes(dumped({"resourceType": "Bundle", "type": "searchset", "entry": []}))
    assert "GET /fhir/Bundle" in RUN.invoke(app, ["medcom", "check", str(files[0])]).stdout


def test_an_event_of_somebody_else_gets_no_such_hint(files: tuple[Path, Path]) -> None:
    message = parsed(new())
    one(message, "MessageHeader")["eventCoding"]["system"] = "http://example.org/events"
    files[0].write_bytes(dumped(message))
    said = RUN.invoke(app, ["medcom", "check", str(files[0])]).stdout
    assert "[hdr-event]" in said
    assert "tvaerspor" not in said


def test_the_examples_for_integrators_are_judged_as_they_are_named() -> None:
    good, bad = (EXAMPLES / "medcom" / f"care-communication{kind}.json" for kind in ("", ".broken"))
    assert judged(good.read_bytes()) == Verdict("ok")
    verdict = judged(bad.read_bytes())
    assert verdict.code == "fatal-error"
    assert {finding.rule for finding in verdict.findings} == {
        "cc-category-code",
        "cc-date-zone",
        "cc-practitioner-name",
    }


def test_more_than_the_door_takes(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TVAERSPOR_MESSAGE_LIMIT", "100")
    assert "[msg-size]" in RUN.invoke(app, ["medcom", "check", str(files[0])]).stdout


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = RUN.invoke(app, ["medcom", "check", str(tmp_path / "gone.json")])
    assert isinstance(ran.exception, Unreadable)
    assert "gone.json" in str(ran.exception)
    assert str(tmp_path) not in str(ran.exception)


def test_what_cannot_be_read_keeps_no_other_from_being_judged(files: tuple[Path, Path]) -> None:
    good, bad = files
    folder, gone = good.with_name("folder"), good.with_name("gone.json")
    folder.mkdir()
    ran = RUN.invoke(app, ["medcom", "check", *map(str, (folder, good, gone, bad))])
    assert [line.partition(" |")[0] for line in ran.stdout.splitlines()] == [f"{good}: ok", f"{bad}: fatal-error"]
    assert str(ran.exception).startswith("folder, gone.json: ")


def test_of_a_file_without_end_no_more_is_read_than_the_door_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TVAERSPOR_MESSAGE_LIMIT", "1000")
    ran = RUN.invoke(app, ["medcom", "check", "/dev/zero"])
    assert (ran.exit_code, "[msg-size]" in ran.stdout) == (1, True)
