"""The environment of Alembic: `flask db` runs the migrations with it."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.extensions import Base, db

OPTIONS = {"target_metadata": Base.metadata, "compare_server_default": True}


def run_offline() -> None:
    """Print the SQL of the migrations, for `flask db upgrade --sql`."""
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online(connection: Connection) -> None:
    """Run the migrations on the database.

    In batch mode a change copies the table, because SQLite cannot alter most columns.
    """
    batch = connection.dialect.name == "sqlite"
    context.configure(connection=connection, render_as_batch=batch, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    with db.engine.connect() as connection:
        run_online(connection)
