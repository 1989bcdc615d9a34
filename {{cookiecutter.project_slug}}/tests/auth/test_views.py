"""The pages of accounts."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role, User
from app.extensions import db
from tests.support.factories import PASSWORD, count_rows, create_user
from tests.support.web import LogIn, csrf_token

NEW = {"name": "Ann", "email": "Ann@Example.com", "password": PASSWORD}


def test_registers_and_logs_in(client: FlaskClient) -> None:
    response = client.post("/register", data=NEW, follow_redirects=True)
    assert "log in with the password you have just chosen" in response.text
    assert "message-success" not in response.text
    assert 'value="ann@example.com"' in response.text
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.name, user.role) == ("ann@example.com", "Ann", Role.USER)
    response = client.post("/login", data={"email": "ANN@example.COM", "password": PASSWORD})
    assert response.location == "/dashboard"
    assert client.get("/dashboard").status_code == 200


def test_registration_redirects_to_the_page_that_the_visitor_wanted(client: FlaskClient) -> None:
    login = client.get("/account")
    assert login.location == "/login?next=/account"
    assert 'href="/register?next=/account"' in client.get(login.location).text
    assert 'href="/login?next=/account"' in client.get("/register?next=/account").text
    response = client.post("/register?next=/account", data=NEW)
    assert response.location == "/login?next=/account"
    assert client.post(response.location, data=NEW).location == "/account"


def test_a_refused_login_sets_the_focus_on_the_password(client: FlaskClient) -> None:
    page = client.post("/login", data={"email": "ann@example.com", "password": "wrong"}).text
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)
    assert field
    assert "autofocus" in field[0]
    assert 'aria-describedby="password-error"' in field[0]
    assert "<title>Error: Log in" in page


def test_password_managers_find_the_name_of_the_account(log_in: LogIn, client: FlaskClient) -> None:
    assert 'autocomplete="username"' in client.get("/login").text
    user = create_user()
    page = log_in(user).get("/account/password").text
    assert re.search(rf'autocomplete="username" value="{user.email}"', page)


def test_registering_a_known_address_gets_the_same_response_and_changes_nothing(
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
        ("password", "password123", "most common"),
        ("password", "ü" * 2049, "at most 4096 bytes"),
    ],
)
def test_registration_refuses(client: FlaskClient, field: str, value: str, sentence: str) -> None:
    response = client.post("/register", data=NEW | {field: value})
    assert sentence in response.text
    assert count_rows(User) == 0


@pytest.mark.parametrize("password", ["ü" * 2048, "🔑🗝️" * 5, "p" * 4096, "ﬁve hundred ﬁsh"])
def test_any_password_works(client: FlaskClient, password: str) -> None:
    client.post("/register", data=NEW | {"password": password})
    assert client.post("/login", data=NEW | {"password": password}).location == "/dashboard"


def test_a_wrong_password_and_an_unknown_address_get_the_same_response(client: FlaskClient) -> None:
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
    response = client.post("/login", data={"email": user.email, "password": PASSWORD})
    assert "is wrong" in response.text


def test_logging_in_renews_an_outdated_hash(
    app: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = create_user()
    monkeypatch.setitem(app.config, "PASSWORD_METHOD", "scrypt:256:8:1")
    log_in(user)
    assert user.password_hash.startswith("scrypt:256:8:1$")
    log_in(user)


def test_the_password_can_be_changed_and_other_devices_are_logged_out(log_in: LogIn) -> None:
    user = create_user()
    browser, other = log_in(user), log_in(user)
    form = {
        "current": PASSWORD,
        "password": "a new long password",
        "repeated": "a new long password",
    }
    response = browser.post("/account/password", data=form, follow_redirects=True)
    assert "Your password is changed" in response.text
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
    response = log_in(user).post("/account/password", data=form | {field: value})
    assert sentence in response.text
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
def test_visitors_are_redirected_to_the_login_page_and_back(client: FlaskClient, path: str) -> None:
    user = create_user()
    response = client.get(path)
    assert response.status_code == 302
    response = client.post(response.location, data={"email": user.email, "password": PASSWORD})
    assert response.location == path


@pytest.mark.parametrize("path", ["/login", "/register"])
def test_login_and_registration_redirect_logged_in_users(log_in: LogIn, path: str) -> None:
    assert log_in(create_user()).get(path).location == "/dashboard"


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


def test_pages_of_a_person_are_not_stored(client: FlaskClient, log_in: LogIn) -> None:
    assert "Cache-Control" not in client.get("/").headers
    browser = log_in(create_user(), remember="y")
    for path in ("/account", "/dashboard", "/account/password", "/"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path
    left = browser.post("/logout")
    assert left.headers["Cache-Control"] == "no-store"
    assert left.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.usefixtures("with_csrf")
def test_a_form_with_a_token_is_not_stored(client: FlaskClient) -> None:
    for _ in range(2):
        assert client.get("/login").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("cookie", ["abc|é", "é", "abc|\udcff", "|", ""])
def test_a_forged_cookie_is_that_of_a_visitor(app: Flask, cookie: str) -> None:
    name = app.config["REMEMBER_COOKIE_NAME"]
    header = f"{name}={cookie}".encode("utf-8", "surrogatepass").decode("latin-1")
    client = app.test_client(use_cookies=False)
    response = client.get("/dashboard", environ_overrides={"HTTP_COOKIE": header})
    assert response.status_code == 302
