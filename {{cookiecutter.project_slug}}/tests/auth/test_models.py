"""The tables of accounts: unique addresses, cascades, indexes."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.auth.models import User, UserSession
from app.auth.service import find_user
from app.extensions import db
from tests.support.factories import create_user
from tests.support.query_plans import unindexed_steps


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


def test_accounts_and_sessions_are_found_by_an_index(app: Flask) -> None:
    user = create_user()
    assert unindexed_steps(select(User.id).where(User.email == user.email)) == []
    assert unindexed_steps(select(User.id).order_by(User.email).limit(21)) == []
    by_token = select(UserSession.id).where(UserSession.token_hash == "a")
    assert unindexed_steps(by_token) == []
    assert unindexed_steps(select(UserSession.id).where(UserSession.user_id == user.id)) == []
