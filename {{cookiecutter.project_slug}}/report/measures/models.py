"""Models and migrations."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint, inspect

from app.extensions import Base, db
from report.bench import testing_overrides
from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure


@measure(VERIFICATION, 40, "Models")
def models(lab: Lab) -> str:
    """Look for foreign keys without an index or a name, and for tables without a key."""
    findings = Findings()
    tables = Base.metadata.sorted_tables
    keys = [(table, key) for table in tables for key in table.foreign_key_constraints]
    for table, key in keys:
        name = f"{table.name}.{', '.join(key.column_keys)}"
        findings.expect(is_indexed(table, key), f"the foreign key {name} has no index")
    for table in tables:
        named = all(each.name for each in table.constraints)
        findings.expect(named, f"a constraint of {table.name} has no name")
    unsampled = "; ".join(f"{name} ({why})" for name, why in lab.relaxed.unsampled.items())
    findings.skip(bool(unsampled), f"stored rows of {unsampled}")
    return findings.conclude(
        f"{len(tables)} tables; all {len(keys)} foreign keys are indexed, every constraint named"
    )


def is_indexed(table: Table, key: ForeignKeyConstraint) -> bool:
    """Say whether an index, a unique constraint or the primary key starts with the columns."""
    columns = list(key.columns)
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    groups: list[list[Column[Any]]] = [
        list(table.primary_key.columns),
        *(list(each.columns) for each in unique),
        *(list(index.columns) for index in table.indexes),
    ]
    return any(group[: len(columns)] == columns for group in groups)


@measure(VERIFICATION, 45, "Migrations")
def migrations(lab: Lab) -> str:
    """Run all migrations on an empty database, compare, and run them back."""
    findings = Findings()
    folder = lab.project.root / "migrations"
    app = lab.new_app(testing_overrides())
    with app.app_context():
        upgrade(directory=str(folder))
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_server_default": True})
            differences = compare_metadata(context, Base.metadata)
        made = len(inspect(db.engine).get_table_names()) - 1
        downgrade(directory=str(folder), revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    findings.add(f"the migrations lack {in_words(each)}" for each in differences)
    findings.expect(not left, f"downgrading leaves {', '.join(sorted(left))}")
    count = len(list(folder.glob("versions/*.py")))
    return findings.conclude(
        f"{count} run from an empty database to {made} tables that match the models, and back"
    )


def in_words(difference: Any) -> str:
    """Return what Alembic would change, such as `add_column users.nickname`."""
    if isinstance(difference, list):
        return ", ".join(in_words(each) for each in difference)
    names = [getattr(part, "name", part) for part in difference[1:] if part is not None]
    return f"{difference[0]} {'.'.join(str(name) for name in names[:3])}"
