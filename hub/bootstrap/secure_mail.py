"""Secure mail wired: settings → what packs, what carries, and what listens; and the keys of a demo.

Without a mail folder letters are not sealed and go to the outbox folder, which must then be guarded like the journal.
With one they are sealed, to the folder as well. Over SMTP nothing leaves unsealed: settings refuse it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.directory.toml_text import written
from adapters.secure_mail import factory as mail
from adapters.secure_mail.folder import FolderCarrier
from adapters.secure_mail.mailbox import Mailbox
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from adapters.secure_mail.trial_folder import lay_out
from hub.bootstrap import clocks
from hub.errors import NotFound, Unreadable
from hub.ports.carrier import Carrier, Packer
from hub.ports.directory import Directory
from hub.ports.receipts import Receipts
from hub.settings import PREFIX, Settings
from hub.vocabulary.organisations import Unit

ROOM = "mail"  # in the folder of a trial


@dataclass(frozen=True, slots=True)
class SecureMail:
    """How letters leave, and where word of them comes back, if anywhere."""

    packer: Packer
    carrier: Carrier
    receipts: Receipts | None = None


def secure_mail_of(settings: Settings) -> SecureMail:
    """What the settings ask for. Certificates are judged by the machine's clock, whatever a demo calls the time."""
    if settings.secure_mail.folder is None:
        return SecureMail(mail.unsealed_packer(settings.secure_mail.limit), FolderCarrier(settings.outbox))
    with _about("MAIL_DIR"):
        room = mail.SecureMailFactory.opened(
            settings.secure_mail.folder, settings.secure_mail.roots, clocks.machine, production=settings.is_production
        )
    mailbox = _mailbox(settings)
    return SecureMail(
        room.packer(settings.secure_mail.limit, settings.secure_mail.domains),
        _carrier(settings),
        None if mailbox is None else room.receipts(mailbox),
    )


def _carrier(settings: Settings) -> Carrier:
    if not settings.secure_mail.smtp_host:
        return FolderCarrier(settings.outbox)
    password = _secret(settings.secure_mail.smtp_password_file, "MAIL_SMTP_PASSWORD_FILE")
    with _about("MAIL_CA_FILE"):
        return SmtpCarrier(
            Relay(
                host=settings.secure_mail.smtp_host,
                port=settings.secure_mail.smtp_port,
                authorities=settings.secure_mail.ca_file,
                user=settings.secure_mail.smtp_user or None,
                password=password,
                return_path=settings.secure_mail.return_path or None,
            )
        )


def _mailbox(settings: Settings) -> Mailbox | None:
    if settings.secure_mail.receipts_dir is not None:
        with _about("MAIL_RECEIPTS_DIR"):
            return mail.maildir(settings.secure_mail.receipts_dir)
    if not settings.secure_mail.imap_host:
        return None
    password = _secret(settings.secure_mail.imap_password_file, "MAIL_IMAP_PASSWORD_FILE") or ""
    with _about("MAIL_CA_FILE"):
        return mail.imap(
            settings.secure_mail.imap_host,
            settings.secure_mail.imap_port,
            settings.secure_mail.imap_user,
            password,
            settings.secure_mail.ca_file,
        )


def make_trial(
    directory: Directory, units: Iterable[Unit], out: Path, *, production: bool, one_key: bool = False
) -> dict[str, str]:
    """Keys for these units, made on the spot, and a directory that approves them; the settings that use them.

    Refused in production, whose roots they would never be. With `one_key` all of them share a key, which is quick.
    """
    if production:
        raise Unreadable("keys for tests are for demo and test only", field=f"{PREFIX}ENV")
    wanted = set(units)
    entries = [entry for entry in directory.all() if entry.unit in wanted]
    if missing := wanted - {entry.unit for entry in entries}:
        raise NotFound(f"not in the directory: {', '.join(sorted(map(str, missing)))}")
    made = lay_out(out / ROOM, entries, clocks.machine(), one_key=one_key)
    approved = [
        replace(entry, certificates=(made.approved[entry.unit],)) if entry.unit in made.approved else entry
        for entry in directory.all()
    ]
    (out / "directory.toml").write_text(written(approved), encoding="utf-8")
    return {
        f"{PREFIX}MAIL_DIR": str(out / ROOM),
        f"{PREFIX}MAIL_ROOTS": made.root,
        f"{PREFIX}DIRECTORY_FILE": str(out / "directory.toml"),
    }


def _secret(file: Path | None, setting: str) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unreadable("a readable file with one line", field=f"{PREFIX}{setting}") from None


@contextmanager
def _about(setting: str) -> Iterator[None]:
    """What is wrong in there is told under the setting that led there, with the file it concerns."""
    try:
        yield
    except Unreadable as complaint:
        where = f"{complaint.field}: " if complaint.field else ""
        raise Unreadable(f"{where}{complaint.rule}", field=f"{PREFIX}{setting}") from None
