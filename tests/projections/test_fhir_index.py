"""Where the read doors find things: every change a unit may see, and no word of what it says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from hub.domain.course.events import CaseKeyDestroyed
from hub.store import Meta, Save
from hub.store.clock import micros
from hub.vocabulary.organisations import Unit
from projections import fhir_index
from projections.fhir_index import FhirIndex, Wanted, changes, keys
from projections.follow import Follower
from projections.rebuild import rebuild
from tests.domain.acts import disclose
from tests.office import Office
from tests.people import CHARITY, CLINIC, FAMILIES, MONDAY
from tests.postroom import Postroom

MADE = frozenset({"disclosure-made", "delivery-departed"})


@pytest.fixture
def room(database_url: str) -> Iterator[Postroom]:
    """A postroom on an empty record, once on each engine."""
    with Office(database_url) as office:
        yield Postroom(office)


def index(room: Postroom) -> FhirIndex:
    """The projection over this record."""
    return FhirIndex(lambda case: room.office.hub.cases.load(case)[1])


def rows(room: Postroom) -> list[Any]:
    """Everything in its tables."""
    with room.office.record.engine.connect() as connection:
        return [sorted(map(tuple, connection.execute(select(table))), key=repr) for table in (changes, keys)]


def found(room: Postroom, unit: Unit, names: frozenset[str] = MADE, **more: Any) -> list[UUID]:
    """The cases behind a unit's changes, in order."""
    start = more.pop("start", None)
    wanted = Wanted(unit=unit, names=names, upto=more.pop("upto", room.office.record.head()), **more)
    with room.office.record.engine.connect() as connection:
        return [row.case for row in fhir_index.changes_of(connection, wanted, start)]


def told(room: Postroom, times: int) -> list[UUID]:
    """So many cases, each with a disclosure, a minute apart."""
    cases = []
    for _ in range(times):
        cases.append(room.told()[0])
        room.office.let_leave(cases[-1])
        room.office.clock.forward(timedelta(minutes=1))
    Follower(room.office.record, index(room)).catch_up()
    return cases


def test_each_unit_finds_what_it_may_see_and_nobody_else_does(room: Postroom) -> None:
    (case,) = told(room, 1)
    assert found(room, CLINIC) == found(room, FAMILIES) == [case]
    assert found(room, CHARITY) == []
    assert found(room, CLINIC, frozenset({"party-joined", "consent-given"})) == [case, case]
    assert found(room, FAMILIES, frozenset({"case-opened", "party-joined", "consent-given"})) == []
    assert found(room, CLINIC, frozenset({"case-opened"})) == []


def test_changes_come_in_order_both_ways_and_from_a_place_on(room: Postroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_index, "AT_ONCE", 2)
    cases = told(room, 5)
    assert found(room, FAMILIES) == cases
    assert found(room, FAMILIES, descending=True) == cases[::-1]
    wanted = Wanted(unit=FAMILIES, names=MADE, upto=room.office.record.head())
    with room.office.record.engine.connect() as connection:
        places = [change.place for change in fhir_index.changes_of(connection, wanted, None)]
    assert found(room, FAMILIES, start=places[2]) == cases[2:]
    assert found(room, FAMILIES, start=places[2], descending=True) == cases[2::-1]
    assert found(room, FAMILIES, since=places[1][0], until=places[3][0]) == cases[1:4]


def test_what_came_after_the_pin_is_not_there_yet(room: Postroom) -> None:
    (first,) = told(room, 1)
    pin = room.office.record.head()
    told(room, 1)
    assert found(room, FAMILIES, upto=pin) == [first]


def test_acts_and_consents_lead_to_their_case(room: Postroom) -> None:
    case, consent = room.told()
    act = room.office.act(case, lambda key: disclose(room.office.clock(), disclosure=key)).act
    Follower(room.office.record, index(room)).catch_up()
    with room.office.record.engine.connect() as connection:
        assert fhir_index.case_of(connection, act) == fhir_index.case_of(connection, consent) == case
        assert fhir_index.case_of(connection, uuid4()) is None


def test_no_word_and_no_person_stands_in_it(room: Postroom) -> None:
    told(room, 1)
    assert not any(word in repr(rows(room)) for word in ("rusmiddel", "Berggren", "uden stof", "Testesen"))
    assert {row[3] for row in rows(room)[0]} == {micros(MONDAY)}


def test_folded_twice_or_anew_the_tables_are_the_same(room: Postroom) -> None:
    told(room, 3)
    room.empty()
    follower = Follower(room.office.record, index(room))
    follower.catch_up()
    before = rows(room)
    assert all(before)
    assert follower.catch_up() == 0
    rebuild(room.office.record, index(room), lambda _: None)
    assert rows(room) == before


def test_an_erased_case_leaves_no_row(room: Postroom) -> None:
    (case,) = told(room, 1)
    meta = Meta(client="tests", unit="-", received_at=MONDAY)
    gone = CaseKeyDestroyed(at=MONDAY, reason="")
    version = room.office.hub.cases.load(case)[0]
    room.office.record.shred(
        Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(gone,), meta=meta)
    )
    Follower(room.office.record, index(room)).catch_up()
    assert rows(room) == [[], []]
    rebuild(room.office.record, index(room), lambda _: None)
    assert rows(room) == [[], []]
