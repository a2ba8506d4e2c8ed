"""Letters on the road: sealed, carried over real SMTP, heard of again – and lost or doubled by nothing that happens."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import Envelope

from adapters.secure_mail.manifest import Party
from adapters.secure_mail.trial_pki import Issued
from hub.domain.course.events import ChangeMunicipality, CloseCase, EndPregnancy
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryCompleted,
    DeliveryEscalated,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryNoted,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRenewed,
    evolve,
)
from hub.domain.retry_policy import MISSING, UNKNOWN, troubles
from hub.errors import Contradiction, TryAgainLater, Unreadable
from hub.observability import log
from hub.ports.carrier import Parcel
from hub.vocabulary.period import local_day
from tests.adapters.secure_mail.mailserver import Inbox, free_port, server_context, serving
from tests.adapters.secure_mail.pki import NOW, TOWN, pki, write_lists
from tests.adapters.secure_mail.test_receipts import NOTIFICATION, REPORT, answer, answering
from tests.domain.acts import disclose, give_consent, report_concern, withdraw_consent
from tests.fakes import CarrierInMemory, SetClock
from tests.office import Office
from tests.people import CLINIC, FAMILIES, KIRSTEN, NURSES
from tests.road.mail_hub import MAILBOX, MailHub, Municipality

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TO_FAMILIES = "familieafdeling@aabenraa.example"


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    with Office(sqlite_url, SetClock(NOW)) as made:
        yield made


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def hub(office: Office, tmp_path: Path, inbox: Inbox) -> Iterator[MailHub]:
    """A hub beside a mail server that answers."""
    with serving(inbox, server_context(tmp_path), data_size_limit=100 << 20) as port:
        yield MailHub(office, tmp_path, port)


def outcomes(hub: MailHub, case: UUID) -> list[object]:
    return [event for event in hub.office.events(case) if isinstance(event, DeliveryCompleted | DeliveryFailed)]


def report(hub: MailHub, case: UUID, action: str = "delivered", status: str = "2.0.0", **other: str) -> str:
    """What the receiver's server says of the letter of this case."""
    said = REPORT.replace("0f1e2d3c4b5a6978", hub.letter(case)[0].queued.reference)
    said = said.replace("Action: delivered", f"Action: {action}").replace("Status: 2.0.0", f"Status: {status}")
    for old, new in other.items():
        assert old in said
        said = said.replace(old, new)
    return said


class TestOnItsWay:
    def test_a_letter_leaves_sealed_and_the_municipality_reads_it(
        self, hub: MailHub, inbox: Inbox, tmp_path: Path
    ) -> None:
        case = hub.told()
        hub.empty()
        letter, events = hub.letter(case)
        (raw,) = inbox.mails
        opened = Municipality(tmp_path).takes(raw)
        assert opened.manifest is not None
        assert opened.manifest.delivery_id == letter.queued.message_id
        (attempt,) = [event for event in events if isinstance(event, DeliveryAttempted)]
        assert (attempt.channel, attempt.size) == ("smtp", len(raw))
        assert attempt.content_sha256 == opened.content_sha256
        assert inbox.envelopes == [("kvittering@hub.example", (TO_FAMILIES,))]

    def test_handed_over_is_not_delivered(self, hub: MailHub) -> None:
        """SM-20: 250 is never shown as delivered; the case learns nothing of it."""
        case = hub.told()
        hub.empty()
        (shown,) = hub.shown(case)
        assert shown.status == "accepted"
        assert isinstance(hub.letter(case)[1][-1], DeliveryAccepted)
        assert outcomes(hub, case) == []

    def test_a_retry_is_the_same_bytes_under_the_same_ids(self, hub: MailHub, inbox: Inbox) -> None:
        """SM-21: byte equality, though every sealing is different."""
        inbox.at, inbox.reply = "DATA", "451 not now"
        heard: list[bytes] = []

        case = hub.told()
        carry = hub.dispatcher._packed._channels.carrier.carry

        def listening(parcel: Parcel) -> None:
            heard.append(parcel.body)
            carry(parcel)

        object.__setattr__(hub.dispatcher._packed._channels, "carrier", Overheard(listening))
        hub.empty()
        for _ in range(4):
            hub.office.clock.forward(3 * HOUR)
            hub.empty()
        inbox.at = ""
        hub.office.clock.forward(5 * HOUR)
        hub.empty()
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert len(heard) == letter.attempts > 3
        assert set(heard) == {inbox.mails[0]}
        assert len({event.payload_sha256 for event in events if isinstance(event, DeliveryAttempted)}) == 1

    def test_what_was_packed_is_let_go_once_it_has_left(self, hub: MailHub) -> None:
        case = hub.told()
        hub.empty()
        assert hub.letter(case)[0].status == "accepted"
        assert hub.office.record.parcels().deliveries() == []


