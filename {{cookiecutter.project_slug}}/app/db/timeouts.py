"""The time limit of statements that serve a request: `DATABASE_STATEMENT_TIMEOUT`.

Commands and migrations have none: they may work for minutes.
"""

import sqlite3
import time
from typing import Any

from flask import Flask, current_app, has_request_context
from sqlalchemy import Connection, Engine, event

from app.extensions import db

# SQLite calls the progress handler after this many of its instructions, which take a few
# milliseconds.
INSTRUCTIONS_BETWEEN_CHECKS = 100_000


def init_app(app: Flask) -> None:
    """Limit the statements of every database of `app`."""
    with app.app_context():
        for engine in db.engines.values():
            limit_engine(engine)


def limit_engine(engine: Engine) -> None:
    """Limit the statements on each new connection of `engine`."""
    name = engine.dialect.name
    if name == "postgresql":
        event.listen(engine, "connect", limit_postgresql)
    elif name in ("mysql", "mariadb"):
        event.listen(engine, "connect", limit_mysql)
    elif name == "sqlite":
        event.listen(engine, "connect", limit_sqlite)
        event.listen(engine, "before_cursor_execute", start_clock)


def statement_timeout() -> int:
    """Return the time limit in seconds; 0 for none, as outside a request."""
    return int(current_app.config["DATABASE_STATEMENT_TIMEOUT"]) if has_request_context() else 0


def limit_postgresql(connection: Any, record: object) -> None:
    """Limit every statement (PostgreSQL manual, section 19.11.1).

    A SET statement also works with a connection pooler, which would refuse the option in the
    connection string.
    """
    if seconds := statement_timeout():
        connection.execute(f"SET SESSION statement_timeout = '{seconds}s'")
        connection.commit()


def limit_mysql(connection: Any, record: object) -> None:
    """Limit every statement of MariaDB, in seconds; MySQL limits SELECT only, in milliseconds."""
    if seconds := statement_timeout():
        variable, value = "max_execution_time", seconds * 1000
        if "MariaDB" in connection.get_server_info():
            variable, value = "max_statement_time", seconds
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION {variable} = {value}")


class Clock:
    """Measures the time of a statement, so that SQLite can stop it after the limit."""

    def __init__(self) -> None:
        self.end: float | None = None

    def start(self, seconds: int) -> None:
        """Begin to measure a statement; 0 seconds mean no limit."""
        self.end = time.monotonic() + seconds if seconds else None

    def is_over(self) -> bool:
        """Return whether the statement has to end."""
        return self.end is not None and time.monotonic() > self.end


def limit_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    """Let a clock end the statements of `connection`: SQLite has no time limit of its own."""
    clock = record.info["clock"] = Clock()
    connection.set_progress_handler(clock.is_over, INSTRUCTIONS_BETWEEN_CHECKS)


def start_clock(connection: Connection, *statement: object) -> None:
    """Start the clock before each statement of SQLite."""
    connection.info["clock"].start(statement_timeout())
