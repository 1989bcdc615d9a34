"""Sessions of browsers: created by login, ended by logout, expiry and a new password."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth import sessions
from app.auth.models import UserSession
from app.db.types import utc_now
from app.extensions import db
from tests.support.factories import count_rows, create_user
from tests.support.web import LogIn


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


def test_the_database_holds_no_token(log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = db.session.scalars(select(UserSession.token_hash)).one()
    assert stored == sessions.hash_token(token) != token
