"""The JSON API; users log in with a token, and the OpenAPI document lists the operations."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.interfaces import Input, Operation, Submission
from report.routes import PLACEHOLDER, Route
from report.test_app import ADMIN, OWNER, PASSWORD, TestApp, TestUser

PREFIX = "/api"
NEW_EMAIL = "newcomer-canary@example.com"
# Format of a JSON schema -> valid value.
FORMATS = {
    "email": OWNER.email,
    "uri": "https://example.com/",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "date": "2030-01-31",
    "date-time": "2030-01-31T12:00:00+00:00",
    "time": "12:00:00",
}
# Type of a JSON schema -> valid value.
TYPES: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "number": 1,
    "array": [],
    "object": {},
    "null": None,
}


class ApiInterface:
    """The JSON API; the routes are those of this project."""

    auth = "JWT"
    login_route = f"{PREFIX}/auth/login"
    refresh_route = f"{PREFIX}/auth/refresh"
    logout_route = f"{PREFIX}/auth/logout"
    account_route = f"{PREFIX}/users/me"
    open_routes = frozenset({login_route, refresh_route})
    private_areas: tuple[str, ...] = (f"{PREFIX}/users",)
    prefix = PREFIX
    error_type = "application/problem+json"
    body_type = "application/json"
    testing_overrides: Mapping[str, Any] = {}

    def log_in(self, test_app: TestApp, user: TestUser) -> Mapping[str, str]:
        """Return the WSGI variable that carries the access token of `user`."""
        return self.bearer(self.token_pair(test_app, user)["access_token"])

    def token_pair(self, test_app: TestApp, user: TestUser) -> dict[str, str]:
        """Log in; return the access token and the refresh token."""
        values = {"email": user.email, "password": PASSWORD}
        pair: dict[str, str] = self.send(test_app, self.login_route, values).get_json()
        return pair

    def bearer(self, token: str) -> Mapping[str, str]:
        """Return the WSGI variable that carries a token."""
        return {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def send(self, test_app: TestApp, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Send values without a token."""
        return test_app.client().post(url, json=values)

    def without_tokens(self, text: str) -> str:
        """Return the text unchanged: nothing in it differs in every response."""
        return text

    def requires_login(self, response: TestResponse) -> bool:
        """Return whether the response asks for a token."""
        return response.status_code == 401

    def openapi_document(self, test_app: TestApp) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document: dict[str, Any] = test_app.client().get(f"{PREFIX}/openapi.json").get_json()
        return document

    def find_operations(
        self, test_app: TestApp, credentials: Mapping[TestUser, Mapping[str, str]]
    ) -> list[Operation]:
        """Read the operations that write from the OpenAPI document; find out who may send them."""
        document = self.openapi_document(test_app)
        return [
            self._with_sender(test_app, documented_operation(document, route), credentials)
            for route in test_app.routes
            if route.writes and operation_object(document, route)
        ]

    def submit(
        self, client: FlaskClient, url: str, operation: Operation, values: Mapping[str, Any]
    ) -> Submission:
        """Send values as JSON."""
        response = client.open(url, method=operation.route.method, json=values)
        return Submission(200 <= response.status_code < 300, response)

    def _with_sender(
        self,
        test_app: TestApp,
        operation: Operation,
        credentials: Mapping[TestUser, Mapping[str, str]],
    ) -> Operation:
        """Return the operation with the sender with the fewest rights whose values are accepted."""
        for sender, email in product((None, OWNER, ADMIN), (OWNER.email, NEW_EMAIL)):
            own = {"email": email} if "email" in operation.valid_values else {}
            tried = replace(operation, sender=sender, valid_values=operation.values_with(**own))
            client = test_app.client(credentials[sender] if sender else None)
            url = test_app.url(operation.route)
            accepted = self.submit(client, url, tried, tried.valid_values).accepted
            test_app.restore()
            if accepted:
                return tried
        return replace(operation, sender=OWNER)


def operation_object(document: Mapping[str, Any], route: Route) -> dict[str, Any]:
    """Return the operation object of a route in the OpenAPI document; {} when it is missing."""
    path = PLACEHOLDER.sub(r"{\1}", route.rule)
    operation: dict[str, Any] = document["paths"].get(path, {}).get(route.method.lower(), {})
    return operation


def documented_operation(document: Mapping[str, Any], route: Route) -> Operation:
    """Return the operation of a route as the document describes it, without a sender."""
    title, schema = body_schema(document, operation_object(document, route))
    properties = {
        name: resolve(document, each) for name, each in schema.get("properties", {}).items()
    }
    required = schema.get("required", ())
    inputs = tuple(
        Input(name, is_text(each), tuple(invalid_values(each, name in required)))
        for name, each in properties.items()
    )
    values = {name: valid_value(name, each) for name, each in properties.items()}
    return Operation(route, title, None, inputs, values)


def body_schema(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the name and the schema of the JSON body of an operation object."""
    content = resolve(document, operation.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return schema.get("$ref", "").rpartition("/")[2], resolve(document, schema)


def resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the target of a reference; the schema itself when it is no reference."""
    target: Any = schema
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
    return dict(target)


def type_of(schema: Mapping[str, Any]) -> str:
    """Return the first type that a schema allows; "" when it names none."""
    types = schema.get("type", "")
    return str(types[0] if isinstance(types, list) else types)


def is_text(schema: Mapping[str, Any]) -> bool:
    """Return whether the schema allows any text."""
    return type_of(schema) == "string" and "enum" not in schema


def valid_value(name: str, schema: Mapping[str, Any]) -> Any:
    """Return a value that the schema allows and that fits the name."""
    if "enum" in schema:
        return schema["enum"][0]
    if name == "password":
        return PASSWORD
    if name == "email":
        return OWNER.email
    if type_of(schema) != "string":
        return schema.get("minimum", TYPES.get(type_of(schema)))
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 1000)
    text = FORMATS.get(schema.get("format", ""), "Sample text " * 100)
    return text[: max(shortest, min(longest, 60))].strip() if "format" not in schema else text


def invalid_values(schema: Mapping[str, Any], is_required: bool) -> Iterator[object]:
    """Yield values that the schema does not allow; None stands for a value that is left out."""
    yield {"no": ["such", "value"]} if type_of(schema) != "object" else "no object"
    if "format" in schema or "enum" in schema:
        yield "no such value"
    if is_required:
        yield None


interface = ApiInterface()
