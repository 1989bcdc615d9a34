"""Rate limits of the pages of accounts."""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.strategies import FixedWindowRateLimiter

from app.auth.models import User
from app.extensions import limiter
from tests.support.factories import PASSWORD, create_user
from tests.support.web import LogIn

NEW = {"name": "Ann", "email": "Ann@Example.com", "password": PASSWORD}
WRONG_PASSWORD = "wrong"
HOME = "203.0.113.1"
# Statuses of the login page.
LOGGED_IN, WRONG, BLOCKED = 302, 200, 429


@pytest.fixture
def user(app: Flask) -> User:
    """Return an account."""
    return create_user("ann@example.com")


def try_password(
    client: FlaskClient, email: str, password: str = WRONG_PASSWORD, address: str = HOME
) -> int:
    """Try to log in from `address` and return the status of the response."""
    form = {"email": email, "password": password}
    return client.post("/login", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_guesses_at_an_account_are_limited_and_do_not_block_others(
    client: FlaskClient, user: User
) -> None:
    other = create_user()
    assert [try_password(client, user.email) for _ in range(11)] == [WRONG] * 10 + [BLOCKED]
    assert try_password(client, user.email, PASSWORD) == BLOCKED
    assert try_password(client, other.email, PASSWORD) == LOGGED_IN


def test_a_blocked_login_says_how_long_to_wait(client: FlaskClient, user: User) -> None:
    form = {"email": user.email, "password": "wrong"}
    responses = [client.post("/login", data=form) for _ in range(11)]
    assert 0 < int(responses[-1].headers["Retry-After"]) <= 15 * 60


def test_guesses_of_a_stranger_do_not_lock_the_owner_out(client: FlaskClient, user: User) -> None:
    for _ in range(20):
        try_password(client, user.email, address="198.51.100.1")
    assert try_password(client, user.email, PASSWORD, address="198.51.100.1") == BLOCKED
    assert try_password(client, user.email, PASSWORD, address="203.0.113.1") == LOGGED_IN


def test_guesses_from_many_networks_are_limited(client: FlaskClient, user: User) -> None:
    statuses = [
        try_password(client, user.email, address=f"198.51.100.{number % 20}")
        for number in range(101)
    ]
    assert statuses == [WRONG] * 100 + [BLOCKED]


def test_guesses_from_one_network_are_limited(client: FlaskClient) -> None:
    statuses = [
        try_password(client, f"user{number}@example.com", address=f"2001:db8::{number:x}")
        for number in range(31)
    ]
    assert statuses == [WRONG] * 30 + [BLOCKED]


def test_all_spellings_of_an_address_count_together(client: FlaskClient, user: User) -> None:
    for email in ["ann@example.com", " ANN@example.com ", "ann@ｅxample.com"] * 3 + [user.email]:
        assert try_password(client, email) == WRONG
    assert try_password(client, " ann@ｅｘample.com", PASSWORD) == BLOCKED


def test_a_right_password_clears_the_guesses_of_its_network(
    client: FlaskClient, user: User
) -> None:
    for _ in range(2):
        assert [try_password(client, user.email) for _ in range(9)] == [WRONG] * 9
        assert try_password(client.application.test_client(), user.email, PASSWORD) == LOGGED_IN
    assert try_password(client, user.email) == WRONG


def test_logging_in_works_when_the_counters_cannot_be_cleared(
    client: FlaskClient, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        # What the storage in memory declares as its errors; Redis may stop after it has counted.
        raise ValueError

    monkeypatch.setattr(FixedWindowRateLimiter, "clear", fail)
    assert try_password(client, user.email, PASSWORD) == LOGGED_IN


def test_guesses_at_once_are_counted_before_they_are_checked(app: Flask, user: User) -> None:
    start = Barrier(24)

    def guess(number: int) -> int:
        browser = FlaskClient(app, app.response_class)
        start.wait()
        return try_password(browser, "ann@example.com")

    with ThreadPoolExecutor(start.parties) as pool:
        statuses = Counter(pool.map(guess, range(start.parties)))
    # 503: more passwords at once than a process may hash.
    assert statuses.keys() <= {WRONG, BLOCKED, 503}
    assert 0 < statuses[WRONG] <= 10
    assert statuses[BLOCKED] >= 14


@pytest.mark.parametrize("email", ["", " ", "no address", "a" * 300, "\0", "a@\u202e"])
def test_an_address_that_has_no_account_is_counted_by_network_alone(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, email: str
) -> None:
    caplog.set_level(logging.WARNING, "flask-limiter")
    statuses = {try_password(client, email) for _ in range(30)}
    assert statuses <= {WRONG, 400}
    if statuses == {WRONG}:
        assert try_password(client, email) == BLOCKED
    assert not caplog.records


def test_the_counters_hold_no_address(client: FlaskClient, user: User) -> None:
    try_password(client, user.email)
    keys = " ".join(limiter.storage.storage)  # type: ignore[attr-defined]  # in memory
    assert "sign-in" in keys
    assert "example" not in keys


def test_registration_is_throttled(client: FlaskClient) -> None:
    statuses = [client.post("/register", data=NEW).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]


def test_guesses_of_the_current_password_are_limited_by_account(log_in: LogIn, user: User) -> None:
    browser = log_in(user)
    form = {"current": "wrong", "password": "a new long one", "repeated": "a new long one"}
    statuses = [
        browser.post(
            "/account/password", data=form, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"}
        ).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]
    other = log_in(create_user())
    assert other.post("/account/password", data=form).status_code == 200


def test_only_a_refusal_says_how_long_to_wait(client: FlaskClient) -> None:
    form = {"name": "Ann", "email": "ann@example.com", "password": "a long enough password"}
    response = client.post("/register", data=form)
    assert response.status_code == 302
    assert "Retry-After" not in response.headers
    assert "X-RateLimit-Limit" in response.headers
