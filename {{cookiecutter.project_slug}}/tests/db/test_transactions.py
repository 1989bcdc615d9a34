"""Transactions that are retried."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.auth.models import User
from app.db.transactions import ATTEMPTS, commit_with_retry, read_rows, use_autocommit
from app.extensions import db
from tests.support.factories import create_user


class Lost(Exception):  # noqa: N818
    """The exception of a database driver."""


class LostOnPostgres(Lost):
    """A deadlock in psycopg."""

    sqlstate = "40P01"


class LostOnSqlite(Lost):
    """A busy database in sqlite3."""

    sqlite_errorcode = 5


RACES = [LostOnPostgres(), LostOnSqlite(), Lost(1213, "Deadlock found")]


@pytest.mark.parametrize("reason", RACES, ids=["PostgreSQL", "SQLite", "MySQL"])
def test_a_transaction_that_lost_a_race_is_retried(app: Flask, reason: Lost) -> None:
    user = create_user()
    names = iter(["one", "two"])

    def rename() -> str:
        user.name = next(names)
        db.session.flush()
        if user.name == "one":
            raise OperationalError("UPDATE", None, reason)
        return user.name

    assert commit_with_retry(rename) == "two"
    assert db.session.scalars(select(User.name)).all() == ["two"]


@pytest.mark.parametrize(("reason", "tries"), [(RACES[0], ATTEMPTS), (Lost(), 1), (Lost("x"), 1)])
def test_other_errors_and_the_last_failed_attempt_are_raised(
    app: Flask, reason: Lost, tries: int
) -> None:
    user = create_user(name="Ann")
    calls = []

    def rename() -> None:
        calls.append(1)
        user.name = "Eve"
        raise OperationalError("UPDATE", None, reason)

    with pytest.raises(OperationalError):
        commit_with_retry(rename)
    assert len(calls) == tries
    assert db.session.scalars(select(User.name)).all() == ["Ann"]


def test_rows_are_read_in_the_transaction_that_the_session_has_begun(app: Flask) -> None:
    user = create_user(name="Ann")
    user.name = "Eve"
    db.session.flush()
    assert read_rows(select(User.name), {}) == [("Eve",)]
    db.session.rollback()
    assert read_rows(select(User.name), {}) == [("Ann",)]
    assert not db.session().in_transaction()


def test_autocommit_ends_with_the_request(app: Flask) -> None:
    user = create_user(name="Ann")
    db.session.remove()
    for read in (use_autocommit, lambda: read_rows(select(User.name), {})):
        with app.app_context():
            read()
        with app.app_context():
            db.session.merge(user).name = "Eve"
            db.session.flush()
            db.session.rollback()
            assert db.session.scalars(select(User.name)).all() == ["Ann"]
