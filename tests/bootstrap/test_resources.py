"""What settings name, opened: a record is never given another key than the one it was sealed with."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap.build import build
from hub.errors import EvidenceBroken, Unreadable
from hub.settings import RecordSettings, Settings
from hub.store.keys import MASTER_FILE


@pytest.fixture
def made(tmp_path: Path, database_url: str) -> Settings:
    """A hub that was started once, on either database; its key lies in the data folder."""
    settings = Settings(env="test", data_dir=tmp_path / "data", record=RecordSettings(database_url=database_url))
    with build(settings):
        pass
    return settings


def test_a_record_whose_key_is_away_gets_no_new_one(made: Settings) -> None:
    key = made.data_dir / MASTER_FILE
    away = key.rename(made.data_dir / "elsewhere")
    with pytest.raises(Unreadable) as refused:
        build(made)
    assert refused.value.field == "TVAERSPOR_MASTER_KEY_FILE"
    assert not key.exists()
    away.rename(key)
    with build(made) as services:
        assert not services.keys.created


def test_nor_has_a_wrong_key_one_made_beside_it(made: Settings, tmp_path: Path) -> None:
    (made.data_dir / MASTER_FILE).rename(tmp_path / "right")
    (tmp_path / "wrong").write_text("ab" * 32)
    with pytest.raises(EvidenceBroken, match="not the one this record was sealed with"):
        build(_with_key(made, tmp_path / "wrong"))
    assert not (made.data_dir / MASTER_FILE).exists()
    with build(_with_key(made, tmp_path / "right")) as services:
        assert not services.keys.created
    assert not (made.data_dir / MASTER_FILE).exists()


def _with_key(settings: Settings, file: Path) -> Settings:
    return replace(settings, record=replace(settings.record, master_key_file=file))
