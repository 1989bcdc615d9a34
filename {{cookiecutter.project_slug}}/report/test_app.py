"""Temporary applications on an in-memory database with three test users and sample rows."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import Table, event, select

from report.client import Client, record_requests
from report.findings import describe_error
from report.project_api import (
    SECRETS,
    SETTINGS,
    Base,
    ConfigurationError,
    Role,
    User,
    create_user,
    db,
    hash_password,
    limiter,
)
from report.routes import PROBE, Route, all_routes
from report.samples import add_samples, fill, text_values

PASSWORD = "Laboratory-7c1e-password"  # noqa: S105 - of accounts in an in-memory database
# The fastest hash. Only the check "Password hashing" uses the real one.
CHEAP_HASH = "pbkdf2:sha256:1"
EXCEPTION_TEXT = "report-probe-exception-text"
DATABASE = "SQLite in memory"
# Settings with the URLs of real databases.
STORES = ("DATABASE_URL", "REDIS_URL")

AppFactory = Callable[[Mapping[str, Any]], Flask]


@dataclass(frozen=True)
class TestUser:
    """An account; `key` is its primary key and that of the sample rows that belong to it."""

    __test__: ClassVar[bool] = False

    key: int
    email: str
    role: Role


OWNER = TestUser(1, "owner-canary@example.com", Role.USER)
OTHER = TestUser(2, "other-canary@example.com", Role.USER)
ADMIN = TestUser(3, "admin-canary@example.com", Role.ADMIN)
TEST_USERS = (OWNER, OTHER, ADMIN)


class TestApp:
    """An application with a database of its own, which can be restored after each request."""

    __test__ = False

    def __init__(
        self, create: AppFactory, overrides: Mapping[str, Any], prefixes: Iterable[str]
    ) -> None:
        self.app = new_app(create, {"PASSWORD_METHOD": CHEAP_HASH, **overrides})
        self.recorder = record_requests(self.app)
        self.app.register_blueprint(error_blueprint(prefixes))
        with self.app.app_context():
            self.tables, self.missing_samples = create_tables()
            users = [
                add_account(user.email, f"Sample {user.role}", user.role, user.key)
                for user in TEST_USERS
            ]
            db.session.commit()
            self.missing_samples |= add_samples([user.id for user in users], self.missing_samples)
            self.text_values = text_values(OWNER.key)
        self.routes = all_routes(self.app)
        self._snapshot = sqlite3.connect(":memory:", check_same_thread=False)
        self.save()

    def client(self, credentials: Mapping[str, str] | None = None) -> FlaskClient:
        """Return a client without cookies that sends `credentials` (WSGI variables)."""
        client = Client(self.app, use_cookies=False)
        client.environ_base.update(credentials or {})
        return client

    def url(self, route: Route, key: int = OWNER.key) -> str:
        """Return the URL of a route for the row with that primary key."""
        return route.url(key, self.text_values)

    def save(self) -> None:
        """Take a snapshot of the database."""
        with self._connection() as connection:
            connection.backup(self._snapshot)
            self._changes = connection.total_changes

    def restore(self) -> None:
        """Restore the last snapshot of the database, and reset the rate limits."""
        with self._connection() as connection:
            if connection.total_changes != self._changes:
                self._snapshot.backup(connection)
                self._changes = connection.total_changes
        if self.app.config["RATELIMIT_ENABLED"]:
            limiter.reset()

    def rows_of(self, user: TestUser) -> dict[tuple[object, ...], tuple[Any, ...]]:
        """Return the account of a user and every row with a foreign key to it, by primary key."""
        rows: dict[tuple[object, ...], tuple[Any, ...]] = {}
        with self.app.app_context():
            for table in self.tables:
                for column in owner_columns(table):
                    for row in db.session.execute(select(table).where(column == user.key)):
                        keys = [row._mapping[each] for each in table.primary_key]
                        rows[table.name, *keys] = tuple(row)
        return rows

    def password_hashes(self) -> list[str]:
        """Return every stored password hash."""
        with self.app.app_context():
            return list(db.session.scalars(select(User.password_hash)))

    @contextmanager
    def record_statements(self) -> Iterator[list[str]]:
        """Collect the SQL text of every statement, without its parameters."""
        statements: list[str] = []

        def collect(connection: object, cursor: object, statement: str, *rest: object) -> None:
            statements.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", collect)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", collect)

    def close(self) -> None:
        """Close the database connections."""
        self._snapshot.close()
        dispose(self.app)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self.app.app_context(), closing(db.engine.raw_connection()) as wrapped:
            yield cast("sqlite3.Connection", wrapped.driver_connection)


def testing_overrides() -> dict[str, Any]:
    """Return a configuration without rate limits, for checks of everything else."""
    return {
        "APP_ENV": "testing",
        "PROPAGATE_EXCEPTIONS": False,
        "RATELIMIT_ENABLED": False,
    }


def production_overrides() -> dict[str, Any]:
    """Return the configuration of production."""
    return {"APP_ENV": "production", "PREFERRED_URL_SCHEME": "https"}


def new_app(create: AppFactory, overrides: Mapping[str, Any]) -> Flask:
    """Return a new application with an in-memory database and fresh secrets.

    The settings of the environment are ignored, unless the application requires one of them.
    Raises `ConfigurationError` when it refuses the configuration.
    """
    config = {name: secrets.token_urlsafe(48) for name in SECRETS}
    config |= {"DATABASE_URL": "sqlite://", "LOG_LEVEL": "CRITICAL", **overrides}
    with environment_without(SETTINGS), suppress(ConfigurationError):
        return create(config)
    with environment_without(STORES):
        return create(config)


def dispose(app: Flask) -> None:
    """Close the database connections of an application."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def environment_without(names: Iterable[str]) -> Iterator[None]:
    """Remove variables from the environment for the duration of a block."""
    removed = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(removed)


def create_tables() -> tuple[list[Table], dict[str, str]]:
    """Create every table that SQLite can hold.

    Returns these tables, and the others by name with the reason.
    """
    created, failures = [], {}
    for table in Base.metadata.sorted_tables:
        try:
            table.create(db.engine)
        # A column type of another package may raise any exception.
        except Exception as error:
            failures[table.name] = describe_error(error)
        else:
            created.append(table)
    return created, failures


def error_blueprint(prefixes: Iterable[str]) -> Blueprint:
    """Return a blueprint that has, below each prefix, a view that fails with a given status."""
    bp = Blueprint(PROBE, __name__)

    def fail(code: int) -> str:
        if code == 500:
            raise RuntimeError(EXCEPTION_TEXT)
        abort(code)

    for number, prefix in enumerate(prefixes):
        bp.add_url_rule(f"{prefix}/{PROBE}/<int:code>", f"fail{number}", fail)
    return bp


def owner_columns(table: Table) -> list[Any]:
    """Return the columns of `table` that name the account a row belongs to."""
    accounts = User.__table__
    if table is accounts:
        return [table.c.id]
    return [key.parent for key in table.foreign_keys if key.column.table is accounts]


def add_account(email: str, name: str, role: Role, key: int) -> User:
    """Add an account with the password PASSWORD; the caller commits.

    A project may have added required arguments to `create_user`, or required columns.
    """
    try:
        user = create_user(email, name, PASSWORD, role)
    except TypeError:
        user = User(email=email, name=name, password_hash=hash_password(PASSWORD), role=role)
        db.session.add(user)
    user.id = key
    fill(user, key)
    return user
