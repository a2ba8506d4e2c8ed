"""Where receipts lie: a Maildir on this machine, or a mailbox over IMAP with TLS. Nothing is ever deleted there.

A Maildir's new mail is in `new`; what is done with moves to `cur` as seen (cr.yp.to/proto/maildir). Over IMAP, what is
done with is flagged as seen (RFC 9051 §2.3.2).
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hub.errors import TryAgainLater

MOST = 200  # mails in one look
TIMEOUT = 30.0


class Mailbox(Protocol):
    """Mails that wait, and a way to say that one is done with."""

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """Each mail with a key to it."""
        ...

    def done(self, key: str) -> None:
        """It need not come again."""
        ...


@dataclass(frozen=True, slots=True)
class Maildir:
    """A folder that a mail server delivers into."""

    folder: Path

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """What lies in `new`, oldest first; a mail that another worker took meanwhile is passed over."""
        new = self.folder / "new"
        files = sorted(new.iterdir(), key=lambda path: path.name)[:MOST] if new.is_dir() else []
        for path in files:
            try:
                yield path.name, path.read_bytes()
            except FileNotFoundError:
                continue

    def done(self, key: str) -> None:
        """From `new` to `cur`, seen."""
        seen = self.folder / "cur"
        seen.mkdir(mode=0o700, exist_ok=True)
        try:
            (self.folder / "new" / key).rename(seen / f"{key.partition(':')[0]}:2,S")
        except FileNotFoundError:
            return  # another worker was first


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ImapMailbox:
    """A mailbox on another machine, by TLS from the first byte."""

    host: str
    port: int
    user: str
    password: str
    context: ssl.SSLContext
    folder: str = "INBOX"

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """What is not seen yet; `TryAgainLater` when the server cannot be reached or does not let us in."""
        with self._opened() as connection:
            _, found = connection.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split()[:MOST]:
                _, parts = connection.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
                if raw is not None:
                    yield uid.decode(), raw

    def done(self, key: str) -> None:
        """Seen."""
        with self._opened() as connection:
            connection.uid("STORE", key, "+FLAGS.SILENT", "(\\Seen)")

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4_SSL]:
        try:
            with imaplib.IMAP4_SSL(self.host, self.port, ssl_context=self.context, timeout=TIMEOUT) as connection:
                connection.login(self.user, self.password)
                connection.select(self.folder)
                yield connection
        except (imaplib.IMAP4.error, OSError):
            raise TryAgainLater("mailbox-unreachable") from None
