"""Forms whose input must survive: a refused token, an ended session."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.auth.models import UserSession
from app.extensions import db
from tests.support.factories import PASSWORD, create_user
from tests.support.web import csrf_token

TYPED = "Ann of the long name"

pytestmark = pytest.mark.usefixtures("with_csrf")


def sign_in(client: FlaskClient, email: str) -> None:
    form = {"csrf_token": csrf_token(client.get("/login").text)}
    form |= {"email": email, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 302


def test_a_form_with_an_old_token_comes_back_with_what_was_typed(client: FlaskClient) -> None:
    user = create_user()
    sign_in(client, user.email)
    old = csrf_token(client.get("/account").text)
    client.post("/logout", data={"csrf_token": old})
    sign_in(client, user.email)
    refused = client.post("/account", data={"name": TYPED, "csrf_token": old})
    assert refused.status_code == 400
    assert "Nothing is saved yet" in refused.text
    assert f'value="{TYPED}"' in refused.text
    assert user.name == "Ann"
    form = {"name": TYPED, "csrf_token": csrf_token(refused.text.partition("<main")[2])}
    assert client.post("/account", data=form).status_code == 302
    assert user.name == TYPED


def test_what_a_visitor_sent_comes_back_after_signing_in(client: FlaskClient) -> None:
    user = create_user()
    sign_in(client, user.email)
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
    sign_in(client, create_user().email)
    form = {"csrf_token": csrf_token(client.get("/account/password").text)}
    form |= {"current": PASSWORD, "password": "a new long password"}
    db.session.execute(delete(UserSession))
    db.session.commit()
    answer = client.post("/account/password", data=form)
    assert answer.location == "/login?next=/account/password"
    assert "a new long password" not in client.get(answer.location).text


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
