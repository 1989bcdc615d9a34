"""Fixtures and helpers for tests of the API."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.auth.models import Role, User
from tests.support.factories import PASSWORD, create_user

ApiClient = Callable[..., FlaskClient]


def tokens_of(client: FlaskClient, user: User) -> dict[str, str]:
    """Log in and return the pair of tokens."""
    response = client.post("/api/auth/login", json={"email": user.email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.get_json()
    return found


def bearer(token: str) -> dict[str, str]:
    """Return the header with `token`."""
    return {"Authorization": f"Bearer {token}"}


def assert_problem(response: TestResponse, status: int) -> None:
    """Check that `response` is a problem details object with `status`."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    content = response.get_json()
    assert content["status"] == status
    assert content["type"] == "about:blank"
    assert content["title"]
    assert content["detail"].endswith(".")


def invalid_fields(response: TestResponse) -> set[str]:
    """Return the names of the invalid fields in a response with status 422."""
    assert_problem(response, 422)
    return set(response.get_json()["errors"])


@pytest.fixture
def api_client(app: Flask) -> ApiClient:
    """Return a function that returns a client with the access token of a user."""

    def open_client(user: User) -> FlaskClient:
        client = app.test_client()
        token = tokens_of(client, user)["access_token"]
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return open_client


@pytest.fixture
def user(app: Flask) -> User:
    """Return a stored account."""
    return create_user(name="Ann")


@pytest.fixture
def admin(app: Flask) -> User:
    """Return a stored administrator."""
    return create_user(name="Root", role=Role.ADMIN)
