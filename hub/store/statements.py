"""The SQL of the append, built once: SQLAlchemy compiles each of these a single time per engine."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    LargeBinary,
    Uuid,
    bindparam,
    cast,
    delete,
    extract,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.tables import case_key, citizen_index, event, log_head

CLOCK, VERSION, COMMAND, KEY = range(4)  # what a row of KNOWN is about

_P: BindParameter[int] = bindparam("p")
_CASE: BindParameter[UUID] = bindparam("case")
_NO_ID = cast(null(), Uuid)
_NO_BYTES = cast(null(), LargeBinary)
_STREAMS = event.c.stream_id.in_(bindparam("streams", expanding=True))

LOCK_HEAD = select(log_head).where(log_head.c.partition == _P).with_for_update()

_VERSIONS = (
    select(literal_column(str(VERSION)), event.c.stream_id, _NO_ID, func.max(event.c.version), _NO_BYTES)
    .where(event.c.partition == _P, _STREAMS)
    .group_by(event.c.stream_id)
)
_COMMANDS = select(
    literal_column(str(COMMAND)), event.c.stream_id, event.c.command_id, event.c.version, event.c.nonce
).where(
    event.c.partition == _P,
    _STREAMS,
    event.c.command_id.in_(bindparam("commands", expanding=True)),
    event.c.command_seq == 0,
)
_KEYS = select(
    literal_column(str(KEY)), case_key.c.case_id, _NO_ID, func.coalesce(case_key.c.shredded_at, 0), _NO_BYTES
).where(case_key.c.case_id.in_(bindparam("cases", expanding=True)))
_SERVER_CLOCK = select(
    literal_column(str(CLOCK)),
    _NO_ID,
    _NO_ID,
    cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger),
    _NO_BYTES,
)
KNOWN = union_all(_VERSIONS, _COMMANDS, _KEYS)
# The clock is read after the lock is held, not together with it: a statement that waited would tell the time before.
KNOWN_AND_TIME = union_all(_VERSIONS, _COMMANDS, _KEYS, _SERVER_CLOCK)

INSERT_EVENTS = insert(event)
MOVE_HEAD = (
    update(log_head)
    .where(log_head.c.partition == _P)
    .values(next_pos=bindparam("next"), frontier=bindparam("peaks"), updated_at=bindparam("now"))
)
OF_COMMAND = (
    select(event)
    .where(
        event.c.partition == _P, event.c.stream_id == bindparam("stream"), event.c.command_id == bindparam("command")
    )
    .order_by(event.c.pos)
)

INSERT_KEY = insert(case_key)
DESTROY_KEY = update(case_key).where(case_key.c.case_id == _CASE).values(wrapped_dek=None, shredded_at=bindparam("now"))

HOLDER = select(citizen_index.c.case_id).where(citizen_index.c.digest == bindparam("digest"), citizen_index.c.open)
DROP_CLAIM = delete(citizen_index).where(
    citizen_index.c.case_id == _CASE, citizen_index.c.digest == bindparam("digest")
)
INSERT_CLAIM = insert(citizen_index)
TRY_CLAIM = {
    "sqlite": sqlite.insert(citizen_index).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
    "postgresql": postgresql.insert(citizen_index).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
}
RELEASE = update(citizen_index).where(citizen_index.c.case_id == _CASE).values(open=False)
FORGET_CITIZEN = delete(citizen_index).where(citizen_index.c.case_id == _CASE)
