"""The demo, played for real; what it leaves is read as a municipality, an officer or a court would read it."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle
from pypdf import PdfReader

from hub.api.v1.presenter import MATTERS
from hub.demo import examples, play
from hub.errors import Unreadable
from tests.waiting import PATIENCE

DEMO = "from hub.cli import main; main()"
HOSPITAL, MUNICIPALITY = "sygehus-soenderjylland", "aabenraa"
HELD_BACK = examples.read("answer").text("tidligere_graviditeter")
REFUSED = examples.read("disclosure.withdrawn").text("psykisk_helbred")
Line = dict[str, Any]

LETTERS = {  # what must stand in each letter, in Danish
    "01-henvisning-familieambulatorium": (
        "Henvisning",
        "Sundhedsplejen",
        "inden for 7 dage",
        "sundhedsloven § 41, stk. 1",
    ),
    "02-videregivelse-familieafdeling-aabenraa": (
        "Videregivelse af oplysninger",
        "Rusmidler",
        "sundhedsloven § 43, stk. 1",
    ),
    "03-underretning-familieafdeling-aabenraa": (
        *("Underretning om et kommende barn", "barnets lov § 133, stk. 1, nr. 2", "Vores afvejning"),
        *("tirsdag den 15. april 2025 kl. 14.30", "torsdag den 24. april 2025"),
    ),
    "04-kvittering-rusmiddelcenter-aabenraa": ("Kvittering for underretning", "Jonas Brandt"),
    "05-tilbagemelding-rusmiddelcenter-aabenraa": ("Tilbagemelding på underretning", "sat en undersøgelse i gang"),
    "06-anmodning-familieambulatorium": (
        *(
            "Anmodning om oplysninger",
            "Begrundelse for anmodningen",
            "fra fødslen",
            "Nej, oplysningerne indhentes uden samtykke",
        ),
        *("§ 11 c, uden samtykke", "barnets lov § 26", "Aftaler ved fødslen", "sociale døgnvagt", "Prævention"),
        *("inden udskrivelsen", "9521000000018", "mandag den 2. juni 2025", "Observation af samspillet mellem mor"),
    ),
    "07-svar-familieafdeling-aabenraa": (
        *("Svar på anmodning om oplysninger", "Det svarer vi ikke på", "Observation af samspillet mellem mor og barn"),
        *("sende sin egen observatør", "retssikkerhedsloven § 11 c, stk. 1, nr. 1", "Førstegangsgravid"),
    ),
    "08-videregivelse-familieafdeling-soenderborg": ("Sønderborg Kommune", "barnets lov § 132", "Handleplan"),
    "09-videregivelse-familieafdeling-soenderborg": ("Sønderborg Kommune", "sundhedsloven § 43, stk. 1", "Søsteren"),
    "10-videregivelse-sundhedspleje-soenderborg": (
        "Sundhedsplejen",
        "sundhedsloven § 41, stk. 2, nr. 1",
        "Ammer fuldt",
    ),
}


@dataclass(frozen=True, slots=True)
class Played:
    """A demo that has been played."""

    out: Path
    said: str

    def lines(self, name: str) -> list[Line]:
        """One replay, as the command line printed it with --json."""
        return [json.loads(line) for line in (self.out / "replay" / f"{name}.json").read_text().splitlines()]

    def json(self, name: str) -> Any:
        """One JSON file of the results."""
        return json.loads((self.out / name).read_text())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole demo, once, with a folder of its own for what is temporary."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "temporary").mkdir()
    done = subprocess.run(_call(folder / "out"), env=_environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    yield Played(folder / "out", done.stdout)
    assert list((folder / "temporary").iterdir()) == []
    shutil.rmtree(folder)


def test_it_leaves_what_it_names(played: Played) -> None:
    counted = {folder: len(list((played.out / folder).iterdir())) for folder in play.FOLDERS}
    carried = {"letters": 10, "mail": 9, "keys": 8, "memo": 1, "papers": 2}
    assert counted == carried | {"bundles": 5, "cases": 5, "replay": 26}
    told = (played.out / play.TRANSCRIPT).read_text()
    assert told.strip() == played.said.strip()
    for word in ("henvisning", "samtykke", "underretning", "anmodning", "flytteunderretning", "fødsel", "Replay"):
        assert word in told


def test_every_act_that_left_has_its_letter(played: Played) -> None:
    assert sorted(file.stem for file in (played.out / "letters").iterdir()) == sorted(LETTERS)
    carried = [*(played.out / "mail").iterdir(), *(played.out / "memo").iterdir()]
    assert sorted(file.stem for file in carried) == sorted(LETTERS)


def test_her_own_account_tells_every_act_and_none_that_was_refused(played: Played) -> None:
    account, form = (_read(played.out / "papers" / f"{name}.pdf") for name in ("oversigt", "samtykke-4.2"))
    made = [line for line in played.lines("5-now") if line["outcome"] == "made"]
    assert account.count("Hvorfor ") == len(made)
    assert "Den gravide" not in account
    assert "To gange ville nogen dele oplysninger om dig" in account
    for words in (HELD_BACK, REFUSED, "OK_", "CONSENT_", "SUL-", "BL-"):
        assert words not in account
    assert "☐ Familieafdelingen, Aabenraa Kommune" in form
    assert "Kaja Test Hansen" in form


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_what_must_stand_in_it_and_nothing_withheld(played: Played, name: str) -> None:
    text = _read(played.out / "letters" / f"{name}.pdf")
    for words in (*LETTERS[name], "Kaja Test Hansen", "210300-9996", "Fortroligt"):
        assert words in text, words
    for words in (HELD_BACK, REFUSED, "OK_", "CONSENT_", "SUL-", "BL-"):
        assert words not in text, words


def test_what_was_held_back_and_what_was_refused_left_by_no_door(played: Played) -> None:
    letters = [PdfReader(file) for file in (played.out / "letters").iterdir()]
    sent = [content for letter in letters for inside in letter.attachments.values() for content in inside]
    assert len(sent) == len(LETTERS)  # each letter bears its FHIR message inside
    pulled = [file.read_bytes() for file in (played.out / "bundles").iterdir()]
    shown = [file.read_bytes() for file in (played.out / "cases").iterdir()]
    listed = [file.read_bytes() for file in (played.out / "replay").iterdir()]
    for content in (*sent, *pulled, *shown, *listed):
        assert isinstance(content, bytes)
        assert HELD_BACK not in content.decode()
        assert REFUSED not in content.decode()


def test_no_mail_tells_anything_on_its_outside(played: Played) -> None:
    for file in (played.out / "mail").iterdir():
        message = message_from_bytes(file.read_bytes())
        outside = " ".join(str(value) for value in message.values())
        assert re.fullmatch(r"Sikker post(: (anmodning|svar|kvittering))? \[\w+\]", str(message["Subject"]))
        for secret in ("Kaja", "Hansen", "210300", "underretning", "henvisning"):
            assert secret not in outside


def test_the_pulled_bundles_are_fhir_and_ascend(played: Played) -> None:
    for unit, count in (("familieafdeling-aabenraa", 3), ("familieafdeling-soenderborg", 2)):
        bundles = [played.json(f"bundles/{unit}-{number}.json") for number in range(1, count + 1)]
        for bundle in bundles:
            assert Bundle.model_validate(bundle).type == "message"
            assert bundle["entry"][0]["resource"]["resourceType"] == "MessageHeader"
        updated = [bundle["meta"]["lastUpdated"] for bundle in bundles]
        assert updated == sorted(updated)


def test_a_party_is_shown_what_it_said_and_was_told(played: Played) -> None:
    views = {file.stem: played.json(f"cases/{file.name}") for file in (played.out / "cases").iterdir()}
    counted = {
        name: {matter: len(rows) for matter, rows in view.items() if matter in MATTERS and rows}
        for name, view in views.items()
    }
    assert counted == {
        "familieambulatorium": {
            "consents": 3,
            "referrals": 1,
            "information_requests": 1,
            "disclosures": 3,
            "refusals": 2,
            "deliveries": 4,
        },
        "familieafdeling-aabenraa": {"information_requests": 1, "disclosures": 2, "concerns": 1, "deliveries": 4},
        "sundhedspleje-aabenraa": {"consents": 1, "referrals": 1, "deliveries": 1},
        "rusmiddelcenter-aabenraa": {"concerns": 1, "deliveries": 1},
        "familieafdeling-soenderborg": {"disclosures": 2},
    }
    withdrawn = views["familieambulatorium"]["consents"][0]
    assert (withdrawn["status"], withdrawn["recipients"]) == ("withdrawn", ["kommune/familieafdeling@aabenraa"])
    assert withdrawn["categories"] == ["rusmiddel", "psykisk_helbred"]
    asked = views["familieafdeling-aabenraa"]["information_requests"][0]
    assert [item["category"] for item in asked["declined"]] == ["mor_barn_observation"]
    assert [item["category"] for item in asked["answered"]] == ["obstetrik", "rusmiddel", "fremmoede", "plan_foedsel"]


def test_the_refusals_are_on_record_and_went_nowhere(played: Played) -> None:
    refused = [line for line in played.lines("5-now") if line["outcome"] == "refused"]
    assert [(line["reason"], line["invoked"], line["basis"]) for line in refused] == [
        ("CONSENT_WITHDRAWN", "SUL-43-1", None),
        ("CONSENT_WRONG_RECIPIENT", "SUL-43-1", None),
    ]
    assert refused[0]["recipient"] == f"kommune/familieafdeling@{MUNICIPALITY}"
    assert [consent["stood"] for consent in refused[0]["consents"]] == ["withdrawn"]  # not the one to another receiver
    assert [(line["delivery"], line["content_sha256"]) for line in refused] == [(None, None)] * 2


def test_what_was_pulled_is_proven_received_and_the_citizen_was_told(played: Played) -> None:
    made = [line for line in played.lines("5-now") if line["outcome"] == "made"]
    pulled = {line["act"] for line in made if line["delivery"] == "arrived: pulled"}
    assert pulled == {line["act"] for line in made if _pulls(line["recipient"])}
    assert all(line["delivery"] == "arrived: delivered" for line in made if line["act"] not in pulled)
    told = [line["kind"] for line in made if line["citizen_informed_at"]]
    assert told == ["disclosure-made", "concern-reported"]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("1-legal-10-april", "2025-04-10T12:00:00+02:00"),
        ("2-legal-1-may", "2025-05-01T12:00:00+02:00"),
        ("3-legal-7-june", "2025-06-07T12:00:00+02:00"),
    ],
)
def test_a_legal_moment_shows_the_acts_that_had_taken_place(played: Played, name: str, moment: str) -> None:
    happened = [line["act"] for line in played.lines("5-now") if _at(line["at"]) <= _at(moment)]
    assert [line["act"] for line in played.lines(name)] == happened
    assert len(happened) == {"1": 4, "2": 8, "3": 10}[name[0]]


def test_a_recorded_moment_shows_exactly_what_was_recorded_by_then(played: Played) -> None:
    noon = _at("2025-06-07T12:00:00+02:00")
    recorded = [line["act"] for line in played.lines("5-now") if _at(line["recorded_at"]) <= noon]
    assert [line["act"] for line in played.lines("4-recorded-7-june")] == recorded
    assert len(recorded) == 10


def test_one_noon_two_answers_because_the_withdrawal_was_heard_later(played: Played) -> None:
    held, on_record = (_relied_on(played.lines(name)) for name in ("3-legal-7-june", "4-recorded-7-june"))
    assert _at(held["withdrawn_at"]) == examples.read("withdrawal").at
    assert on_record["withdrawn_at"] is None
    assert held["stood"] == on_record["stood"] == "in force"
    earlier = _relied_on(played.lines("1-legal-10-april"))
    assert earlier == on_record
    assert "withdrawn" in (played.out / "replay/3-legal-7-june.txt").read_text()
    assert "withdrawn" not in (played.out / "replay/4-recorded-7-june.txt").read_text()


def test_table_csv_and_json_hold_the_same_acts(played: Played) -> None:
    for file in (played.out / "replay").glob("*.csv"):
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
        assert [row["act"] for row in rows] == [line["act"] for line in played.lines(file.stem)]
        assert f"{len(rows)} acts" in file.with_suffix(".txt").read_text()


def test_a_unit_is_shown_its_own_part(played: Played) -> None:
    units = {"hospital/familieambulatorium": HOSPITAL, "kommune/familieafdeling": MUNICIPALITY}
    kinds, said = {}, dict[str, str | None]()
    for place, organisation in units.items():
        lines = played.json(f"replay/5-now-{place.partition('/')[2]}-{organisation}.json")
        for line in lines:
            assert f"{place}@{organisation}" in (line["discloser"], line["recipient"])
            assert said.setdefault(line["act"], line["content_commitment"]) == line["content_commitment"]
        kinds[organisation] = [line["kind"] for line in lines]
    assert "concern-reported" not in kinds[HOSPITAL]
    assert "disclosure-refused" not in kinds[MUNICIPALITY]


def test_ctrl_c_leaves_no_server_behind(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    demo = subprocess.Popen(
        _call(tmp_path / "out"),
        env=_environment(tmp_path) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hears_ctrl_c,
    )
    assert demo.stdout is not None
    url = next(found[0] for line in demo.stdout if (found := re.search(r"http://[\d.:]+", line)))
    assert httpx.get(f"{url}/health/live", timeout=PATIENCE).status_code == 200
    demo.send_signal(signal.SIGINT)
    _, complained = demo.communicate(timeout=PATIENCE)
    assert (demo.returncode, "Traceback" in complained) == (130, False), complained
    assert list((tmp_path / "temporary").iterdir()) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health/live", timeout=PATIENCE)


def _hears_ctrl_c() -> None:
    """A suite that a shell started in the background ignores Ctrl-C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_answer_the_story_does_not_expect_ends_it_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    shutil.copytree(examples.FOLDER, tmp_path / "examples")
    file = tmp_path / "examples" / "consent.treatment.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"categories": ["rusmiddel"], "given": False}))
    elsewhere = (
        f"from pathlib import Path; from hub.demo import examples; examples.FOLDER = Path({str(file.parent)!r}); {DEMO}"
    )
    call = [sys.executable, "-c", elsewhere, "demo", "--out", str(tmp_path / "out")]
    done = subprocess.run(call, env=_environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "referral: 201 expected, 403 came" in done.stderr
    assert "CONSENT_MISSING" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    with pytest.raises(Unreadable):
        play.prepare(tmp_path)
    assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"


def test_a_folder_that_a_demo_made_is_emptied_of_it(tmp_path: Path) -> None:
    play.prepare(tmp_path)
    (tmp_path / "letters" / "old.pdf").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    play.prepare(tmp_path)
    assert list((tmp_path / "letters").iterdir()) == []
    assert (tmp_path / "notes.txt").read_text() == "mine"


def _call(out: Path) -> list[str]:
    return [sys.executable, "-c", DEMO, "demo", "--out", str(out)]


def _environment(folder: Path) -> dict[str, str]:
    """A setting of a hub that runs on this machine must not reach the demo's."""
    return {**os.environ, "TMPDIR": str(folder / "temporary"), "TVAERSPOR_DATA_DIR": str(folder / "not-here")}


def _read(file: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    return re.sub(r"\s+", " ", text)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _pulls(unit: str) -> bool:
    return unit in ("kommune/familieafdeling@aabenraa", "kommune/familieafdeling@soenderborg")


def _relied_on(lines: list[Line]) -> dict[str, Any]:
    """The consent that the first disclosure rested on."""
    (consent,) = next(line["consents"] for line in lines if line["kind"] == "disclosure-made")
    found: dict[str, Any] = consent
    return found
