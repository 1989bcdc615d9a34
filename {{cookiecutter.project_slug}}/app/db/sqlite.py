"""Connection settings of SQLite; importing this module switches them on for every engine."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event


@event.listens_for(Engine, "connect")
def configure_sqlite(connection: Any, record: object) -> None:
    """Make SQLite enforce foreign keys, and let readers and a writer work side by side.

    See https://www.sqlite.org/foreignkeys.html and https://www.sqlite.org/wal.html.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
