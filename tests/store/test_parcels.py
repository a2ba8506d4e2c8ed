"""Packed letters on their way: whole or not at all, the first one kept, readable by nobody once the case is erased."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from hub.domain.course.events import CaseKeyDestroyed
from hub.errors import EvidenceBroken, TryAgainLater
from hub.ports.carrier import Parcel
from hub.store import CaseErased, Meta, PackedParcel, Save, writing
from hub.store.parcels import PIECE, parcel
from tests.delivery.test_dispatcher import trips
from tests.office import Office
from tests.people import MONDAY
from tests.postroom import Postroom

SENT = Parcel(
    delivery=UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d"),
    sender="familieambulatorium@sygehus-soenderjylland.example",
    recipient="familieafdeling@aabenraa.example",
    body=b"sealed\r\n" * 400_000,
    reference="0f1e2d3c",
    content_sha256="ab" * 32,
)
KEPT = PackedParcel(SENT, "smtp")


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with Office(database_url) as made:
        yield made


@pytest.fixture
def case(office: Office) -> UUID:
    return office.open().case


@pytest.mark.parametrize("body", [b"", b"x", bytes(PIECE), bytes(PIECE + 1), SENT.body])
def test_what_is_kept_is_given_back_whole(office: Office, case: UUID, body: bytes) -> None:
    parcels, delivery, kept = office.record.parcels(), uuid4(), PackedParcel(replace(SENT, body=body), "smtp")
    assert parcels.kept(case, delivery) is None
    parcels.keep(case, delivery, kept)
    with office.beside() as beside:
        assert beside.record.parcels().kept(case, delivery) == kept
    assert parcels.deliveries() == [delivery]
    parcels.drop(delivery)
    parcels.drop(delivery)
    assert parcels.kept(case, delivery) is None
    assert parcels.deliveries() == []


def test_the_first_to_keep_wins(office: Office, case: UUID) -> None:
    parcels, delivery = office.record.parcels(), uuid4()
    others = [PackedParcel(replace(SENT, body=bytes([number]) * 3 * PIECE), "smtp") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda parcel: parcels.keep(case, delivery, parcel), others))
    kept = parcels.kept(case, delivery)
    assert kept in others
    parcels.keep(case, delivery, KEPT)
    assert parcels.kept(case, delivery) == kept


def test_nothing_of_it_lies_in_clear(office: Office, case: UUID) -> None:
    office.record.parcels().keep(case, uuid4(), KEPT)
    with office.record.engine.connect() as connection:
        pieces = list(connection.execute(select(parcel.c.sealed)).scalars())
    assert len(pieces) == 1 + -(-len(SENT.body) // PIECE)
    assert not [piece for piece in pieces if b"sealed\r\n" in piece or b"aabenraa" in piece]


def test_erasing_the_case_erases_it(office: Office, case: UUID) -> None:
    parcels, delivery = office.record.parcels(), uuid4()
    parcels.keep(case, delivery, KEPT)
    version = office.hub.cases.load(case)[0]
    meta = Meta(client="tests", unit="-", received_at=MONDAY)
    erased = CaseKeyDestroyed(at=MONDAY, reason="")
    office.record.shred(
        Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(erased,), meta=meta)
    )
    assert parcels.kept(case, delivery) is None
    with pytest.raises(CaseErased):
        parcels.keep(case, uuid4(), KEPT)


class TestVerified:
    """`verify` holds what is kept against the attempts: it decides which bytes leave."""

    @pytest.fixture
    def waits(self, office: Office) -> tuple[UUID, UUID]:
        """A case, and a letter of it that was tried once and did not leave."""
        room = Postroom(office)
        room.carrier.trouble = trips(TryAgainLater("busy"))
        case, _ = room.told()
        room.empty()
        (delivery,) = office.record.parcels().deliveries()
        return case, delivery

    def test_a_sound_one(self, office: Office, waits: tuple[UUID, UUID]) -> None:
        assert office.record.verify() == office.record.head()

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (delete(parcel), "is missing"),
            (delete(parcel).where(parcel.c.piece == 1), "a piece of what a letter was packed into is missing"),
            (update(parcel).where(parcel.c.piece == 1).values(sealed=bytes(100)), "was altered"),
            (update(parcel).values(pieces=1), "was altered"),
            (update(parcel).values(case_id=uuid4()), "no event of that case opened it"),
            (update(parcel).values(delivery=uuid4()), "no event of that case opened it"),
        ],
        ids=["lost", "a piece lost", "altered", "cut short", "another's case", "another delivery"],
    )
    def test_one_that_is_not(self, office: Office, waits: tuple[UUID, UUID], change: Any, says: str) -> None:
        with writing(office.record.engine).begin() as connection:
            connection.execute(change)
        with pytest.raises(EvidenceBroken, match=says):
            office.record.verify()

    def test_other_bytes_than_were_sent(self, office: Office, waits: tuple[UUID, UUID]) -> None:
        case, delivery = waits
        parcels = office.record.parcels()
        kept = parcels.kept(case, delivery)
        assert kept is not None
        parcels.drop(delivery)
        parcels.keep(case, delivery, replace(kept, parcel=replace(kept.parcel, body=b"other bytes")))
        with pytest.raises(EvidenceBroken, match="is not what was sent"):
            office.record.verify()

    def test_what_a_crash_left_behind_is_no_fault(self, office: Office, waits: tuple[UUID, UUID]) -> None:
        """Let go of at the next start; and nobody can read what belongs to an erased case."""
        case, delivery = waits
        kept = office.record.parcels().kept(case, delivery)
        assert kept is not None
        room = Postroom(office)
        room.later(timedelta(hours=3))
        assert office.record.parcels().deliveries() == []
        office.record.parcels().keep(case, delivery, kept)
        assert office.record.verify() == office.record.head()


def test_a_piece_that_is_missing_or_altered_or_anothers_is_noticed(office: Office, case: UUID) -> None:
    parcels, mine, other = office.record.parcels(), uuid4(), uuid4()
    for broken in (
        delete(parcel).where(parcel.c.delivery == mine, parcel.c.piece == 2),
        update(parcel).where(parcel.c.delivery == mine, parcel.c.piece == 1).values(sealed=bytes(100)),
        update(parcel)
        .where(parcel.c.delivery == mine, parcel.c.piece == 1)
        .values(
            sealed=select(parcel.c.sealed).where(parcel.c.delivery == other, parcel.c.piece == 1).scalar_subquery()
        ),
        update(parcel).where(parcel.c.delivery == mine).values(pieces=2),
    ):
        parcels.keep(case, mine, KEPT)
        parcels.keep(case, other, KEPT)
        with writing(office.record.engine).begin() as connection:
            connection.execute(broken)
        with pytest.raises(EvidenceBroken):
            parcels.kept(case, mine)
        assert parcels.kept(case, other) == KEPT
        parcels.drop(mine)
