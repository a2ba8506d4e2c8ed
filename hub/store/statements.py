"""The SQL of the append, built once: SQLAlchemy compiles each of these a single time per engine."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    String,
    TypeDecorator,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    extract,
    func,
    insert,
    literal_column,
    null,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.tables import case_key, citizen_index, event, log_head, taken

CLOCK, VERSION, COMMAND, KEY = range(4)  # what a row of KNOWN is about


class IdsAsJson(TypeDecorator[list[UUID]]):
    """A list of UUIDs as the JSON array of what SQLite stores of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[UUID] | None, dialect: Dialect) -> str:  # noqa: ARG002 – the base's
        """Hexadecimal without hyphens, as `Uuid` writes them."""
        return "[" + ",".join(f'"{key.hex}"' for key in value or ()) + "]"


_P: BindParameter[int] = bindparam("p")
_CASE: BindParameter[UUID] = bindparam("case")

LOCK_HEAD = select(log_head).where(log_head.c.partition == _P).with_for_update()

_SERVER_CLOCK = select(
    literal_column(str(CLOCK)),
    cast(null(), Uuid),
    cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger),
)


def _among_json(column: Column[UUID], name: str) -> ColumnElement[bool]:
    """SQLite: one of the ids in a JSON array. The text of the statement is the same however many there are."""
    return column.in_(select(func.json_each(bindparam(name, type_=IdsAsJson)).table_valued("value").c.value))


def _among_array(column: Column[UUID], name: str) -> ColumnElement[bool]:
    """PostgreSQL: one of the ids in an array."""
    return column == any_(bindparam(name, type_=postgresql.ARRAY(Uuid)))


def _free_in_json() -> FromClause:
    """SQLite: those of the commands that are not stored."""
    asked = func.json_each(bindparam("commands", type_=IdsAsJson)).table_valued(column("value", Uuid))
    stored = exists().where(taken.c.command_id == asked.c.value)
    return select(asked.c.value.label("command_id")).where(~stored).subquery()


# PostgreSQL: the same, and from here on they are taken: nobody else finds them free. For a command that another
# partition is just storing this waits until it knows. As text: SQLAlchemy compiles ON CONFLICT anew at every call.
_TAKEN_FROM_ARRAY = (
    text(
        "INSERT INTO command (command_id, stream_id) SELECT * FROM unnest(:commands, :firsts)"
        " ON CONFLICT DO NOTHING RETURNING command_id"
    )
    .bindparams(*(bindparam(name, type_=postgresql.ARRAY(Uuid)) for name in ("commands", "firsts")))
    .columns(column("command_id", Uuid))
    .cte("taking")
)


def _known(among: Callable[[Column[UUID], str], ColumnElement[bool]], free: FromClause) -> tuple[Select[Any], ...]:
    """What the record holds of some streams and cases, and which commands are free."""
    versions = select(literal_column(str(VERSION)), event.c.stream_id, func.max(event.c.version))
    commands = select(literal_column(str(COMMAND)), free.c.command_id, literal_column("0"))
    keys = select(literal_column(str(KEY)), case_key.c.case_id, func.coalesce(case_key.c.shredded_at, 0))
    return (
        versions.where(event.c.partition == _P, among(event.c.stream_id, "streams")).group_by(event.c.stream_id),
        commands,
        keys.where(among(case_key.c.case_id, "cases")),
    )


# The server's clock is read after the lock is held, not together with it: a statement that had to wait for the lock
# would tell the time before.
KNOWN = {
    "sqlite": union_all(*_known(_among_json, _free_in_json())),
    "postgresql": union_all(*_known(_among_array, _TAKEN_FROM_ARRAY), _SERVER_CLOCK),
}

TAKE_COMMANDS = insert(taken)  # on SQLite; on PostgreSQL asking is taking
GIVE_BACK = delete(taken).where(taken.c.command_id == bindparam("command"))
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
