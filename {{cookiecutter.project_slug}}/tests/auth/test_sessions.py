"""Sessions of browsers: created by login, ended by logout, expiry and a new password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import delete, event, select
from sqlalchemy.exc import OperationalError

from app.auth import sessions
from app.auth.models import User, UserSession
from app.db.types import utc_now
from app.extensions import db
from tests.support.factories import PASSWORD, count_rows, create_user
from tests.support.web import LogIn


def stored_session() -> UserSession:
    """Return the only session, which was last used so long ago that its next use is written."""
    session = db.session.scalars(select(UserSession)).one()
    session.seen_at = utc_now() - 2 * sessions.SEEN_PRECISION
    db.session.commit()
    return session


def cookie_value(browser: FlaskClient, setting: str) -> str:
    """Return the value of the cookie whose name is in that setting; "" if there is none."""
    cookie = browser.get_cookie(browser.application.config[setting])
    return cookie.value if cookie else ""


@contextmanager
def failing_updates() -> Iterator[None]:
    """Let every UPDATE fail, as on a database that a failover has made read-only."""

    def fail(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE"):
            raise OperationalError(statement, None, Exception("read-only"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


def test_logging_out_ends_the_session_everywhere_the_cookie_was_copied(log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    thief = browser.application.test_client()
    for name in ("SESSION_COOKIE_NAME", "REMEMBER_COOKIE_NAME"):
        cookie = browser.get_cookie(browser.application.config[name])
        assert cookie is not None
        thief.set_cookie(cookie.key, cookie.value)
    assert thief.get("/dashboard").status_code == 200
    assert browser.post("/logout").location == "/"
    assert browser.get("/dashboard").status_code == 302
    assert thief.get("/dashboard").status_code == 302
    assert count_rows(UserSession) == 0


def test_logging_out_twice_is_harmless_and_needs_post(client: FlaskClient) -> None:
    assert client.post("/logout").location == "/"
    assert client.get("/logout").status_code == 405


def test_remembers_a_device_after_the_browser_was_closed(log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    browser.delete_cookie(browser.application.config["SESSION_COOKIE_NAME"])
    assert browser.get("/dashboard").status_code == 200


def test_forgets_a_device_that_did_not_ask_to_be_remembered(log_in: LogIn) -> None:
    browser = log_in(create_user())
    assert browser.get_cookie(browser.application.config["REMEMBER_COOKIE_NAME"]) is None


def test_an_expired_session_is_over(log_in: LogIn) -> None:
    user = create_user()
    browser = log_in(user)
    session = db.session.scalars(select(UserSession)).one()
    session.expires_at = utc_now() - timedelta(seconds=1)
    db.session.commit()
    assert browser.get("/dashboard").status_code == 302
    log_in(user)
    assert count_rows(UserSession) == 1


def test_a_session_notes_when_it_was_last_seen(log_in: LogIn) -> None:
    browser = log_in(create_user())
    session = db.session.scalars(select(UserSession)).one()
    session.seen_at = yesterday = utc_now() - timedelta(days=1)
    db.session.commit()
    browser.get("/dashboard")
    assert session.seen_at > yesterday


def test_a_use_that_cannot_be_written_fails_no_page(log_in: LogIn) -> None:
    browser = log_in(create_user())
    before = stored_session().seen_at
    with failing_updates():
        assert browser.get("/dashboard").status_code == 200
    assert stored_session().seen_at != before
    browser.get("/dashboard")


def test_writing_the_use_commits_nothing_of_the_view(
    app: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = log_in(create_user(name="Ann"))
    session = stored_session()
    before = session.seen_at

    def rename() -> str:
        db.session.scalars(select(User)).one().name = "Eve"
        db.session.flush()
        name = str(current_user.name)
        db.session.rollback()
        return name

    monkeypatch.setitem(app.view_functions, "main.home", rename)
    assert browser.get("/").text == "Eve"
    assert session.seen_at > before
    assert db.session.scalars(select(User.name)).one() == "Ann"


@pytest.mark.parametrize(("remember", "days"), [({}, 1), ({"remember": "y"}, 30)])
def test_using_a_session_prolongs_it_up_to_a_limit(
    app: Flask, log_in: LogIn, remember: dict[str, str], days: int
) -> None:
    browser = log_in(create_user(), **remember)
    session = stored_session()
    session.expires_at = utc_now() + timedelta(hours=1)
    db.session.commit()
    browser.get("/dashboard")
    expected = utc_now() + timedelta(days=days)
    assert abs(session.expires_at - expected) < timedelta(minutes=1)
    longest = timedelta(days=app.config["SESSION_ABSOLUTE_DAYS"])
    session.created_at = utc_now() - longest + timedelta(minutes=10)
    stored_session()
    browser.get("/dashboard")
    assert session.expires_at == session.created_at + longest


def test_the_cookie_lasts_as_long_as_the_session(app: Flask, log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    name = app.config["REMEMBER_COOKIE_NAME"]
    assert f"{name}=" not in str(browser.get("/dashboard").headers)
    stored_session()
    [cookie] = [
        each
        for each in browser.get("/dashboard").headers.getlist("Set-Cookie")
        if each.startswith(f"{name}=")
    ]
    assert f"Expires={(utc_now() + timedelta(days=30)):%a, %d %b %Y}" in cookie
    longest = timedelta(days=app.config["SESSION_ABSOLUTE_DAYS"])
    assert app.permanent_session_lifetime == longest


@pytest.mark.parametrize("remember", [{}, {"remember": "y"}])
def test_the_cookies_of_a_session_that_ended_are_removed(
    log_in: LogIn, statements: list[str], remember: dict[str, str]
) -> None:
    browser = log_in(create_user(), **remember)
    db.session.execute(delete(UserSession))
    db.session.commit()
    assert browser.get("/dashboard").status_code == 302
    assert cookie_value(browser, "REMEMBER_COOKIE_NAME") == ""
    statements.clear()
    assert browser.get("/login").status_code == 200
    assert statements == []


def test_a_new_password_gives_this_browser_a_new_token(app: Flask, log_in: LogIn) -> None:
    browser, copy = log_in(create_user(), remember="y"), app.test_client()
    names = ("SESSION_COOKIE_NAME", "REMEMBER_COOKIE_NAME")
    for name in names:
        copy.set_cookie(app.config[name], cookie_value(browser, name))
    form = {"current": PASSWORD, "password": "a new long one", "repeated": "a new long one"}
    assert browser.post("/account/password", data=form).status_code == 302
    assert browser.get("/dashboard").status_code == 200
    assert copy.get("/dashboard").status_code == 302
    browser.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    assert browser.get("/dashboard").status_code == 200


def test_the_database_holds_no_token(log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = db.session.scalars(select(UserSession.token_hash)).one()
    assert stored == sessions.hash_token(token) != token
