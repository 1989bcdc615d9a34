"""Settings of SQLite connections; importing this module applies them to every SQLite engine."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event


@event.listens_for(Engine, "connect")
def configure_sqlite(connection: Any, record: object) -> None:
    """Enforce foreign keys, and let readers and a writer work at the same time (WAL mode).

    SQLAlchemy calls this for every new connection; those of other databases are left alone.
    See https://www.sqlite.org/foreignkeys.html and https://www.sqlite.org/wal.html.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
