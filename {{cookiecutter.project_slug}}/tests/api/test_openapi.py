"""The OpenAPI document."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.auth.schemas import NewUserSchema


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
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        assert operation["summary"].endswith("."), path
        assert set(operation["tags"]) <= tags
        assert operation.get("parameters") != []
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


def test_document_names_every_operation_differently(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert {"log_in", "list_users", "update_user"} <= set(names)


def test_document_shows_examples_that_its_own_schemas_accept(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    properties = document["components"]["schemas"]["NewUser"]["properties"]
    examples = {name: field["example"] for name, field in properties.items() if "example" in field}
    assert examples["email"] == "ann@example.com"
    assert NewUserSchema().load(examples).keys() >= {"email", "name", "password"}


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
