"""Migrations of a database that holds rows: none is lost, and a migration that fails changes nothing.

SQLite is the database of these tests, whatever TEST_DATABASE_URL names: it alone changes a column by
copying the whole table.
"""

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app import create_app
from app.extensions import Base, db
from tests.conftest import MIGRATIONS, SETTINGS

ROWS = 3
NO_CHANGE = "pass"
REVISIONS = [
    script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions("base", "heads")
][::-1]
NEW_REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", "{previous}"
branch_labels = depends_on = None


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down}
"""


@pytest.fixture
def sqlite_app(tmp_path: Path) -> Iterator[Flask]:
    """Yield an application with an empty SQLite file, within its context."""
    app = create_app(SETTINGS | {"DATABASE_URL": f"sqlite:///{tmp_path / 'migrated.db'}"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the migrations, to which a test can add one."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def add_revision(folder: Path, up: str, down: str = NO_CHANGE) -> None:
    """Write a migration that runs the statements `up` and `down` after all others."""
    texts = {"revision": "test", "previous": REVISIONS[-1], "up": up, "down": down}
    (folder / "versions" / "test.py").write_text(NEW_REVISION.format(**texts), "utf-8")


def tables() -> list[sa.Table]:
    """Return the tables that the database has now, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(db.engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def counts() -> dict[str, int]:
    """Return how many rows each table holds."""
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in tables()
        }


def fill() -> None:
    """Add rows to every table that is empty; each refers to a row of the same number."""
    empty = {name for name, number in counts().items() if number == 0}
    with db.engine.begin() as connection:
        for table in tables():
            if table.name in empty:
                rows = [sample_row(table, number) for number in range(1, ROWS + 1)]
                connection.execute(table.insert(), rows)


def sample_row(table: sa.Table, number: int) -> dict[str, object]:
    """Return a value for each column of the row with that number."""
    return {column.name: sample_value(column, number) for column in table.columns}


def sample_value(column: sa.Column[object], number: int) -> object:
    """Return a value that fits the column's type; numbers also serve as keys of other rows."""
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, sa.Integer | sa.Numeric):
        return number
    if isinstance(column.type, sa.DateTime):
        return datetime.datetime(2026, 1, number)  # noqa: DTZ001 - stored without time zone
    if isinstance(column.type, sa.Date):
        return datetime.date(2026, 1, number)
    return str(number)


def test_every_migration_keeps_the_rows_on_its_way_up_and_down(sqlite_app: Flask) -> None:
    seen = [counts()]
    for revision in REVISIONS:
        upgrade(directory=MIGRATIONS, revision=revision)
        # A migration may create or drop a table; the other tables keep their rows.
        before, after = seen[-1], counts()
        shared = before.keys() & after.keys()
        assert {name: after[name] for name in shared} == {name: before[name] for name in shared}
        fill()
        seen.append(counts())
    while len(seen) > 1:
        there = seen.pop()
        assert counts() == there
        downgrade(directory=MIGRATIONS, revision="-1")
        created_again = dict.fromkeys(seen[-1].keys() - there.keys(), 0)
        seen[-1] = {name: there[name] for name in seen[-1].keys() & there.keys()} | created_again
        assert counts() == seen[-1]


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_a_change_of_a_column_keeps_the_rows_that_refer_to_the_table(
    sqlite_app: Flask, folder: Path, table: str
) -> None:
    up = f"""with op.batch_alter_table("{table}", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.Text()))"""
    down = f"""with op.batch_alter_table("{table}", recreate="always") as batch:
        batch.drop_column("note")"""
    add_revision(folder, up, down)
    upgrade(directory=str(folder), revision=REVISIONS[-1])
    fill()
    before = counts()
    assert set(before.values()) == {ROWS}
    upgrade(directory=str(folder))
    assert counts() == before
    downgrade(directory=str(folder), revision="-1")
    assert counts() == before
    assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize(
    "up",
    [
        'op.create_table("half", sa.Column("id", sa.Integer())); raise ValueError("stop")',
        'op.execute("DELETE FROM user_sessions"); raise ValueError("stop")',
        'op.drop_table("user_sessions"); raise ValueError("stop")',
    ],
)
def test_a_migration_that_fails_changes_nothing(sqlite_app: Flask, folder: Path, up: str) -> None:
    upgrade(directory=MIGRATIONS)
    fill()
    before = counts()
    add_revision(folder, up)
    with pytest.raises(ValueError, match="stop"):
        upgrade(directory=str(folder))
    assert counts() == before
    assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
    assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_a_migration_that_breaks_references_is_undone(sqlite_app: Flask, folder: Path) -> None:
    upgrade(directory=MIGRATIONS)
    fill()
    before = counts()
    add_revision(folder, 'op.execute("DELETE FROM users WHERE id = 1")')
    with pytest.raises(click.ClickException, match=r"breaks \d+ foreign keys, from .*to users"):
        upgrade(directory=str(folder))
    assert counts() == before
