"""What came back about a letter: reports, notifications and answers, and everything that only looks like one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.secure_mail.mailbox import Maildir
from adapters.secure_mail.manifest import MEDIA_TYPE, Manifest, Party, name_of
from adapters.secure_mail.receipts import MailReceipts
from adapters.secure_mail.sealer import encrypted, signed
from adapters.secure_mail.trial_pki import Issued
from hub.ports.receipts import DeliveryReceipt, SignedAnswer
from tests.adapters.secure_mail.letters import FHIR, PDF, to_town
from tests.adapters.secure_mail.pki import (
    HOSPITAL,
    NOW,
    TOWN,
    approved,
    opener,
    pki,
    sealing,
    signer,
    trust,
    write_lists,
)
from tests.adapters.secure_mail.test_opener import HEADERS, around, attached, mixed

REFERENCE, MESSAGE = "0f1e2d3c4b5a6978", UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d")
ANSWER, SENDER = UUID("9d5a1b52-6f0e-4c54-8f52-3f9b6c2f7a10"), "familieambulatorium@sygehus-soenderjylland.example"
RECEIVER = "familieafdeling@aabenraa.example"
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@relay.example
To: kvittering@hub.example
Subject: Successful Mail Delivery Report
Message-ID: <20261121.1@relay.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

Your message was successfully delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Original-Envelope-Id: 0f1e2d3c4b5a6978

Final-Recipient: rfc822; familieafdeling@aabenraa.example
Original-Recipient: rfc822;familieafdeling@aabenraa.example
Action: delivered
Status: 2.0.0

--b
Content-Type: text/rfc822-headers

From: familieambulatorium@sygehus-soenderjylland.example
Subject: Sikker post [0f1e2d3c4b5a6978]
--b--
"""
NOTIFICATION = f"""\
From: {RECEIVER}
To: familieambulatorium@sygehus-soenderjylland.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

Read.

--b
Content-Type: message/disposition-notification

Reporting-UA: mailer.example; 1
Final-Recipient: rfc822;{RECEIVER}
Original-Message-ID: <{MESSAGE}@sygehus-soenderjylland.example>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for name in ("tmp", "new", "cur", "crl"):
        (tmp_path / name).mkdir()
    write_lists(tmp_path / "crl")
    return tmp_path


def listening(box: Path, at: timedelta = timedelta(0)) -> MailReceipts:
    openers = [opener(pki().hospital)]
    return MailReceipts(Maildir(box), openers, trust(box / "crl"), lambda: NOW + at)


def came(box: Path, raw: bytes | str, at: timedelta = timedelta(0)) -> DeliveryReceipt:
    content = raw.encode() if isinstance(raw, str) else raw
    (box / "new" / "1.host").write_bytes(content)
    (signal,) = listening(box, at).heard()
    return signal


class TestDeliveryReports:
    """SM-19: parsed strictly: success, relayed, delayed, failed, forged."""

    @pytest.mark.parametrize(
        ("action", "status", "what", "why"),
        [
            ("delivered", "2.0.0", "delivered", None),
            ("relayed", "2.0.0", "relayed", None),
            ("expanded", "2.1.5", "relayed", None),
            ("delayed", "4.4.1", "delayed", None),
            ("failed", "5.1.1", "failed", "bounced-5-1-1"),
            ("failed", "4.4.7 (delivery time expired)", "failed", "bounced-4-4-7"),
            ("Delivered", "2.0.0", "delivered", None),
        ],
    )
    def test_each_action_is_what_the_guide_says(
        self, box: Path, action: str, status: str, what: str, why: str | None
    ) -> None:
        signal = came(box, REPORT.replace("Action: delivered", f"Action: {action}").replace("2.0.0", status))
        assert (signal.what, signal.why) == (what, why)
        assert (signal.reference, signal.recipient) == (REFERENCE, RECEIVER)

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("Return-Path: <>", "Return-Path: <thief@evil.example>", "report-not-from-null-sender"),
            ("Return-Path: <>\n", "", "report-not-from-null-sender"),
            ("Return-Path: <>", "Return-Path: <a@b.example>\nReturn-Path: <>", "report-not-from-null-sender"),
            ("Original-Envelope-Id: 0f1e2d3c4b5a6978\n", "", "report-without-reference"),
            ("Original-Envelope-Id: 0f1e2d3c4b5a6978", "Original-Envelope-Id: x' or 1=1", "report-without-reference"),
            ("Action: delivered", "Action: read", "report-not-readable"),
            ("Action: delivered\n", "", "report-not-readable"),
            ("Status: 2.0.0", "Status: fine", "report-not-readable"),
            ("Status: 2.0.0", "Status: 5.1.1", "report-contradicts-itself"),
            ("Action: delivered", "Action: failed", "report-contradicts-itself"),
            ("rfc822;familie", "x400;familie", "report-not-readable"),
            (
                "Status: 2.0.0\n",
                "Status: 2.0.0\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n",
                "report-not-of-one-recipient",
            ),
            ("message/delivery-status", "text/plain", "report-without-reference"),
        ],
    )
    def test_one_that_is_not_to_be_gone_by_is_refused(self, box: Path, old: str, new: str, why: str) -> None:
        assert old in REPORT
        signal = came(box, REPORT.replace(old, new))
        assert (signal.what, signal.why) == ("refused", why)

    def test_a_bounce_that_carries_the_subject_in_clear_tells_nobody_anything(self, box: Path) -> None:
        """Guide §12 and §5: the returned headers are ours, and hold a reference and two function mailboxes."""
        signal = came(box, REPORT.replace("Action: delivered", "Action: failed").replace("2.0.0", "5.1.1"))
        assert signal == DeliveryReceipt(
            what="failed", source=signal.source, reference=REFERENCE, recipient=RECEIVER, why="bounced-5-1-1"
        )


def test_a_notification_is_noted_and_names_the_mail(box: Path) -> None:
    signal = came(box, NOTIFICATION)
    assert (signal.what, signal.message, signal.reference) == ("noted", MESSAGE, None)


def test_a_notification_of_nothing_quotes_nothing(box: Path) -> None:
    signal = came(box, NOTIFICATION.replace("Original-Message-ID: <", "Original-Message-ID: <x"))
    assert (signal.what, signal.message) == ("noted", None)


def answer(
    by: Issued | None = None,
    *,
    subject: str = "Sikker post",
    text: str = "Tak",
    more: str = "",
    to: Issued | None = None,
    manifest: Manifest | None = None,
) -> bytes:
    """Aabenraa's answer, sealed to the hospital; without a manifest it is one in words."""
    head = HEADERS.replace(b"Sikker post [k7t2-9fqd-xm4w]", subject.encode())
    part = f"--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    told = [] if manifest is None else [attached(name_of(manifest.reference), MEDIA_TYPE, manifest.as_bytes())]
    clear = mixed(part, *told).replace(HEADERS, head + more.encode())
    sealed = encrypted(signed(clear, signer(by or pki().town), "=_s"), [(to or pki().hospital).certificate])
    return around(sealed, head)


