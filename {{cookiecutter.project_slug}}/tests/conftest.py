"""Fixtures of all tests. No test uses the development database.

By default each test process creates its own SQLite database. `TEST_DATABASE_URL` selects another
database. It must be empty, and only one test process can use it at a time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, inspect
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app import create_app
from app.cli import explanation
from app.config import SECRETS, ConfigurationError
from app.core.setting_readers import database_url
from app.extensions import Base, db, limiter

pytest_plugins = [
{%- if cookiecutter.__api %}
    "tests.support.api",
{%- endif %}
{%- if cookiecutter.__web %}
    "tests.support.web",
{%- endif %}
]

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
SETTINGS = {
    "APP_ENV": "testing",
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghij",
    # The cheapest parameters, because hashing would take most of the time of the tests.
    "PASSWORD_METHOD": "scrypt:128:8:1",
    "REDIS_URL": "",
    "LOG_LEVEL": "WARNING",
{%- if cookiecutter.__web %}
    # The tests post forms without the CSRF token. The fixture `with_csrf` requires it.
    "WTF_CSRF_ENABLED": False,
{%- endif %}
}
# Secrets that production accepts.
STRONG_SECRETS = {name: f"{name}-kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA" for name in SECRETS}


def pytest_configure(config: pytest.Config) -> None:
    """End the run at once, with one sentence, where no test could pass."""
    if hasattr(config, "workerinput"):
        return  # a process of pytest-xdist; the one that started it has done this
    url = os.environ.get("TEST_DATABASE_URL", "")
    if url and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("TEST_DATABASE_URL names one database: run pytest without -n.")
    if sentence := fault_of_database(url):
        raise pytest.UsageError(sentence.replace("DATABASE_URL", "TEST_DATABASE_URL"))


def fault_of_database(url: str) -> str:
    """Return why the database cannot be used, "" if it can; without `url` it is in memory."""
    try:
        app = create_app(SETTINGS | {"DATABASE_URL": database_url(url or "sqlite://")})
    except ConfigurationError as error:
        return str(error)
    except ValueError as error:
        return f"DATABASE_URL={url!r} cannot be used: {error}."
    with app.app_context():
        try:
            db.engine.connect().close()
        except DBAPIError as error:
            return explanation(error) or str(error)
        finally:
            db.engine.dispose()
    return ""


@contextmanager
def fresh_context(app: Flask) -> Iterator[None]:
    """Enter a new application context, as a request on a server does.

    In the context of the test, a request would share the database session and `flask.g` with the
    test. Objects that the test has loaded are reloaded afterwards.
    """
    db.session.rollback()
    db.session.expire_all()
    with app.app_context():
        yield


class Client(FlaskClient):
    """A test client whose requests have their own application context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with fresh_context(self.application):
            return super().open(*args, **kwargs)


class CliRunner(FlaskCliRunner):
    """A runner whose commands have their own application context."""

    def invoke(self, *args: Any, **kwargs: Any) -> Result:
        """Run a command."""
        with fresh_context(self.app):
            return super().invoke(*args, **kwargs)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of the test database."""
    default = f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.db'}"
    return database_url(os.environ.get("TEST_DATABASE_URL") or default)


@pytest.fixture(scope="session")
def migrated_app(database: str) -> Iterator[Flask]:
    """Yield an application with a test database in which all migrations were run."""
    app = create_app(SETTINGS | {"DATABASE_URL": database})
    app.test_client_class = Client
    app.test_cli_runner_class = CliRunner
    with app.app_context():
        if set(inspect(db.engine).get_table_names()) - {"alembic_version"}:
            pytest.exit(f"The tests need an empty database, but {db.engine.url!r} has tables.", 1)
        upgrade(directory=MIGRATIONS)
    yield app
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision="base")
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """Yield the application in its context. All rows are deleted after the test."""
    with migrated_app.app_context():
        # Another application in this process may have disabled it.
        limiter.enabled = True
        yield migrated_app
        db.session.rollback()
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        limiter.reset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that is not logged in."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Return a runner for the `flask` commands."""
    return app.test_cli_runner()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Return a list to which every SQL statement is added from now on."""
    found: list[str] = []

    def collect(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", collect)
    yield found
    event.remove(db.engine, "before_cursor_execute", collect)
