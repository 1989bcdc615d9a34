"""Settings of connections to a database server; importing this module adds them to every engine."""

import time
from typing import Any

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, Pool

# A connection that was used within this time is not checked. A ping for every request costs
# 5-8 % of its CPU time.
SECONDS_WITHOUT_PING = 1.0


@event.listens_for(Engine, "connect")
def use_utc(connection: Any, record: object) -> None:
    """Let PostgreSQL send times in UTC, because psycopg converts other time zones row by row."""
    if type(connection).__module__.partition(".")[0] == "psycopg":
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()


@event.listens_for(Pool, "checkin")
def record_checkin(connection: object, entry: ConnectionPoolEntry) -> None:
    """Record when the connection was returned to the pool."""
    entry.info["checked_in"] = time.monotonic()


@event.listens_for(Engine, "engine_connect")
def ping_after_idle(connection: Connection) -> None:
    """Replace a connection that the server has closed while it was idle in the pool.

    A failed ping marks all connections of the pool as closed; the next use opens a new one. Source:
    https://docs.sqlalchemy.org/en/21/core/pooling.html#custom-legacy-pessimistic-ping
    """
    checked_in = connection.info.get("checked_in")
    if checked_in is None or time.monotonic() - checked_in < SECONDS_WITHOUT_PING:
        return
    if connection.dialect.name == "sqlite":
        return  # There is no server, and a database in memory shares one connection.
    try:
        connection.scalar(select(1))
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    connection.rollback()
