"""Database conventions."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import IntegrityError, StatementError

from app.auth import passwords
from app.auth.models import User, UserSession
from app.auth.service import find_user
from app.db.sqlite import configure_sqlite
from app.db.types import UtcDateTime
from app.extensions import Base, db
from tests.support.factories import create_user
from tests.support.query_plans import waste


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


def test_only_sqlite_gets_the_settings_of_sqlite() -> None:
    configure_sqlite(object(), None)


def test_times_without_a_zone_are_refused(app: Flask) -> None:
    user = create_user()
    user.created_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="has no time zone"):
        db.session.commit()


def test_addresses_are_unique(app: Flask) -> None:
    create_user("ann@example.com")
    with pytest.raises(IntegrityError):
        create_user("ANN@example.com")


def test_addresses_that_differ_in_an_accent_are_different(app: Flask) -> None:
    create_user("ann@example.com")
    create_user("änn@example.com")
    assert find_user("Änn@example.com") is not find_user("ann@example.com")


@pytest.mark.parametrize("name", ["🎉 Ännchen 你好", "n" * 80, "'; DROP TABLE users; --"])
def test_any_text_is_stored_as_it_is(app: Flask, name: str) -> None:
    user = create_user(name=name)
    db.session.expire_all()
    assert user.name == name


def test_deleting_an_account_deletes_what_belongs_to_it(app: Flask) -> None:
    user = create_user()
    later = datetime(2100, 1, 1, tzinfo=UTC)
    db.session.add(UserSession(user=user, token_hash="a", expires_at=later))
    db.session.commit()
    db.session.execute(text("DELETE FROM users"))
    db.session.commit()
    assert db.session.scalars(select(UserSession)).all() == []
    assert db.session.scalars(select(User)).all() == []


@pytest.mark.parametrize("password", ["", "x" * 5000, "🔑" * 4000])
def test_absurd_passwords_fit_no_account(app: Flask, password: str) -> None:
    assert not passwords.verify(create_user().password_hash, password)
    assert not passwords.verify(None, password)


def test_every_foreign_key_is_indexed() -> None:
    for table in Base.metadata.tables.values():
        indexed = {next(iter(index.columns)).name for index in table.indexes}
        for key in table.foreign_key_constraints:
            assert next(iter(key.columns)).name in indexed, f"{table.name}: {key.name}"


def test_accounts_and_sessions_are_found_by_an_index(app: Flask) -> None:
    user = create_user()
    assert waste(select(User.id).where(User.email == user.email)) == []
    assert waste(select(User.id).order_by(User.email).limit(21)) == []
    by_token = select(UserSession.id).where(UserSession.token_hash == "a")
    assert waste(by_token) == []
    assert waste(select(UserSession.id).where(UserSession.user_id == user.id)) == []
