"""Error responses of the API."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound, UnprocessableEntity

from app import create_app
from app.api.problems import problem_response
from app.auth.models import User
from tests.conftest import SETTINGS
from tests.support.api import ApiClient, assert_problem


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/users/", "/api/auth"])
def test_unknown_path_is_a_problem(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path, headers={"Accept": "text/html"}), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/users", {"GET", "POST"}),
        ("DELETE", "/api/users/me", {"GET"}),
        ("POST", "/api/users/1", {"GET", "PUT", "PATCH"}),
        ("GET", "/api/auth/login", {"POST"}),
        ("PUT", "/api/auth/logout", {"POST"}),
        ("TRACE", "/api/auth/refresh", {"POST"}),
        ("POST", "/api/openapi.json", {"GET"}),
    ],
)
def test_other_methods_are_refused_and_the_allowed_ones_listed(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    response = client.open(path, method=method)
    assert_problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == allowed


@pytest.mark.parametrize("body", ["", "{", "x", b'{"a": ', b"\xff", "[" * 100_000, "9" * 5000])
def test_malformed_json_is_refused(api_client: ApiClient, user: User, body: str | bytes) -> None:
    client = api_client(user)
    path = f"/api/users/{user.id}"
    assert_problem(client.patch(path, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "NaN", "[{}]"])
def test_json_that_is_not_an_object_is_refused(
    api_client: ApiClient, user: User, body: str
) -> None:
    path = f"/api/users/{user.id}"
    response = api_client(user).patch(path, data=body, content_type="application/json")
    assert_problem(response, 422)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_other_content_types_are_refused(
    api_client: ApiClient, user: User, content_type: str
) -> None:
    path = f"/api/users/{user.id}"
    response = api_client(user).patch(path, data='{"name": "x"}', content_type=content_type)
    assert_problem(response, 415)


def test_large_body_is_refused(api_client: ApiClient, user: User) -> None:
    path = f"/api/users/{user.id}"
    assert_problem(api_client(user).patch(path, json={"name": "x" * 2_000_000}), 413)


def test_problem_names_nested_fields() -> None:
    messages: dict[str, Any] = {
        "tags": {0: ["Too long."], "b": {"c": ["Missing."]}},
        "name": ["Bad."],
    }
    error = UnprocessableEntity()
    vars(error)["data"] = {"messages": {"json": messages}}
    content = problem_response(error).get_json()
    assert content["errors"] == {
        "tags.0": ["Too long."],
        "tags.b.c": ["Missing."],
        "name": ["Bad."],
    }


def test_problem_contains_the_message_of_the_framework() -> None:
    error = NotFound()
    vars(error)["data"] = {"message": "No such thing."}
    assert problem_response(error).get_json()["detail"] == "No such thing."


def test_programs_get_a_problem_while_the_database_is_down(tmp_path: Path) -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": f"sqlite:///{tmp_path / 'missing' / 'app.db'}"})
    credentials = {"email": "ann@example.com", "password": "a wrong password"}
    response = app.test_client().post("/api/auth/login", json=credentials)
    assert_problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
