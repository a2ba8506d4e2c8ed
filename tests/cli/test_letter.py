"""`tvaerspor letter …`, run as an operator runs it: a PDF nobody else may read, and a warning where one is due."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hub.application.command_context import CommandContext
from hub.bootstrap.build import build
from hub.cli.actions import letter
from hub.domain.course.death import RegisterDeath
from hub.errors import Contradiction
from hub.settings import Settings
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day
from tests.adapters.documents.reading import opened
from tests.cli.test_cli import Operator, tvaerspor  # noqa: F401 - the record with one of every act is a fixture there
from tests.domain.acts import open_case, report_concern
from tests.people import acting_for

CLINIC, FAMILIES = "hospital/familieambulatorium@sygehus-soenderjylland", "kommune/familieafdeling@aabenraa"


def text(file: Path) -> str:
    return opened(file.read_bytes())


@pytest.fixture
def acts(tvaerspor: Operator) -> list[dict[str, str]]:  # noqa: F811 - the fixture imported above
    return [json.loads(line) for line in tvaerspor("replay", "--json").splitlines()]


@pytest.mark.parametrize("number", ["4.0", "4.1", "4.2"])
def test_a_form_is_printed_with_her_name_or_without(
    number: str,
    tvaerspor: Operator,  # noqa: F811 - the fixture imported above
    acts: list[dict[str, str]],
    tmp_path: Path,
) -> None:
    empty, hers = tmp_path / "empty.pdf", tmp_path / "hers.pdf"
    words = ("letter", "consent-form", number, "--unit", CLINIC, "--to", FAMILIES)
    assert tvaerspor(*words, "--out", str(empty)) == f"{empty}\n"
    tvaerspor(*words, "--case", acts[0]["case"], "--category", "rusmiddel", "--out", str(hers))
    assert stat.S_IMODE(hers.stat().st_mode) == 0o600
    assert "Familieafdelingen, Aabenraa Kommune" in text(empty)
    assert "Kaja" not in text(empty)
    assert "Kaja" in text(hers)
    assert "☐ Rusmidler" in text(hers)
    assert "Boligforhold" not in text(hers)


def test_the_account_is_printed_and_says_what_she_may_not_know_yet(
    tvaerspor: Operator,  # noqa: F811 - the fixture imported above
    acts: list[dict[str, str]],
    tmp_path: Path,
) -> None:
    out = tmp_path / "account.pdf"
    printed, warned = tvaerspor.both("letter", "account", "--case", acts[0]["case"], "--out", str(out))
    assert printed == f"{out}\n"
    assert "databeskyttelsesloven § 22" in " ".join(warned.split())
    said = text(out)
    assert "Hvad er delt om dig, med hvem, og hvorfor?" in said
    stopped = said.count("Brevet blev holdt tilbage og er ikke sendt.")  # her consent was gone before they left
    made = sum(act["outcome"] == "made" and act["citation"] is not None for act in acts)
    assert (said.count("Hvorfor "), stopped) == (made - stopped, 2)
    assert "Det er ikke delt" in said


def test_a_reminder_is_printed_for_what_waits(tmp_path: Path) -> None:
    with build(Settings(env="test", data_dir=tmp_path, dispatch=False)) as services:
        now = services.clock()
        opening = CommandContext(actor=acting_for(Unit.parse(CLINIC)), key="open", request=b"", came=now)
        case = services.command_handler.open_case(opening, lambda key: replace(open_case(now), case=key)).case
        concern = replace(opening, key="concern")
        handle = services.command_handler.handle
        act = handle(case, concern, lambda key, _: replace(report_concern(now), concern=key)).act
        pdf = letter.reminder(services, str(case), str(act))
    said = opened(pdf)
    assert "Vi kan ikke se, at vi har fået kvitteringen for underretningen." in said
    assert "Til Aabenraa Kommune Familieafdelingen" in said


def test_what_was_answered_needs_no_reminder(
    tvaerspor: Operator,  # noqa: F811 - the fixture imported above
    acts: list[dict[str, str]],
    tmp_path: Path,
) -> None:
    (request,) = (act for act in acts if act["kind"] == "information-requested")
    out = tmp_path / "never.pdf"
    words = ("letter", "reminder", "--case", request["case"], "--act", request["act"], "--out", str(out))
    assert tvaerspor.complaint(*words) == "nothing is missing after this act"
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("consent-form", "4.3", "--unit", CLINIC), "number: one of 4.0, 4.1, 4.2"),
        (("consent-form", "4.2", "--unit", "hospital"), "--unit: "),
        (("consent-form", "4.2", "--unit", CLINIC, "--to", "kommune/x@nowhere"), "no such unit in the directory"),
        (("consent-form", "4.1", "--unit", CLINIC, "--meeting", "i morgen"), "--meeting: "),
        (("account", "--case", "k7t2"), "--case: "),
        (("account", "--case", "3f0c1d6e-8a51-4a0b-9c41-6d1f6b0a2e77"), "--case: no case by that id"),
    ],
)
def test_what_is_wrong_is_one_line_and_writes_nothing(
    words: tuple[str, ...],
    complaint: str,
    tvaerspor: Operator,  # noqa: F811 - the fixture imported above
    tmp_path: Path,
) -> None:
    out = tmp_path / "never.pdf"
    assert complaint in tvaerspor.complaint("letter", *words, "--out", str(out))
    assert not out.exists()


def test_another_womans_paper_is_not_written_over(
    tvaerspor: Operator,  # noqa: F811 - the fixture imported above
    tmp_path: Path,
) -> None:
    out = tmp_path / "there.pdf"
    out.write_bytes(b"another's")
    words = ("letter", "consent-form", "4.2", "--unit", CLINIC, "--out", str(out))
    assert "--out: a file that is not there yet" in tvaerspor.complaint(*words)
    assert out.read_bytes() == b"another's"
    assert "--out: a file that can be written" in tvaerspor.complaint(*words[:-1], str(tmp_path / "no" / "where.pdf"))


def test_nothing_is_made_out_to_a_woman_who_has_died(tmp_path: Path) -> None:
    with build(Settings(env="test", data_dir=tmp_path, dispatch=False)) as services:
        now = services.clock()
        opening = CommandContext(actor=acting_for(Unit.parse(CLINIC)), key="open", request=b"", came=now)
        case = services.command_handler.open_case(opening, lambda key: replace(open_case(now), case=key)).case
        died = RegisterDeath(died_on=local_day(now), at=now, by=Unit.parse(CLINIC))
        services.command_handler.handle(case, replace(opening, key="death"), lambda _key, _case: died)
        with pytest.raises(Contradiction) as caught:
            letter.account(services, str(case), print)
        assert caught.value.code == "citizen-died"
        with pytest.raises(Contradiction):
            letter.consent_form(services, "4.2", CLINIC, (), str(case), (), None, None)
        assert letter.consent_form(services, "4.2", CLINIC, (), None, (), None, None)
