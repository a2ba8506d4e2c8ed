"""Debian's own Postfix and Dovecot in a folder of the test's: STARTTLS in, a queue, bounces, LMTP, IMAP over TLS out.

They need root. Where they are missing and may be installed, they are; where not, the tests are skipped and say so.
"""

import fcntl
import os
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.secure_mail.mailbox import ImapMailbox
from adapters.secure_mail.smtp import tls_context
from tests.adapters.secure_mail.mailserver import HOST, certificate_for, free_port, tls_authority, trusted_by
from tests.waiting import PATIENCE, until

PROGRAMS = ("/usr/sbin/postfix", "/usr/sbin/dovecot")
PACKAGES = ("postfix", "dovecot-imapd", "dovecot-lmtpd")
DOMAINS = ("aabenraa.example", "hub.example", "sygehus-soenderjylland.example")
PASSWORD = "only for this run"
OWNER = 5999  # nobody's number, so that the mailboxes are nobody's but Dovecot's

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {folder}
maillog_file = {folder}/maillog
myhostname = {host}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:nobody lives here
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_chain_files = {folder}/key.pem {folder}/chain.pem
virtual_mailbox_domains = {domains}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
message_size_limit = 104857600
virtual_mailbox_limit = 0
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
"""
MASTER = """\
{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_min_protocol = TLSv1.2
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/key.pem
auth_username_format = %Ln
mail_location = maildir:{folder}/mail/%n
first_valid_uid = {owner}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


@dataclass(frozen=True)
class MailHost:
    """A mail host that runs."""

    folder: Path
    smtp: int
    imap: int

    def mailbox(self, user: str) -> ImapMailbox:
        """One of its mailboxes, as the hub or a municipality reads it."""
        context: ssl.SSLContext = tls_context(trusted_by(self.folder))
        return ImapMailbox(host=HOST, port=self.imap, user=user, password=PASSWORD, context=context)

    def arrived(self, user: str, number: int = 1) -> list[bytes]:
        """So many mails that are not seen yet, once they have come."""
        found: list[bytes] = []

        def have_come() -> bool:
            found[:] = [raw for _, raw in self.mailbox(user).waiting()]
            return len(found) >= number

        until(have_come, self.said, every=0.1)
        return found

    def kill(self) -> None:
        """Postfix, all of it, at once and without a word to anybody."""
        master = int((self.folder / "queue" / "pid" / "master.pid").read_text())
        os.killpg(master, signal.SIGKILL)

    def start(self) -> None:
        """Postfix again, on the queue that it left."""
        _postfix(self.folder, "start")
        _wait_for(self)

    def settle(self) -> None:
        """Wait until nothing that Postfix took is still on its way."""
        until(lambda: not any(map(_is_whole, self._queued())), self.said, every=0.1)

    def _queued(self) -> Iterator[Path]:
        for name in ("maildrop", "incoming", "active", "deferred"):
            yield from (path for path in (self.folder / "queue" / name).rglob("*") if path.is_file())

    def said(self) -> str:
        """What the servers wrote to their logs."""
        logs = [self.folder / "maillog", self.folder / "dovecot.log"]
        return "\n".join(log.read_text()[-4000:] for log in logs if log.exists())


def _is_whole(queued: Path) -> bool:
    """A mail that Postfix answered for; what it was still taking when it died has no such bit, and never arrives."""
    try:
        return bool(queued.stat().st_mode & stat.S_IXUSR)
    except FileNotFoundError:
        return False


def require_programs() -> None:
    """Skip, and say why, where Postfix and Dovecot neither are nor may be installed."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: Postfix and Dovecot need root")
    with (Path(tempfile.gettempdir()) / "tvaerspor-post.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker installs; to the others half an installation would pass for whole
        if not _are_there() and shutil.which("apt-get"):
            _apt_get("update")
            _apt_get("install", "-y", "--no-install-recommends", *PACKAGES)
    if not _are_there():
        pytest.skip("NOT RUN: Postfix and Dovecot are not here and could not be installed")


def _apt_get(*words: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", "-q", *words], env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )


def _are_there() -> bool:
    return all(Path(program).exists() for program in PROGRAMS)


@contextmanager
def running(*users: str) -> Iterator[MailHost]:
    """A mail host with these mailboxes, until the block is left."""
    folder = Path(tempfile.mkdtemp(prefix="tvaerspor-post-"))
    try:
        host = _furnished(folder, users)
        dovecot = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with subprocess.Popen(dovecot, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as imap:
            try:
                host.start()
                yield host
            finally:
                _postfix(folder, "stop")
                imap.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnished(folder: Path, users: tuple[str, ...]) -> MailHost:
    folder.chmod(0o755)
    host, lmtp = MailHost(folder, free_port(), free_port()), free_port()
    for name in ("queue", "data", "postfix", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix", "postfix")
    os.chown(folder / "mail", OWNER, OWNER)
    issued = certificate_for(HOST)
    (folder / "chain.pem").write_bytes(issued.certificate_pem + tls_authority().issuing.certificate_pem)
    (folder / "key.pem").write_bytes(issued.key_pem)
    told = {"folder": folder, "host": HOST, "domains": ", ".join(DOMAINS), "owner": OWNER}
    told |= {"smtp": host.smtp, "imap": host.imap, "lmtp": lmtp}
    (folder / "postfix" / "main.cf").write_text(MAIN.format(**told))
    (folder / "postfix" / "master.cf").write_text(MASTER.format(**told))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**told))
    lines = [f"{user}:{{PLAIN}}{PASSWORD}:{OWNER}:{OWNER}::{folder}/mail/{user}::\n" for user in users]
    (folder / "users").write_text("".join(lines))
    return host


def _postfix(folder: Path, word: str) -> None:
    subprocess.run(["postfix", "-c", str(folder / "postfix"), word], capture_output=True, check=False)


def _wait_for(host: MailHost) -> None:
    until(lambda: all(map(_listens, (host.smtp, host.imap))), host.said, every=0.1)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True
