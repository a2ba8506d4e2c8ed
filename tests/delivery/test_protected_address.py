"""C13: what was packed with an address that is protected since never leaves for a private receiver (CPR-loven § 28)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.course.citizen import ProtectAddress
from hub.domain.delivery import DeliveryAccepted, DeliveryRenewed
from hub.errors import TryAgainLater
from hub.vocabulary.organisations import Unit
from tests.delivery.test_dispatcher import trips
from tests.domain.acts import disclose, give_consent
from tests.office import Office
from tests.people import CLINIC, DOCTOR, FAMILIES, KIRSTEN
from tests.postroom import Postroom

HOUR = timedelta(hours=1)


@pytest.fixture
def room(sqlite_url: str) -> Iterator[Postroom]:
    """A postroom on an empty record."""
    with Office(sqlite_url) as office:
        yield Postroom(office)


def tried(room: Postroom, recipient: Unit) -> UUID:
    """A letter that was packed with her address, and could not be carried yet; its case."""
    office = room.office
    case = office.open().case
    office.act(case, lambda key: give_consent(office.clock(), key, recipients=(recipient,)))
    office.act(case, lambda key: disclose(office.clock(), disclosure=key, recipient=recipient))
    room.carrier.trouble = trips(TryAgainLater("busy"))
    room.empty()
    assert room.carrier.taken == {}
    return case


def protect(room: Postroom, case: UUID) -> None:
    """The clinic learns of the protection."""
    room.office.act(case, lambda _: ProtectAddress(at=room.office.clock(), by=CLINIC))


def gone(room: Postroom) -> bytes:
    """The one letter that left."""
    (body,) = room.carrier.taken.values()
    return body


def test_it_is_packed_anew_under_a_new_id_without_the_address(room: Postroom) -> None:
    case = tried(room, DOCTOR)
    protect(room, case)
    room.later(HOUR)
    _, events = room.letter(case)
    (renewed,) = [event for event in events if isinstance(event, DeliveryRenewed)]
    assert renewed.why == "address-protected"
    assert isinstance(events[-1], DeliveryAccepted)
    assert list(room.carrier.taken) == [renewed.message_id]
    assert KIRSTEN.address.encode() not in gone(room)


def test_it_is_renewed_once(room: Postroom) -> None:
    case = tried(room, DOCTOR)
    protect(room, case)
    room.carrier.trouble = trips(TryAgainLater("busy"), 2)
    for _ in range(4):
        room.later(HOUR)
    _, events = room.letter(case)
    assert sum(isinstance(event, DeliveryRenewed) for event in events) == 1
    assert isinstance(events[-1], DeliveryAccepted)


def test_an_authority_gets_what_was_packed(room: Postroom) -> None:
    case = tried(room, FAMILIES)
    protect(room, case)
    room.later(HOUR)
    _, events = room.letter(case)
    assert not any(isinstance(event, DeliveryRenewed) for event in events)
    assert KIRSTEN.address.encode() in gone(room)
