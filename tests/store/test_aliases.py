"""C06: further digests by which a case is found; they claim nobody, go with the case, and are proved like the rest."""

from dataclasses import replace
from uuid import uuid4

import pytest

from hub.errors import EvidenceBroken
from hub.store import Record, Save
from hub.store.tables import citizen_index
from tests import people
from tests.store.acts import KEYS, Noted, claiming, releasing, save

SHE, AS_BEFORE, BY_NAME = (KEYS.citizen_digest(text) for text in (people.NANCY.cpr.digits, "x-ecpr|1", "name|2"))


def found_by(saved: Save, *aliases: bytes) -> Save:
    """The same with these aliases."""
    return replace(saved, aliases=aliases)


def test_a_case_is_found_by_its_aliases_and_claims_nobody_by_them(record: Record):
    first, second = uuid4(), uuid4()
    record.append([found_by(claiming(save(first, 0, Noted("opened")), SHE), AS_BEFORE, BY_NAME)])
    record.append([claiming(save(second, 0, Noted("opened")), AS_BEFORE)])
    assert [(row.case, row.open) for row in record.cases_of(SHE)] == [(first, True)]
    assert [(row.case, row.open) for row in record.cases_of(BY_NAME)] == [(first, False)]
    assert [(row.case, row.open) for row in record.cases_of(AS_BEFORE)] == [(second, True), (first, False)]
    record.verify()


def test_an_alias_may_become_the_claim_and_a_claim_an_alias(record: Record):
    case = uuid4()
    record.append([found_by(save(case, 0, Noted("opened")), BY_NAME)])
    record.append([claiming(save(case, 1, Noted("linked")), SHE)])
    record.append([found_by(save(case, 2, Noted("again")), SHE, BY_NAME)])
    assert [row.open for row in record.cases_of(SHE)] == [True]
    assert [row.open for row in record.cases_of(BY_NAME)] == [False]
    record.append([releasing(save(case, 3, Noted("closed")))])
    assert [row.open for row in record.cases_of(SHE)] == [False]
    record.verify()


def test_an_alias_that_nobody_recorded_is_seen(record: Record):
    case = uuid4()
    record.append([found_by(claiming(save(case, 0, Noted("opened")), SHE), BY_NAME)])
    with record.engine.begin() as connection:
        connection.execute(citizen_index.delete().where(citizen_index.c.digest == BY_NAME))
    with pytest.raises(EvidenceBroken):
        record.verify()
