"""Environment → one frozen Settings. Every variable begins with TVAERSPOR_; docker/README.md lists them for operators."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hub.errors import Unreadable

PREFIX = "TVAERSPOR_"
MIB = 1024 * 1024
CEILING = 25 * MIB  # no route takes more, whatever is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides. Paths are absolute or relative to the working directory."""

    env: str = "production"
    data_dir: Path = Path(".data")
    database_url: str = ""
    master_key_file: Path | None = None
    listen_host: str = "127.0.0.1"
    listen_port: int = 8321
    public_url: str = "http://127.0.0.1:8321"
    backdating: timedelta = timedelta(hours=24)
    body_limit: int = MIB
    attachment_limit: int = 10 * MIB
    directory_file: Path | None = None
    outbox_dir: Path | None = None
    dispatch: bool = True
    clock_file: Path | None = None
    log_level: str = "info"

    @property
    def url(self) -> str:
        """The record's database: PostgreSQL by URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tvaerspor.db'}"

    @property
    def outbox(self) -> Path:
        """The folder that letters are carried to."""
        return self.outbox_dir or self.data_dir / "outbox"

    @property
    def is_production(self) -> bool:
        """Anything that does not call itself demo or test is production."""
        return self.env not in ("demo", "test")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables; `Unreadable` names the one that is wrong, and an unknown one is wrong."""
        given = {
            name.removeprefix(PREFIX): value
            for name, value in (os.environ if environment is None else environment).items()
            if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
        }
        unknown = sorted(set(given) - set(_READERS))
        if unknown:
            raise Unreadable(f"no such setting; known are {', '.join(sorted(_READERS))}", field=PREFIX + unknown[0])
        settings = cls(**dict(_read(name, value) for name, value in given.items()))
        return settings._checked()

    def _checked(self) -> "Settings":
        if self.clock_file is not None and self.is_production:
            raise Unreadable("a settable clock is for demo and test only", field=f"{PREFIX}CLOCK_FILE")
        if not 0 < self.attachment_limit <= CEILING:
            raise Unreadable("between 1 byte and 25 MiB", field=f"{PREFIX}ATTACHMENT_LIMIT")
        if not 0 < self.body_limit <= self.attachment_limit:
            raise Unreadable("between 1 byte and the attachment limit", field=f"{PREFIX}BODY_LIMIT")
        return self


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Unreadable("a whole number")
    return int(text)


def _hours(text: str) -> timedelta:
    return timedelta(hours=_number(text))


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise Unreadable("on or off")
    return text == "on"


def _level(text: str) -> str:
    if text not in ("debug", "info", "warning", "error"):
        raise Unreadable("debug, info, warning or error")
    return text


def _env(text: str) -> str:
    if text not in ("production", "demo", "test"):
        raise Unreadable("production, demo or test")
    return text


_READERS = {
    "ENV": ("env", _env),
    "DATA_DIR": ("data_dir", Path),
    "DATABASE_URL": ("database_url", str),
    "MASTER_KEY_FILE": ("master_key_file", Path),
    "LISTEN_HOST": ("listen_host", str),
    "LISTEN_PORT": ("listen_port", _number),
    "PUBLIC_URL": ("public_url", str),
    "BACKDATING_HOURS": ("backdating", _hours),
    "BODY_LIMIT": ("body_limit", _number),
    "ATTACHMENT_LIMIT": ("attachment_limit", _number),
    "DIRECTORY_FILE": ("directory_file", Path),
    "OUTBOX_DIR": ("outbox_dir", Path),
    "DISPATCH": ("dispatch", _switch),
    "CLOCK_FILE": ("clock_file", Path),
    "LOG_LEVEL": ("log_level", _level),
}


def _read(name: str, value: str) -> tuple[str, object]:
    field, reader = _READERS[name]
    try:
        return field, reader(value)
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=PREFIX + name) from None
