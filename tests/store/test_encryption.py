"""Sealed events: what cannot be read, moved, altered or explained away."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, update

from hub.errors import EvidenceBroken
from hub.evidence.canonical import body_hash
from hub.store import CaseErased, Keys, Record, Shredded, VersionConflict
from hub.store.keys import DataKey
from hub.store.mapper import COMMITTED
from hub.store.rows import LoggedEvent
from hub.store.tables import case_key, event, log_head
from tests import people
from tests.store.acts import KEYS, NAMES, Counted, KeyDestroyed, Noted, claiming, events, opened, save

SECRET = "hun har sagt, at hun er bange"


def altered(record: Record, case: UUID, version: int, **values: object) -> None:
    """Change a row behind the record's back."""
    here = (event.c.stream_id == case, event.c.version == version)
    with record.engine.begin() as connection:
        assert connection.execute(update(event).where(*here).values(**values)).rowcount == 1


def stored(record: Record, case: UUID, version: int) -> object:
    here = (event.c.stream_id == case, event.c.version == version)
    with record.engine.connect() as connection:
        return connection.execute(select(event).where(*here)).one()


def forged(record: Record, case: UUID, version: int) -> None:
    """Give a row the body's hash and the leaf that fit what stands in it now."""
    row = stored(record, case, version)
    altered(record, case, version, body_digest=body_hash(row.body))
    row = LoggedEvent.from_row(stored(record, case, version))
    altered(record, case, version, leaf=row.leaf_at(row.partition, row.id, row.recorded_at))


ALTERATIONS = {
    "body": lambda row: {"body": row.body[:-1] + bytes([row.body[-1] ^ 1])},
    "format": lambda row: {"body": b"\x07" + row.body[1:]},
    "name": lambda _: {"topic": "noted.v1"},
    "nonce": lambda row: {"nonce": bytes(12)},
    "key id": lambda _: {"key_id": "case.0000000000000000"},
    "recorded_at": lambda row: {"recorded_at": row.recorded_at - 1},
    "command": lambda _: {"command_id": uuid4()},
    "seq": lambda _: {"command_seq": 5},
    "leaf": lambda _: {"leaf": bytes(32)},
    "body's hash": lambda _: {"body_digest": bytes(32)},
    "no body": lambda _: {"body": None},
}


@pytest.mark.parametrize("column", ALTERATIONS)
def test_an_altered_row_is_never_shown_and_never_verified(record: Record, column: str):
    case = uuid4()
    record.append([save(case, 0, Noted(SECRET), Counted(7))])
    altered(record, case, 2, **ALTERATIONS[column](stored(record, case, 2)))
    with pytest.raises(EvidenceBroken):
        record.stream(case)
    with pytest.raises(EvidenceBroken):
        record.verify()


@pytest.mark.parametrize("column", ["body", "format", "name", "key id"])
def test_who_also_forges_the_leaf_is_stopped_by_the_key(record: Record, column: str):
    case = uuid4()
    record.append([save(case, 0, Noted(SECRET), Counted(7))])
    altered(record, case, 2, **ALTERATIONS[column](stored(record, case, 2)))
    forged(record, case, 2)
    with pytest.raises(EvidenceBroken):
        record.stream(case)
    with pytest.raises(EvidenceBroken, match="frontier"):
        record.verify()


def test_a_body_moved_to_another_version_does_not_open(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(1), Counted(2), Counted(3))])
    other = stored(record, case, 2)
    altered(record, case, 3, body=other.body, nonce=other.nonce)
    forged(record, case, 3)
    with pytest.raises(EvidenceBroken, match="altered"):
        record.stream(case)


def test_a_missing_row_is_found_by_verifying(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(1), Counted(2), Counted(3))])
    with record.engine.begin() as connection:
        connection.execute(delete(event).where(event.c.version == 2))
    with pytest.raises(EvidenceBroken, match=r"position 2 .* missing"):
        record.verify()


def test_a_record_cut_short_is_found_by_verifying(record: Record):
    record.append([save(uuid4(), 0, Counted(1))])
    with record.engine.begin() as connection:
        connection.execute(delete(event))
    with pytest.raises(EvidenceBroken, match="ends at 0"):
        record.verify()


def test_a_head_set_back_is_found_by_verifying(record: Record):
    record.append([save(uuid4(), 0, Counted(1))])
    with record.engine.begin() as connection:
        connection.execute(update(log_head).where(log_head.c.next_pos == 2).values(frontier=bytes(32)))
    with pytest.raises(EvidenceBroken, match="frontier"):
        record.verify()


def test_nothing_that_was_said_lies_readable_in_the_database(sqlite_url: str, tmp_path: Path):
    with opened(sqlite_url) as record:
        record.append([save(uuid4(), 0, Noted(SECRET))])
        files = [file.read_bytes() for file in tmp_path.iterdir()]
    assert files
    for data in files:
        assert SECRET.encode() not in data
        assert b"familieambulatorium" not in data


def test_the_wrong_master_key_is_told_at_once(database_url: str):
    opened(database_url).close()
    with pytest.raises(EvidenceBroken, match="master key"):
        Record.open(database_url, Keys(bytes(32)), NAMES)


