"""After a key is destroyed: make the database let go of the bytes, as far as the database can."""

from sqlalchemy import Engine, text

from hub.store.engine import is_sqlite
from hub.store.tables import case_key, citizen_index


def scrub(engine: Engine) -> None:
    """SQLite: empty the write-ahead log (freed cells are overwritten already). PostgreSQL: vacuum the two small tables.

    Backups and PostgreSQL's archived write-ahead log are the operator's to expire (ADR 0003).
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite(connection):
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return
        for table in (case_key, citizen_index):
            connection.execute(text(f"VACUUM {table.name}"))
