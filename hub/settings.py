"""Environment → one frozen Settings, a group for each technology. docker/README.md lists the TVAERSPOR_ variables."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hub.errors import Unreadable

PREFIX = "TVAERSPOR_"
TRIAL = "trial"
MIB = 1024 * 1024
CEILING = 25 * MIB  # of documents or of a message, whatever is set


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


def _matching(pattern: str, rule: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise Unreadable(rule)
        return text

    return read


def _words(pattern: str, rule: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        words = tuple(text.replace(",", " ").split())
        if not words or not all(re.fullmatch(pattern, word) for word in words):
            raise Unreadable(rule)
        return words

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    return _matching("|".join(words), f"{', '.join(words[:-1])} or {words[-1]}")


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


_host = _matching(r"[0-9A-Za-z.:_-]{1,253}", "a host name or address to listen on")
_mailbox = _matching(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,190}", "one mail address in lower-case ASCII")
_cvr = _matching(r"[1-9][0-9]{7}", "a CVR number: eight digits")
_fingerprints = _words(r"[0-9A-Fa-f:]{64,95}", "SHA-256 fingerprints, with spaces between them")
_domains = _words(r"[a-z0-9.-]{1,190}", "domains in lower case, with spaces between them")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettings:
    """Where the record lies, and what opens it."""

    database_url: Annotated[str, "DATABASE_URL", str] = ""
    master_key_file: Annotated[Path | None, "MASTER_KEY_FILE", _path] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the HTTP doors stand, and how much passes them."""

    host: Annotated[str, "LISTEN_HOST", _host] = "127.0.0.1"
    port: Annotated[int, "LISTEN_PORT", _port] = 8321
    stated_url: Annotated[str, "PUBLIC_URL", _url] = ""
    body_limit: Annotated[int, "BODY_LIMIT", _number] = MIB
    attachment_limit: Annotated[int, "ATTACHMENT_LIMIT", _number] = 10 * MIB
    message_limit: Annotated[int, "MESSAGE_LIMIT", _number] = 16 * MIB

    searches_an_hour: Annotated[int, "SEARCHES_AN_HOUR", _number] = 240

    @property
    def public_url(self) -> str:
        """The address that others reach the hub by: the one stated, else this machine's at the port listened on."""
        return self.stated_url or f"http://127.0.0.1:{self.port}"

    @property
    def upload_limit(self) -> int:
        """Bytes of a body that may bring documents: those in base64, and the words beside them."""
        return -(-self.attachment_limit // 3) * 4 + self.body_limit

    def check(self) -> None:
        """`Unreadable` for limits that do not fit each other."""
        if not 0 < self.attachment_limit <= CEILING:
            raise _wrong("ATTACHMENT_LIMIT", "between 1 byte and 25 MiB")
        if not 0 < self.message_limit <= CEILING:
            raise _wrong("MESSAGE_LIMIT", "between 1 byte and 25 MiB")
        if not self.searches_an_hour > 0:
            raise _wrong("SEARCHES_AN_HOUR", "1 or more")
        if not 0 < self.body_limit <= self.attachment_limit:
            raise _wrong("BODY_LIMIT", "between 1 byte and the attachment limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureMailSettings:
    """How mail is sealed, leaves and is heard of."""

    folder: Annotated[Path | None, "MAIL_DIR", _path] = None
    roots: Annotated[tuple[str, ...], "MAIL_ROOTS", _fingerprints] = ()
    domains: Annotated[tuple[str, ...], "MAIL_DOMAINS", _domains] = ()
    limit: Annotated[int, "MAIL_LIMIT", _number] = 28 * MIB
    smtp_host: Annotated[str, "MAIL_SMTP_HOST", _host] = ""
    smtp_port: Annotated[int, "MAIL_SMTP_PORT", _port] = 587
    smtp_user: Annotated[str, "MAIL_SMTP_USER", str] = ""
    smtp_password_file: Annotated[Path | None, "MAIL_SMTP_PASSWORD_FILE", _path] = None
    return_path: Annotated[str, "MAIL_RETURN_PATH", _mailbox] = ""
    ca_file: Annotated[Path | None, "MAIL_CA_FILE", _path] = None
    receipts_dir: Annotated[Path | None, "MAIL_RECEIPTS_DIR", _path] = None
    imap_host: Annotated[str, "MAIL_IMAP_HOST", _host] = ""
    imap_port: Annotated[int, "MAIL_IMAP_PORT", _port] = 993
    imap_user: Annotated[str, "MAIL_IMAP_USER", str] = ""
    imap_password_file: Annotated[Path | None, "MAIL_IMAP_PASSWORD_FILE", _path] = None

    def check(self, *, production: bool) -> None:
        """`Unreadable` for mail that could leave unsealed, or that nobody vouches for."""
        if self.folder is not None and not self.roots:
            raise _wrong("MAIL_ROOTS", "goes with TVAERSPOR_MAIL_DIR: whom to trust")
        if self.smtp_host and self.folder is None:
            raise _wrong("MAIL_DIR", "goes with TVAERSPOR_MAIL_SMTP_HOST: nothing leaves unsealed")
        if self.smtp_host and production and not self.domains:
            raise _wrong("MAIL_DOMAINS", "the domains that mail may come from")
        if self.imap_host and self.receipts_dir is not None:
            raise _wrong("MAIL_RECEIPTS_DIR", "receipts come by IMAP or lie in a folder, not both")
        if not 0 < self.limit <= 2 * CEILING:
            raise _wrong("MAIL_LIMIT", "between 1 byte and 50 MiB")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitalPostSettings:
    """How MeMo messages are checked, and the access to KOMBIT's platform (SF1601)."""

    schemas: Annotated[Path | None, "MEMO_SCHEMAS", _path] = None
    limit: Annotated[int, "MEMO_LIMIT", _number] = 11 * MIB
    receipts_dir: Annotated[Path | None, "MEMO_RECEIPTS_DIR", _path] = None
    sf1601_url: Annotated[str, "SF1601_URL", _safe_url] = ""
    sf1601_tokens_url: Annotated[str, "SF1601_TOKENS_URL", _safe_url] = ""
    sf1601_cvr: Annotated[str, "SF1601_CVR", _cvr] = ""
    sf1601_certificate_file: Annotated[Path | None, "SF1601_CERTIFICATE_FILE", _path] = None
    sf1601_key_file: Annotated[Path | None, "SF1601_KEY_FILE", _path] = None

    def check(self) -> None:
        """`Unreadable` for half an access to SF1601: all of its settings or none."""
        if not 0 < self.limit <= CEILING:
            raise _wrong("MEMO_LIMIT", "between 1 byte and 25 MiB")
        access = [item.name for item in fields(self) if item.name.startswith("sf1601_")]
        missing = [name for name in access if not getattr(self, name)]
        if missing and missing != access:
            raise _wrong(missing[0].upper(), "goes with the other settings of SF1601")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides. Paths are absolute or relative to the working directory."""

    env: Annotated[str, "ENV", _one_of("production", TRIAL, "demo", "test")] = "production"
    data_dir: Annotated[Path, "DATA_DIR", _path] = Path(".data")
    directory_file: Annotated[Path | None, "DIRECTORY_FILE", _path] = None
    outbox_dir: Annotated[Path | None, "OUTBOX_DIR", _path] = None
    dispatch: Annotated[bool, "DISPATCH", _switch] = True
    backdating: Annotated[timedelta, "BACKDATING_HOURS", _hours] = timedelta(hours=24)
    clock_file: Annotated[Path | None, "CLOCK_FILE", _path] = None
    log_level: Annotated[str, "LOG_LEVEL", _one_of("debug", "info", "warning", "error")] = "info"
    record: RecordSettings = field(default_factory=RecordSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    secure_mail: SecureMailSettings = field(default_factory=SecureMailSettings)
    digital_post: DigitalPostSettings = field(default_factory=DigitalPostSettings)

    @property
    def database_url(self) -> str:
        """The record's database: PostgreSQL by URL, else SQLite in the data folder."""
        return self.record.database_url or f"sqlite:///{self.data_dir / 'tvaerspor.db'}"

    @property
    def outbox(self) -> Path:
        """The folder that letters are carried to."""
        return self.outbox_dir or self.data_dir / "outbox"

    @property
    def is_production(self) -> bool:
        """Anything that does not call itself trial, demo or test is production."""
        return self.env not in (TRIAL, "demo", "test")

    @property
    def is_trial(self) -> bool:
        """A hub to try out: as production, but with keys that are worth nothing."""
        return self.env == TRIAL

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables; `Unreadable` names the one that is wrong, and an unknown one is wrong."""
        given = {
            name.removeprefix(PREFIX): value
            for name, value in (os.environ if environment is None else environment).items()
            if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
        }
        groups: dict[str, Any] = {name: hint for name, hint in get_type_hints(cls).items() if is_dataclass(hint)}
        known = sorted(name for group in (cls, *groups.values()) for name, _ in _variables(group).values())
        if unknown := sorted(set(given) - set(known)):
            raise _wrong(unknown[0], f"no such setting; known are {', '.join(known)}")
        settings = cls(**_read(cls, given), **{name: group(**_read(group, given)) for name, group in groups.items()})
        if settings.clock_file is not None and settings.is_production:
            raise _wrong("CLOCK_FILE", "a settable clock is for demo and test only")
        settings.server.check()
        settings.secure_mail.check(production=settings.is_production)
        settings.digital_post.check()
        return settings


def _variables(group: type) -> dict[str, tuple[str, Callable[[str], Any]]]:
    """Each field of a group that a variable sets: the variable, and what reads its text."""
    hints = get_type_hints(group, include_extras=True).items()
    return {name: get_args(hint)[1:] for name, hint in hints if get_origin(hint) is Annotated}


def _read(group: type, given: Mapping[str, str]) -> dict[str, Any]:
    """What was given for the fields of a group; the rest keeps its default."""
    values: dict[str, Any] = {}
    for name, (variable, read) in _variables(group).items():
        if variable in given:
            try:
                values[name] = read(given[variable])
            except Unreadable as complaint:
                raise _wrong(variable, complaint.rule) from None
    return values


def _wrong(name: str, rule: str) -> Unreadable:
    return Unreadable(rule, field=PREFIX + name)
