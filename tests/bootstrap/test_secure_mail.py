"""Settings → mail room: what is chosen, and what stops the start."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.directory.toml_file import TomlDirectory
from adapters.secure_mail.folder import FolderCarrier
from adapters.secure_mail.message import MailPacker
from adapters.secure_mail.sealer import SealingPacker
from adapters.secure_mail.smtp import SmtpCarrier
from hub.bootstrap.secure_mail import make_trial, secure_mail_of
from hub.errors import NotFound, Unreadable
from hub.settings import Settings
from hub.vocabulary.organisations import Unit
from tests.adapters.secure_mail.mailserver import trusted_by
from tests.people import CLINIC, FAMILIES


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A trial's keys for the clinic and the familieafdeling, as settings."""
    out = tmp_path_factory.mktemp("trial") / "keys"
    made = make_trial(TomlDirectory.sample(), [CLINIC, FAMILIES], out, production=False)
    return Settings.from_environment(made | {"TVAERSPOR_ENV": "test", "TVAERSPOR_OUTBOX_DIR": str(out)})


def test_without_a_mail_folder_mail_lies_unsealed_in_the_outbox() -> None:
    mailing = secure_mail_of(Settings(env="test"))
    assert isinstance(mailing.packer, MailPacker)
    assert isinstance(mailing.carrier, FolderCarrier)
    assert mailing.receipts is None


def test_a_trial_is_a_whole_mail_room_with_a_directory_that_approves_it(trial: Settings) -> None:
    mailing = secure_mail_of(trial)
    assert isinstance(mailing.packer, SealingPacker)
    assert isinstance(mailing.carrier, FolderCarrier)
    assert trial.directory_file is not None
    directory = TomlDirectory.read(trial.directory_file)
    approved = {entry.unit for entry in directory.all() if entry.certificates}
    assert approved == {CLINIC, FAMILIES}
    assert {entry.unit for entry in directory.all()} == {entry.unit for entry in TomlDirectory.sample().all()}


def test_keys_are_readable_by_nobody_else(trial: Settings) -> None:
    assert trial.secure_mail.folder is not None
    keys = list(trial.secure_mail.folder.rglob("*.key"))
    assert len(keys) == 4
    assert {os.stat(key).st_mode & 0o777 for key in keys} == {0o600}


def test_a_relay_carries_and_a_maildir_is_listened_to(trial: Settings, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    relay = replace(trial.secure_mail, smtp_host="localhost", ca_file=trusted_by(tmp_path), receipts_dir=tmp_path)
    mailing = secure_mail_of(replace(trial, secure_mail=relay))
    assert isinstance(mailing.carrier, SmtpCarrier)
    assert mailing.receipts is not None
    assert list(mailing.receipts.heard()) == []


def test_trial_keys_are_refused_in_production(trial: Settings) -> None:
    """SM-9: neither made there nor trusted there."""
    with pytest.raises(Unreadable, match="demo and test only"):
        make_trial(TomlDirectory.sample(), [CLINIC], Path("nowhere"), production=True)
    with pytest.raises(Unreadable, match="refused in production"):
        secure_mail_of(replace(trial, env="production"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"folder": Path("nowhere")}, "TVAERSPOR_MAIL_DIR"),
        ({"roots": ("00" * 32,)}, "TVAERSPOR_MAIL_DIR"),
        ({"receipts_dir": Path("nowhere")}, "TVAERSPOR_MAIL_RECEIPTS_DIR"),
        ({"smtp_host": "localhost", "ca_file": Path("nowhere")}, "TVAERSPOR_MAIL_CA_FILE"),
        (
            {"smtp_host": "localhost", "smtp_password_file": Path("nowhere")},
            "TVAERSPOR_MAIL_SMTP_PASSWORD_FILE",
        ),
        ({"imap_host": "localhost", "imap_password_file": Path("x")}, "TVAERSPOR_MAIL_IMAP_PASSWORD_FILE"),
    ],
)
def test_what_is_missing_stops_the_start_and_is_named(trial: Settings, change: dict[str, object], named: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        secure_mail_of(replace(trial, secure_mail=replace(trial.secure_mail, **change)))  # type: ignore[arg-type]  # fields by name
    assert wrong.value.field == named


def test_a_trial_needs_units_that_are_there_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        make_trial(TomlDirectory.sample(), [Unit.parse("kommune/-@nowhere")], tmp_path, production=False)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "x").write_text("here already")
    with pytest.raises(Unreadable, match="an empty folder"):
        make_trial(TomlDirectory.sample(), [CLINIC], tmp_path, production=False)
