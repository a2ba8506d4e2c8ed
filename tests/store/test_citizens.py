"""One woman, one open case: the blind index."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from hub.errors import HubError
from hub.store import CitizenHasCase, Record
from tests import people
from tests.store.acts import KEYS, Counted, Noted, claiming, releasing, save

SHE = KEYS.citizen_digest(people.NANCY.cpr.digits)
ANOTHER = KEYS.citizen_digest(people.KIRSTEN.cpr.digits)


def opening(case: UUID, digest: bytes = SHE):
    return claiming(save(case, 0, Noted("opened")), digest)


def test_her_second_case_is_refused_and_the_first_one_named(record: Record):
    first, second = uuid4(), uuid4()
    record.append([opening(first)])
    with pytest.raises(CitizenHasCase) as refused:
        record.append([opening(second)])
    assert refused.value.case == first
    assert record.stream(second) == ()
    record.append([opening(second, ANOTHER)])


def test_a_closed_case_makes_room_for_another(record: Record):
    first, second = uuid4(), uuid4()
    record.append([opening(first)])
    record.append([releasing(save(first, 1, Noted("closed")))])
    record.append([opening(second)])
    assert [(found.case, found.open) for found in record.cases_of(SHE)] == [(second, True), (first, False)]


def test_a_case_is_opened_again_only_while_she_has_no_other(record: Record):
    first, second = uuid4(), uuid4()
    record.append([opening(first)])
    record.append([releasing(save(first, 1, Noted("closed")))])
    record.append([claiming(save(first, 2, Noted("again")), SHE)])
    record.append([releasing(save(first, 3, Noted("closed")))])
    record.append([opening(second)])
    with pytest.raises(CitizenHasCase):
        record.append([claiming(save(first, 4, Noted("again")), SHE)])
    assert [(found.case, found.open) for found in record.cases_of(SHE)] == [(second, True), (first, False)]


def test_a_refused_opening_leaves_no_trace(record: Record):
    first, second = uuid4(), uuid4()
    record.append([opening(first)])
    with pytest.raises(CitizenHasCase):
        record.append([opening(second)])
    assert set(record.cases()) == {first}
    assert [found.case for found in record.cases_of(SHE)] == [first]


def test_a_stale_save_claims_nobody(record: Record):
    case = uuid4()
    record.append([save(case, 0, Counted(1))])
    with pytest.raises(HubError):
        record.append([opening(case)])
    assert record.cases_of(SHE) == []


def test_of_many_openings_at_once_one_wins_whatever_the_partition(record: Record):
    def attempt(case: UUID) -> UUID:
        try:
            record.append([opening(case)])
        except CitizenHasCase as taken:
            return taken.case
        return case

    with ThreadPoolExecutor(12) as pool:
        holders = set(pool.map(attempt, [uuid4() for _ in range(24)]))
    assert len(holders) == 1
    assert [(found.case, found.open) for found in record.cases_of(SHE)] == [(holders.pop(), True)]
    assert record.head().total == 1


def test_a_citizen_nobody_knows_has_no_case(record: Record):
    assert record.cases_of(SHE) == []
