"""The command line, run as an operator runs it: results on standard output, complaints in one line, never a trace."""

import csv
import io
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path

import jwt
import pytest

from hub import cli
from hub.bootstrap.build import build
from hub.settings import PREFIX, Settings
from tests.api.doors import serving
from tests.api.story import told
from tests.people import CLINIC, FAMILIES, KAJA
from tests.road.fork_server import free_port
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "00000000-0000-4000-8000-000000000000"


class Operator:
    """Runs `tvaerspor` under some settings: in this process, which is quick, or with `apart` in one of its own."""

    def __init__(self, columns: int = 160, /, **settings: str) -> None:
        self.settings = settings
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self.environment = clean | {PREFIX + name: value for name, value in settings.items()}
        self.environment |= {"COLUMNS": str(columns), "NO_COLOR": "1"}

    def __call__(self, *words: str, said: str = "", code: int = 0) -> str:
        """What it printed; the exit code is as expected."""
        return self.both(*words, said=said, code=code)[0]

    def both(self, *words: str, said: str = "", code: int = 0) -> tuple[str, str]:
        """Standard output and standard error."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in [*os.environ]:
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["tvaerspor", *words])
            patch.setattr(sys, "stdin", io.StringIO(said))
            with pytest.raises(SystemExit) as ended:
                cli.main()
        assert (ended.value.code or 0) == code, (words, out.getvalue(), err.getvalue())
        assert "Traceback" not in err.getvalue()
        return out.getvalue(), err.getvalue()

    def apart(self, *words: str) -> subprocess.CompletedProcess[str]:
        """As a process of its own, as the console script runs it."""
        command = [sys.executable, "-c", "from hub.cli import main; main()", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def complaint(self, *words: str, code: int = 2, said: str = "") -> str:
        """The one line it complained with."""
        out, err = self.both(*words, code=code, said=said)
        assert out == ""
        (line,) = err.strip().splitlines()
        return line


@pytest.fixture(scope="module")
def tvaerspor(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """The command line on a record that holds one of every act."""
    folder = tmp_path_factory.mktemp("cli")
    with serving(folder, dispatch=False) as doors:
        list(told(doors, "cli"))
    return Operator(ENV="test", DATA_DIR=str(folder / "data"), CLOCK_FILE=str(folder / "clock"))


def test_a_replay_for_machines(tvaerspor: Operator) -> None:
    lines = [json.loads(line) for line in tvaerspor("replay", "--json").splitlines()]
    assert [line["kind"] for line in lines if line["outcome"] != "joined"][:3] == [
        "disclosure-made",
        "disclosure-corrected",
        "disclosure-refused",
    ]
    places = [tuple(map(int, line["position"].split("/"))) for line in lines]
    assert places == sorted(places)


def test_a_replay_for_excel(tvaerspor: Operator) -> None:
    lines = [json.loads(line) for line in tvaerspor("replay", "--json").splitlines()]
    sheet = tvaerspor("replay", "--csv")
    assert sheet.startswith("\ufeffcase;act;kind;")
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff")), delimiter=";"))
    assert [row["act"] for row in rows] == [line["act"] for line in lines]
    assert {row["outcome"] for row in rows} == {"joined", "made", "refused"}
    assert not any(character in cell for row in rows for cell in row.values() for character in "{}[]")
    first = next(row for row in rows if row["kind"] == "disclosure-made")
    refused = next(row for row in rows if row["reason"] == "CONSENT_WITHDRAWN")
    (consent,) = next(line for line in lines if line["kind"] == "disclosure-made")["consents"]
    assert first["at"] == "2025-04-07 10:00:00"
    assert (first["edition"], first["contested"]) == ("no known first or last day", "no")
    assert (first["consents"], first["consents_form"]) == (consent["consent"], "written")
    assert (first["consents_given"], first["consents_lapse"]) == ("2025-04-07 10:00:00", consent["lapses_on"])
    assert (first["consents_stood"], refused["consents_stood"]) == ("in force", "withdrawn")
    assert refused["consents_withdrawn"] == "2025-04-07 10:00:00"


def test_a_replay_for_people(tvaerspor: Operator) -> None:
    shown = tvaerspor("replay", "--outcome", "refused")
    assert "CONSENT_WITHDRAWN" in shown
    assert "refused" in shown
    assert shown.startswith("1 act in case ")
    assert tvaerspor("replay", "--to", "2020-01-01") == "no act answers this\n"


@pytest.mark.parametrize("columns", [80, 120, 180])
def test_a_replay_fits_the_terminal_and_breaks_no_word(tvaerspor: Operator, columns: int) -> None:
    lines = [json.loads(line) for line in tvaerspor("replay", "--json").splitlines()]
    shown = Operator(columns, **tvaerspor.settings)("replay")
    words = set(re.split(r"[\s│,;:]+", shown))
    assert max(map(len, shown.splitlines())) <= columns
    assert ("┃" in shown) == (columns == 180)
    for line in lines:
        unit, _, organisation = line["discloser"].partition("@")
        assert line["discloser"] in words or {unit, f"@{organisation}"} <= words
        named = [line["kind"], line["reason"], line["citation"], line["purpose"], *line["categories"]]
        told = " ".join(cell for cell in (*named, line["citizen_informed_how"]) if cell)
        assert set(re.split(r"[\s,;:]+", told)) <= words | {""}
        digest = line["content_sha256"]
        assert not digest or {digest, f"{digest[:16]}…"} & words


def test_a_day_is_a_whole_danish_day_and_a_moment_is_as_it_is(tvaerspor: Operator) -> None:
    everything = tvaerspor("replay", "--json")  # each of its acts took place on 7 April at 10 in Denmark
    assert tvaerspor("replay", "--from", "2025-04-07", "--to", "2025-04-07", "--json") == everything
    assert tvaerspor("replay", "--as-of", "2025-04-07", "--json") == everything
    assert tvaerspor("replay", "--as-of", "2025-04-07", "--legal-time", "--json") == everything
    assert tvaerspor("replay", "--to", "2025-04-06", "--json") == ""
    assert tvaerspor("replay", "--from", "2025-04-08", "--json") == ""
    assert tvaerspor("replay", "--from", "2025-04-07T10:00+02:00", "--json") == everything
    assert tvaerspor("replay", "--to", "2025-04-07T10:00+02:00", "--json") == ""
    assert tvaerspor("replay", "--to", "2025-04-07T08:00:01Z", "--json") == everything


def test_the_units_of_the_directory_are_listed(tvaerspor: Operator) -> None:
    units = {word["unit"]: word for word in map(json.loads, tvaerspor("units", "--json").splitlines())}
    assert units[str(FAMILIES)] == {
        "unit": str(FAMILIES),
        "organisation": "Aabenraa Kommune",
        "name": "Familieafdelingen",
        "channel": "secure-mail",
        "pulls": True,
    }
    head, *rows = tvaerspor("units").splitlines()
    assert head.split() == ["unit", "channel", "pulls", "name"]
    assert [row.split()[0] for row in rows] == list(units)


def test_a_replay_of_one_case_citizen_unit_or_period(tvaerspor: Operator, tmp_path: Path) -> None:
    everything = tvaerspor("replay", "--json")
    case = json.loads(everything.splitlines()[0])["case"]
    paper = tmp_path / "cpr"
    paper.write_text(f"{KAJA.cpr.digits}\n")
    assert tvaerspor("replay", "--case", case, "--json") == everything
    assert tvaerspor("replay", "--citizen-file", str(paper), "--json") == everything
    assert tvaerspor("replay", "--citizen-file", "-", "--json", said=KAJA.cpr.digits) == everything
    assert tvaerspor("replay", "--from", "2025-04-07", "--to", "2025-04-07", "--json") == everything
    assert tvaerspor("replay", "--as-of", "2025-04-07T12:00+02:00", "--legal-time", "--json") == everything
    assert tvaerspor("replay", "--as-of", "2025-04-06", "--json") == ""
    hers = [json.loads(line) for line in tvaerspor("replay", "--unit", str(FAMILIES), "--json").splitlines()]
    assert {str(FAMILIES) in (line["discloser"], line["recipient"]) for line in hers} == {True}
    by_law = [json.loads(line) for line in tvaerspor("replay", "--basis", "BL-133-1-2", "--json").splitlines()]
    assert {line["basis"] for line in by_law} == {"BL-133-1-2"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("replay", "--case", "x"), "--case"),
        (("replay", "--case", NOWHERE), "--case"),
        (("replay", "--unit", "[/red]"), "--unit"),
        (("replay", "--unit", "kommune/familieafdelingen@aabenraa"), f"did you mean {FAMILIES} or "),
        (("replay", "--unit", "kommune/x@atlantis"), "tvaerspor units"),
        (("replay", "--basis", "sul-43-1"), "did you mean SUL-43-1"),
        (("replay", "--basis", "nothing"), "law list"),
        (("letter", "account", "--case", "nope", "--out", "nope.pdf"), "--case: a case id as the hub gave it out"),
        (
            ("letter", "account", "--case", NOWHERE, "--out", "nope.pdf"),
            "--case: no case",
        ),
        (("law", "redecide", "--case", NOWHERE), "--case: no case"),
        (("replay", "--from", "yesterday"), "--from"),
        (("replay", "--to", "2025-04-07T10:00"), "--to"),
        (("replay", "--as-of", "2025-02-30"), "--as-of"),
        (("replay", "--as-of", "0001-01-01"), "--as-of"),
        (("replay", "--legal-time"), "--legal-time"),
        (("replay", "--outcome", "perhaps"), "--outcome"),
        (("replay", "--json", "--csv"), "--csv"),
        (("replay", "--citizen-file", "/nowhere/[/red]"), "red]"),
        (("replay", "--citizen-file", "-"), "--citizen-file"),
        (("clients", "token", "--client", "epj", "--unit", "kommune/x@atlantis"), "--unit"),
        (("clients", "token", "--client", "æ", "--unit", str(CLINIC)), "client"),
        (("projections", "rebuild", "nothing"), "there are outbox"),
        (("law", "show", "SUL-99"), "law list"),
        (("law", "decide", "/nowhere/x.yaml"), "x.yaml"),
    ],
)
def test_a_wrong_word_is_named(tvaerspor: Operator, words: tuple[str, ...], field: str) -> None:
    said = tvaerspor.complaint(*words, said="not a number")
    assert field in said
    assert "not a number" not in said


def test_read_models_are_rebuilt_and_the_record_verified(tvaerspor: Operator) -> None:
    assert re.fullmatch(r"outbox: \d+ events\n", tvaerspor("projections", "rebuild", "outbox"))
    rebuilt = tvaerspor("projections", "rebuild").splitlines()
    assert len({line.rpartition(": ")[2] for line in rebuilt}) == 1


def test_verify_says_what_it_shows_and_what_it_does_not(tvaerspor: Operator) -> None:
    said = json.loads(tvaerspor("verify", "--json"))
    ((head),) = said["heads"]
    assert (said["sound"], said["events"], head["position"]) == (True, head["position"], said["events"])
    told = tvaerspor("verify").splitlines()
    assert told[0] == f"sound: {said['events']} events"
    assert told[1] == f"up to:     position {head['position']} of partition 0, root {head['root']}"
    assert [line.partition(":")[0] for line in told if ": " in line[:11]] == ["sound", "up to", "shown", "not shown"]


def test_letters_are_moved_once(tvaerspor: Operator) -> None:
    tvaerspor("dispatch", "--once")
    letters = list((Path(tvaerspor.environment[f"{PREFIX}DATA_DIR"]) / "outbox").glob("*.eml"))
    assert letters
    tvaerspor("dispatch", "--once")
    assert list((Path(tvaerspor.environment[f"{PREFIX}DATA_DIR"]) / "outbox").glob("*.eml")) == letters


@pytest.mark.parametrize("words", [("dispatch", "--once"), ("dispatch",)])
def test_letters_that_may_not_be_moved_are_no_success(tvaerspor: Operator, words: tuple[str, ...]) -> None:
    """C17: whoever calls it from a timer hears that nothing was carried, and why."""
    off = Operator(**tvaerspor.settings, DISPATCH="off")
    assert off.complaint(*words, code=1) == "nothing was carried: TVAERSPOR_DISPATCH is off"


def test_altered_evidence_is_exit_one(tvaerspor: Operator, tmp_path: Path) -> None:
    data = Path(tvaerspor.environment[f"{PREFIX}DATA_DIR"])
    shutil.copytree(data, tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "tvaerspor.db") as database:
        database.execute("UPDATE event SET topic = 'care-level-assigned.v1' WHERE pos = 3")
    altered = Operator(ENV="test", DATA_DIR=str(tmp_path / "data"))
    out, logged = altered.both("verify", code=1)
    damage, said = logged.strip().splitlines()
    assert (out, json.loads(damage)["event"]) == ("", "evidence-damaged")
    assert "position 3 of partition 0" in said
    told, _ = altered.both("verify", "--json", code=1)
    assert json.loads(told) == {"sound": False, "why": said}


def test_a_token_from_the_command_line_opens_the_doors(tvaerspor: Operator) -> None:
    token = tvaerspor("clients", "token", "--client", "epj", "--unit", str(CLINIC), "--hours", "1").strip()
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token)
    with build(Settings.from_environment(tvaerspor.environment)) as services:
        claims = jwt.decode(token, services.keys.token_key(), ["HS256"], {"verify_exp": False}, audience="tvaerspor")
    assert (claims["client"], claims["unit"]) == ("epj", str(CLINIC))


def test_the_law_is_listed_and_shown(tvaerspor: Operator) -> None:
    assert len(tvaerspor("law", "list").splitlines()) > 50
    assert json.loads(tvaerspor("law", "show", "BL-133-1-2", "--json"))["id"] == "BL-133-1-2"
    assert "Videregivelse" in tvaerspor("law", "show", "SUL-43-1")


def test_the_version_is_said(tvaerspor: Operator) -> None:
    assert tvaerspor("--version") == f"tvaerspor {version('tvaerspor')}\n"


@pytest.mark.parametrize("module", ["hub.cli", "hub.cli.actions.law"])
def test_help_and_the_law_wait_for_no_framework(module: str) -> None:
    asked = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert module in loaded
    assert not loaded & {"eventsourcing", "fastapi", "fhir", "pydantic", "pyhanko", "sqlalchemy", "structlog"}


def test_a_first_start_says_that_it_made_a_key(tmp_path: Path) -> None:
    fresh = Operator(ENV="test", DATA_DIR=str(tmp_path / "new"))
    out, err = fresh.both("verify")
    assert out.startswith("sound: 0 events")
    assert str(tmp_path / "new" / "master.key") in err
    assert "0600" in err
    assert (tmp_path / "new" / "master.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert fresh.both("verify")[1] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NONSENSE", "x"),
        ("ENV", "prod"),
        ("DATA_DIR", ""),
        ("DATA_DIR", "/proc/nowhere"),
        ("DATABASE_URL", "mysql://secret@x/y"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x"),
        ("MASTER_KEY_FILE", "/nowhere"),
        ("LISTEN_PORT", "70000"),
        ("LISTEN_PORT", "0"),
        ("LISTEN_HOST", "a b"),
        ("PUBLIC_URL", "ftp://x"),
        ("BACKDATING_HOURS", "-1"),
        ("BACKDATING_HOURS", "9" * 12),
        ("BODY_LIMIT", "1.5"),
        ("BODY_LIMIT", "99999999"),
        ("ATTACHMENT_LIMIT", str(26 * 1024 * 1024)),
        ("DIRECTORY_FILE", ""),
        ("DISPATCH", "yes"),
        ("LOG_LEVEL", "loud"),
        ("CLOCK_FILE", "/nowhere"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    settings = {"ENV": "test", "DATA_DIR": str(tmp_path / "data")} | {name: value}
    said = Operator(**settings).complaint("verify")
    assert f"{PREFIX}{name}" in said
    assert "secret" not in said


def test_production_has_no_settable_clock(tmp_path: Path) -> None:
    said = Operator(DATA_DIR=str(tmp_path / "data"), CLOCK_FILE=str(tmp_path / "clock")).complaint("verify")
    assert "TVAERSPOR_CLOCK_FILE" in said


@pytest.mark.parametrize("command", [("serve",), ("dispatch", "--once")])
def test_production_without_keys_for_mail_does_not_start(tmp_path: Path, command: tuple[str, ...]) -> None:
    """C32: nothing leaves unsealed, not even into a folder."""
    said = Operator(DATA_DIR=str(tmp_path / "data")).complaint(*command)
    assert "TVAERSPOR_MAIL_DIR" in said
    assert not (tmp_path / "data" / "outbox").exists()


def test_a_trial_house_says_so_before_it_listens(tmp_path: Path) -> None:
    operator = Operator(ENV="trial", DATA_DIR=str(tmp_path / "data"), LISTEN_PORT=str(free_port()))
    command = [sys.executable, "-c", "from hub.cli import main; main()", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=operator.environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = [next(server.stderr) for _ in range(3)]  # the key that was made, what this is, the address
        server.terminate()
        server.stderr.read()
    assert "trial house" in said[1]
    assert "listening" in said[2]


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        operator = Operator(ENV="test", DATA_DIR=str(tmp_path / "data"), LISTEN_PORT=str(taken.getsockname()[1]))
        run = operator.apart("serve")
    assert run.returncode == 3
    assert "address already in use" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_hub_that_is_told_to_stop_ends_in_order(tmp_path: Path) -> None:
    """In production, where a worker for messages is warmed: nothing is left behind, and every log line is JSON."""
    operator = Operator(DATA_DIR=str(tmp_path / "data"), DISPATCH="off", LISTEN_PORT=str(free_port()))
    command = [sys.executable, "-c", "from hub.cli import main; main()", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=operator.environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        started = [next(server.stderr) for _ in range(3)]  # the key that was made, the address, the first event
        try:
            until(lambda: is_worked_for(server.pid), "no worker was warmed")
        finally:
            server.terminate()
        said = [json.loads(line)["event"] for line in (started[-1], *server.stderr)]
    assert (server.returncode, said) == (0, ["hub-started", "hub-stopped"])


def is_worked_for(process: int) -> bool:
    """Is a worker of this process on its way?"""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "ppid=,args="], capture_output=True, text=True, check=True)
    return any(re.match(rf"\s*{process} .*spawn_main", line) for line in listed.stdout.splitlines())


def test_a_reader_that_has_seen_enough_is_no_fault(tvaerspor: Operator) -> None:
    command = f"{sys.executable} -c 'from hub.cli import main; main()' replay --json | true"
    run = subprocess.run(
        ["/bin/sh", "-c", command], cwd=ROOT, env=tvaerspor.environment, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
