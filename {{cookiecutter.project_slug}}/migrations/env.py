"""The environment of Alembic: `flask db` runs the migrations with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic import context
from flask import current_app
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from app.cli import explanation
from app.extensions import Base, db

OPTIONS = {"target_metadata": Base.metadata, "compare_server_default": True}


def run_offline() -> None:
    """Print the SQL of the migrations, for `flask db upgrade --sql`."""
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations on the database of the application."""
    with connect() as connection:
        if connection.dialect.name == "sqlite":
            run_on_sqlite(connection)
            return
        if connection.dialect.name in ("mysql", "mariadb"):
            require_utf8mb4(connection)
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


def connect() -> Connection:
    """Return a connection; end the command with one sentence when there is none."""
    try:
        return db.engine.connect()
    except DBAPIError as error:
        raise click.ClickException(explanation(error) or str(error)) from error


def run_on_sqlite(connection: Connection) -> None:
    """Run the migrations in one transaction, while SQLite does not enforce foreign keys.

    SQLite changes a column by copying the table and dropping the old one ("batch"); with foreign
    keys on, the drop deletes all rows that refer to it. The keys are checked before the commit.
    """
    with without_foreign_keys(connection):
        # Python's sqlite3 begins a transaction before INSERT, UPDATE and DELETE only.
        event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("BEGIN"))
        context.configure(
            connection=connection, render_as_batch=True, transactional_ddl=True, **OPTIONS
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_broken_references(connection)


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off inside the block.

    Call it outside a transaction: inside one SQLite ignores the PRAGMA.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_broken_references(connection: Connection) -> None:
    """Undo the migrations when a row refers to one that does not exist.

    See https://www.sqlite.org/pragma.html#pragma_foreign_key_check
    """
    faults = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if faults:
        tables = ", ".join(sorted({f"{table} to {parent}" for table, _, parent, _ in faults}))
        raise click.ClickException(
            f"The migration breaks {len(faults)} foreign keys, from {tables}. Nothing was changed."
        )


def require_utf8mb4(connection: Connection) -> None:
    """End the command if the MySQL database does not use utf8mb4, which every character needs."""
    query = "SELECT database(), @@character_set_database"
    name, charset = connection.exec_driver_sql(query).one()
    connection.rollback()
    if charset != "utf8mb4":
        raise click.ClickException(
            f"The database {name} uses the character set {charset}, which cannot store all characters. "
            f"Run ALTER DATABASE `{name}` CHARACTER SET utf8mb4, then try again."
        )


if context.is_offline_mode():
    run_offline()
else:
    run_online()
