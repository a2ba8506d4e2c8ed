"""Debian's own Postfix, killed with SIGKILL at random moments while letters leave over it, and started again.

What is promised. The hub commits an attempt before the first byte leaves, one worker at a time, and a letter that the
relay answered for is never sent again. A relay that dies after it has taken a mail and before its 250 is heard leaves
the attempt open; SMTP cannot tell (RFC 5321 §6.1), so the letter goes again as the same bytes under the same
Message-ID, and the receiver does it once by that id (secure-mail guide §7). Postfix itself hands a mail over again when
it dies between handing it over and noting that. So: every letter arrives at least once, whatever arrives twice is the
same mail, and on the record each act stands once, each letter left once and was completed once.

`TVAERSPOR_TEST_SEED` repeats a run as far as two machines keep time alike.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Timer
from uuid import UUID

import pytest

from adapters.secure_mail.receipts import MailReceipts
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from hub.delivery.receipts import ReceiptHandler
from hub.domain.concern import ConcernReported
from hub.domain.delivery import DeliveryAccepted, DeliveryAttempted, DeliveryCompleted, DeliveryFailed, DeliveryRejected
from hub.domain.disclosure import DisclosureMade
from tests.adapters.secure_mail.mailserver import HOST, trusted_by
from tests.adapters.secure_mail.pki import NOW, opener, pki, trust
from tests.fakes import SetClock
from tests.office import Office
from tests.road.mail_host import MailHost, require_programs, running
from tests.road.mail_hub import MailHub, Municipality
from tests.road.test_secure_mail import close_case_of

OURS, THEIRS = "kvittering", "familieafdeling"
LETTERS = 15
SENDING = 0.12  # seconds in which a letter leaves, more or less: connection, TLS, envelope, mail, answer


@pytest.fixture(scope="module")
def post() -> Iterator[MailHost]:
    require_programs()
    with running(OURS, THEIRS) as host:
        yield host


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("TVAERSPOR_TEST_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"TVAERSPOR_TEST_SEED={seed}")
    return random.Random(seed)


@contextmanager
def dying(post: MailHost, after: float) -> Iterator[None]:
    """Postfix dies so many seconds from now, whatever it is doing."""
    killing = Timer(after, post.kill)
    killing.start()
    try:
        yield
    finally:
        killing.join()


def test_nothing_is_lost_and_nothing_is_doubled(
    sqlite_url: str, tmp_path: Path, post: MailHost, chance: random.Random
) -> None:
    """SM-22, on a real server: two workers, a relay killed in the middle of most letters, and at times left dead."""
    with Office(sqlite_url, SetClock(NOW)) as office, office.beside() as beside:
        workers = [MailHub(office, tmp_path, post.smtp), MailHub(beside, tmp_path, post.smtp)]
        cases = leaving(workers, post, chance)
        rest_leaves(workers, cases)
        post.settle()
        hub, receiver = workers[0], Municipality(tmp_path)
        arrived = post.arrived(THEIRS, len(cases))
        read = [receiver.takes(raw, office.clock()) for raw in arrived]

        letters = [hub.letter(case) for case in cases]
        expected = {letter.queued.message_id for letter, _ in letters}
        assert set(receiver.taken) == expected, "nothing is lost, and nothing else arrived"
        ids = {opened.manifest.delivery_id: opened.headers["Message-ID"] for opened in read if opened.manifest}
        for opened in read:
            assert opened.manifest
            assert opened.headers["Message-ID"] == ids[opened.manifest.delivery_id], "a repeat is the same mail"
        for letter, events in letters:
            assert of(events, DeliveryAccepted) == 1
            assert of(events, DeliveryAttempted) == letter.attempts
            assert len({event.payload_sha256 for event in events if isinstance(event, DeliveryAttempted)}) == 1
        interrupted = sum(of(events, DeliveryRejected) for _, events in letters)
        assert interrupted > 0, "it was dead or died while letters left"

        answered(hub, post, receiver, [opened.manifest.reference for opened in read if opened.manifest])
        for case in cases:
            events = office.events(case)
            assert of(events, DisclosureMade, ConcernReported) == 1
            assert (of(events, DeliveryCompleted), of(events, DeliveryFailed)) == (1, 0)
            assert len(hub.shown(case)) == 1


def leaving(workers: list[MailHub], post: MailHost, chance: random.Random) -> list[UUID]:
    """Letters are recorded and leave, over a relay that dies again and again."""
    cases, office = [], workers[0].office
    alive = True
    for number in range(LETTERS):
        cases.append(workers[0].worried() if number % 3 == 0 else workers[0].told())
        close_case_of(office, cases[-1])
        chance.choice(workers).turn()
        if alive:
            with dying(post, chance.uniform(0, SENDING)):
                chance.choice(workers).turn()
        else:
            chance.choice(workers).turn()
        alive = number != LETTERS // 2 and chance.random() < 0.8  # once for certain: however fast a letter leaves
        if alive:
            post.start()
        office.clock.forward(timedelta(minutes=7))
    if not alive:
        post.start()
    return cases


def rest_leaves(workers: list[MailHub], cases: list[UUID]) -> None:
    """Both workers go on until nothing moves, some hours later."""
    for _ in range(12):
        for worker in workers:
            worker.empty()
        workers[0].office.clock.forward(timedelta(hours=1))
    assert Counter(workers[0].letter(case)[0].status for case in cases) == {"accepted": len(cases)}


def answered(hub: MailHub, post: MailHost, receiver: Municipality, references: list[str]) -> None:
    """The municipality signs for every mail that came, a repeat too, and the hub hears it over IMAP."""
    folder = hub.folder
    carrier = SmtpCarrier(Relay(host=HOST, port=post.smtp, authorities=trusted_by(folder)))
    for number, reference in enumerate(references):
        carrier.carry(receiver.answers(reference, number))
    post.settle()
    receipts = MailReceipts(post.mailbox(OURS), [opener(pki().hospital)], trust(folder / "crl"), lambda: NOW)
    hearing = ReceiptHandler(hub.office.record, hub.dispatcher, hub.directory, receipts, hub.office.clock)
    hub.follower.catch_up()
    assert hearing.listen() >= len(references)


def of(events: list[object], *kinds: type) -> int:
    """How many of these kinds there are."""
    return sum(isinstance(event, kinds) for event in events)
