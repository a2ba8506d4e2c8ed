"""The folder as a carrier: whole or not at all, once, and a clear code when it cannot."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.secure_mail.folder import FolderCarrier
from hub.errors import TryAgainLater
from hub.ports.carrier import Carrier
from tests.adapters.carrier_contract import OTHER, PARCEL, CarrierContract


class TestFolderCarrier(CarrierContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def carrier(self) -> Carrier:
        return FolderCarrier(self.folder)

    def carried(self) -> list[bytes]:
        return [path.read_bytes() for path in self.folder.iterdir()]


def test_a_mail_is_named_after_its_delivery_and_readable_by_nobody_else(tmp_path: Path) -> None:
    FolderCarrier(tmp_path).carry(PARCEL)
    (mail,) = tmp_path.iterdir()
    assert mail.name == f"{PARCEL.delivery}.eml"
    assert mail.stat().st_mode & 0o777 == 0o600


def test_many_at_once_leave_one_file_each_and_nothing_unfinished(tmp_path: Path) -> None:
    carriers = [FolderCarrier(tmp_path) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: carriers[turn % 2].carry(PARCEL if turn % 3 else OTHER), range(48)))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{p.delivery}.eml" for p in (PARCEL, OTHER))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "folder-not-writable"),
        (errno.EROFS, "folder-not-writable"),
        (errno.EIO, "folder-failed"),
    ],
)
def test_a_failing_disk_is_tried_again_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, "not now", str(tmp_path))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(TryAgainLater) as later:
            FolderCarrier(tmp_path).carry(PARCEL)
    assert str(later.value) == code
    assert list(tmp_path.iterdir()) == []
    FolderCarrier(tmp_path).carry(PARCEL)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [PARCEL.body]


def test_a_missing_folder_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(TryAgainLater) as later:
        FolderCarrier(tmp_path / "not-mounted").carry(PARCEL)
    assert str(later.value) == "folder-missing"


def test_a_crash_before_the_last_step_leaves_no_mail_and_the_next_attempt_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(os, "link", die)
        with pytest.raises(KeyboardInterrupt):
            FolderCarrier(tmp_path).carry(PARCEL)
    assert not list(tmp_path.glob("*.eml"))
    FolderCarrier(tmp_path).carry(PARCEL)
    assert [path.read_bytes() for path in tmp_path.glob("*.eml")] == [PARCEL.body]


def test_a_crash_after_the_last_step_is_not_a_second_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("adapters.secure_mail.folder._sync_folder", die)
        with pytest.raises(KeyboardInterrupt):
            FolderCarrier(tmp_path).carry(PARCEL)
    FolderCarrier(tmp_path).carry(PARCEL)
    assert [path.name for path in tmp_path.iterdir()] == [f"{PARCEL.delivery}.eml"]
