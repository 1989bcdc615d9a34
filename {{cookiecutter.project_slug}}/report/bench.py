"""Throw-away applications: an in-memory database, three people, and clients that leave no trace."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from flask import Blueprint, Flask, Request, abort, current_app
from flask.testing import FlaskClient
from sqlalchemy import Table, event, select
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.test import TestResponse

from app.auth import service
from app.auth.models import Role, User
from app.config import SECRETS, SETTINGS
from app.extensions import Base, db, limiter
from report.routes import PROBE, Route, all_routes
from report.samples import add_samples, fill, text_values

PASSWORD = "Laboratory-7c1e-password"  # noqa: S105 - of accounts that live for seconds
# As weak as it gets: only one measure is about the strength of hashes.
CHEAP_HASH = "pbkdf2:sha256:1"
EXCEPTION_TEXT = "report-probe-exception-text"

Factory = Callable[[Mapping[str, Any]], Flask]


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `key` is the primary key of it, and of the samples that are theirs."""

    key: int
    email: str
    role: Role


OWNER = Person(1, "owner-canary@example.com", Role.USER)
OTHER = Person(2, "other-canary@example.com", Role.USER)
ADMIN = Person(3, "admin-canary@example.com", Role.ADMIN)
PEOPLE = (OWNER, OTHER, ADMIN)


@dataclass
class Recorder:
    """What was learnt from requests: their number, and the query parameters of each endpoint."""

    requests: int = 0
    parameters: dict[str, set[str]] = field(default_factory=dict)


class Arguments(ImmutableMultiDict[str, str]):
    """Query parameters that remember which of them a view asked for."""

    asked: set[str]

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, type: Any = None) -> Any:
        """Return all values of a parameter."""
        self.asked.add(key)
        return super().getlist(key, type)


class RecordingRequest(Request):
    """A request that notes, for each endpoint, which query parameters were read."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return the query parameters."""
        arguments = Arguments(super().args)
        known: Recorder = current_app.extensions[PROBE]
        arguments.asked = known.parameters.setdefault(self.endpoint or "", set())
        return arguments


class Client(FlaskClient):
    """A client of one of several applications that share the limiter object."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; rate limits hold where this application's configuration says so."""
        limiter.enabled = self.application.config["RATELIMIT_ENABLED"]
        self.application.extensions[PROBE].requests += 1
        return super().open(*args, **kwargs)


class Bench:
    """A running application on a database of its own."""

    def __init__(
        self, create: Factory, overrides: Mapping[str, Any], prefixes: Iterable[str]
    ) -> None:
        self.app = new_app(create, {"PASSWORD_METHOD": CHEAP_HASH, **overrides})
        self.seen = self.app.extensions[PROBE] = Recorder()
        self.app.request_class = RecordingRequest
        self.app.register_blueprint(probe_blueprint(prefixes))
        with self.app.app_context():
            db.create_all()
            users = [_account(person) for person in PEOPLE]
            db.session.commit()
            self.unsampled = add_samples(users)
            self.texts = text_values()
        self.routes = all_routes(self.app)
        self._snapshot = sqlite3.connect(":memory:", check_same_thread=False)
        self.keep()

    def caller(self, credentials: Mapping[str, str] | None = None) -> FlaskClient:
        """Return a client that sends `credentials` (WSGI variables) and keeps nothing of an answer."""
        client = Client(self.app, use_cookies=False)
        client.environ_base.update(credentials or {})
        return client

    def url(self, route: Route, key: int = OWNER.key) -> str:
        """Return the address of a route for the object with that key."""
        return route.url(key, self.texts)

    def keep(self) -> None:
        """Remember the database as it is now."""
        with self._connection() as connection:
            connection.backup(self._snapshot)
            self._changes = connection.total_changes

    def restore(self) -> None:
        """Bring the database back to what was kept, and forget the counts of the rate limits."""
        with self._connection() as connection:
            if connection.total_changes != self._changes:
                self._snapshot.backup(connection)
                self._changes = connection.total_changes
        if self.app.config["RATELIMIT_ENABLED"]:
            limiter.reset()

    def rows_of(self, person: Person) -> dict[tuple[str, object], tuple[Any, ...]]:
        """Return every stored row that belongs to `person`, the account's own included."""
        with self.app.app_context():
            return {
                (table.name, row[0]): tuple(row)
                for table in Base.metadata.sorted_tables
                for column in owner_columns(table)
                for row in db.session.execute(select(table).where(column == person.key))
            }

    def secrets(self) -> list[str]:
        """Return what no answer may hold: every stored hash."""
        with self.app.app_context():
            return list(db.session.scalars(select(User.password_hash)))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL text, without its parameters, of every statement."""
        found: list[str] = []

        def collect(connection: object, cursor: object, statement: str, *rest: object) -> None:
            found.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", collect)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", collect)

    def close(self) -> None:
        """Close the connections."""
        self._snapshot.close()
        dispose(self.app)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self.app.app_context(), closing(db.engine.raw_connection()) as wrapped:
            yield cast("sqlite3.Connection", wrapped.driver_connection)


def testing_overrides() -> dict[str, Any]:
    """Return the configuration in which everything can be tried without limits."""
    return {
        "APP_ENV": "testing",
        "PROPAGATE_EXCEPTIONS": False,
        "RATELIMIT_ENABLED": False,
    }


def production_overrides() -> dict[str, Any]:
    """Return the configuration of production: everything that protects is as it will be there."""
    return {"APP_ENV": "production", "PREFERRED_URL_SCHEME": "https"}


def new_app(create: Factory, overrides: Mapping[str, Any]) -> Flask:
    """Return a new application with an in-memory database and fresh secrets.

    Settings of the environment do not count: they name real databases, hosts and stores.
    """
    common = {name: secrets.token_urlsafe(48) for name in SECRETS}
    common |= {"DATABASE_URL": "sqlite://", "LOG_LEVEL": "CRITICAL"}
    with environment_without(SETTINGS):
        return create(common | dict(overrides))


def dispose(app: Flask) -> None:
    """Close the connections of an application that is not needed any more."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def environment_without(names: Mapping[str, object]) -> Iterator[None]:
    """Take variables out of the environment for a while."""
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(taken)


def probe_blueprint(prefixes: Iterable[str]) -> Blueprint:
    """Return a blueprint with a view, below each prefix, that answers the error it is asked for."""
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


def _account(person: Person) -> User:
    user = service.create_user(person.email, f"Sample {person.role}", PASSWORD, person.role)
    user.id = person.key
    fill(user, person.key)
    return user
