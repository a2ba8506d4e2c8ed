"""What lies in an inbox lies sealed by its case's key: nobody reads it in the database, and an erasure reaches it."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select, update

from hub.errors import EvidenceBroken
from hub.store import Record
from projections.fhir_inbox.inbox import FhirInbox, inbox
from projections.fhir_inbox.page import InboxPage, opened, pull
from projections.follow import Follower
from tests.projections import inboxes
from tests.projections.inboxes import MINE, TRANSLATE, erase, letter_of, send


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    """A record with two letters to one unit, each in a case of its own, and the inbox that holds them."""
    with inboxes.opened(database_url) as made:
        send(made, MINE)
        send(made, MINE)
        Follower(made, FhirInbox(letter_of, TRANSLATE, made.case_seal().close)).catch_up()
        yield made


def page(record: Record) -> InboxPage:
    """What the inbox holds, as it lies there."""
    with record.engine.connect() as connection:
        return pull(connection, MINE, count=10)


def cases(record: Record) -> list[UUID]:
    return [message.case for message in page(record).messages]


def test_the_bundle_is_not_readable_and_opens_to_what_was_translated(record: Record) -> None:
    lying, seen = page(record).messages, opened(page(record), record.case_seal().open).messages
    assert len(seen) == 2
    for sealed, clear in zip(lying, seen, strict=True):
        assert b"resourceType" not in sealed.bundle
        assert clear.bundle.startswith(b'{"resourceType":"Bundle"')
        assert str(clear.id).encode() in clear.bundle


def test_a_bundle_put_in_the_place_of_another_does_not_open(record: Record) -> None:
    first, second = page(record).messages
    with record.engine.begin() as connection:
        moved = update(inbox).where(inbox.c.bundle_id == second.id)
        connection.execute(moved.values(bundle=first.bundle, case_id=first.case))
    with pytest.raises(EvidenceBroken):
        opened(page(record), record.case_seal().open)


def test_an_erased_case_is_unreadable_before_its_row_is_gone(record: Record) -> None:
    gone, left = cases(record)
    erase(record, gone, 1)
    assert cases(record) == [gone, left]
    assert [message.case for message in opened(page(record), record.case_seal().open).messages] == [left]


def test_nothing_is_put_into_an_inbox_for_an_erased_case(record: Record) -> None:
    """A follower that read the letter just before the key went finds no key to seal it with."""
    gone = cases(record)[0]
    letter = record.stream(gone)
    erase(record, gone, 1)
    late = FhirInbox(letter_of, TRANSLATE, record.case_seal().close)
    with record.engine.begin() as connection:
        connection.execute(inbox.delete())
        late.apply(connection, letter)
        assert connection.execute(select(inbox)).all() == []
