"""Accounts, through the pages."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.auth import sessions
from app.auth.models import Role, User, UserSession
from app.auth.redirects import is_local
from app.db.types import utc_now
from app.extensions import db
from tests.support.factories import PASSWORD, create_user
from tests.support.web import LogIn, csrf_token

NEW = {"name": "Ann", "email": "Ann@Example.com", "password": PASSWORD}


def number_of(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_registers_and_logs_in(client: FlaskClient) -> None:
    answer = client.post("/register", data=NEW, follow_redirects=True)
    assert "log in with the password you have just chosen" in answer.text
    assert "message-success" not in answer.text
    assert 'value="ann@example.com"' in answer.text
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.name, user.role) == ("ann@example.com", "Ann", Role.USER)
    answer = client.post("/login", data={"email": "ANN@example.COM", "password": PASSWORD})
    assert answer.location == "/dashboard"
    assert client.get("/dashboard").status_code == 200


def test_registering_leads_back_to_where_it_was_asked_for(client: FlaskClient) -> None:
    login = client.get("/account")
    assert login.location == "/login?next=/account"
    assert 'href="/register?next=/account"' in client.get(login.location).text
    assert 'href="/login?next=/account"' in client.get("/register?next=/account").text
    answer = client.post("/register?next=/account", data=NEW)
    assert answer.location == "/login?next=/account"
    assert client.post(answer.location, data=NEW).location == "/account"


def test_a_refused_login_leads_the_focus_to_the_password(client: FlaskClient) -> None:
    page = client.post("/login", data={"email": "ann@example.com", "password": "wrong"}).text
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)
    assert field
    assert "autofocus" in field[0]
    assert 'aria-describedby="password-error"' in field[0]
    assert "<title>Error: Log in" in page


def test_password_managers_are_told_the_account(log_in: LogIn, client: FlaskClient) -> None:
    assert 'autocomplete="username"' in client.get("/login").text
    user = create_user()
    page = log_in(user).get("/account/password").text
    assert re.search(rf'autocomplete="username" value="{user.email}"', page)


def test_registering_a_known_address_answers_the_same_and_changes_nothing(
    client: FlaskClient,
) -> None:
    fresh = client.post("/register", data=NEW)
    again = client.post(
        "/register", data=NEW | {"name": "Eve", "password": "another long password"}
    )
    assert (fresh.status_code, fresh.location) == (again.status_code, again.location)
    assert db.session.scalars(select(User.name)).all() == ["Ann"]
    assert client.post("/login", data=NEW).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Enter your name."),
        ("name", "n" * 81, "longer than 80"),
        ("email", "", "Enter your e-mail address."),
        ("email", "ann", "must have an @-sign"),
        ("email", "ann@exa mple.com", "@"),
        ("password", "", "Enter a password."),
        ("password", "123456789", "at least 10"),
        ("password", "password123", "commonest"),
        ("password", "ü" * 2049, "at most 4096 bytes"),
    ],
)
def test_registration_refuses(client: FlaskClient, field: str, value: str, sentence: str) -> None:
    answer = client.post("/register", data=NEW | {field: value})
    assert sentence in answer.text
    assert number_of(User) == 0


@pytest.mark.parametrize("password", ["ü" * 2048, "🔑🗝️" * 5, "p" * 4096, "ﬁve hundred ﬁsh"])
def test_any_password_works(client: FlaskClient, password: str) -> None:
    client.post("/register", data=NEW | {"password": password})
    assert client.post("/login", data=NEW | {"password": password}).location == "/dashboard"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient) -> None:
    create_user("ann@example.com")
    wrong = client.post("/login", data={"email": "ann@example.com", "password": "wrong"})
    unknown = client.post("/login", data={"email": "bob@example.com", "password": "wrong"})
    nonsense = client.post("/login", data={"email": "bob", "password": "w" * 4096})
    assert wrong.status_code == unknown.status_code == 200
    page = wrong.text.replace("ann@example.com", "")
    assert "The e-mail address or the password is wrong." in page
    assert page == unknown.text.replace("bob@example.com", "")
    assert "is wrong" in nonsense.text


def test_a_locked_account_cannot_log_in(client: FlaskClient) -> None:
    user = create_user()
    user.active = False
    db.session.commit()
    answer = client.post("/login", data={"email": user.email, "password": PASSWORD})
    assert "is wrong" in answer.text


def test_logging_in_renews_an_outdated_hash(
    app: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = create_user()
    monkeypatch.setitem(app.config, "PASSWORD_METHOD", "scrypt:256:8:1")
    log_in(user)
    assert user.password_hash.startswith("scrypt:256:8:1$")
    log_in(user)


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
    assert number_of(UserSession) == 0


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
    assert number_of(UserSession) == 1


def test_a_session_notes_when_it_was_last_seen(log_in: LogIn) -> None:
    browser = log_in(create_user())
    session = db.session.scalars(select(UserSession)).one()
    session.seen_at = yesterday = utc_now() - timedelta(days=1)
    db.session.commit()
    browser.get("/dashboard")
    assert session.seen_at > yesterday


def test_the_password_can_be_changed_and_other_devices_are_logged_out(log_in: LogIn) -> None:
    user = create_user()
    browser, other = log_in(user), log_in(user)
    form = {
        "current": PASSWORD,
        "password": "a new long password",
        "repeated": "a new long password",
    }
    answer = browser.post("/account/password", data=form, follow_redirects=True)
    assert "Your password is changed" in answer.text
    assert other.get("/dashboard").status_code == 302
    log_in(user, password="a new long password")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("current", "wrong", "not your current password"),
        ("password", "short", "at least 10"),
        ("repeated", "different", "The two passwords differ."),
    ],
)
def test_changing_the_password_refuses(
    log_in: LogIn, field: str, value: str, sentence: str
) -> None:
    user = create_user()
    before = user.password_hash
    form = {
        "current": PASSWORD,
        "password": "a new long password",
        "repeated": "a new long password",
    }
    answer = log_in(user).post("/account/password", data=form | {field: value})
    assert sentence in answer.text
    assert user.password_hash == before


def test_the_profile_can_be_changed(log_in: LogIn) -> None:
    user = create_user()
    browser = log_in(user)
    assert (
        "Your profile is saved."
        in browser.post("/account", data={"name": "Änne <b>"}, follow_redirects=True).text
    )
    assert user.name == "Änne <b>"
    assert "<b>" not in browser.get("/account").text
    assert "Enter your name." in browser.post("/account", data={"name": ""}).text


@pytest.mark.parametrize("path", ["/dashboard", "/account", "/account/password"])
def test_visitors_are_sent_to_the_login_page_and_back(client: FlaskClient, path: str) -> None:
    user = create_user()
    answer = client.get(path)
    assert answer.status_code == 302
    answer = client.post(answer.location, data={"email": user.email, "password": PASSWORD})
    assert answer.location == path


@pytest.mark.parametrize("path", ["/login", "/register"])
def test_the_account_pages_for_visitors_send_members_on(log_in: LogIn, path: str) -> None:
    assert log_in(create_user()).get(path).location == "/dashboard"


@pytest.mark.parametrize("target", ["/", "/list/?q=a&after=b", "/%2F", "/a//b", "/ü"])
def test_local_targets_are_accepted(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "a",
        " /a",
        "/a b",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/a\\b",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x00",
        "/\x7f",
        "/\u2028",
        "/\u00a0/a",
    ],
)
def test_other_targets_are_refused(client: FlaskClient, target: str) -> None:
    assert not is_local(target)
    user = create_user()
    form = {"email": user.email, "password": PASSWORD}
    answer = client.post("/login", query_string={"next": target}, data=form)
    assert answer.location in ("/dashboard", None)


def test_the_login_of_an_account_is_throttled_but_not_that_of_others(client: FlaskClient) -> None:
    user, other = create_user(), create_user()
    form = {"email": user.email, "password": "wrong"}
    assert [client.post("/login", data=form).status_code for _ in range(11)] == [200] * 10 + [429]
    right = client.post("/login", data={"email": user.email, "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) <= 15 * 60
    assert (
        client.post("/login", data={"email": other.email, "password": PASSWORD}).status_code == 302
    )


def test_registration_is_throttled(client: FlaskClient) -> None:
    answers = [client.post("/register", data=NEW).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.usefixtures("with_csrf")
def test_forms_need_the_token(client: FlaskClient) -> None:
    user = create_user()
    form = {"email": user.email, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 400
    form["csrf_token"] = csrf_token(client.get("/login").text)
    assert client.post("/login", data=form).status_code == 302
    assert client.post("/logout").status_code == 400
    form["csrf_token"] = csrf_token(client.get("/dashboard").text)
    assert client.post("/logout", data=form).status_code == 302


def test_the_database_holds_no_token(log_in: LogIn) -> None:
    browser = log_in(create_user(), remember="y")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = db.session.scalars(select(UserSession.token_hash)).one()
    assert stored == sessions.hash_token(token) != token
