"""Environment → one frozen Settings. Every variable begins with TVAERSPOR_; docker/README.md lists them."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.errors import Unreadable

PREFIX = "TVAERSPOR_"
MIB = 1024 * 1024
CEILING = 25 * MIB  # of documents or of a message, whatever is set


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
    message_limit: int = 16 * MIB
    directory_file: Path | None = None
    outbox_dir: Path | None = None
    dispatch: bool = True
    clock_file: Path | None = None
    log_level: str = "info"
    mail_dir: Path | None = None
    mail_roots: tuple[str, ...] = ()
    mail_domains: tuple[str, ...] = ()
    mail_limit: int = 28 * MIB
    mail_smtp_host: str = ""
    mail_smtp_port: int = 587
    mail_smtp_user: str = ""
    mail_smtp_password_file: Path | None = None
    mail_return_path: str = ""
    mail_ca_file: Path | None = None
    mail_receipts_dir: Path | None = None
    mail_imap_host: str = ""
    mail_imap_port: int = 993
    mail_imap_user: str = ""
    mail_imap_password_file: Path | None = None
    memo_schemas: Path | None = None
    memo_limit: int = 11 * MIB
    memo_receipts_dir: Path | None = None
    sf1601_url: str = ""
    sf1601_tokens_url: str = ""
    sf1601_cvr: str = ""
    sf1601_certificate_file: Path | None = None
    sf1601_key_file: Path | None = None

    @property
    def url(self) -> str:
        """The record's database: PostgreSQL by URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tvaerspor.db'}"

    @property
    def outbox(self) -> Path:
        """The folder that letters are carried to."""
        return self.outbox_dir or self.data_dir / "outbox"

    @property
    def upload_limit(self) -> int:
        """Bytes of a body that may bring documents: those in base64, and the words beside them."""
        return -(-self.attachment_limit // 3) * 4 + self.body_limit

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
        if self.mail_dir is not None and not self.mail_roots:
            raise Unreadable("goes with TVAERSPOR_MAIL_DIR: whom to trust", field=f"{PREFIX}MAIL_ROOTS")
        if self.mail_smtp_host and self.mail_dir is None:
            raise Unreadable("goes with TVAERSPOR_MAIL_SMTP_HOST: nothing leaves unsealed", field=f"{PREFIX}MAIL_DIR")
        if self.mail_smtp_host and self.is_production and not self.mail_domains:
            raise Unreadable("the domains that mail may come from", field=f"{PREFIX}MAIL_DOMAINS")
        if self.mail_imap_host and self.mail_receipts_dir is not None:
            raise Unreadable("receipts come by IMAP or lie in a folder, not both", field=f"{PREFIX}MAIL_RECEIPTS_DIR")
        if not 0 < self.memo_limit <= CEILING:
            raise Unreadable("between 1 byte and 25 MiB", field=f"{PREFIX}MEMO_LIMIT")
        for name, value in self._sf1601().items():
            if any(self._sf1601().values()) and not value:
                raise Unreadable("goes with the other settings of SF1601", field=f"{PREFIX}{name}")
        if not 0 < self.mail_limit <= 2 * CEILING:
            raise Unreadable("between 1 byte and 50 MiB", field=f"{PREFIX}MAIL_LIMIT")
        if not 0 < self.attachment_limit <= CEILING:
            raise Unreadable("between 1 byte and 25 MiB", field=f"{PREFIX}ATTACHMENT_LIMIT")
        if not 0 < self.message_limit <= CEILING:
            raise Unreadable("between 1 byte and 25 MiB", field=f"{PREFIX}MESSAGE_LIMIT")
        if not 0 < self.body_limit <= self.attachment_limit:
            raise Unreadable("between 1 byte and the attachment limit", field=f"{PREFIX}BODY_LIMIT")
        return self

    def _sf1601(self) -> dict[str, object]:
        """All of them or none."""
        names = ("SF1601_URL", "SF1601_TOKENS_URL", "SF1601_CVR", "SF1601_CERTIFICATE_FILE", "SF1601_KEY_FILE")
        return {name: getattr(self, name.lower()) for name in names}


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise Unreadable("a whole number")
    return int(text)


def _port(text: str) -> int:
    if not 0 < (port := _number(text)) < 65536:
        raise Unreadable("a port, 1 to 65535")
    return port


def _hours(text: str) -> timedelta:
    if (hours := _number(text)) > 24 * 366:
        raise Unreadable("hours, at most a year of them")
    return timedelta(hours=hours)


def _path(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise Unreadable("a path")
    return Path(text)


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", text) or any(sign in text for sign in '?#@"<>\\'):
        raise Unreadable("an address that begins with https:// or http://, without a query")
    return text.rstrip("/")


def _safe_url(text: str) -> str:
    if not text.startswith("https://"):
        raise Unreadable("an address that begins with https://, without a query")
    return _url(text)


def _cvr(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{7}", text):
        raise Unreadable("a CVR number: eight digits")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", text):
        raise Unreadable("a host name or address to listen on")
    return text


def _words(pattern: str, rule: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        words = tuple(text.replace(",", " ").split())
        if not words or not all(re.fullmatch(pattern, word) for word in words):
            raise Unreadable(rule)
        return words

    return read


def _mailbox(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,190}", text):
        raise Unreadable("one mail address in lower-case ASCII")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise Unreadable(f"{', '.join(words[:-1])} or {words[-1]}")
        return text

    return read


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "ENV": ("env", _one_of("production", "demo", "test")),
    "DATA_DIR": ("data_dir", _path),
    "DATABASE_URL": ("database_url", str),
    "MASTER_KEY_FILE": ("master_key_file", _path),
    "LISTEN_HOST": ("listen_host", _host),
    "LISTEN_PORT": ("listen_port", _port),
    "PUBLIC_URL": ("public_url", _url),
    "BACKDATING_HOURS": ("backdating", _hours),
    "BODY_LIMIT": ("body_limit", _number),
    "ATTACHMENT_LIMIT": ("attachment_limit", _number),
    "MESSAGE_LIMIT": ("message_limit", _number),
    "DIRECTORY_FILE": ("directory_file", _path),
    "OUTBOX_DIR": ("outbox_dir", _path),
    "DISPATCH": ("dispatch", _switch),
    "CLOCK_FILE": ("clock_file", _path),
    "MAIL_DIR": ("mail_dir", _path),
    "MAIL_ROOTS": ("mail_roots", _words(r"[0-9A-Fa-f:]{64,95}", "SHA-256 fingerprints, with spaces between them")),
    "MAIL_DOMAINS": ("mail_domains", _words(r"[a-z0-9.-]{1,190}", "domains in lower case, with spaces between them")),
    "MAIL_LIMIT": ("mail_limit", _number),
    "MAIL_SMTP_HOST": ("mail_smtp_host", _host),
    "MAIL_SMTP_PORT": ("mail_smtp_port", _port),
    "MAIL_SMTP_USER": ("mail_smtp_user", str),
    "MAIL_SMTP_PASSWORD_FILE": ("mail_smtp_password_file", _path),
    "MAIL_RETURN_PATH": ("mail_return_path", _mailbox),
    "MAIL_CA_FILE": ("mail_ca_file", _path),
    "MAIL_RECEIPTS_DIR": ("mail_receipts_dir", _path),
    "MAIL_IMAP_HOST": ("mail_imap_host", _host),
    "MAIL_IMAP_PORT": ("mail_imap_port", _port),
    "MAIL_IMAP_USER": ("mail_imap_user", str),
    "MAIL_IMAP_PASSWORD_FILE": ("mail_imap_password_file", _path),
    "MEMO_SCHEMAS": ("memo_schemas", _path),
    "MEMO_LIMIT": ("memo_limit", _number),
    "MEMO_RECEIPTS_DIR": ("memo_receipts_dir", _path),
    "SF1601_URL": ("sf1601_url", _safe_url),
    "SF1601_TOKENS_URL": ("sf1601_tokens_url", _safe_url),
    "SF1601_CVR": ("sf1601_cvr", _cvr),
    "SF1601_CERTIFICATE_FILE": ("sf1601_certificate_file", _path),
    "SF1601_KEY_FILE": ("sf1601_key_file", _path),
    "LOG_LEVEL": ("log_level", _one_of("debug", "info", "warning", "error")),
}


def _read(name: str, value: str) -> tuple[str, Any]:
    field, reader = _READERS[name]
    try:
        return field, reader(value)
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=PREFIX + name) from None
