"""The pull door's read model: every message of a unit once and in order, whatever happens meanwhile; nobody else's."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID, uuid4

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert, select, update

from hub.api.fhir.cursor_seal import INBOX_CURSOR, CursorSeal
from hub.api.fhir.splice import spliced
from hub.errors import Unreadable
from hub.ports.letter import Letter
from hub.store import Record, Recorded
from hub.store.clock import moment
from projections.fhir_inbox.inbox import FhirInbox, inbox
from projections.fhir_inbox.page import MOST_GAPS, Cursor, InboxPage, find, pull
from projections.follow import Follower, ParkedEvent, apply_batch, park
from projections.rebuild import rebuild
from projections.tables import parked, prepare, tracking
from tests.adapters.fhir.letters import BASE
from tests.endurance import times
from tests.projections.inboxes import (
    INBOX,
    MINE,
    SEAL,
    THEIRS,
    TRANSLATE,
    Sent,
    acts,
    erase,
    hold,
    in_clear,
    letter_of,
    letter_to,
    opened,
    read,
    reread,
    send,
)


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    """An empty record, once on each engine."""
    with opened(database_url) as made:
        yield made


def expected(recorded: list[Recorded], unit: Recorded | object) -> set[UUID]:
    """The letters to a unit among these events."""
    letters = [letter_of(row) for row in recorded]
    return {letter.act for letter in letters if letter is not None and letter.recipient.unit == unit}


def filled(record: Record, letters: int) -> list[Recorded]:
    """Letters to both units, on as many cases, and applied."""
    recorded = [row for _ in range(letters) for row in send(record, MINE, None, THEIRS)]
    Follower(record, INBOX).catch_up()
    return recorded


def test_every_message_is_given_once_in_ascending_order_and_no_other_units(record: Record) -> None:
    recorded = filled(record, 25)
    pages = read(record.engine, MINE, count=7)
    assert [len(page.messages) for page in pages] == [7, 7, 7, 4]
    times = [message.recorded_at for page in pages for message in page.messages]
    assert times == sorted(times)
    assert len(acts(pages)) == 25
    assert set(acts(pages)) == expected(recorded, MINE)
    assert set(acts(read(record.engine, THEIRS))) == expected(recorded, THEIRS)


def test_whoever_goes_on_from_the_last_cursor_gets_what_is_new(record: Record) -> None:
    filled(record, 3)
    last = read(record.engine, MINE)[-1].cursor
    assert acts(read(record.engine, MINE, last)) == []
    new = filled(record, 2)
    assert set(acts(read(record.engine, MINE, last))) == expected(new, MINE)


def test_an_empty_inbox_gives_a_cursor_that_works_later(record: Record) -> None:
    Follower(record, INBOX).catch_up()
    (empty,) = read(record.engine, MINE)
    assert (empty.messages, empty.more) == ((), False)
    new = filled(record, 2)
    assert set(acts(read(record.engine, MINE, empty.cursor))) == expected(new, MINE)


def test_a_full_last_page_promises_no_more(record: Record) -> None:
    filled(record, 4)
    assert [(len(page.messages), page.more) for page in read(record.engine, MINE, count=2)] == [(2, True), (2, False)]


def test_since_gives_what_was_recorded_later_and_its_cursor_goes_on_from_there(record: Record) -> None:
    filled(record, 3)
    before = read(record.engine, MINE)[-1].messages[-1].recorded_at
    new = filled(record, 5)
    with record.engine.connect() as connection:
        first = pull(connection, MINE, since=before, count=2)
        rest = read(record.engine, MINE, first.cursor)
        nothing = pull(connection, MINE, since=datetime.fromisoformat("2999-01-01T00:00:00Z"), count=2)
    assert len(acts([first, *rest])) == 5
    assert set(acts([first, *rest])) == expected(new, MINE)
    assert nothing.messages == ()


def test_since_nothing_yet_gives_everything(record: Record) -> None:
    recorded = filled(record, 3)
    with record.engine.connect() as connection:
        page = pull(connection, MINE, since=recorded[0].recorded_at - timedelta(microseconds=1), count=9)
    assert set(acts([page])) == expected(recorded, MINE)


def test_a_message_is_found_by_its_unit_only(record: Record) -> None:
    filled(record, 1)
    (page,) = read(record.engine, MINE)
    with record.engine.connect() as connection:
        assert find(connection, MINE, page.messages[0].id) == page.messages[0]
        assert find(connection, THEIRS, page.messages[0].id) is None
        assert find(connection, MINE, uuid4()) is None


def test_a_bundle_says_when_it_came_here_and_is_the_translators_otherwise(record: Record) -> None:
    (recorded, *_) = filled(record, 1)
    letter = letter_of(recorded)
    assert letter is not None
    (message,) = read(record.engine, MINE)[0].messages
    made, served = TRANSLATE(letter), json.loads(message.bundle)
    assert served["id"] == str(message.id)
    assert datetime.fromisoformat(served["meta"]["lastUpdated"]) == message.recorded_at == recorded.recorded_at
    assert made[made.index(b'"identifier"') :] == message.bundle[message.bundle.index(b'"identifier"') :]
    assert served == json.loads(made) | {"meta": served["meta"]}
    assert (message.name, message.case) == (letter.name, recorded.case)


def test_what_a_bundle_says_of_itself_stays_beside_the_servers_time(record: Record) -> None:
    def profiled(letter: Letter) -> bytes:
        meta = b'"meta":{"profile":["http://hl7.org/fhir/StructureDefinition/Bundle"]}, '
        return TRANSLATE(letter).replace(b'"id"', meta + b'"id"', 1)

    send(record, MINE)
    Follower(record, FhirInbox(letter_of, profiled, in_clear)).catch_up()
    (message,) = read(record.engine, MINE)[0].messages
    assert json.loads(message.bundle)["meta"].keys() == {"profile", "lastUpdated"}


def test_a_client_that_knows_only_the_last_time_it_saw_gets_what_came_later(record: Record) -> None:
    filled(record, 3)
    last = json.loads(read(record.engine, MINE)[-1].messages[-1].bundle)["meta"]["lastUpdated"]
    new = filled(record, 1)
    with record.engine.connect() as connection:
        page = pull(connection, MINE, since=datetime.fromisoformat(last), count=9)
    assert set(acts([page])) == expected(new, MINE)


def test_a_cursor_proves_what_was_given_and_not_what_was_skipped(record: Record) -> None:
    old = filled(record, 2)
    with record.engine.connect() as connection:
        page = pull(connection, MINE, since=old[-1].recorded_at, count=9)
    new = filled(record, 2)
    cursor = read(record.engine, MINE, page.cursor)[-1].cursor
    mine = [recorded for recorded in (*old, *new) if letter_of(recorded) and recorded.event == Sent(str(MINE))]
    assert [cursor.passed(recorded.partition, recorded.position) for recorded in mine] == [False, False, True, True]
    gap = (mine[-1].partition, mine[-1].position)
    assert not replace(cursor, gaps=frozenset({gap})).passed(*gap)


def _catch_up(follower: Follower, until: Callable[[], bool]) -> None:
    """Follow as long as anybody writes, and once more."""
    over = False
    while not over:
        over = until()
        follower.catch_up()


def test_nothing_is_missed_and_nothing_repeated_while_writes_go_on(record: Record) -> None:
    follower = Follower(record, INBOX)
    with ThreadPoolExecutor(5) as threads:
        writing = [threads.submit(_write, record, 20) for _ in range(4)]
        following = threads.submit(_catch_up, follower, lambda: all(future.done() for future in writing))
        pages = _follow(record, following.done)
    sent = [row for future in writing for row in future.result()]
    following.result()
    pages += read(record.engine, MINE, pages[-1].cursor)
    assert len(acts(pages)) == len(set(acts(pages)))
    assert set(acts(pages)) == expected(sent, MINE)
    for page in pages:
        times = [message.recorded_at for message in page.messages]
        assert times == sorted(times)


def _write(record: Record, commands: int) -> list[Recorded]:
    return [row for _ in range(commands) for row in send(record, MINE, THEIRS, None, MINE)]


def _follow(record: Record, finished: Callable[[], bool]) -> list[InboxPage]:
    pages = read(record.engine, MINE, count=3)
    while not finished():
        pages += read(record.engine, MINE, pages[-1].cursor, count=3)
    return pages


def test_a_letter_that_could_not_be_translated_is_given_once_it_can(record: Record) -> None:
    """The others do not wait for it, and a cursor that passed it comes back to it."""
    broken = set[UUID]()

    def flaky(recorded: Recorded) -> Letter | None:
        if recorded.case in broken:
            raise LookupError("not in the directory")
        return letter_of(recorded)

    follower = Follower(record, FhirInbox(flaky, TRANSLATE, in_clear))
    (first,) = send(record, MINE)
    broken.add(first.case)
    others = list(send(record, MINE))
    while others[-1].partition != first.partition:
        others += send(record, MINE)
    follower.catch_up()
    pages = read(record.engine, MINE, count=4)
    assert set(acts(pages)) == expected(others, MINE) - expected([first], MINE)
    assert acts(read(record.engine, MINE, pages[-1].cursor)) == []
    broken.clear()
    assert follower.retry_parked() == ()
    assert acts(read(record.engine, MINE, pages[-1].cursor)) == list(expected([first], MINE))


def test_letters_that_are_mended_together_need_not_fit_on_one_page(record: Record) -> None:
    mended = Event()

    def flaky(recorded: Recorded) -> Letter | None:
        if recorded.case in broken and not mended.is_set():
            raise LookupError("not in the directory")
        return letter_of(recorded)

    late = [row for _ in range(5) for row in send(record, MINE)]
    broken = {row.case for row in late}
    behind = {row.partition for row in late}
    while behind:  # until a cursor must pass all of them
        behind -= {row.partition for row in send(record, MINE)}
    follower = Follower(record, FhirInbox(flaky, TRANSLATE, in_clear))
    follower.catch_up()
    passed = read(record.engine, MINE)[-1].cursor
    assert len(passed.gaps) == 5
    mended.set()
    follower.retry_parked()
    pages = read(record.engine, MINE, passed, count=2)
    assert sorted(acts(pages)) == sorted(expected(late, MINE))
    assert pages[-1].cursor.gaps == frozenset()


def test_rebuilt_from_the_record_the_table_is_the_same_and_cursors_hold(record: Record) -> None:
    filled(record, 6)
    (first, *_) = read(record.engine, MINE, count=3)
    before = _table(record)
    rebuild(record, INBOX, lambda _: None)
    assert _table(record) == before
    assert len(acts([first, *read(record.engine, MINE, first.cursor)])) == 6


def _table(record: Record) -> list[tuple[object, ...]]:
    with record.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(inbox).order_by(*inbox.primary_key.columns))]


def test_what_was_passed_on_goes_with_the_key_of_its_case(record: Record) -> None:
    case, other = uuid4(), uuid4()
    send(record, MINE, MINE, case=case)
    kept = send(record, MINE, case=other)
    follower = Follower(record, INBOX)
    follower.catch_up()
    erase(record, case, 2)
    follower.catch_up()
    assert acts(read(record.engine, MINE)) == list(expected(list(kept), MINE))
    rebuild(record, INBOX, lambda _: None)
    assert acts(read(record.engine, MINE)) == list(expected(list(kept), MINE))
    assert follower.parked() == ()


def test_a_letter_that_is_held_is_taken_back(record: Record) -> None:
    case, early, late = uuid4(), uuid4(), uuid4()
    follower = Follower(record, INBOX)
    for stream in (early, late):
        record.append([replace(letter_to(MINE, case), stream=stream)])
    follower.catch_up()
    kept = send(record, MINE)
    hold(record, case, early, 1)
    together = replace(letter_to(MINE, case), stream=uuid4())
    record.append([together])
    hold(record, case, together.stream, 1)
    follower.catch_up()
    given = acts(read(record.engine, MINE))
    assert len(given) == 2
    assert expected(list(kept), MINE) < set(given)
    rebuild(record, INBOX, lambda _: None)
    assert acts(read(record.engine, MINE)) == given


def test_a_case_that_is_erased_before_anybody_looked_leaves_nothing(record: Record) -> None:
    case = uuid4()
    send(record, MINE, case=case)
    erase(record, case, 1)
    Follower(record, INBOX).catch_up()
    assert acts(read(record.engine, MINE)) == []


class Model:
    """An inbox whose partitions come forward, park and mend in any order, and a client that pulls meanwhile.

    Times are the record's (they rise with the step at which an event was stored), positions have no gaps.
    """

    PARTITIONS = 2

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.broken = True
        self.projection = FhirInbox(self._letter_of, TRANSLATE, in_clear)
        self.log: list[list[Recorded]] = [[] for _ in range(self.PARTITIONS)]
        self.applied = [0] * self.PARTITIONS
        self.cursor: Cursor | None = None
        self.given: list[UUID] = []
        self.clock = 0

    def _letter_of(self, recorded: Recorded) -> Letter | None:
        assert isinstance(recorded.event, Sent)
        if self.broken and recorded.event.words == "broken":
            raise LookupError
        return letter_of(recorded)

    def store(self, partition: int, event: Sent) -> None:
        """The record takes one event."""
        self.clock += 1
        log = self.log[partition]
        log.append(_recorded(partition, len(log) + 1, event, self.clock))

    def follow(self, partition: int) -> None:
        """The follower applies what this partition holds."""
        batch = self.log[partition][self.applied[partition] :]
        if batch:
            self._park(apply_batch(self.connection, self.projection, batch, set()))
        self.applied[partition] += len(batch)
        self.connection.execute(
            update(tracking).where(tracking.c.partition == partition).values(pos=self.applied[partition])
        )

    def store_and_follow(self, partition: int, event: Sent) -> None:
        """The record takes one event, and the follower is at hand."""
        self.store(partition, event)
        self.follow(partition)

    def retry(self) -> None:
        """Everything parked is tried again."""
        again = {(row.partition, row.pos) for row in self.connection.execute(select(parked))}
        self.connection.execute(delete(parked))
        for log in self.log:
            batch = [recorded for recorded in log if (recorded.partition, recorded.position) in again]
            self._park(apply_batch(self.connection, self.projection, batch, set()))

    def rebuild(self) -> None:
        """The table is made anew from what had been applied."""
        self.connection.execute(delete(inbox))
        self.connection.execute(delete(parked))
        for log, applied in zip(self.log, self.applied, strict=True):
            self._park(apply_batch(self.connection, self.projection, log[:applied], set()))

    def pull(self, count: int) -> InboxPage:
        """The client asks for a page."""
        page = reread(self.connection, MINE, self.cursor, count)
        assert [message.recorded_at for message in page.messages] == sorted(m.recorded_at for m in page.messages)
        self.cursor = page.cursor
        self.given += [message.act for message in page.messages]
        return page

    def finish(self) -> None:
        """Everything is mended and applied, and the client reads to the end."""
        self.broken = False
        for partition in range(self.PARTITIONS):
            self.follow(partition)
        self.retry()
        while self.pull(2).more:
            pass

    def _park(self, events: list[ParkedEvent]) -> None:
        park(self.connection, self.projection.name, events)


def _recorded(partition: int, position: int, event: Sent, clock: int) -> Recorded:
    case = uuid4()
    return Recorded(
        partition=partition,
        position=position,
        stream=case,
        version=1,
        case=case,
        name="sent.v1",
        recorded_at=moment(clock),
        command=case,
        seq=0,
        event=event,
        meta=None,
        leaf=b"",
    )


PARTITION = st.integers(0, Model.PARTITIONS - 1)
EVENT = st.sampled_from(
    [Sent(str(MINE)), Sent(str(MINE)), Sent(str(MINE), "broken"), Sent(str(THEIRS), "broken"), Sent(None)]
)
PULL = st.tuples(st.just("pull"), st.integers(1, 3))
STEPS = st.lists(
    st.tuples(st.just("store"), PARTITION, EVENT)
    | st.tuples(st.just("store_and_follow"), PARTITION, EVENT)
    | st.tuples(st.just("store_and_follow"), PARTITION, EVENT)
    | PULL
    | PULL
    | st.sampled_from([("retry",), ("rebuild",), ("mend",), ("break",)]),
    min_size=10,
    max_size=60,
)


@pytest.mark.endures
@settings(max_examples=times(30, 100))
@given(STEPS)
def test_whatever_lags_parks_mends_or_is_rebuilt_each_message_is_given_once(steps: list[tuple[object, ...]]) -> None:
    engine = create_engine("sqlite://")
    prepare(engine, INBOX, Model.PARTITIONS)
    with engine.begin() as connection:
        model = Model(connection)
        for name, *arguments in steps:
            if name in ("mend", "break"):
                model.broken = name == "break"
            else:
                getattr(model, str(name))(*arguments)
        model.finish()
        everything = [row for log in model.log for row in log]
        assert len(model.given) == len(set(model.given))
        assert set(model.given) == expected(everything, MINE)
        assert model.cursor is not None
        assert not model.cursor.gaps
    engine.dispose()


def test_a_page_ends_before_its_cursor_would_have_to_remember_too_much(sqlite_url: str) -> None:
    with opened(sqlite_url) as record:
        Follower(record, INBOX)
        with record.engine.begin() as connection:
            far = MOST_GAPS + 2
            INBOX.apply(connection, [_recorded(0, position, Sent(str(MINE)), position) for position in (1, far + 1)])
            rows = [
                {"name": INBOX.name, "partition": 0, "pos": place, "case_id": uuid4()} for place in range(2, far + 1)
            ]
            connection.execute(insert(parked), rows)
            page = pull(connection, MINE, count=5)
            assert (len(page.messages), page.more, page.cursor) == (1, True, Cursor({0: 0}, {0: 1}))
            stuck = pull(connection, MINE, after=page.cursor, count=5)
            assert (stuck.messages, stuck.more, stuck.cursor) == ((), False, page.cursor)
            connection.execute(delete(parked).where(parked.c.pos == 2))
            assert len(pull(connection, MINE, after=page.cursor, count=5).messages) == 1


CURSOR = Cursor({0: 0, 1: 3}, {0: 5, 1: 70_000}, frozenset({(1, 3)}))


def test_a_cursor_comes_back_as_it_went_out() -> None:
    token = SEAL.close(MINE, CURSOR)
    assert SEAL.open(MINE, token) == CURSOR
    assert token == SEAL.close(MINE, CURSOR)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_cursor_is_of_use_to_nobody_else() -> None:
    token = SEAL.close(MINE, CURSOR)
    for seal, unit in ((SEAL, THEIRS), (CursorSeal(b"another key", INBOX_CURSOR), MINE)):
        with pytest.raises(Unreadable) as complaint:
            seal.open(unit, token)
        assert complaint.value.field == "cursor"


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_cursor_is_refused(place: int, change: int) -> None:
    token = SEAL.close(MINE, CURSOR)
    sealed = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        SEAL.open(MINE, urlsafe_b64encode(sealed).decode())


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused(token: str) -> None:
    with pytest.raises(Unreadable):
        SEAL.open(MINE, token)


def test_the_searchset_is_valid_and_holds_the_stored_bytes(record: Record) -> None:
    filled(record, 3)
    (page,) = read(record.engine, MINE)
    answer = spliced(page, base=BASE, self_url=f"{BASE}/Bundle?_count=7", onward_url=f'{BASE}/Bundle?cursor=a"b')
    read_back = json.loads(answer)
    Bundle.model_validate(read_back)
    assert read_back["type"] == "searchset"
    assert read_back["link"] == [
        {"relation": "self", "url": f"{BASE}/Bundle?_count=7"},
        {"relation": "urn:tvaerspor:resume", "url": f'{BASE}/Bundle?cursor=a"b'},
    ]
    assert [entry["fullUrl"] for entry in read_back["entry"]] == [
        f"{BASE}/Bundle/{message.id}" for message in page.messages
    ]
    assert [entry["search"] for entry in read_back["entry"]] == [{"mode": "match"}] * 3
    for message in page.messages:
        assert message.bundle in answer


def test_a_page_with_more_behind_it_links_next_and_an_empty_one_has_no_entries(record: Record) -> None:
    filled(record, 3)
    first = read(record.engine, MINE, count=2)[0]
    links = [link["relation"] for link in json.loads(_answer(first))["link"]]
    assert links == ["self", "next"]
    empty = json.loads(_answer(InboxPage((), Cursor(), more=False)))
    Bundle.model_validate(empty)
    assert "entry" not in empty


def _answer(page: InboxPage) -> bytes:
    return spliced(page, base=BASE, self_url=BASE, onward_url=BASE)
