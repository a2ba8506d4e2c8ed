"""What settings name, opened: folders, keys, the clock, the record. What cannot be is told of the setting."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

from hub.bootstrap import clocks
from hub.errors import Unreadable
from hub.ports.clock import Clock
from hub.settings import PREFIX, Settings
from hub.store import Keys, Record, RecordUnreachable
from hub.store.keys import MASTER_FILE
from hub.store.serialisation.events import NAMES


def keys_of(settings: Settings) -> Keys:
    """The master key from its file, or the embedded default in the data folder.

    A key is made for a new record only: beside one that another key sealed, it would pass for the right one.
    """
    if settings.record.master_key_file is None:
        if _lacks_its_key(settings):
            raise Unreadable("the file with the key that this record was sealed with", field=f"{PREFIX}MASTER_KEY_FILE")
        return Keys.embedded(settings.data_dir)
    with _named("MASTER_KEY_FILE"):
        return Keys.from_text(settings.record.master_key_file.read_text(encoding="ascii"))


def _lacks_its_key(settings: Settings) -> bool:
    """Whoever makes a record makes its key first, so the key is looked for after the record, and only then is gone."""
    file = settings.data_dir / MASTER_FILE
    if file.exists():
        return False
    with _named("DATABASE_URL"):
        return Record.exists(settings.database_url) and not file.exists()


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, unless a demo or a test sets one."""
    if settings.clock_file is None:
        return clocks.machine
    clock = clocks.FileClock(settings.clock_file)
    with _named("CLOCK_FILE"):
        clock()
    return clock


def record_of(settings: Settings, keys: Keys, clock: Clock) -> Record:
    """The record, made if the database is empty."""
    with _named("DATABASE_URL"):
        return Record.open(settings.database_url, keys, NAMES, clock=None if settings.clock_file is None else clock)


def folder(path: Path, setting: str) -> None:
    """Make a folder that nobody else may look into, unless it is there."""
    with _named(setting):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError


@contextmanager
def _named(setting: str) -> Iterator[None]:
    """What goes wrong in here is told as a complaint about this setting, and no more: a URL may hold a password."""
    variable = f"{PREFIX}{setting}"
    try:
        yield
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=variable, source=complaint.source) from None
    except UnicodeDecodeError:
        raise Unreadable("a file of text", field=variable) from None
    except OSError as error:
        raise Unreadable(f"cannot be used: {os.strerror(error.errno or errno.EACCES)}", field=variable) from None
    except (OperationalError, InterfaceError) as error:
        raise RecordUnreachable(f"{variable}: the database cannot be reached or does not let us in") from error
