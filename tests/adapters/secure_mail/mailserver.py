"""A mail server inside the test: aiosmtpd with STARTTLS, answers as chosen, and all that was said to it."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.secure_mail.trial_pki import Issued, TrialAuthority, Wanted
from tests.adapters.secure_mail.pki import NOW
from tests.waiting import PATIENCE

HOST = "localhost"


@dataclass
class Inbox:
    """What arrived, and what the server answers: `at` names the step that is answered with `reply` instead."""

    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, tuple[str, ...]]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    at: str = ""
    reply: str = ""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say hello."""
        self.heard.append("EHLO")
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        """A sender."""
        self.heard.append("MAIL")
        self.options += options
        if self.at == "MAIL":
            return self.reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        """A receiver."""
        self.heard.append("RCPT")
        self.options += options
        if self.at == "RCPT":
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """A mail."""
        self.heard.append("DATA")
        if self.at == "DATA":
            return self.reply
        assert isinstance(envelope.original_content, bytes)
        self.mails.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return "250 OK"


@cache
def tls_authority() -> TrialAuthority:
    """Who vouches for mail servers: a chain of its own (guide §14)."""
    return TrialAuthority(NOW, name="Postservere")


@cache
def certificate_for(host: str) -> Issued:
    """A server's certificate."""
    from cryptography.x509.oid import ExtendedKeyUsageOID

    return tls_authority().issue(Wanted(cvr=None, name=host, host=host, uses=(ExtendedKeyUsageOID.SERVER_AUTH,)))


def trusted_by(folder: Path, authority: TrialAuthority | None = None) -> Path:
    """The file of authorities that the carrier is given."""
    path = folder / "authorities.pem"
    path.write_bytes((authority or tls_authority()).root.certificate_pem)
    return path


def server_context(folder: Path, host: str = HOST, most: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """The server's side of TLS."""
    issued = certificate_for(host)
    chain, key = folder / f"{host}.crt", folder / f"{host}.key"
    chain.write_bytes(issued.certificate_pem + tls_authority().issuing.certificate_pem)
    key.write_bytes(issued.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    if most is not None:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = most
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context


class Server(Controller):  # type: ignore[misc]  # aiosmtpd is untyped
    """aiosmtpd, which otherwise leaves sockets behind that nobody closes."""

    def hang_up(self) -> None:
        """Let every socket go, and wait until it is closed."""

        async def end() -> None:
            lines = list(self.loop._transports.values())
            for line in lines:
                line.abort()
            while any(line._sock is not None for line in lines):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(PATIENCE)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(inbox: Inbox, context: ssl.SSLContext | None, port: int = 0, **options: Any) -> Iterator[int]:
    """A server that answers; the port it listens on. Without a context it offers no STARTTLS."""
    port = port or free_port()
    server = Server(
        inbox,
        hostname="127.0.0.1",
        port=port,
        ready_timeout=PATIENCE,
        tls_context=context,
        require_starttls=context is not None,
        **options,
    )
    server.start()
    try:
        yield port
    finally:
        server.hang_up()
        server.stop()
