"""A cached fold of a stream is the same as a fold from its beginning."""

from uuid import uuid4

from hub.store import CachedFold, Record, Recorded, Shredded
from tests.store.acts import Counted, KeyDestroyed, opened, save


def total(state: int, recorded: Recorded) -> int:
    match recorded.event:
        case Counted(number=number):
            return state + number
        case Shredded():
            return state
        case _:
            return -1


def test_a_stream_that_does_not_exist_stands_at_the_beginning(record: Record):
    stream = uuid4()
    assert record.fold_cache(0, total).of(stream) == CachedFold(stream, 0, 0)


def test_a_cached_state_is_brought_up_to_date_by_what_others_stored(record: Record):
    case = uuid4()
    standings = record.fold_cache(0, total)
    with opened(record.engine.url.render_as_string(hide_password=False)) as other:
        for version in range(5):
            other.append([save(case, version, Counted(version))])
            assert standings.of(case) == CachedFold(case, sum(range(version + 1)), version + 1)


def test_the_cache_goes_forward_so_that_each_event_is_folded_once(record: Record):
    case, folded = uuid4(), []

    def counting(state: int, recorded: Recorded) -> int:
        folded.append(recorded.version)
        return state + 1

    standings = record.fold_cache(0, counting)
    for version in range(4):
        record.append([save(case, version, Counted(1))])
        standings.of(case)
        standings.of(case)
    assert folded == [1, 2, 3, 4]


def test_more_streams_than_the_cache_holds(record: Record):
    standings = record.fold_cache(0, total, cached=2)
    cases = [uuid4() for _ in range(5)]
    for number, case in enumerate(cases):
        record.append([save(case, 0, Counted(number))])
    for _ in range(2):
        assert [standings.of(case).state for case in cases] == [0, 1, 2, 3, 4]


def test_an_erased_case_stands_as_what_is_left_of_it(record: Record):
    case, folded = uuid4(), []

    def remembering(state: int, recorded: Recorded) -> int:
        folded.append(type(recorded.event))
        return total(state, recorded)

    standings = record.fold_cache(0, remembering)
    record.append([save(case, 0, Counted(5))])
    assert standings.of(case).state == 5
    record.shred(save(case, 1, KeyDestroyed()))
    assert standings.of(case) == CachedFold(case, -1, 2)
    assert folded == [Counted, Shredded, KeyDestroyed]
