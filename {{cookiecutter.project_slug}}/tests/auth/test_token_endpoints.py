"""Tokens: how they are given, renewed, refused and taken back."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token, decode_token
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from app.auth import service
from app.auth.models import User, UserSession
from app.auth.tokens import REUSE_GRACE
from app.config import SECRETS, ConfigurationError
from app.db.types import utc_now
from app.extensions import db, limiter
from tests.conftest import SETTINGS, STRONG_SECRETS
from tests.support.api import assert_problem, bearer, invalid_fields, tokens_of
from tests.support.factories import PASSWORD, create_user


def count_sessions() -> int:
    """Return the number of rows that tokens can name."""
    return db.session.scalar(select(func.count()).select_from(UserSession)) or 0


def test_login_gives_a_pair_of_tokens_that_no_cache_keeps(client: FlaskClient, user: User) -> None:
    credentials = {"email": f" {user.email.upper()} ", "password": PASSWORD}
    response = client.post("/api/auth/login", json=credentials)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    content = response.get_json()
    assert set(content) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert content["token_type"] == "Bearer"
    assert content["expires_in"] == 900


def test_production_refuses_one_key_for_cookies_and_tokens() -> None:
    one = dict.fromkeys(SECRETS, next(iter(STRONG_SECRETS.values())))
    with pytest.raises(ConfigurationError, match="SECRET_KEY and JWT_SECRET_KEY must be different"):
        create_app(SETTINGS | one | {"APP_ENV": "production", "DATABASE_URL": "sqlite://"})


def test_tokens_name_the_user_and_the_session(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    access, refresh = (decode_token(tokens[f"{kind}_token"]) for kind in ("access", "refresh"))
    assert access["sub"] == refresh["sub"] == str(user.id)
    assert access["sid"] == refresh["sid"] == db.session.scalar(select(UserSession.id))


@pytest.mark.parametrize("known", [True, False])
def test_wrong_credentials_are_refused_alike(client: FlaskClient, user: User, known: bool) -> None:
    email = user.email if known else "nobody@example.com"
    response = client.post("/api/auth/login", json={"email": email, "password": "wrong"})
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.get_json()["detail"] == "The e-mail address or the password is wrong."


def test_login_of_a_locked_account_is_refused(client: FlaskClient, user: User) -> None:
    user.active = False
    db.session.commit()
    response = client.post("/api/auth/login", json={"email": user.email, "password": PASSWORD})
    assert_problem(response, 401)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "a@example.com", "password": 1}, {"password"}),
        ({"email": "a@example.com\0", "password": "\ud800"}, {"email", "password"}),
        ({"email": "a@example.com", "password": "x", "otp": "1"}, {"otp"}),
        ({"email": "a@example.com", "password": "x" * 5000}, {"password"}),
    ],
)
def test_malformed_credentials_are_named(
    client: FlaskClient, body: dict[str, object], fields: set[str]
) -> None:
    assert invalid_fields(client.post("/api/auth/login", json=body)) == fields


@pytest.mark.parametrize("email", ["ann@example.com", " ANN@ｅxample.com"])
def test_login_of_an_account_is_throttled(client: FlaskClient, email: str) -> None:
    create_user("ann@example.com")
    wrong = {"email": "ann@example.com", "password": "x"}
    for _ in range(10):
        assert_problem(client.post("/api/auth/login", json=wrong), 401)
    right = {"email": email, "password": PASSWORD}
    assert_problem(client.post("/api/auth/login", json=right), 429)
    other = {"email": "bob@example.com", "password": "x"}
    assert_problem(client.post("/api/auth/login", json=other), 401)
    elsewhere = {"REMOTE_ADDR": "198.51.100.1"}
    response = client.post("/api/auth/login", json=right, environ_base=elsewhere)
    assert response.status_code == 200


@pytest.mark.parametrize("email", ["", "no address", "\ud800", "a" * 10_000, "\0", 1, None, []])
def test_the_limits_do_not_fail_for_any_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, email: object
) -> None:
    caplog.set_level(logging.WARNING, "flask-limiter")
    body = {"email": email, "password": "x"}
    statuses = [client.post("/api/auth/login", json=body).status_code for _ in range(31)]
    assert set(statuses[:30]) <= {401, 422}
    assert statuses[30] == 429
    assert not caplog.records


def test_right_passwords_do_not_use_up_the_limit_of_an_account(
    client: FlaskClient, user: User
) -> None:
    for _ in range(12):
        tokens_of(client, user)


def test_login_from_an_address_is_throttled(client: FlaskClient) -> None:
    for number in range(30):
        body = {"email": f"user{number}@example.com", "password": "x"}
        assert_problem(client.post("/api/auth/login", json=body), 401)
    response = client.post("/api/auth/login", json={"email": "new@example.com", "password": "x"})
    assert_problem(response, 429)
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"{}", b'{"email": 1}', b"[" * 100_000])
def test_throttling_survives_any_body(client: FlaskClient, body: bytes) -> None:
    response = client.post("/api/auth/login", data=body, content_type="application/json")
    assert_problem(response, response.status_code)
    assert response.status_code in (400, 422)


def test_refresh_token_is_changed_for_the_next_pair(client: FlaskClient, user: User) -> None:
    first = tokens_of(client, user)
    response = client.post("/api/auth/refresh", headers=bearer(first["refresh_token"]))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    second = response.get_json()
    assert second["refresh_token"] != first["refresh_token"]
    for token in (first["access_token"], second["access_token"]):
        assert client.get("/api/users/me", headers=bearer(token)).status_code == 200
    third = client.post("/api/auth/refresh", headers=bearer(second["refresh_token"]))
    assert third.status_code == 200
    assert count_sessions() == 1


def test_second_use_of_a_refresh_token_ends_the_session(client: FlaskClient, user: User) -> None:
    first = tokens_of(client, user)["refresh_token"]
    second = client.post("/api/auth/refresh", headers=bearer(first)).get_json()
    session = db.session.scalars(select(UserSession)).one()
    assert session.rotated_at is not None
    session.rotated_at -= REUSE_GRACE
    db.session.commit()
    assert_problem(client.post("/api/auth/refresh", headers=bearer(first)), 401)
    assert count_sessions() == 0
    for kind, url in (("refresh", "/api/auth/refresh"), ("access", "/api/auth/logout")):
        assert_problem(client.post(url, headers=bearer(second[f"{kind}_token"])), 401)


def test_use_of_the_last_refresh_token_but_one_ends_the_session_at_once(
    client: FlaskClient, user: User
) -> None:
    first = tokens_of(client, user)["refresh_token"]
    second = client.post("/api/auth/refresh", headers=bearer(first)).get_json()["refresh_token"]
    assert client.post("/api/auth/refresh", headers=bearer(second)).status_code == 200
    assert_problem(client.post("/api/auth/refresh", headers=bearer(first)), 401)
    assert count_sessions() == 0


def test_refreshing_twice_at_once_gives_two_pairs_that_work(
    app: Flask, client: FlaskClient, user: User
) -> None:
    headers = bearer(tokens_of(client, user)["refresh_token"])
    start = Barrier(4)

    def refresh(number: int) -> TestResponse:
        tab = FlaskClient(app, app.response_class)
        start.wait()
        return tab.post("/api/auth/refresh", headers=headers)

    db.session.rollback()
    with ThreadPoolExecutor(start.parties) as pool:
        responses = list(pool.map(refresh, range(start.parties)))
    assert [response.status_code for response in responses] == [200] * start.parties
    for response in responses:
        access = bearer(response.get_json()["access_token"])
        assert client.get("/api/users/me", headers=access).status_code == 200
    # All clients hold the same refresh token, so the next refresh of each works like this one.
    pairs = [decode_token(response.get_json()["refresh_token"]) for response in responses]
    assert len({claims["jti"] for claims in pairs}) == 1
    next_token = bearer(responses[0].get_json()["refresh_token"])
    assert client.post("/api/auth/refresh", headers=next_token).status_code == 200
    assert count_sessions() == 1


def test_a_repeated_refresh_does_not_extend_the_time_for_repeating(
    client: FlaskClient, user: User
) -> None:
    headers = bearer(tokens_of(client, user)["refresh_token"])
    client.post("/api/auth/refresh", headers=headers)
    session = db.session.scalars(select(UserSession)).one()
    session.rotated_at = before = utc_now() - REUSE_GRACE + timedelta(seconds=5)
    db.session.commit()
    assert client.post("/api/auth/refresh", headers=headers).status_code == 200
    assert session.rotated_at == before


def test_refreshing_prolongs_the_session(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    session = db.session.scalars(select(UserSession)).one()
    session.expires_at = utc_now() + timedelta(days=1)
    db.session.commit()
    client.post("/api/auth/refresh", headers=bearer(tokens["refresh_token"]))
    assert session.expires_at > utc_now() + timedelta(days=29)


def test_a_session_ends_for_good_however_often_it_is_refreshed(
    app: Flask, client: FlaskClient, user: User
) -> None:
    tokens = tokens_of(client, user)
    session = db.session.scalars(select(UserSession)).one()
    session.created_at -= timedelta(days=app.config["SESSION_ABSOLUTE_DAYS"] - 1)
    db.session.commit()
    response = client.post("/api/auth/refresh", headers=bearer(tokens["refresh_token"]))
    claims = decode_token(response.get_json()["refresh_token"])
    tomorrow = session.created_at + timedelta(days=app.config["SESSION_ABSOLUTE_DAYS"])
    assert session.expires_at == tomorrow < utc_now() + timedelta(days=1)
    assert abs(claims["exp"] - tomorrow.timestamp()) <= 2


def test_logout_revokes_both_tokens_of_this_session_only(client: FlaskClient, user: User) -> None:
    here, elsewhere = tokens_of(client, user), tokens_of(client, user)
    response = client.post("/api/auth/logout", headers=bearer(here["access_token"]))
    assert (response.status_code, response.data) == (204, b"")
    assert_problem(client.get("/api/users/me", headers=bearer(here["access_token"])), 401)
    assert_problem(client.post("/api/auth/refresh", headers=bearer(here["refresh_token"])), 401)
    assert client.get("/api/users/me", headers=bearer(elsewhere["access_token"])).status_code == 200


def test_tokens_of_a_locked_account_stop_working(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    user.active = False
    db.session.commit()
    assert_problem(client.get("/api/users/me", headers=bearer(tokens["access_token"])), 401)


def test_tokens_stop_working_after_a_change_of_password(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    service.change_password(user, "another long password")
    db.session.commit()
    assert_problem(client.get("/api/users/me", headers=bearer(tokens["access_token"])), 401)
    assert_problem(client.post("/api/auth/refresh", headers=bearer(tokens["refresh_token"])), 401)


def test_tokens_of_an_expired_session_stop_working(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    db.session.scalars(select(UserSession)).one().expires_at = utc_now() - timedelta(seconds=1)
    db.session.commit()
    assert_problem(client.get("/api/users/me", headers=bearer(tokens["access_token"])), 401)


def test_access_and_refresh_tokens_are_not_interchangeable(client: FlaskClient, user: User) -> None:
    tokens = tokens_of(client, user)
    assert_problem(client.get("/api/users/me", headers=bearer(tokens["refresh_token"])), 401)
    assert_problem(client.post("/api/auth/refresh", headers=bearer(tokens["access_token"])), 401)


def test_expired_access_token_is_refused(client: FlaskClient, user: User) -> None:
    claims = decode_token(tokens_of(client, user)["access_token"])
    token = create_access_token(
        claims["sub"], expires_delta=timedelta(seconds=-1), additional_claims={"sid": claims["sid"]}
    )
    assert_problem(client.get("/api/users/me", headers=bearer(token)), 401)


@pytest.mark.parametrize("changes", [{"sid": None}, {"sid": "1"}, {"sub": "0"}, {"sid": 10**9}])
def test_token_must_name_a_session_of_its_user(
    client: FlaskClient, user: User, changes: dict[str, object]
) -> None:
    claims = decode_token(tokens_of(client, user)["access_token"]) | changes
    token = create_access_token(claims["sub"], additional_claims={"sid": claims["sid"]})
    assert_problem(client.get("/api/users/me", headers=bearer(token)), 401)


def test_forged_tokens_are_refused(app: Flask, client: FlaskClient, user: User) -> None:
    token = tokens_of(client, user)["access_token"]
    claims = decode_token(token)
    head, body, signature = token.split(".")
    forged = [
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, "x" * 64, algorithm="HS256"),
        jwt.encode(claims, app.config["JWT_SECRET_KEY"] * 2, algorithm="HS384"),
        jwt.api_jws.encode(b'{"sub": 1}', app.config["JWT_SECRET_KEY"]),
        jwt.api_jws.encode(b"[]", app.config["JWT_SECRET_KEY"]),
        jwt.api_jws.encode(b"\xff", app.config["JWT_SECRET_KEY"]),
        jwt.encode({"sub": "1"}, app.config["JWT_SECRET_KEY"], algorithm="HS256"),
        "nonsense",
        "a.b.c",
        "\xff.\xff.\xff",
    ]
    for forgery in forged:
        assert_problem(client.get("/api/users/me", headers=bearer(forgery)), 401)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", None),
        ("iss", "another service"),
        ("aud", None),
        ("aud", "another service"),
        ("aud", ["another service"]),
        ("exp", None),
        ("exp", "soon"),
        ("exp", []),
        ("type", None),
        ("type", "id"),
        ("jti", None),
        ("sub", None),
        ("sid", None),
    ],
)
@pytest.mark.parametrize("as_null", [True, False])
def test_tokens_must_have_the_claims_of_this_service(
    app: Flask, client: FlaskClient, user: User, claim: str, value: object, as_null: bool
) -> None:
    claims = decode_token(tokens_of(client, user)["access_token"])
    key = app.config["JWT_SECRET_KEY"]
    own = jwt.encode(claims, key, algorithm="HS256")
    assert client.get("/api/users/me", headers=bearer(own)).status_code == 200
    claims |= {claim: value}
    if value is None and not as_null:
        del claims[claim]
    forged = jwt.api_jws.encode(json.dumps(claims).encode(), key, algorithm="HS256")
    assert_problem(client.get("/api/users/me", headers=bearer(forged)), 401)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer a b", "Basic YTpi", "Token x"])
def test_other_credentials_than_a_token_are_refused(client: FlaskClient, header: str) -> None:
    response = client.get("/api/users/me", headers={"Authorization": header})
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/logout"),
        ("GET", "/api/users"),
        ("POST", "/api/users"),
        ("GET", "/api/users/me"),
        ("GET", "/api/users/1"),
        ("PUT", "/api/users/1"),
        ("PATCH", "/api/users/1"),
    ],
)
def test_endpoint_needs_a_token(client: FlaskClient, method: str, path: str) -> None:
    assert_problem(client.open(path, method=method, json={}), 401)


def test_writes_are_limited_by_account(client: FlaskClient, user: User) -> None:
    first, second = (tokens_of(client, user)["access_token"] for _ in range(2))
    other = create_user()
    path = f"/api/users/{user.id}"
    for _ in range(120):
        assert client.patch(path, json={}, headers=bearer(first)).status_code == 200
    response = client.patch(path, json={}, headers=bearer(first))
    assert_problem(response, 429)
    assert int(response.headers["Retry-After"]) > 0
    assert_problem(client.patch(path, json={}, headers=bearer(second)), 429)
    assert client.get(path, headers=bearer(first)).status_code == 200
    calm = bearer(tokens_of(client, other)["access_token"])
    assert client.patch(f"/api/users/{other.id}", json={}, headers=calm).status_code == 200
    limiter.reset()
    assert client.patch(path, json={}, headers=bearer(first)).status_code == 200


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_authentication_scheme_is_case_insensitive(
    client: FlaskClient, user: User, scheme: str
) -> None:
    token = tokens_of(client, user)["access_token"]
    headers = {"Authorization": f"{scheme} {token}"}
    assert client.get("/api/users/me", headers=headers).status_code == 200


def test_a_token_stays_revoked_after_a_new_login(client: FlaskClient, user: User) -> None:
    old = bearer(tokens_of(client, user)["access_token"])
    assert client.post("/api/auth/logout", headers=old).status_code == 204
    new = bearer(tokens_of(client, user)["access_token"])
    assert client.get("/api/users/me", headers=new).status_code == 200
    assert client.get("/api/users/me", headers=old).status_code == 401
