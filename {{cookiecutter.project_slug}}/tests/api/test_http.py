"""What holds for the whole API: errors, content types, other sites, documentation."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound, UnprocessableEntity

from app import create_app
from app.api.problems import problem_response
from app.auth.models import User
from tests.conftest import SETTINGS
from tests.support.api import ApiClient, assert_problem

SITE = "https://site.example"


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
def test_other_methods_are_refused_and_told(
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
def test_json_that_is_no_object_is_refused(api_client: ApiClient, user: User, body: str) -> None:
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
    faults: dict[str, Any] = {
        "tags": {0: ["Too long."], "b": {"c": ["Missing."]}},
        "name": ["Bad."],
    }
    error = UnprocessableEntity()
    vars(error)["data"] = {"messages": {"json": faults}}
    content = problem_response(error).get_json()
    assert content["errors"] == {
        "tags.0": ["Too long."],
        "tags.b.c": ["Missing."],
        "name": ["Bad."],
    }


def test_problem_tells_the_message_of_a_framework() -> None:
    error = NotFound()
    vars(error)["data"] = {"message": "No such thing."}
    assert problem_response(error).get_json()["detail"] == "No such thing."


def test_no_other_site_may_call_by_default(client: FlaskClient) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        response = client.open("/api/openapi.json", method=method, headers=headers)
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.fixture
def open_client(app: Flask) -> FlaskClient:
    """Return a client of an application whose API other sites may call."""
    database = {"DATABASE_URL": app.config["DATABASE_URL"]}
    return create_app(SETTINGS | database | {"CORS_ORIGINS": [SITE]}).test_client()


def test_configured_sites_may_call(open_client: FlaskClient) -> None:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization",
    }
    response = open_client.options("/api/users/1", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization"
    assert "Access-Control-Allow-Credentials" not in response.headers
    response = open_client.get("/api/users/1", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("origin", "path"),
    [("https://evil.example", "/api/users/1"), (f"{SITE}.evil", "/api/users"), (SITE, "/healthz")],
)
def test_other_sites_and_pages_stay_closed(
    open_client: FlaskClient, origin: str, path: str
) -> None:
    response = open_client.get(path, headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response.headers


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return path, method and description of every operation."""
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def test_document_describes_every_endpoint(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"] == app.config["APP_NAME"]
    described = {(path, method.upper()) for path, method, _ in operations(document)}
    routed = {
        (rule.rule.replace("<id:", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("swagger_ui.")
    }
    assert described == {(path, method) for path, method in routed if method not in UNDESCRIBED}
    assert {("/api/auth/login", "POST"), ("/api/users/{user_id}", "PATCH")} <= described


UNDESCRIBED = {"HEAD", "OPTIONS"}


def test_document_is_complete(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    for path, method, operation in operations(document):
        assert operation["summary"].endswith("."), path
        assert operation["tags"]
        statuses = set(operation["responses"])
        assert statuses & {"200", "201", "204"}
        assert "default" in statuses
        if operation.get("security"):
            assert "401" in statuses
        if "requestBody" in operation:
            assert statuses >= {"400", "413", "415", "422"}, (path, method)
    for name, response in document["components"]["responses"].items():
        if name != "NOT_MODIFIED":
            assert set(response["content"]) == {"application/problem+json"}
    assert set(document["components"]["securitySchemes"]) == {"access", "refresh"}


def parameters(document: dict[str, Any], path: str, method: str) -> dict[str, str]:
    """Return where each parameter of an operation stands, by name."""
    item = document["paths"][path]
    found = [*item.get("parameters", []), *item[method].get("parameters", [])]
    return {parameter["name"]: parameter["in"] for parameter in found}


def test_document_names_every_parameter(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    query = dict.fromkeys(("after", "before", "limit", "sort"), "query")
    assert parameters(document, "/api/users", "get") == query
    row = {"user_id": "path"}
    one = "/api/users/{user_id}"
    assert parameters(document, one, "patch") == {**row, "If-Match": "header"}
    conditions = {"If-Match": "header", "If-None-Match": "header"}
    assert parameters(document, one, "get") == row | conditions


def test_document_has_no_dead_reference(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    text = client.get("/api/openapi.json").text
    for kind in ("schemas", "responses"):
        for name in document["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text


def test_documentation_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    addresses = re.findall(r'(?:src|rel="stylesheet" href|data-\w+)="([^"]*)"', page)
    assert len(addresses) == 5
    for address in addresses:
        assert address.startswith(("/api/docs/", "/api/openapi.json"))
        with client.get(address) as file:
            assert file.status_code == 200


def test_home_page_leads_somewhere(client: FlaskClient) -> None:
    assert client.get("/", follow_redirects=True).status_code == 200


def test_documentation_page_keeps_the_strict_policy(client: FlaskClient) -> None:
    response = client.get("/api/docs")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\bstyle=|\bon[a-z]+=", response.text)
