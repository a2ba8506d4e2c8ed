"""A trial house: sealed like a real one, with keys worth nothing; and production, which has no such thing."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.secure_mail.sealer import SealingPacker
from hub.bootstrap import trial
from hub.bootstrap.build import directory_of
from hub.bootstrap.secure_mail import secure_mail_of
from hub.errors import Unreadable
from hub.settings import Settings
from tests.people import FAMILIES


def test_production_without_a_mail_folder_is_refused_by_name() -> None:
    with pytest.raises(Unreadable) as refused:
        trial.furnished(Settings())
    assert refused.value.field == "TVAERSPOR_MAIL_DIR"


def test_production_that_carries_nothing_needs_no_keys() -> None:
    settings = Settings(dispatch=False)
    assert trial.furnished(settings) == settings
    assert trial.notice(settings) is None


@pytest.mark.parametrize("env", ["demo", "test"])
def test_demo_and_test_stay_as_they_are(env: str) -> None:
    settings = Settings(env=env)
    assert trial.furnished(settings) == settings
    assert trial.notice(settings) is None


def test_a_trial_house_seals_with_keys_made_at_each_start_and_says_so(tmp_path: Path) -> None:
    bare = Settings(env="trial", data_dir=tmp_path)
    furnished = trial.furnished(bare)
    assert isinstance(secure_mail_of(furnished).packer, SealingPacker)
    entry = directory_of(furnished).find(FAMILIES)
    assert entry is not None
    assert entry.certificates
    assert str(tmp_path / "trial") in (trial.notice(furnished) or "")
    assert trial.furnished(bare).secure_mail.roots != furnished.secure_mail.roots


def test_its_keys_are_none_in_production(tmp_path: Path) -> None:
    furnished = trial.furnished(Settings(env="trial", data_dir=tmp_path))
    with pytest.raises(Unreadable, match="refused in production"):
        secure_mail_of(replace(furnished, env="production"))


def test_keys_of_ones_own_are_used_in_a_trial_too(tmp_path: Path) -> None:
    made = trial.furnished(Settings(env="trial", data_dir=tmp_path))
    own = Settings(env="trial", data_dir=tmp_path / "other", secure_mail=made.secure_mail)
    assert trial.furnished(own) == own
    assert "TVAERSPOR_MAIL_DIR" in (trial.notice(own) or "")
