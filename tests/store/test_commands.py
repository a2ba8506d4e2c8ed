"""A command is stored once: on one case, by one process, whoever sends it where at the same moment."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from threading import Barrier, Thread
from uuid import UUID, uuid4

import psycopg
import pytest

from hub.store import CitizenHasCase, CommandRepeated, Record, Recorded, VersionConflict
from tests import people
from tests.postgres import plain, wait
from tests.store.acts import KEYS, Counted, Noted, claiming, events, opened, save
from tests.store.rivals import race
from tests.waiting import PATIENCE

ROUNDS = 40
SHE = KEYS.citizen_digest(people.NANCY.cpr.digits)
Stored = Future[tuple[Recorded, ...]]


def case_in(record: Record, partition: int) -> UUID:
    """A new case of that partition."""
    return next(case for case in iter(uuid4, None) if record.partition_of(case) == partition % record.partitions)


def outcomes(futures: list[Stored]) -> list[type]:
    """`tuple` for what was stored, else the kind of no."""
    return [type(future.exception(PATIENCE) or future.result()) for future in futures]


def test_a_command_that_is_stored_on_a_case_is_a_repeat_on_every_other(record: Record) -> None:
    command, first = uuid4(), uuid4()
    stored = record.append([save(first, 0, Noted("a"), command=command)])
    for partition in range(record.partitions):
        with pytest.raises(CommandRepeated):
            record.append([save(case_in(record, partition), 0, Noted("a"), command=command)])
    assert record.stream_of(command) == first
    assert record.command(first, command) == stored
    assert list(record.cases()) == [first]
    assert record.head().total == 1


def test_a_command_on_two_streams_is_found_by_the_first_of_them(record: Record) -> None:
    case, beside, command = uuid4(), uuid4(), uuid4()
    told, kept = save(case, 0, Noted("a"), command=command), save(case, 0, Noted("b"), stream=beside, command=command)
    record.append([told, kept])
    assert record.stream_of(command) == case
    assert record.stream_of(uuid4()) is None


def test_what_was_refused_may_come_again_under_the_same_command(record: Record) -> None:
    stale, second = uuid4(), uuid4()
    record.append([claiming(save(uuid4(), 0, Noted("opened")), SHE)])
    case = next(record.cases())
    with pytest.raises(VersionConflict):
        record.append([save(case, 0, Noted("a"), command=stale)])
    with pytest.raises(CitizenHasCase):
        record.append([claiming(save(uuid4(), 0, Noted("c"), command=second), SHE)])
    assert record.stream_of(stale) is record.stream_of(second) is None
    record.append([save(case, 1, Noted("a"), command=stale)])
    record.append([save(case, 2, Noted("c"), command=second)])
    assert events(record.stream(case)) == [Noted("opened"), Noted("a"), Noted("c")]


def test_in_a_batch_only_the_repeat_is_refused(record: Record) -> None:
    command = uuid4()
    record.append([save(uuid4(), 0, Noted("a"), command=command)])
    sound = [record.submit([save(case_in(record, 0), 0, Counted(number))]) for number in range(10)]
    repeat = record.submit([save(case_in(record, 0), 0, Noted("a"), command=command)])
    sound += [record.submit([save(case_in(record, 0), 0, Counted(number))]) for number in range(10)]
    assert outcomes([repeat]) == [CommandRepeated]
    assert set(outcomes(sound)) == {tuple}
    assert record.verify().total == 21


def test_one_command_twice_in_a_queue_is_stored_once(record: Record) -> None:
    command = uuid4()
    twice = [record.submit([save(case_in(record, 0), 0, Counted(1), command=command)]) for _ in range(2)]
    assert outcomes(twice) == [tuple, CommandRepeated]


def test_of_two_that_send_it_for_two_cases_at_once_one_is_told(database_url: str) -> None:
    with opened(database_url) as here, opened(database_url) as there:
        for number in range(ROUNDS):
            command, gate = uuid4(), Barrier(2)
            sent: list[Stored] = [Future(), Future()]
            acts = [(here, case_in(here, number), sent[0]), (there, case_in(there, number + 1), sent[1])]
            threads = [Thread(target=sending, args=(*act, command, gate)) for act in acts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE)
            assert set(outcomes(sent)) == {tuple, CommandRepeated}
        assert here.verify().total == ROUNDS


def sending(record: Record, case: UUID, told: Stored, command: UUID, gate: Barrier) -> None:
    """One append when both are ready."""
    gate.wait(PATIENCE)
    try:
        told.set_result(record.append([save(case, 0, Counted(1), command=command)]))
    except CommandRepeated as repeated:
        told.set_exception(repeated)


def test_two_processes_that_race_share_the_commands_between_them(database_url: str) -> None:
    """In opposite order on the other side, so that what one waits for the other has."""
    commands = [uuid4() for _ in range(200)]
    with opened(database_url) as record:
        told = list(racing(database_url, record, commands))
        assert sorted(told[0] + told[1]) == sorted(commands)
        assert sorted(row.command for row in record.scan()) == sorted(commands)
        assert record.verify().total == len(commands)
        assert deadlocks(database_url) == 0


def racing(url: str, record: Record, commands: list[UUID]) -> Iterator[list[UUID]]:
    """What each of two processes stored."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.store.rivals"])
    lines = []
    for side, order in enumerate((commands, commands[::-1])):
        mine, its = processes.Pipe()
        cases = [case_in(record, 2 * number + side) for number in range(len(commands))]
        process = processes.Process(target=race, args=(url, cases, order, its), daemon=True)
        process.start()
        its.close()
        lines.append((process, mine))
    for _, line in lines:
        assert line.poll(PATIENCE)
        assert line.recv() == "ready"
    for _, line in lines:
        line.send("go")
    for process, line in lines:
        assert line.poll(PATIENCE)
        yield line.recv()
        process.join(PATIENCE)