def test_a_case_key_wrapped_by_another_master_key_opens_nothing(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted(SECRET))])
    with opened(record.engine.url.render_as_string(hide_password=False)) as other:
        with other.engine.begin() as connection:
            key = DataKey("case", bytes(32))
            connection.execute(update(case_key).values(wrapped_dek=Keys(bytes(32)).wrap(case, key)))
        with pytest.raises(EvidenceBroken, match="does not open with this master key") as broken:
            other.stream(case)
    assert SECRET not in str(broken.value)


def test_a_second_key_cannot_take_the_place_of_the_first(record: Record):
    """Whoever holds the master key can wrap another key, but the first event names the one it was sealed under."""
    case = uuid4()
    record.append([save(case, 0, Noted(SECRET))])
    forged = DataKey("case", bytes(32))
    with opened(record.engine.url.render_as_string(hide_password=False)) as other:
        row = stored(other, case, 1)
        assert row.body[:1] == COMMITTED
        values = {"wrapped_dek": KEYS.wrap(case, forged), "key_commitment": forged.commitment, "key_id": forged.id}
        with other.engine.begin() as connection:
            connection.execute(update(case_key).values(**values))
        with pytest.raises(EvidenceBroken, match="another key"):
            other.stream(case)
        altered(other, case, 1, key_id=forged.id)
        moved = LoggedEvent.from_row(stored(other, case, 1))
        altered(other, case, 1, leaf=moved.leaf_at(moved.partition, moved.id, moved.recorded_at))
        with pytest.raises(EvidenceBroken, match="commits to"):
            other.stream(case)


def test_a_lost_key_table_is_told_from_an_erased_case(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted(SECRET))])
    with opened(record.engine.url.render_as_string(hide_password=False)) as other:
        with other.engine.begin() as connection:
            connection.execute(delete(case_key))
        with pytest.raises(EvidenceBroken, match="missing"):
            other.stream(case)


def test_an_erased_case_shows_that_something_was_done_and_nothing_of_what(record: Record):
    case, other = uuid4(), uuid4()
    record.append([save(case, 0, Noted(SECRET), Counted(1))])
    record.append([save(other, 0, Noted("en anden sag"))])
    record.shred(save(case, 2, KeyDestroyed()))
    rows = record.stream(case)
    assert events(rows) == [Shredded("noted.v1"), Shredded("counted.v1"), KeyDestroyed()]
    assert [row.meta is None for row in rows] == [True, True, False]
    assert events(record.stream(other)) == [Noted("en anden sag")]
    assert record.verify() == record.head()


def test_an_erased_case_stays_erased_in_the_next_process(database_url: str):
    case = uuid4()
    with opened(database_url) as record:
        record.append([save(case, 0, Noted(SECRET))])
        record.shred(save(case, 1, KeyDestroyed()))
    with opened(database_url) as record:
        assert events(record.stream(case)) == [Shredded("noted.v1"), KeyDestroyed()]


def test_nothing_more_is_sealed_in_an_erased_case(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted("a"))])
    late = opened(record.engine.url.render_as_string(hide_password=False))
    assert events(late.stream(case)) == [Noted("a")]  # this process still holds the key
    record.shred(save(case, 1, KeyDestroyed()))
    for where in (record, late):
        with pytest.raises(CaseErased):
            where.append([save(case, 0, Noted("b"), stream=uuid4())])
    record.append([save(case, 2, KeyDestroyed())])
    late.close()
    assert record.head().total == 3


def test_a_key_is_destroyed_together_with_the_event_that_says_so_or_not_at_all(record: Record):
    case = uuid4()
    record.append([save(case, 0, Noted("a"))])
    with pytest.raises(VersionConflict):
        record.shred(save(case, 0, KeyDestroyed()))
    with pytest.raises(ValueError, match="audit key"):
        record.shred(save(case, 1, Noted("b")))
    assert events(record.stream(case)) == [Noted("a")]


def test_erasing_a_case_forgets_whose_it_was(record: Record):
    case, digest = uuid4(), KEYS.citizen_digest(people.NANCY.cpr.digits)
    record.append([claiming(save(case, 0, Noted("a")), digest)])
    record.shred(save(case, 1, KeyDestroyed()))
    assert record.cases_of(digest) == []


def test_a_destroyed_key_is_not_left_in_the_sqlite_file(sqlite_url: str, tmp_path: Path):
    case = uuid4()
    with opened(sqlite_url) as record:
        record.append([save(case, 0, Noted("a"))])
        with record.engine.connect() as connection:
            wrapped = connection.execute(select(case_key.c.wrapped_dek)).scalar_one()
        record.shred(save(case, 1, KeyDestroyed()))
        assert all(wrapped not in file.read_bytes() for file in tmp_path.iterdir())


def test_no_nonce_is_used_twice(record: Record):
    case = uuid4()
    record.append([save(case, 0, *[Counted(1)] * 200)])
    with record.engine.connect() as connection:
        nonces = connection.execute(select(event.c.nonce)).scalars().all()
    assert len(set(nonces)) == 200
    assert {len(nonce) for nonce in nonces} == {12}


def test_the_data_key_of_every_case_is_another(record: Record):
    for _ in range(5):
        record.append([save(uuid4(), 0, Counted(1))])
    with record.engine.connect() as connection:
        assert len(set(connection.execute(select(case_key.c.key_commitment)).scalars())) == 5


def test_the_library_at_hand_is_aes_256_gcm():
    """One published vector (NIST SP 800-38D, McGrew and Viega, test case 14), so that a wrong primitive shows here."""
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), b"")
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
