"""Forms keep their input after a refused CSRF token and after the end of a session."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.auth.models import UserSession
from app.extensions import db
from tests.support.factories import PASSWORD, create_user
from tests.support.web import csrf_token

TYPED = "Ann of the long name"

pytestmark = pytest.mark.usefixtures("with_csrf")


def log_in(client: FlaskClient, email: str) -> None:
    """Log in through the form, with its CSRF token."""
    form = {"csrf_token": csrf_token(client.get("/login").text)}
    form |= {"email": email, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 302


def test_a_form_with_an_old_token_is_shown_again_with_its_input(client: FlaskClient) -> None:
    user = create_user()
    log_in(client, user.email)
    old = csrf_token(client.get("/account").text)
    client.post("/logout", data={"csrf_token": old})
    log_in(client, user.email)
    refused = client.post("/account", data={"name": TYPED, "csrf_token": old})
    assert refused.status_code == 400
    assert "not saved yet" in refused.text
    assert f'value="{TYPED}"' in refused.text
    assert user.name == "Ann"
    form = {"name": TYPED, "csrf_token": csrf_token(refused.text.partition("<main")[2])}
    assert client.post("/account", data=form).status_code == 302
    assert user.name == TYPED


def test_the_input_of_a_visitor_is_shown_again_after_the_login(client: FlaskClient) -> None:
    user = create_user()
    log_in(client, user.email)
    form = {"name": TYPED, "csrf_token": csrf_token(client.get("/account").text)}
    client.post("/logout", data=form)
    asked = client.post("/account", data=form)
    assert asked.status_code == 401
    assert TYPED in asked.text
    assert 'action="/login?next=/account"' in asked.text
    kept = {"kept-name": TYPED, "csrf_token": csrf_token(asked.text), "email": user.email}
    wrong = client.post("/login?next=/account", data=kept | {"password": "wrong"})
    assert f'name="kept-name" value="{TYPED}"' in wrong.text
    kept["csrf_token"] = csrf_token(wrong.text)
    resumed = client.post("/login?next=/account", data=kept | {"password": PASSWORD})
    assert 'action="/account"' in resumed.text
    assert f'name="name" value="{TYPED}"' in resumed.text
    form["csrf_token"] = csrf_token(resumed.text.partition("<main")[2])
    assert client.post("/account", data=form).status_code == 302
    db.session.refresh(user)
    assert user.name == TYPED


def test_pages_do_not_repeat_passwords(client: FlaskClient) -> None:
    log_in(client, create_user().email)
    form = {"csrf_token": csrf_token(client.get("/account/password").text)}
    form |= {"current": PASSWORD, "password": "a new long password"}
    db.session.execute(delete(UserSession))
    db.session.commit()
    response = client.post("/account/password", data=form)
    assert response.location == "/login?next=/account/password"
    assert "a new long password" not in client.get(response.location).text


def test_a_login_form_without_its_cookie_keeps_the_address(client: FlaskClient) -> None:
    refused = client.post("/login", data={"email": "ann@example.com", "password": PASSWORD})
    assert refused.status_code == 400
    assert 'value="ann@example.com"' in refused.text
    assert PASSWORD not in refused.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Accept": "application/json"}],
)
def test_forms_of_other_sites_and_programs_are_not_shown_again(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    refused = client.post("/login", data={"email": "eve@example.com"}, headers=headers)
    assert refused.status_code == 400
    assert "eve@example.com" not in refused.text
