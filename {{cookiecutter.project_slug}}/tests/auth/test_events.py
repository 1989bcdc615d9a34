"""Security events: each names the account and the address of the client, and no e-mail address."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from structlog.testing import capture_logs

from app.auth import service
from app.auth.models import Role, User
from app.core import logging
from app.extensions import db
from tests.support.factories import PASSWORD, create_user

SIGN_IN = "{% if cookiecutter.__web %}/login{% else %}/api/auth/login{% endif %}"


@pytest.fixture(autouse=True)
def info_level() -> Iterator[None]:
    """Log what the tests leave out otherwise."""
    logging.configure("console", "INFO")
    yield
    logging.configure("console", "WARNING")


@pytest.fixture
def user(app: Flask) -> User:
    """Return an account."""
    return create_user("ann@example.com")


def sign_in(client: FlaskClient, email: str, password: str) -> list[dict[str, Any]]:
    """Try to sign in and return the security events."""
    fields = {"email": email, "password": password}
    with capture_logs() as logs:
        client.post(SIGN_IN, {% if cookiecutter.__web %}data{% else %}json{% endif %}=fields)
    assert "example.com" not in str(logs)
    return [dict(line) for line in logs if line["event"] != "request"]


def test_a_sign_in_is_logged(client: FlaskClient, user: User) -> None:
    event = {"event": "signed in", "account": user.id, "client": "127.0.0.1", "log_level": "info"}
    assert sign_in(client, user.email, PASSWORD) == [event]


def test_a_failed_sign_in_is_logged(client: FlaskClient, user: User) -> None:
    event = {"event": "sign-in failed", "account": user.id, "client": "127.0.0.1"}
    assert sign_in(client, user.email, "wrong password") == [event | {"log_level": "info"}]
    [unknown] = sign_in(client, "nobody@example.com", "wrong password")
    assert (unknown["event"], unknown["account"]) == ("sign-in failed", None)


def test_a_blocked_sign_in_is_logged(client: FlaskClient, user: User) -> None:
    for _ in range(10):
        sign_in(client, user.email, "wrong password")
    [event] = sign_in(client, user.email, PASSWORD)
    assert (event["event"], event["account"]) == ("sign-in blocked", user.id)
    assert event["limit"] == "10 per 15 minute"


def test_changes_of_an_account_are_logged(user: User) -> None:
    with capture_logs() as logs:
        user.role, user.active = Role.ADMIN, False
        db.session.commit()
        user.active = True
        service.change_password(user, "another long password")
        db.session.commit()
    found = [(line["event"], line["account"]) for line in logs]
    assert sorted(found) == sorted(
        [
            ("role changed", user.id),
            ("account locked", user.id),
            ("password changed", user.id),
            ("account unlocked", user.id),
        ]
    )
    assert logs[0]["role"] == "admin"


def test_a_command_has_no_client(runner: FlaskCliRunner, user: User) -> None:
    with capture_logs() as logs:
        runner.invoke(args=["user", "role", user.email, "admin"])
    assert [(line["event"], line["client"]) for line in logs] == [("role changed", None)]


def test_a_changed_name_is_no_security_event(user: User) -> None:
    with capture_logs() as logs:
        user.name = "Eve"
        db.session.commit()
    assert logs == []