def deadlocks(url: str) -> int:
    """How often PostgreSQL had to break one."""
    if url.startswith("sqlite"):
        return 0
    with psycopg.connect(plain(url)) as connection:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        (found,) = connection.execute(asked).fetchone() or (0,)
    return int(found)


@pytest.mark.parametrize(("ending", "told"), [("commit", CommandRepeated), ("rollback", tuple)])
def test_what_another_partition_is_just_storing_is_waited_for(postgres_url: str, ending: str, told: type) -> None:
    """And the rest of the batch is stored either way."""
    command = uuid4()
    with opened(postgres_url) as record, closing(psycopg.connect(plain(postgres_url))) as another:
        taken_by(another, command)
        sound = [record.submit([save(case_in(record, 0), 0, Counted(number))]) for number in range(5)]
        one = record.submit([save(case_in(record, 0), 0, Counted(9), command=command)])
        sound += [record.submit([save(case_in(record, 0), 0, Counted(number))]) for number in range(5)]
        wait(lambda: waiting(postgres_url), "nobody waited for the command")
        assert not one.done()
        getattr(another, ending)()
        assert outcomes([one]) == [told]
        assert set(outcomes(sound)) == {tuple}


def test_commands_are_taken_in_one_order_so_that_no_two_wait_for_each_other(postgres_url: str) -> None:
    case, (first, last) = uuid4(), sorted((uuid4(), uuid4()))
    with opened(postgres_url) as record, closing(psycopg.connect(plain(postgres_url))) as another:
        taken_by(another, first)
        both = [save(case, 0, Counted(1), command=last), save(case, 0, Counted(1), stream=uuid4(), command=first)]
        one = record.submit(both)
        wait(lambda: waiting(postgres_url), "nobody waited for the command")
        taken_by(another, last)
        another.commit()
        assert outcomes([one]) == [CommandRepeated]
    assert deadlocks(postgres_url) == 0


def taken_by(another: psycopg.Connection[tuple[object, ...]], command: UUID) -> None:
    """Another process' transaction takes the command, and is not over."""
    another.execute("INSERT INTO command (command_id, stream_id) VALUES (%s, %s)", (command, uuid4()))


def waiting(url: str) -> bool:
    """Does somebody wait for another's transaction?"""
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"
    with psycopg.connect(plain(url)) as connection:
        (found,) = connection.execute(asked).fetchone() or (0,)
    return bool(found)
