"""An empty database for running the migrations, on the database server of the project if it has
one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from report.findings import NotMeasuredError, describe_error
from report.guard import guard

SQLITE = "sqlite://"
SECONDS_TO_CONNECT = 3
# Value of `database` in [tool.kiln] -> names of SQLAlchemy's dialects.
DIALECTS = {"PostgreSQL": ("postgresql",), "MySQL": ("mysql", "mariadb")}


@contextmanager
def empty_database(wanted: str, configured_url: str) -> Iterator[str]:
    """Create an empty database on the server of `configured_url`, yield its URL, and drop it.

    `wanted` is the value of `database` in [tool.kiln]. For SQLite the database is in
    memory. Raises `NotMeasuredError` when the URL names no such server, or it refuses.
    """
    if wanted not in DIALECTS:
        yield SQLITE
        return
    url = parse_url(configured_url)
    if url is None or url.get_backend_name() not in DIALECTS[wanted]:
        raise NotMeasuredError(f"on {wanted}: set DATABASE_URL to the URL of a {wanted} server")
    name = f"flask_report_{os.getpid()}"
    with guard.enabled(active=False):
        run_statement(url, f"CREATE DATABASE {name}", wanted)
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            with suppress(NotMeasuredError):
                run_statement(url, f"DROP DATABASE {name}", wanted)


def parse_url(value: str) -> URL | None:
    """Return a database URL; None when it is malformed."""
    try:
        return make_url(value)
    except ArgumentError:
        return None


def run_statement(url: URL, statement: str, server: str) -> None:
    """Run a statement outside of a transaction; raises `NotMeasuredError` when it fails."""
    try:
        engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": SECONDS_TO_CONNECT},
        )
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
    # The driver's package may be missing.
    except (SQLAlchemyError, ImportError) as error:
        raise NotMeasuredError(f"on {server}: {describe_error(error)}") from error
