"""The whole way over Debian's Postfix and Dovecot: STARTTLS in, IMAP out, opened by OpenSSL; reports come back."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.secure_mail.receipts import MailReceipts
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from hub.delivery.receipts import ReceiptHandler
from hub.domain.delivery import DeliveryFailed, DeliveryNoted
from tests.adapters.secure_mail.letters import openssl, openssl_decrypts
from tests.adapters.secure_mail.mailserver import HOST, trusted_by
from tests.adapters.secure_mail.pki import NOW, opener, pki, trust
from tests.fakes import SetClock
from tests.office import Office
from tests.road import mail_host
from tests.road.mail_host import MailHost, require_programs, running
from tests.road.mail_hub import MailHub, Municipality

OURS, THEIRS = "kvittering", "familieafdeling"


@pytest.fixture(scope="module")
def post() -> Iterator[MailHost]:
    require_programs()
    with running(OURS, THEIRS) as host:
        yield host


@pytest.fixture
def hub(sqlite_url: str, tmp_path: Path, post: MailHost) -> Iterator[MailHub]:
    """A hub that sends over that host, and hears of its letters by IMAP."""
    with Office(sqlite_url, SetClock(NOW)) as office:
        made = MailHub(office, tmp_path, post.smtp)
        receipts = MailReceipts(post.mailbox(OURS), [opener(pki().hospital)], trust(tmp_path / "crl"), lambda: NOW)
        made.hearing = ReceiptHandler(office.record, made.dispatcher, made.directory, receipts, office.clock)
        yield made
        for mailbox in (post.mailbox(OURS), post.mailbox(THEIRS)):
            for key, _ in mailbox.waiting():
                mailbox.done(key)


def test_round_trip(hub: MailHub, post: MailHost, tmp_path: Path) -> None:
    """SM-42: SMTP with STARTTLS, stored, fetched over IMAP, decrypted, verified – by us and by OpenSSL."""
    case = hub.told()
    hub.empty()
    assert hub.letter(case)[0].status == "accepted"
    (raw,) = post.arrived(THEIRS)
    opened = Municipality(tmp_path).takes(raw)
    assert opened.manifest is not None
    assert opened.manifest.reference == hub.letter(case)[0].queued.reference

    (tmp_path / "signed.eml").write_bytes(openssl_decrypts(raw, pki().town, tmp_path))
    (tmp_path / "root.crt").write_bytes(pki().authority.root.certificate_pem)
    clear = openssl("cms", "-verify", "-in", str(tmp_path / "signed.eml"), "-CAfile", str(tmp_path / "root.crt"))
    assert b"%PDF-" not in raw
    assert opened.headers["Message-ID"].encode() in clear
    with pytest.raises(AssertionError):
        openssl_decrypts(raw, pki().away, tmp_path)


def test_a_relay_reports_that_it_passed_it_on(hub: MailHub, post: MailHost) -> None:
    """SM-19: Postfix hands to LMTP and says `relayed`: noted, and no delivery."""
    case = hub.told()
    hub.empty()
    post.arrived(OURS)
    assert hub.listen() == 1
    letter, events = hub.letter(case)
    assert (letter.status, letter.relayed) == ("accepted", True)
    assert [event.what for event in events if isinstance(event, DeliveryNoted)] == ["relayed"]
    assert hub.listen() == 0, "it is seen now"


def test_a_bounce_comes_back_onto_the_case(hub: MailHub, post: MailHost) -> None:
    """SM-20: the relay said 250 and gave it back a moment later."""
    case = hub.worried()
    hub.directory.mailbox = "nobody@aabenraa.example"
    hub.empty()
    assert hub.letter(case)[0].status == "accepted"
    post.arrived(OURS)
    assert hub.listen() == 1
    failed = [event for event in hub.office.events(case) if isinstance(event, DeliveryFailed)]
    assert [event.why for event in failed] == ["bounced-5-1-1"]


def test_a_signed_answer_over_the_same_road_acknowledges(hub: MailHub, post: MailHost, tmp_path: Path) -> None:
    case = hub.told()
    hub.empty()
    post.arrived(OURS)
    hub.listen()
    answer = Municipality(tmp_path).answers(hub.letter(case)[0].queued.reference)
    SmtpCarrier(Relay(host=HOST, port=post.smtp, authorities=trusted_by(tmp_path))).carry(answer)
    post.arrived(OURS)
    hub.listen()
    assert hub.letter(case)[0].proof == "acknowledged"


class TestWhereTheServersAreMissing:
    """They are fetched once, whoever asks first; where they may not be, the run says so."""

    @pytest.fixture
    def machine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """One with neither server, on which root asks."""
        monkeypatch.setattr(mail_host, "PROGRAMS", (str(tmp_path / "postfix"), str(tmp_path / "dovecot")))
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        return tmp_path

    def apt_get(self, machine: Path, script: str) -> None:
        (machine / "apt-get").write_text(f'#!/bin/sh\ncd "$(dirname "$0")"\necho "$2" >> asked\n{script}\n')
        (machine / "apt-get").chmod(0o755)

    def test_two_workers_install_them_once_and_both_wait_for_the_end(self, machine: Path) -> None:
        whole = "touch postfix dovecot; sleep 0.3; touch configured"
        self.apt_get(machine, f'if [ "$2" = install ]; then {whole}; fi')

        def ready(_: int) -> bool:
            require_programs()
            return (machine / "configured").exists()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(ready, range(2))) == [True, True]
        assert (machine / "asked").read_text().split() == ["update", "install"]

    def test_what_cannot_be_installed_is_not_run_and_says_so(self, machine: Path) -> None:
        self.apt_get(machine, "exit 100")
        with pytest.raises(pytest.skip.Exception, match=r"^NOT RUN: Postfix and Dovecot are not here"):
            require_programs()

    def test_an_ordinary_user_is_told_what_it_takes(self, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(pytest.skip.Exception, match=r"^NOT RUN: Postfix and Dovecot need root$"):
            require_programs()