class TestJudgedAnew:
    """Guide §0, C30: mailbox, approval, certificate and revocation before every attempt, not only the first."""

    @pytest.fixture
    def case(self, hub: MailHub, inbox: Inbox) -> UUID:
        """A letter that was sealed, and that the relay would not take yet."""
        inbox.at, inbox.reply = "DATA", "451 not now"
        case = hub.told()
        hub.empty()
        assert hub.letter(case)[0].status == "rejected"
        inbox.at = ""
        return case

    def later(self, hub: MailHub) -> None:
        hub.office.clock.forward(2 * MINUTE)
        hub.empty()

    def test_a_revoked_certificate_is_sealed_to_no_more_and_nothing_leaves(
        self, hub: MailHub, inbox: Inbox, case: UUID
    ) -> None:
        write_lists(hub.folder / "crl", revoked=(pki().town,))
        self.later(hub)
        letter, events = hub.letter(case)
        assert inbox.mails == []
        assert set(troubles(letter)) == {"certificate-revoked"}
        assert {event.why for event in events if isinstance(event, DeliveryEscalated)} == {"certificate-revoked"}

    def test_it_is_held_until_a_certificate_is_fit_and_then_it_goes(
        self, hub: MailHub, inbox: Inbox, case: UUID
    ) -> None:
        """Guide §0: held until a person acts, however long; the letter is not given up."""
        write_lists(hub.folder / "crl", revoked=(pki().town,))
        for _ in range(3):
            hub.office.clock.forward(20 * HOUR)
            write_lists(hub.folder / "crl", revoked=(pki().town,))
            hub.empty()
        letter, _ = hub.letter(case)
        assert (inbox.mails, letter.status, letter.hindered) == ([], "queued", True)
        assert outcomes(hub, case) == []
        hub.directory.town = pki().town_next
        self.later(hub)
        assert hub.letter(case)[0].status == "accepted"
        assert len(inbox.mails) == 1

    def test_an_approval_that_is_withdrawn_stops_what_was_sealed(self, hub: MailHub, inbox: Inbox, case: UUID) -> None:
        hub.directory.approving = False
        self.later(hub)
        assert inbox.mails == []
        assert set(troubles(hub.letter(case)[0])) == {"recipient-has-no-certificate"}

    def test_another_certificate_is_sealed_to_under_a_new_id_that_names_the_old(
        self, hub: MailHub, inbox: Inbox, case: UUID, tmp_path: Path
    ) -> None:
        hub.directory.town = pki().town_next
        self.later(hub)
        letter, events = hub.letter(case)
        (renewed,) = [event for event in events if isinstance(event, DeliveryRenewed)]
        assert (renewed.replaces, renewed.why) == (letter.queued.message_id, "certificate-changed")
        assert (letter.status, letter.message_id) == ("accepted", renewed.message_id)
        opened = Municipality(tmp_path, pki().town_next).takes(inbox.mails[0])
        assert opened.manifest is not None
        assert (opened.manifest.delivery_id, opened.manifest.reference) == (
            renewed.message_id,
            letter.queued.reference,
        )
        assert troubles(letter) == ("certificate-changed",)
        with pytest.raises(Unreadable):
            Municipality(tmp_path, pki().town).takes(inbox.mails[0])

    def test_a_mailbox_that_changed_is_written_to_and_the_old_one_is_not(
        self, hub: MailHub, inbox: Inbox, case: UUID
    ) -> None:
        hub.directory.mailbox = "ny@aabenraa.example"
        self.later(hub)
        assert [to for _, to in inbox.envelopes] == [("ny@aabenraa.example",)]
        assert troubles(hub.letter(case)[0]) == ("mailbox-changed",)

    def test_unknown_revocation_makes_it_wait_as_it_is(self, hub: MailHub, inbox: Inbox, case: UUID) -> None:
        (hub.folder / "crl" / "issuing.crl").unlink()
        self.later(hub)
        assert inbox.mails == []
        write_lists(hub.folder / "crl")
        self.later(hub)
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert not [event for event in events if isinstance(event, DeliveryRenewed)]

    def test_a_crash_between_renewing_and_letting_go_sends_nothing_stale(
        self, hub: MailHub, inbox: Inbox, case: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hub.directory.mailbox = "ny@aabenraa.example"
        with monkeypatch.context() as dying:
            dies(dying, hub, "accepted")
            with pytest.raises(Crash):
                self.later(hub)
        hub.empty()
        assert [to for _, to in inbox.envelopes] == [("ny@aabenraa.example",)]

    def test_an_answer_to_the_renewed_letter_acknowledges_it(self, hub: MailHub, case: UUID) -> None:
        hub.directory.town = pki().town_next
        self.later(hub)
        hub.comes_back(answer(pki().town_next, manifest=answering(str(hub.letter(case)[0].message_id))))
        assert hub.letter(case)[0].proof == "acknowledged"


class TestSuccessors:
    """C05: a unit that closed names who takes over, and from which day; old acts keep the old name."""

    TODAY, LATER = local_day(NOW), local_day(NOW) + timedelta(days=3)
    NEW = "sundhedspleje@aabenraa.example"

    def test_a_letter_to_a_closed_unit_goes_to_its_successor(self, hub: MailHub, inbox: Inbox) -> None:
        hub.directory.successors[FAMILIES] = (NURSES, self.TODAY)
        case = hub.worried()
        hub.empty()
        letter, _ = hub.letter(case)
        assert (letter.status, letter.queued.recipient) == ("accepted", FAMILIES)
        assert [to for _, to in inbox.envelopes] == [(self.NEW,)]

    def test_before_that_day_it_goes_to_the_unit_itself(self, hub: MailHub, inbox: Inbox) -> None:
        hub.directory.successors[FAMILIES] = (NURSES, self.LATER)
        hub.worried()
        hub.empty()
        assert [to for _, to in inbox.envelopes] == [(MAILBOX,)]

    def test_one_under_way_on_that_day_is_sealed_anew_for_the_successor(self, hub: MailHub, inbox: Inbox) -> None:
        inbox.at, inbox.reply = "DATA", "451 not now"
        case = hub.worried()
        hub.empty()
        hub.directory.successors[FAMILIES] = (NURSES, self.TODAY)
        inbox.at = ""
        hub.office.clock.forward(2 * MINUTE)
        hub.empty()
        letter, events = hub.letter(case)
        assert [event.why for event in events if isinstance(event, DeliveryRenewed)] == ["mailbox-changed"]
        assert letter.status == "accepted"
        assert [to for _, to in inbox.envelopes] == [(self.NEW,)]

    @pytest.mark.parametrize("mailbox", [MAILBOX, NEW])
    def test_the_unit_that_was_written_to_and_its_successor_may_both_answer(
        self, hub: MailHub, inbox: Inbox, mailbox: str
    ) -> None:
        case = hub.told()
        hub.empty()
        hub.directory.successors[FAMILIES] = (NURSES, self.TODAY)
        hub.comes_back(replied(hub, case, sender=Party(mailbox=mailbox, cvr=TOWN)))
        assert hub.letter(case)[0].proof == "acknowledged"


@dataclass
class Overheard:
    """A carrier that is listened to."""

    carry: Callable[[Parcel], None]
    name: str = "smtp"


class TestNotLeaving:
    def test_a_withdrawn_consent_holds_it(self, hub: MailHub, inbox: Inbox) -> None:
        """SM-23: made only from a committed disclosure, and looked at again before it leaves."""
        case = hub.office.open().case
        consent = hub.office.act(case, lambda key: give_consent(NOW, key)).act
        assert hub.turn() == 0, "without an act that leaves there is no letter"
        hub.office.act(case, lambda key: disclose(NOW, disclosure=key))
        hub.office.act(case, lambda _: withdraw_consent(NOW, consent))
        hub.empty()
        assert hub.letter(case)[0].status == "held"
        assert inbox.heard == []

    def test_a_municipality_she_has_left_is_held(self, hub: MailHub, inbox: Inbox) -> None:
        """SM-23: the recipient is the municipality decided when it was recorded, checked again (guide §12)."""
        case = hub.office.open(municipality="aabenraa").case
        hub.office.act(case, lambda key: give_consent(NOW, key))
        inbox.at, inbox.reply = "RCPT", "450 later"
        hub.office.act(case, lambda key: disclose(NOW, disclosure=key))
        hub.empty()
        hub.office.act(case, lambda _: ChangeMunicipality(to="odense", at=NOW, by=CLINIC))
        hub.office.clock.forward(HOUR)
        inbox.at = ""
        hub.empty()
        held = [event for event in hub.letter(case)[1] if isinstance(event, DeliveryHeld)]
        assert [event.why for event in held] == ["municipality-changed"]
        assert inbox.mails == []

    def test_an_underretning_goes_to_a_municipality_she_has_left_and_a_person_is_told(
        self, hub: MailHub, inbox: Inbox
    ) -> None:
        """SM-23 holds for everything else (guide §0)."""
        case = hub.office.open(municipality="aabenraa").case
        inbox.at, inbox.reply = "RCPT", "450 later"
        hub.office.act(case, lambda _: report_concern(NOW))
        hub.empty()
        assert hub.letter(case)[0].escalated == frozenset()
        hub.office.act(case, lambda _: ChangeMunicipality(to="odense", at=NOW, by=CLINIC))
        hub.office.clock.forward(2 * MINUTE)
        inbox.at = ""
        hub.empty()
        letter, _ = hub.letter(case)
        assert (letter.status, len(inbox.mails)) == ("accepted", 1)
        assert troubles(letter) == ("lives-elsewhere",)

    def test_one_she_never_lived_in_is_not(self, hub: MailHub, inbox: Inbox) -> None:
        case = hub.office.open(municipality="odense").case
        hub.office.act(case, lambda key: give_consent(NOW, key))
        hub.office.act(case, lambda key: disclose(NOW, disclosure=key))
        hub.empty()
        assert hub.letter(case)[0].status == "accepted"

    def test_unknown_revocation_holds_it_until_it_is_known(self, hub: MailHub, inbox: Inbox, tmp_path: Path) -> None:
        """SM-10: noted once, tried again, sent when the list has come."""
        (tmp_path / "crl" / "issuing.crl").unlink()
        case = hub.told()
        hub.empty()
        for _ in range(5):
            hub.office.clock.forward(MINUTE)
            hub.empty()
        letter, events = hub.letter(case)
        assert (letter.status, letter.attempts, inbox.heard) == ("queued", 0, [])
        assert [(event.what, event.why) for event in events if isinstance(event, DeliveryNoted)] == [
            ("hindered", "revocation-unknown")
        ]
        assert hub.shown(case)[0].detail == "revocation-unknown"
        write_lists(tmp_path / "crl")
        hub.office.clock.forward(MINUTE)
        hub.empty()
        assert hub.letter(case)[0].status == "accepted"

    def test_one_that_can_never_be_sealed_ends_with_an_alarm(self, hub: MailHub, inbox: Inbox) -> None:
        hub.directory.approving = False
        case = hub.told()
        hub.empty()
        (failed,) = outcomes(hub, case)
        assert isinstance(failed, DeliveryFailed)
        assert failed.why == "recipient-has-no-certificate"
        assert [type(event) for event in hub.letter(case)[1]] == [DeliveryQueued, DeliveryAbandoned], "no attempt"
        assert inbox.heard == []


def test_a_channel_that_is_not_configured_is_never_replaced_by_another(hub: MailHub, inbox: Inbox) -> None:
    """Guide §12: no automatic change of kind; a person decides."""
    hub.directory.channel = "digital-post"
    case = hub.told()
    hub.empty()
    (failed,) = outcomes(hub, case)
    assert isinstance(failed, DeliveryFailed)
    assert failed.why == "channel-not-configured"
    assert [type(event) for event in hub.letter(case)[1]] == [DeliveryQueued, DeliveryAbandoned], "no attempt"
    assert inbox.heard == []


class TestTheClocks:
    def test_an_underretning_that_cannot_leave_is_a_persons_after_an_hour(self, hub: MailHub, inbox: Inbox) -> None:
        """SM-39: told once; tried on, and given up after a day."""
        inbox.at, inbox.reply = "MAIL", "421 closed"
        case = hub.worried()
        hub.empty()
        for _ in range(48):  # the wait before the last attempt is drawn by lot
            hub.office.clock.forward(HOUR)
            hub.empty()
        _, events = hub.letter(case)
        escalated = [event for event in events if isinstance(event, DeliveryEscalated)]
        assert [event.why for event in escalated] == ["not-sent"]
        assert escalated[0].at - NOW == HOUR
        assert isinstance(events[-1], DeliveryAbandoned)
        assert events[-1].why == "expired"
        assert timedelta(hours=24) <= events[-1].at - NOW <= timedelta(hours=48)

    def test_silence_is_told_until_somebody_speaks(self, hub: MailHub) -> None:
        """SM-39: an underretning is late after half an hour and missing after two."""
        case = hub.worried()
        hub.empty()
        for _ in range(6):
            hub.office.clock.forward(30 * MINUTE)
            hub.empty()
        told = [event.why for event in hub.letter(case)[1] if isinstance(event, DeliveryEscalated)]
        assert told == ["receipt-late", "receipt-missing"]
        hub.comes_back(report(hub, case))
        assert hub.letter(case)[0].status == "received"


def replied(hub: MailHub, case: UUID, by: Issued | None = None, **other: Any) -> bytes:
    """The receiver's signed answer to the letter of this case."""
    return answer(by, manifest=answering(hub.letter(case)[0].queued.reference, **other))


class TestHearing:
    """SM-19: what a report may do, and no more; SM-41: all of it stands as events with codes."""

    @pytest.fixture
    def case(self, hub: MailHub) -> UUID:
        case = hub.told()
        hub.empty()
        return case

    def test_delivered_is_proof_and_comes_onto_the_case(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(report(hub, case))
        assert hub.letter(case)[0].proof == "delivered"
        (told,) = outcomes(hub, case)
        assert isinstance(told, DeliveryCompleted)
        assert told.proof == "delivered"

    @pytest.mark.parametrize(
        ("action", "status", "noted"), [("relayed", "2.0.0", "relayed"), ("delayed", "4.4.1", "delayed")]
    )
    def test_relayed_and_delayed_are_noted(
        self, hub: MailHub, case: UUID, action: str, status: str, noted: str
    ) -> None:
        hub.comes_back(report(hub, case, action, status))
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [event.what for event in events if isinstance(event, DeliveryNoted)] == [noted]
        assert outcomes(hub, case) == []

    def test_failed_ends_it_and_a_person_must_act(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(report(hub, case, "failed", "5.1.1"))
        (told,) = outcomes(hub, case)
        assert isinstance(told, DeliveryFailed)
        assert told.why == "bounced-5-1-1"

    def test_a_notification_is_noted_and_closes_nothing(self, hub: MailHub, case: UUID) -> None:
        message = str(hub.letter(case)[0].queued.message_id)
        hub.comes_back(NOTIFICATION.replace("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d", message))
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [event.what for event in events if isinstance(event, DeliveryNoted)] == ["noted"]

    def test_a_signed_answer_acknowledges(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(replied(hub, case))
        assert hub.letter(case)[0].proof == "acknowledged"
        (told,) = outcomes(hub, case)
        assert isinstance(told, DeliveryCompleted)

    def test_an_answer_after_delivery_stands_too_and_the_case_is_told_once(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(report(hub, case))
        hub.comes_back(replied(hub, case), "2.host")
        proofs = [event.proof for event in hub.letter(case)[1] if isinstance(event, DeliveryReceived)]
        assert proofs == ["delivered", "acknowledged"]
        assert len(outcomes(hub, case)) == 1

    def test_anothers_answer_is_refused(self, hub: MailHub, case: UUID) -> None:
        """A receipt for another's message: Odense signs for Aabenraa's letter (guide §12)."""
        hub.comes_back(replied(hub, case, pki().away))
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [(event.what, event.why) for event in events if isinstance(event, DeliveryNoted)] == [
            ("refused", "receipt-signed-by-another-organisation")
        ]

    @pytest.mark.parametrize("action", ["delivered", "failed"])
    def test_a_report_of_another_receiver_is_refused(self, hub: MailHub, case: UUID, action: str) -> None:
        status = {"delivered": "2.0.0", "failed": "5.1.1"}[action]
        other = {"rfc822;familieafdeling@aabenraa.example": "rfc822;sundhedspleje@aabenraa.example"}
        hub.comes_back(report(hub, case, action, status, **other))
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [event.why for event in events if isinstance(event, DeliveryNoted)] == ["receipt-for-another-recipient"]
        assert outcomes(hub, case) == []

    def test_a_forged_report_is_one_note_however_often_it_comes(self, hub: MailHub, case: UUID) -> None:
        for number in range(20):
            forged = report(hub, case, **{"Return-Path: <>": f"Return-Path: <t{number}@evil.example>"})
            hub.comes_back(forged, f"{number}.host")
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [event.why for event in events if isinstance(event, DeliveryNoted)] == ["report-not-from-null-sender"]

    def test_a_report_of_nothing_we_sent_changes_nothing(self, hub: MailHub, case: UUID) -> None:
        before = hub.office.record.head()
        hub.comes_back(REPORT)
        assert hub.office.record.head() == before
        assert list((hub.folder / "new").iterdir()) == []

    def test_a_report_before_anything_left_is_refused(self, hub: MailHub, inbox: Inbox, tmp_path: Path) -> None:
        (tmp_path / "crl" / "issuing.crl").unlink()
        case = hub.told()
        hub.empty()
        hub.comes_back(report(hub, case))
        letter, events = hub.letter(case)
        assert letter.status == "queued"
        assert "receipt-before-sending" in [event.why for event in events if isinstance(event, DeliveryNoted)]

    @pytest.mark.parametrize(("action", "status"), [("delivered", "2.0.0"), ("relayed", "2.0.0"), ("failed", "5.1.1")])
    def test_a_report_of_a_letter_the_relay_would_not_take_is_refused(
        self, hub: MailHub, inbox: Inbox, action: str, status: str
    ) -> None:
        inbox.at, inbox.reply = "DATA", "451 later"
        case = hub.told()
        hub.empty()
        hub.comes_back(report(hub, case, action, status))
        letter, events = hub.letter(case)
        assert letter.status == "rejected"
        assert [event.why for event in events if isinstance(event, DeliveryNoted)] == ["receipt-before-sending"]
        inbox.at = ""
        hub.office.clock.forward(UNKNOWN)
        hub.empty()
        assert hub.letter(case)[0].status == "accepted"

    @pytest.mark.parametrize(("action", "status"), [("delivered", "2.0.0"), ("relayed", "2.0.0"), ("failed", "5.1.1")])
    def test_a_replayed_report_has_no_second_effect(self, hub: MailHub, case: UUID, action: str, status: str) -> None:
        """SM-38: the same again changes nothing, whatever file it comes in."""
        raw = report(hub, case, action, status)
        hub.comes_back(raw)
        before = hub.office.record.head()
        for number in range(3):
            hub.comes_back(raw, f"again-{number}.host")
        assert hub.office.record.head() == before

    def test_a_bounce_after_an_answer_is_noted_only(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(replied(hub, case))
        hub.comes_back(report(hub, case, "failed", "5.1.1"), "2.host")
        letter, events = hub.letter(case)
        assert letter.status == "received"
        assert [(event.what, event.why) for event in events if isinstance(event, DeliveryNoted)] == [
            ("failed", "bounced-5-1-1")
        ]

    @pytest.mark.parametrize("order", [("delivered", "failed"), ("failed", "delivered")])
    def test_no_report_lifts_a_bounce(self, hub: MailHub, case: UUID, order: tuple[str, str]) -> None:
        """Guide §0: whoever saw the subject can write that it was delivered, before the bounce or after it."""
        for number, action in enumerate(order):
            status = {"delivered": "2.0.0", "failed": "5.1.1"}[action]
            hub.comes_back(report(hub, case, action, status), f"{number}.host")
        letter, _ = hub.letter(case)
        assert (letter.status, troubles(letter)) == ("abandoned", ("bounced-5-1-1",))
        assert isinstance(outcomes(hub, case)[-1], DeliveryFailed)
        hub.comes_back(replied(hub, case), "answer.host")
        assert isinstance(outcomes(hub, case)[-1], DeliveryCompleted)

    @pytest.mark.parametrize("action", ["delivered", "relayed"])
    def test_no_report_lifts_an_alarm(self, hub: MailHub, case: UUID, action: str) -> None:
        hub.office.clock.forward(MISSING)
        hub.turn()
        hub.comes_back(report(hub, case, action))
        assert troubles(hub.letter(case)[0]) == ("receipt-missing",)
        hub.comes_back(replied(hub, case), "answer.host")
        assert troubles(hub.letter(case)[0]) == ()

    def test_an_answer_in_words_is_a_persons_and_closes_nothing(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(answer(subject=f"SV: Sikker post [{hub.letter(case)[0].queued.reference}]"))
        letter, _ = hub.letter(case)
        assert (letter.status, troubles(letter)) == ("accepted", ("answered-in-words",))

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            ({"sender": Party(mailbox="sundhedspleje@aabenraa.example", cvr=TOWN)}, "receipt-from-another-sender"),
            ({"recipient": Party(mailbox=MAILBOX, cvr=TOWN)}, "receipt-to-another-recipient"),
        ],
    )
    def test_an_answer_that_names_somebody_else_is_refused(
        self, hub: MailHub, case: UUID, other: dict[str, Party], why: str
    ) -> None:
        hub.comes_back(replied(hub, case, **other))
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert [event.why for event in events if isinstance(event, DeliveryNoted)] == [why]

    def test_our_own_letter_that_comes_back_is_no_receipt(self, hub: MailHub, inbox: Inbox) -> None:
        """Unchanged, and even to a unit of the same organisation, which signs and opens with the same key."""
        hub.directory.united = True
        case = hub.told()
        hub.empty()
        (sent,) = inbox.mails
        for number, raw in enumerate([sent, sent.replace(b"Auto-Submitted: auto-generated\r\n", b"")]):
            hub.comes_back(raw, f"{number}.host")
        letter, events = hub.letter(case)
        assert letter.status == "accepted"
        assert {event.why for event in events if isinstance(event, DeliveryNoted)} == {"receipt-is-our-own-letter"}

    def test_proof_after_a_bounce_completes_it(self, hub: MailHub, case: UUID) -> None:
        hub.comes_back(report(hub, case, "failed", "4.4.7"))
        hub.comes_back(replied(hub, case), "2.host")
        assert [type(outcome) for outcome in outcomes(hub, case)] == [DeliveryFailed, DeliveryCompleted]

    def test_replaying_the_stream_gives_the_same_state(self, hub: MailHub, case: UUID) -> None:
        """SM-41: every attempt, receipt and refusal is an event; the state is their fold."""
        hub.comes_back(report(hub, case, "relayed"))
        hub.comes_back(report(hub, case, **{"Return-Path: <>": "Return-Path: <x@y.example>"}), "2.host")
        hub.comes_back(replied(hub, case), "3.host")
        letter, events = hub.letter(case)
        assert hub.dispatcher.deliveries.of(letter.queued.delivery).state == letter
        folded = None
        for event in events:
            folded = evolve(folded, event)  # type: ignore[arg-type]  # a delivery's stream holds nothing else
        assert folded == letter
        codes = [event.why for event in events if isinstance(event, DeliveryNoted) and event.why]
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)


class Crash(BaseException):
    """The process ends here."""


class TestCrashing:
    """SM-22: kill between each step; nothing lost, and no second effect at the receiver."""

    STEPS = ("pack", "keep", "kept", "attempted", "carry-before", "carry-after", "accepted", "dropped")

    @pytest.mark.parametrize("step", STEPS)
    def test_wherever_it_dies_the_letter_arrives_once(
        self, office: Office, tmp_path: Path, inbox: Inbox, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serving(inbox, server_context(tmp_path)) as port:
            first = MailHub(office, tmp_path, port)
            case = first.told()
            with monkeypatch.context() as dying:
                dies(dying, first, step)
                with pytest.raises(Crash):
                    first.empty()
            with office.beside() as restarted:
                second = MailHub(restarted, tmp_path, port)
                for _ in range(3):
                    second.empty()
                    office.clock.forward(UNKNOWN)
                second.empty()
                letter, _ = second.letter(case)
                assert letter.status == "accepted"
                assert restarted.record.parcels().deliveries() == []
        receiver = Municipality(tmp_path)
        for raw in inbox.mails:
            receiver.takes(raw)
        assert len(receiver.taken) == 1
        assert len(set(inbox.mails)) == 1, "a repeat is the same bytes"


def dies(dying: pytest.MonkeyPatch, hub: MailHub, step: str) -> None:
    """The process ends at this step, once."""
    dispatcher = hub.dispatcher
    channels, parcels = dispatcher._packed._channels, dispatcher._packed._parcels
    before, after = (
        {
            "pack": (channels.packer, "pack"),
            "keep": (parcels, "keep"),
            "kept": (None, "keep"),
            "attempted": (channels.carrier, "carry"),
            "carry-before": (channels.carrier, "carry"),
            "carry-after": (None, "carry"),
            "accepted": (parcels, "drop"),
            "dropped": (None, "drop"),
        }[step],
        {"kept": (parcels, "keep"), "carry-after": (channels.carrier, "carry"), "dropped": (parcels, "drop")}.get(step),
    )
    target, name = after or before
    assert target is not None
    real = getattr(target, name)

    def killed(*given: object) -> object:
        if after:
            real(*given)
        raise Crash

    dying.setattr(target, name, killed)


class TestManyWorkersAndAServerThatComesAndGoes:
    def test_nothing_is_lost_and_nothing_is_doubled(self, office: Office, tmp_path: Path, inbox: Inbox) -> None:
        """SM-22: two workers; the mail server is killed and restarted at random, and answers 451 at times."""
        chance, port = random.Random(20261121), free_port()
        context = server_context(tmp_path)
        with office.beside() as beside, ExitStack() as stack:
            workers = [MailHub(office, tmp_path, port), MailHub(beside, tmp_path, port)]
            serves: ExitStack | None = None
            cases = []
            for round_ in range(40):
                if len(cases) < 12 and round_ % 2 == 0:
                    cases.append(workers[0].told() if chance.random() < 0.7 else workers[0].worried())
                    close_case_of(office, cases[-1])
                if serves is None and chance.random() < 0.6:
                    serves = stack.enter_context(ExitStack())
                    serves.enter_context(serving(inbox, context, port))
                elif serves is not None and chance.random() < 0.3:
                    serves.close()
                    serves = None
                inbox.at, inbox.reply = chance.choice([("", ""), ("DATA", "451 x"), ("RCPT", "450 x"), ("", "")])
                chance.choice(workers).turn()
                chance.choice(workers).turn()
                office.clock.forward(timedelta(seconds=chance.randrange(20, 900)))
            inbox.at = ""
            if serves is None:
                stack.enter_context(serving(inbox, context, port))
            for _ in range(30):
                office.clock.forward(30 * MINUTE)
                for worker in workers:
                    worker.empty()
            states = [workers[0].letter(case)[0] for case in cases]
        assert [state.status for state in states] == ["accepted"] * len(cases)
        receiver = Municipality(tmp_path)
        for raw in inbox.mails:
            receiver.takes(raw, office.clock())
        assert set(receiver.taken) == {state.queued.message_id for state in states}
        assert len(inbox.mails) == len(cases), "none was taken twice: no answer was lost here, only whole servers"


@dataclass
class Faltering(Inbox):
    """A server that dies in the middle of a conversation, as often as not; with luck after it took the mail."""

    chance: random.Random = field(default_factory=lambda: random.Random(20261122))
    died: Counter[str] = field(default_factory=Counter)
    steady: bool = False

    def _dies(self, server: Any, step: str) -> None:
        if not self.steady and self.chance.random() < 0.25:
            self.died[step] += 1
            server.transport.abort()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        self._dies(server, "MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        self._dies(server, "RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self._dies(server, "taken")
        return answer


def test_a_server_that_dies_in_mid_sentence_loses_nothing_and_nothing_counts_twice(
    office: Office, tmp_path: Path
) -> None:
    """SM-22: what it had taken before its answer was lost comes again as the same bytes, and is done once."""
    inbox = Faltering()
    cases: list[UUID] = []
    with serving(inbox, server_context(tmp_path)) as port:
        hub = MailHub(office, tmp_path, port)
        for number in range(16):
            cases.append(hub.worried() if number % 3 == 0 else hub.told())
            close_case_of(office, cases[-1])
            hub.turn()
            hub.turn()
            office.clock.forward(timedelta(minutes=7))
        inbox.steady = True
        for _ in range(20):
            hub.empty()
            office.clock.forward(HOUR)
        letters = [hub.letter(case)[0] for case in cases]
    assert [letter.status for letter in letters] == ["accepted"] * len(cases)
    receiver = Municipality(tmp_path)
    for raw in inbox.mails:
        receiver.takes(raw, office.clock())
    assert set(receiver.taken) == {letter.queued.message_id for letter in letters}
    assert set(inbox.died) == {"MAIL", "RCPT", "taken"}
    assert len(inbox.mails) == len(cases) + inbox.died["taken"], "taken, and the answer lost: the only repeats"
    assert len(set(inbox.mails)) == len(cases), "a repeat is the same bytes"


def close_case_of(office: Office, case: UUID) -> None:
    """Kirsten has one case at a time: the next is another only where the unit has said that this one is over."""
    office.act(case, lambda _: EndPregnancy(at=office.clock(), by=CLINIC))
    office.act(case, lambda _: CloseCase(at=office.clock(), by=CLINIC, reason="test"))


def test_no_log_line_and_no_error_tells_anything_about_her(
    office: Office, tmp_path: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SM-40: canaries – her name, number and address, and what was said of her – are looked for in all that is said."""
    said: list[str] = []
    for level in ("debug", "info", "warning", "error"):
        monkeypatch.setattr(
            log, level, lambda event, **about: said.append(json.dumps([event, about], default=str)), raising=False
        )
    with serving(inbox, server_context(tmp_path)) as port:
        hub = MailHub(office, tmp_path, port)
        inbox.at, inbox.reply = "RCPT", "550 Kirsten Test Berggren does not live here"
        bounced = hub.told()
        hub.empty()
        close_case_of(office, bounced)
        inbox.at = ""
        (tmp_path / "crl" / "issuing.crl").unlink()
        case = hub.told()
        hub.empty()
        write_lists(tmp_path / "crl")
        office.clock.forward(MINUTE)
        hub.empty()
        for number, raw in enumerate(
            (report(hub, case, "failed", "5.1.1"), REPORT, answer(pki().away, subject="Kirsten 291182-9996"), b"\xff")
        ):
            hub.comes_back(raw, f"{number}.host")
    everything = "\n".join(said)
    assert len(said) >= 4
    for canary in ("Kirsten", "Berggren", KIRSTEN.cpr.digits, "291182", "Testpark", "uden stof", "aabenraa.example"):
        assert canary not in everything


def test_a_receipt_that_cannot_be_taken_in_now_comes_again(hub: MailHub, monkeypatch: pytest.MonkeyPatch) -> None:
    case = hub.told()
    hub.empty()
    (hub.folder / "new" / "1.host").write_text(report(hub, case))
    with monkeypatch.context() as busy:
        busy.setattr(hub.dispatcher, "received", lambda *_: (_ for _ in ()).throw(Contradiction("busy")))
        assert hub.listen() == 0
    assert hub.listen() == 1
    assert hub.letter(case)[0].status == "received"


def test_bytes_that_were_lost_are_not_made_anew(hub: MailHub, inbox: Inbox) -> None:
    """A new encryption would be a new delivery under old ids: it ends, and a person decides."""
    inbox.at, inbox.reply = "DATA", "451 later"
    case = hub.told()
    hub.empty()
    hub.office.record.parcels().drop(hub.letter(case)[0].queued.delivery)
    inbox.at = ""
    hub.office.clock.forward(HOUR)
    hub.empty()
    (failed,) = outcomes(hub, case)
    assert isinstance(failed, DeliveryFailed)
    assert failed.why == "packed-bytes-lost"
    assert inbox.mails == []


def test_a_carrier_in_memory_that_makes_trouble_is_told_by_its_code(office: Office, tmp_path: Path) -> None:
    def trouble() -> None:
        raise TryAgainLater("tls-not-offered")

    hub = MailHub(office, tmp_path, carrier=CarrierInMemory(trouble))
    case = hub.told()
    hub.empty()
    assert hub.shown(case)[0].detail == "tls-not-offered"
