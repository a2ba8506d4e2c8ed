"""The master key and what is derived from it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from hub.errors import EvidenceBroken, Unreadable
from hub.store import Keys
from hub.store.keys import MASTER_FILE, DataKey
from hub.store.vault import Vault
from tests import people
from tests.store.acts import KEYS, MASTER, Noted, opened, save

TEST_CPR = people.NANCY.cpr.digits


def test_the_embedded_key_is_made_once_and_says_so(tmp_path: Path):
    first = Keys.embedded(tmp_path / "data")
    second = Keys.embedded(tmp_path / "data")
    assert first.created
    assert not second.created
    assert first.check == second.check
    assert first.file == tmp_path / "data" / MASTER_FILE
    assert stat.S_IMODE(first.file.stat().st_mode) == 0o600


def test_many_who_start_at_once_get_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: Keys.embedded(tmp_path), range(16)))
    assert len({key.check for key in keys}) == 1
    assert sum(key.created for key in keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == [MASTER_FILE]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path):
    Keys.embedded(tmp_path)
    (tmp_path / MASTER_FILE).chmod(0o640)
    with pytest.raises(EvidenceBroken, match="0600"):
        Keys.embedded(tmp_path)


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31, "00" * 33])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str):
    file = tmp_path / MASTER_FILE
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises((EvidenceBroken, Unreadable)):
        Keys.embedded(tmp_path)


@pytest.mark.parametrize("text", ["", "00" * 31, "not hexadecimal" * 4])
def test_a_master_key_that_is_none_is_unreadable_and_not_repeated(text: str):
    with pytest.raises(Unreadable) as refused:
        Keys.from_text(text)
    assert "not hexadecimal not" not in str(refused.value)


def test_the_master_key_is_read_from_hexadecimal():
    assert Keys.from_text(MASTER.hex() + "\n").check == KEYS.check


def test_every_purpose_has_a_key_of_its_own():
    case = uuid4()
    derived = [KEYS.check, KEYS.token_key(), KEYS.citizen_digest(TEST_CPR), KEYS.request_digest(TEST_CPR.encode())]
    derived += [KEYS.audit_key(case).secret, KEYS.audit_key(uuid4()).secret]
    assert len(set(derived)) == len(derived)
    assert {len(key) for key in derived} == {32}


def test_the_blind_index_needs_the_key():
    assert KEYS.citizen_digest(TEST_CPR) == KEYS.citizen_digest(TEST_CPR)
    assert KEYS.citizen_digest(TEST_CPR) != Keys(bytes(32)).citizen_digest(TEST_CPR)


def test_a_command_is_named_by_client_and_key_together():
    named = {
        KEYS.command_id("a", "bc"),
        KEYS.command_id("ab", "c"),
        KEYS.case_id("a", "bc"),
        KEYS.command_id("a", "bd"),
    }
    assert len(named) == 4
    assert {name.version for name in named} == {8}
    assert KEYS.command_id("a", "bc") == KEYS.command_id("a", "bc")


def test_a_wrapped_key_opens_for_its_case_only():
    case, key = uuid4(), DataKey("case", bytes(32))
    wrapped = KEYS.wrap(case, key)
    assert KEYS.unwrap(case, key.id, wrapped).secret == key.secret
    for wrong in (
        (uuid4(), key.id, wrapped),
        (case, "case.other", wrapped),
        (case, key.id, b""),
        (case, key.id, b"\x02" + wrapped[1:]),
    ):
        with pytest.raises(EvidenceBroken):
            KEYS.unwrap(*wrong)


def test_no_key_shows_itself():
    key = DataKey("case", MASTER)
    for shown in (repr(KEYS), str(KEYS), repr(key), str(key)):
        assert MASTER.hex() not in shown
        assert repr(MASTER) not in shown


def test_a_key_in_memory_is_fetched_again_after_its_time(sqlite_url: str):
    case, now = uuid4(), [0.0]
    with opened(sqlite_url) as record:
        record.append([save(case, 0, Noted("a"))])
        vault = Vault(record.engine, KEYS, ttl=60, now=lambda: now[0])
        first = vault.key_for(case)
        assert vault.key_for(case) is first
        now[0] = 60.0
        assert vault.key_for(case) is not first


def test_the_oldest_key_leaves_a_full_cache_first(sqlite_url: str):
    cases = [uuid4() for _ in range(3)]
    with opened(sqlite_url) as record:
        for case in cases:
            record.append([save(case, 0, Noted("a"))])
        vault = Vault(record.engine, KEYS, size=2)
        first, second = vault.key_for(cases[0]), vault.key_for(cases[1])
        assert vault.key_for(cases[0]) is first
        vault.key_for(cases[2])
        assert vault.key_for(cases[0]) is first
        assert vault.key_for(cases[1]) is not second


def test_a_case_without_key_is_unknown_to_the_vault(sqlite_url: str):
    with opened(sqlite_url) as record, pytest.raises(KeyError):
        Vault(record.engine, KEYS).key_for(uuid4())
