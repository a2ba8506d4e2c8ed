"""A house that carries: which letter leaves first. Parcels are told apart by the delivery they belong to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from adapters.secure_mail.folder import FolderCarrier
from hub.application.command_context import CommandContext
from hub.bootstrap.build import House, build
from hub.domain.case import CaseCommand
from hub.domain.identity import act_of
from hub.ports.carrier import Parcel
from hub.settings import Settings
from projections import outbox
from tests.domain.acts import disclose, give_consent, open_case, report_concern
from tests.people import CLINIC, acting_for


class Posting:
    """A house with a case that lets the clinic write; `left` tells the kinds of letters in the order they left."""

    def __init__(self, house: House) -> None:
        self.house, self.left, self.meanwhile = house, list[str](), list[Callable[[], object]]()
        now = house.clock()
        self.case = house.hub.open_case(self.sent("open"), lambda key: replace(open_case(now), case=key)).case
        self.act("consent", lambda key: give_consent(now, key))

    def sent(self, key: str) -> CommandContext:
        return CommandContext(actor=acting_for(CLINIC), key=key, request=b"", came=self.house.clock())

    def act(self, name: str, make: Callable[[UUID], CaseCommand]) -> None:
        self.house.hub.handle(self.case, self.sent(name), lambda key, _: make(key))
        self.house.follow()

    def disclose(self, name: str) -> None:
        now = self.house.clock()
        self.act(name, lambda key: disclose(now, disclosure=key))

    def worry(self) -> None:
        now = self.house.clock()
        self.act("worry", lambda _: report_concern(now))

    def carry(self, _: FolderCarrier, parcel: Parcel) -> None:
        """What the folder does instead of keeping the letter: note its kind, and let happen what happens meanwhile."""
        rows = self.house.record.case(self.case)
        (act,) = [
            recorded.event.act
            for recorded in rows
            if recorded.name == "delivery-queued.v1" and parcel.delivery == recorded.event.message_id
        ]
        self.left += [
            recorded.name
            for recorded in rows
            if recorded.name != "delivery-queued.v1" and act_of(recorded.event) == act
        ][:1]
        while self.meanwhile:
            self.meanwhile.pop()()

    def empty(self) -> None:
        """Until nothing moves."""
        while self.house.turn():
            pass


@pytest.fixture
def posting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Posting]:
    with build(Settings(env="test", data_dir=tmp_path, outbox_dir=tmp_path / "outbox")) as house:
        made = Posting(house)
        monkeypatch.setattr(FolderCarrier, "carry", lambda carrier, parcel: made.carry(carrier, parcel))
        yield made


def test_an_underretning_leaves_before_what_was_written_earlier(posting: Posting) -> None:
    posting.disclose("first")
    posting.disclose("second")
    posting.worry()
    posting.empty()
    assert posting.left == ["concern-reported.v1", "disclosure-made.v1", "disclosure-made.v1"]


def test_an_underretning_that_comes_meanwhile_waits_for_no_more_than_a_sheet(
    posting: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "waiting", partial(outbox.waiting, limit=1))
    for name in ("first", "second", "third"):
        posting.disclose(name)
    posting.house.turn()
    posting.meanwhile.append(posting.worry)
    posting.empty()
    assert posting.left.index("concern-reported.v1") == 1
