"""Followers: every event once, in order, whatever happens in the middle."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Uuid, insert, select, update

from hub.errors import EvidenceBroken
from hub.store import Record, Recorded, Shredded
from hub.store.tables import event as log
from projections import follow
from projections.follow import Follower
from projections.rebuild import rebuild
from projections.tables import parked as parked_events
from projections.tables import shapes
from tests.store.acts import Counted, KeyDestroyed, Noted, opened, save
from tests.waiting import PATIENCE

seen = Table(
    "seen",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("partition", Integer, nullable=False),
    Column("pos", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
)
sums = Table("sums", MetaData(), Column("case_id", Uuid, primary_key=True), Column("total", Integer, nullable=False))


class Stumbled(Exception):
    """What a read model trips over in these tests."""


@dataclass
class Counting:
    """Writes down every counted event and adds up; trips over numbers it was told to trip over."""

    trips: set[int] = field(default_factory=set)
    before: Callable[[], None] = lambda: None
    name: str = "counting.v1"
    version: int = 1
    tables: Sequence[Table] = (seen, sums)

    def apply(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        self.before()
        for event in batch:
            match event.event:
                case Counted(number=number):
                    self._count(connection, event, number)
                case Shredded():
                    connection.execute(update(sums).where(sums.c.case_id == event.case).values(total=-1))

    def _count(self, connection: Connection, event: Recorded, number: int) -> None:
        place = {"partition": event.partition, "pos": event.position, "case_id": event.case, "number": number}
        connection.execute(insert(seen), place)
        if number in self.trips:
            raise Stumbled("hun hedder Nancy")
        if not connection.execute(
            update(sums).where(sums.c.case_id == event.case).values(total=sums.c.total + number)
        ).rowcount:
            connection.execute(insert(sums).values(case_id=event.case, total=number))


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    with opened(database_url) as made:
        yield made


def counted(record: Record) -> list[tuple[int, int, UUID, int]]:
    """What was written down, by place."""
    columns = (seen.c.partition, seen.c.pos, seen.c.case_id, seen.c.number)
    with record.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(seen.c.partition, seen.c.pos))]


def totals(record: Record) -> dict[UUID, int]:
    with record.engine.connect() as connection:
        return dict(connection.execute(select(sums.c.case_id, sums.c.total)).all())


def expected(record: Record) -> list[tuple[int, int, UUID, int]]:
    rows = ((row, row.event) for row in record.scan())
    return [(row.partition, row.position, row.case, e.number) for row, e in rows if isinstance(e, Counted)]


def fill(record: Record, cases: int = 10, events: int = 3) -> list[UUID]:
    made = [uuid4() for _ in range(cases)]
    for number, case in enumerate(made):
        record.append([save(case, 0, Noted("opened"), *[Counted(number)] * events)])
    return made


def test_a_follower_applies_every_event_once_and_in_order(record: Record):
    follower = Follower(record, Counting())
    fill(record)
    assert follower.catch_up() == 40
    assert follower.catch_up() == 0
    fill(record, cases=2)
    assert follower.catch_up() == 8
    assert counted(record) == expected(record)
    assert follower.position() == record.head()


def test_a_follower_goes_on_where_the_last_one_stopped(record: Record):
    fill(record)
    Follower(record, Counting()).catch_up()
    fill(record, cases=1)
    assert Follower(record, Counting()).catch_up() == 4
    assert counted(record) == expected(record)


def test_two_racing_followers_never_apply_an_event_twice(record: Record, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow, "BATCH", 7)
    fill(record, cases=60)
    followers = [Follower(record, Counting()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(Follower.catch_up, followers))
    assert sum(applied) == 240
    assert counted(record) == expected(record)


def test_a_crash_in_the_middle_of_a_batch_leaves_neither_rows_nor_position(
    record: Record, monkeypatch: pytest.MonkeyPatch
):
    follower = Follower(record, Counting())
    fill(record)
    moved = Follower._park

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Follower, "_park", crash)
    with pytest.raises(KeyboardInterrupt):
        follower.catch_up()
    assert counted(record) == []
    assert follower.position().total == 0
    monkeypatch.setattr(Follower, "_park", moved)
    follower.catch_up()
    assert counted(record) == expected(record)


def test_an_event_it_cannot_take_is_parked_with_those_behind_it_and_others_go_on(record: Record):
    bad, good = uuid4(), uuid4()
    record.append([save(bad, 0, Counted(1), Counted(13), Counted(3))])
    record.append([save(good, 0, Counted(5))])
    projection = Counting(trips={13})
    follower = Follower(record, projection)
    follower.catch_up()
    record.append([save(bad, 3, Counted(4))])
    record.append([save(good, 1, Counted(6))])
    follower.catch_up()
    assert totals(record) == {bad: 1, good: 11}
    places = [row.position for row in record.stream(bad)]
    assert [(entry.case, entry.position, entry.error) for entry in follower.parked()] == [
        (bad, places[1], "Stumbled"),
        (bad, places[2], None),
        (bad, places[3], None),
    ]
    projection.trips.clear()
    assert follower.retry_parked() == ()
    assert totals(record) == {bad: 21, good: 11}
    assert sorted(counted(record)) == sorted(expected(record))


def test_an_event_that_is_still_bad_stays_parked(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(13), Counted(1))])
    follower = Follower(record, Counting(trips={13}))
    follower.catch_up()
    before = follower.parked()
    assert follower.retry_parked() == before
    assert totals(record) == {}


def test_what_is_parked_says_nothing_about_anybody(record: Record, capsys: pytest.CaptureFixture[str]):
    record.append([save(uuid4(), 0, Counted(13))])
    follower = Follower(record, Counting(trips={13}))
    follower.catch_up()
    with record.engine.connect() as connection:
        parked = str(connection.execute(select(parked_events)).all())
    said = capsys.readouterr()
    assert "Stumbled" in parked
    assert "projection-parked" in said.out + said.err
    assert "Nancy" not in parked + said.out + said.err


def test_a_damaged_event_is_parked_with_those_behind_it_and_others_go_on(record: Record):
    bad, good = uuid4(), uuid4()
    record.append([save(bad, 0, Counted(1), Counted(2), Counted(3))])
    record.append([save(good, 0, Counted(5))])
    here = (log.c.stream_id == bad, log.c.version == 2)
    with record.engine.begin() as connection:
        leaf = connection.execute(select(log.c.leaf).where(*here)).scalar_one()
        connection.execute(update(log).where(*here).values(leaf=bytes(32)))
    follower = Follower(record, Counting())
    follower.catch_up()
    assert totals(record) == {bad: 1, good: 5}
    assert [event.error for event in follower.parked()] == ["EvidenceBroken", None]
    assert len(record.damage.places) == 1
    rebuild(record, Counting(), lambda _: None)
    assert totals(record) == {bad: 1, good: 5}
    with record.engine.begin() as connection:
        connection.execute(update(log).where(*here).values(leaf=leaf))
    assert follower.retry_parked() == ()
    assert totals(record) == {bad: 6, good: 5}
    assert record.damage.places == frozenset()


def test_an_erased_case_is_taken_like_any_other(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(5), Counted(6))])
    follower = Follower(record, Counting())
    follower.catch_up()
    record.shred(save(case, 2, KeyDestroyed()))
    follower.catch_up()
    assert follower.parked() == ()
    rebuild(record, Counting(), lambda _: None)
    assert totals(record) == {}
    assert follower.position() == record.head()


def test_a_rebuild_gives_the_same_table(record: Record, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("projections.rebuild.BATCH", 7)
    fill(record, cases=20)
    follower = Follower(record, Counting())
    follower.catch_up()
    before, sums_before, told = counted(record), totals(record), []
    assert rebuild(record, Counting(), told.append) == record.head()
    assert counted(record) == before
    assert totals(record) == sums_before
    assert sum(told) == record.head().total == 80
    assert len(told) > 1


def test_a_rebuild_repairs_a_table_that_was_wrong(record: Record):
    fill(record)
    follower = Follower(record, Counting(trips={3}))
    follower.catch_up()
    with record.engine.begin() as connection:
        connection.execute(seen.delete())
        connection.execute(update(sums).values(total=-7))
    rebuild(record, Counting(), lambda _: None)
    assert counted(record) == expected(record)
    assert follower.parked() == ()


def test_a_rebuild_parks_what_it_cannot_take(record: Record):
    fill(record, cases=4)
    rebuild(record, Counting(trips={2}), lambda _: None)
    assert sorted(set(totals(record).values())) == [0, 3, 9]
    assert [entry.error for entry in Follower(record, Counting()).parked()] == ["Stumbled", None, None]


def test_readers_and_followers_go_on_while_a_rebuild_is_under_way(record: Record):
    fill(record)
    follower = Follower(record, Counting())
    follower.catch_up()
    before = counted(record)

    def meanwhile() -> None:
        assert counted(record) == before
        rebuilding.before = lambda: None
        fill(record, cases=1)
        follower.catch_up()

    rebuilding = Counting(before=meanwhile)
    rebuild(record, rebuilding, lambda _: None)
    follower.catch_up()
    assert sorted(counted(record)) == sorted(expected(record))


def test_a_failed_rebuild_leaves_the_old_table(record: Record):
    fill(record)
    follower = Follower(record, Counting())
    follower.catch_up()
    before = counted(record)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(record, Counting(before=interrupt), lambda _: None)
    assert counted(record) == before
    rebuild(record, Counting(), lambda _: None)
    assert counted(record) == before


def test_a_writer_reads_her_own_writes_once_a_follower_has_caught_up(record: Record):
    follower = Follower(record, Counting())
    with ThreadPoolExecutor(1) as pool:
        for number in range(5):
            fill(record, cases=1)
            caught = pool.submit(follower.catch_up)
            assert follower.wait_until(record.head(), PATIENCE)
            assert len(counted(record)) == 3 * (number + 1)
            caught.result()


def test_a_follower_takes_what_another_process_appended(record: Record, database_url: str):
    follower = Follower(record, Counting())
    with opened(database_url) as other:
        fill(other, cases=1)
        follower.catch_up()
        assert follower.wait_until(other.head(), timeout=0)
    assert counted(record) == expected(record)


def test_waiting_for_what_does_not_come_ends(record: Record):
    follower = Follower(record, Counting())
    fill(record, cases=1)
    assert not follower.wait_until(record.head(), timeout=0.05)


class TestUpgrade:
    """A hub whose read model has other columns, or means something else by them, builds it anew by itself."""

    OTHERWISE = Table("sums", MetaData(), Column("case_id", Uuid, primary_key=True), Column("total", BigInteger))

    def test_other_columns(self, record: Record) -> None:
        fill(record)
        Follower(record, Counting()).catch_up()
        after = Follower(record, Counting(tables=(seen, self.OTHERWISE)))
        assert (after.position().total, counted(record), totals(record)) == (0, [], {})
        assert after.catch_up() == 40
        assert counted(record) == expected(record)

    def test_another_meaning(self, record: Record) -> None:
        fill(record)
        Follower(record, Counting(trips={3})).catch_up()
        after = Follower(record, Counting(version=2))
        assert (after.position().total, after.parked()) == (0, ())
        assert after.catch_up() == 40

    def test_tables_of_before_shapes_were_kept(self, record: Record) -> None:
        fill(record)
        Follower(record, Counting()).catch_up()
        with record.engine.begin() as connection:
            connection.execute(shapes.delete())
        assert Follower(record, Counting()).catch_up() == 40
        assert counted(record) == expected(record)

    def test_the_same_shape_goes_on(self, record: Record) -> None:
        fill(record)
        Follower(record, Counting()).catch_up()
        assert Follower(record, Counting()).catch_up() == 0

    def test_a_hub_of_the_old_version_beside_it_writes_nothing_more(self, record: Record) -> None:
        old = Follower(record, Counting())
        fill(record)
        new = Follower(record, Counting(version=2))
        with pytest.raises(EvidenceBroken, match="another version"):
            old.catch_up()
        assert new.catch_up() == 40
        with pytest.raises(EvidenceBroken, match="another version"):
            old.catch_up()