def answering(in_reply_to: str | None = REFERENCE, **other: Any) -> Manifest:
    """What Aabenraa's system says of its answer."""
    said = Manifest(
        delivery_id=ANSWER,
        reference="a1b2c3d4e5f60718",
        document_type="svar",
        sender=Party(mailbox=RECEIVER, cvr=TOWN),
        recipient=Party(mailbox=SENDER, cvr=HOSPITAL),
        created=NOW,
        expires=NOW + timedelta(days=30),
        attachments=(),
        in_reply_to=in_reply_to,
    )
    return replace(said, **other)


class TestAnswers:
    """A signed answer whose manifest names our letter; what only quotes it in words is for a person."""

    def test_it_acknowledges_and_says_from_whom_to_whom(self, box: Path) -> None:
        signal = came(box, answer(manifest=answering()))
        assert (signal.what, signal.reference, signal.signed_by) == ("acknowledged", REFERENCE, TOWN)
        assert signal.answer == SignedAnswer(delivery=ANSWER, sender=RECEIVER, recipient=SENDER)

    def test_it_may_name_the_letter_by_its_delivery_id(self, box: Path) -> None:
        signal = came(box, answer(manifest=answering(str(MESSAGE))))
        assert (signal.what, signal.reference, signal.message) == ("acknowledged", None, MESSAGE)

    def test_a_manifest_that_answers_nothing_proves_nothing(self, box: Path) -> None:
        signal = came(box, answer(subject=f"[{REFERENCE}]", manifest=answering(None)))
        assert (signal.what, signal.why, signal.reference) == ("noted", "answered-in-words", REFERENCE)

    @pytest.mark.parametrize("field", ["auto-replied", "auto-generated", "Auto-Replied; owner=x", "yes"])
    def test_what_a_machine_sent_proves_nothing(self, box: Path, field: str) -> None:
        """RFC 3834 §5, on the outside or in what is signed."""
        inside = answer(more=f"Auto-Submitted: {field}\r\n", manifest=answering())
        outside = f"Auto-Submitted: {field}\r\n".encode() + answer(manifest=answering())
        for raw in (inside, outside):
            signal = came(box, raw)
            assert (signal.what, signal.why, signal.reference) == ("noted", "sent-by-a-machine", REFERENCE)

    def test_what_says_that_a_person_sent_it_is_an_answer(self, box: Path) -> None:
        assert came(box, b"Auto-Submitted: no\r\n" + answer(manifest=answering())).what == "acknowledged"

    @pytest.mark.parametrize(
        ("subject", "text"),
        [
            (f"SV: Sikker post [{REFERENCE}]", "Modtaget."),
            ("SV", f"Modtaget. Jeres reference: {REFERENCE}."),
            ("SV", f"Ref. {REFERENCE}"),
        ],
    )
    def test_in_words_it_is_noted(self, box: Path, subject: str, text: str) -> None:
        signal = came(box, answer(subject=subject, text=text))
        assert (signal.what, signal.why, signal.reference) == ("noted", "answered-in-words", REFERENCE)

    def test_it_may_quote_the_message_it_answers(self, box: Path) -> None:
        signal = came(box, answer(more=f"In-Reply-To: <{MESSAGE}@sygehus-soenderjylland.example>\r\n"))
        assert (signal.what, signal.reference, signal.message) == ("noted", None, MESSAGE)

    def test_two_references_are_none(self, box: Path) -> None:
        signal = came(box, answer(subject=f"[{REFERENCE}] [abcdefgh12345678]"))
        assert (signal.what, signal.reference) == ("noted", None)

    def test_a_reference_on_the_outside_alone_counts_for_nothing(self, box: Path) -> None:
        raw = answer().replace(b"Subject: Sikker post\r\n", f"Subject: Sikker post [{REFERENCE}]\r\n".encode(), 1)
        assert came(box, raw).reference is None

    def test_who_signed_is_told_and_judged_elsewhere(self, box: Path) -> None:
        assert came(box, answer(pki().away, subject=f"[{REFERENCE}]")).signed_by == "35209115"

    @pytest.mark.parametrize("flaw", ["expired", "revoked", "impostor"])
    def test_a_signer_that_is_not_trusted_is_refused(self, box: Path, flaw: str) -> None:
        signal = came(box, answer(pki().bad[flaw], subject=f"[{REFERENCE}]"))
        assert (signal.what, signal.why, signal.reference) == ("refused", "mail-cannot-be-opened", None)

    def test_what_is_sealed_to_somebody_else_is_refused(self, box: Path) -> None:
        assert came(box, answer(to=pki().away)).why == "mail-cannot-be-opened"

    def test_a_changed_answer_is_refused(self, box: Path) -> None:
        clear = signed(mixed(b"--m\r\nContent-Type: text/plain\r\n\r\nTak\r\n"), signer(pki().town), "=_s")
        changed = encrypted(clear.replace(b"Tak", b"Nej"), [pki().hospital.certificate])
        assert came(box, around(changed)).why == "mail-cannot-be-opened"

    def test_one_whose_signers_revocation_is_unknown_stays(self, box: Path) -> None:
        (box / "new" / "1.host").write_bytes(answer(subject=f"[{REFERENCE}]"))
        (box / "crl" / "issuing.crl").unlink()
        assert list(listening(box).heard()) == []
        write_lists(box / "crl")
        assert [receipt.what for receipt in listening(box).heard()] == ["noted"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff",
        b"Subject: hello\r\n\r\nModtaget, reference 0f1e2d3c4b5a6978\r\n",
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\r\n\r\n--x--\r\n",
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n",
    ],
)
def test_any_other_mail_is_left_for_a_person(box: Path, raw: bytes) -> None:
    signal = came(box, raw)
    assert (signal.what, signal.why) == ("refused", "mail-neither-report-nor-sealed")
    assert signal.reference is None


