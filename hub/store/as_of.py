"""How far the record reaches, now and at an earlier moment."""

from sqlalchemy import Connection, select

from hub.store.model import Vector
from hub.store.tables import event, log_head


def head(connection: Connection) -> Vector:
    """The last position of every partition."""
    rows = connection.execute(select(log_head.c.next_pos).order_by(log_head.c.partition))
    return Vector(tuple(next_pos - 1 for (next_pos,) in rows))


def as_of(connection: Connection, moment: int) -> Vector:
    """The largest position of every partition that was recorded at `moment` (microseconds) or before."""
    reached = enumerate(head(connection).positions)
    return Vector(tuple(_last_before(connection, partition, last, moment) for partition, last in reached))


def _last_before(connection: Connection, partition: int, last: int, moment: int) -> int:
    """Halving: recorded_at never decreases with the position, so no index over it is needed."""
    low, high = 0, last
    query = select(event.c.recorded_at).where(event.c.partition == partition)
    while low < high:
        middle = (low + high + 1) // 2
        if connection.execute(query.where(event.c.pos == middle)).scalar_one() <= moment:
            low = middle
        else:
            high = middle - 1
    return low
