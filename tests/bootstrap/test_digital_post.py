"""Digital Post on a real record: a letter leaves as a MeMo to whoever prefers it, and receipts do what they may."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.digital_post.memo import Message, read
from adapters.digital_post.receipts import BusinessReceipt, write
from adapters.digital_post.rules import broken
from adapters.digital_post.xml import parse
from adapters.secure_mail.folder import FolderCarrier
from hub.application.command_context import CommandContext
from hub.bootstrap.build import build
from hub.bootstrap.workers import Workers
from hub.domain.case import CaseCommand
from hub.domain.delivery import DeliveryNoted
from hub.errors import TryAgainLater, Unreadable
from hub.ports.carrier import Parcel
from hub.settings import DigitalPostSettings, Settings
from hub.vocabulary.organisations import Unit
from projections import outbox
from tests.adapters.documents.reading import opened
from tests.domain.acts import disclose, give_consent, open_case
from tests.people import CLINIC, FAMILIES, KIRSTEN, acting_for

NURSES_AWAY = Unit.parse("kommune/sundhedspleje@soenderborg")  # prefers Digital Post in the sample directory


class Posted:
    """A hub, and one letter that it sent."""

    def __init__(self, workers: Workers, folder: Path, to: Unit) -> None:
        self.workers, self.folder = workers, folder
        now, handler = workers.services.clock(), workers.services.command_handler
        envelope = CommandContext(actor=acting_for(CLINIC), key="open", request=b"", came=now)
        self.case = handler.open_case(envelope, lambda key: replace(open_case(now), case=key)).case

        def act(name: str, make: Callable[[UUID], CaseCommand]) -> None:
            sent = replace(envelope, key=f"{name} {to}")
            handler.handle(self.case, sent, lambda key, _: make(key))

        act("consent", lambda key: give_consent(now, key, recipients=(to,)))
        act("disclose", lambda key: disclose(now, disclosure=key, recipient=to))
        while workers.turn():
            pass

    def sent(self) -> list[Message]:
        """The MeMo messages in the outbox."""
        return [read(file.read_bytes()) for file in sorted((self.folder / "outbox").glob("*.xml"))]

    def receive(self, name: str, **other: Any) -> None:
        """A business receipt comes, and the hub listens."""
        (message,) = self.sent()
        receipt = BusinessReceipt(
            transmission=name, message=message.uuid, error_code=None, status=None, at=datetime.now(UTC)
        )
        (self.folder / "receipts" / f"{name}.json").write_bytes(write(replace(receipt, **other)))
        assert self.workers.delivery.listen() == 1

    def events(self) -> list[object]:
        """What stands on the delivery and, of deliveries, on the case."""
        events = (row.event for row in self.workers.services.record.case(self.case))
        return [event for event in events if type(event).__name__.startswith("Delivery")]

    def names(self) -> list[str]:
        """The same, by name."""
        return [type(event).__name__ for event in self.events()]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    (tmp_path / "receipts").mkdir()
    settings = Settings(
        env="test",
        data_dir=tmp_path,
        outbox_dir=tmp_path / "outbox",
        digital_post=DigitalPostSettings(receipts_dir=tmp_path / "receipts"),
    )
    with build(settings) as services:
        yield Workers(services)


@pytest.fixture
def posted(workers: Workers, tmp_path: Path) -> Posted:
    return Posted(workers, tmp_path, NURSES_AWAY)


def test_whoever_prefers_digital_post_gets_a_memo_and_no_mail(posted: Posted, tmp_path: Path) -> None:
    (message,) = posted.sent()
    assert message.label.startswith("Sikker post [")
    assert message.code == "TV-videregivelse"
    (file,) = (tmp_path / "outbox").iterdir()
    assert broken(parse(file.read_bytes()), (KIRSTEN.name, KIRSTEN.address, KIRSTEN.cpr.digits)) == ()
    assert "Kirsten Test Berggren" in opened(message.main.content)
    assert {"DeliveryAccepted", "DeliveryDeparted"} <= set(posted.names())


def test_whoever_prefers_nothing_gets_a_mail(workers: Workers, tmp_path: Path) -> None:
    assert Posted(workers, tmp_path, FAMILIES).sent() == []
    assert [file.suffix for file in (tmp_path / "outbox").iterdir()] == [".eml"]


def test_a_positive_receipt_proves_arrival_once(posted: Posted) -> None:
    """SM-30, SM-41: repeated, it changes nothing."""
    posted.receive("first")
    assert posted.names()[-2:] == ["DeliveryReceived", "DeliveryCompleted"]
    before = posted.names()
    posted.receive("again")
    posted.receive("first")
    assert [name for name in posted.names() if name != "DeliveryNoted"] == before


def test_a_negative_receipt_ends_it_and_proof_that_comes_late_is_proof(posted: Posted) -> None:
    """SM-30: late."""
    posted.receive("first", error_code="4711")
    assert posted.names()[-2:] == ["DeliveryAbandoned", "DeliveryFailed"]
    posted.receive("late")
    assert posted.names()[-2:] == ["DeliveryReceived", "DeliveryCompleted"]


def test_a_receipt_with_zero_for_no_error_is_an_error(posted: Posted) -> None:
    """SM-30, guide §7: blank or 0 had everything sent again in July 2022."""
    posted.receive("zero", error_code="0")
    assert posted.names()[-1] == "DeliveryFailed"


def test_a_word_nobody_has_confirmed_closes_nothing(posted: Posted) -> None:
    """SM-30."""
    posted.receive("first", status="NEVER-HEARD-OF")
    last = posted.events()[-1]
    assert isinstance(last, DeliveryNoted)
    assert (last.what, last.why) == ("noted", "unknown-receipt-status")


def test_a_receipt_for_a_message_nobody_sent_changes_nothing(posted: Posted) -> None:
    """SM-30."""
    before = posted.names()
    posted.receive("stranger", message=UUID("7e1f0f5c-5d43-4b2f-8f55-0a4b9f0d6e11"))
    assert posted.names() == before


def test_a_receipt_of_digital_post_says_nothing_of_a_mail(workers: Workers, tmp_path: Path) -> None:
    posted = Posted(workers, tmp_path, FAMILIES)
    message = next(getattr(event, "message_id", None) for event in posted.events())
    assert isinstance(message, UUID)
    receipt = BusinessReceipt(transmission="t", message=message, error_code=None, status=None, at=datetime.now(UTC))
    (tmp_path / "receipts" / "t.json").write_bytes(write(receipt))
    assert workers.delivery.listen() == 1
    last = posted.events()[-1]
    assert isinstance(last, DeliveryNoted)
    assert last.why == "receipt-by-another-channel"


def test_a_folder_without_schemas_stops_the_start(tmp_path: Path) -> None:
    with (
        pytest.raises(Unreadable) as wrong,
        build(Settings(env="test", data_dir=tmp_path, digital_post=DigitalPostSettings(schemas=tmp_path))),
    ):
        pass
    assert wrong.value.field == "TVAERSPOR_MEMO_SCHEMAS"


def test_a_certificate_that_is_none_stops_the_start(tmp_path: Path) -> None:
    settings = Settings(
        env="test",
        data_dir=tmp_path,
        digital_post=DigitalPostSettings(
            sf1601_url="https://platform.example",
            sf1601_tokens_url="https://tokens.example",
            sf1601_cvr="29190909",
            sf1601_certificate_file=tmp_path / "none.crt",
            sf1601_key_file=tmp_path / "none.key",
        ),
    )
    with pytest.raises(Unreadable) as wrong, build(settings):
        pass
    assert wrong.value.field == "TVAERSPOR_SF1601_CERTIFICATE_FILE"


def test_with_the_operators_schemas_a_letter_still_leaves(shared: Path, tmp_path: Path) -> None:
    """SM-24, end to end."""
    schemas = shared / "standards" / "memo"
    with build(
        Settings(
            env="test",
            data_dir=tmp_path,
            outbox_dir=tmp_path / "outbox",
            digital_post=DigitalPostSettings(schemas=schemas),
        )
    ) as services:
        workers = Workers(services)
        assert len(Posted(workers, tmp_path, NURSES_AWAY).sent()) == 1


def test_a_letter_that_must_wait_holds_up_none_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that is away for hours stops its own letters and no others, however many of them wait."""
    carry = FolderCarrier.carry

    def away(carrier: FolderCarrier, parcel: Parcel) -> None:
        if carrier.name == "memo-folder":
            raise TryAgainLater("folder-missing")
        carry(carrier, parcel)

    monkeypatch.setattr(FolderCarrier, "carry", away)
    monkeypatch.setattr(outbox, "waiting", partial(outbox.waiting, limit=1))
    with build(Settings(env="test", data_dir=tmp_path, outbox_dir=tmp_path / "outbox")) as services:
        workers = Workers(services)
        assert Posted(workers, tmp_path, NURSES_AWAY).names()[-1] == "DeliveryRejected"
        Posted(workers, tmp_path, FAMILIES)
        assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
