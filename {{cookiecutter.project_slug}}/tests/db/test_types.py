"""Column types: aware times with microseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import StatementError

from app.db.types import UtcDateTime
from app.extensions import db
from tests.support.factories import create_user


def test_times_keep_their_moment_and_their_microseconds(app: Flask) -> None:
    user = create_user()
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    user.created_at = moment
    db.session.commit()
    db.session.expire_all()
    assert user.created_at == moment
    assert user.created_at.tzinfo is UTC


def test_times_keep_their_microseconds_on_mysql_too() -> None:
    dialect = mysql.dialect()
    assert UtcDateTime().load_dialect_impl(dialect).compile(dialect) == "DATETIME(6)"


def test_new_migrations_contain_the_type_without_arguments() -> None:
    assert repr(UtcDateTime()) == "UtcDateTime()"


def test_times_without_a_zone_are_refused(app: Flask) -> None:
    user = create_user()
    user.created_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="has no time zone"):
        db.session.commit()
