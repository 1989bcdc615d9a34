"""A database that is down, busy or too slow: 503, Retry-After and one line in the log."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import create_app
from app.core import logging as request_logging
from app.db import timeouts
from app.db.transactions import ATTEMPTS, commit_with_retry
from app.extensions import db
from tests.conftest import SETTINGS

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app() -> Iterator[MakeApp]:
    """Yield a function that returns an application of the settings given to it."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        made.append(create_app(SETTINGS | settings))
        add_views(made[-1])
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def add_views(app: Flask) -> None:
    """Add views that read, write, take for ever and fail."""

    @app.get("/read")
    def read() -> str:
        return str(db.session.scalar(text("SELECT 1")))

    @app.get("/write")
    def write() -> str:
        commit_with_retry(lambda: db.session.execute(text("UPDATE counter SET number = 1")))
        return "written"

    @app.get("/endless")
    def endless() -> str:
        return str(db.session.scalar(text(ENDLESS)))

    @app.get("/faulty")
    def faulty() -> str:
        return str(db.session.scalar(text("SELECT missing FROM nowhere")))


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    """Return the path of an SQLite database with one table."""
    path = tmp_path / "outage.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE counter (number INTEGER)")
        connection.execute("INSERT INTO counter VALUES (0)")
        connection.commit()
    return path


def check_unavailable(
    app: Flask, path: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> TestResponse:
    """Request `path`; fail unless the response is a 503 and one line of the log has `reason`."""
    request_logging.configure("json", "WARNING")
    capsys.readouterr()
    response = app.test_client().get(path)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    request_logging.configure("console", "WARNING")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert [line["event"] for line in lines] == ["database unavailable"]
    assert reason in lines[0]["reason"]
    assert len(json.dumps(lines[0])) < 500
    return response


def test_no_database(make_app: MakeApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{tmp_path / 'missing' / 'app.db'}")
    check_unavailable(app, "/read", "unable to open database file", capsys)


def test_a_pool_without_a_free_connection(
    make_app: MakeApp, database_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.1}
    app = make_app(DATABASE_URL=f"sqlite:///{database_file}", SQLALCHEMY_ENGINE_OPTIONS=pool)
    with app.app_context(), db.engine.connect():
        check_unavailable(app, "/read", "no connection of the pool", capsys)


def test_a_write_that_lost_every_race(
    make_app: MakeApp, database_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{database_file}", DATABASE_CONNECT_TIMEOUT=0.1)
    started = time.monotonic()
    with closing(sqlite3.connect(database_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        check_unavailable(app, "/write", "database is locked", capsys)
    assert time.monotonic() - started >= ATTEMPTS * 0.1
    assert app.test_client().get("/write").text == "written"


def test_a_statement_that_takes_too_long(
    make_app: MakeApp, database_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{database_file}", DATABASE_STATEMENT_TIMEOUT=1)
    started = time.monotonic()
    check_unavailable(app, "/endless", "interrupted", capsys)
    assert time.monotonic() - started < 5
    assert app.test_client().get("/read").text == "1"

{% if cookiecutter.__web %}
def test_people_get_a_page(
    make_app: MakeApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{tmp_path / 'missing' / 'app.db'}")
    response = check_unavailable(app, "/read", "unable", capsys)
    assert response.mimetype == "text/html"
    assert "not available at the moment" in response.text

{% endif %}
def test_a_faulty_statement_stays_an_error_of_the_program(
    make_app: MakeApp, database_file: Path
) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{database_file}", PROPAGATE_EXCEPTIONS=False)
    assert app.test_client().get("/faulty").status_code == 500


def test_only_statements_of_a_request_have_a_time_limit(
    make_app: MakeApp, database_file: Path
) -> None:
    app = make_app(DATABASE_URL=f"sqlite:///{database_file}")
    with app.app_context():
        assert timeouts.statement_timeout() == 0
    with app.test_request_context():
        assert timeouts.statement_timeout() == 10
