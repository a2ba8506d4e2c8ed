"""The carrier that puts each parcel in a folder as one file: for the demo, the tests, or a gateway that collects.

A file is there whole or not at all, and stays there after a power cut once `carry` has returned.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from hub.errors import TryAgainLater, Undeliverable
from hub.ports.carrier import Parcel

LATER = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EACCES: "folder-not-writable",
    errno.EPERM: "folder-not-writable",
    errno.EROFS: "folder-not-writable",
    errno.ENOENT: "folder-missing",
    errno.ENOTDIR: "folder-missing",
}


class FolderCarrier:
    """The Carrier port. Safe to call again, and from several threads or processes."""

    def __init__(self, folder: Path, *, name: str = "folder", ending: str = "eml") -> None:
        self.name, self._folder, self._ending = name, folder, ending

    def carry(self, parcel: Parcel) -> None:
        """One file per delivery, `<delivery>.eml` or another ending; the same parcel again changes nothing.

        `TryAgainLater` with a code when the folder cannot take it now; `Undeliverable` when another parcel was carried
        under the same delivery (guide §7: same id and another hash is refused).
        """
        try:
            self._put(parcel)
        except OSError as error:
            raise TryAgainLater(LATER.get(error.errno or 0, "folder-failed")) from None

    def _put(self, parcel: Parcel) -> None:
        target = self._folder / f"{parcel.delivery}.{self._ending}"
        unfinished = self._folder / f".{parcel.delivery}.{token_hex(8)}"
        try:
            _write(unfinished, parcel.body)
            os.link(unfinished, target)  # unlike a rename it never replaces: the first parcel stays
        except FileExistsError:
            if target.read_bytes() != parcel.body:
                raise Undeliverable("delivery-carried-with-other-bytes") from None
        finally:
            with suppress(OSError):
                unfinished.unlink()
        _sync_folder(self._folder)


def _write(path: Path, body: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable (fsync(2), NOTES)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