class TestTheMaildir:
    def test_it_is_heard_until_it_is_done_with(self, box: Path) -> None:
        signal = came(box, REPORT)
        listener = listening(box)
        assert [receipt.source for receipt in listener.heard()] == [signal.source]
        assert [receipt.source for receipt in listener.heard()] == [signal.source]
        listener.done(signal)
        listener.done(signal)
        assert list(listener.heard()) == []
        assert [path.name for path in (box / "cur").iterdir()] == ["1.host:2,S"]

    def test_two_listeners_do_not_stumble_over_each_other(self, box: Path) -> None:
        first, second = listening(box), listening(box)
        (box / "new" / "1.host").write_bytes(REPORT.encode())
        (one,), (other,) = first.heard(), second.heard()
        first.done(one)
        second.done(other)
        assert list(second.heard()) == []

    def test_a_folder_that_is_not_there_is_empty(self, tmp_path: Path) -> None:
        assert list(Maildir(tmp_path / "none").waiting()) == []


def test_no_noise_is_ever_proof(tmp_path: Path) -> None:
    for name in ("new", "crl"):
        (tmp_path / name).mkdir()
    write_lists(tmp_path / "crl")
    lines = REPORT.splitlines(keepends=True)

    @given(st.lists(st.integers(0, len(lines) - 1), max_size=4), st.binary(max_size=30))
    def mutated(dropped: list[int], noise: bytes) -> None:
        kept = "".join(line for number, line in enumerate(lines) if number not in dropped)
        signal = came(tmp_path, kept.encode() + noise)
        assert signal.what in ("delivered", "refused")
        if signal.what == "delivered":
            assert (signal.reference, signal.recipient) == (REFERENCE, RECEIVER)

    mutated()


def test_an_answer_whose_manifest_is_over_is_refused(box: Path) -> None:
    """The replayed answer of guide §12: a window of 30 days."""
    letter = to_town()
    sender, recipient = replace(letter.recipient, certificates=()), approved(letter.sender, pki().hospital)
    reply = replace(letter, sender=sender, recipient=recipient, recorded_at=NOW - timedelta(days=31))
    packer = sealing(box / "crl", pki().hospital, signs=pki().town)
    assert came(box, packer.pack(reply, PDF, FHIR).body).why == "manifest-expired"
    assert came(box, packer.pack(replace(reply, recorded_at=NOW), PDF, FHIR).body).what == "noted"
