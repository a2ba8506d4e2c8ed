"""SMTP with TLS or not at all; every answer of a server as a code."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.secure_mail.smtp import Relay, SmtpCarrier, refuse_unfit, tls_context
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.carrier import Carrier, Parcel
from tests.adapters.carrier_contract import OTHER, PARCEL, CarrierContract
from tests.adapters.secure_mail.mailserver import HOST, Inbox, server_context, serving, trusted_by
from tests.adapters.secure_mail.pki import pki
from tests.waiting import PATIENCE


def carrier(port: int, folder: Path, **options: Any) -> SmtpCarrier:
    return SmtpCarrier(Relay(host=HOST, port=port, authorities=trusted_by(folder), **options))


class TestSmtpCarrier(CarrierContract):
    @pytest.fixture(autouse=True)
    def _server(self, tmp_path: Path) -> Iterator[None]:
        self.inbox, self.folder = Inbox(), tmp_path
        with serving(self.inbox, server_context(tmp_path)) as self.port:
            yield

    def carrier(self) -> Carrier:
        return carrier(self.port, self.folder)

    def carried(self) -> list[bytes]:
        return self.inbox.mails

    def test_one_sender_and_one_receiver_stand_on_the_envelope(self) -> None:
        self.carrier().carry(PARCEL)
        assert self.inbox.envelopes == [(PARCEL.sender, (PARCEL.recipient,))]

    def test_bounces_go_where_the_hub_reads_them(self) -> None:
        carrier(self.port, self.folder, return_path="kvittering@hub.example").carry(PARCEL)
        assert self.inbox.envelopes == [("kvittering@hub.example", (PARCEL.recipient,))]

    @pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize("reply", ["421", "450", "451", "452"])
    def test_4xx_is_tried_again(self, at: str, reply: str) -> None:
        self.inbox.at, self.inbox.reply = at, f"{reply} not now, familieafdeling@aabenraa.example"
        with pytest.raises(TryAgainLater) as later:
            self.carrier().carry(PARCEL)
        assert str(later.value) == f"smtp-{reply}"
        self.inbox.at = ""
        self.carrier().carry(PARCEL)
        assert self.carried() == [PARCEL.body]

    @pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize("reply", ["550", "552", "554"])
    def test_5xx_is_not(self, at: str, reply: str) -> None:
        self.inbox.at, self.inbox.reply = at, f"{reply} no such user"
        with pytest.raises(Undeliverable) as refused:
            self.carrier().carry(PARCEL)
        assert str(refused.value) == f"smtp-{reply}"
        assert not isinstance(refused.value, TryAgainLater)
        assert self.carried() == []

    def test_a_server_that_does_not_know_dsn_is_asked_for_none(self) -> None:
        self.carrier().carry(PARCEL)
        assert [option for option in self.inbox.options if not option.startswith(("SIZE=", "BODY="))] == []


class TestReportsAreAskedFor:
    """SM-19: all three, headers only, under the opaque reference; asked for where DSN is offered under TLS."""

    def said(self, folder: Path, *offered: str) -> list[str]:
        with offering(server_context(folder), *offered) as (port, heard):
            carrier(port, folder, return_path="kvittering@hub.example").carry(replace(PARCEL, reference="k7t2-9fqd"))
            return heard()

    def test_of_a_server_that_offers_them(self, tmp_path: Path) -> None:
        size = len(PARCEL.body)
        assert self.said(tmp_path, "DSN", "SIZE 1000000") == [
            f"MAIL FROM:<kvittering@hub.example> SIZE={size} RET=HDRS ENVID=k7t2-9fqd",
            f"RCPT TO:<{PARCEL.recipient}> NOTIFY=SUCCESS,FAILURE,DELAY",
        ]

    def test_not_of_one_that_does_not(self, tmp_path: Path) -> None:
        assert self.said(tmp_path) == ["MAIL FROM:<kvittering@hub.example>", f"RCPT TO:<{PARCEL.recipient}>"]


@contextmanager
def offering(context: ssl.SSLContext, *extensions: str) -> Iterator[tuple[int, Callable[[], list[str]]]]:
    """A server that offers these once it speaks TLS, and what it was told of sender and receiver."""
    envelope: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        connection.sendall(b"220 here\r\n")
        connection.recv(1000)
        connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
        connection.recv(1000)
        connection.sendall(b"220 go ahead\r\n")
        with context.wrap_socket(connection, server_side=True) as line, line.makefile("rb") as said:
            for word in said:
                if word.startswith((b"MAIL", b"RCPT")):
                    envelope.append(word.decode().strip())
                if word.startswith(b"EHLO"):
                    line.sendall(
                        b"".join(b"250-%s\r\n" % extension.encode() for extension in ("here", *extensions))
                        + b"250 HELP\r\n"
                    )
                elif word.startswith(b"DATA"):
                    line.sendall(b"354 go on\r\n")
                    while said.readline() != b".\r\n":
                        pass
                    line.sendall(b"250 taken\r\n")
                else:
                    line.sendall(b"250 well\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], lambda: envelope
    finally:
        thread.join(PATIENCE)
        listening.close()


class TestTransportSecurity:
    """SM-18: TLS 1.2 or later with a verified host, or no byte of the mail."""

    def refused(self, relay: SmtpCarrier, inbox: Inbox) -> str:
        with pytest.raises(TryAgainLater) as later:
            relay.carry(PARCEL)
        assert inbox.mails == []
        assert not {"MAIL", "RCPT", "DATA"} & set(inbox.heard)
        return str(later.value)

    def test_a_server_without_starttls(self, tmp_path: Path) -> None:
        """The downgrade of guide §12: STARTTLS stripped."""
        inbox = Inbox()
        with serving(inbox, None) as port:
            assert self.refused(carrier(port, tmp_path), inbox) == "tls-not-offered"

    def test_a_server_of_an_unknown_authority(self, tmp_path: Path) -> None:
        inbox = Inbox()
        with serving(inbox, server_context(tmp_path)) as port:
            relay = Relay(host=HOST, port=port, authorities=trusted_by(tmp_path, pki().impostor))
            assert self.refused(SmtpCarrier(relay), inbox) == "tls-not-trusted"

    def test_a_server_of_another_name(self, tmp_path: Path) -> None:
        inbox = Inbox()
        with serving(inbox, server_context(tmp_path, "mail.odense.example")) as port:
            assert self.refused(carrier(port, tmp_path), inbox) == "tls-not-trusted"

    def test_a_server_that_speaks_tls_11_at_most(self, tmp_path: Path) -> None:
        inbox = Inbox()
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context = server_context(tmp_path, most=ssl.TLSVersion.TLSv1_1)
        with serving(inbox, context) as port:
            assert self.refused(carrier(port, tmp_path), inbox) == "tls-failed"

    def test_the_context_asks_for_all_of_it(self, tmp_path: Path) -> None:
        context = tls_context(trusted_by(tmp_path))
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
        assert context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert len(context.get_ca_certs()) == 1

    def test_a_file_without_authorities_stops_the_start(self, tmp_path: Path) -> None:
        for content in (b"", b"nothing"):
            (tmp_path / "ca.pem").write_bytes(content)
            with pytest.raises(Unreadable, match=r"^ca\.pem"):
                tls_context(tmp_path / "ca.pem")

    def test_what_goes_over_the_wire_before_tls_is_a_greeting(self, tmp_path: Path) -> None:
        with recording() as (port, heard):
            with pytest.raises(TryAgainLater, match=r"^tls-failed$|^smtp-unreachable$|^smtp-failed$"):
                carrier(port, tmp_path).carry(PARCEL)
            said = heard()
        assert b"STARTTLS\r\n" in said
        before = said.partition(b"STARTTLS\r\n")[0]
        assert before.startswith(b"EHLO ")
        assert before.count(b"\r\n") == 1
        assert b"Sikker post" not in said
        assert b"aabenraa" not in said


@contextmanager
def recording() -> Iterator[tuple[int, "object"]]:
    """A server that offers STARTTLS, keeps everything it hears, and then speaks no TLS."""
    kept = bytearray()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"220 here\r\n")
            kept.extend(connection.recv(1000))
            connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
            kept.extend(connection.recv(1000))
            connection.sendall(b"220 go ahead\r\n")
            kept.extend(connection.recv(10_000))
            connection.sendall(b"500 what\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], lambda: bytes(kept)
    finally:
        thread.join(PATIENCE)
        listening.close()


def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TryAgainLater, match=r"^smtp-unreachable$"):
        carrier(port, tmp_path).carry(PARCEL)


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(TryAgainLater, match=r"^smtp-timeout$"),
    ):
        carrier(silent.getsockname()[1], tmp_path, whole=0.3).carry(PARCEL)


def test_a_server_that_hangs_up_after_taking_it_has_taken_it(tmp_path: Path) -> None:
    class HangsUp(Inbox):
        async def handle_QUIT(self, server: object, session: object, envelope: object) -> str:
            raise ConnectionResetError

    inbox = HangsUp()
    with serving(inbox, server_context(tmp_path)) as port:
        carrier(port, tmp_path).carry(PARCEL)
    assert inbox.mails == [PARCEL.body]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": "a@b.example>\r\nRCPT TO:<x@y.example>"}, "parcel-address-not-allowed"),
        ({"recipient": "a@b.example, c@d.example"}, "parcel-address-not-allowed"),
        ({"recipient": "a@b.example\r\nDATA"}, "parcel-address-not-allowed"),
        ({"recipient": "æ@b.example"}, "parcel-address-not-allowed"),
        ({"sender": "<>"}, "parcel-address-not-allowed"),
        ({"sender": "a@b.example SIZE=1"}, "parcel-address-not-allowed"),
        ({"reference": "abc NOTIFY=NEVER"}, "parcel-reference-not-allowed"),
        ({"reference": "abc\r\nRSET"}, "parcel-reference-not-allowed"),
        ({"recipient": "sundhedspleje@aabenraa.example"}, "parcel-names-another-recipient"),
        (
            {"body": PARCEL.body.replace(b"\r\nSubject", b"\r\nCc: x@y.example\r\nSubject")},
            "parcel-names-another-recipient",
        ),
        (
            {"body": PARCEL.body.replace(b"\r\nSubject", b"\r\nBCC: x@y.example\r\nSubject")},
            "parcel-names-another-recipient",
        ),
        ({"body": PARCEL.body.replace(b"To: familie", b"To: x@y.example, familie")}, "parcel-names-another-recipient"),
        ({"body": PARCEL.body + b"x\n.\nMAIL FROM:<a@b>\r\n"}, "parcel-line-ends-not-allowed"),
        ({"body": PARCEL.body + b"x\r.\r\n"}, "parcel-line-ends-not-allowed"),
        ({"body": PARCEL.body + b"x"}, "parcel-line-ends-not-allowed"),
        ({"body": PARCEL.body + b"\xc3\xa6\r\n"}, "parcel-not-ascii"),
        ({"body": PARCEL.body + b"\x00\r\n"}, "parcel-not-ascii"),
        ({"body": b""}, "parcel-names-another-recipient"),
    ],
)
def test_a_parcel_that_could_reach_a_second_receiver_is_refused_before_the_socket_opens(
    change: dict[str, Any], code: str, tmp_path: Path
) -> None:
    """SM-17: exactly one recipient, who is also the To; no Cc, no Bcc, no lone line ends (guide §12)."""
    parcel: Parcel = replace(PARCEL, **change)
    with pytest.raises(Undeliverable) as refused:
        refuse_unfit(parcel)
    assert str(refused.value) == code
    inbox = Inbox()
    with serving(inbox, server_context(tmp_path)) as port, pytest.raises(Undeliverable, match=code):
        carrier(port, tmp_path).carry(parcel)
    assert inbox.heard == []


def test_a_dot_on_a_line_of_its_own_is_not_the_end(tmp_path: Path) -> None:
    inbox = Inbox()
    parcel = replace(PARCEL, body=PARCEL.body + b".\r\n..\r\nmore\r\n")
    with serving(inbox, server_context(tmp_path)) as port:
        carrier(port, tmp_path).carry(parcel)
    assert inbox.mails == [parcel.body]


def test_several_threads_carry_at_once(tmp_path: Path) -> None:
    inbox = Inbox()
    with serving(inbox, server_context(tmp_path)) as port:
        relay = carrier(port, tmp_path)

        async def all_of_them() -> None:
            await asyncio.gather(*(asyncio.to_thread(relay.carry, parcel) for parcel in (PARCEL, OTHER)))

        asyncio.run(all_of_them())
    assert sorted(inbox.mails) == sorted([PARCEL.body, OTHER.body])
