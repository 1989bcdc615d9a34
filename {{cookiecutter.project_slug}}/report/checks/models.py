"""Models and migrations."""

from contextlib import chdir
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint, inspect

from report.context import Context
from report.findings import FailedError, Findings, NotMeasuredError
from report.migration_database import SQLITE, empty_database
from report.project_api import Base, db
from report.registry import VERIFICATION, check
from report.test_app import testing_overrides

# Relative to the project: Alembic would take a "%" in an absolute path for a placeholder.
FOLDER = "migrations"


@check(VERIFICATION, 40, "Models")
def models(context: Context) -> str:
    """Look for foreign keys without an index and for constraints without a name."""
    findings = Findings()
    tables = Base.metadata.sorted_tables
    keys = [(table, key) for table in tables for key in table.foreign_key_constraints]
    for table, key in keys:
        name = f"{table.name}.{', '.join(key.column_keys)}"
        findings.expect(is_indexed(table, key), f"the foreign key {name} has no index")
    for table in tables:
        named = all(each.name for each in table.constraints)
        findings.expect(named, f"a constraint of {table.name} has no name")
    missing = context.testing.missing_samples
    reasons = "; ".join(f"{name} ({reason})" for name, reason in missing.items())
    findings.skip(bool(missing), f"stored rows of {reasons}")
    return findings.conclude(
        f"{len(tables)} tables; all {len(keys)} foreign keys are indexed, every constraint named"
    )


def is_indexed(table: Table, key: ForeignKeyConstraint) -> bool:
    """Return whether an index, a unique constraint or the primary key starts with the columns."""
    columns = list(key.columns)
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    groups: list[list[Column[Any]]] = [
        list(table.primary_key.columns),
        *(list(each.columns) for each in unique),
        *(list(index.columns) for index in table.indexes),
    ]
    return any(group[: len(columns)] == columns for group in groups)


@check(VERIFICATION, 45, "Migrations")
def migrations(context: Context) -> str:
    """Run all migrations on an empty database, compare it with the models, and run them back."""
    wanted = str(context.project.answers.get("database", "SQLite"))
    with chdir(context.project.root):
        try:
            with empty_database(wanted, context.database_url) as url:
                return run_migrations(context, url)
        except NotMeasuredError as error:
            on_sqlite = run_migrations(context, SQLITE)
            raise NotMeasuredError(f"{error}. {on_sqlite}") from error


def run_migrations(context: Context, url: str) -> str:
    """Run the migrations on the empty database of a URL; return the evidence."""
    findings = Findings()
    scripts = ScriptDirectory.from_config(alembic_config())
    heads = scripts.get_heads()
    if len(heads) > 1:
        raise FailedError(f"there are {len(heads)} heads, {', '.join(heads)}: run flask db merge")
    app = context.new_app({**testing_overrides(), "DATABASE_URL": url})
    with app.app_context():
        upgrade(directory=FOLDER)
        differences = schema_differences()
        count = len(inspect(db.engine).get_table_names()) - 1
        downgrade(directory=FOLDER, revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    findings.add(f"the migrations lack {describe_difference(each)}" for each in differences)
    findings.expect(not left, f"downgrading leaves {', '.join(sorted(left))}")
    number = len(list(scripts.walk_revisions()))
    return findings.conclude(
        f"{number} run on {database_name(app)} from an empty database to {count} tables that match "
        "the models, and back"
    )


def alembic_config() -> Config:
    """Return a configuration that names only the folder of the migrations."""
    config = Config()
    config.set_main_option("script_location", FOLDER)
    return config


def schema_differences() -> list[Any]:
    """Return the differences between the current application's database and the models."""
    with db.engine.connect() as connection:
        options = {"compare_server_default": True}
        migration_context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(migration_context, Base.metadata))


def database_name(app: Flask) -> str:
    """Return the name of the database system that an application uses."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
    with app.app_context():
        name = db.engine.dialect.name
    return names.get(name, name)


def describe_difference(difference: Any) -> str:
    """Return a change that Alembic proposes as text, such as "add_column users.nickname"."""
    if isinstance(difference, list):
        return ", ".join(describe_difference(each) for each in difference)
    names = [getattr(part, "name", part) for part in difference[1:] if part is not None]
    return f"{difference[0]} {'.'.join(str(name) for name in names[:3])}"
