"""Fixtures of all tests; none of them touches the development database.

By default each test process makes an SQLite database of its own. `TEST_DATABASE_URL` names
another one, which must be empty: the tests fill it and empty it again, one process at a time.
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
from app.config import ConfigurationError
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
    # As weak as scrypt gets: hashing must not dominate the time of the tests.
    "PASSWORD_METHOD": "scrypt:128:8:1",
    "REDIS_URL": "",
    "LOG_LEVEL": "WARNING",
{%- if cookiecutter.__web %}
    # The tests post forms without the token; the fixture `with_csrf` requires it.
    "WTF_CSRF_ENABLED": False,
{%- endif %}
}


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
    """Enter an application context of its own, as on a server or in a shell.

    Within the test's context a request would share its database session and `flask.g`. What the
    test has loaded is read anew afterwards.
    """
    db.session.rollback()
    db.session.expire_all()
    with app.app_context():
        yield


class Client(FlaskClient):
    """A browser."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with fresh_context(self.application):
            return super().open(*args, **kwargs)


class CliRunner(FlaskCliRunner):
    """A shell."""

    def invoke(self, *args: Any, **kwargs: Any) -> Result:
        """Run a command."""
        with fresh_context(self.app):
            return super().invoke(*args, **kwargs)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of the tests' database."""
    default = f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.db'}"
    return database_url(os.environ.get("TEST_DATABASE_URL") or default)


@pytest.fixture(scope="session")
def migrated_app(database: str) -> Iterator[Flask]:
    """Yield an application whose empty database the migrations have filled with tables."""
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
    """Yield the application within its context; what the test stores is deleted afterwards."""
    with migrated_app.app_context():
        # Another application of this process may have switched it off.
        limiter.enabled = True
        yield migrated_app
        db.session.rollback()
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        limiter.reset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser that nobody is logged in with."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Return a shell for the `flask` commands."""
    return app.test_cli_runner()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Return a list that collects every SQL statement from now on."""
    found: list[str] = []

    def collect(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", collect)
    yield found
    event.remove(db.engine, "before_cursor_execute", collect)
