"""Rate limits of the login and registration pages."""

from flask.testing import FlaskClient

from tests.support.factories import PASSWORD, create_user

NEW = {"name": "Ann", "email": "Ann@Example.com", "password": PASSWORD}


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
    statuses = [client.post("/register", data=NEW).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]
